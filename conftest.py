"""The options of all tests."""

# They hold no doctests, and as modules they would all have one name.
collect_ignore_glob = ["*conftest.py"]


def pytest_addoption(parser):
    parser.addoption("--all-notebooks", action="store_true", help="a notebook that imports what isn't installed fails")
    parser.addoption("--thorough", action="store_true", help="test the error bounds on many more and longer rows")
