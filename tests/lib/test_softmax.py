"""Softmax, its logarithm, log-sum-exp and the gradient of softmax, row by row: values, bounds and properties."""

import mpmath
import numpy as np
import pytest
from bounds import ON_FAMILIES
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import MODERATE, matrices, rows

from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import to_mpf, ulps, unit_roundoff
from softmax_lib import log_softmax, logsumexp, softmax, softmax_vjp


class TestSoftmax:
    def test_values(self):
        # mpmath, 60 digits.
        expected = [0.62853171921176245, 0.23122389762214907, 0.14024438316608848]
        np.testing.assert_allclose(softmax([2.0, 1.0, 0.5]), expected, rtol=4e-15)
        np.testing.assert_array_equal(softmax([10_000.0, 9_200.0]), [1, 0])

    @pytest.mark.parametrize("shape", [(1, 100_000), (100_000,), (100_000, 1)])
    def test_many_large_logits(self, shape):
        z = np.full(shape, 1000.0)
        np.testing.assert_allclose(softmax(z, axis=None), 1e-5, rtol=1e-15)
        np.testing.assert_allclose(softmax(z), 1 / shape[-1], rtol=1e-15)

    @given(rows())
    def test_error_is_within_the_documented_bound(self, z):
        for result, true in zip(softmax(z), reference.softmax(z), strict=True):
            assert ulps(result, true, z.dtype) <= ON_FAMILIES["softmax"][z.dtype.type]

    @given(rows())
    def test_is_a_distribution(self, z):
        p = softmax(z)
        assert np.all((p >= 0) & (p <= 1))
        assert np.isclose(p.astype(float).sum(), 1, atol=len(z) * float(np.finfo(z.dtype).eps))

    @given(rows())
    def test_keeps_the_order(self, z):
        assert np.all(np.diff(softmax(z)[np.argsort(z)]) >= 0)

    @given(rows(), st.randoms())
    def test_permutes_with_the_logits(self, z, random):
        order = random.sample(range(len(z)), len(z))
        info = np.finfo(z.dtype)
        tolerances = {"rtol": 8 * float(info.eps), "atol": 4 * float(info.smallest_subnormal)}
        np.testing.assert_allclose(softmax(z[order]).astype(float), softmax(z)[order].astype(float), **tolerances)

    @given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=8), st.integers(-(10**6), 10**6))
    def test_shift_changes_nothing(self, z, shift):
        shifted, unshifted = softmax(np.array(z, float) + shift), softmax(np.array(z, float))
        np.testing.assert_allclose(shifted, unshifted, rtol=1e-14, atol=1e-320)

    @pytest.mark.parametrize("n", [1, 2, 3, 7, 1000])
    def test_equal_logits_share(self, n):
        np.testing.assert_array_equal(softmax(np.full(n, 1e308)), np.full(n, 1 / n))

    def test_seventy_thousand_equal_float16_logits(self):
        p = softmax(np.zeros(70_000, np.float16))
        np.testing.assert_array_equal(p, np.float16(1 / 70_000))

    @pytest.mark.parametrize("size", [1e38, 1e300, 1e308, np.finfo(float).max])
    def test_large_finite_logits(self, size):
        np.testing.assert_array_equal(softmax([size, -size, 0]), [1, 0, 0])
        np.testing.assert_array_equal(softmax([-size, -size]), [0.5, 0.5])


class TestLogSoftmax:
    def test_values(self):
        # mpmath, 60 digits.
        expected = [-0.46436878410794484, -1.46436878410794484, -1.96436878410794484]
        np.testing.assert_allclose(log_softmax([2.0, 1.0, 0.5]), expected, rtol=4e-15)

    @given(rows())
    def test_error_is_within_the_documented_bound(self, z):
        for result, true in zip(log_softmax(z), reference.log_softmax(z), strict=True):
            assert ulps(result, true, z.dtype) <= ON_FAMILIES["log_softmax"][z.dtype.type]

    @given(rows())
    def test_is_never_positive(self, z):
        assert np.all(log_softmax(z) <= 0)

    def test_where_softmax_is_zero(self):
        assert softmax([0.0, -1000.0])[1] == 0
        np.testing.assert_array_equal(log_softmax([0.0, -1000.0]), [0, -1000])

    def test_largest_difference(self):
        np.testing.assert_array_equal(log_softmax([1e308, -1e308, 0.0]), [0, -np.inf, -1e308])


