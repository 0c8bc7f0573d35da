"""The search: what it finds first, and the excerpts below."""

import json
import re
from urllib.parse import quote

import pytest
from browser import Visits
from bs4 import BeautifulSoup
from built import parsed
from paths import CHAPTERS, SITE

from softmax_site.formulas import set_formula
from softmax_site.html.search import ASSIGNED, TEXTS, formula

FIRST = {
    "cross entropy": "Train with cross-entropy",
    "overflow": "When exponentials overflow",
    "attention": "How does attention use softmax?",
    "perplexity": "How is the next word predicted?",
    "gumbel": "How do we draw from a softmax?",
}
# What belongs to a page and not to its text, and TeX.
FURNITURE = re.compile(r"\.ipynb|\.pdf|Contents|Show code|Print to|\\\\[a-z(\\[]")


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "p_i = (e^(z_i))/(∑_j e^(z_j))"),
        (r"\mathrm{softmax}(z)_i", "softmax(z)_i"),
        (r"m = \max_j z_j", "m = max_j z_j"),
        (r"-y_i \log \sigma(-x)", "−y_i log σ(−x)"),
        (r"\frac{1}{2} \sqrt{d} \ge 10^{-16}", "1/2√d ≥ 10^−16"),
        (r"\begin{cases} 0 & x < 0 \\ 1 & \text{else} \end{cases}", "{ 0 x < 0 1 else"),
    ],
)
def test_a_formula_is_one_line_of_text(tex, line):
    assert formula(BeautifulSoup(set_formula(tex), "html.parser").math) == line


def test_the_script_of_texts_holds_data_of_all_chapters_and_no_code():
    script = (SITE / TEXTS).read_text("utf-8")
    assert script.startswith(ASSIGNED)
    texts = json.loads(script.removeprefix(ASSIGNED))
    assert set(CHAPTERS) <= texts.keys()
    for chapter in CHAPTERS:
        places = texts[chapter]["places"]
        assert places.keys() == {
            place["id"] for place in parsed(f"{chapter}.html").select("article :is(section, dt)[id]")
        }


@pytest.fixture(params=["online", "in a folder"])
def search(request, browser, address, folder):
    """Return a function that searches, and gives titles and excerpts."""
    visits = Visits(browser, address)

    def search(query):
        if request.param == "online":
            page = visits.open(f"search.html?q={quote(query)}")
        else:
            page = visits.page()
            page.goto(f"{(folder / 'search.html').as_uri()}?q={quote(query)}")
        page.locator(".search-summary:not(:empty)").wait_for()
        return page.evaluate(
            """() => [...document.querySelectorAll("#search-results li")].map((item) =>
                [item.querySelector("a").textContent, item.querySelector(".context").textContent])"""
        )

    yield search
    visits.close()
    assert visits.problems == []


def test_finds_first(search):
    assert {query: search(query)[0][0] for query in FIRST} == FIRST


def test_a_term_is_found_with_its_explanation(search):
    found = dict(search("calibration"))
    assert found["Glossary > Calibration"].startswith("… Calibration Predictions are calibrated if")


def test_a_section_is_found_with_its_text(search):
    found = dict(search("temperature"))
    assert found["See what softmax does > Temperature"].startswith("… Temperature The temperature T > 0 divides")


@pytest.mark.parametrize("query", ["softmax", "temperature", "log-sum-exp"])
def test_excerpts_are_the_text_around_the_word(search, query):
    found = search(query)
    assert len(found) > 3
    for title, excerpt in found:
        assert 50 < len(excerpt) < 300, title
        assert not FURNITURE.search(excerpt)
    with_word = [excerpt for _, excerpt in found if query in excerpt.lower()]
    assert len(with_word) > len(found) / 2


@pytest.mark.parametrize("query", ["gumbel", "cross-entropy"])
def test_gives_each_place_a_title_of_its_own(search, query):
    titles = [title for title, _ in search(query)]
    assert sum(title.startswith("Glossary > ") for title in titles) > 1
    assert len(titles) == len(set(titles))


def test_says_that_nothing_was_found(search):
    assert search("abracadabra") == []
