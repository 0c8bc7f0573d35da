"""What a page says of itself, to search engines and to links in messages."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from built import parsed
from paths import CHAPTERS, ROOT

from softmax_site.addresses import site_address

PAGES = [f"{page}.html" for page in [*CHAPTERS, "search", "404"]]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def description(page):
    (tag,) = page.select("meta[name=description]")
    return tag["content"]


@pytest.mark.parametrize("page", PAGES)
def test_the_footer_tells_the_newest_version_and_its_date(page):
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version, date = re.search(r"^## \[([\d.]+)\] - (\S+)$", changes, re.MULTILINE).groups()
    assert f"Version {version} of {date}" in parsed(page).select_one("footer.bd-footer-content").get_text()


class TestDescription:
    @pytest.mark.parametrize("page", PAGES)
    def test_is_sentences_of_a_length_that_is_shown_whole(self, page):
        text = description(parsed(page))
        assert 50 <= len(text) <= 160
        assert all(re.match(r"[A-Z]\S* \S+ \S+", sentence) for sentence in re.split(r"(?<=[.?!]) ", text)), text
        assert text.endswith(".")

    def test_each_page_has_its_own(self):
        described = {page: description(parsed(page)) for page in PAGES}
        assert len(set(described.values())) == len(described)

    def test_the_root_of_the_site_has_that_of_the_front_page(self):
        assert description(parsed("index.html")) == description(parsed("book/index.html"))


CONF = f"""
html_title = "A book"
html_theme = "sphinx_book_theme"
root_doc = "book/index"
html_use_index = False
html_static_path = ["{(ROOT / "book" / "assets").as_posix()}"]
extensions = ["myst_parser", "softmax_site.ext.metadata", "softmax_site.ext.not_found", "softmax_site.ext.page"]
"""
FRONT = """# Front

```{toctree}
chapter
```
"""
DESCRIPTIONS = """
book/index: The front.
book/chapter: The chapter.
search: The search.
404: Nothing.
"""
ADDRESS = "https://owner.github.io/name/"


def build(folder, repository, descriptions=DESCRIPTIONS):
    """Build a book whose repository has this address; return the site's folder, its pages, and the warnings."""
    source, site = folder / "source", folder / "html"
    (source / "book").mkdir(parents=True)
    (source / "conf.py").write_text(CONF, "utf-8")
    (source / "book" / "index.md").write_text(FRONT, "utf-8")
    (source / "book" / "chapter.md").write_text("# What *is* it?", "utf-8")
    (source / "book" / "descriptions.yml").write_text(descriptions, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", source, site]
    environment = os.environ | {"SOFTMAX_BOOK_REPOSITORY": repository}
    process = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    texts = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}
    return site, {name: BeautifulSoup(text, "html.parser") for name, text in texts.items()}, process.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return build(tmp_path_factory.mktemp("published"), "https://github.com/Owner/name")


class TestPublished:
    """Where the address of the site is known."""

    def test_nothing_is_missing(self, published):
        _, _, warnings = published
        assert "WARNING" not in warnings

    def test_each_page_has_one_address(self, published):
        _, pages, _ = published
        for name in ("book/index.html", "book/chapter.html"):
            (link,) = pages[name].select("link[rel=canonical]")
            assert link["href"] == ADDRESS + name

    def test_a_link_in_a_message_shows_title_text_and_picture(self, published):
        _, pages, _ = published
        stated = {tag["property"]: tag["content"] for tag in pages["book/chapter.html"].select("meta[property]")}
        assert stated == {
            "og:title": "What is it?",
            "og:description": "The chapter.",
            "og:type": "article",
            "og:site_name": "A book",
            "og:url": f"{ADDRESS}book/chapter.html",
            "og:image": f"{ADDRESS}_static/card.png",
            "og:image:alt": "A square divided as softmax divides 2, 1 and 0.5, and the title.",
        }
        (card,) = pages["book/chapter.html"].select("meta[name='twitter:card']")
        assert card["content"] == "summary_large_image"

    def test_the_root_of_the_site_is_shown_as_the_front_page(self, published):
        _, pages, _ = published
        root, front = (
            list(map(str, pages[name].select("meta[property], meta[name^=twitter], link[rel=canonical]")))
            for name in ("index.html", "book/index.html")
        )
        assert root
        assert root == front

    def test_the_sitemap_lists_what_is_to_be_read(self, published):
        site, _, _ = published
        listed = ElementTree.parse(site / "sitemap.xml").findall(f"{SITEMAP}url/{SITEMAP}loc")
        assert {entry.text for entry in listed} == {
            f"{ADDRESS}book/index.html",
            f"{ADDRESS}book/chapter.html",
        }

    def test_robots_are_let_in_and_told_of_the_sitemap(self, published):
        site, _, _ = published
        lines = (site / "robots.txt").read_text("utf-8").splitlines()
        assert lines == ["User-agent: *", "Allow: /", f"Sitemap: {ADDRESS}sitemap.xml"]


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    some = DESCRIPTIONS.replace("book/chapter: The chapter.\n", "")
    return build(tmp_path_factory.mktemp("local"), "", some)


class TestLocal:
    """Where the address of the site is not known, and a page has no description."""

    def test_nothing_is_absolute(self, local):
        site, pages, _ = local
        for page in pages.values():
            assert not page.select("link[rel=canonical], meta[property], meta[name^=twitter]")
        assert not (site / "sitemap.xml").exists()
        assert not (site / "robots.txt").exists()

    def test_the_page_without_a_description_is_named(self, local):
        _, _, warnings = local
        assert "book/descriptions.yml has no description of book/chapter" in warnings


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("", ""),
        ("https://github.com/Owner/name/", "https://owner.github.io/name/"),
        ("https://github.com/owner/owner.github.io", "https://owner.github.io/"),
        ("https://example.org/owner/name", ""),
    ],
)
def test_address_comes_from_that_of_the_repository(monkeypatch, repository, address):
    monkeypatch.setenv("SOFTMAX_BOOK_REPOSITORY", repository)
    assert site_address() == address
