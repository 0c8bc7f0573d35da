"""Every notebook is committed executed, in canonical form, and listed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import prose
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from paths import CHAPTERS, NOTEBOOKS, ROOT

from softmax_site.notebooks import canonical, code_cells, missing_packages, problems, read
from softmax_site.outline import assertions, outline

MEND = "`make notebooks` mends the form; what a cell says or shows is for you to mend"

# Sections that repeat, point elsewhere, or hold a picture that moves.
WITHOUT_CODE = {"Summary", "Further reading", "Now you", "Watch the types give up", "Which one?"}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@every_notebook
class TestNotebook:
    def test_is_canonical(self, path):
        found = list(problems(read(path)))
        assert not found, f"{path.name}: {'; '.join(found)}. {MEND}."

    def test_is_stored_as_nbformat_writes_it(self, path, tmp_path):
        nbformat.write(read(path), tmp_path / path.name)
        same = path.read_text("utf-8") == (tmp_path / path.name).read_text("utf-8")
        assert same, f"{path.name} was saved by another program. {MEND}."

    def test_asserts_or_prints_something_in_each_section(self, path):
        _, *all_sections = prose.sections(read(path))
        assert sum(map(assertions, code_cells(read(path)))) > 0
        for section in all_sections:
            cells = prose.within(all_sections, section)
            shows = any(text for cell in cells for text in prose.shown(cell))
            heading = section.texts[0]
            assert shows or any(map(assertions, cells)) or heading in WITHOUT_CODE, f"{path.name}: {heading}"

    def test_has_a_solution_for_each_exercise(self, path):
        text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
        exercises = re.findall(r"\{exercise\}.*\n:label: (.+)", text)
        assert re.findall(r"\{solution-start\} (.+)", text) == exercises
        assert text.count("{exercise}") == text.count("{solution-end}") == len(exercises)

    def test_has_no_cell_longer_than_a_screen(self, path):
        longest = max(code_cells(read(path)), key=lambda cell: cell.source.count("\n"))
        assert longest.source.count("\n") < 25, f"{path.name} has a long cell: {longest.source[:60]}"

    def test_prints_no_line_that_runs_beyond_its_box(self, path):
        """Eighty characters fit beside both sidebars of a screen of 1280 pixels."""
        for cell in code_cells(read(path)):
            for output in cell.outputs:
                lines = output.get("text", output.get("data", {}).get("text/plain", "")).splitlines()
                assert max(map(len, lines), default=0) <= 80, f"{path.name}: {cell.source[:60]}"

    def test_folds_what_is_not_its_lesson(self, path):
        """Imports, and what draws a chart."""
        for cell in code_cells(read(path)):
            imports = re.match("import |from ", cell.source)
            draws = any("image/svg+xml" in output.get("data", {}) for output in cell.outputs)
            if imports or (draws and "plt.show()" in cell.source):
                assert "hide-input" in cell.metadata.get("tags", []), cell.source[:60]

    def test_describes_every_chart(self, path):
        for cell in code_cells(read(path)):
            if any("image/svg+xml" in output.get("data", {}) for output in cell.outputs):
                alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
                assert len(alt) > 40, f"{path.name}: the chart of this cell needs an alt text: {cell.source[:60]}"


class TestOutline:
    """book/outline.txt is what the notebooks hold, so that its diff shows each cell and each check that goes."""

    def test_is_that_of_the_notebooks(self):
        stored = (ROOT / "book" / "outline.txt").read_text("utf-8")
        assert stored == outline(ROOT / "book"), "`make notebooks` writes it anew; read its diff"

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda cells: cells.pop(2),
            lambda cells: cells.insert(0, cells.pop(1)),
            lambda cells: cells[0].update(id="other"),
            lambda cells: cells[0].update(source="# Another title\nText."),
            lambda cells: cells[1].update(source="x = 1"),
            lambda cells: cells[1].update(outputs=[new_output("stream", text="2")]),
            lambda cells: cells[1].metadata.update(tags=["hide-input"]),
            lambda cells: cells[3].update(source=""),
        ],
        ids=["cell", "order", "id", "heading", "assertion", "output", "tag", "exercise"],
    )
    def test_shows_a_change_of(self, spoil, tmp_path):
        notebook = executed("x = 1\nassert x == 1", "x")
        notebook.cells.append(new_markdown_cell("```{exercise}\n:label: exercise-one\n```", id="exercise"))
        nbformat.write(notebook, tmp_path / "some.ipynb")
        before = outline(tmp_path)
        spoil(notebook.cells)
        nbformat.write(notebook, tmp_path / "some.ipynb")
        assert outline(tmp_path) != before

    def test_counts_statements_and_not_words(self):
        assert assertions(new_code_cell("# assert this\nx = 'assert'\nfor y in x:\n    assert y")) == 1


class TestTableOfContents:
    def test_lists_every_notebook_and_nothing_else(self):
        found = {path.relative_to(ROOT).with_suffix("").as_posix() for path in NOTEBOOKS + list(ROOT.glob("book/*.md"))}
        assert set(CHAPTERS) == found, "_toc.yml and the pages in book/ differ"


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
        notebook.cells[1].outputs = []
        assert "raises none" in next(problems(notebook))

    def test_error_with_the_lines_that_led_to_it(self):
        notebook = executed("1 / 0")
        notebook.cells[1].metadata.tags = ["raises-exception"]
        lines = ["File /some/where.py:1", "ZeroDivisionError: division by zero"]
        error = new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=lines)
        notebook.cells[1].outputs = [error]
        assert "not canonical" in next(problems(notebook))
        assert canonical(notebook).cells[1].outputs[0].traceback == lines[1:]

    @pytest.mark.parametrize("tag", ["nbval-skip", "nbval-ignore-output", "remove-cell", "remove-input"])
    @pytest.mark.parametrize("cell", [0, 1], ids=["Markdown", "code"])
    def test_tag_that_hides_a_cell_or_its_test(self, tag, cell):
        notebook = executed("1 + 1")
        notebook.cells[cell].metadata.tags = [tag]
        assert tag in next(problems(notebook))

    def test_setting_that_hides_an_output(self):
        notebook = executed("1 + 1")
        notebook.cells[1].metadata.mystnb = {"remove_code_outputs": True}
        assert "remove_code_outputs" in next(problems(notebook))

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


@pytest.fixture
def folder(tmp_path):
    """A folder with one notebook that has all it imports, and one that has not."""
    (tmp_path / "book").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = book")
    for conftest in ("conftest.py", "book/conftest.py"):
        shutil.copy(ROOT / conftest, tmp_path / conftest)
    nbformat.write(executed("import numpy as np"), tmp_path / "book" / "runs.ipynb")
    nbformat.write(executed("import numpy as np", "import no_such_package.part"), tmp_path / "book" / "lacks.ipynb")
    return tmp_path


class TestMissingPackages:
    """A notebook that imports what isn't installed is left out, and named."""

    @pytest.mark.parametrize(
        ("source", "missing"),
        [
            ("import numpy as np, json", set()),
            ("import absent_a, absent_b as b", {"absent_a", "absent_b"}),
            ("from absent_a.part import name", {"absent_a"}),
            ("def later():\n    import absent_a", {"absent_a"}),
            ("%config InlineBackend.rc\nimport absent_a", {"absent_a"}),
            ("from softmax_book.accuracy import reference", set()),
        ],
    )
    def test_of_a_notebook(self, source, missing, tmp_path):
        nbformat.write(executed(source), tmp_path / "some.ipynb")
        assert missing_packages(tmp_path / "some.ipynb") == missing

    @pytest.mark.parametrize("source", ["from softmax_book import own", "from softmax_book.own import name"])
    def test_by_way_of_a_module_of_the_book(self, source, tmp_path, monkeypatch):
        monkeypatch.setattr("softmax_site.notebooks.PACKAGE", tmp_path / "softmax_book")
        (tmp_path / "softmax_book").mkdir()
        (tmp_path / "softmax_book" / "own.py").write_text("import absent_a")
        nbformat.write(executed(source), tmp_path / "some.ipynb")
        assert missing_packages(tmp_path / "some.ipynb") == {"absent_a"}

    def test_pytest_leaves_it_out_and_names_it(self, folder):
        result = run_in(folder, "pytest")
        assert result.returncode == 0
        assert "1 passed" in result.stdout
        assert "book/lacks.ipynb needs no_such_package\n" in result.stdout
        assert "runs.ipynb needs" not in result.stdout

    def test_pytest_fails_on_it_when_asked_for_all_notebooks(self, folder):
        result = run_in(folder, "pytest", "--all-notebooks")
        assert result.returncode == 1
        assert "No module named 'no_such_package'" in result.stdout
        assert "needs no_such_package" not in result.stdout

    def test_the_command_leaves_it_out_and_names_it(self, folder):
        before = (folder / "book" / "lacks.ipynb").read_bytes()
        result = run_in(folder, "softmax_site.notebooks", "book")
        assert result.returncode == 0
        assert result.stdout.split("\n")[:2] == [
            f"{Path('book/lacks.ipynb')} ... left out, it needs no_such_package",
            f"{Path('book/runs.ipynb')} ... done",
        ]
        assert (folder / "book" / "lacks.ipynb").read_bytes() == before


def run_in(folder, module, *arguments):
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=folder, capture_output=True, text=True)
