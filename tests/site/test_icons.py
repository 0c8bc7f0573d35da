"""The theme's icons, which are drawn into the pages from a script whose text is searched for them."""

import re
from pathlib import Path

import pytest
import sphinx_book_theme
from bs4 import BeautifulSoup
from built import PAGES, parsed
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont

from softmax_site.html.performance import THEME, draw_icons, icons
from softmax_site.stylesheet import FONT

FAMILIES_AND_SIZES = {"solid", "brands", "lg"}
BASELINE = 448  # of a drawing, whose y grows downwards


def bounds(draw):
    pen = BoundsPen(None)
    draw(pen)
    return pen.bounds


def test_each_is_that_of_the_font():
    with TTFont(FONT) as font:
        glyphs = font.getGlyphSet()
        names = set(glyphs) - {".notdef"}
        assert len(names) > 1000
        for name in names:
            width, _, path = icons()[name]
            left, top, right, bottom = bounds(lambda pen, path=path: parse_path(path, pen))
            expected = bounds(glyphs[name].draw)
            assert float(width) == pytest.approx(glyphs[name].width, abs=1), name
            assert (left, BASELINE - bottom, right, BASELINE - top) == pytest.approx(expected, abs=1.5), name


def test_the_templates_name_no_other():
    templates = [*THEME.rglob("*.html"), *Path(sphinx_book_theme.__file__).parent.rglob("*.html")]
    names = {name for path in templates for name in re.findall(r"\bfa-([a-z][a-z0-9-]+)", path.read_text("utf-8"))}
    assert len(names) > 10
    assert names - FAMILIES_AND_SIZES <= icons().keys()


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_them_drawn(path):
    page = parsed(path)
    assert not page.select("i[class*=fa-], span[class*=fa-]")
    for icon in page.select("svg.icon"):
        (name,) = {name.removeprefix("fa-") for name in icon["class"]} & icons().keys()
        width, height, drawing = icons()[name]
        assert icon["viewbox"] == f"0 0 {width} {height}"
        assert icon.path["d"] == drawing


def test_an_unknown_one_is_named():
    page = BeautifulSoup('<i class="fa-solid fa-no-such-icon"></i>', "html.parser")
    with pytest.raises(ValueError, match=r"no drawing in .*fontawesome\.js for .*fa-no-such-icon"):
        draw_icons(page)


@pytest.mark.parametrize("width", [360, 1440])
def test_those_of_the_header_are_seen(visits, width):
    page = visits.open("book/charts.html", viewport={"width": width, "height": 900})
    header = page.locator(".bd-header-article svg.icon")
    seen = [icon.bounding_box() for icon in header.all() if icon.is_visible()]
    assert len(seen) >= 3
    assert all(10 <= box["width"] <= 40 and 10 <= box["height"] <= 40 for box in seen)
