"""The glossary leads to its letters. Links to it, to figures and to formulas show what they lead to."""

import pytest
from built import parsed
from paths import CHAPTERS

CHAPTER = "book/what-softmax-is.html"
NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}


def test_each_letter_of_the_glossary_leads_to_its_first_term():
    page = parsed("book/glossary.html")
    terms = [(term["id"], term.get_text()) for term in page.select("dl.glossary > dt")]
    letters = page.select("nav.letters a")
    assert [letter.get_text() for letter in letters] == sorted({name[0].upper() for _, name in terms})
    for letter in letters:
        beginning = [f"#{name}" for name, text in terms if text[0].upper() == letter.get_text()]
        assert letter["href"] == beginning[0]


def test_paper_has_no_letters_to_click_on(visits):
    page = visits.open("book/glossary.html", viewport=NARROW)
    bar = page.locator("nav.letters")
    assert bar.evaluate("(bar) => bar.scrollWidth <= bar.clientWidth")
    assert bar.is_visible()
    page.emulate_media(media="print")
    assert not bar.is_visible()


def test_each_link_to_the_glossary_is_explained():
    explained = 0
    for chapter in set(CHAPTERS) - {"book/glossary"}:
        for link in parsed(f"{chapter}.html").select("article a[href^='glossary.html#term-']"):
            tip = link.find_next_sibling(id=link["aria-describedby"])
            entry = parsed("book/glossary.html").find(id=link["href"].partition("#")[2]).find_next_sibling("dd")
            shown = tip.get_text().split()
            assert shown == entry.get_text().split()[: len(shown)] or tip.select(".math, em")
            assert 2 <= len(shown) < 60
            explained += 1
    assert explained >= 3


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1440"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_term_is_explained_on_hover_and_focus(visits, size, scripts):
    page = visits.open(CHAPTER, viewport=size, java_script_enabled=scripts)
    link = page.locator("a[href^='glossary.html#term-']").first
    tip = page.locator(".tip").first
    assert not tip.is_visible()
    link.hover()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    link.focus()
    assert tip.is_visible()


def test_escape_closes_a_tip_until_it_is_asked_for_again(visits):
    page = visits.open(CHAPTER)
    link = page.locator("a[href^='glossary.html#term-']").first
    link.focus()
    page.keyboard.press("Escape")
    assert not page.locator(".tip").first.is_visible()
    link.blur()
    link.focus()
    assert page.locator(".tip").first.is_visible()


@pytest.mark.parametrize("target", ["fig-", "equation-"])
def test_a_reference_shows_a_copy_of_what_it_refers_to(visits, target):
    page = visits.open(CHAPTER)
    link = page.locator(f"article a.reference[href^='#{target}']").first
    link.focus()
    tip = link.locator("xpath=following-sibling::*")
    assert tip.is_visible()
    copied = page.locator(link.get_attribute("href")).evaluate("(place) => place.textContent.replaceAll('#', '')")
    assert tip.evaluate("(tip) => tip.textContent") == copied
    assert tip.locator("[id]").count() == 0
    assert link.evaluate("(link) => link === document.activeElement")
