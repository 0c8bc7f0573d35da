"""A row's results are those of the row alone, whatever lies beside it and however it lies in memory."""

import numpy as np
import pytest
from bounds import DOCUMENTED, DTYPES
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_lib import (
    SoftmaxState,
    compare_softmax_sigmoid,
    cross_entropy,
    cross_entropy_grad,
    log_softmax,
    logsumexp,
    softmax,
    softmax_vjp,
)

SHAPES = [(5, 3), (400, 1), (400, 3), (150, 10), (60, 31), (60, 32), (40, 70), (9, 300), (700, 40)]
ROWS = ["plain", "ties", "nan", "inf", "-inf", "masked", "offset", "dominant", "equal"]


def in_records(z):
    """Return z with its columns in records of an odd size, so that no stride from class to class is a whole number."""
    records = np.zeros(z.shape[1], [("logits", z.dtype, len(z)), ("flag", np.bool_)])
    records["logits"] = z.T
    return records["logits"].T


LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "reversed rows": lambda z: np.ascontiguousarray(z[::-1])[::-1],
    "reversed classes": lambda z: np.ascontiguousarray(z[:, ::-1])[:, ::-1],
    "reversed classes, Fortran": lambda z: np.asfortranarray(z[:, ::-1])[:, ::-1],
    "strided": lambda z: np.repeat(np.repeat(z, 2, axis=0), 3, axis=1)[::2, ::3],
    "part of wider rows": lambda z: np.pad(z, ((0, 0), (1, 2)))[:, 1:-2],
    "part of longer columns": lambda z: np.asfortranarray(np.pad(z, ((1, 2), (0, 0))))[1:-2],
    "columns of records": in_records,
    "big-endian": lambda z: z.astype(z.dtype.newbyteorder(">")),
    "read-only": lambda z: np.frombuffer(z.tobytes(), z.dtype).reshape(z.shape),
    "three axes": lambda z: z.reshape(-1, 5 if len(z) % 5 == 0 else 1, z.shape[1]).transpose(1, 0, 2).copy(),
}


