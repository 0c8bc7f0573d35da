"""The security policy of a page allows the site itself and the page's own inline code, and nothing else."""

import base64
import hashlib

import pytest
from bs4 import BeautifulSoup
from paths import SITE

from softmax_site.html import policy

PAGE = '<head><meta charset="utf-8"><script>one()</script><script src="two.js"></script><style>b {}</style></head>'


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_is_this_and_no_weaker():
    soup = BeautifulSoup(PAGE, "html.parser")
    policy.apply(soup)
    first, second = soup.select("meta")
    assert first.get("charset")
    assert second["http-equiv"] == "Content-Security-Policy"
    assert second["content"].split("; ") == [
        "default-src 'self'",
        f"script-src 'self' file: {digest('one()')}",
        f"style-src 'self' file: {digest('b {}')}",
        "img-src 'self' file: data:",
        "font-src 'self' file:",
        "connect-src 'self' file:",
        "child-src 'none'",
        "worker-src 'none'",
        "manifest-src 'none'",
        "media-src 'none'",
        "object-src 'none'",
        "form-action 'self' file:",
        "base-uri 'none'",
    ]


def test_a_page_whose_cells_run_may_start_a_worker_of_the_site():
    soup = BeautifulSoup(f'{PAGE}<div class="run"><button></button></div>', "html.parser")
    policy.apply(soup)
    allowed = soup.select("meta")[1]["content"].split("; ")
    assert "worker-src 'self'" in allowed
    assert not [directive for directive in allowed if "unsafe" in directive]


class TestInBrowser:
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
        page = visits.open("book/index.html")
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
        page.wait_for_function("[...document.fonts].some((f) => f.family === 'Book Serif' && f.status === 'loaded')")
        assert "MJX" in page.evaluate("getComputedStyle(document.querySelector('mjx-mi')).fontFamily")
