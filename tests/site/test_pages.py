"""Every page in a browser: open to all readers, closed to foreign code, and light.

Each is opened once, narrow and dark, and looked at again wide and light. At the end nothing has gone wrong on it.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import SITE_ROOT, Visits
from built import PAGES
from paths import SITE

NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}
TABLET, ENLARGED = {"width": 768, "height": 1024}, {"width": 720, "height": 450}
# Preloading would ask for the style sheets again, one of them at a wrong address.
AXE = {
    "preload": False,
    "resultTypes": ["violations"],
    "rules": {"label-content-name-mismatch": {"enabled": True}, "color-contrast": {"enabled": False}},
}
COLOURS = {"preload": False, "resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
# Whether colours differ enough takes axe long to say, and depends on these alone. Of each look one element is marked.
MARK_LOOKS = """() => {
    const ground = (element) => {
        const { backgroundColor } = getComputedStyle(element);
        const clear = backgroundColor === "rgba(0, 0, 0, 0)" && element.parentElement;
        return clear ? ground(element.parentElement) : backgroundColor;
    };
    const hasText = ({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    document.querySelectorAll("[data-look]").forEach((element) => element.removeAttribute("data-look"));
    const looks = new Set();
    for (const element of document.querySelectorAll("body *")) {
        if (!hasText(element) || !element.checkVisibility()) continue;
        const { color, fontSize, fontWeight, textDecoration, opacity } = getComputedStyle(element);
        const around = element.matches("a") && getComputedStyle(element.parentElement).color;
        const look = [color, ground(element), fontSize, fontWeight, textDecoration, opacity, around].join();
        if (!looks.has(look)) element.setAttribute("data-look", "");
        looks.add(look);
    }
    return looks.size;
}"""
STYLES = [path for path in (SITE / "_static").rglob("*.css") if path.name != "whole-book.css"]
# How many rules of the sources apply to something on the page, in some state, and which of them it lacks.
MISSING_RULES = """async ([root, sources]) => {
    const inside = (rules) => [...rules].flatMap((rule) => rule.selectorText ? [rule] : inside(rule.cssRules ?? []));
    const known = new Set([...document.styleSheets].flatMap((sheet) => inside(sheet.cssRules).map((r) => r.cssText)));
    const states = /::?(before|after|marker|placeholder|selection|hover|focus(-visible|-within)?|active|checked)\\b/g;
    const applies = ({ selectorText }) => selectorText.split(/,(?![^(]*\\))/).some((selector) => {
        try { return document.querySelector(selector.replace(states, "") || "*"); } catch { return false; }
    });
    let applied = 0;
    const missing = [];
    for (const source of sources) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync((await (await fetch(root + source)).text()).replace(/@import[^;]*;/g, ""));
        for (const rule of inside(sheet.cssRules).filter(applies)) {
            applied += 1;
            if (!known.has(rule.cssText)) missing.push(rule.cssText);
        }
    }
    return [applied, missing];
}"""

# What is seen and scrolls becomes a stop of the keyboard, some time after each change.
REACHABLE = """() => [...document.querySelectorAll("pre, .cell_output > .output")]
    .filter((part) => part.checkVisibility())
    .every(({ tabIndex, scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
        (tabIndex === 0) === (scrollWidth > clientWidth || scrollHeight > clientHeight))"""


@pytest.fixture(scope="module")
def window(browser, address):
    visits = Visits(browser, address)
    yield visits, visits.page(color_scheme="dark", viewport=NARROW, reduced_motion="reduce")
    visits.close()


# That at the root leads on to the front page at once.
@pytest.fixture(scope="module", params=[path for path in [*PAGES, "404.html"] if path != "index.html"])
def page(request, window, address):
    """Open a page, narrow and dark."""
    visits, page = window
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}{SITE_ROOT}{request.param}")
    page.wait_for_function(REACHABLE)
    yield page
    problems, visits.problems = visits.problems, []
    assert not problems


def findings(page, options, context=None):
    violations = Axe().run(page, context, options).response["violations"]
    return [(found["id"], node["html"], node["failureSummary"]) for found in violations for node in found["nodes"]]


class TestPage:
    def test_axe_finds_nothing(self, page):
        assert findings(page, AXE) == []

    @pytest.mark.parametrize(("theme", "size"), [("dark", NARROW), ("light", WIDE)], ids=["dark", "light"])
    def test_colours_differ_enough(self, page, theme, size):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
        assert page.evaluate(MARK_LOOKS) >= 4
        assert findings(page, COLOURS, "[data-look]") == []

    @pytest.mark.parametrize("size", [NARROW, ENLARGED, TABLET, WIDE], ids=["360", "720", "768", "1440"])
    def test_does_not_scroll_sideways(self, page, size):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    @pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1440"])
    def test_the_link_of_a_heading_takes_no_line_of_its_own(self, page, size):
        page.set_viewport_size(size)
        grown = page.evaluate(
            """() => [...document.querySelectorAll("a.headerlink")].filter((link) => {
                const height = link.parentElement.offsetHeight;
                link.style.display = "none";
                const without = link.parentElement.offsetHeight;
                link.style.display = "";
                return height !== without;
            }).map((link) => link.parentElement.textContent)"""
        )
        assert grown == []

    def test_the_one_style_sheet_has_every_rule_that_applies(self, page):
        sources = [path.relative_to(SITE).as_posix() for path in STYLES if path.name != "all.css"]
        applied, missing = page.evaluate(MISSING_RULES, [SITE_ROOT, sources])
        assert applied > 200
        assert missing == []

    def test_charts_keep_their_shape(self, page):
        page.set_viewport_size(NARROW)
        shapes = page.evaluate(
            """() => {
                const charts = [...document.querySelectorAll("article img")].filter((chart) => chart.offsetParent);
                return Promise.all(charts.map(async (chart) => {
                    chart.loading = "eager";
                    await chart.decode();
                    return (chart.width / chart.height) / (chart.naturalWidth / chart.naturalHeight);
                }));
            }"""
        )
        assert all(abs(shape - 1) < 0.02 for shape in shapes), shapes
