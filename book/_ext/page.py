"""Mends each page as the theme has written it, and describes it to others.

The theme's pages need inline code and 1.5 MB of icons, hold up their own
display, and keep some readers out. Each function below mends one such thing.
What remains inline is allowed by its hash in the page's security policy, which
stands in the page since GitHub Pages sends no header of ours.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import pydata_sphinx_theme
from bs4 import BeautifulSoup, NavigableString

from softmax_book import styles
from softmax_book.addresses import site_address

THEME = Path(pydata_sphinx_theme.__file__).parent
ICONS = "theme/pydata_sphinx_theme/static/scripts/fontawesome.js"
ICON = r'"?([\w-]+)"?:\[(\d+),(\d+),\[([^\]]*)\],"\w+","([^"]+)"\]'
ENDS_WITH_MARKS = re.compile(r"(?s)(.*?)([(\[“‘]*)")
BEGINS_WITH_MARKS = re.compile(r"(?s)([^\w\s]*)(.*)")
SEARCH = ["searchtools.js", "language_data.js", "searchindex.js"]
DESCRIPTION = "What softmax does, why, what breaks, and how to do it right."
# The theme decides only at the end, when the page has been seen once.
THEME_CHOICE = """
const { dataset } = document.documentElement;
const { matches } = matchMedia("(prefers-color-scheme: dark)");
dataset.mode = localStorage.getItem("mode") || "auto";
const preferred = matches ? "dark" : "light";
dataset.theme = dataset.mode === "auto" ? preferred : dataset.mode;
"""
REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="_static/logo.svg">
<meta http-equiv="refresh" content="0; url={page}"></head>
<body><main><h1>{title}</h1><p><a href="{page}">Read the book</a></p></main>
</body></html>
"""


def mend(html, pagename, scripts, sheets, charts):
    """Return a page, mended.

    `scripts` is the site's folder of scripts, `charts` says where each chart
    comes from. The page's style sheets are added to `sheets`, a dict of which
    only the order of the keys counts.
    """
    soup = BeautifulSoup(html, "html.parser")
    name_parts(soup)
    draw_icons(soup)
    hold_together(soup)
    free_links(soup)
    reserve_space(soup, charts)
    free_scripts(soup, pagename, scripts)
    join_styles(soup, sheets)
    describe(soup, pagename)
    restrict(soup)
    return str(soup)


def name_parts(soup):
    """Give assistive technology the roles and names that are meant."""
    for sidebar in soup.select("#pst-primary-sidebar"):
        sidebar["role"] = "complementary"
        sidebar["aria-label"] = "Book"
    # What shows its name needs no other one.
    for named in soup.select(".search-button-field, summary[aria-label]"):
        del named["aria-label"]
    # The role of a list's entry went out of use in ARIA 1.2.
    for entry in soup.select(".citation-list, [role=doc-biblioentry]"):
        del entry["role"]


@cache
def icons():
    """Return width, height and path of each icon of the theme, by name."""
    drawings = {}
    text = (THEME / ICONS).read_text("utf-8")
    for name, width, height, aliases, path in re.findall(ICON, text):
        for alias in [name, *re.findall(r'"([\w-]+)"', aliases)]:
            drawings[alias] = width, height, path
    return drawings


def draw_icons(soup):
    """Put the few icons into the page in place of a script with all."""
    for script in soup.select('script[src*="fontawesome.js"]'):
        script.decompose()
    for icon in soup.select("i[class*=fa-], span[class*=fa-]"):
        name = next(
            name.removeprefix("fa-")
            for name in icon["class"]
            if name.removeprefix("fa-") in icons()
        )
        width, height, path = icons()[name]
        icon.name = "svg"
        icon["viewBox"] = f"0 0 {width} {height}"
        icon["aria-hidden"] = "true"
        icon["class"] = ["icon", *icon["class"]]
        icon.append(soup.new_tag("path", d=path))
        del icon["title"]


def hold_together(soup):
    """Let no line end between a formula and the marks that enclose it."""
    for formula in soup.select("span.math"):
        before, after = formula.previous_sibling, formula.next_sibling
        held = formula.wrap(soup.new_tag("span", attrs={"class": "together"}))
        if isinstance(before, NavigableString):
            rest, opening = ENDS_WITH_MARKS.fullmatch(before).groups()
            before.replace_with(rest)
            held.insert(0, opening)
        if isinstance(after, NavigableString):
            closing, rest = BEGINS_WITH_MARKS.fullmatch(after).groups()
            after.replace_with(rest)
            held.append(closing)


def free_links(soup):
    """Let a space before a link be no part of it, which would underline it."""
    for text in soup.body.find_all(string=re.compile(r"^ +\S")):
        if text.parent.name == "a":
            text.parent.insert_before(" ")
            text.replace_with(text.lstrip())


def reserve_space(soup, charts):
    """Give each chart its size, so that nothing moves when it arrives."""
    for image in soup.select('img[src*="_images/"]'):
        drawing = charts[Path(image["src"]).name].read_text("utf-8")
        for side in ("width", "height"):
            points = re.search(rf'<svg [^>]*{side}="([\d.]+)pt"', drawing)[1]
            image[side] = round(float(points) * 4 / 3)


