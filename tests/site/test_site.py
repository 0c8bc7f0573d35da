"""The built book in _build/html: whole, linked, described, and without a request to a third party."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from built import PAGES, parsed, squeezed
from paths import CHAPTERS, NOTEBOOKS, ROOT, SITE

from softmax_site.addresses import published_at
from softmax_site.ext.repository import link_to_repository
from softmax_site.html.search import TEXTS
from softmax_site.notebooks import code_cells, read

# Hosts that scripts and styles name without asking them for anything as a page loads.
NAMED_ONLY = {
    "pydata-sphinx-theme.readthedocs.io": "a message of the theme",
    "www.w3.org": "names of XML namespaces",
}

every_page = pytest.mark.parametrize("page", PAGES)


@pytest.mark.parametrize("chapter", CHAPTERS)
class TestChapter:
    def test_has_a_title(self, chapter):
        assert len(parsed(f"{chapter}.html").select("article h1")) == 1

    def test_source_can_be_downloaded(self, chapter):
        source = next(
            path for path in (ROOT / "book").glob(f"{Path(chapter).name}.*") if path.suffix in (".md", ".ipynb")
        )
        published = SITE / "_sources" / "book" / source.name
        assert published.read_bytes() == source.read_bytes()
        links = {link["href"] for link in parsed(f"{chapter}.html").find_all("a", href=True)}
        assert f"../_sources/book/{source.name}" in links


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_page_shows_the_stored_outputs(path):
    page = parsed(f"book/{path.stem}.html")
    shown = squeezed(page.get_text())
    outputs = [output for cell in code_cells(read(path)) for output in cell.outputs]
    for output in outputs:
        assert squeezed(output.get("text", "")) in shown
    charts = sum("image/svg+xml" in output.get("data", {}) for output in outputs)
    assert len(page.select(".cell_output img:not(.only-dark)")) == charts


@every_page
class TestPage:
    def test_internal_links_and_anchors_lead_somewhere(self, page):
        for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")):
            for element in parsed(page).find_all(tag, attrs={attribute: True}):
                address = urlsplit(element[attribute])
                if address.scheme or address.netloc or not (address.path or address.fragment):
                    continue
                target = ((SITE / page).parent / unquote(address.path)).resolve() if address.path else SITE / page
                assert target.is_file(), f"{page}: {element[attribute]} leads nowhere"
                if address.fragment and target.suffix == ".html":
                    ids = anchors(target.relative_to(SITE).as_posix())
                    assert unquote(address.fragment) in ids, f"{page}: no anchor for {element[attribute]}"

    def test_images_have_alt_text(self, page):
        for image in parsed(page).find_all("img"):
            alt = image.get("alt", "")
            assert alt.strip(), f"{page}: {image['src']} has no alt text"
            assert Path(image["src"]).name not in alt, f"{page}: the alt text of {image['src']} is its file's name"

    def test_charts_have_the_shape_of_their_drawing(self, page):
        """So that nothing moves when they arrive."""
        for image in parsed(page).select("img[src*='_images/']"):
            drawing = ElementTree.parse((SITE / page).parent / image["src"]).getroot()
            width, height = (float(drawing.get(side).removesuffix("pt")) for side in ("width", "height"))
            assert int(image["width"]) / int(image["height"]) == pytest.approx(width / height, rel=0.01)

    def test_loads_nothing_from_a_third_party(self, page):
        loading = parsed(page).select(
            "script[src], img[src], iframe[src], source[src], link[href]:not([rel=canonical])"
        )
        for element in loading:
            address = element.get("src") or element.get("href")
            assert not urlsplit(address).netloc, f"{page} loads {address}"
        inline = "".join(script.get_text() for script in parsed(page).find_all(["script", "style"]))
        assert not re.search(r"(https?:)?//[a-z0-9-]+\.", inline), f"{page} names a host in a script of its own"

    def test_links_to_the_repository_only_where_its_address_is_set(self, page):
        if page.startswith("book/"):
            linked = bool(parsed(page).select(".dropdown-source-buttons"))
            assert linked == bool(os.environ.get("SOFTMAX_BOOK_REPOSITORY"))


@cache
def anchors(page):
    return {element["id"] for element in parsed(page).find_all(id=True)}


class TestAssets:
    def test_scripts_and_styles_ask_no_third_party(self):
        named = {}
        # What the search quotes from is data, as a test of the search asks.
        for path in {*SITE.rglob("*.js"), *SITE.rglob("*.css")} - {SITE / TEXTS}:
            for host in hosts(path.read_text("utf-8")):
                named.setdefault(host, []).append(path.relative_to(SITE).as_posix())
        assert named.keys() == NAMED_ONLY.keys(), named

    @pytest.mark.parametrize("quote", ['"', "'", "`"])
    @pytest.mark.parametrize("address", ["https://a.example.org/", "//a.example.org", "wss://a.example.org:80"])
    def test_a_host_is_found_whatever_quotes_it(self, quote, address):
        assert hosts(f"x(); addEventListener('copy', () => fetch({quote}{address}{quote}))") == {"a.example.org"}
        assert hosts(f"@import url({address}); // a.b.com") == {"a.example.org"}

    def test_charts_are_drawings_without_ground_or_date(self):
        charts = list((SITE / "_images").glob("*.svg"))
        assert charts
        for chart in charts:
            drawing = chart.read_text("utf-8")
            assert "<dc:date>" not in drawing
            assert "data:image" not in drawing, f"{chart.name} holds pixels"

    def test_the_lines_of_a_hatch_differ_from_their_ground(self):
        charts = [ElementTree.parse(chart) for chart in (SITE / "_images").glob("*.svg")]
        hatches = [hatch for chart in charts for hatch in chart.iter("{http://www.w3.org/2000/svg}pattern")]
        assert len(hatches) > 5
        for ground, lines in hatches:
            assert f"stroke: {ground.get('fill')};" not in lines.get("style")

    def test_search_finds_a_word_of_a_chapter(self):
        assert '"overflow"' in (SITE / "searchindex.js").read_text("utf-8").replace("overflow:", '"overflow":')


def hosts(code):
    """Return the hosts that a script or a style names outside of comments."""
    code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", code, flags=re.DOTALL | re.MULTILINE)
    return set(re.findall(r"""(?i)(?:\b(?:https?|wss?):|["'`(=])//([a-z0-9.-]+\.[a-z]{2,})""", code))


