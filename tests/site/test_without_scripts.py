"""A reader without JavaScript has the light theme, whole."""

import pytest

TRANSPARENT = "rgba(0, 0, 0, 0)"


@pytest.fixture(params=["light", "dark"])
def page(request, visits):
    return visits.open("book/overflow.html", java_script_enabled=False, color_scheme=request.param)


def style(page, selector, name):
    return page.locator(selector).first.evaluate(f"(element) => getComputedStyle(element).{name}")


def test_the_theme_is_light(page):
    assert style(page, "body", "backgroundColor") == "rgb(255, 253, 249)"
    assert style(page, "html", "colorScheme") == "light"


def test_code_is_coloured(page):
    kinds = ["pre", ".k", ".s2", ".mf"]
    colours = {style(page, f".highlight-python {kind}", "color") for kind in kinds}
    assert len(colours) == len(kinds)
    assert style(page, ".cell_input .highlight", "backgroundColor") != TRANSPARENT


def test_outputs_and_solutions_are_told_from_the_text(page):
    assert "Mono" in style(page, ".cell_output pre", "fontFamily")
    assert style(page, ".cell_output pre", "color") != style(page, "article p", "color")
    assert style(page, ".solution > summary", "color") != style(page, "article p", "color")


def test_a_picture_stands_in_a_box_with_a_table(page):
    picture = page.locator(".softmax-explorer").first
    assert picture.locator("img:visible").count() == 1
    assert picture.locator("table").is_visible()
    assert style(page, ".softmax-explorer", "borderTopStyle") == "solid"
    assert style(page, ".softmax-explorer", "borderTopColor") != style(page, "body", "color")
    assert style(page, ".softmax-explorer td", "borderBottomStyle") == "solid"
