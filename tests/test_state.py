from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import DTYPES, LOG_SOFTMAX, LOGSUMEXP, rows

from softmax_book import exact as exact_values
from softmax_book.exact import ulps
from softmax_lib import SoftmaxState, log_softmax, logsumexp


def in_parts(row, cuts):
    """Return the parts of a row between cuts, some of them empty."""
    return [row[start:end] for start, end in pairwise([0, *sorted(cuts), len(row)])]


class TestSoftmaxState:
    @given(rows(), st.data())
    def test_any_grouping_is_within_the_bounds_of_the_whole(self, row, data):
        row = row.astype(np.float64)
        states = [SoftmaxState.of(part) for part in in_parts(row, data.draw(st.lists(st.integers(0, len(row)))))]
        while len(states) > 1:
            first = data.draw(st.integers(0, len(states) - 2))
            count = data.draw(st.integers(2, len(states) - first))
            merged = states[first].merge(*states[first + 1 : first + count])
            states[first : first + count] = [merged]
        true = exact_values.logsumexp(row)
        if abs(true) >= 1:
            assert ulps(states[0].logsumexp(), true, np.float64) <= LOGSUMEXP[np.float64]
        for result, true in zip(states[0].log_softmax(row), exact_values.log_softmax(row), strict=True):
            assert ulps(result, true, np.float64) <= LOG_SOFTMAX[np.float64] + len(states)

    @given(st.permutations(range(5)))
    def test_order_does_not_matter(self, order):
        z = np.random.default_rng(0).normal(0, 30, (5, 4, 7))
        states = [SoftmaxState.of(part) for part in z]
        merged = states[order[0]].merge(*(states[index] for index in order[1:]))
        np.testing.assert_allclose(merged.logsumexp(), logsumexp(z, axis=(0, 2)), rtol=4e-15)

    @pytest.mark.parametrize("axis", [0, 1, -1, (0, 2), None])
    def test_axes(self, axis):
        z = np.random.default_rng(0).normal(0, 30, (3, 4, 5))
        state = SoftmaxState.of(z, axis=axis)
        np.testing.assert_allclose(state.logsumexp(), logsumexp(z, axis=axis), rtol=4e-15)
        np.testing.assert_allclose(state.log_softmax(z, axis=axis), log_softmax(z, axis=axis), rtol=1e-14)

    def test_the_last_axis_is_the_default(self):
        z = np.random.default_rng(0).normal(0, 30, (4, 4))
        state = SoftmaxState.of(z)
        np.testing.assert_allclose(state.logsumexp(), logsumexp(z), rtol=4e-15)
        np.testing.assert_allclose(state.log_softmax(z), log_softmax(z), rtol=1e-14)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_carries_float64_at_least(self, dtype):
        state = SoftmaxState.of(np.zeros(3, dtype))
        assert state.maximum.dtype == state.tail.dtype == np.float64
        assert SoftmaxState.of(np.zeros(3, np.longdouble)).tail.dtype == np.longdouble

    def test_one_after_the_other_keeps_the_digits_of_a_small_tail(self):
        state = SoftmaxState.of([40.0])
        for _ in range(1000):
            state = state.merge(SoftmaxState.of([0.0]))
        assert ulps(state.tail, 1000 * mpmath.exp(-40), np.float64) < 300
        np.testing.assert_allclose(state.log_softmax([40.0])[0], -float(1000 * mpmath.exp(-40)), rtol=1e-13)


class TestNonFinite:
    def test_nothing_and_minus_infinity_change_nothing(self):
        state = SoftmaxState.of([1.0, 2.0])
        for nothing in ([], [-np.inf], [-np.inf, -np.inf]):
            assert state.merge(SoftmaxState.of(nothing)) == SoftmaxState.of(nothing).merge(state) == state
        assert SoftmaxState.of([]).merge(SoftmaxState.of([-np.inf])).logsumexp() == -np.inf

    @pytest.mark.parametrize("others", [[], [1.0], [-np.inf], [np.inf]])
    def test_plus_infinity_and_nan_stay(self, others):
        assert SoftmaxState.of([np.inf]).merge(SoftmaxState.of(others)).logsumexp() == np.inf
        assert np.isnan(SoftmaxState.of([np.nan]).merge(SoftmaxState.of(others)).logsumexp())
        assert np.isnan(SoftmaxState.of([np.inf]).merge(SoftmaxState.of(others)).log_softmax([1.0])).all()

    def test_never_warns(self):
        with np.errstate(all="raise"):
            states = [SoftmaxState.of([value]) for value in (np.inf, -np.inf, np.nan, 1e308, -1e308)]
            merged = states[0].merge(*states[1:])
            merged.logsumexp()
            merged.log_softmax([1.0, -np.inf])


class TestErrors:
    def test_merge_of_something_else(self):
        with pytest.raises(TypeError, match=r"others must be of type SoftmaxState, but one is 1\.0"):
            SoftmaxState.of([1.0]).merge(1.0)

    def test_merge_of_another_shape(self):
        with pytest.raises(ValueError, match=r"others must have the shape of this state \(2,\), but one has \(3,\)"):
            SoftmaxState.of(np.zeros((2, 4))).merge(SoftmaxState.of(np.zeros((3, 4))))

    def test_logits(self):
        with pytest.raises(TypeError, match="logits must hold real numbers"):
            SoftmaxState.of([1j])
        with pytest.raises(np.exceptions.AxisError, match="out of bounds"):
            SoftmaxState.of([1.0], axis=1)
