"""What stands in each page, and in the card that links to it show."""

import base64
import hashlib
import re
import struct

import pytest
from built import PAGES, parsed
from paths import SITE

every_page = pytest.mark.parametrize("path", [*PAGES, "404.html"])


@every_page
class TestSource:
    def test_policy_allows_the_site_itself_and_this_inline_code(self, path):
        policy = policy_of(path)
        site = {"'self'", "file:"}
        assert policy["default-src"] == {"'self'"}
        for kind in ("child-src", "manifest-src", "media-src", "object-src", "base-uri"):
            assert policy[kind] == {"'none'"}
        assert policy["connect-src"] == policy["font-src"] == site
        assert policy["img-src"] == site | {"data:"}
        scripts = [script.string for script in parsed(path).select("script:not([src])")]
        styles = [style.string for style in parsed(path).select("style")]
        assert policy["script-src"] == site | set(map(digest, scripts))
        assert policy["style-src"] == site | set(map(digest, styles))

    def test_no_script_holds_up_the_page(self, path):
        for script in parsed(path).select("script[src]"):
            assert script.has_attr("defer"), script

    def test_one_style_sheet_holds_up_the_page(self, path):
        if path != "index.html":
            (sheet,) = parsed(path).select("link[rel=stylesheet]")
            assert re.fullmatch(r".*_static/all\.css\?v=\w{8}", sheet["href"])

    def test_code_has_no_marks_without_a_colour(self, path):
        assert not parsed(path).select(".highlight :is(.n, .o, .p, .w)")

    def test_no_line_ends_between_a_formula_and_its_marks(self, path):
        for formula in parsed(path).select("span.math"):
            assert formula.parent["class"] == ["together"]
            before, after = formula.parent.previous_sibling, formula.parent.next_sibling
            assert not re.search(r"[(\[“‘]$", before if isinstance(before, str) else "")
            assert not re.match(r"[.,;:!?)\]”’]", after if isinstance(after, str) else "")

    def test_no_link_begins_with_a_space(self, path):
        for link in parsed(path).select("article a"):
            assert link.get_text() == link.get_text().lstrip(" ")

    def test_has_language_title_and_icon(self, path):
        page = parsed(path)
        assert page.html["lang"] == "en"
        assert page.title.text.strip()
        assert page.select_one("link[rel=icon]")
        assert page.select_one("meta[name=viewport]")


def policy_of(path):
    content = parsed(path).select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    return {key: set(values) for key, *values in map(str.split, content.split(";"))}


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class TestCard:
    def test_has_the_size_that_readers_of_links_expect(self):
        image = (SITE / "_static" / "card.png").read_bytes()
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", image[16:24]) == (1200, 630)
        assert len(image) < 100_000
