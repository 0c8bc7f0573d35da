"""What an experiment takes from its chapter, and where it stores what it found.

An experiment repeats at length what its chapter runs in small: over more
seeds, splits or steps. It runs the chapter's own cells, those with the tag
`experiment`, so that the code which readers see is the code that was run.
"""

import json
import platform
from contextlib import chdir
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np

HERE = Path(__file__).parent


def definitions(chapter):
    """Run the cells of a chapter that have the tag `experiment`, in its folder, and return what they define."""
    notebook = nbformat.read(HERE.parent / "book" / f"{chapter}.ipynb", as_version=4)
    names = {"__name__": chapter}
    with chdir(HERE.parent / "book"):
        for cell in notebook.cells:
            if "experiment" in cell.metadata.get("tags", []):
                exec(compile(cell.source, f"{chapter}.ipynb, cell {cell.id}", "exec"), names)
    return SimpleNamespace(**names)


def plain(found, form=".5f"):
    """Return the same in types that JSON has, its numbers with the digits of the format; Python's integers stay."""
    if isinstance(found, dict):
        return {name: plain(value, form) for name, value in found.items()}
    if isinstance(found, list | tuple | np.ndarray):
        return [plain(value, form) for value in found]
    return found if isinstance(found, int) else float(f"{found:{form}}")


def store(name, results, packages=("numpy",)):
    """Store what was found, with how, in a file that the chapter reads."""
    how = {"command": f"python experiments/{name}.py", "python": platform.python_version()}
    how |= {package: version(package) for package in packages}
    text = json.dumps({"how": how} | results, indent=1)
    (HERE / f"{name}.json").write_text(text + "\n", "utf-8", newline="\n")
