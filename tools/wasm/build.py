"""Build the wheels that run in the page from source, and store them in book/assets/wheels.

    python tools/wasm/build.py [FOLDER]

All is fetched, unpacked and compiled in FOLDER, which is _build/wasm if none is given.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

import pack
import sources
import toolchain

ROOT = Path(__file__).parent.parent.parent
WHEELS = ROOT / "book/assets/wheels"
JOBS = "-j2"
OPTIONS = ["--cross-file=/build/cross.ini", "-Dbuildtype=release", "-Db_ndebug=true"]
NUMPY_MESON = ["python3.14", "vendored-meson/meson/meson.py"]
NUMPY_OPTIONS = ["-Dallow-noblas=true", "-Dblas=none", "-Dlapack=none"]
MESON = ["python3.14", "-m", "mesonbuild.mesonmain"]


def compile_modules(root, package, meson, *options):
    """Compile the extension modules of a package, and install what runs below /build/installed."""
    built = f"/build/built/{package}"
    toolchain.run(root, f"/build/{package}", *meson, "setup", built, *OPTIONS, *options)
    listing = toolchain.run(root, built, "ninja", "-t", "targets", "all", capture_output=True).stdout
    targets = re.findall(r"^(\S+(?:emscripten\.so|/matplotlibrc)): ", listing, re.MULTILINE)
    toolchain.run(root, built, "ninja", JOBS, *targets)
    install = ["install", "--no-rebuild", "--destdir=/build/installed", "--tags=runtime,python-runtime,data"]
    toolchain.run(root, f"/build/{package}", *meson, *install, "-C", built)


def store_wheels(folder, root):
    """Pack the wheels, compile their modules, and store them in the repository."""
    build = root / "build"
    pack.pack(build, folder / "wheels", build / "packed")
    shutil.copy(sources.HERE / "system/precompile.py", build)
    toolchain.run(root, "/build", "python3.14", "precompile.py", "packed", "precompiled")
    shutil.rmtree(WHEELS, ignore_errors=True)
    shutil.copytree(build / "precompiled", WHEELS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "_build/wasm")
    folder = parser.parse_args().folder.absolute()
    if os.geteuid():
        sys.exit("the compiler runs in a root of its own, for which chroot has to be allowed: run this as root")
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / "root"
    toolchain.download(folder / "apt")
    toolchain.unpack(folder / "apt", root)
    sources.fetch(folder)
    sources.prepare(folder, root)
    sources.lay_out(folder, root / "build")
    compile_modules(root, "numpy", NUMPY_MESON, *NUMPY_OPTIONS)
    compile_modules(root, "matplotlib", MESON)
    pillow = next(name for name in sources.LISTED["index"] if name.startswith("pillow"))
    version = pillow.removeprefix("pillow-").removesuffix(".tar.gz")
    toolchain.run(root, "/build", "make", "--makefile=small.mk", JOBS, f"PILLOW_VERSION={version}")
    store_wheels(folder, root)


if __name__ == "__main__":
    main()
