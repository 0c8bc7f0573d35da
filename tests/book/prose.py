"""The numbers in the prose of a notebook, and the values of the cells near by that back them.

A notebook is cut into sections, at its headings and its exercises. A number in the text, the formulas, the captions or
the alt texts of a section is backed by a constant in the code, or by a value in the output, of a cell in the same
section; in a section without code, such as a summary, by one of the whole notebook. What was printed also backs what it
rounds to. Drawings back nothing.

Single digits, and words up to twelve, are not looked at: nearly every section has them all.
"""

import re
import tomllib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numerals
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

MARKDOWN = MarkdownIt().enable("table").use(dollarmath_plugin).use(colon_fence_plugin).use(myst_role_plugin)
SETTINGS = {"explorer", "take-along"}  # What these directives hold is not prose.
EXERCISE = 7  # The level of an exercise's section, below that of any heading.

NOTICED = Fraction(85, 100)  # The least share of changed numbers that is noticed.

# By page: text whose numbers need no backing, and why not.
EXCUSED = tomllib.loads(Path(__file__).with_name("excused_numbers.toml").read_text("utf-8"))


@dataclass
class Known:
    """The constants in the code of cells, and the values in their output."""

    constants: set = field(default_factory=set)
    printed: set = field(default_factory=set)

    def backs(self, number):
        """Tell whether the number is known; 12 % as 12 or as 0.12, and 3 million likewise.

        A printed value backs what it rounds to, but for a single digit, to which too much rounds.
        """
        if {number.value, number.value * number.scale} & (self.constants | self.printed):
            return True
        return number.value >= 10 * number.unit > 0 and any(
            abs(printed - number.value * scale) <= number.unit * scale / 2
            for printed in self.printed
            for scale in (1, number.scale)
        )


@dataclass(eq=False)
class Section:
    """What stands between two headings: its texts, of which the heading is the first, and its code cells."""

    level: int
    texts: list = field(default_factory=list)
    cells: list = field(default_factory=list)


def sections(notebook):
    """Return the sections of a notebook in order."""
    found = [Section(1)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            display = cell.metadata.get("mystnb", {})
            found[-1].texts += [display.get("image", {}).get("alt", "")]
            _add_markdown(display.get("figure", {}).get("caption", ""), found)
            found[-1].cells += [cell]
        else:
            _add_markdown(cell.source, found)
    return found


def _add_markdown(source, found):
    """Add the texts of Markdown to the last of the sections found, and those that it begins."""
    for token in MARKDOWN.parse(source):
        directive, content = _directive(token)
        if token.type == "heading_open":
            found.append(Section(int(token.tag[1])))
        elif token.type == "inline":
            found[-1].texts.append(_text(token))
        elif token.type == "math_block" or directive == "math":
            found[-1].texts.append(_formula(content))
        elif directive and directive not in SETTINGS:
            found += [Section(EXERCISE)] * (directive == "exercise")
            _add_markdown(content, found)


def _directive(token):
    """Return the name of a directive, if the token is one, and its content without options."""
    name = re.match(r"\{(.+?)\}", token.info) if token.type in ("fence", "colon_fence") else None
    return name and name[1], re.sub(r"\A(:[\w-]+:.*\n)+", "", token.content)


def _text(inline):
    """Return the text of a paragraph as it is read, with a backtick for code and for references."""
    texts = {"text": str, "math_inline": _formula, "softbreak": lambda _: " "}
    tokens = [token for token in inline.children if not token.type.endswith(("_open", "_close"))]
    return "".join(texts.get(token.type, lambda _: "`")(token.content) for token in tokens)


def _formula(source):
    r"""Return a formula without subscripts, and with \frac12 as 1/2."""
    return re.sub(r"\\[td]?frac(\d)(\d)", r"\1/\2", re.sub(r"_(\{[^{}]*\}|\w)", "", source))


def within(all_sections, section):
    """Return the code cells of a section and of those inside it."""
    cells = list(section.cells)
    for other in all_sections[all_sections.index(section) + 1 :]:
        if other.level <= section.level:
            break
        cells += other.cells
    return cells


def texts_and_known(notebook):
    """Yield each text of the notebook with what the cells near by know."""
    all_sections = sections(notebook)
    everything = known([cell for section in all_sections for cell in section.cells])
    for section in all_sections:
        cells = within(all_sections, section)
        near_by = known(cells) if cells else everything
        for text in section.texts:
            yield text, near_by


def known(cells):
    """Return what code cells have to back numbers with."""
    return Known(
        {value for cell in cells for value in numerals.in_code(cell.source)},
        {value for cell in cells for text in shown(cell) for value in numerals.in_output(text)},
    )


def shown(cell):
    """Yield the texts that a cell shows; a drawing is none, nor what stands for one in text."""
    for output in cell.outputs:
        data = output.get("data", {})
        yield output.get("text", "")
        if not any(kind.startswith("image/") for kind in data):
            yield data.get("text/plain", "")
            yield BeautifulSoup(data.get("text/html", ""), "html.parser").get_text(" ")


def unbacked(text, known, excused=()):
    """Yield each number of a text that is neither known nor within an excused phrase, in its context."""
    spans = [match.span() for phrase in excused for match in re.finditer(re.escape(phrase), text)]
    for number in numerals.in_prose(text):
        if not known.backs(number) and not any(start <= number.start < end for start, end in spans):
            yield f"{number.text} in: {text[max(0, number.start - 40) : number.start + 40]}"
