"""All styles of the site in one file, without the rules that no page can use.

The theme brings ten style sheets of half a megabyte, which hold up the first
sight of a page, and a font of 150 kB for a handful of icons. `combine` keeps
of them what pages and scripts of the built site name. The book's own sheets
stay whole, as its scripts put the names of some classes together.
"""

import re
from pathlib import Path

import pydata_sphinx_theme
import tinycss2
from fontTools import subset

NAME, ICONS = "all.css", "icons.woff"
OWN = Path(__file__).parents[1] / "assets"
FONT = (
    Path(pydata_sphinx_theme.__file__).parent
    / "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts"
    / "fa-solid-900.ttf"
)
# A script makes this one of two parts.
MADE = {"bs-tooltip-auto"}
CLEAN = {"skip_comments": True, "skip_whitespace": True}


def combine(site, sources):
    """Write the `sources`, paths of style sheets in `site`, as one file."""
    static = site / "_static"
    known = words(site)
    css = "".join(
        whole(rules(site / source))
        if (OWN / source.removeprefix("_static/")).exists()
        else prune(rules(site / source), known)
        for source in sources
    )
    (static / NAME).write_text(f'@charset "utf-8";{css}', "utf-8")
    # Icons are characters for private use.
    icons = {
        ord(character) for character in css if "\ue000" <= character <= "\uf8ff"
    }
    write_font(icons, static / ICONS)


def words(site):
    """Return the words of all pages and of the scripts that they load."""
    pages = [page.read_text("utf-8") for page in site.rglob("*.html")]
    loaded = {
        name
        for page in pages
        for name in re.findall(r'src="[^"?]*?(_static/[^"?]+\.js)', page)
    }
    scripts = [(site / name).read_text("utf-8") for name in loaded]
    return MADE.union(*(re.findall(r"[\w-]+", t) for t in pages + scripts))


def rules(path):
    """Yield the rules of a style sheet and of those that it imports."""
    text = path.read_text("utf-8")
    for rule in tinycss2.parse_stylesheet(text, **CLEAN):
        if rule.type == "at-rule" and rule.at_keyword == "import":
            target = rule.prelude[-1].value
            yield from rules(path.parent / target)
        else:
            yield rule


def whole(rules):
    return "".join(rule.serialize() for rule in rules)


def prune(rules, known):
    """Return those rules as text that can apply where all words are known."""
    return "".join(text(rule, known) for rule in rules)


def text(rule, known):
    if rule.type == "qualified-rule":
        return rule.serialize() if can_apply(rule.prelude, known) else ""
    if rule.at_keyword in ("media", "supports"):
        inner = prune(tinycss2.parse_rule_list(rule.content, **CLEAN), known)
        condition = tinycss2.serialize(rule.prelude)
        return f"@{rule.at_keyword}{condition}{{{inner}}}" if inner else ""
    result = rule.serialize()
    # The icons' font is that of book.css.
    return (
        ""
        if "fontawesome" in result or rule.at_keyword == "charset"
        else result
    )


def can_apply(prelude, known):
    """Tell whether all names in one of the selectors are known.

    Those inside of brackets, as in :not(.wide), count as known.
    """
    selectors = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return any(known.issuperset(names(selector)) for selector in selectors)


def names(selector):
    """Yield the classes, ids and custom elements of a selector."""
    for before, token in zip([None, *selector], selector, strict=False):
        if token.type == "hash" or (before == "." and token.type == "ident"):
            yield token.value
        elif token.type == "ident" and before != ":" and "-" in token.value:
            yield token.lower_value


def write_font(codes, path):
    """Write the theme's font of icons with the characters of these codes."""
    options = subset.Options(flavor="woff")
    with subset.load_font(FONT, options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(font)
        subset.save_font(font, path, options)
