import mpmath
import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reference import DTYPES, GRADIENT, LOG_SOFTMAX, SIGMOID, rows

from softmax_book.accuracy import reference as exact_values
from softmax_book.accuracy.reference import to_mpf, ulps
from softmax_lib import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    cross_entropy,
    cross_entropy_grad,
    log_softmax,
    softmax,
)

LOGITS = np.array([[2.0, 1.0, 0.5], [-1.0, 0.0, 3.0], [0.25, 0.25, 0.25], [10.0, -10.0, 0.0]])
LABELS = np.array([0, 1, 2, 1])
TARGETS = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5], [1.0, 1.0, 0.0]])
WEIGHT = np.array([1.0, 0.5, 4.0])
REDUCTIONS = ["mean", "sum", "none"]

both_functions = pytest.mark.parametrize("function", [cross_entropy, cross_entropy_grad])
both_binary_functions = pytest.mark.parametrize("function", [binary_cross_entropy, binary_cross_entropy_grad])
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)

matrices = hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-30, 30))


@st.composite
def options(draw, matrix):
    """Draw targets of either kind and every option for a matrix of logits."""
    samples, classes = matrix.shape
    positive = st.floats(0, 4, width=16)
    arguments = {
        "weight": draw(st.none() | hnp.arrays(np.float64, classes, elements=positive)),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1, 1.0])),
    }
    if draw(st.booleans()):
        return draw(hnp.arrays(np.float64, matrix.shape, elements=positive)), arguments
    labels = draw(hnp.arrays(np.int64, samples, elements=st.integers(0, classes - 1)))
    return labels, arguments | {"ignore_index": draw(st.none() | st.just(0))}


