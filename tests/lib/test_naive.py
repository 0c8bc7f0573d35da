"""The textbook formulas are right where they are safe, and break where the book says so."""

import numpy as np
import pytest

from softmax_lib import (
    cross_entropy,
    logsumexp,
    naive_cross_entropy,
    naive_logsumexp,
    naive_sigmoid,
    naive_softmax,
    sigmoid,
    softmax,
)

LOGITS = np.random.default_rng(0).normal(0, 5, (6, 4))


class TestWhereTheyAreSafe:
    @pytest.mark.parametrize("axis", [-1, 0])
    def test_they_agree_with_the_stable_functions(self, axis):
        targets = softmax(LOGITS[::-1], axis=axis)
        np.testing.assert_allclose(naive_softmax(LOGITS, axis=axis), softmax(LOGITS, axis=axis))
        np.testing.assert_allclose(naive_logsumexp(LOGITS, axis=axis), logsumexp(LOGITS, axis=axis))
        np.testing.assert_allclose(naive_sigmoid(LOGITS), sigmoid(LOGITS))
        loss = cross_entropy(LOGITS, targets, axis=axis)
        np.testing.assert_allclose(naive_cross_entropy(LOGITS, targets, axis=axis), loss)

    def test_the_last_axis_is_the_default(self):
        np.testing.assert_allclose(naive_softmax(LOGITS), softmax(LOGITS))
        np.testing.assert_allclose(naive_logsumexp(LOGITS), logsumexp(LOGITS))
        np.testing.assert_allclose(
            naive_cross_entropy(LOGITS, softmax(-LOGITS)), cross_entropy(LOGITS, softmax(-LOGITS))
        )


class TestWhereTheyBreak:
    def test_softmax_overflows_to_nan(self):
        with pytest.warns(RuntimeWarning) as warnings:
            np.testing.assert_array_equal(naive_softmax([1000.0, 0.0]), [np.nan, 0])
        assert {"overflow encountered in exp", "invalid value encountered in divide"} <= {
            str(warning.message) for warning in warnings
        }

    def test_softmax_underflows_to_nan(self):
        with pytest.warns(RuntimeWarning, match="invalid value encountered in divide"):
            np.testing.assert_array_equal(naive_softmax([-1000.0, -1000.0]), [np.nan, np.nan])

    def test_logsumexp_overflows(self):
        with pytest.warns(RuntimeWarning, match="overflow encountered in exp"):
            assert naive_logsumexp([1000.0, 0.0]) == np.inf

    def test_sigmoid_underflows_early(self):
        with pytest.warns(RuntimeWarning, match="overflow encountered in exp"):
            assert naive_sigmoid(-740.0) == 0 < sigmoid(-740.0)

    def test_cross_entropy_becomes_infinite(self):
        with pytest.warns(RuntimeWarning, match="divide by zero encountered in log"):
            assert naive_cross_entropy([0.0, -800.0], [0.0, 1.0]) == np.inf
        assert cross_entropy([0.0, -800.0], 1) == 800
