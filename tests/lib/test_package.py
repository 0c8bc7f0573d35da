"""The package as a whole: what it exports, what it needs, how large it is."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import softmax_lib

SOURCES = sorted(Path(softmax_lib.__file__).parent.glob("*.py"))


def test_exports_are_sorted_and_complete():
    assert softmax_lib.__all__ == sorted(softmax_lib.__all__)
    public = {name for name in vars(softmax_lib) if not name.startswith("_")} - {"dask"}
    assert public == set(softmax_lib.__all__)


def test_every_function_has_a_docstring_with_an_example():
    for name in softmax_lib.__all__:
        documentation = getattr(softmax_lib, name).__doc__
        assert ">>>" in documentation or "see `compare_softmax_sigmoid`" in documentation, name


@pytest.mark.parametrize("module", ["softmax_lib", "softmax_lib.dask"])
def test_public_functions_are_annotated(module):
    """A type checker believes py.typed, and takes whatever isn't annotated for right."""
    module = pytest.importorskip(module)
    for public in (getattr(module, name) for name in module.__all__):
        methods = [getattr(public, name) for name in vars(public) if not name.startswith("_")]
        for function in filter(inspect.isroutine, [public, *methods]):
            signature = inspect.signature(function)
            annotations = [parameter.annotation for name, parameter in signature.parameters.items() if name != "self"]
            assert inspect.Signature.empty not in (*annotations, signature.return_annotation), function.__qualname__


def test_needs_numpy_alone():
    code = """if True:
        import sys, numpy
        before = set(sys.modules)
        import softmax_lib
        new = {name.partition(".")[0] for name in set(sys.modules) - before}
        print(*sorted(new - sys.stdlib_module_names - {"numpy"}))
    """
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["softmax_lib"]


@pytest.mark.parametrize("module", ["softmax_lib", "softmax_lib.dask"])
def test_docstrings_are_complete(module):
    """Of each public function and class, by numpydoc's own checks; an extended summary is no must."""
    validation = pytest.importorskip("numpydoc.validate")
    for name in pytest.importorskip(module).__all__:
        errors = validation.validate(f"{module}.{name}")["errors"]
        assert not [error for error in errors if error[0] != "ES01"], name


def test_modules_are_short():
    """So that a newcomer finds the place for any line; counted without docstrings, comments and blank lines."""
    lines = {source.name: lines_of_code(source) for source in SOURCES}
    assert lines.pop("dask.py") < 330
    assert max(lines.values()) < 160


def lines_of_code(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return len(ast.unparse(tree).replace("pass\n", "").splitlines())
