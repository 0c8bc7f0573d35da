"""The front page shows what the book is about at once, and is light."""

import re

import numpy as np
import pytest
import yaml
from browser import SITE_ROOT, CompressingHandler, Visits, serving
from built import parsed
from paths import ROOT

from softmax_lib import softmax
from softmax_site.drawings import DRAWINGS

FRONT = "book/index.html"
BUDGET = 200_000
NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}


class TestFrontPage:
    def test_shows_what_it_is_and_the_picture_in_one_screen(self, visits):
        page = visits.open(FRONT, viewport=WIDE)
        picture = page.locator(".shares").bounding_box()
        assert picture["y"] + picture["height"] <= WIDE["height"]
        assert page.get_by_text("Softmax turns scores into probabilities.").bounding_box()["y"] < 300

    @pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1440"])
    def test_nothing_moves_while_it_loads(self, visits, size):
        """By the measure of browsers for layout shifts, of which up to 0.1 is thought good."""
        page = visits.page(viewport=size)
        page.add_init_script(
            """window.shift = 0;
            new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shift += value; })
                .observe({ type: "layout-shift", buffered: true });"""
        )
        page.goto(f"{visits.address}{SITE_ROOT}{FRONT}", wait_until="networkidle")
        page.locator(".shares input").first.wait_for()
        assert page.evaluate("shift") < 0.02

    def test_is_light(self, browser):
        """As compressed, with its picture and all fonts."""
        with serving(CompressingHandler) as address:
            visits = Visits(browser, address)
            page = visits.page()
            responses = []
            page.on("response", lambda response: responses.append(response))
            page.goto(f"{address}{SITE_ROOT}{FRONT}", wait_until="networkidle")
            sizes = {response.url: response.request.sizes()["responseBodySize"] for response in responses}
            visits.close()
        assert not [url for url in sizes if re.search(r"mathjax|fontawesome|searchindex|chart.umd", url)]
        assert 100_000 < sum(sizes.values()) < BUDGET, sizes


class TestShares:
    """Three scores and the whole that they share."""

    @pytest.fixture
    def page(self, visits):
        return visits.open(FRONT, viewport=WIDE)

    @staticmethod
    def seen(page):
        """Return the scores, the shares, the widths of the bars and of the parts of the whole, and their sum."""
        rows = page.locator(".shares [data-score]")
        scores = [float(text) for text in rows.locator(".shares-score").all_inner_texts()]
        shares = [float(text) for text in rows.locator("b").all_inner_texts()]
        bars = [float(row.locator("rect").last.get_attribute("width").rstrip("%")) for row in rows.all()]
        whole = page.locator(".shares-whole")
        parts = [float(part.get_attribute("width").rstrip("%")) for part in whole.locator("rect").all()]
        return scores, shares, bars, parts, float(whole.locator("b").inner_text())

    def agree(self, page, temperature=1):
        scores, shares, bars, parts, total = self.seen(page)
        expected = softmax(np.divide(scores, temperature))
        np.testing.assert_allclose(shares, expected, atol=5.1e-4)
        np.testing.assert_allclose(bars, 100 * expected, atol=0.051)
        np.testing.assert_allclose(parts, 100 * expected, atol=0.051)
        assert total == 1
        return scores

    @pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
    def test_first_divides_2_1_and_a_half(self, visits, scripts):
        page = visits.open(FRONT, java_script_enabled=scripts)
        assert self.agree(page) == [2, 1, 0.5]
        assert page.locator(":is(.shares input, .shares button):visible").count() == (7 if scripts else 0)

    def test_a_slider_moves_all_shares(self, page):
        page.get_by_role("slider", name="Score of dog").press("ArrowRight")
        assert self.agree(page) == [2, 1.1, 0.5]

    def test_temperature_sharpens(self, page):
        page.get_by_role("button", name="Temperature 0.25").click()
        assert self.agree(page, temperature=0.25) == [2, 1, 0.5]

    def test_a_common_shift_changes_nothing_but_breaks_the_textbook_formula(self, page):
        before = self.seen(page)
        page.get_by_role("button", name="Add 1000 to each").click()
        scores, *others = self.seen(page)
        assert scores == [1002, 1001, 1000.5]
        assert others == [pytest.approx(part, abs=0.06) for part in before[1:]]
        page.get_by_role("button", name="Textbook formula").click()
        assert np.isnan(self.seen(page)[1]).all()
        assert page.locator(".shares-note").inner_text().startswith("e to the power 1002 is beyond")
        page.get_by_role("button", name="Start again").click()
        assert self.agree(page) == [2, 1, 0.5]
        assert page.locator(".shares-note").inner_text() == ""


def test_the_map_has_each_chapter_with_a_drawing_and_a_line():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    front = parsed(FRONT)
    parts = front.select(".map-part")
    assert [part.h3.get_text().removesuffix("#") for part in parts] == [part["caption"] for part in toc["parts"]]
    cards = [card for part in parts for card in part.select("li")]
    chapters = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    assert [f"book/{card.a['href']}" for card in cards] == [f"{chapter}.html" for chapter in chapters]
    for card in cards:
        title, line = card.select("p")
        assert title.get_text() == parsed(f"book/{card.a['href']}").h1.get_text().removesuffix("#")
        assert 10 < len(line.get_text()) < 170
        assert card.select("svg.drawing > *")


def test_the_map_names_only_chapters_that_there_are():
    toc, lines = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in ("_toc.yml", "book/map.yml"))
    assert lines["parts"].keys() == {part["caption"] for part in toc["parts"]}
    chapters = {entry["file"].removeprefix("book/") for part in toc["parts"] for entry in part["chapters"]}
    assert lines["chapters"].keys() <= chapters
    assert DRAWINGS.keys() <= chapters
