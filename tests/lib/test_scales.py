"""Gradients, weights and targets keep their digits at every scale."""

import definitions
import numpy as np
import pytest

from softmax_lib import (
    binary_cross_entropy,
    cross_entropy,
    cross_entropy_grad,
    log_softmax,
    logsumexp,
    softmax,
    softmax_vjp,
)

TWO_THIRDS = [-2 / 3, 1 / 3, 1 / 3]


class TestGradientsOfLabels:
    @pytest.mark.parametrize(("logit", "dtype", "samples"), [(85.5, "f4", 10**6), (86, "f4", 1000), (705, "f8", 10**6)])
    def test_mean_of_many_samples(self, logit, dtype, samples):
        gradient = cross_entropy_grad(np.full((samples, 3), logit, dtype), np.zeros(samples, int))
        np.testing.assert_allclose(gradient[0] * samples, TWO_THIRDS, rtol=9 * np.finfo(dtype).eps)

    @pytest.mark.parametrize(("logit", "weight", "dtype"), [(80, 1e-8, "f4"), (600, 1e-200, "f8"), (0, 1.5e308, "f8")])
    def test_weights(self, logit, weight, dtype):
        z = np.full((2, 3), logit, dtype)
        gradient = cross_entropy_grad(z, [0, 0], weight=[weight] * 3, reduction="sum")
        np.testing.assert_allclose(gradient[0] / weight, TWO_THIRDS, rtol=9 * np.finfo(dtype).eps)

    @pytest.mark.parametrize("weight", [1, 100])
    @pytest.mark.parametrize(("low", "dtype"), [(-87.3, "f4"), (-708.3, "f8")])
    def test_of_exponentials_hardly_above_the_smallest_normal_number(self, low, dtype, weight):
        """None is subnormal, so beside a row of ordinary logits theirs is not shifted."""
        z = np.array([[0, 0], [low, low]], dtype)
        gradient = cross_entropy_grad(z, [0, 0], weight=[weight] * 2, reduction="sum")
        np.testing.assert_allclose(gradient / weight, [[-0.5, 0.5]] * 2, rtol=9 * np.finfo(dtype).eps)

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    def test_at_likely_labels(self, dtype):
        z, labels = np.random.default_rng(0).normal(size=(40, 3)).astype(dtype), np.zeros(40, int)
        z[:, 0] += np.arange(5, 45, dtype=dtype)
        expected = definitions.cross_entropy_grad(z, labels, reduction="sum").astype(float)
        gradient = cross_entropy_grad(z, labels, reduction="sum")
        np.testing.assert_allclose(gradient, expected, rtol=9 * np.finfo(dtype).eps)

    @pytest.mark.parametrize(
        ("low", "n", "dtype", "eps"),
        [(-104, 100_000, "f4", 0), (-103, 1000, "f4", 0), (-92, 10_000, "f4", 9), (-745.5, 1000, "f8", 0)],
    )
    @pytest.mark.parametrize("order", ["C", "F"])
    def test_at_a_label_beside_exponentials_that_are_subnormal(self, low, n, dtype, eps, order):
        z = np.full((2, n), low, dtype, order=order)
        z[:, 0] = 0
        tail = (n - 1) * np.exp(np.longdouble(z[0, 1]))
        step, rtol = np.finfo(dtype).smallest_subnormal, eps * np.finfo(dtype).eps
        np.testing.assert_allclose(cross_entropy_grad(z, [0, 0], reduction="sum")[:, 0], -tail, rtol, atol=step)
        losses = cross_entropy(z, [0, 0], reduction="none")
        np.testing.assert_allclose(losses, tail, rtol, atol=2 * step)  # the sum of two halves
        np.testing.assert_allclose(log_softmax(z)[:, 0], -tail, rtol, atol=step)

    @pytest.mark.parametrize("weight", [0, 1, 2])
    def test_at_a_likely_label_of_a_row_in_several_pieces(self, weight):
        z = np.zeros(600_000)
        z[-1] = 14
        gradient = cross_entropy_grad(z, len(z) - 1, weight=np.full(len(z), weight), reduction="sum")
        tail = (len(z) - 1) * np.exp(-14)
        expected = weight * np.array([np.exp(-14), -tail]) / (1 + tail)
        np.testing.assert_allclose(gradient[[0, -1]], expected, rtol=1e-13)

    def test_of_one_class_is_positive_zero(self):
        assert not np.signbit(cross_entropy_grad([[5.0]], [0]))


