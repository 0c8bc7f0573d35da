"""What the tests of the site see of their browsers: whether there is one, and what goes wrong on a page."""

from types import SimpleNamespace

import pytest
from browser import BROWSERS, Visits, needed

FRONT = "book/index.html"
FOREIGN = "https://example.org/picture.png"


class TestNeeded:
    @staticmethod
    def config(everything):
        return SimpleNamespace(getoption={"all_notebooks": everything}.__getitem__)

    @pytest.mark.parametrize("name", BROWSERS)
    def test_names_the_browser(self, monkeypatch, name):
        monkeypatch.setitem(BROWSERS, name, "/path/of/one")
        assert needed(name, self.config(everything=True)) == "/path/of/one"

    @pytest.mark.parametrize("name", BROWSERS)
    @pytest.mark.parametrize(
        ("ci", "everything", "outcome"),
        [("", False, pytest.skip), ("", True, pytest.fail), ("true", False, pytest.fail)],
        ids=["make test", "make test-all", "CI"],
    )
    def test_without_one_tests_are_skipped_but_fail_where_all_are_wanted(
        self, monkeypatch, name, ci, everything, outcome
    ):
        monkeypatch.setitem(BROWSERS, name, None)
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome.Exception, match=f"{name} is not installed"):
            needed(name, self.config(everything))


class TestVisits:
    @pytest.fixture
    def visits(self, browser, address):
        visits = Visits(browser, address)
        yield visits
        visits.close()

    def test_a_good_page_has_no_problem(self, visits):
        visits.open(FRONT)
        assert visits.problems == []

    @pytest.mark.parametrize(
        ("event", "script", "problem"),
        [
            ("console", "console.warn('a warning')", "a warning"),
            ("console", "console.error('an error')", "an error"),
            ("pageerror", "setTimeout(() => { throw new Error('uncaught') })", "uncaught"),
            ("console", "fetch('nowhere.txt')", "404"),
            ("request", f"new Image().src = '{FOREIGN}'", f"a request to {FOREIGN}"),
        ],
    )
    def test_notes_what_goes_wrong(self, visits, event, script, problem):
        page = visits.open(FRONT)
        with page.expect_event(event):
            page.evaluate(f"() => {{ {script}; }}")
        assert any(problem in found for found in visits.problems), visits.problems

    def test_takes_what_is_expected_and_nothing_else(self, visits):
        visits.problems = ["404 (a)", "a request to b", "404 (c)"]
        visits.expect("404")
        assert visits.problems == ["a request to b"]
        with pytest.raises(AssertionError):
            visits.expect("404")
