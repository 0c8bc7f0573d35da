"""Writes formulas into the pages as `softmax_site.formulas` sets them."""

from html import escape

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from softmax_site.formulas import set_formula

CLASS = "math notranslate nohighlight"
logger = logging.getLogger(__name__)


def visit_math(self, node):
    self.body.append(self.starttag(node, "span", "", CLASS=CLASS))
    self.body.append(formula(node) + "</span>")
    raise nodes.SkipNode


def visit_displaymath(self, node):
    self.body.append(self.starttag(node, "div", CLASS=CLASS))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(formula(node, display=True) + "</div>\n")
    raise nodes.SkipNode


def formula(node, display=False):
    tex = node.astext()
    try:
        return set_formula(tex, display)
    except ValueError as error:
        logger.error("%s", error, location=node)  # It fails the build.
        return escape(tex)


def setup(app):
    # Sphinx takes it in place of its own, which is the only other one.
    app.add_html_math_renderer(
        "at_build", (visit_math, None), (visit_displaymath, None)
    )
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
