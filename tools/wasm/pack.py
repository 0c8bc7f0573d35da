"""Packs what was compiled into wheels, without what no chapter needs."""

import re
import shutil
from email.parser import HeaderParser
from zipfile import ZipFile

from sources import PLATFORM, PYTHON

VERSION = f"cp{PYTHON.replace('.', '')}"
TAG = f"{VERSION}-{VERSION}-{PLATFORM}"
WHEEL = f"Wheel-Version: 1.0\nGenerator: tools/wasm\nRoot-Is-Purelib: false\nTag: {TAG}\n"
INSTALLED = "installed/usr/local/lib/python3/dist-packages"
# Where the packages lie that were compiled.
COMPILED = {
    "numpy": f"{INSTALLED}/numpy",
    "matplotlib": f"{INSTALLED}/matplotlib",
    "kiwisolver": "kiwisolver/py/kiwisolver",
    "pillow": "pillow/src/PIL",
}
# What a wheel keeps beside its extension modules, and what it drops of that, as patterns of whole paths.
KEPT = {
    "numpy": r".*\.py",
    "matplotlib": r".*\.py|.*/matplotlibrc|.*/LICENSE_DEJAVU"
    r"|.*/ttf/(DejaVuSans(-Bold|-Oblique|Display)?|LastResortHE-Regular|cm\w+)\.ttf",
    "kiwisolver": r".*\.py",
    "pillow": r"PIL/(__init__|_\w+|features|ExifTags|TiffTags|PngImagePlugin|GimpGradientFile|(GimpPalette|Palette)File"
    r"|Image(Chops|Color|Draw|File|Font|Mode|Palette|Sequence|Text)?)\.py",
    "packaging": r"packaging/(__init__|version)\.py",
    "pyparsing": r"pyparsing/\w+\.py",
    "mpmath": r"mpmath/(?!tests/).*\.py",
    "fonttools": r"fontTools/(__init__|agl|misc/(__init__|loggingTools|textTools))\.py",
}
DROPPED = {
    "numpy": r"numpy/(f2py|random/_examples|_pyinstaller)/.*|numpy/conftest\.py",
    "matplotlib": r"matplotlib/(tests|testing|sphinxext)/.*"
    r"|matplotlib/backends/(_?backend_(gtk|wx|qt|tk|macosx|cairo|webagg|nbagg|pgf|pdf|ps)|qt_|web_|_tkagg).*",
}
# Licences beside those that a package names itself, and what they are called in its wheel.
LICENSES = {
    "matplotlib": {
        "matplotlib/LICENSE/*": "",
        "matplotlib/extern/agg24-svn/src/copying": "LICENSE_AGG",
        "matplotlib/subprojects/qhull-*/COPYING.txt": "LICENSE_QHULL",
    },
    "pillow": {"zlib/LICENSE": "LICENSE_ZLIB"},
}


def pack(build, fetched, target):
    """Write the wheels of what was compiled in `build`, and of what was `fetched`, into `target`."""
    target.mkdir()
    for package, place in COMPILED.items():
        top = build / place
        paths = {path.relative_to(top.parent).as_posix(): path for path in top.rglob("*") if path.is_file()}
        store(target, build, package, {name: path for name, path in paths.items() if kept(package, name)})
    for wheel in fetched.glob("*.whl"):
        package = wheel.name.partition("-")[0]
        if package in KEPT:
            trim(wheel, target, package)
        else:
            shutil.copy(wheel, target)


def kept(package, name):
    if name.endswith("wasm32-emscripten.so"):
        return True
    return re.fullmatch(KEPT[package], name) and not re.fullmatch(DROPPED.get(package, ""), name)


def store(target, build, package, files):
    """Write a wheel of these files, with metadata and licences."""
    metadata = (build / package / "PKG-INFO").read_text("utf-8")
    headers = HeaderParser().parsestr(metadata)
    name = f"{package}-{headers['Version']}"
    licenses = {name: build / package / name for name in headers.get_all("License-File", [])}
    for pattern, called in LICENSES.get(package, {}).items():
        found = sorted(build.glob(pattern))
        if not found:
            raise FileNotFoundError(f"there is no licence at {pattern}")
        licenses |= {called or path.name: path for path in found}
    with ZipFile(target / f"{name}-{TAG}.whl", "w") as wheel:
        for inside, path in files.items():
            wheel.write(path, inside)
        for inside, path in licenses.items():
            wheel.write(path, f"{name}.dist-info/licenses/{inside}")
        wheel.writestr(f"{name}.dist-info/METADATA", metadata)
        wheel.writestr(f"{name}.dist-info/WHEEL", WHEEL)


def trim(wheel, target, package):
    """Copy a wheel without the modules that are not kept."""
    with ZipFile(wheel) as whole, ZipFile(target / wheel.name, "w") as trimmed:
        for name in whole.namelist():
            if ".dist-info/" in name or kept(package, name):
                trimmed.writestr(name, whole.read(name))
