"""The theme that a reader wants, from the first sight of a page."""

import pytest
from browser import SITE_ROOT

FRONT = "book/index.html"


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

    def test_is_light_on_paper_and_dark_again(self, visits):
        """Text, code, boxes and charts: what is drawn for the dark would be pale on white."""
        light, page = (visits.open("book/overflow.html", color_scheme=scheme) for scheme in ["light", "dark"])
        assert colors(page) != colors(light)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        for each in [light, page]:
            each.emulate_media(media="print")
        assert colors(page) == colors(light)
        assert page.locator(".cell_output img.only-light").first.is_visible()
        assert not page.locator(".cell_output img.only-dark").first.is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_shows_the_captions_of_charts(self, visits, scheme):
        page = visits.open("book/overflow.html", color_scheme=scheme)
        captions = page.locator("figure:has(img.only-dark) figcaption")
        assert captions.count() > 0
        assert all(caption.is_visible() for caption in captions.all())


def colors(page):
    """Return the colours of all elements of an article, of each kind once, when none is changing."""
    return page.evaluate("""async () => {
        await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
        return [...new Set([...document.querySelectorAll("article *")].map((element) => {
            const style = getComputedStyle(element);
            return [element.localName, element.className, style.color, style.backgroundColor].join(" ");
        }))].sort();
    }""")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chart_that_a_page_opens_with_is_asked_for_early(visits, scheme):
    page = visits.open("book/overflow.html", color_scheme=scheme)
    opening = page.locator(f"article img.only-{scheme}").first.get_attribute("src")
    assert page.locator("link[rel=preload][as=image]").get_attribute("href") == opening
