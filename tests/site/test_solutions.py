"""Solutions are closed, say which exercise they solve, and open by mouse, by keyboard and on paper."""

import pytest
from built import parsed, squeezed
from paths import CHAPTERS

CHAPTER = "book/overflow.html"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_says_which_exercise_it_solves(chapter):
    page = parsed(f"{chapter}.html")
    exercises = [squeezed(title.get_text()) for title in page.select(".exercise > .admonition-title")]
    solutions = [squeezed(title.get_text()) for title in page.select("details.solution:not([open]) > summary")]
    assert solutions == [f"Solutionto{exercise}" for exercise in exercises]
    assert not page.select("summary a, summary button")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_opens_by_mouse_and_keyboard(visits, scripts):
    page = visits.open(CHAPTER, java_script_enabled=scripts)
    solution = page.locator("details.solution").first
    content = solution.locator("p").first
    assert not content.is_visible()
    solution.locator("summary").click()
    content.wait_for(state="visible")
    solution.locator("summary").press("Enter")
    content.wait_for(state="hidden")


def test_is_open_on_paper_and_closed_again(visits):
    page = visits.open(CHAPTER)
    count = page.locator("details").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details[open]").count() == count > 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
