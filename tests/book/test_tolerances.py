"""A relative tolerance is tested alone: NumPy adds an absolute one of 1e-8 where none is given."""

import ast

import pytest
from paths import NOTEBOOKS, ROOT

from softmax_site.notebooks import python_of

FOLDERS = ["book", "experiments", "tests", "tools", "benchmarks"]
# The chapter shows what this rule is for.
ON_PURPOSE = {"worked-example": 3}
FILES = NOTEBOOKS + sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def default_beside_relative(source):
    """Return the calls of isclose and allclose that give a relative tolerance and no absolute one."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if compares(call) and gives(call, "rtol", 2) > gives(call, "atol", 3)]


def compares(call):
    return ast.unparse(call.func).split(".")[-1] in {"isclose", "allclose"}


def gives(call, keyword, position):
    return len(call.args) > position or keyword in {given.arg for given in call.keywords}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_tolerances_stand_alone(path):
    found = default_beside_relative(python_of(path))
    assert len(found) == ON_PURPOSE.get(path.stem, 0), "Add atol=0, or what you mean, to\n  " + "\n  ".join(found)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("np.isclose(x, y, rtol=1e-15)", True),
        ("assert all(torch.allclose(x, y, 1e-15) for y in z)", True),
        ("isclose(x, y, rtol=1e-15, equal_nan=True)", True),
        ("np.isclose(x, y, rtol=1e-15, atol=0)", False),
        ("np.allclose(x, y, 1e-15, 0)", False),
        ("np.isclose(x, y)", False),
        ("np.testing.assert_allclose(x, y, rtol=1e-15)", False),
    ],
)
def test_finds(source, found):
    assert bool(default_beside_relative(source)) == found
