"""Hypothesis makes the same examples in every run, so that a failure on one machine is one on all."""

from hypothesis import settings

settings.register_profile("book", derandomize=True, deadline=None, max_examples=200)
settings.load_profile("book")


def pytest_addoption(parser):
    parser.addoption("--thorough", action="store_true", help="test the error bounds on many more and longer rows")
