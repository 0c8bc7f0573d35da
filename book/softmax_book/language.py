"""The text of the chapters on language: loading, splitting, words, windows.

See data/README.md for where it comes from.
"""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

UNKNOWN, PARAGRAPH = "<unk>", "¶"


def load_sections(path):
    """Return the sections, each a dict of chapter, section, paragraphs."""
    return json.loads(Path(path).read_text("utf-8"))["sections"]


def split_sections(sections, parts=10, test=-1):
    """Return sections for training, validation and test: no part overlaps.

    Every tenth section is for the test, from number `test` on, and every
    tenth in the middle between them for the validation.
    """
    starts = [(test - parts // 2) % parts, test % parts]
    held_out = [sections[start::parts] for start in starts]
    known = [s for s in sections if not any(s in part for part in held_out)]
    return known, *held_out


def words(text):
    """Return the words, numbers and punctuation marks of a text."""
    return re.findall(r"[a-z_]+(?:’[a-z]+)?|\d+|[.,:;()]", text.lower())


def stream(sections):
    """Return the words of all paragraphs, with a mark around each of them."""
    tokens = [PARAGRAPH]
    for section in sections:
        for paragraph in section["paragraphs"]:
            tokens += [*words(paragraph), PARAGRAPH]
    return tokens


class Vocabulary:
    """The most frequent words of a text, each with an index; 0 is unknown."""

    def __init__(self, tokens, size):
        frequent = Counter(tokens).most_common(size - 1)
        self.words = [UNKNOWN, *(word for word, _ in frequent)]
        self.index = {word: i for i, word in enumerate(self.words)}

    def encode(self, tokens):
        return np.array([self.index.get(token, 0) for token in tokens])


def windows(tokens, length):
    """Return inputs and targets, the inputs' next words, in overlapping rows.

    Each row starts half a row after the one before, so that their second
    halves cover the text once, each word with half a row or more before it.
    """
    rows = sliding_window_view(tokens, length + 1)[:: length // 2]
    return rows[:, :-1], rows[:, 1:]


def word_vectors(tokens, size=32, reach=3):
    """Return a vector for each word, alike for words with like neighbours.

    They factorise the positive pointwise mutual information of words that
    stand at most `reach` apart, and have the length of `size` numbers of
    variance one.
    """
    near = np.zeros((tokens.max() + 1,) * 2)
    for distance in range(1, reach + 1):
        np.add.at(near, (tokens[:-distance], tokens[distance:]), 1)
    together = (near + near.T) / (2 * near.sum())
    alone = together.sum(axis=0)
    with np.errstate(divide="ignore"):
        information = np.log(together / np.outer(alone, alone))
    u, s, _ = np.linalg.svd(np.maximum(information, 0))
    vectors = u[:, :size] * np.sqrt(s[:size])
    return vectors * np.sqrt(size / (vectors**2).sum(axis=-1, keepdims=True))