def losses_by_definition(logits, targets, weight, label_smoothing, ignore_index=None):
    """Return each sample's loss and the mean's divisor, in loops over mpmath numbers."""
    classes = logits.shape[1]
    weight = np.ones(classes) if weight is None else weight
    smoothing = mpmath.mpf(label_smoothing)
    losses, divisor = [], 0.0
    for row, target in zip(logits, targets, strict=True):
        labelled = np.ndim(target) == 0
        if labelled and target == ignore_index:
            losses.append(mpmath.mpf(0))
            continue
        divisor += weight[target] if labelled else 1
        q = np.eye(classes)[target] if labelled else target
        losses.append(
            -mpmath.fsum(
                to_mpf(w) * ((1 - smoothing) * to_mpf(q_c) + smoothing / classes) * log_p
                for w, q_c, log_p in zip(weight, q, exact_values.log_softmax(row), strict=True)
            )
        )
    return losses, divisor


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
        true = -exact_values.log_softmax(z)[label]
        assert ulps(cross_entropy(z, label), true, z.dtype) <= LOG_SOFTMAX[z.dtype.type]

    @given(matrices.flatmap(lambda z: st.tuples(st.just(z), options(z))))
    def test_follows_the_definition(self, drawn):
        logits, (targets, arguments) = drawn
        losses, divisor = losses_by_definition(logits, targets, **arguments)
        each = cross_entropy(logits, targets, reduction="none", **arguments)
        np.testing.assert_allclose(each, np.array(losses, float), rtol=1e-12, atol=1e-12)
        total = float(mpmath.fsum(losses))
        summed = cross_entropy(logits, targets, reduction="sum", **arguments)
        np.testing.assert_allclose(summed, total, rtol=1e-12, atol=1e-12)
        mean = cross_entropy(logits, targets, **arguments)
        if divisor:
            np.testing.assert_allclose(mean, total / divisor, rtol=1e-12, atol=1e-12)
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

    @given(matrices)
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

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_ignored_samples_do_not_count_even_where_they_are_not_finite(self, bad):
        z = LOGITS.copy()
        z[2] = bad
        kept = np.delete(z, 2, axis=0), np.delete(LABELS, 2)
        np.testing.assert_allclose(cross_entropy(z, LABELS, ignore_index=2), cross_entropy(*kept))
        gradient = cross_entropy_grad(z, LABELS, ignore_index=2)
        np.testing.assert_array_equal(gradient[2], np.zeros(3))
        np.testing.assert_allclose(np.delete(gradient, 2, axis=0), cross_entropy_grad(*kept))

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
        np.testing.assert_allclose(cross_entropy([[1e308, -1e308], [0, 0]], [1, 0], weight=[1.0, 1e-10]), 2e298)

    def test_no_samples(self):
        no_logits, no_labels = np.zeros((0, 3)), np.zeros(0, int)
        assert np.isnan(cross_entropy(no_logits, no_labels))
        assert cross_entropy(no_logits, no_labels, reduction="sum") == 0
        assert cross_entropy_grad(no_logits, no_labels).shape == (0, 3)


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
        for i, (result, p) in enumerate(zip(cross_entropy_grad(z, label), exact_values.softmax(z), strict=True)):
            true = -exact_values.one_minus_p(z, label) if i == label else p
            assert ulps(result, true, z.dtype) <= GRADIENT[z.dtype.type]

    @every_reduction
    @given(matrices.flatmap(lambda z: st.tuples(st.just(z), options(z))))
    def test_finite_differences(self, reduction, drawn):
        logits, (targets, arguments) = drawn
        arguments["reduction"] = reduction
        gradient = cross_entropy_grad(logits, targets, **arguments)
        step = 1e-4
        for index in np.ndindex(logits.shape):
            move = np.zeros_like(logits)
            move[index] = step
            above, below = (cross_entropy(logits + sign * move, targets, **arguments) for sign in (1, -1))
            slope = np.sum(above - below) / (2 * step)
            if not np.isnan(slope):
                np.testing.assert_allclose(gradient[index], slope, rtol=1e-5, atol=1e-6)

    @given(matrices)
    def test_is_predicted_minus_true(self, z):
        labels = np.arange(len(z)) % z.shape[1]
        gradient = cross_entropy_grad(z, labels, reduction="sum")
        np.testing.assert_allclose(gradient, softmax(z) - np.eye(z.shape[1])[labels], atol=1e-15)

    def test_all_ignored(self):
        for reduction in REDUCTIONS:
            gradient = cross_entropy_grad(LOGITS, np.full(4, -1), ignore_index=-1, reduction=reduction)
            np.testing.assert_array_equal(gradient, np.zeros((4, 3)))


