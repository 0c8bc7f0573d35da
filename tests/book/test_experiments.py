"""What the experiments store was made by their command, from cells of a chapter that shows it."""

import json

import pytest
from paths import NOTEBOOKS, ROOT

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
