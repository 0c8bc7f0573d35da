"""States of parts of rows: merged in any way they have the bounds of the whole."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from bounds import DOCUMENTED, DTYPES, ON_FAMILIES
from hypothesis import given
from hypothesis import strategies as st
from strategies import rows

from softmax_book.accuracy import reference
from softmax_book.accuracy.hard_rows import FAMILIES, rounded
from softmax_book.accuracy.reference import to_mpf, ulps
from softmax_lib import SoftmaxState, log_softmax, logsumexp, softmax


def in_parts(row, cuts):
    """Return the parts of a row between cuts, some of them empty."""
    return [row[start:end] for start, end in pairwise([0, *sorted(cuts), len(row)])]


def random_cuts(rng, row):
    """Return where to cut a row: after each logit, after every fourth, or anywhere."""
    n = len(row)
    return [list(range(n)), list(range(0, n, 4)), rng.integers(0, n + 1, 7).tolist()][rng.integers(3)]


def merged_in_a_tree(states, fan_in):
    while len(states) > 1:
        groups = [states[start : start + fan_in] for start in range(0, len(states), fan_in)]
        states = [first.merge(*others) for first, *others in groups]
    return states[0]


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
        true = reference.logsumexp(row)
        if abs(true) >= 1:
            assert ulps(states[0].logsumexp(), true, np.float64) <= ON_FAMILIES["logsumexp"][np.float64]
        for result, true in zip(states[0].log_softmax(row), reference.log_softmax(row), strict=True):
            assert ulps(result, true, np.float64) <= ON_FAMILIES["log_softmax"][np.float64] + len(states)

    @pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
    @pytest.mark.parametrize("fan_in", [2, 4, 16])
    def test_a_tree_of_merges_has_the_bounds_of_the_whole(self, family, fan_in):
        rng = np.random.default_rng(fan_in)
        for row in family(rng, (10, 64, 200)):
            row = rounded(row, np.float64)
            state = merged_in_a_tree([SoftmaxState.of(part) for part in in_parts(row, random_cuts(rng, row))], fan_in)
            largest, terms, tail = reference.exponentials(row)
            for z, e, p, log_p in zip(row, terms, state.softmax(row), state.log_softmax(row), strict=True):
                true = (to_mpf(z) - to_mpf(row[largest])) - mpmath.log1p(tail)
                assert ulps(p, e / (1 + tail), np.float64) <= ON_FAMILIES["softmax"][np.float64]
                assert ulps(log_p, true, np.float64) <= ON_FAMILIES["log_softmax"][np.float64]

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

    def test_of_many_strided_rows(self):
        """So many that their classes come in two pieces."""
        z = np.random.default_rng(0).normal(0, 5, (64, 10_000))
        np.testing.assert_allclose(SoftmaxState.of(z, axis=0).logsumexp(), np.log(np.exp(z).sum(axis=0)), rtol=1e-14)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_carries_float64_at_least(self, dtype):
        state = SoftmaxState.of(np.zeros(3, dtype))
        assert state.maximum.dtype == state.tail.dtype == np.float64
        assert SoftmaxState.of(np.zeros(3, np.longdouble)).tail.dtype == np.longdouble

    def test_of_one_logit(self):
        state = SoftmaxState.of(3.0)
        assert (state.softmax(3.0), state.log_softmax(3.0), state.logsumexp()) == (1, 0, 3)

    def test_of_no_rows(self):
        state = SoftmaxState.of(np.zeros((0, 3)))
        assert state.merge(state).logsumexp().shape == (0,)
        assert state.softmax(np.zeros((0, 3))).shape == (0, 3)

    def test_the_softmax_of_one_state(self):
        z = np.random.default_rng(0).normal(0, 300, (50, 7))
        np.testing.assert_allclose(SoftmaxState.of(z).softmax(z), softmax(z), rtol=1e-15)
        np.testing.assert_allclose(SoftmaxState.of(z, axis=0).softmax(z, axis=0), softmax(z, axis=0), rtol=1e-15)

    def test_one_after_the_other_keeps_the_digits_of_a_small_tail(self):
        state = SoftmaxState.of([40.0])
        for _ in range(1000):
            state = state.merge(SoftmaxState.of([0.0]))
        assert ulps(state.tail, 1000 * mpmath.exp(-40), np.float64) < 300
        np.testing.assert_allclose(state.log_softmax([40.0])[0], -float(1000 * mpmath.exp(-40)), rtol=1e-13)

    @pytest.mark.parametrize("largest", [500, 1024, 1240])
    def test_parts_whose_scales_lie_further_apart_than_the_range_of_exp(self, largest):
        """The ratio of the scales may underflow; its product with a large rest does not."""
        part = np.array([511, 510.9, 510.8, *[500.0] * 50])
        state = SoftmaxState.of(part).merge(SoftmaxState.of([largest]))
        row = np.append(part, largest)
        for result, true in zip(state.log_softmax(row), reference.log_softmax(row), strict=True):
            assert ulps(result, true, np.float64) <= DOCUMENTED["log_softmax"][np.float64]

    def test_digits_of_longdouble(self):
        row = np.longdouble([1, 2, 3.5, -4])
        state = SoftmaxState.of(row[:2]).merge(SoftmaxState.of(row[2:]))
        assert ulps(state.logsumexp(), reference.logsumexp(row), np.longdouble) <= 4
        for result, true in zip(state.softmax(row), reference.softmax(row), strict=True):
            assert ulps(result, true, np.longdouble) <= 8
        for result, true in zip(state.log_softmax(row), reference.log_softmax(row), strict=True):
            assert ulps(result, true, np.longdouble) <= 8


class TestNonFinite:
    def test_nothing_and_minus_infinity_change_nothing(self):
        state = SoftmaxState.of([1.0, 2.0])
        for nothing in ([], [-np.inf], [-np.inf, -np.inf]):
            assert state.merge(SoftmaxState.of(nothing)) == SoftmaxState.of(nothing).merge(state) == state
        assert SoftmaxState.of([]) == SoftmaxState.of([-np.inf]) == (-np.inf, 0)
        assert SoftmaxState.of([]).merge(SoftmaxState.of([-np.inf])) == (-np.inf, 0)
        assert SoftmaxState.of([]).logsumexp() == -np.inf
        assert np.isnan(SoftmaxState.of([np.inf, np.inf]).tail)

    @pytest.mark.parametrize("others", [[], [1.0], [-np.inf], [np.inf]])
    def test_plus_infinity_and_nan_stay(self, others):
        assert SoftmaxState.of([np.inf]).merge(SoftmaxState.of(others)).logsumexp() == np.inf
        assert np.isnan(SoftmaxState.of([np.nan]).merge(SoftmaxState.of(others)).logsumexp())
        assert np.isnan(SoftmaxState.of([np.inf]).merge(SoftmaxState.of(others)).log_softmax([1.0])).all()
        assert np.isnan(SoftmaxState.of([np.inf]).merge(SoftmaxState.of(others)).softmax([1.0, np.inf])).all()

    def test_never_warns(self):
        with np.errstate(all="raise"):
            states = [SoftmaxState.of([value]) for value in (np.inf, -np.inf, np.nan, 1e308, -1e308)]
            for state in states:
                state.logsumexp()
                assert not state.tail > 0
            merged = states[0].merge(*states[1:])
            merged.logsumexp()
            merged.softmax([1.0, -np.inf])
            merged.log_softmax([1.0, -np.inf])
            for dtype, low in ((np.float64, -745), (np.longdouble, -11_390)):
                state = SoftmaxState.of(dtype([0, low]))
                state.logsumexp()
                state.log_softmax(dtype([0, low]))
                state.softmax(dtype([0, low, 2 * low]))


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