@both_functions
class TestErrors:
    """Each bad argument is named, with what was expected and what came."""

    @pytest.mark.parametrize("label", [3, -1, 255])
    def test_label_out_of_range(self, function, label):
        message = f"targets must be labels from 0 to 2 or ignore_index, but one is {label}"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, [0, 1, label, 2])
        with pytest.raises(ValueError, match=message):
            function(LOGITS, [0, 1, label, 2], ignore_index=7)

    @pytest.mark.parametrize("dtype", [bool, np.float32, np.float64])
    def test_labels_that_are_not_integers(self, function, dtype):
        message = f"targets must be integers where they are labels, but their type is {np.dtype(dtype)}"
        with pytest.raises(TypeError, match=message):
            function(LOGITS, np.ones(4, dtype))

    def test_boolean_probabilities(self, function):
        with pytest.raises(TypeError, match="targets must be integers where they are labels, but their type is bool"):
            function(LOGITS, TARGETS > 0)

    @pytest.mark.parametrize("kind", [complex, object, str])
    def test_targets_of_another_kind(self, function, kind):
        with pytest.raises(TypeError, match="targets must hold real numbers, but its type is"):
            function(LOGITS, LABELS.astype(kind))

    @pytest.mark.parametrize("shape", [(3,), (4, 1), (1, 4), ()])
    def test_labels_of_the_wrong_shape(self, function, shape):
        message = r"targets must have as labels the shape of logits without the class axis \(4,\), but its shape is"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, np.zeros(shape, int))

    @pytest.mark.parametrize("shape", [(3, 4), (4, 1), (1, 3), (3,)])
    def test_probabilities_of_the_wrong_shape(self, function, shape):
        message = r"targets must have as probabilities the shape of logits \(4, 3\), but its shape is"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, np.ones(shape))

    def test_integer_targets_of_the_shape_of_logits(self, function):
        with pytest.raises(ValueError, match=r"as labels the shape of logits without the class axis \(4,\)"):
            function(LOGITS, TARGETS.astype(int))

    @pytest.mark.parametrize("reduction", ["average", "Mean", None, 1])
    def test_unknown_reduction(self, function, reduction):
        message = f'reduction must be "mean", "sum" or "none", but it is {reduction!r}'
        with pytest.raises(ValueError, match=message):
            function(LOGITS, LABELS, reduction=reduction)

    @pytest.mark.parametrize("smoothing", [-0.1, 1.1, np.nan, np.inf, "0.1", None, [0.1]])
    def test_label_smoothing_out_of_range(self, function, smoothing):
        with pytest.raises(ValueError, match="label_smoothing must be a number from 0 to 1, but it is"):
            function(LOGITS, LABELS, label_smoothing=smoothing)

    @pytest.mark.parametrize("weight", [[1.0, 2.0], 2.0, [[1.0, 1.0, 1.0]]])
    def test_weight_of_the_wrong_shape(self, function, weight):
        with pytest.raises(ValueError, match=r"weight must have one entry a class, \(3,\), but its shape is"):
            function(LOGITS, LABELS, weight=weight)

    def test_weight_of_another_kind(self, function):
        with pytest.raises(TypeError, match="weight must hold real numbers, but its type is complex128"):
            function(LOGITS, LABELS, weight=[1j, 1, 1])

    def test_ignore_index_with_probabilities(self, function):
        with pytest.raises(ValueError, match="ignore_index must be None with probability targets, but it is 2"):
            function(LOGITS, TARGETS, ignore_index=2)

    @pytest.mark.parametrize("ignore_index", [1.0, "0", [0]])
    def test_ignore_index_of_another_type(self, function, ignore_index):
        with pytest.raises(TypeError, match="ignore_index must be an int or None, but it is"):
            function(LOGITS, LABELS, ignore_index=ignore_index)

    @pytest.mark.parametrize("targets", [np.zeros(4, int), np.zeros((4, 0))])
    def test_no_classes(self, function, targets):
        with pytest.raises(ValueError, match=r"logits must have at least one class, but their shape is \(4, 0\)"):
            function(np.zeros((4, 0)), targets)

    def test_options_are_keywords(self, function):
        with pytest.raises(TypeError, match="positional arguments"):
            function(LOGITS, LABELS, -1)


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
        x = dtype(data.draw(reference.floats(dtype)))
        true = -exact_values.log_sigmoid(x if y else -x)
        assert ulps(binary_cross_entropy(x, y), true, dtype) <= SIGMOID[dtype]

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
        x = dtype(data.draw(reference.floats(dtype)))
        true = -exact_values.sigmoid(-x) if y else exact_values.sigmoid(x)
        assert ulps(binary_cross_entropy_grad(x, y), true, dtype) <= SIGMOID[dtype]

    @every_reduction
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


@both_binary_functions
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


@pytest.mark.parametrize("offset", [0, 500, 1000, -1000])
def test_losses_far_from_zero_keep_their_digits(offset):
    """The logarithm of the sum is large beside the loss, so what it rounds off counts."""
    z = offset + np.random.default_rng(0).normal(size=(12, 100))
    losses = cross_entropy(z, np.arange(12), reduction="none")
    for row, label, loss in zip(z, range(12), losses, strict=True):
        assert ulps(loss, -exact_values.log_softmax(row)[label], np.float64) <= 3
