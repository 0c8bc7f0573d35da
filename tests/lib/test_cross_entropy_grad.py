"""The gradient of the cross-entropy against mpmath, autograd in PyTorch, and finite differences."""

import definitions
import numpy as np
import pytest
from bounds import DOCUMENTED, ON_FAMILIES
from definitions import LABELS, LOGITS, REDUCTIONS, TARGETS, WEIGHT, exact_gradients
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import matrices, rows, samples

import softmax_lib
from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import to_mpf, ulps
from softmax_lib import cross_entropy, cross_entropy_grad, softmax


class TestCrossEntropyGrad:
    @pytest.mark.parametrize(
        ("targets", "arguments", "expected"),
        [
            (LABELS, {"reduction": "sum"}, [0.017147825545520388, -0.9533873774220261, 0.9362395518765058]),
            (LABELS, {}, [0.004286956386380097, -0.23834684435550652, 0.23405988796912644]),
            (TARGETS, {}, [0.004286956386380097, 0.011653155644493473, -0.01594011203087356]),
            (LABELS, {"weight": WEIGHT}, [0.001428985462126699, -0.07944894811850217, 0.07801996265637548]),
            (
                LABELS,
                {"weight": WEIGHT, "ignore_index": 2, "label_smoothing": 0.1},
                [-0.01123652191058521, -0.21857266951697493, 0.22980919142756015],
            ),
            (
                TARGETS,
                {"weight": WEIGHT, "label_smoothing": 0.1},
                [0.0078856516618047, 0.03992110552166697, -0.04780675718347168],
            ),
        ],
    )
    def test_values_of_pytorch(self, targets, arguments, expected):
        # The second row of the gradient by PyTorch 2.13.0's autograd in float64.
        np.testing.assert_allclose(cross_entropy_grad(LOGITS, targets, **arguments)[1], expected, rtol=1e-13)

    @given(rows(), st.data())
    def test_error_is_within_the_documented_bound(self, z, data):
        label = data.draw(st.integers(0, len(z) - 1))
        for i, (result, p) in enumerate(zip(cross_entropy_grad(z, label), reference.softmax(z), strict=True)):
            true = -reference.one_minus_p(z, label) if i == label else p
            assert ulps(result, true, z.dtype) <= ON_FAMILIES["cross_entropy_grad"][z.dtype.type]

    @given(samples)
    def test_follows_the_definition(self, drawn):
        logits, (targets, arguments) = drawn
        gradients, divisor = exact_gradients(logits, targets, **arguments)
        expected = gradients.astype(float)
        for reduction in ("none", "sum"):
            gradient = cross_entropy_grad(logits, targets, reduction=reduction, **arguments)
            np.testing.assert_allclose(gradient, expected, rtol=1e-13, atol=1e-13)
        if divisor:
            mean = cross_entropy_grad(logits, targets, **arguments)
            np.testing.assert_allclose(mean, expected / float(divisor), rtol=1e-12, atol=1e-13 / float(divisor))

    @settings(max_examples=50)
    @given(samples)
    def test_finite_differences(self, drawn):
        """The gradient fits the loss; how well, the definition tells."""
        logits, (targets, arguments) = drawn
        gradient = cross_entropy_grad(logits, targets, reduction="sum", **arguments)
        step = 1e-4
        for column in range(logits.shape[1]):
            move = step * np.eye(1, logits.shape[1], column)
            above, below = (
                cross_entropy(logits + sign * move, targets, reduction="none", **arguments) for sign in (1, -1)
            )
            np.testing.assert_allclose(gradient[:, column], (above - below) / (2 * step), rtol=1e-7, atol=1e-7)

    @pytest.mark.parametrize("targets", [LABELS, TARGETS], ids=["labels", "probabilities"])
    @pytest.mark.parametrize("options", [{}, {"weight": WEIGHT / 3}, {"label_smoothing": 0.1}])
    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
    def test_digits_of_the_mean(self, dtype, options, targets):
        z = LOGITS[:3].astype(dtype)
        gradients, divisor = exact_gradients(z, targets[:3], **options)
        actual = cross_entropy_grad(z, targets[:3], **options)
        for result, true in zip(actual.ravel(), (gradients / divisor).ravel(), strict=True):
            assert abs(to_mpf(result) - true) <= 4 * to_mpf(np.finfo(dtype).eps)

    def test_small_shares_of_large_sums(self):
        """A share divided by a sum of exponentials near the largest float would be subnormal."""
        for dtype, size, weight in ((np.float32, 80, 1e-8), (np.float64, 600, 1e-200)):
            z = np.full((2, 3), size, dtype)
            gradient = cross_entropy_grad(z, [0, 1], weight=[weight] * 3, reduction="sum")
            expected = weight * np.array([[-2, 1, 1], [1, -2, 1]]) / 3
            np.testing.assert_allclose(gradient, expected, rtol=8 * float(np.finfo(dtype).eps))

    @given(matrices())
    def test_is_predicted_minus_true(self, z):
        labels = np.arange(len(z)) % z.shape[1]
        gradient = cross_entropy_grad(z, labels, reduction="sum")
        np.testing.assert_allclose(gradient, softmax(z) - np.eye(z.shape[1])[labels], atol=1e-15)

    def test_of_smoothed_labels_of_a_row_in_several_pieces(self):
        z = np.random.default_rng(0).normal(0, 3, (1, 600_000))
        options = {"targets": np.array([7]), "label_smoothing": 0.1}
        for function in ("cross_entropy", "cross_entropy_grad"):
            expected = getattr(definitions, function)(z, **options).astype(float)
            np.testing.assert_allclose(getattr(softmax_lib, function)(z, **options), expected, rtol=1e-13, atol=1e-19)

    def test_of_one_row_whose_other_exponentials_are_subnormal(self):
        z = np.array([[0, -100], [0, -1]], np.float32)
        gradient = cross_entropy_grad(z, [0, 0], weight=[1e20, 1], reduction="sum")
        np.testing.assert_allclose(gradient[0, 0], -1e20 * np.exp(-100.0), rtol=1e-6)

    def test_of_many_strided_rows(self):
        """So many that their classes come in two pieces."""
        rng = np.random.default_rng(0)
        z, labels = rng.normal(0, 5, (100, 100, 64)), rng.integers(0, 64, (100, 100))
        gradient = cross_entropy_grad(np.moveaxis(z, -1, 0).copy(), labels, axis=0)
        expected = definitions.cross_entropy_grad(z, labels).astype(float)
        np.testing.assert_allclose(np.moveaxis(gradient, 0, -1), expected, rtol=1e-13)

    def test_all_ignored(self):
        for reduction in REDUCTIONS:
            gradient = cross_entropy_grad(LOGITS, np.full(4, -1), ignore_index=-1, reduction=reduction)
            np.testing.assert_array_equal(gradient, np.zeros((4, 3)))


