"""The directive `explorer`: a picture that the reader can move.

    ```{explorer} bars?z=1.5,0.8,-0.2
    ```

The argument names a picture of `book/assets/explorer` and its first state, in
the notation of the links that carry a state. What the directive itself puts on
the page is the still picture of that state, a chart and a table made by
`softmax_site.stills`. The scripts take its place where they run. They are
loaded on pages that have such a picture, and on no other; the styles are in
the site's one style sheet. What a picture shows of the book's experiments is a
script too, written from the file that the still picture reads.
"""

import hashlib
import json
import os
from pathlib import Path
from urllib.parse import parse_qsl

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from softmax_site import stills

NOTE = "A still picture. On the web, with JavaScript, it moves."


class explorer(nodes.container):
    """The place of a picture, around the still one."""


class Explorer(SphinxDirective):
    required_arguments = 1

    def run(self):
        for module in Path(stills.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(module))
        address = self.arguments[0]
        name, _, state = address.partition("?")
        still = stills.draw(name, **dict(parse_qsl(state)))
        place = explorer(address=address, picture=name)
        place += nodes.image(uri=self.store(address, still.svg), alt=still.alt)
        place += table(still.head, still.rows)
        place += nodes.paragraph("", NOTE)
        return [place]

    def store(self, address, svg):
        """Store a chart beside the doctrees; return the way from this page."""
        folder = Path(self.env.doctreedir) / "explorer"
        folder.mkdir(exist_ok=True)
        name = hashlib.sha256(address.encode()).hexdigest()[:12]
        path = folder / f"explorer-{name}.svg"
        path.write_bytes(svg)
        page = Path(self.env.doc2path(self.env.docname))
        return Path(os.path.relpath(path, page.parent)).as_posix()


def table(head, rows):
    name, *others = (nodes.colspec(colwidth=1) for _ in head)
    name["stub"] = 1
    group = nodes.tgroup("", name, *others, cols=len(head))
    group += nodes.thead("", line(head))
    group += nodes.tbody("", *map(line, rows))
    return nodes.table("", group)


def line(cells):
    entries = [nodes.entry("", nodes.paragraph("", cell)) for cell in cells]
    return nodes.row("", *entries)


def visit(translator, node):
    attributes = {"CLASS": "softmax-explorer", "data-explorer": node["address"]}
    translator.body.append(translator.starttag(node, "div", **attributes))


def depart(translator, node):
    translator.body.append("</div>\n")


def add_scripts(app, pagename, templatename, context, doctree):
    places = list(doctree.findall(explorer)) if doctree else []
    if not places:
        return
    names = sorted({place["picture"] for place in places})
    data = [f"data/{name}" for name in names if name in stills.DATA]
    app.add_js_file("vendor/chartjs/chart.umd.min.js", loading_method="defer")
    for script in ["softmax", "fields", *data, *names, "explorer"]:
        app.add_js_file(f"explorer/{script}.js", loading_method="defer")


def write_data(app, config):
    """Write the scripts of data where Sphinx takes its static files from."""
    static = Path(app.doctreedir) / "static"
    folder = static / "explorer" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for name, read in stills.DATA.items():
        text = json.dumps(read(), ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.js").write_text(f"Data.{name} = {text};\n", "utf-8")
    config.html_static_path.append(str(static))


def setup(app):
    app.add_node(explorer, html=(visit, depart))
    app.add_directive("explorer", Explorer)
    app.add_css_file("explorer/explorer.css")
    app.connect("config-inited", write_data)
    app.connect("html-page-context", add_scripts)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
