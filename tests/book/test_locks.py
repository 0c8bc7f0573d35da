"""The two lock files agree, and pin what a reader has to download and no more."""

import re

from paths import ROOT


def pinned(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {line for line in lines if not line.startswith("#")}


def test_the_second_lock_adds_to_the_first():
    light, full = pinned("requirements.txt"), pinned("requirements-frameworks.txt")
    assert light < full
    assert not names(light) & names(full - light), "the same package in another version"


def test_the_second_lock_has_the_frameworks_without_cuda():
    added = names(pinned("requirements-frameworks.txt")) - names(pinned("requirements.txt"))
    assert {"torch", "tensorflow", "tensorflow-cpu", "jax", "optax", "gymnasium"} <= added
    assert not [name for name in added if re.search("cuda|nvidia|triton", name)]


def names(lines):
    return {line.partition("==")[0] for line in lines}
