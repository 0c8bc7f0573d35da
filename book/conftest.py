"""Has nbval test the notebooks; those that import what isn't installed are left
out, and named at the end.
"""

from pathlib import Path

import pytest

from softmax_site.notebooks import missing_packages

BOOK = Path(__file__).parent
LEFT_OUT = pytest.StashKey()
# Modules for the page, of which one has the name of a package.
collect_ignore = ["softmax_site/in_page"]


def pytest_configure(config):
    if not config.pluginmanager.hasplugin("nbval"):
        raise pytest.UsageError("testing the notebooks needs nbval")
    config.option.nbval = config.option.nbval_current_env = True
    config.option.nbval_cell_timeout = 120
    config.stash[LEFT_OUT] = {}
    if not config.getoption("all_notebooks"):
        modules = BOOK.glob("softmax_book/**/*.py")
        for path in sorted([*BOOK.glob("*.ipynb"), *modules]):
            if missing := missing_packages(path):
                config.stash[LEFT_OUT][path] = ", ".join(sorted(missing))


def pytest_ignore_collect(collection_path, config):
    return True if collection_path in config.stash[LEFT_OUT] else None


def pytest_terminal_summary(terminalreporter, config):
    write = terminalreporter.line
    if config.stash[LEFT_OUT]:
        terminalreporter.section("left out, as they import what isn't there")
        for path, missing in config.stash[LEFT_OUT].items():
            write(f"{path.relative_to(BOOK.parent).as_posix()} needs {missing}")
        write("`make test-all` installs what they need and runs them too.")
