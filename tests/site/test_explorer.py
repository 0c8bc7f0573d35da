"""What holds for each of the pictures that move, and what one of them shows for all."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import POLICY
from explorer import Picture, every_place
from paths import SITE


class TestStart:
    """Far from what the reader sees, a picture stays still: it would only hold up the page."""

    place = "book/cross-entropy.html"

    @pytest.fixture
    def far(self, visits):
        page = visits.open(self.place, viewport={"width": 1280, "height": 800})
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-explorer] img.only-light").count() == 1
        assert page.locator("[data-explorer] canvas").count() == 0
        return page

    def test_comes_to_life_near_the_reader(self, far):
        far.locator("[data-explorer]").scroll_into_view_if_needed()
        far.locator("[data-explorer] canvas").wait_for()

    def test_comes_to_life_at_the_first_key_so_that_the_focus_finds_it(self, far):
        far.locator("main :is(a, [tabindex='0'])").first.focus()
        far.keyboard.press("Tab")
        assert far.locator("[data-explorer] canvas").count() == 1

    def test_comes_to_life_when_a_link_leads_to_it(self, far):
        far.evaluate("location.hash = 'simplex?z=1,2,3'")
        far.locator("[data-explorer] canvas").wait_for()
        assert 0 <= far.locator("[data-explorer]").bounding_box()["y"] < 800


# What reaches beyond the border of a picture, but for formulas, which scroll.
BEYOND = """(place) => [...place.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > place.getBoundingClientRect().right)
    .filter((element) => !element.closest(".softmax-formula, .softmax-live"))
    .map((element) => element.outerHTML.slice(0, 80))"""


class TestEveryPicture:
    """What holds for each of them."""

    @every_place
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_accessible_and_fits_a_phone(self, see, place, theme):
        picture = see(place, viewport={"width": 360, "height": 700}, has_touch=True, color_scheme=theme)
        assert picture.page.evaluate("document.documentElement.dataset.theme") == theme
        assert picture.place.locator("img").count() == 0
        found = Axe().run(picture.page, "[data-explorer]", {"resultTypes": ["violations"], "preload": False})
        assert not found.violations_count, found.generate_report()
        for width in (1280, 768, 360):
            picture.page.set_viewport_size({"width": width, "height": 700})
            assert picture.page.evaluate("document.documentElement.scrollWidth") <= width
            assert not picture.place.evaluate(BEYOND)
        for target in picture.place.locator("button, label:has(input), input:not([type=radio]), [role=slider]").all():
            assert target.bounding_box()["height"] >= 44

    @every_place
    def test_works_under_a_strict_policy_and_from_a_folder(self, visits, address, place):
        page = visits.page()
        page.add_init_script(
            "window.refused = [];"
            "addEventListener('securitypolicyviolation', ({ sourceFile }) => refused.push(sourceFile));"
        )
        assert page.goto(f"{address}/strict/{place}").headers["content-security-policy"] == POLICY
        assert Picture(page).table()
        assert not [source for source in page.evaluate("refused") if re.search("explorer/|chartjs/", source)]
        # The theme's own inline scripts are refused, and its others miss what those would set.
        visits.expect("inline .* Content Security Policy directive")
        visits.expect("DOCUMENTATION_OPTIONS is not defined|invalid theme mode: undefined")
        offline = visits.page()
        offline.goto((SITE / place).as_uri())
        assert Picture(offline).table()
        assert Picture(offline).state()

    @every_place
    def test_link_carries_the_state(self, see, place):
        picture = see(place, permissions=["clipboard-read", "clipboard-write"])
        examples = picture.place.get_by_role("group", name="Examples").get_by_role("button")
        examples.last.click()
        picture.button("Copy link").click()
        picture.message.get_by_text("The link is copied").wait_for()
        link = picture.page.evaluate("navigator.clipboard.readText()")
        again = see(place, "#" + link.partition("#")[2])
        assert again.table() == picture.table()
        assert again.sentence.inner_text() == picture.sentence.inner_text()
        assert -10 < again.place.bounding_box()["y"] < 720
        picture.button("Start again").click()
        assert picture.table() != again.table()

    def test_link_is_in_the_address_where_nothing_can_be_copied(self, see):
        picture = see("book/charts.html")
        picture.page.evaluate(
            "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }"
        )
        assert picture.state() == {"z": "1.5,0.8,-0.2", "T": "1", "formula": "stable", "type": "float64"}
        assert "address" in picture.message.inner_text()

    def test_speaks_once_the_reader_pauses(self, see):
        picture = see("book/charts.html")
        assert picture.live.get_attribute("aria-live") == "polite"
        picture.page.clock.install()
        picture.page.clock.pause_at(2e12)
        assert not picture.live.inner_text()
        for _ in range(5):
            picture.slider("Class 2").press("ArrowRight")
            picture.page.clock.run_for(500)
        assert not picture.live.inner_text()
        picture.page.clock.run_for(200)
        assert picture.live.inner_text().startswith("Class 1 is the most probable")
        assert picture.sentence.inner_text() in picture.canvas.get_attribute("aria-label")

    def test_moves_only_where_motion_is_welcome(self, see):
        for wish, animation in [("reduce", False), ("no-preference", {"duration": 250})]:
            picture = see("book/charts.html", reduced_motion=wish)
            picture.button("Ties").click()
            assert picture.chart("chart.config.options.animation") == animation

    def test_follows_the_theme(self, see):
        picture = see("book/charts.html", color_scheme="light")
        light = picture.chart("chart.options.scales.x.title.color")
        picture.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert picture.chart("chart.options.scales.x.title.color") != light

    def test_prints_without_its_controls(self, see):
        picture = see("book/charts.html")
        picture.page.emulate_media(media="print")
        assert picture.canvas.is_visible()
        assert picture.place.locator("table").is_visible()
        assert not picture.slider("Class 1").is_visible()
        assert not picture.button("Copy link").is_visible()
