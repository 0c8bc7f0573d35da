"""What stands on a narrow screen stays on it, and is not covered."""

import pytest

PHONE = {"width": 360, "height": 800}


@pytest.mark.parametrize("chapter", ["cross-entropy", "what-softmax-is", "digits", "cheat-sheet"])
def test_links_to_the_pages_before_and_after_fit(visits, chapter):
    page = visits.open(f"book/{chapter}.html", viewport=PHONE)
    links = page.locator(".prev-next-area a")
    assert links.count() == 2
    for link in links.all():
        title = link.locator(".prev-next-title")
        left, right = title.evaluate(
            """(title) => {
                const range = document.createRange();
                range.selectNodeContents(title);
                const { left, right } = range.getBoundingClientRect();
                return [left, right];
            }"""
        )
        drawing = link.locator("svg").bounding_box()
        assert 90 <= drawing["width"] <= 100
        assert 0 <= drawing["x"] <= PHONE["width"] - drawing["width"]
        assert right <= drawing["x"] or left >= drawing["x"] + drawing["width"]
        assert left >= 0
        assert right <= PHONE["width"]


def test_nothing_lies_on_the_text_of_a_page_that_is_scrolled(visits):
    page = visits.open("book/overflow.html", viewport=PHONE)
    page.mouse.wheel(0, 3000)
    page.mouse.wheel(0, -500)
    page.wait_for_function("scrollY > 2000")
    covering = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((element) => {
            const { position, visibility, display } = getComputedStyle(element);
            const { top, width, height } = element.getBoundingClientRect();
            const shown = visibility === "visible" && display !== "none" && width * height > 0;
            return position === "fixed" && shown && top > 100 && top < innerHeight;
        }).map((element) => element.outerHTML.slice(0, 200))"""
    )
    assert covering == []


@pytest.mark.parametrize("chapter", ["frameworks", "inside", "language"])
def test_a_column_of_text_is_not_squeezed(visits, chapter):
    page = visits.open(f"book/{chapter}.html", viewport=PHONE)
    widths = page.evaluate(
        """() => [...document.querySelectorAll("article td")]
            .filter((cell) => cell.checkVisibility() && cell.textContent.trim().length > 24)
            .map((cell) => cell.offsetWidth)"""
    )
    assert min(widths) >= 100
