"""The still pictures, which stand on a page before, and without, JavaScript: their numbers and their look."""

import math
import re
from urllib.parse import parse_qsl

import mpmath
import numpy as np
import pytest
from built import parsed
from explorer import PLACES, every_place, number
from paths import SITE

from softmax_site import stills

# The widths in bits of the floating types, their largest numbers, and the smallest above 0.
TYPES = {
    64: ((2 - 2**-52) * mpmath.mpf(2) ** 1023, mpmath.mpf(2) ** -1074),
    32: ((2 - 2**-23) * mpmath.mpf(2) ** 127, mpmath.mpf(2) ** -149),
    16: (mpmath.mpf(65504), mpmath.mpf(2) ** -24),
}
STATES = [
    "bars?z=1.5,0.8,-0.2",
    "bars?z=-3,0.25,7,-1.5",
    "bars?z=1000,-1000,999.5",
    "simplex?z=-4,5,-1",
    "simplex?z=0.5,2,1",
    "overflow?x=3",
    "overflow?x=89",
    "overflow?x=-17",
    "overflow?x=710",
    "stream?z=1,3,2,1000,999&fed=5",
    "stream?z=3,2,1,0,-1,-2&fed=4",
    "stream?z=1,1,1,1&fed=1",
]


def softmax(z):
    powers = [mpmath.exp(x) for x in z]
    return [power / mpmath.fsum(powers) for power in powers]


def numbers(text):
    return [float(number) for number in text.split(",")]


def bars(z):
    z = numbers(z)
    p = softmax(z)
    rows = [(x, mpmath.exp(x - max(z)), share) for x, share in zip(z, p, strict=True)]
    return rows, [*z, *p]


def simplex(z):
    z = numbers(z)
    p = softmax(z)
    rows = [(x, share, share - truth) for x, share, truth in zip(z, p, (1, 0, 0), strict=True)]
    return rows, [*p, 1]  # The true class is number 1.


def overflow(x):
    rows, said = [], []
    for bits, (largest, smallest) in TYPES.items():
        said += [mpmath.log(smallest / 2), mpmath.log(largest), bits]
        first, second = (rounded(mpmath.exp(mpmath.mpf(x) - shift), bits) for shift in (0, 1))
        total = first + second
        shares = [
            power / total if total and not (power == total == math.inf) else math.nan for power in (first, second)
        ]
        rows.append((first, second, *shares))
    return rows, [*said, float(x)]


def rounded(x, bits):
    """Return a positive number as a floating type has it, to its last bit or so."""
    largest, smallest = TYPES[bits]
    if x > largest:
        return math.inf
    return 0.0 if x < smallest / 2 else float(max(x, smallest))


def stream(z, fed):
    z, fed = numbers(z), int(fed)
    rows, top = [], -math.inf
    for count in range(1, fed + 1):
        before, top = top, max(z[:count])
        total = mpmath.fsum(mpmath.exp(x - top) for x in z[:count])
        rows.append((z[count - 1], top, mpmath.exp(before - top), total))
    return rows, [*z, fed, top, *(row[-1] for row in rows), 1]  # "... before 1 is added."


DEFINITIONS = {"bars": bars, "simplex": simplex, "overflow": overflow, "stream": stream}


def expected(address):
    name, _, state = address.partition("?")
    return DEFINITIONS[name](**dict(parse_qsl(state)))


def assert_close(shown, true, digits):
    assert len(shown) == len(true)
    for text, value in zip(shown, true, strict=True):
        half_a_step = 0.5 * 10.0 ** -len(text.partition(".")[2]) if "e" not in text and "." in text else 0
        assert np.isclose(number(text), float(value), rtol=0.51 * 10 ** (1 - digits), atol=half_a_step, equal_nan=True)


def assert_right(address, table, alt):
    rows, said = expected(address)
    assert len(table) == len(rows)
    for cells, row in zip(table, rows, strict=True):
        assert_close(", ".join(cells).split(", "), row, digits=3)
    assert_close(re.findall(r"-?\d[\d.]*(?:e[+-]\d+)?", alt.replace("class", "class ").rstrip(".")), said, digits=3)


@pytest.mark.parametrize("address", STATES)
def test_numbers_are_those_of_the_definitions(address):
    name, _, state = address.partition("?")
    still = stills.draw(name, **dict(parse_qsl(state)))
    assert_right(address, [cells for _, *cells in still.rows], still.alt)


@every_place
def test_pages_show_those_of_their_state(place):
    still = parsed(place).select_one("[data-explorer]")
    table = [[cell.get_text(strip=True) for cell in row.select("td")] for row in still.select("tbody tr")]
    for image in still.select("img"):
        assert_right(still["data-explorer"], table, image["alt"])


@every_place
@pytest.mark.parametrize("width", [360, 1280])
def test_is_a_box_with_an_aligned_table_where_no_script_runs(visits, place, width):
    still = visits.open(
        place, viewport={"width": width, "height": 900}, java_script_enabled=False, color_scheme="dark"
    ).locator("[data-explorer]")
    box = still.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    for element in still.locator("img.only-light, table, th, td, p").all():
        inner = element.bounding_box()
        assert inner["x"] >= box["x"]
        assert inner["x"] + inner["width"] <= box["x"] + box["width"]
    border, aligned, lines = still.evaluate(
        """(still) => {
            const columns = [...still.querySelectorAll("tr")].map((row) => [...row.cells].map(
                (cell) => getComputedStyle(cell).textAlign));
            const lines = [...still.querySelectorAll("tbody tr > *")].map(
                (cell) => parseFloat(getComputedStyle(cell).borderBottomWidth));
            return [parseFloat(getComputedStyle(still).borderTopWidth), columns, lines];
        }"""
    )
    assert border >= 1
    assert aligned == [["left", *["right"] * (len(row) - 1)] for row in aligned]
    assert min(lines) >= 1


class TestPage:
    """Where a picture has its place."""

    @every_place
    def test_is_a_described_chart_and_a_table(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert still["data-explorer"].startswith(f"{PLACES[place]}?")
        assert re.search(r"\d", still.img["alt"])
        assert (SITE / place).parent.joinpath(still.img["src"]).is_file()
        assert len(still.select("tbody tr")) >= 3

    def test_scripts_are_loaded_where_there_is_a_picture_and_in_order(self):
        for path in SITE.rglob("*.html"):
            page = parsed(path.relative_to(SITE))
            names = {place["data-explorer"].partition("?")[0] for place in page.select("[data-explorer]")}
            scripts = [script for script in page.find_all("script", src=re.compile("explorer/|chartjs/"))]
            expected = ["chart.umd.min", "softmax", "fields", *names, "explorer"] if names else []
            assert [re.search(r"([\w.]+)\.js", script["src"])[1] for script in scripts] == expected, path.name
            assert all(script.has_attr("defer") for script in scripts)

    @every_place
    def test_has_no_inline_code(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert not still.find_all(["script", "style"])
        for element in [still, *still.find_all(True)]:
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")]

    @every_place
    def test_is_seen_without_javascript(self, visits, place):
        page = visits.open(place, java_script_enabled=False)
        still = page.locator("[data-explorer]")
        assert still.locator("img.only-light").is_visible()
        assert not still.locator("img.only-dark").is_visible()
        assert still.locator("table").is_visible()
        assert still.locator("button").count() == 0
