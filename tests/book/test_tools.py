"""The tools: those that need the network before a server on this machine, the others as far as their imports."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import bibliography
import published
import pytest
from paths import ROOT

ENTRY = "@article{gauss1809, title = {On the {Motion} of Bodies}, year = {%d}, doi = {10.1000/1}}"


@contextmanager
def serving(pages):
    """Serve the pages of a dictionary, by path, on a free port; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = pages.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=[0.01]).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class TestPublished:
    @pytest.fixture
    def pages(self):
        return {}

    @pytest.fixture
    def site(self, pages):
        """Serve what a deployment has, and yield the address."""
        with serving(pages) as address:
            site = f"{address}/"
            chapters = sorted(published.chapters())
            pages.update({f"/{page}": b"<h1>A chapter</h1>" for page in chapters})
            pages.update(dict.fromkeys(["/", "/softmax-book.pdf", "/softmax-book.zip"], b"..."))
            locations = "".join(f"<url><loc>{site}{page}</loc></url>" for page in chapters)
            sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'
            pages["/sitemap.xml"] = sitemap.encode()
            yield site

    def test_finds_nothing_wrong_with_a_whole_site(self, site):
        assert "book/overflow.html" in published.chapters()
        assert list(published.problems(site, pause=0)) == []

    @pytest.mark.parametrize("path", ["/book/overflow.html", "/softmax-book.pdf", "/sitemap.xml", "/"])
    def test_names_what_is_missing(self, site, pages, path):
        del pages[path]
        (problem,) = published.problems(site, pause=0)
        assert problem.startswith((site + path[1:], path[1:]))
        assert "404" in problem

    def test_notices_a_page_that_is_not_a_chapter(self, site, pages):
        pages["/book/digits.html"] = b"<title>Site not found</title>"
        assert list(published.problems(site, pause=0)) == [f"{site}book/digits.html: a page without a heading"]

    def test_notices_a_chapter_that_the_sitemap_leaves_out(self, site, pages):
        pages["/sitemap.xml"] = pages["/sitemap.xml"].replace(b"book/digits", b"book/overflow")
        assert list(published.problems(site, pause=0)) == [f"{site}book/digits.html: not in sitemap.xml"]


class TestBibliography:
    def problems(self, tmp_path, year, record):
        (tmp_path / "references.bib").write_text(ENTRY % year, "utf-8")
        with serving({"/10.1000/1": json.dumps(record).encode()} if record else {}) as resolver:
            return list(bibliography.problems(tmp_path / "references.bib", resolver))

    def test_takes_a_title_and_any_of_the_years(self, tmp_path):
        years = {"issued": {"date-parts": [[1808, 5]]}, "published-print": {"date-parts": [[1809]]}}
        record = {"title": "On the motion of <i>bodies</i>", **years}
        assert self.problems(tmp_path, 1809, record) == []

    def test_takes_a_title_without_its_subtitle(self, tmp_path):
        record = {"title": "On the motion", "subtitle": ["of bodies"], "issued": {"date-parts": [[1809]]}}
        assert self.problems(tmp_path, 1809, record) == []

    def test_notices_another_title(self, tmp_path):
        record = {"title": "On the Motion of Planets", "issued": {"date-parts": [[1809]]}}
        (problem,) = self.problems(tmp_path, 1809, record)
        assert "On the Motion of Planets" in problem

    def test_notices_another_year(self, tmp_path):
        years = {"issued": {"date-parts": [[None]]}, "published": {"date-parts": [[1809]]}}
        record = {"title": "On the Motion of Bodies", **years}
        (problem,) = self.problems(tmp_path, 1810, record)
        assert "1810" in problem
        assert "[1809]" in problem

    def test_notices_a_doi_that_does_not_exist(self, tmp_path):
        (problem,) = self.problems(tmp_path, 1809, None)
        assert "404" in problem


@pytest.mark.parametrize("tool", ["bibliography", "lighthouse", "reading"])
def test_a_tool_finds_what_it_imports_where_make_runs_it(tool):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (paths,) = re.findall(rf"^\t@?(?:PYTHONPATH=(\S+) )?\$\(BIN\)/python tools/{tool}\.py", makefile, re.MULTILINE)
    environment = os.environ | {"PYTHONPATH": f"tools:{paths}".replace(":", os.pathsep)}
    subprocess.run([sys.executable, "-c", f"import {tool}"], cwd=ROOT, env=environment, check=True)
