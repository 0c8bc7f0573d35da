"""The still picture, which stands on a page before, and without, JavaScript."""

import re

import numpy as np
from built import parsed
from explorer import PLACES, every_place, number
from paths import SITE

from softmax_lib import softmax


class TestStillPicture:
    @every_place
    def test_is_a_described_chart_and_a_table(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert still["data-explorer"].startswith(f"{PLACES[place]}?")
        assert re.search(r"\d", still.img["alt"])
        assert (SITE / place).parent.joinpath(still.img["src"]).is_file()
        assert len(still.select("tbody tr")) >= 3

    def test_table_is_computed(self):
        rows = parsed("book/index.html").select("[data-explorer] tbody tr")
        shown = [[number(cell.text) for cell in row.find_all("td")] for row in rows]
        z, exponentials, p = np.array(shown).T
        assert np.allclose(p, softmax(z), atol=5e-5)
        assert np.allclose(exponentials, np.exp(z - z.max()), atol=5e-5)

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
