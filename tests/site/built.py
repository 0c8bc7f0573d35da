"""The built site, as files."""

import re
import unicodedata
from functools import cache

from bs4 import BeautifulSoup
from paths import CHAPTERS, ROOT, SITE

PAGES = [f"{page}.html" for page in [*CHAPTERS, "index", "search"]]


@cache
def parsed(page):
    """Return a page of the site, as it was built."""
    path = SITE / page
    assert path.is_file(), f"{path.relative_to(ROOT)} isn't there; `make book` builds it"
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def squeezed(text):
    """Return a text without blanks, and plain letters for italic ones and for ligatures."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
