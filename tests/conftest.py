"""Hypothesis makes the same examples in every run, so that a failure on one machine is one on all.

For mutants it doesn't look for the simplest. And a browser, opened once for each file that needs one.
"""

import pytest
from browser import Visits, browsing, serving
from hypothesis import Phase, settings

collect_ignore = ["mutants.py"]  # it imports cosmic-ray, which only `make mutants` installs

settings.register_profile("book", derandomize=True, deadline=None, max_examples=200)
settings.register_profile(
    "mutants", settings.get_profile("book"), phases=[Phase.explicit, Phase.generate], max_examples=50
)
settings.load_profile("book")


def pytest_addoption(parser):
    parser.addoption("--thorough", action="store_true", help="test the error bounds on many more and longer rows")


@pytest.fixture(scope="module")
def browser():
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def address():
    with serving() as address:
        yield address


@pytest.fixture
def visits(browser, address):
    visits = Visits(browser, address)
    yield visits
    visits.close()
    assert not visits.problems
