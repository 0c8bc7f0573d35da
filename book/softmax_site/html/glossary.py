"""The glossary has a bar of letters, and its terms are explained where they
stand in the text, without a script."""

from html import escape
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.addnodes import glossary

from softmax_site.ext.math import CLASS
from softmax_site.formulas import set_formula
from softmax_site.html import SENTENCE_END
from softmax_site.html.typography import keep_math_with_punctuation


def apply(soup, page):
    if first := soup.select_one("dl.glossary"):
        first.insert_before(bar_of_letters(soup, first))
    explain_links(soup, page)


def bar_of_letters(soup, terms):
    """Return links that lead to the first term of each letter."""
    bar = soup.new_tag("nav", attrs={"class": "letters"})
    bar["aria-label"] = "Letters"
    first = {}
    for term in terms.find_all("dt", recursive=False):
        first.setdefault(term.get_text()[0].upper(), term["id"])
    for letter, name in first.items():
        link = soup.new_tag("a", href=f"#{name}")
        link.string = letter
        bar.append(link)
    return bar


def explain_links(soup, page):
    """Put the meaning beside each link, where a style sheet shows it."""
    links = soup.select("article a[href*='glossary.html#']:has(> .std-term)")
    for number, link in enumerate(links, 1):
        anchor = urlsplit(link["href"]).fragment
        name = f"tip-{number}"
        link["aria-describedby"] = name
        term = link.wrap(soup.new_tag("span", attrs={"class": "term"}))
        tip = {"class": "tip", "role": "tooltip", "id": name}
        meaning = BeautifulSoup(page.terms[anchor], "html.parser")
        keep_math_with_punctuation(meaning)
        term.append(soup.new_tag("span", attrs=tip))
        term.contents[-1].append(meaning)


def meanings(doctree):
    """Return the first sentence on each term of a glossary, as HTML, by id."""
    return {
        name: first_sentence(entry.next_node(nodes.definition)[0])
        for found in doctree.findall(glossary)
        for entry in found.findall(nodes.definition_list_item)
        for term in entry.findall(nodes.term)
        for name in term["ids"]
    }


def first_sentence(paragraph):
    html = ""
    for node in paragraph:
        if isinstance(node, nodes.math):
            formula = set_formula(node.astext())
            html += f'<span class="{CLASS}">{formula}</span>'
        elif isinstance(node, nodes.Text) and (
            end := SENTENCE_END.search(node)
        ):
            return html + escape(node[: end.end()])
        else:
            html += escape(node.astext())
    return html
