"""The edition of the book, in the footer of each page: version and date.

The date is that of the release, not that of the build, so that the same
sources make the same pages.
"""

from pathlib import Path

import yaml

from softmax_lib import __version__

FOOTER = "<p>Version {version} of <time>{date}</time></p>"


def show_edition(app, config):
    citation = (Path(app.srcdir) / "CITATION.cff").read_text("utf-8")
    date = yaml.safe_load(citation)["date-released"]
    footer = FOOTER.format(version=__version__, date=date)
    config.html_theme_options["extra_footer"] = footer


def setup(app):
    # Before the theme reads its options, which it does at priority 500.
    app.connect("config-inited", show_edition, priority=400)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
