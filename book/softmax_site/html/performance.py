"""Nothing holds up the first sight of a page, and nothing moves after it."""

import hashlib
import re
from functools import cache
from pathlib import Path

import pydata_sphinx_theme

from softmax_site import stylesheet

THEME = Path(pydata_sphinx_theme.__file__).parent
STATIC = THEME / "theme/pydata_sphinx_theme/static"
ICONS = "scripts/fontawesome.js"
ICON = r'"?([\w-]+)"?:\[(\d+),(\d+),\[([^\]]*)\],"\w+","([^"]+)"\]'
TEXT_FACE = "vendor/source-serif/serif.woff2"
COLOURED = re.compile(r"[ceksm]\w*|ow")
SCRIPT = "scripts/pydata-sphinx-theme.js"
TAB_STOPS = re.compile(
    r'"complete"===document\.readyState\?(\w+)\(\)'
    r':window\.addEventListener\("load",\1\)'
)
SEARCH = ["searchtools.js", "language_data.js", "searchindex.js"]
# The theme decides only at the end, when the page has been seen once.
THEME_CHOICE = """
const { dataset } = document.documentElement;
const { matches } = matchMedia("(prefers-color-scheme: dark)");
dataset.mode = localStorage.getItem("mode") || "auto";
const preferred = matches ? "dark" : "light";
dataset.theme = dataset.mode === "auto" ? preferred : dataset.mode;
"""
PRELOAD = """
if (location.protocol === "file:") document.fonts.add(
  new FontFace("Book Serif", "url({0})", {{ weight: "400 600" }}));
else document.head.append(
  Object.assign(document.createElement("link"), {{
    rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
    href: "{0}",
  }}));
"""
# A chart that a page opens with, in the drawing for the theme.
OPENING = """
if (location.protocol !== "file:") document.head.append(
  Object.assign(document.createElement("link"), {{
    rel: "preload", as: "image", fetchPriority: "high",
    href: dataset.theme === "dark" ? "{dark}" : "{light}",
  }}));
"""


def apply(soup, page):
    choose_theme(soup)
    draw_icons(soup)
    thin_code(soup)
    wait_for_tables(soup)
    defer_scripts(soup, page)
    preload_text_face(soup)
    preload_opening(soup)
    join_styles(soup, page.sheets)


def choose_theme(soup):
    """Choose the theme before the page is seen; without scripts it is light."""
    soup.html["data-theme"] = "light"
    soup.select_one("script[data-cfasync]").string = THEME_CHOICE


@cache
def icons():
    """Return width, height and path of each icon of the theme, by name."""
    drawings = {}
    text = (STATIC / ICONS).read_text("utf-8")
    for name, width, height, aliases, path in re.findall(ICON, text):
        for alias in [name, *re.findall(r'"([\w-]+)"', aliases)]:
            drawings[alias] = width, height, path
    return drawings


def draw_icons(soup):
    """Put the few icons into the page in place of a script with all."""
    for script in soup.select('script[src*="fontawesome.js"]'):
        script.decompose()
    for icon in soup.select("i[class*=fa-], span[class*=fa-]"):
        names = [name.removeprefix("fa-") for name in icon["class"]]
        drawn = [icons()[name] for name in names if name in icons()]
        if not drawn:
            raise ValueError(f"no drawing in {ICONS} for {icon}")
        width, height, path = drawn[0]
        icon.name = "svg"
        icon["viewBox"] = f"0 0 {width} {height}"
        icon["aria-hidden"] = "true"
        icon["class"] = ["icon", *icon["class"]]
        icon.append(soup.new_tag("path", d=path))
        del icon["title"]


def thin_code(soup):
    """Unmark what has no colour in code: it was a third of all elements."""
    for token in soup.select(".highlight span[class]"):
        if not COLOURED.fullmatch(token["class"][0]):
            token.unwrap()


def wait_for_tables(soup):
    """Show no part of a table whose columns the formulas below will move."""
    if soup.select_one("table .math"):
        wait = {"rel": "expect", "href": "#main-content", "blocking": "render"}
        soup.head.append(soup.new_tag("link", attrs=wait))


def defer_scripts(soup, page):
    """Let no script hold up the page, and load none that it does not use."""
    idle = [] if page.name == "search" else SEARCH
    for preload in soup.select("link[rel=preload][as=script]"):
        preload.decompose()
    for script in soup.select("script[src]"):
        if "documentation_options.js" in script["src"]:
            # The others need its few lines at once.
            text = (page.static / "documentation_options.js").read_text("utf-8")
            script.attrs = {}
            script.string = text
        elif any(name in script["src"] for name in idle):
            script.decompose()
        else:
            script["defer"] = ""
    # page.js listens to these buttons, and book.css has these styles.
    for element in soup.select("[onclick], [style]"):
        del element["onclick"], element["style"]


def preload_text_face(soup):
    """Ask early for the font of the text; in a folder, wait for it.

    There a browser takes each file for another origin, and preloads none.
    """
    sheet = soup.select_one("link[rel=stylesheet]")
    root, _, _ = sheet["href"].partition("_static/")
    run_early(soup, PRELOAD.format(f"{root}_static/{TEXT_FACE}"))


def preload_opening(soup):
    """Ask early for the largest thing that is seen of a page at first."""
    if light := soup.select_one("article > section > :not(section) img"):
        dark = light.find_next_sibling(class_="only-dark") or light
        run_early(soup, OPENING.format(light=light["src"], dark=dark["src"]))


def run_early(soup, source):
    """Run a script before the styles, for which scripts after them wait."""
    script = soup.new_tag("script")
    script.string = source
    soup.select_one("link[rel=stylesheet]").insert_before(script)


def join_styles(soup, sheets):
    """Ask for one style sheet, which `combine` will make of all."""
    first, *others = links = soup.select("link[rel=stylesheet]")
    root, _, _ = first["href"].partition("_static/")
    paths = [link["href"].removeprefix(root) for link in links]
    sheets.update(dict.fromkeys(path.partition("?")[0] for path in paths))
    version = hashlib.sha256("".join(paths).encode()).hexdigest()[:8]
    first["href"] = f"{root}_static/{stylesheet.NAME}?v={version}"
    for link in others:
        link.decompose()


def write_theme_script(static):
    """Write the theme's script without its search for what scrolls.

    That lays out all that is folded, at each load. Our page.js does it later.
    """
    source = (STATIC / SCRIPT).read_text("utf-8")
    script, found = TAB_STOPS.subn("0", source)
    if not found:
        raise ValueError(f"{SCRIPT} no longer ends in its search")
    (static / SCRIPT).write_text(script, "utf-8")
