"""The security policy of a page allows the site itself and the page's own inline code, and nothing else."""

import base64
import hashlib

from bs4 import BeautifulSoup

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
        "manifest-src 'none'",
        "media-src 'none'",
        "object-src 'none'",
        "form-action 'self' file:",
        "base-uri 'none'",
    ]
