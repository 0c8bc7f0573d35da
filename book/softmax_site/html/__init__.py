"""Passes over each page as the theme has written it.

The theme's pages need inline code and 1.5 MB of icons, hold up their own
display, and keep some readers out. Each module mends one kind of such things,
by a function `apply` of the parsed page and of what is known about it.
"""

import re
from pathlib import Path
from typing import NamedTuple

SENTENCE_END = re.compile(r"[.?!](?=\s|$)")


class Page(NamedTuple):
    """What the passes know about a page.

    `static` is the site's folder of scripts and styles, `charts` says where
    each chart comes from. A page's style sheets are added to `sheets`, a dict
    of which only the order of the keys counts, and its text to `texts`. `terms`
    says what each term of the glossary means.
    """

    name: str
    static: Path
    charts: dict
    sheets: dict
    texts: dict
    terms: dict
