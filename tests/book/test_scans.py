"""The scans of digits and their splits are those of scikit-learn."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from softmax_book.scans import load_scans, split_scans, split_stratified

X, Y = load_scans()


def test_scans_are_those_of_scikit_learn():
    digits = load_digits()
    np.testing.assert_array_equal(16 * X, digits.data)
    np.testing.assert_array_equal(Y, digits.target)


def assert_same_split(x, y, size, seed):
    (first, labels), (second, other_labels) = split_stratified(x, y, size, seed)
    expected = train_test_split(x, y, train_size=size, random_state=seed, stratify=y)
    for ours, theirs in zip([first, second, labels, other_labels], expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("scans", [len(Y), 776])
@pytest.mark.parametrize("seed", range(20))
def test_splits_are_those_of_scikit_learn(scans, seed):
    x, y = X[:scans], Y[:scans]
    assert_same_split(x, y, 2 * scans // 3, seed)
    assert_same_split(x, y, 300, seed)
    _, others = split_stratified(x, y, 300, seed)
    assert_same_split(*others, 400, seed)


def test_chance_decides_among_equal_remainders():
    """Two of four classes are rounded up, not always the same, and scikit-learn rounds up the same."""
    x, y = np.arange(24), np.repeat(range(4), 6)
    for seed in range(20):
        assert_same_split(x, y, 10, seed)
    rounded_up = {tuple(np.bincount(split_stratified(x, y, 10, seed)[0][1])) for seed in range(20)}
    assert len(rounded_up) > 1


def test_parts_of_the_chapters():
    parts = split_scans(X, Y, seed=3)
    assert [len(y) for _, y in parts] == [300, 400, 1097]
    rows = np.concatenate([np.column_stack(part) for part in parts])
    np.testing.assert_array_equal(sorted(rows.tolist()), sorted(np.column_stack([X, Y]).tolist()))
