"""The cross-entropy of yes-or-no questions, its gradient, and what they refuse."""

import definitions
import mpmath
import numpy as np
import pytest
from bounds import DTYPES, ON_FAMILIES
from definitions import REDUCTIONS
from hypothesis import given
from hypothesis import strategies as st
from strategies import floats

import softmax_lib
from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import ulps
from softmax_lib import binary_cross_entropy, binary_cross_entropy_grad, cross_entropy

both_functions = pytest.mark.parametrize("function", [binary_cross_entropy, binary_cross_entropy_grad])

X = np.array([[0.5, -2.0], [3.0, -40.0], [0.0, 800.0]])
Y = np.array([[1.0, 0.0], [0.0, 1.0], [0.25, 1.0]])
POS_WEIGHT = {"pos_weight": [3.0, 0.25]}
BINARY_WEIGHT = {"weight": [2.0, 0.5]}


class TestBinaryCrossEntropy:
    @pytest.mark.parametrize(
        ("arguments", "mean", "each"),
        [
            (
                {},
                7.390456587892795,
                [0.4740769841801067, 0.1269280110429727, 3.048587351573742, 40, 0.6931471805599453, 0],
            ),
            (
                BINARY_WEIGHT,
                4.749181173024845,
                [0.9481539683602134, 0.06346400552148634, 6.097174703147484, 20, 1.3862943611198906, 0],
            ),
            (
                POS_WEIGHT,
                2.6062445143328254,
                [1.42223095254032, 0.1269280110429727, 3.048587351573742, 10, 1.0397207708399179, 0],
            ),
        ],
    )
    def test_values_of_pytorch(self, arguments, mean, each):
        # torch.nn.functional.binary_cross_entropy_with_logits of PyTorch 2.13.0 in float64.
        losses = binary_cross_entropy(X, Y, reduction="none", **arguments)
        np.testing.assert_allclose(losses.ravel(), each, rtol=1e-14)
        np.testing.assert_allclose(binary_cross_entropy(X, Y, **arguments), mean, rtol=1e-14)
        np.testing.assert_allclose(binary_cross_entropy(X, Y, reduction="sum", **arguments), 6 * mean, rtol=1e-14)

    @given(st.sampled_from(DTYPES), st.sampled_from([0, 1]), st.data())
    def test_error_is_within_the_documented_bound(self, dtype, y, data):
        x = dtype(data.draw(floats(dtype)))
        true = -reference.log_sigmoid(x if y else -x)
        assert ulps(binary_cross_entropy(x, y), true, dtype) <= ON_FAMILIES["binary_cross_entropy"][dtype]

    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
    @pytest.mark.parametrize(
        ("x", "y", "loss"),
        [
            (np.inf, 1, 0),
            (-np.inf, 0, 0),
            (np.inf, 0, np.inf),
            (-np.inf, 1, np.inf),
            (np.inf, 0.5, np.inf),
            (np.nan, 0, np.nan),
            (np.nan, 1, np.nan),
        ],
    )
    def test_infinite_logits(self, dtype, x, y, loss):
        np.testing.assert_array_equal(binary_cross_entropy(dtype(x), y), dtype(loss))

    def test_two_classes_are_one(self):
        z = np.random.default_rng(0).normal(0, 5, (50, 2))
        labels = np.random.default_rng(1).integers(0, 2, 50)
        np.testing.assert_allclose(
            binary_cross_entropy(z[:, 1] - z[:, 0], labels), cross_entropy(z, labels), rtol=1e-14
        )

    @pytest.mark.parametrize(("x", "y"), [(-np.inf, 1), (np.inf, 0), (-np.inf, 0.5), (np.inf, 0.5)])
    def test_weight_0_of_an_infinite_loss_counts_as_0(self, x, y):
        assert binary_cross_entropy([x, 0.0], [y, 1.0], weight=[0.0, 1.0], reduction="sum") == np.log(2)

    def test_pos_weight_0_of_an_infinite_loss_counts_as_0(self):
        losses = binary_cross_entropy([-np.inf, 0.0], [1.0, 1.0], pos_weight=[0.0, 1.0], reduction="none")
        np.testing.assert_array_equal(losses, [0, np.log(2)])

    def test_targets_and_weights_beyond_0_and_1_are_taken_as_they_are(self):
        y, weight, pos_weight = (
            np.array([[-0.5, 1.5], [2.0, -3.0], [0.5, 7.0]]),
            np.array([-2.0, 0.5]),
            np.array([3, -1]),
        )
        for function in ("binary_cross_entropy", "binary_cross_entropy_grad"):
            options = {"weight": weight, "pos_weight": pos_weight, "reduction": "none"}
            results = getattr(softmax_lib, function)(X / 10, y, **options)
            expected = getattr(definitions, function)(X / 10, y, **options)
            np.testing.assert_allclose(results, expected.astype(float), rtol=1e-13)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
    def test_digits_of_the_mean(self, dtype):
        x = dtype([0.5, -2, 3])
        losses = [
            mpmath.mpf(-0.1) * reference.log_sigmoid(v) - (1 - mpmath.mpf(0.1)) * reference.log_sigmoid(-v) for v in x
        ]
        mean = binary_cross_entropy(x, np.full(3, 0.1))
        assert ulps(mean, mpmath.fsum(losses) / 3, dtype) <= 3

    def test_kinds_of_targets(self):
        expected = binary_cross_entropy(X, (Y > 0.5).astype(float))
        assert binary_cross_entropy(X, Y > 0.5) == binary_cross_entropy(X, (Y > 0.5).astype(np.int8)) == expected

    def test_weight_is_broadcast_to_the_logits(self):
        full = np.broadcast_to([[1.0], [2.0], [0.0]], X.shape)
        assert binary_cross_entropy(X, Y, weight=full[:, :1]) == binary_cross_entropy(X, Y, weight=full)
        assert binary_cross_entropy(X, Y, weight=2.0) == 2 * binary_cross_entropy(X, Y)

    def test_no_logits(self):
        assert np.isnan(binary_cross_entropy([], []))
        assert binary_cross_entropy([], [], reduction="sum") == 0


