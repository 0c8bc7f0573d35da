"""The edition of the book: version and date in the footer, and how to cite it.

The date is that of the release, not that of the build, so that the same
sources make the same pages.
"""

from pathlib import Path

import yaml

from softmax_lib import __version__
from softmax_site.addresses import site_address

FOOTER = "<p>Version {version} of <time>{date}</time></p>"
CITATION = """\
@misc{{softmax-book-{name},
  title = {{{title}}},
  author = {{{{{author}}}}},
  howpublished = {{The softmax book, version {version}}},
  year = {{{year}}},{address}
}}"""


def read_edition(app, config):
    citation = (Path(app.srcdir) / "CITATION.cff").read_text("utf-8")
    config.release_date = yaml.safe_load(citation)["date-released"]
    footer = FOOTER.format(version=__version__, date=config.release_date)
    config.html_theme_options["extra_footer"] = footer


def cite(app, pagename, templatename, context, doctree):
    """Tell the template `cite.html` what stands in a bibliography."""
    if doctree:
        site = site_address()
        url = f"\n  url = {{{site}{pagename}.html}},"
        context["citation"] = CITATION.format(
            name=Path(pagename).name,
            title=app.env.titles[pagename].astext(),
            author=app.config.author,
            version=__version__,
            year=str(app.config.release_date)[:4],
            address=url if site else "",
        )


def setup(app):
    app.add_config_value("release_date", "", "html")
    # Before the theme reads its options, which it does at priority 500.
    app.connect("config-inited", read_edition, priority=400)
    app.connect("html-page-context", cite)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
