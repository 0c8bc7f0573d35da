"""Test the library's mutants, and compare those that survive with tools/survivors.toml, which says why each may.

    python tools/mutants.py [MODULE ...]

Cosmic Ray finds the mutants and stores what becomes of them in _build/mutants.sqlite, from where a second call goes on.
Each is tested in a forked process, where its source takes the place of the module's, by the tests that
tools/mutants.toml names for the module. Fails where more mutants of a function survive than are listed, then a test is
missing; or fewer, then a line is stale. An hour or two.
"""

import importlib.util
import multiprocessing
import os
import signal
import sys
import tomllib
from collections import Counter
from importlib.abc import InspectLoader
from pathlib import Path

import cosmic_ray.plugins
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
PRELOADED = hypothesis, mpmath, np  # which the tests import, and the library does not change
SECONDS = 60
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # They take longer to load than most mutants to fail.
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "--hypothesis-profile", "mutants"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # as Hypothesis is imported before


class Mutant(InspectLoader):
    """Finds and loads one module of the library from another source."""

    def __init__(self, name, source):
        self.name, self.source = name, source

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def get_source(self, name):
        return self.source


def too_slow(*_):
    raise TimeoutError


def noticed(module, source):
    """Return whether a test fails on this source of a module, in a process that has not imported the library."""
    sys.meta_path.insert(0, Mutant(f"softmax_lib.{module}", source))
    signal.signal(signal.SIGPROF, too_slow)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of the processor
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    return pytest.main([*OPTIONS, *(f"tests/lib/{name}.py" for name in TESTS[module])]) != 0


def unchanged_is_noticed(module):
    return noticed(module, Path(f"softmax_lib/{module}.py").read_text(encoding="utf-8"))


def outcome(item):
    """Return the job's number, and whether the tests notice the mutant."""
    (mutation,) = item.mutations
    operator = cosmic_ray.plugins.get_operator(mutation.operator_name)(**mutation.operator_args)
    source = mutate_code(mutation.module_path.read_text(encoding="utf-8"), operator, mutation.occurrence)
    killed = noticed(mutation.module_path.stem, source)
    return item.job_id, TestOutcome.KILLED if killed else TestOutcome.SURVIVED


def function(item):
    """Return the name of the mutant's function, with its module."""
    (mutation,) = item.mutations
    return ".".join(filter(None, (mutation.module_path.stem, mutation.definition_name)))


def main(modules):
    with use_db(SESSION, WorkDB.Mode.open) as database:
        waiting = [item for item in database.pending_work_items if item.mutations[0].module_path.stem in modules]
        with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as pool:
            for module, fails in zip(modules, pool.map(unchanged_is_noticed, modules, chunksize=1), strict=True):
                if fails:
                    sys.exit(f"The tests of {module} fail without a mutant, or take more than {SECONDS} seconds")
            for job, found in pool.imap_unordered(outcome, waiting):
                database.set_result(job, WorkResult(WorkerOutcome.NORMAL, test_outcome=found))
        done = [pair for pair in database.completed_work_items if pair[0].mutations[0].module_path.stem in modules]
    tested = [(item, result) for item, result in done if result.worker_outcome == WorkerOutcome.NORMAL]
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
