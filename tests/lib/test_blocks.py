"""Arrays larger than a block, against their definitions and never against the library itself.

What counts here is that each number gets to its place and into its sum; test_accuracy.py is stricter about digits.
"""

import definitions
import numpy as np
import pytest
from bounds import DOCUMENTED, DTYPES, near_zero, vjp
from definitions import REDUCTIONS

import softmax_lib

# Where no type is wider than float64, the definitions are rounded as the results are.
SLACK = 2 if np.finfo(np.longdouble).nmant > np.finfo(np.float64).nmant else 50

# Shapes of 1.2 MB of float64, the number of samples of which is doubled for each narrower type; and the class axis.
LAYOUTS = {
    "few classes": ((30_000, 5), 1, "C"),
    "few classes first": ((5, 30_000), 0, "C"),
    "few classes in Fortran's order": ((30_000, 5), 1, "F"),
    "many classes": ((150, 1000), 1, "C"),
    "many classes first": ((1000, 150), 0, "C"),
    "an axis in the middle": ((100, 50, 30), 1, "C"),
    "one class": ((150_000, 1), 1, "C"),
    "long rows": ((2, 150_000), 1, "C"),
}
CASES = [(name, dtype) for name in LAYOUTS for dtype in DTYPES if dtype == np.float64 or name.endswith("classes")]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}, {case[1].__name__}")
def case(request):
    name, dtype = request.param
    return *LAYOUTS[name], dtype


@pytest.fixture(scope="module")
def axis(case):
    return case[1]