CONF = """
extensions = ["myst_nb", "softmax_site.ext.repository"]
nb_execution_mode = "off"
root_doc = "book/index"
html_theme = "sphinx_book_theme"
"""
FRONT = """# Front

## Take it along

```{take-along}
```

```{toctree}
chapter
```
"""


class TestRepositoryAddress:
    """One setting, SOFTMAX_BOOK_REPOSITORY, brings the links to the repository."""

    @staticmethod
    def options():
        config = SimpleNamespace(html_theme_options={})
        link_to_repository(None, config)
        return config.html_theme_options

    def test_unset(self, monkeypatch):
        monkeypatch.delenv("SOFTMAX_BOOK_REPOSITORY", raising=False)
        assert self.options() == {}

    def test_set(self, monkeypatch):
        monkeypatch.setenv("SOFTMAX_BOOK_REPOSITORY", "https://example.org/owner/name/")
        assert self.options()["repository_url"] == "https://example.org/owner/name"
        assert self.options()["use_edit_page_button"]
        assert self.options()["launch_buttons"]

    @pytest.mark.parametrize(
        ("repository", "site"),
        [
            ("https://github.com/owner/name", "https://owner.github.io/name"),
            ("https://github.com/Owner/Name", "https://owner.github.io/Name"),
            ("https://github.com/Owner/owner.github.io", "https://owner.github.io"),
        ],
    )
    def test_says_where_the_site_is(self, repository, site):
        assert published_at(repository) == site

    @staticmethod
    def build(folder, address):
        """Build a book of a front page and a notebook; return its two pages."""
        source, target = folder / "source", folder / "html"
        (source / "book").mkdir(parents=True)
        (source / "conf.py").write_text(CONF, "utf-8")
        (source / "book" / "index.md").write_text(FRONT, "utf-8")
        shutil.copy(ROOT / "book" / "worked-example.ipynb", source / "book" / "chapter.ipynb")
        environment = os.environ | {"SOFTMAX_BOOK_REPOSITORY": address}
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", source, target]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        return [
            BeautifulSoup((target / "book" / f"{name}.html").read_text("utf-8"), "html.parser")
            for name in ("index", "chapter")
        ]

    def test_opens_each_notebook_in_binder_and_colab(self, tmp_path):
        front, chapter = self.build(tmp_path, "https://github.com/owner/name")
        links = [link["href"] for link in chapter.select(".dropdown-launch-buttons a[href]")]
        assert links == [
            "https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/book/chapter.ipynb",
            "https://colab.research.google.com/github/owner/name/blob/main/book/chapter.ipynb",
            "index.html#take-it-along",
        ]
        place = front.find(id="take-it-along")
        assert "!git clone --depth 1 https://github.com/owner/name\n%cd name/book\n" in place.get_text()
        files = {link["href"] for link in place.select("a.external")}
        assert files == {
            "https://owner.github.io/name/softmax-book.pdf",
            "https://owner.github.io/name/softmax-book.zip",
        }

    def test_without_it_names_the_commands(self, tmp_path):
        front, chapter = self.build(tmp_path, "")
        assert not chapter.select(".dropdown-launch-buttons")
        place = front.find(id="take-it-along")
        assert "make pdf" in place.get_text()
        assert not place.select("a.external")
