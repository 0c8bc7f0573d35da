"""A browser, opened once for each file that needs one, and what it visits."""

import pytest
from browser import Visits, browsing, serving


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
