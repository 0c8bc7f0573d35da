"""The text of the chapters on language: how it was extracted, and how it is cut into words and parts."""

import itertools
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from paths import ROOT

from softmax_book.language import UNKNOWN, Vocabulary, load_sections, split_sections, stream, windows, words
from softmax_site import corpus

DATA = ROOT / "book" / "data" / "python-topics.json"


@pytest.fixture(scope="module")
def sections():
    return load_sections(DATA)


class TestExtraction:
    TOPIC = """The "pass" statement
********************

   pass_stmt ::= "pass"

"pass" is a null operation — when it is executed, nothing happens [1].
It is useful as a place-
holder:

   def f(arg): pass    # a function that does nothing (yet)

* The next section repeats the first paragraph in other type.

Details
=======

It is a sentence of another section.

The next section repeats the first paragraph in OTHER type.

-[ Footnotes ]-

[1] This is a footnote of the text above.
"""

    @pytest.fixture
    def extracted(self, monkeypatch):
        monkeypatch.setattr(corpus, "CHAPTERS", {"Simple statements": "pass twin"})
        return corpus.sections({"pass": self.TOPIC, "twin": self.TOPIC.partition("Details")[0]})

    def test_keeps_prose_once_under_its_section(self, extracted):
        assert extracted == [
            {
                "chapter": "Simple statements",
                "section": 'The "pass" statement',
                "paragraphs": [
                    '"pass" is a null operation — when it is executed, nothing happens. '
                    "It is useful as a place-holder:",
                    "The next section repeats the first paragraph in other type.",
                ],
            },
            {
                "chapter": "Simple statements",
                "section": "Details",
                "paragraphs": ["It is a sentence of another section."],
            },
        ]

    def test_command_writes_the_file(self, monkeypatch, tmp_path):
        monkeypatch.setattr(corpus, "CHAPTERS", {"Simple statements": "pass"})
        monkeypatch.setitem(sys.modules, "pydoc_data.topics", SimpleNamespace(topics={"pass": self.TOPIC}))
        monkeypatch.setattr(sys, "argv", ["corpus", str(tmp_path / "topics.json")])
        corpus.main()
        assert [section["section"] for section in load_sections(tmp_path / "topics.json")] == [
            'The "pass" statement',
            "Details",
        ]

    @pytest.mark.parametrize(
        "paragraph",
        [
            "too short to be prose.",
            "it has no full stop at the end of the line",
            "this ::= is a rule of the grammar.",
            ">>> this is what the interpreter shows.",
            "| this is | a row | of a table |.",
            "for x in range(3): if x: print(x, y, z):",
        ],
    )
    def test_leaves_out(self, paragraph):
        assert not corpus.is_prose(paragraph)

    def test_assigns_no_topic_twice(self):
        names = " ".join(corpus.CHAPTERS.values()).split()
        assert len(names) == len(set(names))


class TestData:
    def test_was_extracted_by_these_rules(self, sections):
        chapters = [section["chapter"] for section in sections]
        assert list(dict.fromkeys(chapters)) == list(corpus.CHAPTERS)
        assert all(corpus.is_prose(paragraph) for section in sections for paragraph in section["paragraphs"])

    def test_names_the_version_that_its_readme_names(self):
        version = json.loads(DATA.read_text("utf-8"))["python"]
        assert f"Python {version} " in (DATA.parent / "README.md").read_text("utf-8")

    def test_comes_with_its_licence(self):
        text = (DATA.parent / "LICENSE-PYTHON").read_text("utf-8")
        assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in text

    def test_has_no_paragraph_twice(self, sections):
        paragraphs = [paragraph for section in sections for paragraph in section["paragraphs"]]
        assert len(paragraphs) == len(set(paragraphs))


class TestSplit:
    def test_every_section_is_in_one_part(self):
        training, validation, test = split_sections(list("abcdefghijklmnopqrstuvw"))
        assert validation == ["e", "o"]
        assert test == ["j", "t"]
        assert training == list("abcdfghiklmnpqrsuvw")

    def test_of_another_tenth(self):
        letters = list("abcdefghijklmnopqrstuvw")
        parts = [split_sections(letters, test=number) for number in range(10)]
        assert sorted(letter for _, _, test in parts for letter in test) == letters
        assert parts[1][1:] == (["g", "q"], ["b", "l", "v"])
        assert all(sorted(itertools.chain(*part)) == letters for part in parts)


class TestWords:
    def test_words_numbers_and_marks(self):
        text = 'The "__init__()" of Python 3.13: it’s *an* operator, "+=".'
        assert " ".join(words(text)) == "the __init__ ( ) of python 3 . 13 : it’s an operator , ."

    def test_stream_has_a_mark_around_each_paragraph(self):
        sections = [{"paragraphs": ["One.", "Two, three."]}, {"paragraphs": ["Four."]}]
        assert " ".join(stream(sections)) == "¶ one . ¶ two , three . ¶ four . ¶"


class TestVocabulary:
    def test_has_the_most_frequent_words_and_unknown(self):
        vocabulary = Vocabulary(list("abacba"), 3)
        assert vocabulary.words == [UNKNOWN, "a", "b"]
        assert np.array_equal(vocabulary.encode(["b", "c", "a"]), [2, 0, 1])


class TestWindows:
    def test_second_halves_cover_the_text_once(self):
        inputs, targets = windows(np.arange(101), 8)
        assert inputs.shape == targets.shape == (24, 8)
        assert np.array_equal(targets, inputs + 1)
        assert np.array_equal(targets[:, 4:].ravel(), np.arange(5, 101))
