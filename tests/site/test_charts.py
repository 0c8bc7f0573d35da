"""Charts have a drawing for light pages and one for dark ones, where each line and letter is seen as well."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from browser import SITE_ROOT
from built import PAGES, parsed
from explorer import Picture
from matplotlib import colormaps
from matplotlib.colors import to_hex, to_rgb
from paths import ROOT, SITE

from softmax_site.html.charts import COUNTERPARTS, PAGE, TEXT, darkened

SVG = "{http://www.w3.org/2000/svg}"
DARK = sorted((SITE / "_images").glob("*-dark.svg"))
NIGHT = [COUNTERPARTS[to_hex(colormaps["Blues"](i))] for i in range(256)]
# Those with scans of digits, which are ink on paper.
ON_PAPER = {
    "book/beyond-temperature.html": 1,
    "book/calibration.html": 1,
    "book/conformal.html": 1,
    "book/contrast.html": 2,
    "book/cross-entropy.html": 1,
    "book/distillation.html": 1,
    "book/images.html": 1,
    "book/sampling.html": 1,
}


def contrast(one, other):
    """Return the ratio of WCAG 2: at least 4.5 for letters, 3 for what else is to be seen."""
    bright, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def painted(element, inherited):
    """Yield the colour of each shape in an element: of its line, else of its fill; grid lines are to be faint."""
    style = dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", "")))
    colour = style.get("fill", element.get("fill", inherited))
    if element.tag in {f"{SVG}path", f"{SVG}use"} and "0.3" not in style.get("stroke-opacity", ""):
        seen = style.get("stroke", colour)
        if seen.startswith("#"):
            yield seen
    for child in element:
        if child.tag not in {f"{SVG}defs", f"{SVG}clipPath"} and "QuadMesh" not in child.get("id", ""):
            yield from painted(child, colour)


def groups(drawing, kind):
    return [group for group in drawing.iter(f"{SVG}g") if group.get("id", "").startswith(kind)]


class TestColours:
    def test_the_house_style_has_counterparts_that_letters_may_have(self):
        style = (ROOT / "book" / "softmax_book" / "house.mplstyle").read_text()
        colours = re.findall(r'"([0-9a-f]{6})"', style)
        assert len(colours) == 6
        for colour in colours:
            assert contrast(COUNTERPARTS[f"#{colour}"], PAGE) >= 4.5, colour

    def test_no_two_colours_become_one(self):
        others = [dark for dark in COUNTERPARTS.values() if dark not in NIGHT[:-1]]
        assert len(others) > 15
        assert len(set(others)) == len(others) - 1  # The brightest of the blues is that of the house style.

    def test_blues_are_brighter_the_more_they_mean(self):
        shades = [luminance(colour) for colour in NIGHT]
        assert shades == sorted(shades)
        assert contrast(NIGHT[-1], PAGE) > 4.5

    def test_letters_have_no_colour_of_their_own(self):
        dark = darkened('<svg width="1pt"><path style="stroke: #000000"/><use/></svg>')
        assert dark == f'<svg fill="{TEXT}" width="1pt"><path style="stroke: {TEXT}"/><use/></svg>'

    def test_a_drawing_with_other_colours_stays_as_it_is(self):
        assert darkened('<svg><path style="fill: #123456"/></svg>') is None

    def test_names_are_no_colours(self):
        names = '<use xlink:href="#m0000000000"/><path clip-path="url(#p0000000000)"/></svg>'
        assert darkened(f"<svg>{names}").endswith(names)


@pytest.mark.parametrize("path", DARK, ids=lambda path: path.name[:12])
class TestDarkDrawing:
    def test_lines_and_shapes_are_seen(self, path):
        colours = set(painted(ElementTree.parse(path).getroot(), "#000000"))
        assert colours
        for colour in colours - {PAGE}:  # A gap between shapes has the colour of the page.
            assert contrast(colour, PAGE) >= 3, colour

    def test_letters_are_read(self, path):
        drawing = ElementTree.parse(path).getroot()
        for group in groups(drawing, "text_"):
            # What has the colour of the page is written on a shape, in one of the colours tested above.
            for colour in set(painted(group, drawing.get("fill"))) - {PAGE}:
                assert contrast(colour, PAGE) >= 4.5, colour

    def test_numbers_on_cells_are_read(self, path):
        drawing = ElementTree.parse(path).getroot()
        for axes in groups(drawing, "axes_"):
            meshes = [child for child in axes if "QuadMesh" in child.get("id", "")]
            texts = [child for child in axes if child.get("id", "").startswith("text_")]
            if meshes and len(texts) > 1:  # One is the title.
                cells = re.findall(r"fill: (#\w+)", ElementTree.tostring(meshes[0], "unicode"))
                assert len(cells) > 5
                for cell in cells:
                    assert contrast(TEXT, cell) >= 4.5, cell

    def test_is_the_light_one_but_for_its_colours(self, path):
        light = path.with_name(path.name.replace("-dark", "")).read_text("utf-8")
        dark = path.read_text("utf-8")
        colour = r"#[0-9a-f]{6}\b"
        assert re.sub(colour, "", dark).replace(' fill=""', "") == re.sub(colour, "", light).replace(' fill=""', "")


class TestPage:
    @pytest.mark.parametrize("path", PAGES)
    def test_each_chart_has_a_drawing_for_each_theme_but_for_scans(self, path):
        charts = parsed(path).select('img[src*="_images/"]')
        kinds = Counter(tuple(chart.get("class", [])) for chart in charts)
        assert kinds.keys() <= {("only-light",), ("only-dark",), ()}
        assert kinds["only-light",] == kinds["only-dark",]
        assert kinds[()] == ON_PAPER.get(path, 0)
        for light in parsed(path).select("img.only-light[src*='_images/']"):
            dark = light.find_next_sibling("img")
            assert dark["src"] == light["src"].replace(".svg", "-dark.svg")
            assert [dark[name] for name in ("alt", "width", "height")] == [
                light[name] for name in ("alt", "width", "height")
            ]

    @pytest.mark.parametrize("path", PAGES)
    def test_captions_name_no_colour_that_a_theme_turns_around(self, path):
        for figure in parsed(path).select("figure:has(img.only-dark)"):
            assert not re.search(r"\b(black|white|dark|bright)\b", figure.figcaption.get_text()), figure.figcaption

    def test_dark_colours_are_those_of_the_theme(self, visits):
        page = visits.open("book/charts.html", color_scheme="dark")
        background, text, blue = page.evaluate(
            """() => ["background", "text-base", "primary"].map((name) =>
                getComputedStyle(document.body).getPropertyValue(`--pst-color-${name}`))"""
        )
        assert [background, text, blue] == [PAGE, TEXT, COUNTERPARTS["#0072b2"]]

    def test_pictures_that_move_have_the_colours_of_the_still_ones(self, visits):
        names = ["teal", "pink", "blue", "orange", "green", "grey"]
        light, dark = (
            visits.open("book/charts.html", color_scheme=scheme).evaluate(
                """(names) => names.map((name) =>
                    getComputedStyle(document.body).getPropertyValue(`--chart-${name}`).split(",").map(Number))""",
                names,
            )
            for scheme in ("light", "dark")
        )
        for day, night in zip(light, dark, strict=True):
            assert to_rgb(COUNTERPARTS[hexadecimal(day)]) == to_rgb(hexadecimal(night))

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_only_the_drawing_of_the_theme_is_fetched(self, visits, scheme):
        page = visits.page(color_scheme=scheme)
        fetched = []
        page.on("request", lambda request: fetched.append(request.url) if "/_images/" in request.url else None)
        page.goto(f"{visits.address}{SITE_ROOT}book/charts.html")
        Picture(page)  # Once it moves, no drawing goes away any more.
        for chart in page.locator("article img:visible").all():
            chart.scroll_into_view_if_needed()
            chart.evaluate("(chart) => chart.decode()")
        assert len(fetched) >= 4
        assert all(("-dark" in url) == (scheme == "dark") for url in fetched)

    def test_the_button_of_the_theme_changes_the_drawing(self, visits):
        page = visits.open("book/charts.html", color_scheme="light")
        light, dark = page.locator("img.only-light").nth(1), page.locator("img.only-dark").nth(1)
        assert light.is_visible()
        assert not dark.is_visible()
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert dark.is_visible()
        assert not light.is_visible()

    def test_scans_are_ink_on_paper_in_the_dark(self, visits):
        page = visits.open("book/calibration.html", color_scheme="dark")
        scan = page.locator(".cell_output img:not(.only-light, .only-dark)").first
        assert scan.is_visible()
        background, filter = scan.evaluate("(i) => [getComputedStyle(i).backgroundColor, getComputedStyle(i).filter]")
        assert background == "rgb(255, 255, 255)"
        assert "invert" not in filter


def hexadecimal(rgb):
    return "#" + "".join(f"{int(value):02x}" for value in rgb)
