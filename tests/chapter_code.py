"""What the code of chapters defines, for tests that hold it to something else."""

import ast

import numpy as np
from paths import ROOT

from softmax_site.notebooks import code_cells, read


def defined_by(chapter, *names):
    """Return the functions and constants of a chapter that have these names. They need NumPy alone."""
    found = {"np": np}
    for cell in code_cells(read(ROOT / "book" / f"{chapter}.ipynb")):
        for node in ast.parse(cell.source).body:
            if name_of(node) in names:
                exec(ast.unparse(node), found)
    return [found[name] for name in names]


def name_of(node):
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return node.name if isinstance(node, ast.FunctionDef) else None
