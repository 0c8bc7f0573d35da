"""Runs the passes of `softmax_site.html` over each page of the theme."""

from pathlib import Path

from bs4 import BeautifulSoup

from softmax_site import formulas, stylesheet
from softmax_site.html import (
    Page,
    aria,
    charts,
    folds,
    glossary,
    neighbours,
    openings,
    performance,
    policy,
    run,
    search,
    typography,
)

PASSES = [
    aria,
    charts,
    folds,
    typography,
    search,
    glossary,
    neighbours,
    openings,
    run,
    performance,
    policy,
]
GLOSSARY = "book/glossary"
METADATA = """meta[name=description], meta[name^=twitter], meta[property],
link[rel=canonical]"""
REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="_static/logo.svg">
{metadata}
<meta http-equiv="refresh" content="0; url={page}"></head>
<body><main><h1>{title}</h1><p><a href="{page}">Read the book</a></p></main>
</body></html>
"""


def passed(html, page):
    """Return a page after all passes."""
    soup = BeautifulSoup(html, "html.parser")
    for each in PASSES:
        each.apply(soup, page)
    return str(soup)


def with_index_entries(app, env, added, changed, removed):
    """Have what stands in the index made anew: Sphinx's search forgets it."""
    entries = env.get_domain("index").entries
    return [page for page in env.found_docs if entries.get(page)]


def postprocess_pages(app):
    if app.builder.format != "html":
        return
    render = app.builder.templates.render
    site = Path(app.outdir)
    sheets, texts, terms = {}, {}, {}

    def rendered(template, context):
        html = render(template, context)
        if "<html" not in html:  # A part of a page.
            return html
        charts = {
            name: Path(app.srcdir) / source
            for source, name in app.builder.images.items()
        }
        if not terms and GLOSSARY in app.env.found_docs:
            terms.update(glossary.meanings(app.env.get_doctree(GLOSSARY)))
        page = Page(
            context["pagename"], site / "_static", charts, sheets, texts, terms
        )
        return passed(html, page)

    def finish(app, exception):
        if exception:
            return
        lead_to_front_page(app)
        if sheets:  # Otherwise no page was written.
            formulas.write_styles(site)
            performance.write_theme_script(site / "_static")
            search.write_texts(site, texts)
            stylesheet.combine(site, [*sheets, formulas.STYLES])

    app.builder.templates.render = rendered
    app.connect("build-finished", finish, priority=900)


def title_front_page(app, pagename, templatename, context, doctree):
    """Let the front page be called after the book once."""
    if pagename == app.config.root_doc:
        context["docstitle"] = ""


def lead_to_front_page(app):
    """Write the page at the root of the site, which leads to the first."""
    page = f"{app.config.root_doc}.html"
    text = (Path(app.outdir) / page).read_text("utf-8")
    front = BeautifulSoup(text, "html.parser")
    html = REDIRECT.format(
        title=app.config.html_title,
        metadata="\n".join(map(str, front.select(METADATA))),
        page=page,
    )
    soup = BeautifulSoup(html, "html.parser")
    policy.apply(soup)
    (Path(app.outdir) / "index.html").write_text(str(soup), "utf-8")


def setup(app):
    app.add_js_file("page.js", priority=100, loading_method="defer")
    app.connect("builder-inited", postprocess_pages, priority=900)
    app.connect("env-get-outdated", with_index_entries)
    app.connect("html-page-context", title_front_page)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