@pytest.fixture(scope="module")
def z(case):
    """Return logits, of which many rows are offset as far as their type has room for."""
    shape, axis, order, dtype = case
    samples = 0 if axis else len(shape) - 1
    shape = tuple(n * 8 // np.dtype(dtype).itemsize if index == samples else n for index, n in enumerate(shape))
    rng = np.random.default_rng(0)
    one_a_row = tuple(1 if index == axis else n for index, n in enumerate(shape))
    offset = rng.integers(-1, 2, one_a_row) * (20 if dtype == np.float16 else 2000)
    return np.asarray(rng.normal(0, 4, shape) + offset, dtype, order=order)


@pytest.fixture(scope="module")
def rows(z, axis):
    return np.moveaxis(z, axis, -1)


@pytest.fixture(scope="module")
def labels(rows):
    return np.random.default_rng(1).integers(0, rows.shape[-1], rows.shape[:-1])


def assert_within(name, results, true, slack=SLACK):
    """Assert that results have the documented error, or `slack` times that, as the order of sums is not at issue."""
    assert results.shape == true.shape
    assert definitions.largest_error(results, true) <= slack * DOCUMENTED[name][results.dtype.type]


class TestRows:
    @pytest.mark.parametrize("name", ["softmax", "log_softmax"])
    def test_softmax_and_its_logarithm(self, name, z, rows, axis):
        results = np.moveaxis(getattr(softmax_lib, name)(z, axis), axis, -1)
        assert_within(name, results, getattr(definitions, name)(rows))

    def test_logsumexp(self, z, rows, axis):
        results, true = softmax_lib.logsumexp(z, axis), definitions.logsumexp(rows)
        small = np.abs(true) < 1
        assert_within("logsumexp", results[~small], true[~small])
        unit = SLACK * np.finfo(z.dtype).eps / 2
        assert (np.abs(results - true) <= near_zero(rows.max(axis=-1).astype(np.longdouble)) * unit)[small].all()

    def test_softmax_vjp(self, z, rows, axis):
        g = np.random.default_rng(1).normal(size=z.shape).astype(z.dtype)
        results = np.moveaxis(softmax_lib.softmax_vjp(z, g, axis), axis, -1)
        cotangent = np.moveaxis(g, axis, -1)
        largest = np.abs(cotangent).max(axis=-1, keepdims=True).astype(np.longdouble)
        relative = np.float64(vjp(rows.shape[-1])) * np.finfo(z.dtype).eps / 2
        bound = definitions.softmax(rows) * largest * relative + np.finfo(z.dtype).smallest_normal
        assert (np.abs(results - definitions.softmax_vjp(rows, cotangent)) <= bound).all()

    def test_state(self, z, rows, axis):
        results = softmax_lib.SoftmaxState.of(z, axis).log_softmax(z, axis)
        np.testing.assert_allclose(np.moveaxis(results, axis, -1), definitions.log_softmax(rows), rtol=1e-13)


class TestLosses:
    def test_of_each_sample(self, z, rows, axis, labels):
        losses = softmax_lib.cross_entropy(z, labels, axis=axis, reduction="none")
        assert_within("cross_entropy", losses, definitions.cross_entropy(rows, labels, "none"))

    def test_gradient_of_each_sample(self, z, rows, axis, labels):
        gradient = softmax_lib.cross_entropy_grad(z, labels, axis=axis, reduction="none")
        true = definitions.cross_entropy_grad(rows, labels, "none")
        assert_within("cross_entropy_grad", np.moveaxis(gradient, axis, -1), true)

    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    def test_weights_and_ignored_labels(self, reduction, z, rows, axis, labels):
        weight = np.random.default_rng(2).uniform(0.5, 2, rows.shape[-1])
        some = np.where(np.arange(labels.size).reshape(labels.shape) % 5, labels, -100)
        self.compare(z, rows, axis, some, {"weight": weight, "ignore_index": -100, "reduction": reduction})

    def test_smoothing(self, z, rows, axis, labels):
        self.compare(z, rows, axis, labels, {"label_smoothing": 0.25, "reduction": "sum"})

    def test_probabilities(self, z, rows, axis):
        self.compare(z, rows, axis, np.random.default_rng(1).uniform(size=rows.shape), {"reduction": "mean"})

    def compare(self, z, rows, axis, targets, options):
        eps = float(np.finfo(z.dtype).eps)
        along = targets if targets.dtype.kind == "i" else np.moveaxis(targets, -1, axis)
        loss = softmax_lib.cross_entropy(z, along, axis=axis, **options)
        true = definitions.cross_entropy(rows, targets, **options)
        np.testing.assert_allclose(float(loss), as_type(true, z.dtype), rtol=4 * eps)
        gradient = np.moveaxis(softmax_lib.cross_entropy_grad(z, along, axis=axis, **options), axis, -1)
        true = definitions.cross_entropy_grad(rows, targets, **options)
        tolerance = 8 * eps * np.abs(true).max() + np.finfo(z.dtype).smallest_subnormal
        assert np.abs(gradient - true).max() <= tolerance


def as_type(value, dtype):
    with np.errstate(over="ignore"):
        return float(value.astype(dtype))


@pytest.fixture(scope="module", params=DTYPES, ids=lambda dtype: dtype.__name__)
def x(request):
    return np.random.default_rng(0).normal(0, 8, (100_000, 3)).astype(request.param)


@pytest.fixture(scope="module")
def y(x):
    return np.random.default_rng(1).uniform(size=x.shape)


class TestElementwise:
    @pytest.mark.parametrize("name", ["sigmoid", "log_sigmoid"])
    def test_sigmoid_and_its_logarithm(self, name, x):
        assert_within(name, getattr(softmax_lib, name)(x), getattr(definitions, name)(x))

    @pytest.mark.parametrize("name", ["binary_cross_entropy", "binary_cross_entropy_grad"])
    def test_of_each_answer(self, name, x, y):
        answers = y > 0.5
        results = getattr(softmax_lib, name)(x, answers, reduction="none")
        assert_within(name, results, getattr(definitions, name)(x, answers.astype(float), reduction="none"))

    @pytest.mark.parametrize("reduction", REDUCTIONS)
    def test_weights(self, reduction, x, y):
        rng = np.random.default_rng(2)
        options = {"weight": rng.uniform(size=(len(x), 1)), "pos_weight": rng.uniform(size=3), "reduction": reduction}
        eps = float(np.finfo(x.dtype).eps)
        loss, true = (module.binary_cross_entropy(x, y, **options) for module in (softmax_lib, definitions))
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(loss.astype(float), true.astype(x.dtype).astype(float), rtol=8 * eps)
        gradient, true = (module.binary_cross_entropy_grad(x, y, **options) for module in (softmax_lib, definitions))
        tolerance = 8 * eps * options["weight"] + np.finfo(x.dtype).smallest_subnormal
        assert (np.abs(gradient - true) <= tolerance).all()


class TestSumsOfManyLosses:
    """Losses are added up in float64, however narrow the logits' type, and whatever that of the weights."""

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    @pytest.mark.parametrize("different", [1, 7, 70_000])
    def test_mean_of_narrow_logits(self, dtype, different):
        """What is rounded adds up where many samples are the same."""
        z = np.resize(np.random.default_rng(0).normal(0, 2, (different, 3)), (70_000, 3)).astype(dtype)
        labels = np.arange(70_000) % different % 3
        mean = softmax_lib.cross_entropy(z, labels)
        assert definitions.largest_error(mean, definitions.cross_entropy(z, labels)) <= 1
        mean = softmax_lib.binary_cross_entropy(z, z > 0)
        assert definitions.largest_error(mean, definitions.binary_cross_entropy(z, (z > 0).astype(float))) <= 1

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_narrow_weights(self, dtype):
        z = np.random.default_rng(0).normal(0, 2, (70_000, 3))
        labels, weight = np.arange(70_000) % 3, dtype([0.1, 0.7, 1.3])
        mean = softmax_lib.cross_entropy(z, labels, weight=weight)
        np.testing.assert_allclose(mean, float(definitions.cross_entropy(z, labels, weight=weight)), rtol=1e-14)
        weight = np.broadcast_to(weight, z.shape)
        mean = softmax_lib.binary_cross_entropy(z, z > 0, weight=weight)
        true = definitions.binary_cross_entropy(z, (z > 0).astype(float), weight=weight.astype(float))
        np.testing.assert_allclose(mean, float(true), rtol=1e-14)
