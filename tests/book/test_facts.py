"""The numbers in the README, in CONTRIBUTING and on the front page are those of the files that they are about."""

import json
import re
import tomllib

import prose
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from paths import ROOT

import softmax_lib


def found(pattern, path):
    """Return what a pattern captures in a file, where it has to be found."""
    return re.search(pattern, (ROOT / path).read_text("utf-8"))[1]


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OLDEST = PROJECT["requires-python"].removeprefix(">=")
NEWEST = max(re.findall(r"3\.\d+", " ".join(PROJECT["classifiers"])), key=lambda version: int(version[2:]))
LARGE_RUN = json.loads((ROOT / "benchmarks" / "many_machines.json").read_text("utf-8"))["large_run"]
DIGITS = found(r"mpmath\.mp\.dps = (\d+)", "tests/lib/conftest.py")
LINES = found(r"values\(\)\) < (\d+)", "tests/lib/test_package.py")
LINES_FOR_DASK = found(r'"dask.py"\) < (\d+)', "tests/lib/test_package.py")
NOTICED = f"at least {100 * prose.NOTICED} of 100"

FACTS = {
    "README.md": [
        f"Python {OLDEST} or newer",
        f"Python {OLDEST} to {NEWEST}.",
        f"{LARGE_RUN['bytes_of_logits'] / 1e9:.0f} GB of logits",
        f"{LARGE_RUN['seconds']:.0f} seconds",
    ],
    "CONTRIBUTING.md": [
        f"reference values of {DIGITS} digits",
        f"under {LINES} lines",
        f"the {LINES_FOR_DASK} of its module for Dask",
        f"for Python {OLDEST} to {NEWEST};",
        NOTICED,
    ],
    "book/index.md": [f"results of {DIGITS} digits", NOTICED],
}


@pytest.mark.parametrize("page", FACTS)
class TestPage:
    def texts(self, page):
        markdown = new_markdown_cell((ROOT / page).read_text("utf-8"))
        return [text for section in prose.sections(new_notebook(cells=[markdown])) for text in section.texts]

    def test_says_what_is_so(self, page):
        for fact in FACTS[page]:
            assert any(fact in text for text in self.texts(page)), f"{page} doesn't say: {fact}"

    def test_has_no_other_numbers(self, page):
        excused = prose.EXCUSED.get(page, {})
        for text in self.texts(page):
            assert not list(prose.unbacked(text, prose.Known(), [*FACTS[page], *excused]))
        for phrase in excused:
            assert any(phrase in text for text in self.texts(page)), f"{phrase!r} of {page} needs no excuse"


def test_docstring_says_how_exact_the_references_are():
    digits = found(r"mpmath\.workdps\((\d+)\)", "tests/lib/test_accuracy.py")
    assert f"of results of {digits} digits" in " ".join(softmax_lib.__doc__.split())


def test_workers_held_as_little_as_the_readme_says():
    assert LARGE_RUN["peak_of_workers"] < 1e9
