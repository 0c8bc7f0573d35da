"""The page that a server shows in place of one that isn't there."""

import pytest
from browser import SITE_ROOT
from built import parsed
from paths import SITE

from softmax_site.addresses import site_root


def test_helps_at_any_depth(visits, address):
    for path in ("nowhere", "book/nowhere.html", "a/b/c/d.html"):
        page = visits.page()
        assert page.goto(f"{address}{SITE_ROOT}{path}").status == 404
        visits.expect(rf"404 .*{path}")  # The browser notes the status.
        assert page.get_by_role("heading", level=1).inner_text() == "There is no such page"
        assert page.locator(".bd-sidebar").is_visible()
        page.get_by_role("link", name="The front page", exact=True).click()
        page.wait_for_url(f"{address}{SITE_ROOT}book/index.html")
        assert page.get_by_role("heading", level=1).inner_text().startswith("The softmax book")


def test_every_address_leads_somewhere_from_the_root():
    for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("form", "action")):
        for element in parsed("404.html").find_all(tag, attrs={attribute: True}):
            address = element[attribute].partition("#")[0].partition("?")[0]
            if address and not address.startswith("https://"):
                assert address.startswith(SITE_ROOT), element
                assert (SITE / address.removeprefix(SITE_ROOT)).is_file(), element


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("", "/"),
        ("https://github.com/owner/name", "/name/"),
        ("https://github.com/owner/name/", "/name/"),
        ("https://github.com/owner/owner.github.io", "/"),
    ],
)
def test_root_comes_from_the_address_of_the_repository(monkeypatch, address, root):
    monkeypatch.setenv("SOFTMAX_BOOK_REPOSITORY", address)
    assert site_root() == root
