"""Leaves out the files of the book that import what isn't installed, and names them at the end."""

from pathlib import Path

import pytest

from softmax_site.notebooks import missing_packages

ROOT = Path(__file__).parent
LEFT_OUT = pytest.StashKey()


def pytest_addoption(parser):
    parser.addoption("--all-notebooks", action="store_true", help="a notebook that imports what isn't installed fails")


def pytest_configure(config):
    config.stash[LEFT_OUT] = {}
    if not config.getoption("all_notebooks"):
        for path in sorted([*ROOT.glob("book/*.ipynb"), *ROOT.glob("book/softmax_book/**/*.py")]):
            if missing := missing_packages(path):
                config.stash[LEFT_OUT][path] = ", ".join(sorted(missing))


def pytest_ignore_collect(collection_path, config):
    return True if collection_path in config.stash[LEFT_OUT] else None


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[LEFT_OUT]:
        terminalreporter.section("left out, as they import what is not installed")
        for path, missing in config.stash[LEFT_OUT].items():
            terminalreporter.line(f"{path.relative_to(ROOT).as_posix()} needs {missing}")
        terminalreporter.line("`make test-all` installs what they need and runs them too.")
