"""The table of the chapter on the inside of the library leads from each idea to a function, which exists."""

import ast
import re

import nbformat
import pytest
from paths import ROOT

CHAPTER = nbformat.read(ROOT / "book" / "inside.ipynb", 4)
TABLE = next(cell.source for cell in CHAPTER.cells if "| idea | function | file |" in cell.source)
ROWS = re.findall(r"^\| ([^|]+) \| `(\w+)` \| `([\w/.]+)` \|$", TABLE, re.MULTILINE)


def test_each_line_is_read():
    assert len(ROWS) == TABLE.count("\n|") - 2 > 5


@pytest.mark.parametrize(("idea", "name", "path"), ROWS, ids=lambda value: value.replace(" ", "-"))
def test_leads_to_what_is_there(idea, name, path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name]
    assert len(found) == 1
    assert ast.get_docstring(found[0])
