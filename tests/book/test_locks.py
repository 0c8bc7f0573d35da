"""The locks agree, and pin what a reader has to download and no more, each file by its hashes."""

import re
import tomllib

import pytest
from paths import ROOT

LOCKS = ["requirements.txt", "requirements-frameworks.txt", "requirements-library.txt"]
HASHED = r"\S+==\S+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n"


def pinned(name):
    """Return the pinned packages of a lock, each with its marker and its hashes."""
    lines = re.sub(r"^#.*\n", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    return set(re.split(r"\n(?=\S)", lines.strip()))


def names(entries):
    return {entry.partition("==")[0] for entry in entries}


@pytest.mark.parametrize("lock", LOCKS)
def test_each_file_is_held_to_its_hashes(lock):
    """Else an index that is searched beside the usual one could give another package of the same name."""
    assert [entry for entry in pinned(lock) if not re.fullmatch(HASHED, entry + "\n")] == []


def test_the_lock_with_the_frameworks_adds_to_the_first():
    light, full = pinned("requirements.txt"), pinned("requirements-frameworks.txt")
    assert light < full
    assert not names(light) & names(full - light), "the same package in another version"


def test_the_lock_of_the_library_is_a_small_part_of_the_first():
    library = pinned("requirements-library.txt")
    assert library < pinned("requirements.txt")
    assert {"hypothesis", "mpmath", "numpy", "pytest"} <= names(library)
    assert len(library) < 25


def test_the_second_lock_has_the_frameworks_without_cuda():
    added = names(pinned("requirements-frameworks.txt")) - names(pinned("requirements.txt"))
    assert {"tensorflow", "tensorflow-cpu", "jax", "optax", "gymnasium"} <= added
    assert not [name for name in added if re.search("cuda|nvidia|triton", name)]


def test_all_but_pytorch_itself_is_locked():
    """Its build without CUDA is another file, in another index, so `make frameworks` installs it by its version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pytorch = project["tool"]["uv"]["dependency-metadata"][0]
    assert project["dependency-groups"]["torch"] == [f"{pytorch['name']}=={pytorch['version']}"]
    locked = names(pinned("requirements-frameworks.txt"))
    assert "torch" not in locked
    assert {re.match(r"[\w-]+", requirement)[0] for requirement in pytorch["requires-dist"]} <= locked
