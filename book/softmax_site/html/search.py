"""The text of each page, from which the search takes its excerpts.

Sphinx would fetch the pages found, which a copy in a folder cannot, and show
what its buttons and formulas are made of. `write_texts` puts all texts into
one script, which the page of the search alone loads.
"""

import json
import re
from copy import copy

from bs4 import NavigableString
from bs4.element import PreformattedString

TEXTS = "_static/texts.js"
ASSIGNED = "window.texts = "
LEFT_OUT = "a.headerlink, button, script, style, summary, .softmax-explorer"
# All others stand apart from the text around.
INLINE = {"a", "b", "code", "em", "i", "span", "strong", "sub", "sup"}
# Around the name of a place that a search may find; of no other use.
MARKED = "\ue000{}\ue001"
MARK = re.compile(MARKED.format("(.*?)") + " ?")


def apply(soup, page):
    """Keep the text of a chapter, and let the page of the search load all."""
    if article := copy(soup.select_one("article.bd-article")):
        for element in article.select(LEFT_OUT):
            element.decompose()
        for element in article.select("section[id], dt[id]"):
            element.insert(0, MARKED.format(element["id"]))
        page.texts[page.name] = with_places(squeezed(text(article)))
    for index in soup.select("script[src='searchindex.js']"):
        for source in (TEXTS, "_static/search.js"):
            index.insert_before(soup.new_tag("script", src=source))


def write_texts(site, texts):
    """Write these texts, beside those of pages that were not built anew."""
    path = site / TEXTS
    if path.exists():
        texts = json.loads(path.read_text("utf-8")[len(ASSIGNED) :]) | texts
    script = json.dumps(dict(sorted(texts.items())), ensure_ascii=False)
    path.write_text(ASSIGNED + script, "utf-8")


def with_places(marked):
    """Return a text, and where in it the places begin that were marked."""
    text, *parts = MARK.split(marked)
    places = {}
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        places[name] = len(text)
        text += part
    return {"text": text, "places": places}


def text(node):
    """Return the text of an element as a reader sees it."""
    if isinstance(node, NavigableString):
        return "" if isinstance(node, PreformattedString) else str(node)
    if node.name == "math":
        return formula(node)
    inner = "".join(text(child) for child in node.children)
    is_inline = node.name in INLINE or node.name.startswith("mjx-")
    return inner if is_inline else f" {inner} "


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def formula(math):
    """Return a formula, given in MathML, on one line."""
    line = re.sub(r"(?<=\w) (?=\()", "", squeezed(linear(math)))
    # A sign stands before its number, unlike the operator.
    return re.sub(r"(^|(?<=[(|/^_])) ?− ", "−", line)


def linear(node):
    parts = [linear(child) for child in node.find_all(True, recursive=False)]
    match node.name, parts:
        case "mi" | "mo", _:
            return symbol(node.get_text())
        case "mn" | "mtext", _:
            return node.get_text()
        case "msub" | "munder", [base, below]:
            return marked(base, f"_{one(below)}")
        case "msup" | "mover", [base, above]:
            return marked(base, f"^{one(above)}")
        case "msubsup" | "munderover", [base, below, above]:
            return marked(base, f"_{one(below)}^{one(above)}")
        case "mfrac", [over, under]:
            return f"{one(over)}/{one(under)}"
        case "msqrt", _:
            return f"√{one(''.join(parts))}"
        case "mspace" | "mtr" | "mtd", _:
            return f" {''.join(parts)} "
        case _:
            return "".join(parts)


def symbol(letters):
    if len(letters) > 1 or letters in "=≠<>≤≥≈+−±∈→←∑∏∫":
        return f" {letters} "
    # It stands, unseen, between a function and what it is applied to.
    return letters.replace("\u2061", "")


def marked(base, marks):
    return base.rstrip() + marks + " " * base.endswith(" ")


def one(part):
    """Return a part of a formula in brackets, if it is not one thing."""
    part = re.sub("^− ", "−", part.strip())
    is_one = re.fullmatch(r"−?[^\W_]+|\([^()]*\)", part)
    return part if is_one else f"({part})"
