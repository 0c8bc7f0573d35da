"""The cross-entropy against its definition, the values of PyTorch, and its documented bound."""

import definitions
import mpmath
import numpy as np
import pytest
from bounds import DTYPES, ON_FAMILIES
from definitions import LABELS, LOGITS, REDUCTIONS, TARGETS, WEIGHT, exact_losses
from hypothesis import given
from hypothesis import strategies as st
from strategies import matrices, rows, samples

from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import to_mpf, ulps
from softmax_lib import (
    cross_entropy,
    cross_entropy_grad,
    log_softmax,
    softmax,
)


class TestCrossEntropy:
    @pytest.mark.parametrize(
        ("targets", "arguments", "mean", "total", "each"),
        [
            (
                LABELS,
                {},
                6.15722759437344,
                24.62891037749376,
                [0.4643687841079449, 3.0658839037574293, 1.0986122886681098, 20.00004540096028],
            ),
            (
                TARGETS,
                {},
                5.53223894461351,
                22.12895577845404,
                [0.9643687841079449, 0.06588390375742911, 1.0986122886681098, 20.000090801920557],
            ),
            (
                LABELS,
                {"weight": WEIGHT},
                2.7319637651898727,
                16.391782591139236,
                [0.4643687841079449, 1.5329419518787146, 4.394449154672439, 10.00002270048014],
            ),
            (
                LABELS,
                {"weight": WEIGHT, "ignore_index": 2, "label_smoothing": 0.1},
                6.480744037885744,
                12.961488075771488,
                [0.7197328494502737, 1.5750598057130385, 0.0, 10.666695420608175],
            ),
            (
                TARGETS,
                {"weight": WEIGHT, "label_smoothing": 0.1},
                3.6161393751257225,
                14.46455750050289,
                [0.8402498730259861, 0.43259410254894015, 2.5249772434555386, 10.666736281472426],
            ),
        ],
    )
    def test_values_of_pytorch(self, targets, arguments, mean, total, each):
        # torch.nn.functional.cross_entropy of PyTorch 2.13.0 in float64.
        np.testing.assert_allclose(cross_entropy(LOGITS, targets, **arguments), mean, rtol=1e-14)
        np.testing.assert_allclose(cross_entropy(LOGITS, targets, reduction="sum", **arguments), total, rtol=1e-14)
        losses = cross_entropy(LOGITS, targets, reduction="none", **arguments)
        np.testing.assert_allclose(losses, each, rtol=1e-14)

    @given(rows(), st.data())
    def test_error_is_within_the_documented_bound(self, z, data):
        label = data.draw(st.integers(0, len(z) - 1))
        true = -reference.log_softmax(z)[label]
        assert ulps(cross_entropy(z, label), true, z.dtype) <= ON_FAMILIES["cross_entropy"][z.dtype.type]

    @given(samples)
    def test_follows_the_definition(self, drawn):
        logits, (targets, arguments) = drawn
        losses, divisor = exact_losses(logits, targets, **arguments)
        each = cross_entropy(logits, targets, reduction="none", **arguments)
        np.testing.assert_allclose(each, np.array(losses, float), rtol=1e-12, atol=1e-12)
        total = float(mpmath.fsum(losses))
        summed = cross_entropy(logits, targets, reduction="sum", **arguments)
        np.testing.assert_allclose(summed, total, rtol=1e-12, atol=1e-12)
        mean = cross_entropy(logits, targets, **arguments)
        if divisor:
            np.testing.assert_allclose(mean, total / float(divisor), rtol=1e-12, atol=1e-12)
        else:
            assert np.isnan(mean)

    @pytest.mark.parametrize("axis", [0, 1, 2, -2])
    def test_class_axis(self, axis):
        z = np.random.default_rng(0).normal(0, 3, (3, 4, 5))
        labels = np.random.default_rng(1).integers(0, 3, np.delete(z.shape, axis))
        last = np.moveaxis(z, axis, -1)
        expected = -np.take_along_axis(log_softmax(last), labels[..., None], -1)[..., 0]
        np.testing.assert_allclose(cross_entropy(z, labels, axis=axis, reduction="none"), expected, rtol=1e-14)

    def test_several_class_axes_count_in_c_order(self):
        z = np.random.default_rng(0).normal(0, 3, (3, 4, 5))
        labels = np.array([0, 7, 14, 3])
        flat = np.moveaxis(z, 1, 0).reshape(4, 15)
        np.testing.assert_allclose(cross_entropy(z, labels, axis=(0, 2)), cross_entropy(flat, labels))

    @pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
    def test_labels_of_any_integer_type(self, dtype):
        assert cross_entropy(LOGITS, LABELS.astype(dtype)) == cross_entropy(LOGITS, LABELS)
        ignored = cross_entropy(LOGITS, LABELS.astype(dtype), ignore_index=-100)
        assert ignored == cross_entropy(LOGITS, LABELS)

    def test_label_above_int8_does_not_wrap(self):
        z = np.zeros(300)
        z[255] = 5.0
        assert cross_entropy(z, np.uint8(255)) == cross_entropy(z, 255) < 4

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_probabilities_of_another_floating_type(self, dtype):
        loss = cross_entropy(LOGITS.astype(dtype), TARGETS)
        assert loss.dtype == dtype
        np.testing.assert_allclose(float(loss), cross_entropy(LOGITS, TARGETS), rtol=4 * float(np.finfo(dtype).eps))

    def test_probabilities_need_not_add_up_to_one(self):
        np.testing.assert_allclose(cross_entropy(LOGITS, 3 * TARGETS), 3 * cross_entropy(LOGITS, TARGETS))

    @pytest.mark.parametrize("targets", [LABELS, TARGETS - 0.4], ids=["labels", "probabilities"])
    def test_negative_weights_and_probabilities_are_taken_as_they_are(self, targets):
        weight = np.array([-1.0, 0.5, 2.0])
        losses, divisor = exact_losses(LOGITS, targets, weight=weight)
        expected = float(mpmath.fsum(losses) / divisor)
        np.testing.assert_allclose(cross_entropy(LOGITS, targets, weight=weight), expected, rtol=1e-14)

    @pytest.mark.parametrize("targets", [LABELS, TARGETS], ids=["labels", "probabilities"])
    @pytest.mark.parametrize("options", [{}, {"weight": WEIGHT / 3}, {"label_smoothing": 0.1}])
    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
    def test_digits_of_the_mean(self, dtype, options, targets):
        z = LOGITS[:3].astype(dtype)
        losses, divisor = exact_losses(z, targets[:3], **options)
        assert ulps(cross_entropy(z, targets[:3], **options), mpmath.fsum(losses) / divisor, dtype) <= 4

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_smoothed_probabilities_of_a_narrow_type(self, dtype):
        z, targets = np.zeros((1, 3000)), np.eye(1, 3000, dtype=dtype)
        z[0, 0] = 12
        expected = definitions.cross_entropy(z, targets.astype(float), label_smoothing=0.1)
        np.testing.assert_allclose(cross_entropy(z, targets, label_smoothing=0.1), float(expected), rtol=1e-14)

    @given(matrices())
    def test_one_hot_targets_equal_labels(self, z):
        labels = np.arange(len(z)) % z.shape[1]
        one_hot = np.eye(z.shape[1])[labels]
        for reduction in REDUCTIONS:
            by_label = cross_entropy(z, labels, reduction=reduction)
            np.testing.assert_allclose(cross_entropy(z, one_hot, reduction=reduction), by_label, rtol=1e-13)

    def test_all_ignored(self):
        arguments = {"targets": [-1, -1, -1, -1], "ignore_index": -1}
        assert np.isnan(cross_entropy(LOGITS, **arguments))
        assert cross_entropy(LOGITS, reduction="sum", **arguments) == 0
        np.testing.assert_array_equal(cross_entropy(LOGITS, reduction="none", **arguments), np.zeros(4))

    @pytest.mark.parametrize("smoothing", [0, 0.1, 1])
    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_ignored_samples_do_not_count_even_where_they_are_not_finite(self, bad, smoothing):
        z = LOGITS.copy()
        z[2] = bad
        kept, options = (np.delete(z, 2, axis=0), np.delete(LABELS, 2)), {"label_smoothing": smoothing}
        for reduction in REDUCTIONS:
            some, all_kept = options | {"ignore_index": 2, "reduction": reduction}, options | {"reduction": reduction}
            losses = cross_entropy(z, LABELS, **some)
            losses = np.delete(losses, 2) if reduction == "none" else losses
            np.testing.assert_allclose(losses, cross_entropy(*kept, **all_kept))
            gradient = cross_entropy_grad(z, LABELS, **some)
            np.testing.assert_array_equal(gradient[2], np.zeros(3))
            np.testing.assert_allclose(np.delete(gradient, 2, axis=0), cross_entropy_grad(*kept, **all_kept))

    @pytest.mark.parametrize("integer", [np.int64, np.int16, np.uint8])
    def test_options_may_be_numbers_of_numpy(self, integer):
        expected = cross_entropy(LOGITS, LABELS, ignore_index=2)
        assert cross_entropy(LOGITS, LABELS, ignore_index=integer(2)) == expected
        for smoothing in (0, 1):
            expected = cross_entropy(LOGITS, LABELS, label_smoothing=float(smoothing))
            assert cross_entropy(LOGITS, LABELS, label_smoothing=smoothing) == expected
            assert cross_entropy(LOGITS, LABELS, label_smoothing=integer(smoothing)) == expected
        quarter = cross_entropy(LOGITS, LABELS, label_smoothing=0.25)
        for dtype in (*DTYPES, np.longdouble):
            assert cross_entropy(LOGITS, LABELS, label_smoothing=dtype(0.25)) == quarter

    def test_ignore_index_may_be_a_class(self):
        losses = cross_entropy(LOGITS, LABELS, ignore_index=1, reduction="none")
        assert losses[1] == losses[3] == 0 < losses[0]

    def test_impossible_class_that_does_not_count_costs_nothing(self):
        z = [0.0, -np.inf]
        assert cross_entropy(z, 0) == 0
        assert cross_entropy(z, [1.0, 0.0]) == 0
        assert cross_entropy(z, 1) == cross_entropy(z, 0, label_smoothing=0.1) == np.inf
        assert cross_entropy(z, 0, label_smoothing=0.1, weight=[1.0, 0.0]) == 0
        assert cross_entropy(z, 1, weight=[1.0, 0.0], reduction="sum") == 0
        assert cross_entropy(z, 1, weight=[0.0, 1.0], reduction="sum") == np.inf
        assert cross_entropy([z, z], [1, 0], weight=[1.0, 0.0], reduction="sum") == 0

    @pytest.mark.parametrize("row", [[np.nan, 1.0], [np.inf, 1.0], [-np.inf, -np.inf]])
    def test_rows_without_a_softmax_are_nan(self, row):
        assert np.isnan(cross_entropy(row, 0))
        assert np.isnan(cross_entropy_grad(row, 0)).all()

    def test_nan_targets_and_weights_give_nan(self):
        assert np.isnan(cross_entropy(LOGITS, np.full_like(TARGETS, np.nan)))
        assert np.isnan(cross_entropy(LOGITS, LABELS, weight=[np.nan, 1, 1]))

    def test_large_finite_logits(self):
        assert cross_entropy([1e308, -1e308], 0) == 0
        assert cross_entropy([1e308, 0.0], 1) == 1e308
        assert cross_entropy([1e308, -1e308], 1) == np.inf
        assert cross_entropy([1e308, -1e308], [0.75, 0.25]) == 0.5e308
        np.testing.assert_allclose(cross_entropy([[1e308, -1e308], [0, 0]], [1, 0], weight=[1.0, 1e-10]), 2e298)

    def test_infinite_losses_beside_sums_that_overflow(self):
        z = np.array([[1.7e308, -1.7e308, -np.inf]] * 3)
        q = np.array([[0.75, 0.25, 0.0], [0.75, 0.125, 0.125], [0.5, 0.5, 0.0]])
        np.testing.assert_allclose(cross_entropy(z, q, reduction="none"), [0.85e308, np.inf, 1.7e308])

    @pytest.mark.parametrize(("z", "tail"), [([745.0, 0.0], 5e-324), ([740.0, 0.0], 4.2e-322)])
    def test_subnormal_losses_are_off_by_the_smallest_number_at_most(self, z, tail):
        assert abs(cross_entropy(z, 0) - tail) <= 5e-324
        assert abs(-log_softmax(z)[0] - tail) <= 5e-324

    def test_no_samples(self):
        no_logits, no_labels = np.zeros((0, 3)), np.zeros(0, int)
        assert np.isnan(cross_entropy(no_logits, no_labels))
        assert cross_entropy(no_logits, no_labels, reduction="sum") == 0
        assert cross_entropy_grad(no_logits, no_labels).shape == (0, 3)

    @pytest.mark.parametrize("targets", [[], np.zeros((0, 3))], ids=["labels", "probabilities"])
    def test_no_samples_and_targets_of_no_integer_type(self, targets):
        """An empty list is an array of floats."""
        no_logits, weight = np.zeros((0, 3)), np.ones(3)
        assert cross_entropy(no_logits, targets, reduction="sum") == 0
        assert np.isnan(cross_entropy(no_logits, targets, weight=weight))
        assert cross_entropy_grad(no_logits, targets, weight=weight).shape == (0, 3)


@pytest.mark.parametrize("offset", [0, 500, 1000, -1000])
def test_losses_far_from_zero_keep_their_digits(offset):
    """The logarithm of the sum is large beside the loss, so what it rounds off counts."""
    z = offset + np.random.default_rng(0).normal(size=(12, 100))
    losses = cross_entropy(z, np.arange(12), reduction="none")
    for row, label, loss in zip(z, range(12), losses, strict=True):
        largest, _, tail = reference.exponentials(row)
        true = to_mpf(row[largest]) - to_mpf(row[label]) + mpmath.log1p(tail)
        assert ulps(loss, true, np.float64) <= ON_FAMILIES["cross_entropy"][np.float64]


@pytest.mark.parametrize("n", [129, 257])
def test_a_class_left_over_by_the_groups_counts(n):
    """Sums are computed in groups of 128 at most, products in groups of 256."""
    np.testing.assert_allclose(cross_entropy(np.zeros(n), 0), np.log(n), rtol=1e-14)
    np.testing.assert_allclose(cross_entropy(np.zeros((1, n)), np.eye(n)[-1:]), np.log(n), rtol=1e-14)
    np.testing.assert_allclose(softmax(np.zeros(n)), 1 / n, rtol=1e-14)