LONG_ROWS = {
    "contiguous": lambda z: z,
    "strided": lambda z: np.repeat(z, 2, axis=1)[:, ::2],
    "reversed classes": lambda z: z[:, ::-1].copy()[:, ::-1],
    "big-endian": lambda z: z.astype(z.dtype.newbyteorder(">")),
    "two axes of classes": lambda z: z.reshape(2, 1000, -1).transpose(1, 0, 2).copy().transpose(1, 0, 2),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
class TestRowsOfMoreThanFourBlocks:
    """Those that are contiguous in memory, and need no other type, are computed where they are."""

    @pytest.fixture
    def z(self, dtype):
        n = {np.float16: 1_100_000, np.float32: 1_100_000, np.float64: 550_000}[dtype]
        return np.random.default_rng(0).normal(0, 2, (2, n)).astype(dtype)

    @pytest.mark.parametrize("layout", LONG_ROWS)
    def test_in_any_layout(self, z, layout):
        view = LONG_ROWS[layout](z)
        gradient = cross_entropy_grad(view, [7, 7], axis=tuple(range(1, view.ndim)), reduction="sum")
        assert_within(gradient.reshape(z.shape), z)

    @pytest.mark.parametrize("layout", ["contiguous", "strided"])
    def test_into_any_layout(self, z, layout):
        for result in map(np.empty_like, (z, z.T.copy().T)):
            out = LONG_ROWS[layout](result)
            cross_entropy_grad(z, [7, 7], out=out, reduction="sum")
            assert_within(out, z)

    def test_of_confident_predictions(self, z):
        z[:, 7] = 60
        assert_within(cross_entropy_grad(z, [7, 7], reduction="sum"), z)


def assert_within(gradient, z):
    expected = definitions.cross_entropy_grad(z.astype(np.float64), np.array([7, 7]), reduction="sum")
    assert definitions.largest_error(gradient, expected) <= DOCUMENTED["cross_entropy_grad"][gradient.dtype.type]
