"""Write wheels again with their modules compiled, which start in less than half the time, and without docstrings.

python3.14 precompile.py FROM TO
"""

import base64
import hashlib
import re
import sys
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.util import source_hash
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

TAG = "cp314-none-any"


def compiled(name, source):
    code = compile(source, name, "exec", dont_inherit=True, optimize=2)
    return bytes(_code_to_hash_pyc(code, source_hash(source), checked=False))


def rewrite(wheel, folder):
    contents = {}
    with ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            if name.endswith(".py"):
                contents[f"{name}c"] = compiled(name, content)
            elif name.endswith(".dist-info/WHEEL"):
                contents[name] = re.sub(rb"(Tag: py3-none-any\r?\n)", f"Tag: {TAG}\n".encode(), content)
            elif not name.endswith("/"):
                contents[name] = content
    (record,) = (f"{Path(name).parent}/RECORD" for name in contents if name.endswith(".dist-info/WHEEL"))
    contents.pop(record, None)
    lines = [f"{name},sha256={digest(content)},{len(content)}\n" for name, content in contents.items()]
    contents[record] = "".join([*lines, f"{record},,\n"]).encode()
    with ZipFile(folder / wheel.name.replace("py3-none-any", TAG), "w") as archive:
        for name, content in contents.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, 9)


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for wheel in sorted(source.glob("*.whl")):
        rewrite(wheel, target)
