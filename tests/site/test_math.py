"""Formulas, which are set while the book is built."""

import re
import subprocess
import sys
from functools import cache
from time import sleep

import pytest
import tinycss2
from browser import SITE_ROOT, Handler, Visits, serving
from built import parsed
from paths import CHAPTERS, SITE

from softmax_site.formulas import set_formula

NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}
# What a reader sees of TeX that was not set: its delimiters and its commands.
TEX = re.compile(r"\\[()\[\]]|\\[a-zA-Z]{2,}|\$[^$\d\s][^$]*\$")
# How many children elements of MathML need that need a number of them.
CHILDREN = {"msup": 2, "msub": 2, "msubsup": 3, "mfrac": 2, "mroot": 2, "munder": 2, "mover": 2, "munderover": 3}
# How a formula looks: the height of its x beside that of the text, and what is shown of what is read aloud.
LOOK = """() => {
    const formula = document.querySelector("article p mjx-container");
    const around = document.createElement("span");
    around.style = "position: absolute; height: 1ex";
    formula.before(around);
    const { clip, position } = getComputedStyle(formula.querySelector("mjx-assistive-mml"));
    return {
        x: 0.442 * parseFloat(getComputedStyle(formula).fontSize) / around.getBoundingClientRect().height,
        spoken: [position, clip],
        characters: [...document.querySelectorAll("article mjx-c")].map((each) => {
            const { content, fontFamily } = getComputedStyle(each, "::before");
            return [content, fontFamily.split(", ").slice(1)];
        }),
    };
}"""
FONTS = """document.fonts.ready.then((fonts) =>
    [...fonts].filter(({ status }) => status === "loaded").map(({ family }) => family))"""

SHIFT = """window.shift = 0;
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shift += value; })
        .observe({ type: "layout-shift", buffered: true });"""


class TestSetFormula:
    def test_has_characters_for_the_eye_and_mathml_for_the_ear(self):
        html = set_formula(r"\frac{a}{2}")
        assert 'class="mjx-c1D44E TEX-I"' in html
        assert "<mfrac><mi>a</mi><mn>2</mn></mfrac></math></mjx-assistive-mml>" in html
        assert 'display="true"' in set_formula("a", display=True)

    @pytest.mark.parametrize(
        ("tex", "message"),
        [
            (r"\nosuch a", r"Undefined control sequence \\nosuch, in the formula \\nosuch a"),
            (r"\frac{a}{", "Missing close brace"),
            (r"\cancel{a}", r"Undefined control sequence \\cancel"),
            (r"\text{日}", "no font of MathJax has '日'"),
        ],
    )
    def test_refuses(self, tex, message):
        with pytest.raises(ValueError, match=message):
            set_formula(tex)


def test_a_wrong_formula_fails_the_build_and_is_named(tmp_path):
    (tmp_path / "conf.py").write_text('extensions = ["myst_parser", "softmax_site.ext.math"]\n')
    (tmp_path / "index.md").write_text("---\nmyst: {enable_extensions: [dollarmath]}\n---\n# Title\n\n$\\nosuch$\n")
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", tmp_path, tmp_path / "html"]
    result = subprocess.run(build, capture_output=True, text=True)
    assert result.returncode != 0
    assert re.search(r"index\.md:6: ?Undefined control sequence \\nosuch", result.stderr)


@pytest.fixture(scope="module", params=CHAPTERS)
def page(request):
    return parsed(f"{request.param}.html")


class TestPage:
    def test_every_formula_is_set(self, page):
        for formula in page.select(".math"):
            (container,) = formula.select("mjx-container")
            assert container.select("mjx-math[aria-hidden=true] mjx-c")
            assert container.select("mjx-assistive-mml > math")
            assert (formula.name == "div") == (container.get("display") == "true")

    def test_each_part_of_mathml_has_the_children_that_it_needs(self, page):
        for name, count in CHILDREN.items():
            for part in page.select(f"math {name}"):
                assert len(part.find_all(True, recursive=False)) == count, part

    def test_no_tex_is_left(self, page):
        assert not TEX.findall(prose(page))

    def test_needs_no_script_and_no_style_attribute(self, page):
        assert not page.select("script[src*=athjax], script[src*=athJax], [style]")
        assert "MathJax" not in "".join(script.text for script in page.select("script"))

    def test_style_sheet_has_each_style_and_character(self, page):
        for element in page.select("[data-style]"):
            assert element["data-style"] in style_rules()
        for character in page.select("mjx-c[class]"):
            assert frozenset(character["class"]) in character_rules(), character


def prose(page):
    """Return the text of a page that is neither code nor part of a drawing."""
    return " ".join(
        text
        for text in page.select_one("article").find_all(string=True)
        if not any(parent.name in ("pre", "code", "script", "svg") for parent in text.parents)
    )


@cache
def rules():
    sheet = (SITE / "_static" / "all.css").read_text("utf-8")
    return [rule for rule in tinycss2.parse_stylesheet(sheet) if rule.type in ("qualified-rule", "at-rule")]


@cache
def style_rules():
    """Return the styles of which each stands in a rule for those who have it."""
    found = [re.fullmatch(r'\[data-style="(.*)"\]\s*', tinycss2.serialize(rule.prelude)) for rule in rules()]
    return {match[1] for match in found if match}


@cache
def character_rules():
    """Return the classes of each character for which there is a rule."""
    selectors = [re.fullmatch(r"mjx-c((\.[\w-]+)+)::before\s*", tinycss2.serialize(rule.prelude)) for rule in rules()]
    return {frozenset(match[1].removeprefix(".").split(".")) for match in selectors if match}


MANY = ["attention", "cheat-sheet", "cross-entropy", "digits", "glossary"]


@pytest.mark.parametrize("chapter", MANY)
class TestBrowser:
    def test_formulas_need_no_javascript(self, visits, chapter):
        page = visits.open(f"book/{chapter}.html", java_script_enabled=False)
        fonts = set(page.evaluate(FONTS))
        look = page.evaluate(LOOK)
        assert look["x"] == pytest.approx(1, abs=0.01)
        assert look["spoken"] == ["absolute", "rect(1px, 1px, 1px, 1px)"]
        assert len(look["characters"]) > 50
        for content, families in look["characters"]:
            assert content != "none"
            assert fonts & set(families)

    @pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1440"])
    def test_nothing_moves_while_the_page_loads(self, browser, chapter, size):
        """By the measure of browsers for layout shifts, of which up to 0.1 is thought good."""
        with serving(HesitatingHandler) as address:
            visits = Visits(browser, address)
            page = visits.page(viewport=size)
            page.add_init_script(SHIFT)
            page.goto(f"{address}{SITE_ROOT}book/{chapter}.html", wait_until="networkidle")
            shift = page.evaluate("shift")
            visits.close()
        assert shift < 0.02
        assert visits.problems == []


class HesitatingHandler(Handler):
    """Sends the pages in parts, the first of which ends in the middle of the formulas, and fonts late."""

    def copyfile(self, source, outputfile):
        data = source.read()
        if self.path.endswith((".html", ".woff", ".woff2")):
            cut = data.find(b"</tr>", data.find(b"mjx-container"))
            outputfile.write(data[:cut])
            outputfile.flush()
            sleep(0.3)
            data = data[cut:]
        outputfile.write(data)
