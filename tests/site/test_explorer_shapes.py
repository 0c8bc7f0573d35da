"""The pictures that move, as measured on the screen: styles that a script asks for, and drawings that rely on them."""

import math

import pytest
from browser import Visits
from explorer import Picture

WIDTHS = [1280, 768, 360]
PIXELS = "([x, y]) => [chart.scales.x.getPixelForValue(x), chart.scales.y.getPixelForValue(y)]"


@pytest.fixture(scope="module", params=WIDTHS)
def see(request, browser, address):
    visits = Visits(browser, address)
    yield lambda place: Picture(visits.open(place, viewport={"width": request.param, "height": 900}))
    visits.close()
    assert not visits.problems


def height(picture):
    return picture.canvas.bounding_box()["height"] / 16


def test_the_line_of_the_overflow_crosses_all_bars_where_its_logit_is(see):
    picture = see("book/overflow.html")
    picture.box("Logit z").fill("89")
    line, thickness, ink = picture.handle.evaluate(
        """(handle) => {
            const { height, width, backgroundColor } = getComputedStyle(handle, "::before");
            return [parseFloat(height), parseFloat(width), backgroundColor];
        }"""
    )
    handle, chart = picture.handle.bounding_box(), picture.canvas.bounding_box()
    bars = picture.chart("chart.getDatasetMeta(0).data.map(({ y, height }) => [y - height / 2, y + height / 2])")
    top = handle["y"] + (handle["height"] - line) / 2 - chart["y"]
    assert top < min(min(bars))
    assert top + line > max(max(bars))
    assert 2 <= thickness <= 6
    assert ink == picture.place.evaluate("(place) => getComputedStyle(place).color")
    middle = handle["x"] + handle["width"] / 2 - chart["x"]
    place = picture.chart(f"chart.scales.x.getPixelForValue({math.asinh(89 / 5)})")
    assert abs(middle - place) < 1
    assert height(picture) == 14


def test_the_sides_of_the_triangle_are_equally_long(see):
    picture = see("book/cross-entropy.html")
    corners = picture.chart(f"[[0, 0], [1, 0], [0.5, {3**0.5 / 2}]].map({PIXELS})")
    sides = [math.dist(corners[i], corners[i - 1]) for i in range(3)]
    assert max(sides) / min(sides) < 1.04
    assert min(sides) > 200


def test_the_point_of_the_triangle_is_where_its_distribution_is(see):
    picture = see("book/cross-entropy.html")
    picture.box("Class 1").fill("2")
    _, second, third = picture.column(1)
    x, y = picture.chart(f"({PIXELS})([{second + third / 2}, {third * 3**0.5 / 2}])")
    handle, chart = picture.handle.bounding_box(), picture.canvas.bounding_box()
    assert abs(handle["x"] + handle["width"] / 2 - chart["x"] - x) < 1
    assert abs(handle["y"] + handle["height"] / 2 - chart["y"] - y) < 1


@pytest.mark.parametrize(("place", "rem"), [("book/charts.html", 20), ("book/one-pass.html", 24)])
def test_the_others_are_as_high_as_their_panels_need(see, place, rem):
    assert height(see(place)) == rem
