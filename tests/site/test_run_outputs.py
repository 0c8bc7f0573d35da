"""Every cell of every chapter that runs in the page gives there what is stored, or what a list of differences says."""

import tomllib
from pathlib import Path

import pytest
from browser import Visits, cells_run
from paths import NOTEBOOKS

from softmax_site import kernel
from softmax_site.notebooks import code_cells, read

pytestmark = cells_run
RUNNABLE = [path for path in NOTEBOOKS if not kernel.requirements(path)[1]]
DIFFERENCES = tomllib.loads((Path(__file__).parent / "run_differences.toml").read_text("utf-8"))
WHEELS = sorted({wheel for wheels in kernel.PACKAGES.values() for wheel in wheels})
START = """async (wheels) => {
    const { Kernel } = await import(new URL("../_static/run/kernel.js", location));
    window.kernel = new Kernel(wheels, () => {});
    await kernel.start();
}"""
# As a fresh kernel has it.
FORGET = """
for name in [name for name in globals() if not name.startswith("__")]:
    del globals()[name]
import matplotlib
matplotlib.rcdefaults()
"""


@pytest.fixture(scope="module")
def run(browser, address):
    """A function that runs a cell in the kernel, the same for all chapters."""
    visits = Visits(browser, address)
    page = visits.open("book/overflow.html")
    page.evaluate(START, WHEELS)
    yield lambda source: page.evaluate("(source) => kernel.run(source, 'cell')", source)
    visits.close()
    assert not visits.problems


def stored(cell):
    """Return the outputs of a cell as the kernel in the page would give them."""
    result = []
    for output in cell.outputs:
        if output.output_type == "stream":
            result.append({"kind": "text", "text": output.text})
        elif output.output_type == "error":
            result.append({"kind": "error", "name": output.ename, "message": output.evalue})
        elif "image/svg+xml" in output.data:
            result.append({"kind": "chart", "light": output.data["image/svg+xml"]})
        else:
            result.append({"kind": "text", "text": f"{output.data['text/plain']}\n"})
    return result


def comparable(outputs):
    """Return the outputs without what no notebook stores."""
    compared = {"kind", "text", "light", "name", "message"}
    return [{key: value for key, value in output.items() if key in compared} for output in outputs]


def test_those_for_newcomers_are_among_them():
    foundations = {"what-softmax-is", "worked-example", "charts", "five-calls"}
    others = {"softmax-or-sigmoid", "overflow", "one-pass", "attention", "bandits"}
    assert foundations | others <= {path.stem for path in RUNNABLE}


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_chapter_gives_what_is_stored(run, path):
    run(FORGET)
    differing = set()
    for cell in code_cells(read(path)):
        outputs = run(cell.source)
        if comparable(outputs) != stored(cell):
            differing.add(cell.id)
            print(cell.id, outputs)
    assert differing == set(DIFFERENCES.get(path.stem, {}))