class TestLogsumexp:
    def test_values(self):
        # mpmath, 60 digits.
        np.testing.assert_allclose(logsumexp([2.0, 1.0, 0.5]), 2.46436878410794484, rtol=4e-15)

    @given(rows())
    def test_error_is_within_the_documented_bound(self, z):
        true = reference.logsumexp(z)
        if abs(true) >= 1:
            assert ulps(logsumexp(z), true, z.dtype) <= ON_FAMILIES["logsumexp"][z.dtype.type]
        else:
            assert abs(to_mpf(logsumexp(z)) - true) <= 8 * (1 + abs(to_mpf(z.max()))) * unit_roundoff(z.dtype)

    @given(rows())
    def test_lies_between_the_maximum_and_log_n_above_it(self, z):
        slack = 8 * float(np.finfo(z.dtype).eps) * max(1, float(np.abs(z).max()))
        above = float(logsumexp(z)) - float(z.max())
        assert -slack <= above <= np.log(len(z)) + slack

    def test_keepdims(self):
        z = np.arange(24.0).reshape(2, 3, 4)
        for axis, shape in [(-1, (2, 3, 1)), ((0, 2), (1, 3, 1)), (None, (1, 1, 1))]:
            kept = logsumexp(z, axis=axis, keepdims=True)
            assert kept.shape == shape
            np.testing.assert_array_equal(np.squeeze(kept), logsumexp(z, axis=axis))

    @given(matrices(max_dims=3))
    def test_its_gradient_is_the_softmax(self, z):
        step = 1e-5
        move = np.zeros_like(z)
        move[..., 0] = step
        slope = (logsumexp(z + move) - logsumexp(z - move)) / (2 * step)
        np.testing.assert_allclose(slope, softmax(z)[..., 0], atol=1e-8)

    def test_all_in_one_equals_the_sum_by_parts(self):
        z = np.random.default_rng(0).normal(0, 50, (30, 40))
        np.testing.assert_allclose(logsumexp(logsumexp(z, axis=0)), logsumexp(z, axis=None), rtol=1e-14)


@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp])
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_row_does_not_change_its_neighbours(function, special, order):
    """Each of these rows is shifted by another amount, and one of them by none that is finite."""
    leads = [[special] * 3, [2000, 1990, 1], [-2000, -2001, -2002], [800, 0, 799], [-3, -1, -2], [5, 4, 300]]
    z = np.asarray(leads, np.float64, order=order)
    np.testing.assert_allclose(function(z), [function(row) for row in z], rtol=1e-15)


class TestSoftmaxVjp:
    @given(rows(max_size=8), st.data())
    def test_error_is_within_the_documented_bound(self, z, data):
        g = data.draw(hnp.arrays(z.dtype, len(z), elements=st.floats(-100, 100, width=16)))
        p, unit = reference.softmax(z), (8 * len(z) + 80) * to_mpf(np.abs(g).max()) * unit_roundoff(z.dtype)
        mean = mpmath.fsum(p_j * to_mpf(g_j) for p_j, g_j in zip(p, g, strict=True))
        underflow = mpmath.mpf(float(np.finfo(z.dtype).smallest_normal))
        for i, result in enumerate(softmax_vjp(z, g)):
            assert abs(to_mpf(result) - p[i] * (to_mpf(g[i]) - mean)) <= p[i] * unit + underflow

    @given(matrices(max_dims=3), st.data())
    def test_is_the_product_with_the_jacobian(self, z, data):
        g = data.draw(hnp.arrays(np.float64, z.shape, elements=MODERATE))
        p = softmax(z)
        jacobian = p[..., :, None] * np.eye(z.shape[-1]) - p[..., :, None] * p[..., None, :]
        expected = np.einsum("...ij,...j->...i", jacobian, g)
        np.testing.assert_allclose(softmax_vjp(z, g), expected, atol=1e-12)

    def test_finite_differences(self):
        rng = np.random.default_rng(0)
        z, g = rng.normal(0, 2, (2, 6))
        moves = 1e-6 * np.eye(6)
        slope = (softmax(z + moves) - softmax(z - moves)) @ g / 2e-6
        np.testing.assert_allclose(softmax_vjp(z, g), slope, atol=1e-9)

    @given(matrices(max_dims=3))
    def test_constant_cotangent_gives_nothing(self, z):
        np.testing.assert_allclose(softmax_vjp(z, np.full_like(z, 3.0)), 0, atol=1e-14)

    def test_cotangent_of_another_shape(self):
        with pytest.raises(
            ValueError, match=r"cotangent must have the shape of logits \(2,\), but its shape is \(3,\)"
        ):
            softmax_vjp([1.0, 2.0], [1.0, 2.0, 3.0])

    def test_cotangent_of_another_kind(self):
        with pytest.raises(TypeError, match="cotangent must hold real numbers, but its type is complex128"):
            softmax_vjp([1.0, 2.0], [1j, 2.0])
        np.testing.assert_array_equal(softmax_vjp([0.0, 0.0], [1, 0]), [0.25, -0.25])
