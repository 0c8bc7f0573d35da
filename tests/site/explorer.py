"""What the tests of the pictures that move share: where they are, and what a reader sees of one."""

import re
from urllib.parse import parse_qsl

import numpy as np
import pytest

PLACES = {
    "book/charts.html": "bars",
    "book/cross-entropy.html": "simplex",
    "book/overflow.html": "overflow",
    "book/one-pass.html": "stream",
    "book/attention.html": "root",
    "book/many-machines.html": "merge",
    "book/choosing-words.html": "decode",
    "book/bandits.html": "bandit",
    "book/calibration.html": "reliability",
    "book/other-normalisers.html": "entmax",
    "book/flash-attention.html": "tiles",
}
TYPES = ["float64", "float32", "float16"]

every_place = pytest.mark.parametrize("place", PLACES)


class Picture:
    """A picture on a page, with what a reader sees of it."""

    def __init__(self, page):
        self.page = page
        self.place = page.locator("[data-explorer]")
        self.sentence = self.place.locator(".softmax-sentence")
        self.message = self.place.locator(".softmax-message")
        self.live = self.place.locator(".softmax-live")
        self.canvas = self.place.locator("canvas")
        self.handle = self.place.get_by_role("slider", name=re.compile("The distribution|The scores|Logit z$"))
        self.place.scroll_into_view_if_needed()
        self.canvas.wait_for()

    def button(self, name):
        return self.place.get_by_role("button", name=name, exact=True)

    def box(self, name):
        return self.place.get_by_role("textbox", name=name, exact=True)

    def slider(self, name):
        return self.place.get_by_role("slider", name=f"{name}, slider", exact=True)

    def choose(self, name):
        self.place.get_by_role("radio", name=name, exact=True).check()

    def table(self):
        """Return the table's rows, without their headings."""
        rows = self.place.locator("tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows]

    def column(self, index):
        return np.array([number(row[index]) for row in self.table()])

    def fact(self, name):
        return self.place.locator("dl > div", has_text=name).locator("dd").inner_text()

    def chart(self, expression):
        return self.canvas.evaluate(f"(canvas) => {{ const chart = Chart.getChart(canvas); return {expression}; }}")

    def state(self):
        """Return what the picture's link says of it."""
        self.button("Copy link").click()
        self.message.get_by_text("link").or_(self.message.get_by_text("address")).wait_for()
        return {key: value for key, value in parse_qsl(self.page.evaluate("location.hash").partition("?")[2])}


def number(text):
    return float(text.replace("−", "-").replace("∞", "inf"))
