"""Browsers for the tests of the built site, and a server that behaves like the one that publishes it."""

import gzip
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from paths import SITE

from softmax_site import kernel
from softmax_site.addresses import site_root
from softmax_site.export import find_browser

SITE_ROOT = site_root()
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'"

# Where npm is not installed no cell runs in the page; the site that is published has it.
cells_run = pytest.mark.skipif(
    not (kernel.available() or os.environ.get("CI")), reason="npm has not fetched the kernel that runs cells"
)


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


def find_firefox():
    """Return the path of the system's Firefox, or None."""
    return os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")


# Those of the system: Playwright's own, of some hundred megabytes, are not asked for.
BROWSERS = {"Chromium": find_browser(), "Firefox": find_firefox()}


def version(path):
    """Return what a browser says of itself."""
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def needed(name, config):
    """Return the path of a browser. Without it a test is skipped; where all is to be tested, it fails."""
    if path := BROWSERS[name]:
        return path
    everything = os.environ.get("CI") or config.getoption("all_notebooks")
    give_up = pytest.fail if everything else pytest.skip
    give_up(f"{name} is not installed; if it is elsewhere, {name.upper()} may say where")


class Visits:
    """Opens pages, and notes errors and warnings on them, and requests to other hosts."""

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
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.text} ({message.location['url']})")

    def note_request(self, request):
        if not request.url.startswith((self.address, "data:", "blob:", "file:", "about:")):
            self.problems.append(f"a request to {request.url}")

    def open(self, path, **options):
        """Open a page of the site by its path, at which a fragment may hang."""
        page = self.page(**options)
        page.goto(f"{self.address}{SITE_ROOT}{path}")
        return page

    def expect(self, pattern):
        """Take the problems that a pattern finds, of which there has to be one, from those that nobody expects."""
        expected = [problem for problem in self.problems if re.search(pattern, problem)]
        assert expected, self.problems
        self.problems = [problem for problem in self.problems if problem not in expected]

    def close(self):
        for context in self.contexts:
            context.close()
