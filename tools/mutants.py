"""Test the library's mutants, and compare those that survive with tools/survivors.toml, which says why each may.

    python tools/mutants.py [MODULE ...]

Cosmic Ray finds the mutants and stores what becomes of them in _build/mutants.sqlite, from where a second call goes on.
In a forked process the mutant's source takes the place of its module's. It is tested by what calls its function, the
quickest test first, of the tests that tools/mutants.toml names for the module. Fails where more mutants of a function
survive than are listed, then a test is missing; or fewer, then a line is stale. It takes about an hour.
"""

import importlib.util
import multiprocessing
import os
import signal
import sys
import tomllib
from collections import Counter, defaultdict
from importlib.abc import InspectLoader
from pathlib import Path

import cosmic_ray.plugins
import dask.array
import hypothesis
import mpmath
import numpy as np
import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

TOOLS = Path(__file__).parent
SESSION = "_build/mutants.sqlite"
TESTS = tomllib.loads((TOOLS / "mutants.toml").read_text(encoding="utf-8"))["tests"]
PRELOADED = dask, hypothesis, mpmath, np  # which the tests import, and the library does not change
SECONDS = 20  # of the processor, for one test
UNSEEN = "strict=", "copy="
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # They take longer to load than most mutants to fail.
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "--hypothesis-profile", "mutants"]
OPTIONS += ["--deselect", "tests/lib/test_dask.py::test_on_every_local_scheduler[processes]"]  # Ours may start none.
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # as Hypothesis is imported before


class Mutant(InspectLoader):
    """Finds and loads one module of the library from another source."""

    def __init__(self, name, source):
        self.name, self.source = name, source

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def get_source(self, name):
        return self.source


class Survey:
    """Notes how long each test takes, and which functions of the library it calls."""

    def __init__(self):
        self.seconds, self.functions = defaultdict(float), defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        def note(frame, event, _):
            library, _, module = frame.f_globals.get("__name__", "").partition(".")
            if event == "call" and library == "softmax_lib":
                self.functions[item.nodeid].add((module, frame.f_code.co_name))

        sys.setprofile(note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration


class Only:
    """Runs some tests in their order, and ends one that takes too long."""

    def __init__(self, tests):
        self.tests = tests

    def pytest_collection_modifyitems(self, items):
        by_name = {item.nodeid: item for item in items}
        items[:] = [by_name[test] for test in self.tests]

    def pytest_runtest_setup(self):
        signal.signal(signal.SIGPROF, signal.default_int_handler)  # as Hypothesis repeats what fails otherwise
        signal.setitimer(signal.ITIMER_PROF, SECONDS)


def fails(files, plugin):
    """Return whether a test fails, in a process that has not imported the library."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    end = pytest.main([*OPTIONS, *files], [plugin])
    return end not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def survey(tests):
    """Return some tests, each with its seconds and the functions that it calls; None if one fails."""
    survey = Survey()
    if fails([f"tests/lib/{tests}"], survey):
        return None
    return [(test, seconds, survey.functions[test]) for test, seconds in survey.seconds.items()]


def tests_of(item, surveys):
    """Return the tests that call the mutant's function, or its module where it has none, or that call nothing.

    The quickest come first.
    """
    (mutation,) = item.mutations
    module, function = mutation.module_path.stem, mutation.definition_name
    tests = sorted((test for name in TESTS[module] for test in surveys[name]), key=lambda test: test[1])
    calling = {name for name, _, called in tests if (module, function) in called}
    calling = calling or {name for name, _, called in tests if module in {of for of, _ in called}}
    return [name for name, _, called in tests if name in calling or not called]


def can_be_seen(item):
    """Return whether the mutant is more than a * between parameters that became a /, a check less or a copy more."""
    (mutation,) = item.mutations
    line, column = mutation.start_pos
    text = mutation.module_path.read_text(encoding="utf-8").splitlines()[line - 1]
    return not text[:column].endswith(UNSEEN) and not text[column:].startswith("*,")


def outcome(item_and_tests):
    """Return the job's number, and whether the tests notice the mutant."""
    item, tests = item_and_tests
    (mutation,) = item.mutations
    operator = cosmic_ray.plugins.get_operator(mutation.operator_name)(**mutation.operator_args)
    source = mutate_code(mutation.module_path.read_text(encoding="utf-8"), operator, mutation.occurrence)
    sys.meta_path.insert(0, Mutant(f"softmax_lib.{mutation.module_path.stem}", source))
    killed = fails({test.split("::")[0] for test in tests}, Only(tests))
    return item.job_id, TestOutcome.KILLED if killed else TestOutcome.SURVIVED


def function(item):
    """Return the name of the mutant's function, with its module."""
    (mutation,) = item.mutations
    return ".".join(filter(None, (mutation.module_path.stem, mutation.definition_name)))


def main(modules):
    with use_db(SESSION, WorkDB.Mode.open) as database:
        of_modules = [item for item in database.work_items if item.mutations[0].module_path.stem in modules]
        mutants = {item.job_id for item in of_modules if can_be_seen(item)}
        waiting = [item for item in database.pending_work_items if item.job_id in mutants]
        with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as pool:
            names = sorted({name for module in modules for name in TESTS[module]})
            surveys = dict(zip(names, pool.map(survey, names, chunksize=1), strict=True))
            for name, found in surveys.items():
                if found is None:
                    sys.exit(f"A test of {name} fails without a mutant")
            waiting.sort(key=lambda item: modules.index(item.mutations[0].module_path.stem))
            for job, found in pool.imap_unordered(outcome, [(item, tests_of(item, surveys)) for item in waiting]):
                database.set_result(job, WorkResult(WorkerOutcome.NORMAL, test_outcome=found))
        tested = [
            (item, result)
            for item, result in database.completed_work_items
            if item.job_id in mutants and result.worker_outcome == WorkerOutcome.NORMAL
        ]
    survivors = Counter(function(item) for item, result in tested if not result.is_killed)
    print(f"{len(tested)} mutants, of which {survivors.total()} survived")
    listed = Counter()
    for functions in tomllib.loads((TOOLS / "survivors.toml").read_text(encoding="utf-8")).values():
        listed.update({name: count for name, count in functions.items() if name.split(".")[0] in modules})
    wrong = sorted(name for name in survivors.keys() | listed.keys() if survivors[name] != listed[name])
    for name in wrong:
        print(f"{name}: {survivors[name]} survived, {listed[name]} are listed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:] or list(TESTS))
