"""Open the published pages, and fail unless every chapter, the PDF and the copy that works offline are there.

    python tools/published.py https://owner.github.io/name/

The chapters are those of this clone. The sitemap has to name each, and what else it names has to be there too.
"""

import argparse
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import urlopen
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
TRIES = 5  # A deployment takes a while to reach every server.


def chapters():
    """Return the addresses of this clone's chapters, below that of the site."""
    sources = [*ROOT.glob("book/*.ipynb"), *ROOT.glob("book/*.md")]
    return {path.relative_to(ROOT).with_suffix(".html").as_posix() for path in sources}


def opened(address, pause):
    """Return what is at an address."""
    for _ in range(TRIES - 1):
        try:
            return urlopen(address, timeout=60).read()
        except URLError:
            time.sleep(pause)
    return urlopen(address, timeout=60).read()


def problems(site, pause=15):
    """Yield what is wrong with the published site, a line for each page."""
    pages = {urljoin(site, chapter) for chapter in chapters()}
    try:
        sitemap = ElementTree.fromstring(opened(urljoin(site, "sitemap.xml"), pause))
    except URLError as error:
        yield f"sitemap.xml: {error}"
        return
    named = {location.text for location in sitemap.iter(LOCATION)}
    yield from (f"{page}: not in sitemap.xml" for page in sorted(pages - named))
    others = {urljoin(site, name) for name in ("", "softmax-book.pdf", "softmax-book.zip")}
    for address in sorted(pages | named | others):
        try:
            content = opened(address, pause)
        except URLError as error:
            yield f"{address}: {error}"
        else:
            if address in pages and b"<h1" not in content:
                yield f"{address}: a page without a heading"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", help="its address, with a slash at the end")
    found = list(problems(parser.parse_args().site))
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
