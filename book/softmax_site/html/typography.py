"""Where lines may end, and what is underlined."""

import re

from bs4 import NavigableString

LONG = 24  # Letters of a cell of a table that take a phone several lines.
ENDS_WITH_MARKS = re.compile(r"(?s)(.*?)([(\[“‘]*)")
BEGINS_WITH_MARKS = re.compile(r"(?s)([^\w\s]*)(.*)")


def apply(soup, page):
    keep_math_with_punctuation(soup)
    unlink_spaces(soup)
    mark_long_cells(soup)


def keep_math_with_punctuation(soup):
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


def unlink_spaces(soup):
    """Let a space before a link be no part of it, which would underline it."""
    for text in soup.body.find_all(string=re.compile(r"^ +\S")):
        if text.parent.name == "a":
            text.parent.insert_before(" ")
            text.replace_with(text.lstrip())


def mark_long_cells(soup):
    """Mark what is no number in tables, so that a phone leaves it room."""
    for cell in soup.select("article :is(td, th)"):
        if len(cell.get_text(strip=True)) > LONG:
            cell["class"] = [*cell.get("class", []), "long"]
