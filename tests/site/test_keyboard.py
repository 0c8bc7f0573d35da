"""What the keyboard reaches, in which order, and whether it is seen."""

import pytest

FRONT = "book/index.html"
NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}


class TestMath:
    def test_wide_math_is_reached_by_keyboard_and_scrolls(self, visits):
        page = visits.open("book/overflow.html", viewport=NARROW)
        wide = page.locator("mjx-container[display][tabindex='0']").first
        wide.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")

    def test_a_formula_that_fits_is_no_stop(self, visits):
        page = visits.open("book/overflow.html", viewport=WIDE)
        page.locator("mjx-container[display][tabindex='-1']").first.wait_for()
        assert page.locator("mjx-container[tabindex='0']").count() == 0

    def test_what_scrolls_in_a_fold_is_a_stop_once_it_is_open(self, visits):
        page = visits.open("book/frameworks.html", viewport=NARROW)
        fold = page.locator("details", has_text="Implicit dimension choice")
        fold.locator("summary").click()
        printed = fold.locator("pre", has_text="Implicit dimension choice")
        page.wait_for_function("(part) => part.tabIndex === 0", arg=printed.element_handle())


class TestKeyboard:
    def test_first_stop_skips_to_the_text(self, visits):
        page = visits.open(FRONT)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        page.keyboard.press("Enter")
        assert page.url.endswith("#main-content")

    def test_search_opens_and_finds(self, visits):
        page = visits.open(FRONT)
        page.keyboard.press("Control+K")
        page.get_by_placeholder("Search this book...").and_(page.locator("dialog input")).fill("overflow")
        page.keyboard.press("Enter")
        page.locator("#search-results a", has_text="When exponentials overflow").first.wait_for()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_stop_is_seen(self, visits, scheme):
        page = visits.open(FRONT, color_scheme=scheme, reduced_motion="reduce")
        seen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            name, width, style, shadow = page.evaluate(
                """() => {
                    const stop = document.activeElement;
                    const { outlineWidth, outlineStyle, boxShadow } = getComputedStyle(stop);
                    return [stop.outerHTML.slice(0, 200), parseFloat(outlineWidth), outlineStyle, boxShadow];
                }"""
            )
            assert (style != "none" and width >= 2) or shadow != "none", name
            seen.append(name)
        assert len(set(seen)) > 40

    def test_reduced_motion_is_respected(self, visits):
        page = visits.open(FRONT, reduced_motion="reduce")
        longest = page.evaluate(
            """() => Math.max(...[...document.querySelectorAll("*")].flatMap((element) => {
                const { transitionDuration, animationName } = getComputedStyle(element);
                return [parseFloat(transitionDuration), animationName === "none" ? 0 : 1];
            }))"""
        )
        assert longest == 0
