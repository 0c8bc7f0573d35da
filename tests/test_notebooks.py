"""Every notebook is committed executed, in canonical form, listed, and backs its own figures."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from softmax_book.notebooks import canonical, problems

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("book/*.ipynb"))
MEND = "`make notebooks` mends the form; what a cell says or shows is for you to mend"

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def chapters(entry):
    """Yield every file that the table of contents names."""
    if isinstance(entry, list):
        for item in entry:
            yield from chapters(item)
    if isinstance(entry, dict):
        yield from (entry[key] for key in ("root", "file") if key in entry)
        yield from chapters([value for value in entry.values() if isinstance(value, list)])


@every_notebook
class TestNotebook:
    def test_is_canonical(self, path):
        found = list(problems(nbformat.read(path, as_version=4)))
        assert not found, f"{path.name}: {'; '.join(found)}. {MEND}."

    def test_is_stored_as_nbformat_writes_it(self, path, tmp_path):
        nbformat.write(nbformat.read(path, as_version=4), tmp_path / path.name)
        same = path.read_text("utf-8") == (tmp_path / path.name).read_text("utf-8")
        assert same, f"{path.name} was saved by another program. {MEND}."

    def test_asserts_what_it_teaches(self, path):
        assert any("assert" in cell.source for cell in code_cells(path)), f"{path.name} asserts nothing"

    def test_has_no_cell_longer_than_a_screen(self, path):
        longest = max(code_cells(path), key=lambda cell: cell.source.count("\n"))
        assert longest.source.count("\n") < 25, f"{path.name} has a long cell: {longest.source[:60]}"

    def test_describes_every_chart(self, path):
        for cell in code_cells(path):
            if any("image/svg+xml" in output.get("data", {}) for output in cell.outputs):
                alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
                assert len(alt) > 40, f"{path.name}: the chart of this cell needs an alt text: {cell.source[:60]}"

    def test_backs_every_figure_in_its_prose(self, path):
        notebook = nbformat.read(path, as_version=4)
        prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        backing = "\n".join(cell.source + outputs_of(cell) for cell in code_cells(path))
        missing = sorted(unbacked(prose, backing))
        assert not missing, f"{path.name}: no cell computes or asserts {missing}"


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def outputs_of(cell):
    return "".join(output.get("text", "") + str(output.get("data", {})) for output in cell.outputs)


def unbacked(prose, backing):
    """Yield the decimals and percentages of `prose` that aren't in `backing`; a reference to a section is none."""
    prose = re.sub(r"(sections?|chapters?|doi:?) [\d./]+|https?://\S+", "", prose)
    known = set(re.findall(r"\d+(?:\.\d+)?", backing))
    for number in re.findall(r"(?<![\w.])(\d+\.\d+)(?! ?\\?%)", prose):
        if number not in known:
            yield number
    for number in re.findall(r"(?<![\w.])(\d+(?:\.\d+)?) ?\\?%", prose):
        digits = len(number.partition(".")[2])
        if not {number, f"{float(number) / 100:.{digits + 2}f}", f"{float(number) / 100:g}"} & known:
            yield f"{number} %"


class TestUnbacked:
    def test_finds_a_number_that_no_cell_has(self):
        assert list(unbacked("It is 0.245, not 0.231.", "print(0.231)")) == ["0.245"]

    def test_takes_a_percentage_for_its_fraction(self):
        assert list(unbacked("88 %, 62.9 % and 7 %", "0.88 0.629")) == ["7 %"]


class TestTableOfContents:
    def test_lists_every_notebook_and_nothing_else(self):
        listed = set(chapters(yaml.safe_load((ROOT / "_toc.yml").read_text())))
        found = {path.relative_to(ROOT).with_suffix("").as_posix() for path in NOTEBOOKS + list(ROOT.glob("book/*.md"))}
        assert listed == found, "_toc.yml and the pages in book/ differ"


def executed(*sources):
    """Return a notebook whose code cells have been run in order."""
    cells = [new_code_cell(source, execution_count=number) for number, source in enumerate(sources, 1)]
    return canonical(new_notebook(cells=[new_markdown_cell("# Title"), *cells]))


class TestProblems:
    """Each way to spoil a notebook is found."""

    def test_none_in_an_executed_notebook(self):
        assert not list(problems(executed("1 + 1", "2 + 2")))

    def test_cleared(self):
        notebook = executed("1 + 1")
        notebook.cells[1].execution_count = None
        assert "was run as number None" in next(problems(notebook))

    def test_reordered(self):
        notebook = executed("1 + 1", "2 + 2")
        notebook.cells[1:] = notebook.cells[:0:-1]
        assert "was run as number 2" in next(problems(notebook))

    def test_error(self):
        notebook = executed("1 / 0")
        notebook.cells[1].outputs = [new_output("error", ename="ZeroDivisionError", evalue="division by zero")]
        assert "ended in ZeroDivisionError" in next(problems(notebook))
        notebook.cells[1].metadata.tags = ["raises-exception"]
        assert not list(problems(notebook))

    @pytest.mark.parametrize(
        ("output", "problem"),
        [
            (new_output("stream", name="stderr", text="careful"), "wrote to stderr"),
            (new_output("display_data", data={"image/png": "AA=="}), "shows pixels"),
            (new_output("execute_result", data={"text/plain": "<object at 0x7f0012345678>"}), "memory address"),
            (new_output("stream", name="stdout", text="/home/reader/x"), "memory address or a path"),
        ],
    )
    def test_output_that_differs_or_is_not_compared(self, output, problem):
        notebook = executed("1 + 1")
        notebook.cells[1].outputs = [output]
        assert problem in next(problems(notebook))

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda notebook: notebook.metadata.update(widgets={}),
            lambda notebook: notebook.cells[1].metadata.update(execution={"iopub.status.busy": "2026-01-01"}),
            lambda notebook: notebook.cells[1].update(id=notebook.cells[2].id),
            lambda notebook: notebook.cells[1].update(source="1 + 1  \n"),
        ],
        ids=["metadata", "timestamp", "repeated id", "trailing space"],
    )
    def test_form(self, spoil):
        notebook = executed("1 + 1", "2 + 2")
        spoil(notebook)
        assert "not canonical" in next(problems(notebook))

    def test_split_stream(self):
        notebook = executed("print(1); print(2)")
        notebook.cells[1].outputs = [new_output("stream", name="stdout", text=text) for text in ("1\n", "2\n")]
        assert "not canonical" in next(problems(notebook))
        assert canonical(notebook).cells[1].outputs[0].text == "1\n2\n"
