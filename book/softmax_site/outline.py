"""The outline of the notebooks, so that no cell or check is lost unseen.

    python -m softmax_site.outline book

It writes book/outline.txt, with a line for each cell: its id; for Markdown,
its headings, exercises and solutions; for code, the number of its assertions,
its tags, and a digest of the code and its outputs. A test compares the file
with the notebooks, so a diff of it shows what a change of a notebook removes.
"""

import ast
import hashlib
import json
import re
import sys
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

MARKS = re.compile(
    r"^(?:#+ .*|:label: exercise-.*|`+\{solution-start\} .*)$", re.MULTILINE
)


def outline(folder):
    """Return the outline of all notebooks in a folder, as a text."""
    paths = sorted(Path(folder).glob("*.ipynb"))
    return "\n".join(line for path in paths for line in _lines(path))


def _lines(path):
    yield path.name
    for cell in nbformat.read(path, as_version=4).cells:
        describe = _code if cell.cell_type == "code" else _text
        yield f"  {cell.id} {describe(cell)}"
    yield ""


def _text(cell):
    marks = [mark.lstrip("`") for mark in MARKS.findall(cell.source)]
    return "; ".join([cell.cell_type, *marks])


def _code(cell):
    content = json.dumps([cell.source, cell.outputs], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    tags = cell.metadata.get("tags", [])
    return " ".join(["code", f"{assertions(cell)} asserts", digest, *tags])


def assertions(cell):
    """Return the number of assert statements in the code of a cell."""
    code = TransformerManager().transform_cell(cell.source)
    return sum(
        isinstance(node, ast.Assert) for node in ast.walk(ast.parse(code))
    )


def write(folder):
    path = Path(folder) / "outline.txt"
    path.write_text(outline(folder), "utf-8", newline="\n")


if __name__ == "__main__":
    write(sys.argv[1])