@st.composite
def matrices(draw):
    """Draw logits of which each row is of a kind of its own."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, n = draw(st.sampled_from(SHAPES))
    z = rng.normal(0, draw(st.sampled_from([0.3, 1, 5, 30, 100])), (rows, n))
    kinds = draw(st.lists(st.sampled_from(ROWS), min_size=1, max_size=len(ROWS)))
    for row in z:
        at = rng.integers(n)
        match kinds[rng.integers(len(kinds))]:
            case "ties":
                row[...] = np.round(row)
            case "nan":
                row[at] = np.nan
            case "inf":
                row[at] = np.inf
            case "-inf":
                row[...] = -np.inf
            case "masked":
                row[rng.random(n) < 0.5] = -np.inf
            case "offset":
                row += rng.choice([88, -88, 709, -709, 1000, -1000])
            case "dominant":
                row[at] += rng.choice([10, 40, 100, 700])
            case "equal":
                row[...] = row[0]
    return z.astype(draw(st.sampled_from(DTYPES)))


def in_layout(z, layout):
    """Return z in a layout, its class axis, and how to bring results back to the order of z."""
    view = LAYOUTS[layout](z)
    if layout == "three axes":
        return view, lambda result: np.moveaxis(result, 1, 0).reshape(len(z), *result.shape[2:])
    return view, lambda result: result


def exact(z):
    """Return softmax, its logarithm and log-sum-exp in a wider type, and the tail, by their definitions."""
    z = z.astype(np.float64 if z.dtype != np.float64 else np.longdouble)
    each, largest = np.arange(len(z)), z.argmax(axis=1)
    z_max = z[each, largest, np.newaxis]
    e = np.exp(z - z_max)
    e[each, largest] = 0
    tail = np.where(np.isfinite(z_max), e.sum(axis=1, keepdims=True), np.nan)
    e[each, largest] = 1
    log_sum = np.where(np.isinf(z_max), z_max, z_max + np.log1p(tail))[:, 0]
    return e / (1 + tail), (z - z_max) - np.log1p(tail), log_sum, tail


def assert_within(result, true, bound, dtype):
    true = np.asarray(true)
    with np.errstate(over="ignore"):
        narrow = true.astype(dtype)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(true))
    finite = np.isfinite(narrow)
    np.testing.assert_array_equal(result[~finite], narrow[~finite])
    ulp = np.spacing(np.maximum(np.abs(narrow[finite]), np.finfo(dtype).smallest_normal))
    assert np.max(np.abs(result[finite] - true[finite]) / ulp, initial=0) <= bound


@settings(max_examples=60)
@given(matrices(), st.sampled_from(sorted(LAYOUTS)))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="no type is wider than float64")
def test_rows_of_any_kind_in_any_layout(z, layout):
    dtype = z.dtype.type
    p, log_p, log_sum, tail = exact(z)
    view, back = in_layout(z, layout)
    bound = {name: of_type[dtype] for name, of_type in DOCUMENTED.items()}
    state = SoftmaxState.of(view)
    assert_within(back(softmax(view)), p, bound["softmax"], dtype)
    assert_within(back(log_softmax(view)), log_p, bound["log_softmax"], dtype)
    assert_within(back(state.softmax(view)).astype(dtype), p, bound["softmax"], dtype)
    assert_within(back(state.log_softmax(view)).astype(dtype), log_p, bound["log_softmax"], dtype)
    far = ~(np.abs(log_sum) < 1)
    for result in (back(logsumexp(view)), back(state.logsumexp()).astype(dtype)):
        assert_within(result[far], log_sum[far], bound["logsumexp"], dtype)

    each, largest = np.arange(len(z)), z.argmax(axis=1)
    labels = np.where(each % 2, largest, (7 * each) % z.shape[1])
    gradient = p.copy()
    at_largest = -tail[:, 0] / (1 + tail[:, 0])
    gradient[each, labels] = np.where(labels == largest, at_largest, p[each, labels] - 1)
    of_view = in_layout(labels[:, np.newaxis], layout)[0][..., 0]
    losses = back(cross_entropy(view, of_view, reduction="none"))
    assert_within(losses, -log_p[each, labels], bound["cross_entropy"], dtype)
    actual = back(cross_entropy_grad(view, of_view, reduction="none"))
    assert_within(actual, gradient, bound["cross_entropy_grad"], dtype)


@settings(max_examples=30)
@given(matrices(), st.sampled_from([softmax, log_softmax]))
def test_axes_before_the_last(z, function):
    dtype = z.dtype
    eps = np.finfo(dtype).eps
    expected = function(z)
    np.testing.assert_allclose(function(np.ascontiguousarray(z.T), axis=0).T, expected, rtol=10 * eps, atol=10 * eps)
    cube = np.stack([z.T, z.T])
    for result in function(cube, axis=1):
        np.testing.assert_allclose(result.T, expected, rtol=10 * eps, atol=10 * eps)


class TestRowsBesideOthers:
    """A NaN among the others once hid a tie."""

    Z = np.array([[np.nan, 1.0], [0.0, 1.0]])

    def test_nan_beside_a_tie(self):
        np.testing.assert_allclose(log_softmax(self.Z, axis=0)[:, 1], -np.log(2), rtol=1e-15)
        np.testing.assert_allclose(SoftmaxState.of(self.Z, axis=0).logsumexp()[1], 1 + np.log(2), rtol=1e-15)
        np.testing.assert_allclose(cross_entropy(self.Z, [-1, 0], axis=0, ignore_index=-1), np.log(2), rtol=1e-15)

    @pytest.mark.parametrize("n", [3, 40])
    def test_nan_beside_a_row_whose_exponentials_are_subnormal(self, n):
        z = np.random.default_rng(0).normal(size=(400, n)).astype(np.float32)
        z[:200] -= 95
        alone = softmax(z)
        z[-1, 0] = np.nan
        np.testing.assert_allclose(softmax(z)[:-1], alone[:-1], rtol=9 * np.finfo(np.float32).eps)

    def test_nan_beside_a_row_in_pieces_whose_exponentials_overflow_together(self):
        z = np.full((64, 20_000), 709.0)
        z[0, 0] = np.nan
        np.testing.assert_allclose(softmax(z, axis=0)[:, 1:], 1 / 64, rtol=1e-15)

    def test_nan_beside_a_row_whose_log_sum_exp_is_next_to_zero(self):
        z = np.float32([[-0.5, -0.93], [-0.5, np.nan]])
        assert logsumexp(z)[0] == logsumexp(z[0])

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("axis", [0, 1])
    def test_padding_beside_a_row_whose_exponentials_are_all_zero(self, dtype, axis):
        rows = np.array([[0, 0], [-1000, -1000], [-np.inf, -np.inf]], dtype)
        z = rows if axis == 1 else rows.T
        halves = np.array([[1, 1], [1, 1], [np.nan, np.nan]]) / 2
        np.testing.assert_array_equal(softmax(z, axis), halves if axis == 1 else halves.T)
        gradient = cross_entropy_grad(z, [1, 1, 1], axis=axis, reduction="none")
        np.testing.assert_array_equal(gradient if axis == 1 else gradient.T, halves * [1, -1])


class TestLongSums:
    """Sums over an axis that isn't the last are as exact as over the last."""

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_sum_of_equal_probabilities(self, dtype):
        both = compare_softmax_sigmoid(np.zeros((2**18, 2), dtype), axis=0)
        np.testing.assert_array_equal(both.softmax_sum, [1, 1])

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_of_equal_exponentials(self, dtype):
        p = softmax(np.full((4096, 64), 0.3, dtype), axis=0)
        np.testing.assert_allclose(p, 1 / 4096, rtol=2 * np.finfo(dtype).eps)

    def test_cotangents(self):
        g = np.tile(np.float32([[0.3], [1]]), (50_000, 2))
        gradient = softmax_vjp(np.zeros((100_000, 2), np.float32), g, axis=0)
        np.testing.assert_allclose(gradient[:2] * 1e5, [[-0.35] * 2, [0.35] * 2], rtol=1e-6)

    @pytest.mark.parametrize(("dtype", "low"), [(np.float32, -16.6365), (np.float64, -36.7368)])
    def test_many_small_terms_beside_a_large_one(self, dtype, low):
        z = np.full((64, 2), low, dtype)
        z[0] = 0
        tail = 63 * np.exp(np.longdouble(z[1, 0]))
        np.testing.assert_allclose(softmax(z, axis=0)[0], 1 / (1 + tail), rtol=4 * np.finfo(dtype).eps)
        np.testing.assert_allclose(log_softmax(z, axis=0)[0], -np.log1p(tail), rtol=3 * np.finfo(dtype).eps)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_labels_of_many_rows(layout):
    """So many that they may lie side by side. Labels are read by their position in memory."""
    z = np.random.default_rng(0).normal(size=(700, 40))
    view, back = in_layout(z, layout)
    labels = view.argmin(axis=-1)
    losses, gradients = cross_entropy(view, labels, reduction="none"), cross_entropy_grad(view, labels, reduction="sum")
    np.testing.assert_allclose(back(losses), logsumexp(z) - z.min(axis=1), rtol=1e-14)
    expected = softmax(z) - np.eye(40)[z.argmin(axis=1)]
    np.testing.assert_allclose(back(gradients), expected, rtol=1e-13)


def test_arrays_of_sixty_four_axes():
    z = np.zeros((*(1,) * 62, 2, 100))
    np.testing.assert_allclose(softmax(z), 0.01)
    np.testing.assert_allclose(log_softmax(z), -np.log(100))
    np.testing.assert_allclose(logsumexp(z), np.log(100))
    np.testing.assert_allclose(cross_entropy(z, np.zeros(z.shape[:-1], int)), np.log(100))
