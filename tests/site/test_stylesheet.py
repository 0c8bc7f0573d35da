"""The one style sheet of the site, made of several."""

import pytest
from fontTools.ttLib import TTFont

from softmax_site.stylesheet import combine

PAGE = """<p class="known wide"></p><h1 id="top"></h1><own-part></own-part>
<script src="_static/script.js?v=1"></script>"""
KEPT = [
    "p{x:1}",
    ".known{x:2}",
    "#top .known{x:3}",
    ".unknown,.known{x:4}",
    ".known:not(.unknown){x:5}",
    "own-part{x:5}",
    "@media print{.known{x:6}}",
    "@media print{@media (width>1px){.known{x:7}}}",
    "@keyframes turn{from{x:8}}",
    ".made{x:9}",
    "@font-face{src:url(own.woff)}",
]
LEFT_OUT = [
    ".unknown{x:1}",
    ".known .unknown{x:2}",
    "#unknown{x:3}",
    "p unknown-part{x:3}",
    "@media print{.unknown{x:4}}",
    ".unread{x:5}",
    "@font-face{src:url(../fontawesome/all.woff)}",
]


@pytest.fixture
def combined(tmp_path):
    """Return a function that combines style sheets into one, and the folder of the site."""
    static = tmp_path / "_static"
    static.mkdir()
    (tmp_path / "page.html").write_text(PAGE)
    (static / "script.js").write_text("element.classList.add('made')")
    (static / "not-loaded.js").write_text("element.classList.add('unread')")

    def combined(**sheets):
        for name, css in sheets.items():
            (static / f"{name}.css").write_text(css, "utf-8")
        combine(tmp_path, [f"_static/{name}.css" for name in sheets])
        return (static / "all.css").read_text("utf-8").replace(" ", "")

    return combined, static


@pytest.mark.parametrize("rule", KEPT)
def test_keeps_what_can_apply(combined, rule):
    assert rule.replace(" ", "") in combined[0](sheet=rule)


@pytest.mark.parametrize("rule", LEFT_OUT)
def test_leaves_out_what_cannot(combined, rule):
    assert combined[0](sheet=rule) == '@charset"utf-8";'


def test_keeps_all_of_the_books_own_sheets(combined):
    rule = ".of-a-class-that-a-script-puts-together{x:1}"
    assert combined[0](book=rule) == f'@charset"utf-8";{rule}'


def test_keeps_the_order_and_reads_imports_in_their_place(combined):
    result = combined[0](last="p{x:3}", first='@import "last.css";p{x:2}')
    assert result.endswith("p{x:3}p{x:3}p{x:2}")


def test_the_font_has_the_icons_that_the_rules_draw(combined):
    combine, static = combined
    combine(sheet=r".known::before{content:'\f071'}.unknown::before{content:'\f058'}")
    assert set(TTFont(static / "icons.woff").getBestCmap()) == {0xF071}
