"""The bibliography: found from a citation by author and year, in order, without empty boxes."""

import re
from unicodedata import normalize

import pytest
from built import parsed
from fontTools.ttLib import TTFont
from paths import CHAPTERS, SITE

PAGE = "book/bibliography.html"
# The characters for private use, which are icons, that are put before and after elements.
ICONS = """() => [...document.querySelectorAll("*")].flatMap((element) =>
    ["::before", "::after"].flatMap((side) =>
        [...getComputedStyle(element, side).content].filter((letter) => letter >= "\\ue000" && letter <= "\\uf8ff")))"""


def entries():
    return {entry["id"]: entry.get_text(" ", strip=True) for entry in parsed(PAGE).select("article .citation")}


def plain(text):
    return re.sub(r"[^a-z ]", "", normalize("NFKD", text).casefold())


def test_entries_are_in_the_order_of_the_names_with_which_they_begin():
    names = [plain(entry.split(",")[0].split(".")[0]) for entry in entries().values()]
    assert len(names) > 50
    assert names == sorted(names)


def test_no_entry_has_a_label_or_shows_marks_of_tex():
    assert not parsed(PAGE).select("article .label")
    for entry in entries().values():
        words = re.sub(r"https?://\S+", "", entry)
        assert not re.search(r"[\\{}$~]|^\[", words), entry


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_citations_show_the_author_and_the_year_of_their_entry(chapter):
    found = entries()
    for citation in parsed(f"{chapter}.html").select(".bibtex-citation"):
        authors, _, _ = citation.get_text().lstrip("[").partition("[")
        for link in citation.select("a"):
            # In "Bridle [1990]" the year is the link, in "[Bridle, 1990]" all is.
            text = link.get_text() if "," in link.get_text() else f"{authors.strip()}, {link.get_text()}"
            names, year = text.rsplit(", ", 1)
            entry = found[link["href"].partition("#")[2]]
            assert entry.startswith(re.split(r" et al| and |,", names)[0]), (text, entry)
            assert year in entry or year == "n.d.", (text, entry)


@pytest.mark.parametrize("page", [PAGE, "book/index.html", "book/overflow.html", "search.html"])
def test_the_font_has_each_icon(visits, page):
    with TTFont(SITE / "_static" / "icons.woff") as font:
        drawn = set(map(chr, font.getBestCmap()))
    asked = set(visits.open(page).evaluate(ICONS))
    assert asked <= drawn
