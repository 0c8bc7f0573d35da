"""Hypothesis makes the same examples in every run, so that a failure on one machine is one on all.

For mutants it doesn't look for the simplest.
"""

from hypothesis import Phase, settings

settings.register_profile("book", derandomize=True, deadline=None, max_examples=200)
settings.register_profile(
    "mutants", settings.get_profile("book"), phases=[Phase.explicit, Phase.generate], max_examples=50
)
settings.load_profile("book")


def pytest_addoption(parser):
    parser.addoption("--thorough", action="store_true", help="test the error bounds on many more and longer rows")
