"""The options of all tests."""


def pytest_addoption(parser):
    parser.addoption("--all-notebooks", action="store_true", help="a notebook that imports what isn't installed fails")
    parser.addoption("--thorough", action="store_true", help="test the error bounds on many more and longer rows")
