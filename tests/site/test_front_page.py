"""The front page shows what the book is about at once, and is light."""

import re

import pytest
from browser import SITE_ROOT, CompressingHandler, Visits, serving

FRONT = "book/index.html"
BUDGET = 300_000
NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}


class TestFrontPage:
    def test_shows_what_it_is_and_the_chart_in_one_screen(self, visits):
        page = visits.open(FRONT, viewport=WIDE)
        page.locator(".softmax-explorer canvas").wait_for()
        chart = page.locator(".softmax-explorer canvas").bounding_box()
        assert chart["y"] + chart["height"] <= WIDE["height"]
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
        page.locator(".softmax-explorer canvas").wait_for()
        assert page.evaluate("shift") < 0.03

    def test_is_light(self, browser):
        """As compressed, with the script that draws the chart, and without its still picture."""
        with serving(CompressingHandler) as address:
            visits = Visits(browser, address)
            page = visits.page()
            responses = []
            page.on("response", lambda response: responses.append(response))
            page.goto(f"{address}{SITE_ROOT}{FRONT}", wait_until="networkidle")
            sizes = {
                response.url: response.request.sizes()["responseBodySize"]
                for response in responses
                if "/_images/" not in response.url
            }
            visits.close()
        assert not [url for url in sizes if re.search(r"mathjax|fontawesome|searchindex", url)]
        assert 100_000 < sum(sizes.values()) < BUDGET, sizes
