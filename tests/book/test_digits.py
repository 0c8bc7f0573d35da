"""The chapter on digits calls its formulas SciPy's, to the last bit."""

import ast

import numpy as np
import pytest
import scipy.special
from paths import ROOT

from softmax_site.notebooks import code_cells, read

NAMES = {"stable_softmax", "stable_log_softmax"}


@pytest.fixture(scope="module")
def formulas():
    source = "\n".join(cell.source for cell in code_cells(read(ROOT / "book" / "digits.ipynb")))
    found = {"np": np}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in NAMES:
            exec(ast.unparse(node), found)
    return found


@pytest.mark.parametrize("spread", [1, 3, 10, 30, 100, 200])
@pytest.mark.parametrize("count", [1, 2, 10, 100])
def test_formulas_are_those_of_scipy(formulas, spread, count):
    rng = np.random.default_rng(count)
    for z in rng.normal(0, spread, (50, count)):
        np.testing.assert_array_equal(formulas["stable_softmax"](z), scipy.special.softmax(z))
        np.testing.assert_array_equal(formulas["stable_log_softmax"](z), scipy.special.log_softmax(z))
