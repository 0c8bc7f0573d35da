"""A browser for the tests of the built site, and a server that behaves like the one that publishes it."""

import gzip
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from bs4 import BeautifulSoup
from paths import SITE

from softmax_site import export
from softmax_site.addresses import site_root
from softmax_site.export import BROWSERS, find_browser

SITE_ROOT = site_root()
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'"


def parsed(page):
    """Return a page of the site, as it was built."""
    return BeautifulSoup((SITE / page).read_text("utf-8"), "html.parser")


class Handler(SimpleHTTPRequestHandler):
    """Serves the site under its root and under /strict/, there with a policy that forbids all inline code."""

    def translate_path(self, path):
        for root in ("/strict/", SITE_ROOT):
            if path.startswith(root):
                return super().translate_path("/" + path.removeprefix(root))
        return super().translate_path("/nowhere")

    def end_headers(self):
        if self.path.startswith("/strict/"):
            self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        page = (SITE / "404.html").read_bytes()
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


class CompressingHandler(Handler):
    """Compresses what it sends, as a server on the web does."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(HTTPStatus.NOT_FOUND)
        body = gzip.compress(path.read_bytes())
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", len(body))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(handler=Handler):
    """Serve the site on a free port, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=SITE)) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def browsing():
    """Open the system's Chromium, or skip the test: Playwright's own, of 150 MB, is not asked for."""
    if find_browser() is None:
        pytest.skip(f"tests of the pages in a browser need one of {', '.join(BROWSERS)}, or its path in CHROMIUM")
    return export.browsing()


class Visits:
    """Opens pages, and afterwards tells of errors on them and of requests to other hosts."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.contexts, self.problems = [], []

    def page(self, **options):
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self.note_message)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", self.note_request)
        return page

    def note_message(self, message):
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location['url']})")

    def note_request(self, request):
        if not request.url.startswith((self.address, "data:", "blob:", "file:", "about:")):
            self.problems.append(f"a request to {request.url}")

    def open(self, path, **options):
        """Open a page of the site by its path, at which a fragment may hang."""
        page = self.page(**options)
        page.goto(f"{self.address}{SITE_ROOT}{path}")
        return page

    def close(self):
        for context in self.contexts:
            context.close()
