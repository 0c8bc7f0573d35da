"""The bibliography's style, `by_author`, for citations by author and year.

Entries begin with the last name that the text cites, are sorted by it, and
have no label.
"""

from unicodedata import combining, normalize

from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.richtext import Text
from pybtex.style.formatting.unsrt import Style
from pybtex.style.sorting.author_year_title import SortingStyle


class AsRead(SortingStyle):
    """Sorts names as they are read, not by the braces and accents of TeX."""

    def person_key(self, person):
        name = Text.from_latex(super().person_key(person))
        letters = normalize("NFKD", str(name))
        return "".join(letter for letter in letters if not combining(letter))


class ByAuthor(Style):
    default_name_style = "lastfirst"
    default_sorting_style = AsRead

    def __init__(self):
        super().__init__(abbreviate_names=True)


def drop_labels(app, doctree, docname):
    for citation in doctree.findall(nodes.citation):
        del citation[citation.first_child_matching_class(nodes.label)]


def setup(app):
    register_plugin("pybtex.style.formatting", "by_author", ByAuthor)
    app.connect("doctree-resolved", drop_labels)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
