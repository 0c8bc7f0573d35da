"""The canonical form of the book's notebooks, and the command that makes it.

    python -m softmax_site.notebooks book

A canonical notebook was run from top to bottom in a fresh kernel, and holds
nothing that depends on who ran it, when or where. `problems` says what keeps a
notebook from it.
"""

import argparse
import ast
import copy
import hashlib
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

from softmax_site import outline

METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
CELL_METADATA = {"mystnb", "tags"}
# Others hide outputs, for example.
DISPLAY = {"image", "figure", "code_prompt_show"}
TAGS = {"experiment", "hide-input", "raises-exception"}
SECONDS = 300
PACKAGE = Path(__file__).parent.parent / "softmax_book"


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run(path):
    """Run the notebook at `path` in its own folder and return it, executed."""
    client = NotebookClient(
        read(path),
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
    )
    client.resources = {"metadata": {"path": str(Path(path).parent)}}
    return client.execute()


def canonical(notebook):
    """Return a copy of `notebook` without what differs between machines."""
    notebook = copy.deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(METADATA)
    seen = set()
    for cell in notebook.cells:
        cell.id = _unique_id(cell, seen)
        cell.metadata = nbformat.from_dict(
            {
                key: cell.metadata[key]
                for key in CELL_METADATA & cell.metadata.keys()
            }
        )
        cell.source = "\n".join(
            line.rstrip() for line in cell.source.strip("\n").split("\n")
        )
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs = _canonical_outputs(cell.outputs)
    return notebook


def _unique_id(cell, seen):
    """Return the cell's id, or one made of its source where that is taken."""
    name = (
        cell.get("id") or hashlib.sha256(cell.source.encode()).hexdigest()[:8]
    )
    while name in seen:
        name = hashlib.sha256(name.encode()).hexdigest()[:8]
    seen.add(name)
    return name


def _canonical_outputs(outputs):
    """Return the outputs, streams joined, without pixels beside a drawing.

    Of an error only the message stays: the rest has paths of the machine.
    """
    result = []
    for output in outputs:
        if (
            result
            and output.output_type == "stream" == result[-1].output_type
            and output.name == result[-1].name
        ):
            result[-1].text += output.text
            continue
        if "image/svg+xml" in output.get("data", {}):
            output.data.pop("image/png", None)
        if output.output_type == "error":
            output.traceback = output.traceback[-1:]
        result.append(output)
    return result


def problems(notebook):
    """Yield what keeps `notebook` from being canonical, one sentence each."""
    for cell in notebook.cells:
        for problem in _metadata_problems(cell.metadata):
            yield f"cell {cell.get('id')} {problem}"
    for number, cell in enumerate(code_cells(notebook), 1):
        first_line = cell.source.strip().partition("\n")[0]
        where = f"code cell {number} ({first_line})"
        if cell.execution_count != number:
            yield f"{where} was run as number {cell.execution_count}"
        for problem in _error_problems(cell):
            yield f"{where} {problem}"
        for output in cell.outputs:
            for problem in _output_problems(output):
                yield f"{where} {problem}"
    if canonical(notebook) != notebook:
        yield "its form is not canonical: metadata, cell ids or split outputs"


def _metadata_problems(metadata):
    if other := set(metadata.get("tags", [])) - TAGS:
        yield f"has the tags {sorted(other)}, of which none is in use"
    if other := metadata.get("mystnb", {}).keys() - DISPLAY:
        yield f"has settings of its display, {sorted(other)}, not in use"


def _error_problems(cell):
    errors = [out for out in cell.outputs if out.output_type == "error"]
    if "raises-exception" not in cell.metadata.get("tags", []):
        for error in errors:
            yield f"ended in {error.ename}: {error.evalue}"
    elif not errors:
        yield "has the tag raises-exception, but raises none"


def _output_problems(output):
    if output.get("name") == "stderr":
        yield "wrote to stderr"
    if {"image/png", "image/jpeg"} & output.get("data", {}).keys():
        yield "shows pixels, which nbval skips; call house_style() first"
    if re.search(r"0x[0-9a-f]{8,}|/(home|root|tmp|Users)/", _text_of(output)):
        yield "shows a memory address or a path of this machine"


def _text_of(output):
    data = output.get("data", {})
    return output.get("text", "") + "".join(
        data.get(kind, "") for kind in ("text/plain", "text/html")
    )


def missing_packages(path):
    """Return what a notebook imports, also by our modules, and isn't there."""
    return {name for name in packages(path) if find_spec(name) is None}


def foreign_packages(path):
    """Return what a notebook imports, also by our modules, of others."""
    ours = {"softmax_lib", "softmax_book", "softmax_site"}
    return packages(path) - ours - sys.stdlib_module_names


def packages(path):
    """Return the packages that a notebook imports, also by our modules."""
    found = set()
    for name in set(imports(path)):
        package, *inner = name.split(".")
        found.add(package)
        if package != PACKAGE.name:
            continue
        for depth, last in enumerate(inner):
            module = PACKAGE.joinpath(*inner[:depth], f"{last}.py")
            if module.is_file():
                found |= packages(module)
    return found


def imports(path):
    """Yield the full name of each import in a notebook or a module."""
    for node in ast.walk(ast.parse(python_of(Path(path)))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def python_of(path):
    """Return the code of a module, or of a notebook without its magics."""
    if path.suffix == ".py":
        return path.read_text("utf-8")
    sources = [cell.source for cell in code_cells(read(path))]
    return "\n".join(map(TransformerManager().transform_cell, sources))


def main():
    """Run notebooks, or all of a folder, and store them in canonical form."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    paths = [
        notebook
        for path in parser.parse_args().paths
        for notebook in (
            sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
        )
    ]
    for path in paths:
        print(f"{path} ...", end=" ", flush=True)
        if missing := missing_packages(path):
            print("left out, it needs", ", ".join(sorted(missing)))
            continue
        notebook = canonical(run(path))
        nbformat.write(notebook, path)
        print("; ".join(problems(notebook)) or "done")
    for folder in {path.parent for path in paths}:
        outline.write(folder)


if __name__ == "__main__":
    main()
