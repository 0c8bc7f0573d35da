"""What a page says of itself to search engines, and to links in messages.

Its description is written in `book/descriptions.yml`. Where the address of the
published site is known, there are canonical links, Open Graph, a sitemap and
a robots.txt, too.
"""

from html import escape
from pathlib import Path

import yaml
from sphinx.util import logging

from softmax_site.addresses import site_address

DESCRIPTIONS = "book/descriptions.yml"
LARGE_CARD = '<meta name="twitter:card" content="summary_large_image">'
ROBOTS = "User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n"
logger = logging.getLogger(__name__)


def read_descriptions(app, config):
    text = (Path(app.srcdir) / DESCRIPTIONS).read_text("utf-8")
    config.descriptions = {
        str(page): description
        for page, description in yaml.safe_load(text).items()
    }


def describe(app, pagename, templatename, context, doctree):
    description = app.config.descriptions.get(pagename)
    if description is None:
        logger.warning("%s has no description of %s", DESCRIPTIONS, pagename)
        return
    tag = f'<meta name="description" content="{escape(description)}">'
    context["metatags"] = f"{context.get('metatags', '')}\n{tag}\n"
    stated = context.get("meta") or {}
    context["meta"] = {**stated, "og:description": description}


def publish(app, config):
    """Tell the extensions where the site will be."""
    config.html_baseurl = config.ogp_site_url = site_address()
    config.ogp_site_name = config.html_title
    config.ogp_type = "article"
    config.ogp_image = "_static/card.png"
    config.ogp_image_alt = (
        "A square divided as softmax divides 2, 1 and 0.5, and the title."
    )
    config.ogp_enable_meta_description = False
    config.ogp_custom_meta_tags = [LARGE_CARD]
    config.sitemap_url_scheme = "{link}"
    config.sitemap_excludes = ["404.html", "search.html"]


def allow_robots(app, exception):
    if not exception:
        robots = ROBOTS.format(address=site_address())
        (Path(app.outdir) / "robots.txt").write_text(robots, "utf-8")


def setup(app):
    # All pages are written anew when it changes.
    app.add_config_value("descriptions", {}, "html")
    app.connect("config-inited", read_descriptions)
    # Before Open Graph looks for a description, which it does at priority 500.
    app.connect("html-page-context", describe, priority=400)
    if site_address():
        app.setup_extension("sphinxext.opengraph")
        app.setup_extension("sphinx_sitemap")
        app.connect("config-inited", publish)
        app.connect("build-finished", allow_robots)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
