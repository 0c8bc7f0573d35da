"""Puts the kernel that runs cells in the page into the site."""

from pathlib import Path

from sphinx.util import logging

from softmax_site import kernel

logger = logging.getLogger(__name__)


def install(app, exception):
    if exception or app.builder.format != "html":
        return
    if kernel.available():
        kernel.install(Path(app.outdir) / "_static")
    else:
        logger.info("No cell runs in the page: npm has to fetch the kernel.")


def setup(app):
    app.add_css_file("run/run.css")
    app.connect("build-finished", install)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
