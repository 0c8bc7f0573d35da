"""What runs cells in the page: the files for it, and what each chapter needs.

The kernel is Pyodide, of npm's package that package-lock.json names. NumPy and
other packages are wheels that tools/wasm has built. The book's own modules are
packed into one archive. A list of all, with their checksums, is what the page
goes by: it uses no file that is not as the list says.
"""

import gzip
import hashlib
import json
import shutil
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from softmax_site.notebooks import foreign_packages

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / "node_modules" / "pyodide"
WHEELS = ROOT / "book" / "assets" / "wheels"
FOLDER = "kernel"  # in the site's folder of scripts and styles
LIST = f"{FOLDER}/files.json"

CORE = [
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
]
# The wheels that an import needs.
PACKAGES = {
    "numpy": ["numpy"],
    "mpmath": ["mpmath"],
    "threadpoolctl": ["threadpoolctl"],
    "matplotlib": [
        "contourpy",
        "cycler",
        "fonttools",
        "kiwisolver",
        "matplotlib",
        "packaging",
        "pillow",
        "pyparsing",
        "python_dateutil",
    ],
    "matplotlib_inline": [],
}
# The book's own files, where they stand in the repository.
BOOK = [
    "softmax_lib/*.py",
    "book/softmax_book/**/*.py",
    "book/softmax_book/*.mplstyle",
    "book/softmax_site/__init__.py",
    "book/softmax_site/html/__init__.py",
    "book/softmax_site/html/charts.py",
    "book/assets/vendor/*/*.ttf",
    "book/data/*.json",
    "book/data/*.gz",
    "benchmarks/*.json",
    "experiments/*.json",
]
IN_PAGE = Path(__file__).parent / "in_page"


def requirements(notebook):
    """Return the wheels that a chapter needs, and packages that have none."""
    packages = foreign_packages(notebook) | {"numpy"}
    wheels = {wheel for name in packages for wheel in PACKAGES.get(name, [])}
    return sorted(wheels), sorted(packages - PACKAGES.keys())


def available():
    """Tell whether the kernel is there: without npm the book has none."""
    return PYODIDE.is_dir()


@cache
def book_archive():
    """Return the archive of the book's own modules and data."""
    archive = BytesIO()
    paths = {
        path.relative_to(ROOT).as_posix(): path
        for pattern in BOOK
        for path in ROOT.glob(pattern)
    }
    paths |= {
        path.relative_to(IN_PAGE).as_posix(): path
        for path in IN_PAGE.rglob("*.py")
    }
    with ZipFile(archive, "w") as zipped:
        for name, path in sorted(paths.items()):
            zipped.writestr(ZipInfo(name), path.read_bytes(), ZIP_DEFLATED)
    return archive.getvalue()


@cache
def files():
    """Return the content of each file by its path in the static folder."""
    version = json.loads((PYODIDE / "package.json").read_text("utf-8"))
    folder = f"{FOLDER}/pyodide-{version['version']}"
    result = {
        f"{folder}/{name}": (PYODIDE / name).read_bytes() for name in CORE
    }
    wasm = f"{folder}/pyodide.asm.wasm"
    # Not every server compresses it.
    result[f"{wasm}.packed"] = gzip.compress(result.pop(wasm), mtime=0)
    result[f"{FOLDER}/book.zip"] = book_archive()
    return result


def describe(path, content):
    name = Path(path).name.removesuffix(".packed")
    entry = {
        "name": name,
        "path": f"{path}?v={digest(content)[:8]}",
        "sha256": digest(content),
        "bytes": len(content),
        "always": True,
    }
    if path.endswith(".packed"):
        entry["packed"] = True
    if path.endswith("book.zip"):
        entry["archive"] = "zip"
    return entry


def digest(content):
    return hashlib.sha256(content).hexdigest()


def wheel_entries():
    for wheel in sorted(WHEELS.glob("*.whl")):
        content = wheel.read_bytes()
        yield {
            "name": wheel.name.partition("-")[0],
            "path": f"wheels/{wheel.name}",
            "sha256": digest(content),
            "bytes": len(content),
            "archive": "wheel",
        }


@cache
def listing():
    """Return the list of files, as it is stored."""
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    entries = [describe(path, content) for path, content in files().items()]
    # Of other packages the kernel must not know: it would fetch them elsewhere.
    lock = {"info": lock["info"], "packages": {}}
    return json.dumps(
        {"lock": json.dumps(lock), "files": [*entries, *wheel_entries()]},
        indent=1,
    ).encode()


def megabytes(wheels):
    """Return how much a chapter with these wheels has to load."""
    entries = json.loads(listing())["files"]
    needed = [
        entry["bytes"]
        for entry in entries
        if entry.get("always") or entry["name"] in wheels
    ]
    return sum(needed) / 1e6


def install(static):
    """Write the kernel's files and their list into the static folder."""
    shutil.rmtree(static / FOLDER, ignore_errors=True)
    for path, content in [*files().items(), (LIST, listing())]:
        target = static / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
