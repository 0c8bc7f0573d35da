"""The links to the pages before and after show the drawings of these."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from softmax_site.drawings import drawing


def apply(soup, page):
    for link in soup.select(".prev-next-area a"):
        chapter = PurePosixPath(urlsplit(link["href"]).path).stem
        arrow = link.select_one("i, svg")
        arrow.replace_with(BeautifulSoup(drawing(chapter), "html.parser"))