def free_scripts(soup, pagename, scripts):
    """Let no script hold up the page, and load none that it does not use."""
    idle = [] if pagename == "search" else SEARCH
    idle = idle if soup.select(".math") else [*idle, "mathjax/startup.js"]
    soup.select_one("script[data-cfasync]").string = THEME_CHOICE
    for preload in soup.select("link[rel=preload][as=script]"):
        preload.decompose()
    for script in soup.select("script[src]"):
        if "documentation_options.js" in script["src"]:
            # The others need its few lines at once.
            text = (scripts / "documentation_options.js").read_text("utf-8")
            script.attrs = {}
            script.string = text
        elif any(name in script["src"] for name in idle):
            script.decompose()
        else:
            script["defer"] = ""
    # page.js listens to these buttons, and book.css has these styles.
    for element in soup.select("[onclick], [style]"):
        del element["onclick"], element["style"]


def join_styles(soup, sheets):
    """Ask for one style sheet, which `combine` will make of all."""
    first, *others = links = soup.select("link[rel=stylesheet]")
    root, _, _ = first["href"].partition("_static/")
    paths = [link["href"].removeprefix(root) for link in links]
    sheets.update(dict.fromkeys(path.partition("?")[0] for path in paths))
    version = hashlib.sha256("".join(paths).encode()).hexdigest()[:8]
    first["href"] = f"{root}_static/{styles.NAME}?v={version}"
    for link in others:
        link.decompose()


def describe(soup, pagename):
    """Say what the page is, for search engines and for those who link."""
    for meta in soup.select("meta[name=viewport], meta[name^=docsearch]"):
        meta.decompose()
    paragraph = soup.select_one("article > section > p")
    text = " ".join(paragraph.get_text().split()) if paragraph else DESCRIPTION
    heading = soup.select_one("article h1") or soup.title
    properties = {
        "og:title": heading.get_text().strip().rstrip("#"),
        "og:description": text,
        "og:type": "article",
        "og:site_name": "The softmax book",
    }
    if address := site_address():
        properties["og:url"] = f"{address}{pagename}.html"
        properties["og:image"] = f"{address}_static/card.png"
        properties["og:image:alt"] = "The bars of a softmax, and the title."
    names = {
        "viewport": "width=device-width, initial-scale=1",
        "description": text,
        "twitter:card": "summary_large_image",
    }
    for name, content in names.items():
        tag = soup.new_tag("meta", attrs={"name": name, "content": content})
        soup.head.append(tag)
    for name, content in properties.items():
        tag = soup.new_tag("meta", property=name, content=content)
        soup.head.append(tag)


def restrict(soup):
    """Allow what the site holds, and the inline code of this page by hash."""
    scripts = [script.string for script in soup.select("script:not([src])")]
    # page.js fills one empty style with MathJax's rules.
    styles = ["", *(style.string for style in soup.select("style"))]
    # Opened from a folder, a page comes from file: and so does the site.
    site = "'self' file:"
    policy = {
        "default-src": "'none'",
        "script-src": f"{site} {hashes(scripts)}",
        "style-src": f"{site} {hashes(styles)}",
        "img-src": f"{site} data:",
        "font-src": site,
        "connect-src": site,
        "form-action": site,
        "base-uri": "'none'",
    }
    content = "; ".join(f"{key} {value}" for key, value in policy.items())
    attributes = {"http-equiv": "Content-Security-Policy", "content": content}
    charset = soup.select_one("meta[charset]")
    charset.insert_after(soup.new_tag("meta", attrs=attributes))


def hashes(texts):
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    encoded = [base64.b64encode(digest).decode() for digest in digests]
    return " ".join(dict.fromkeys(f"'sha256-{text}'" for text in encoded))


def mend_pages(app):
    if app.builder.format != "html":
        return
    render = app.builder.templates.render
    scripts = Path(app.outdir) / "_static"
    sheets = {}

    def mended(template, context):
        html = render(template, context)
        if "<html" not in html:  # A part of a page.
            return html
        charts = {
            name: Path(app.srcdir) / source
            for source, name in app.builder.images.items()
        }
        return mend(html, context["pagename"], scripts, sheets, charts)

    def finish(app, exception):
        if exception:
            return
        lead_to_front_page(app)
        if sheets:  # Otherwise no page was written.
            styles.combine(Path(app.outdir), sheets)

    app.builder.templates.render = mended
    app.connect("build-finished", finish, priority=900)


def title_front_page(app, pagename, templatename, context, doctree):
    """Let the front page be called after the book once."""
    if pagename == app.config.root_doc:
        context["docstitle"] = ""


def lead_to_front_page(app):
    """Write the page at the root of the site, which leads to the first."""
    page = f"{app.config.root_doc}.html"
    html = REDIRECT.format(title=app.config.html_title, page=page)
    soup = BeautifulSoup(html, "html.parser")
    restrict(soup)
    (Path(app.outdir) / "index.html").write_text(str(soup), "utf-8")


def setup(app):
    app.add_js_file("page.js", priority=100, loading_method="defer")
    app.connect("builder-inited", mend_pages, priority=900)
    app.connect("html-page-context", title_front_page)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
