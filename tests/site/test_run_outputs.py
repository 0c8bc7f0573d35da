"""Every cell of every chapter that runs in the page gives there what is stored, or what a list of differences says."""

import tomllib
from pathlib import Path

import pytest
import yaml
from browser import Visits, cells_run
from paths import NOTEBOOKS, ROOT

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


def test_all_of_the_first_parts_are_among_them():
    """But for the one that compares the library with SciPy."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    first = {part["caption"]: [Path(chapter["file"]).stem for chapter in part["chapters"]] for part in parts[:3]}
    assert list(first) == ["Foundations", "Learning", "Numerics"]
    assert {name for names in first.values() for name in names} - {path.stem for path in RUNNABLE} == {"edges"}


def test_charts_come_where_they_are_shown_also_before_an_error(run):
    draw = "from matplotlib import pyplot as plt\nplt.plot([1, 2])\n"
    outputs = run(f"print('before')\n{draw}plt.show()\nprint('after')\n{draw}plt.show()\n1 / 0")
    assert [output["kind"] for output in outputs] == ["text", "chart", "text", "chart", "error"]
    outputs = run(f"{draw}_ = plt.title('$\\\\wrong$')")
    assert [output["kind"] for output in outputs] == ["error"]
    assert [output["kind"] for output in run("print('as if nothing had happened')")] == ["text"]


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
