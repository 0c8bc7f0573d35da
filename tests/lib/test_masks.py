"""Masks of what counts, and the factors and signs of the log-sum-exp."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_lib import log_softmax, logsumexp, softmax

Z = np.array([[1.0, 2.0, np.nan, 3.0], [np.inf, -1.0, 0.5, 0.5], [0.0, 1.0, 2.0, 3.0]])
MASK = np.array([[True, True, False, False], [False, True, True, True], [False] * 4])


class TestWhere:
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    @pytest.mark.parametrize("axis", [1, 0, None])
    def test_leaves_out_what_does_not_count(self, dtype, axis):
        z = Z.astype(dtype)
        kept = np.where(MASK, z, dtype(-np.inf))
        empty = ~MASK.any(axis=axis, keepdims=True) & np.ones_like(MASK)
        for function, excluded in ((softmax, 0), (log_softmax, -np.inf)):
            expected = np.where(empty, dtype(excluded), function(kept, axis))
            np.testing.assert_array_equal(function(z, axis, where=MASK), expected)
        np.testing.assert_array_equal(logsumexp(z, axis, where=MASK), logsumexp(kept, axis))

    def test_is_broadcast(self):
        np.testing.assert_array_equal(softmax(Z[2:], where=[True, False, False, True])[0, 1:3], 0)
        np.testing.assert_array_equal(softmax(Z[2:], where=True), softmax(Z[2:]))
        np.testing.assert_array_equal(softmax(Z[2:], where=False), 0)

    @pytest.mark.parametrize("shape", [(3, 400_000), (400_000, 3), (3, 1_500_000)])
    def test_of_many_blocks(self, shape):
        rng = np.random.default_rng(0)
        z, mask = rng.normal(size=shape), rng.random(shape) < 0.9
        out = np.empty(shape)
        assert log_softmax(z, where=mask, out=out) is out
        expected = np.where(mask, log_softmax(np.where(mask, z, -np.inf)), -np.inf)
        np.testing.assert_array_equal(out, expected)

    def test_out_may_be_what_the_logits_are(self):
        z, mask = Z[2:].copy(), MASK[:1]
        expected = softmax(z, where=mask)
        softmax(z, where=mask, out=z)
        np.testing.assert_array_equal(z, expected)

    def test_out_may_share_memory_with_the_mask(self):
        out = np.zeros(Z.shape)
        mask = out.view(np.bool_)[:, :: out.itemsize]
        mask[...] = np.eye(*Z.shape)
        softmax(Z, where=mask, out=out)
        np.testing.assert_array_equal(out, np.eye(*Z.shape))

    @pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp])
    def test_errors(self, function):
        with pytest.raises(TypeError, match="where must hold booleans, but its type is int64"):
            function(Z, where=np.ones(4, np.int64))
        with pytest.raises(ValueError, match=r"where must broadcast to the logits' shape \(3, 4\), but its shape is"):
            function(Z, where=[True, False])


class TestFactors:
    @given(st.integers(0, 10_000))
    def test_sum_and_sign(self, seed):
        rng = np.random.default_rng(seed)
        z, b = rng.normal(0, 3, (5, 7)), rng.normal(0, 1, (5, 7)) * (rng.random((5, 7)) < 0.7)
        total = np.sum(b * np.exp(z), axis=1)
        log_total, sign = logsumexp(z, b=b, return_sign=True)
        np.testing.assert_array_equal(sign, np.sign(total))
        scale = np.sum(np.abs(b) * np.exp(z), axis=1)
        np.testing.assert_allclose(sign * np.exp(log_total), total, rtol=0, atol=np.max(1e-14 * scale, initial=1e-300))
        np.testing.assert_array_equal(np.isnan(logsumexp(z, b=b)), total < 0)

    @pytest.mark.parametrize(
        ("z", "b", "log_total", "sign"),
        [
            ([1000.0, 1000.0], [2, -1], 1000, 1),
            ([-1000.0, -1000.0], [1, -3], -1000 + np.log(2), -1),
            ([1000.0, -1000.0], [0, 1], -1000, 1),
            ([1.0, 1.0], [1, -1], -np.inf, 0),
            ([1.0, 2.0], [0, 0], -np.inf, 0),
            ([-np.inf, -np.inf], [1, 2], -np.inf, 0),
            ([np.inf, 1.0], [-1, 1], np.inf, -1),
            ([np.inf, np.inf], [-1, 1], np.nan, np.nan),
            ([np.inf, 1.0], [0, 1], 1, 1),
            ([np.nan, 1.0], [1, 1], np.nan, np.nan),
            ([np.nan, 1.0], [0, 1], 1, 1),
        ],
    )
    def test_extremes(self, z, b, log_total, sign):
        np.testing.assert_allclose(logsumexp(z, b=b, return_sign=True), (log_total, sign), rtol=1e-15)
        np.testing.assert_allclose(logsumexp(z, b=b), np.nan if sign < 0 else log_total, rtol=1e-15)

    def test_of_a_row_in_several_pieces(self):
        z, b = np.random.default_rng(0).normal(size=(2, 600_000))
        log_total, sign = logsumexp(z, b=b, return_sign=True)
        np.testing.assert_allclose(sign * np.exp(log_total), math.fsum(b * np.exp(z)), rtol=1e-11)

    def test_small_beside_one(self):
        np.testing.assert_allclose(logsumexp([0.0, -40.0], b=[1, -1]), -np.exp(-40.0), rtol=1e-14)

    def test_broadcast_and_keepdims(self):
        z = Z[2:]
        expected = logsumexp(z, b=np.full(z.shape, 2.0), keepdims=True)
        np.testing.assert_array_equal(logsumexp(z, b=2, keepdims=True), expected)
        assert expected.shape == logsumexp(z, b=2, keepdims=True, return_sign=True)[1].shape == (1, 1)
        np.testing.assert_allclose(expected, logsumexp(z, keepdims=True) + np.log(2), rtol=1e-15)

    def test_sign_without_factors(self):
        signs = logsumexp([[0.0, 1.0], [-np.inf] * 2, [np.nan, 1.0]], return_sign=True)[1]
        np.testing.assert_array_equal(signs, [1, 0, np.nan])

    def test_errors(self):
        with pytest.raises(TypeError, match="b must hold real numbers"):
            logsumexp(Z, b=1j)
        with pytest.raises(
            ValueError, match=r"b must broadcast to the logits' shape \(3, 4\), but its shape is \(2,\)"
        ):
            logsumexp(Z, b=[1, 2])
