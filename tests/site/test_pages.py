"""Every page in a browser: open to all readers, closed to foreign code, and light.

Each is opened once, narrow and dark, and looked at again wide and light.
"""

import base64
import hashlib
import re
import struct

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import SITE_ROOT, CompressingHandler, Visits, serving
from built import PAGES, parsed
from paths import SITE

PAGES = [*PAGES, "404.html"]
FRONT = "book/index.html"
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
BUDGET = 300_000
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

# The theme makes what scrolls a stop of the keyboard, some time after each change.
REACHABLE = """() => [...document.querySelectorAll("pre, .cell_output > .output")].every(
    ({ tabIndex, scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
        (tabIndex === 0) === (scrollWidth > clientWidth || scrollHeight > clientHeight))"""

every_page = pytest.mark.parametrize("path", PAGES)


# The first leads on to the front page at once.
@pytest.fixture(scope="module", params=[path for path in PAGES if path != "index.html"])
def opened(request, browser, address):
    """Open a page, narrow and dark, and yield it with the visit."""
    visit = Visits(browser, address)
    page = visit.open(request.param, color_scheme="dark", viewport=NARROW, reduced_motion="reduce")
    page.wait_for_load_state("load")
    page.wait_for_function(REACHABLE)
    yield page, visit
    visit.close()


def findings(page, options, context=None):
    violations = Axe().run(page, context, options).response["violations"]
    return [(found["id"], node["html"], node["failureSummary"]) for found in violations for node in found["nodes"]]


class TestPage:
    def test_axe_finds_nothing(self, opened):
        page, _ = opened
        assert findings(page, AXE) == []

    @pytest.mark.parametrize(("theme", "size"), [("dark", NARROW), ("light", WIDE)], ids=["dark", "light"])
    def test_colours_differ_enough(self, opened, theme, size):
        page, _ = opened
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=theme)
        assert page.evaluate(MARK_LOOKS) >= 4
        assert findings(page, COLOURS, "[data-look]") == []

    @pytest.mark.parametrize("size", [NARROW, ENLARGED, TABLET, WIDE], ids=["360", "720", "768", "1440"])
    def test_does_not_scroll_sideways(self, opened, size):
        page, _ = opened
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    @pytest.mark.parametrize("size", [NARROW, WIDE], ids=["360", "1440"])
    def test_the_link_of_a_heading_takes_no_line_of_its_own(self, opened, size):
        page, _ = opened
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

    def test_the_one_style_sheet_has_every_rule_that_applies(self, opened):
        page, _ = opened
        sources = [path.relative_to(SITE).as_posix() for path in STYLES if path.name != "all.css"]
        applied, missing = page.evaluate(MISSING_RULES, [SITE_ROOT, sources])
        assert applied > 200
        assert missing == []

    def test_charts_keep_their_shape(self, opened):
        page, _ = opened
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

    def test_nothing_is_refused_or_fetched_elsewhere(self, opened):
        _, visit = opened
        assert visit.problems == []


@every_page
class TestSource:
    def test_policy_allows_the_site_itself_and_this_inline_code(self, path):
        policy = policy_of(path)
        site = {"'self'", "file:"}
        assert policy["default-src"] == {"'self'"}
        for kind in ("child-src", "manifest-src", "media-src", "object-src", "base-uri"):
            assert policy[kind] == {"'none'"}
        assert policy["connect-src"] == policy["font-src"] == site
        assert policy["img-src"] == site | {"data:"}
        scripts = [script.string for script in parsed(path).select("script:not([src])")]
        styles = [style.string for style in parsed(path).select("style")]
        assert policy["script-src"] == site | set(map(digest, scripts))
        assert policy["style-src"] == site | set(map(digest, styles))

    def test_no_script_holds_up_the_page(self, path):
        for script in parsed(path).select("script[src]"):
            assert script.has_attr("defer"), script

    def test_one_style_sheet_holds_up_the_page(self, path):
        if path != "index.html":
            (sheet,) = parsed(path).select("link[rel=stylesheet]")
            assert re.fullmatch(r".*_static/all\.css\?v=\w{8}", sheet["href"])

    def test_no_line_ends_between_a_formula_and_its_marks(self, path):
        for formula in parsed(path).select("span.math"):
            assert formula.parent["class"] == ["together"]
            before, after = formula.parent.previous_sibling, formula.parent.next_sibling
            assert not re.search(r"[(\[“‘]$", before if isinstance(before, str) else "")
            assert not re.match(r"[.,;:!?)\]”’]", after if isinstance(after, str) else "")

    def test_no_link_begins_with_a_space(self, path):
        for link in parsed(path).select("article a"):
            assert link.get_text() == link.get_text().lstrip(" ")

    def test_has_language_title_and_icon(self, path):
        page = parsed(path)
        assert page.html["lang"] == "en"
        assert page.title.text.strip()
        assert page.select_one("link[rel=icon]")
        assert page.select_one("meta[name=viewport]")


def policy_of(path):
    content = parsed(path).select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    return {key: set(values) for key, *values in map(str.split, content.split(";"))}


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class TestPolicy:
    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("script", "{ text: 'window.entered = true' }"),
            ("style", "{ textContent: 'body { display: none }' }"),
        ],
    )
    def test_refuses_inline_code(self, visits, kind, content):
        self.attempt(visits, kind, content)

    @pytest.mark.parametrize(("kind", "file"), [("script", "entered.js"), ("img", "entered.png")])
    def test_refuses_what_is_foreign(self, visits, kind, file):
        self.attempt(visits, kind, f"{{ src: 'https://example.org/{file}' }}")
        visits.expect(f"a request to https://example.org/{file}")

    @staticmethod
    def attempt(visits, kind, content):
        """Put an element into a page, whose policy refuses it."""
        page = visits.open(FRONT)
        with page.expect_console_message(lambda message: message.type == "error"):
            page.evaluate(
                f"""new Promise((resolve) => {{
                    document.addEventListener("securitypolicyviolation", resolve);
                    document.body.append(Object.assign(document.createElement("{kind}"), {content}));
                }})"""
            )
        assert page.evaluate("window.entered") is None
        visits.expect("Content Security Policy directive")

    def test_a_copy_in_a_folder_works(self, visits):
        page = visits.page()
        page.goto((SITE / "book" / "overflow.html").as_uri())
        page.locator(".softmax-explorer").first.scroll_into_view_if_needed()
        page.locator(".softmax-explorer canvas").first.wait_for()
        page.locator("mjx-container mjx-math").first.wait_for()
        assert "MJX" in page.evaluate("getComputedStyle(document.querySelector('mjx-mi')).fontFamily")


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


class TestTheme:
    @pytest.mark.parametrize(
        ("scheme", "chosen", "theme"),
        [("dark", "", "dark"), ("light", "", "light"), ("light", "dark", "dark"), ("dark", "light", "light")],
    )
    def test_is_right_at_the_first_sight_of_a_page(self, visits, scheme, chosen, theme):
        """Before the theme's own script has run, which here it never does."""
        page = visits.page(color_scheme=scheme)
        page.route("**/pydata-sphinx-theme.js*", lambda route: route.fulfill(body=""))
        page.add_init_script(f"if ('{chosen}') localStorage.setItem('mode', '{chosen}')")
        page.goto(f"{visits.address}{SITE_ROOT}{FRONT}")
        assert page.evaluate("document.documentElement.dataset.theme") == theme


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


class TestCard:
    def test_has_the_size_that_readers_of_links_expect(self):
        image = (SITE / "_static" / "card.png").read_bytes()
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", image[16:24]) == (1200, 630)
        assert len(image) < 100_000
