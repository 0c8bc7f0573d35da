"""What the experiments store was made by their command, from cells of a chapter that shows it."""

import ast
import json
from collections import defaultdict

import pytest
from paths import NOTEBOOKS, ROOT

from softmax_site.notebooks import code_cells, read

STORED = sorted(ROOT.glob("experiments/*.json"))
SCRIPTS = sorted(set(ROOT.glob("experiments/*.py")) - {ROOT / "experiments" / "chapter.py"})
TEXTS = {path.stem: path.read_text("utf-8") for path in NOTEBOOKS}


def test_each_result_has_its_script():
    assert [path.stem for path in STORED] == [path.stem for path in SCRIPTS]


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
class TestResult:
    def test_says_how_it_was_made(self, path):
        how = json.loads(path.read_text("utf-8"))["how"]
        assert how["command"] == f"python experiments/{path.stem}.py"
        assert {"numpy", "python"} <= how.keys()

    def test_is_shown_in_a_chapter_or_by_a_picture(self, path):
        pictures = (ROOT / "book/softmax_site/stills/stored.py").read_text("utf-8")
        assert any(f"experiments/{path.name}" in text for text in TEXTS.values()) or f'"{path.name}"' in pictures

    def test_comes_from_cells_of_a_chapter(self, path):
        source = path.with_suffix(".py").read_text("utf-8")
        chapter = next(name for name in TEXTS if f'definitions("{name}")' in source)
        assert '"experiment"' in TEXTS[chapter]


def test_chapters_on_calibration_define_the_same_measures():
    """The second one repeats, folded, what the first one explains."""
    found = defaultdict(set)
    for chapter in ("calibration", "beyond-temperature"):
        for cell in code_cells(read(ROOT / "book" / f"{chapter}.ipynb")):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef) and "experiment" in cell.metadata.get("tags", []):
                    found[node.name].add((chapter, ast.unparse(node)))
    shared = [definitions for definitions in found.values() if len(definitions) == 2]
    assert len(shared) == 6
    assert all(len({source for _, source in definitions}) == 1 for definitions in shared)