class TestGradientsOfProbabilities:
    @pytest.mark.parametrize("small", [1e-12, 1e-17, 1e-30])
    def test_do_not_cancel(self, small):
        gradient = cross_entropy_grad([[60.0, 0.0]], [[1.0, small]], reduction="sum")[0]
        expected = small - np.exp(-60.0)
        np.testing.assert_allclose(gradient, [expected, -expected], rtol=1e-14)

    @pytest.mark.parametrize("dtype", ["f2", "f4"])
    def test_narrow_targets_are_smoothed_in_a_wide_type(self, dtype):
        z = np.zeros((1, 256_000), np.float32)
        z[0, 0] = 12
        q = np.zeros(z.shape, dtype)
        q[0, 0] = 1
        np.testing.assert_allclose(cross_entropy(z, q, label_smoothing=0.1), 2.1450338, rtol=1e-6)
        expected = cross_entropy([[1.0, 2.0, 3.0]], np.array([[0.0, 1.0, 0.0]]), label_smoothing=0.1)
        actual = cross_entropy([[1.0, 2.0, 3.0]], np.array([[0, 1, 0]], dtype), label_smoothing=0.1)
        assert actual == expected


class TestWeightsWhoseSumOverflows:
    def test_mean(self):
        z = np.zeros((20, 2))
        np.testing.assert_allclose(cross_entropy(z, [0] * 20, weight=[1e308, 1e308]), np.log(2), rtol=1e-14)
        gradient = cross_entropy_grad(z, [0] * 20, weight=[1e308, 1e308])
        np.testing.assert_allclose(gradient, [[-1 / 40, 1 / 40]] * 20, rtol=1e-14)

    def test_weights_of_very_different_scale(self):
        # mpmath, 60 digits.
        z, weight = [[0.0, -300.0], [0.0, -300.0]], [1e-300, 1e300]
        np.testing.assert_allclose(cross_entropy(z, [0, 0], weight=weight), 5.148200222412013e-131, rtol=1e-13)

    def test_binary(self):
        loss = binary_cross_entropy([0.0], [0], weight=1e200, pos_weight=1e200, reduction="sum")
        np.testing.assert_allclose(loss, 1e200 * np.log(2), rtol=1e-15)


class TestVjp:
    def test_of_cotangents_whose_difference_overflows(self):
        gradient = softmax_vjp([0.0, np.log(9.0)], [1.7e308, -1.7e308])
        np.testing.assert_allclose(gradient, [3.06e307, -3.06e307], rtol=1e-14)

    @pytest.mark.parametrize(("low", "dtype", "g"), [(-103, "f4", 1e30), (-105, "f4", 1e30), (-745.5, "f8", 1e300)])
    def test_of_probabilities_that_underflow(self, low, dtype, g):
        gradient = softmax_vjp(np.array([0, low], dtype), np.array([0, g], dtype))
        expected = float(np.exp(np.longdouble(low)) * np.longdouble(np.dtype(dtype).type(g)))
        np.testing.assert_allclose(gradient[1], expected, rtol=1000 * np.finfo(dtype).eps)


class TestLogSumExpNextToZero:
    @pytest.mark.parametrize("lead", [20.0, 40.0, 300.0])
    def test_keeps_its_digits(self, lead):
        for z in ([0.0, -lead], [[-lead, 0.0]] * 2):
            np.testing.assert_allclose(logsumexp(z), np.log1p(np.exp(np.longdouble(-lead))), rtol=1e-15)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_negative_maximum(self, dtype):
        z = np.log(np.random.default_rng(0).dirichlet(np.ones(20), 500)).astype(dtype)
        wide = z.astype(np.longdouble)
        true = np.log(np.exp(wide).sum(axis=1))
        bound = 8 * (1 + np.abs(z.max(axis=1))) * np.finfo(dtype).eps / 2
        assert (np.abs(logsumexp(z) - true) <= bound).all()

    @pytest.mark.parametrize("n", [2, 20, 1_500_000])
    @pytest.mark.parametrize("above", [0.001, 0.02, -0.3])
    def test_maximum_and_log_of_the_sum_cancel_in_a_wider_type(self, n, above):
        z = np.full((2, n), above - np.log(n), np.float32)
        z[:, 0] += 0.125
        true = np.log(np.exp(z[0].astype(np.longdouble)).sum())
        np.testing.assert_allclose(logsumexp(z), true, rtol=3 * np.finfo(np.float32).eps)


@pytest.mark.parametrize("n", [2, 40, 300, 5000])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    ("dtype", "logit"),
    [
        ("f4", 85),
        ("f4", 88.5),
        ("f4", -103),
        ("f4", -87.5),
        ("f8", 705),
        ("f8", 709.5),
        ("f8", -740),
        ("f8", -708.5),
        ("f8", 1e6),
    ],
)
def test_equal_logits_whose_exponentials_are_very_large_or_small(n, order, dtype, logit):
    z = np.full((50, n), logit, dtype, order=order)
    np.testing.assert_allclose(softmax(z), 1 / n, rtol=9 * np.finfo(dtype).eps)
    np.testing.assert_allclose(log_softmax(z), -np.log(n), rtol=9 * np.finfo(dtype).eps)
    gradient = cross_entropy_grad(z, np.zeros(50, int), reduction="sum")
    expected = np.r_[1 / n - 1, np.full(n - 1, 1 / n)]
    np.testing.assert_allclose(gradient, np.tile(expected, (50, 1)), rtol=9 * np.finfo(dtype).eps)
