"""Fetches what the wheels are made of, by hash, and lays it out for the compiler."""

import hashlib
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import toolchain

HERE = Path(__file__).parent
PYTHON = "3.14"
PLATFORM = "pyemscripten_2026_0_wasm32"
LISTED = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))
LIBRARY = HERE.parent.parent / "node_modules/pyodide/python_stdlib.zip"
# The folders in which Matplotlib's meson files look for its libraries, and the patches that it has for them. The
# HarfBuzz that it asks for is newer than Debian's.
SUBPROJECTS = {
    "freetype": ("freetype-2.14.3", "freetype-*.patch"),
    "harfbuzz": ("harfbuzz-14.1.0", "0001-*.patch"),
    "raqm": ("libraqm-0.10.5", "libraqm-*.patch"),
    "qhull": ("qhull-8.0.2", "qhull-*.patch"),
    "sheenbidi": ("SheenBidi-3.0.0", "none"),
}


def fetch(folder):
    """Fetch the sources, and the wheels that need no compiler, into `folder`."""
    archives, wheels, tools = (folder / name for name in ("archives", "wheels", "tools"))
    archives.mkdir(exist_ok=True)
    venv.create(tools, with_pip=True)
    subprocess.run([tools / "bin/pip", "install", "--quiet", "unearth"], check=True)
    toolchain.download_sources(folder / "apt", {name.partition("_")[0] for name in LISTED["debian"]}, archives)
    for archive in LISTED["index"]:
        requirement = archive.removesuffix(".tar.gz").replace("-", "==")
        options = ["--no-binary", "--python-version", PYTHON, "--download", archives]
        subprocess.run([tools / "bin/unearth", *options, requirement], check=True, stdout=subprocess.DEVNULL)
    for archive, digest in (LISTED["index"] | LISTED["debian"]).items():
        if hashlib.sha256((archives / archive).read_bytes()).hexdigest() != digest:
            sys.exit(f"{archive} is not the one that sources.toml names")
    pip(folder, "download", "--dest", wheels, "--platform", PLATFORM, "--requirement", HERE / "wheels.txt")


def pip(folder, command, *options):
    fixed = ["--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", PYTHON, "--require-hashes"]
    subprocess.run([folder / "tools/bin/pip", command, *fixed, *options], check=True)


def prepare(folder, root):
    """Put into /build of `root` the compiler's wrapper, the tools and the headers of the kernel's Python."""
    build = root / "build"
    (build / "bin").mkdir(parents=True)
    pip(folder, "install", "--platform", "any", "--target", build / "site", "--requirement", HERE / "tools.txt")
    for name, source in {"cc": "compiler", "c++": "compiler", "python": "python", "cython": "cython"}.items():
        shutil.copy(HERE / "system" / source, build / "bin" / name)
        (build / "bin" / name).chmod(0o755)
    for name in ("cross.ini", "small.mk"):
        shutil.copy(HERE / "system" / name, build)
    with ZipFile(LIBRARY) as library:
        (settings,) = [name for name in library.namelist() if Path(name).name.startswith("_sysconfigdata_")]
        library.extract(settings, build / "kernel")
    shutil.copy(HERE / "system/sitecustomize.py", build / "kernel")
    shutil.copytree(root / f"usr/include/python{PYTHON}", build / "include")
    template = (root / f"usr/include/x86_64-linux-gnu/python{PYTHON}/pyconfig.h").read_text("utf-8")
    values = runpy.run_path(str(build / "kernel" / settings))["build_time_vars"]
    (build / "include/pyconfig.h").write_text(pyconfig(template, values), "utf-8")


def pyconfig(template, values):
    """Return a pyconfig.h in which each macro has the value that the kernel's Python was built with."""

    def line(found):
        value = values.get(found["macro"])
        if value is None or (isinstance(value, str) and not value.startswith('"')):
            return found[0]
        return f"/* #undef {found['macro']} */" if value == 0 else f"#define {found['macro']} {value}"

    return re.sub(r"^(#define |/\* #undef )(?P<macro>\w+).*$", line, template, flags=re.MULTILINE)


def lay_out(folder, build):
    """Unpack the sources in `build`, and put Matplotlib's libraries where it looks for them."""
    archives = {re.match("[a-z]+", name)[0]: folder / "archives" / name for name in LISTED["index"] | LISTED["debian"]}
    for package in ("numpy", "matplotlib", "kiwisolver", "pillow", "zlib"):
        unpack(archives[package], build / package)
    patch(build / "matplotlib", HERE / "matplotlib.diff")
    subprojects = build / "matplotlib/subprojects"
    given = subprojects / "packagefiles"
    for name, (target, patches) in SUBPROJECTS.items():
        unpack(archives[name], subprojects / target)
        patch(subprojects / target, *sorted(given.glob(patches)))
    shutil.copytree(given / "qhull-8.0.2", subprojects / "qhull-8.0.2", dirs_exist_ok=True)


def unpack(archive, folder):
    """Unpack an archive, all of which is in one folder, as `folder`."""
    with tarfile.open(archive) as content:
        content.extractall(folder.parent / "unpacked", filter="tar")
    (inner,) = (folder.parent / "unpacked").iterdir()
    inner.rename(folder)
    inner.parent.rmdir()


def patch(folder, *patches):
    for path in patches:
        subprocess.run(["patch", "--quiet", "--strip=1", "--input", path], check=True, cwd=folder)