class TestBinaryCrossEntropyGrad:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"reduction": "sum"}, [0.9525741268224334, -1.0]),
            ({}, [0.15876235447040557, -0.16666666666666666]),
            (BINARY_WEIGHT, [0.31752470894081114, -0.08333333333333333]),
            (POS_WEIGHT, [0.15876235447040557, -0.041666666666666664]),
        ],
    )
    def test_values_of_pytorch(self, arguments, expected):
        # The second row of the gradient by PyTorch 2.13.0's autograd in float64.
        np.testing.assert_allclose(binary_cross_entropy_grad(X, Y, **arguments)[1], expected, rtol=1e-14)

    @given(st.sampled_from(DTYPES), st.sampled_from([0, 1]), st.data())
    def test_error_is_within_the_documented_bound(self, dtype, y, data):
        x = dtype(data.draw(floats(dtype)))
        true = -reference.sigmoid(-x) if y else reference.sigmoid(x)
        assert ulps(binary_cross_entropy_grad(x, y), true, dtype) <= ON_FAMILIES["binary_cross_entropy_grad"][dtype]

    @pytest.mark.parametrize("reduction", REDUCTIONS)
    def test_finite_differences(self, reduction):
        rng = np.random.default_rng(0)
        x, y, step = rng.normal(0, 3, (4, 3)), rng.random((4, 3)), 1e-5
        arguments = {"weight": rng.random((4, 1)), "pos_weight": rng.random(3), "reduction": reduction}
        gradient = binary_cross_entropy_grad(x, y, **arguments)
        for index in np.ndindex(x.shape):
            move = np.zeros_like(x)
            move[index] = step
            above, below = (binary_cross_entropy(x + sign * move, y, **arguments) for sign in (1, -1))
            np.testing.assert_allclose(gradient[index], np.sum(above - below) / (2 * step), atol=1e-8)

    def test_infinite_logits(self):
        gradient = binary_cross_entropy_grad([np.inf, np.inf, -np.inf, -np.inf], [0, 1, 0, 1], reduction="none")
        np.testing.assert_array_equal(gradient, [1, 0, 0, -1])

    def test_a_far_logit_leaves_others_alone(self):
        gradient = binary_cross_entropy_grad([-1000.0, 0.0, 1000.0], [1, 0, 1], reduction="none")
        np.testing.assert_array_equal(gradient, [-1, 0.5, 0])


@both_functions
class TestBinaryErrors:
    @pytest.mark.parametrize("shape", [(2,), (3, 1), (1, 2), ()])
    def test_targets_are_not_broadcast(self, function, shape):
        with pytest.raises(ValueError, match=r"targets must have the shape of logits \(3, 2\), but its shape is"):
            function(X, np.ones(shape))

    def test_targets_of_another_kind(self, function):
        with pytest.raises(TypeError, match="targets must hold real numbers, but its type is complex128"):
            function(X, Y + 1j)

    @pytest.mark.parametrize("shape", [(3,), (2, 3, 2), (2, 2)])
    def test_weight_that_does_not_broadcast(self, function, shape):
        message = r"weight must broadcast to the logits' shape \(3, 2\), but its shape is"
        with pytest.raises(ValueError, match=message):
            function(X, Y, weight=np.ones(shape))

    @pytest.mark.parametrize("shape", [(3,), (3, 2), (3, 1)])
    def test_pos_weight_is_one_entry_an_index_of_the_last_axis(self, function, shape):
        with pytest.raises(ValueError, match=r"pos_weight must broadcast to the last axis \(2,\), but its shape is"):
            function(X, Y, pos_weight=np.ones(shape))

    @pytest.mark.parametrize("reduction", ["average", None])
    def test_unknown_reduction(self, function, reduction):
        with pytest.raises(ValueError, match=f'reduction must be "mean", "sum" or "none", but it is {reduction!r}'):
            function(X, Y, reduction=reduction)


def test_pos_weight_follows_the_last_of_several_axes():
    z, y = np.random.default_rng(0).normal(size=(2, 4, 3)), np.ones((2, 4, 3))
    pos_weight = np.array([1.0, 2.0, 3.0])
    plain, weighted = (binary_cross_entropy(z, y, pos_weight=weight, reduction="none") for weight in (None, pos_weight))
    np.testing.assert_allclose(weighted, plain * pos_weight, rtol=1e-14)
    with pytest.raises(ValueError, match=r"pos_weight must broadcast to the last axis \(3,\), but"):
        binary_cross_entropy(z, y, pos_weight=np.ones((4, 3)))


@both_functions
@pytest.mark.parametrize("number", [0, 0.5, 2, 3])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_one_number_is_a_weight_of_all(function, number, reduction):
    z, y = X - 0.7, np.abs(Y - 0.2)
    for name, shape in {"weight": z.shape, "pos_weight": z.shape[-1:]}.items():
        one, each = (function(z, y, reduction=reduction, **{name: w}) for w in (number, np.full(shape, number)))
        np.testing.assert_allclose(one, each, rtol=1e-14)
