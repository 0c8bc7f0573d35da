"""The wheels that run in the page are whole, of the book's versions, for its kernel, and come with their licences."""

import base64
import csv
import hashlib
import json
import re
import tomllib
from email.parser import HeaderParser
from zipfile import ZipFile

import pytest
from paths import ROOT

from softmax_site import kernel

WHEELS = sorted(kernel.WHEELS.glob("*.whl"))
TOOLS = ROOT / "tools" / "wasm"
SOURCES = tomllib.loads((TOOLS / "sources.toml").read_text("utf-8"))
# Of what is compiled into a wheel beside the package itself.
LICENSES = {
    "matplotlib": ["AGG", "FREETYPE", "HARFBUZZ", "LIBRAQM", "SHEENBIDI", "QHULL", "DEJAVU", "BAKOMA"],
    "pillow": ["ZLIB"],
}


def name_and_version(wheel):
    return wheel.name.split("-")[:2]


def listed_versions():
    """Return the versions that the recipe has: of what it compiles, and of what it takes as a wheel."""
    compiled = dict(re.fullmatch(r"(.+)-(.+)\.tar\.gz", name).groups() for name in SOURCES["index"])
    pure = re.findall(r"^([\w-]+)==(\S+)", (TOOLS / "wheels.txt").read_text("utf-8"), re.MULTILINE)
    return compiled | {name.replace("-", "_"): version for name, version in pure}


def locked_versions():
    """Return all versions that the lock has of each package; some depend on the version of Python."""
    versions = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE):
        versions.setdefault(name.replace("-", "_"), set()).add(version)
    return versions


def test_are_those_of_the_recipe():
    assert dict(map(name_and_version, WHEELS)) == listed_versions()


def test_are_all_that_chapters_can_ask_for():
    asked = {name for names in kernel.PACKAGES.values() for name in names}
    assert {name_and_version(wheel)[0] for wheel in WHEELS} == asked


@pytest.mark.parametrize("wheel", WHEELS, ids=lambda wheel: name_and_version(wheel)[0])
class TestWheel:
    def test_has_the_version_of_the_book(self, wheel):
        name, version = name_and_version(wheel)
        assert version in locked_versions()[name]

    def test_holds_what_its_record_says(self, wheel):
        with ZipFile(wheel) as archive:
            (record,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
            rows = list(csv.reader(archive.read(record).decode().splitlines()))
            assert sorted(name for name, _, _ in rows) == sorted(archive.namelist())
            for name, digest, size in rows:
                if name != record:
                    content = archive.read(name)
                    sha256 = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
                    assert (digest, size) == (f"sha256={sha256}", str(len(content)))

    @pytest.mark.skipif(not kernel.available(), reason="npm has not fetched the kernel")
    def test_is_for_the_kernel(self, wheel):
        """An extension module is WebAssembly, a module is compiled by the kernel's version of Python."""
        info = json.loads((kernel.PYODIDE / "pyodide-lock.json").read_text("utf-8"))["info"]
        version = "cp" + "".join(info["python"].split(".")[:2])
        with ZipFile(wheel) as archive:
            modules = [name for name in archive.namelist() if name.endswith(".so")]
            assert all(archive.read(name).startswith(b"\0asm") for name in modules)
            assert not [name for name in archive.namelist() if name.endswith(".py")]
        platform = f"pyemscripten_{info['abi_version']}_wasm32" if modules else "any"
        assert wheel.stem.split("-", 2)[2] == f"{version}-{version if modules else 'none'}-{platform}"

    def test_has_its_licences(self, wheel):
        name, _ = name_and_version(wheel)
        with ZipFile(wheel) as archive:
            (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            headers = HeaderParser().parsestr(archive.read(metadata).decode())
            texts = [name for name in archive.namelist() if re.search("licen[cs]e|copying", name, re.IGNORECASE)]
        named = headers.get_all("License-File", [])
        assert texts
        assert all(any(text.endswith(f"/{file}") for text in texts) for file in named)
        assert all(any(text.endswith(f"LICENSE_{part}") for text in texts) for part in LICENSES.get(name, []))
