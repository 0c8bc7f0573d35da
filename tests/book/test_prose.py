"""The numbers in the prose are what cells near by compute: what that means, that it holds, and how much it notices."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

import numerals
import prose
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from paths import NOTEBOOKS

from softmax_site.notebooks import read


@dataclass
class Page:
    """A notebook's name, each of its texts with what the cells near by know, and the phrases that are excused."""

    name: str
    texts: list = field(repr=False)
    excused: list = field(repr=False)

    def unbacked(self, excused):
        return [number for text, known in self.texts for number in prose.unbacked(text, known, excused)]


def read_page(path):
    return Page(path.stem, list(prose.texts_and_known(read(path))), list(prose.EXCUSED.get(path.stem, ())))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def page(request):
    return read_page(request.param)


def test_numbers_are_backed(page):
    found = page.unbacked(page.excused)
    assert not found, "No cell in the same section has\n  " + "\n  ".join(found)


def test_no_excuse_is_needless(page):
    for phrase in page.excused:
        others = [other for other in page.excused if other != phrase]
        assert page.unbacked(others), f"{phrase!r} needs no excuse"


def test_excuses_are_for_pages_that_exist():
    assert prose.EXCUSED.keys() <= {path.stem for path in NOTEBOOKS} | {"README.md", "CONTRIBUTING.md", "book/index.md"}


def changed(text):
    """Yield the kind of each number of several digits in a text, and the text with its last digit raised by one."""
    for match in re.finditer(r"(?<![\w.])\d+(?:\.\d+)?", text):
        number = match.group()
        if len(number) > 1:
            raised = number[:-1] + str((int(number[-1]) + 1) % 10)
            kind = "decimals" if "." in number else "integers"
            yield kind, text[: match.start()] + raised + text[match.end() :]


def test_most_changes_are_noticed():
    """Raise the last digit of every number, one after the other."""
    noticed = {"decimals": [], "integers": []}
    for page in map(read_page, NOTEBOOKS):
        for text, known in page.texts:
            for kind, wrong in changed(text):
                noticed[kind].append(any(prose.unbacked(wrong, known, page.excused)))
    every = noticed["decimals"] + noticed["integers"]
    for kind, found in [*noticed.items(), ("both", every)]:
        print(f"{kind}: {sum(found)} of {len(found)} noticed, {sum(found) / len(found):.0%}")
    assert len(every) > 500
    assert sum(every) / len(every) >= prose.NOTICED
    assert sum(noticed["integers"]) / len(noticed["integers"]) >= prose.NOTICED


class TestReading:
    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("the logits 1.5 and −0.25", ["1.5", "0.25"]),
            ("50,257 words, 100 000 positions, $10{,}000$ rows", ["50257", "100000", "10000"]),
            ("10 100 are two", ["10", "100"]),
            ("5e15 ulp, $4 \\cdot 10^{-18}$ and $2^{24}$", ["5e15", "4e-18", str(2**24)]),
            ("two thousand bandits, twenty-five steps, one hundred million", ["2000", "25", "100000000"]),
            ("single digits like 7 and words up to twelve aren't read", []),
            ("but 7 % is, and 7 percent", ["7", "7"]),
            ("nor are float16, $z_{12}$ after its subscript is gone, or v1.25", ["12"]),
            ("10 % of 65504.", ["10", "65504"]),
            ("4.09 billion, three million", ["4.09", "3000000"]),
        ],
    )
    def test_prose(self, text, values):
        assert [number.value for number in numerals.in_prose(text)] == [Fraction(value) for value in values]

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("[0.665 0.09 ]", ["0.665", "0.09"]),
            ("1. and .5, 7.6e-24", ["1", "0.5", "7.6e-24"]),
            ("float16: 75%", ["75", "0.75"]),
            ("100,514 bytes (800, 5000)", ["100514", "800", "5000"]),
        ],
    )
    def test_output(self, text, values):
        assert set(numerals.in_output(text)) == set(map(Fraction, values))

    @pytest.mark.parametrize(
        ("source", "values"),
        [
            ("x = [-0.2, 10_000, True]", ["0.2", "10000"]),
            ("assert 2.0**-53 > 0", ["2", "53", str(Fraction(1, 2**53))]),
            ("print(f'{x:.3f} of 12')", ["12"]),
            ("%config InlineBackend.rc = 5", ["5"]),
        ],
    )
    def test_code(self, source, values):
        assert set(numerals.in_code(source)) >= set(map(Fraction, values))
        assert Fraction(3) not in set(numerals.in_code(source))


def unbacked_in(*cells):
    return [
        number.partition(" in: ")[0]
        for text, known in prose.texts_and_known(new_notebook(cells=list(cells)))
        for number in prose.unbacked(text, known)
    ]


def code(source, **data):
    return new_code_cell(source, outputs=[new_output("display_data", data=data)])


class TestBacking:
    """What backs a number, and what doesn't."""

    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ("The result is 0.63.", code("", **{"text/plain": "0.6285"})),
            ("It is 62.9 %.", code("assert f'{p:.3f}' == '0.629'")),
            ("It is 12 %.", code("", **{"text/html": "<td>0.1153</td>"})),
            ("4.09 billion, or 3.8 billion", code("assert 3.8e9 < n", **{"text/plain": "4.09 billion"})),
            ("$1 - 2^{-24}$", code("assert x == 1 - 2**-24")),
            ("fifty digits", code("mpmath.mp.dps = 50")),
        ],
    )
    def test_backed(self, text, cell):
        assert unbacked_in(new_markdown_cell(text), cell) == []

    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ("0.63", code("", **{"text/plain": "0.6385"})),
            ("0.6", code("", **{"text/plain": "0.61"})),
            ("0.63", code("p = 0.6285")),
            ("6.4", code("", **{"image/svg+xml": "<path d='6.4'/>", "text/plain": "<Figure 6.4>"})),
            ("12 %", code("p = 0.13")),
        ],
        ids=["rounded wrongly", "too short to be rounded", "a constant that rounds to it", "drawing", "percentage"],
    )
    def test_unbacked(self, text, cell):
        assert unbacked_in(new_markdown_cell(text), cell) == [text]

    def test_by_the_same_section_only(self):
        cells = [
            new_markdown_cell("# Title\n14"),
            new_markdown_cell("## One\n14"),
            code("13"),
            new_markdown_cell("## Two\n13, 15\n### Inner\n15"),
            code("14"),
            new_markdown_cell("### Another\n15"),
            code("15"),
            new_markdown_cell("## Summary\n13, 15, 16"),
        ]
        assert unbacked_in(*cells) == ["14", "13", "15", "16"]

    def test_of_an_exercise_by_its_own_cells(self):
        exercise = "```{exercise}\n:label: exercise-33\n\nIs it 13?\n```"
        cells = [
            new_markdown_cell("## Exercises"),
            new_markdown_cell(exercise),
            code("14"),
            new_markdown_cell(exercise),
            code("13"),
        ]
        assert unbacked_in(*cells) == ["13"]

    def test_in_tables_math_captions_and_alt_texts(self):
        source = "| a |\n| --- |\n| 13 |\n\n```{math}\n:label: eq-44\nx_{55}^{14}\n```\n\n{doc}`chapter-66` [15](http://a/77)\n"
        cell = code("")
        cell.metadata.mystnb = {"image": {"alt": "up to 16"}, "figure": {"name": "fig-88", "caption": "from $17$"}}
        assert unbacked_in(new_markdown_cell(source), cell) == ["13", "14", "15", "16", "17"]
