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
