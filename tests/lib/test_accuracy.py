"""The documented error bounds, on families of rows that are known to be hard, against results of 70 digits.

`make accuracy` does it on many more rows, up to 100,000 logits long, and prints the largest error of each function.
"""

from collections import defaultdict

import mpmath
import numpy as np
import pytest
from bounds import DOCUMENTED, DTYPES, ON_FAMILIES

from softmax_book.accuracy.hard_rows import FAMILIES, rounded
from softmax_book.accuracy.reference import exact_row, exponentials, to_mpf, ulps
from softmax_lib import (
    _rows,
    binary_cross_entropy,
    binary_cross_entropy_grad,
    cross_entropy,
    cross_entropy_grad,
    log_sigmoid,
    log_softmax,
    logsumexp,
    sigmoid,
    softmax,
)


def errors(row, indices):
    """Yield each function's name and error in ulp, at some indices of a row."""
    z, dtype = exact_row(row), row.dtype
    largest, terms, tail = exponentials(row)
    total, log_total = 1 + tail, mpmath.log1p(tail)
    p, log_p = softmax(row), log_softmax(row)
    for i in {largest, *indices}:
        loss = (z[largest] - z[i]) + log_total
        yield "softmax", ulps(p[i], terms[i] / total, dtype)
        yield "log_softmax", ulps(log_p[i], -loss, dtype)
        yield "cross_entropy", ulps(cross_entropy(row, i), loss, dtype)
        gradient = cross_entropy_grad(row, i)
        others = tail if i == largest else total - terms[i]
        yield "cross_entropy_grad", ulps(gradient[i], -others / total, dtype)
        if i != largest:
            yield "cross_entropy_grad", ulps(gradient[largest], 1 / total, dtype)
    if abs(z[largest] + log_total) >= 1:
        yield "logsumexp", ulps(logsumexp(row), z[largest] + log_total, dtype)
    for i in indices[:5]:
        yes, log_yes = 1 / (1 + mpmath.exp(-z[i])), -mpmath.log1p(mpmath.exp(-z[i]))
        yield "sigmoid", ulps(sigmoid(row[i]), yes, dtype)
        yield "log_sigmoid", ulps(log_sigmoid(row[i]), log_yes, dtype)
        yield "binary_cross_entropy", ulps(binary_cross_entropy(row[i], 1), -log_yes, dtype)
        no = 1 / (1 + mpmath.exp(z[i]))
        yield "binary_cross_entropy_grad", ulps(binary_cross_entropy_grad(row[i], 1), -no, dtype)


def largest_errors(family, dtype, lengths, seeds):
    largest = defaultdict(float)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for row in family(rng, lengths):
            indices = rng.integers(0, len(row), min(len(row), 12)).tolist()
            for name, error in errors(rounded(row, dtype), indices):
                largest[name] = max(largest[name], float(error))
    return largest


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
@pytest.mark.parametrize("dtype", DTYPES)
def test_errors_are_within_the_documented_bounds(dtype, family, request):
    thorough = request.config.getoption("thorough")
    lengths, seeds = ((1, 2, 5, 10, 100, 1000), range(40)) if thorough else ((1, 2, 10, 100), range(3))
    with mpmath.workdps(70):
        largest = largest_errors(family, dtype, lengths, seeds)
        if thorough:
            for name, error in largest_errors(family, dtype, (10_000, 100_000), range(1)).items():
                largest[name] = max(largest[name], error)
    print(f"{np.dtype(dtype)} {family.__name__}:", {name: round(error, 2) for name, error in largest.items()})
    too_large = {name: error for name, error in largest.items() if error > ON_FAMILIES[name][dtype]}
    assert not too_large


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
@pytest.mark.parametrize("dtype", DTYPES)
def test_errors_of_many_rows_at_once(dtype, family):
    """Arrays of many wide rows are where exponentials of the logits' own type are tried first."""
    rows = [rounded(row, dtype) for row in family(np.random.default_rng(4), (100,) * 12)]
    for n in {len(row) for row in rows}:
        z = np.array([row for row in rows if len(row) == n])
        labels = np.random.default_rng(5).integers(0, n, len(z))
        log_p, losses = log_softmax(z), cross_entropy(z, labels, reduction="none")
        for row, label, results, loss in zip(z, labels, log_p, losses, strict=True):
            largest, _, tail = exponentials(row)
            log_total = mpmath.log1p(tail)
            for i in (largest, int(label)):
                true = (to_mpf(row[i]) - to_mpf(row[largest])) - log_total
                assert ulps(results[i], true, dtype) <= ON_FAMILIES["log_softmax"][dtype]
            assert ulps(loss, -true, dtype) <= ON_FAMILIES["cross_entropy"][dtype]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_errors_of_random_rows(dtype, request):
    """Far more rows than mpmath could do, against the next wider type of the machine."""
    wider = {np.float32: np.float64, np.float64: np.longdouble}[dtype]
    if np.finfo(wider).nmant < np.finfo(dtype).nmant + 10:
        pytest.skip("no type of this machine has ten binary digits more")
    rng, largest = np.random.default_rng(6), defaultdict(float)
    for _ in range(3000 if request.config.getoption("thorough") else 10):
        n = rng.choice([2, 3, 5, 10, 16, 33, 64, 100, 300, 1000, 5000])
        z = rng.normal(rng.choice([0, 60, -600, 1000]), rng.choice([0.3, 1, 5, 8, 15, 30]), (60_000 // n, n))
        for name, error in errors_of_rows(z.astype(dtype), wider, rng):
            largest[name] = max(largest[name], error)
    print(f"{np.dtype(dtype)} random rows:", {name: round(error, 2) for name, error in largest.items()})
    assert not {name: error for name, error in largest.items() if error > DOCUMENTED[name][dtype]}


def errors_of_rows(z, wider, rng):
    """Yield each function's name and its largest error in ulp on the rows of z."""
    each, largest = np.arange(len(z)), z.argmax(axis=-1)
    differences = z.astype(wider) - z[each, largest, np.newaxis]
    e = np.exp(differences)
    e[each, largest] = 0
    tail = e.sum(axis=-1, keepdims=True)
    e[each, largest] = 1
    p = e / (1 + tail)
    labels = np.where(each % 2, largest, rng.integers(0, z.shape[-1], len(z)))
    gradient = p.copy()
    gradient[each, labels] = np.where(labels == largest, -tail[:, 0] / (1 + tail[:, 0]), p[each, labels] - 1)
    yield "softmax", largest_error(softmax(z), p)
    yield "log_softmax", largest_error(log_softmax(z), differences - np.log1p(tail))
    yield "cross_entropy_grad", largest_error(cross_entropy_grad(z, labels, reduction="sum"), gradient)
    q = rng.dirichlet(np.full(z.shape[-1], 0.3), len(z)).astype(z.dtype)
    losses = (q * (np.log1p(tail) - differences)).sum(axis=-1)
    for order in "CF":
        logits, targets = np.asarray(z, order=order), np.asarray(q, order=order)
        yield "cross_entropy", largest_error(cross_entropy(logits, targets, reduction="none"), losses)
    log_sum = z[each, largest] + np.log1p(tail[:, 0])
    far = np.abs(log_sum) >= 1
    yield "logsumexp", largest_error(logsumexp(z[far]), log_sum[far])


def largest_error(results, true):
    smallest = np.finfo(results.dtype).smallest_normal
    ulp = np.spacing(np.maximum(np.abs(true), smallest).astype(results.dtype))
    return float(np.max(np.abs(results - true) / ulp, initial=0))


def test_seventy_thousand_equal_float16_logits():
    row = np.full(70_000, 0.1, np.float16)
    assert ulps(softmax(row)[0], mpmath.mpf(1) / 70_000, np.float16) <= 1
    assert ulps(log_softmax(row)[0], -mpmath.log(70_000), np.float16) <= 1


class TestConfidentPredictions:
    """Where one class dominates, a loss or gradient computed as a difference would have no correct digit."""

    def test_loss(self):
        # mpmath, 60 digits.
        np.testing.assert_allclose(cross_entropy([40.0, 0.0], 0), 4.248354255291589e-18, rtol=4e-15)
        np.testing.assert_allclose(log_softmax([40.0, 0.0])[0], -4.248354255291589e-18, rtol=4e-15)

    def test_gradient(self):
        np.testing.assert_allclose(cross_entropy_grad([40.0, 0.0], 0)[0], -4.248354255291589e-18, rtol=4e-15)
        np.testing.assert_allclose(cross_entropy_grad([40.0, 0.0], [1.0, 0.0])[0], -4.248354255291589e-18, rtol=4e-15)
        np.testing.assert_allclose(binary_cross_entropy_grad(40.0, 1), -4.248354255291589e-18, rtol=4e-15)


class TestShiftThatIsRounded:
    """A largest logit just beyond the range of exp: the shift is a small integer, and logits near zero still count."""

    @pytest.mark.parametrize("largest", [700.5, 703.25, 705.125])
    def test_nothing_that_counts_is_rounded_off(self, largest):
        row = np.append(largest, np.random.default_rng(0).uniform(-2, 2, 50_000))
        ratios = [mpmath.exp(value - mpmath.mpf(largest)) for value in exact_row(row[:100])]
        for result, ratio in zip(softmax(row), ratios, strict=False):
            assert ulps(result, ratio, np.float64) <= 2.5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
class TestIntegerShift:
    """The chapter on the inside of the library proves what holds of softmax from these three."""

    Z_MAX = np.append(np.linspace(-2000, 2000, 4001) / 1.7, [0.0, -0.5, 1e6, -1e6, 1e30, -1e30])

    def test_is_an_integer(self, dtype):
        k = _rows.integer_shift(self.Z_MAX.astype(dtype))
        np.testing.assert_array_equal(k, np.floor(k))

    def test_keeps_the_largest_exponential_from_one_to_the_largest_number(self, dtype):
        z_max = self.Z_MAX.astype(dtype)
        largest = (z_max - _rows.integer_shift(z_max)).astype(np.longdouble)
        assert (largest >= 0).all()
        assert (np.exp(largest) <= np.finfo(dtype).max).all()

    def test_is_the_same_of_a_row_alone(self, dtype):
        z_max = self.Z_MAX.astype(dtype)
        alone = np.concatenate([of_row - _rows.integer_shift(of_row) for of_row in z_max.reshape(-1, 1)])
        np.testing.assert_array_equal(alone, z_max - _rows.integer_shift(z_max))

    def test_is_no_larger_than_it_must_be(self, dtype):
        z_max = self.Z_MAX.astype(dtype)
        z_max = z_max[np.abs(z_max) < 1e4]
        k = _rows.integer_shift(z_max).astype(np.longdouble)
        needed = z_max - np.log(np.finfo(dtype).max)
        assert (k[z_max < 0] <= z_max[z_max < 0]).all()
        assert (k[(z_max >= 0) & (needed < -2)] == 0).all()
        assert (k[needed > 0] < needed[needed > 0] + 2).all()


class TestTies:
    """Only one of several largest logits is left out of the tail."""

    @pytest.mark.parametrize("axis", [0, 1])
    @pytest.mark.parametrize("ties", [1, 2, 5])
    def test_along_either_axis(self, axis, ties):
        row = np.append(np.full(ties, 3.0), [1.0, -2.0])
        z = np.stack([row, row[::-1], np.roll(row, 2)], axis=1 - axis)
        true = -mpmath.log(ties + mpmath.exp(-2) + mpmath.exp(-5))
        np.testing.assert_allclose(log_softmax(z, axis=axis).max(axis=axis), float(true), rtol=4e-15)
        labels = np.argmax(z, axis=axis)
        np.testing.assert_allclose(cross_entropy(z, labels, axis=axis), -float(true), rtol=4e-15)


@pytest.mark.parametrize(("dtype", "low"), [(np.float32, -95), (np.float64, -740), (np.longdouble, -11_390)])
def test_rows_whose_exponentials_underflow_beside_others(dtype, low):
    z = np.random.default_rng(0).normal(size=(12, 100)).astype(dtype)
    z[1:] += dtype(low)  # the first row alone looks safe
    each = np.array([log_softmax(row) for row in z])
    tolerance = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(log_softmax(z), each, rtol=tolerance)
    np.testing.assert_allclose(cross_entropy(z, np.zeros(12, int), reduction="none"), -each[:, 0], rtol=tolerance)
    np.testing.assert_allclose(softmax(z), np.exp(each), rtol=20 * np.finfo(dtype).eps)


class TestLongRows:
    """Rows longer than a block are summed in pieces, whose maxima and tails are merged."""

    N = 1_500_000  # more than a block has in any type

    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("at", [0, N // 2, N - 1])
    def test_one_far_ahead(self, dtype, at):
        row = np.zeros(self.N, dtype)
        row[at] = 50
        tail = (self.N - 1) * mpmath.exp(-50)
        assert ulps(log_softmax(row)[at], -mpmath.log1p(tail), dtype) <= 3
        assert ulps(cross_entropy(row, at), mpmath.log1p(tail), dtype) <= 3
        assert ulps(softmax(row)[at], 1 / (1 + tail), dtype) <= 5
        assert ulps(logsumexp(row), 50 + mpmath.log1p(tail), dtype) <= 8

    @pytest.mark.parametrize(("dtype", "logit"), [(np.float16, 12), (np.float32, 88), (np.float64, 709)])
    def test_exponentials_that_overflow_together(self, dtype, logit):
        np.testing.assert_allclose(softmax(np.full(self.N, logit, dtype)), dtype(1 / self.N), rtol=4e-7)

    def test_result_in_steps_of_memory(self):
        row = np.random.default_rng(0).normal(size=self.N)
        out = np.zeros(2 * self.N)
        softmax(row, out=out[::2])
        np.testing.assert_array_equal(out[::2], softmax(row))
        assert not out[1::2].any()

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_a_piece_of_nothing_but_minus_infinity(self, dtype):
        row = np.full(self.N, -np.inf, dtype)
        row[-1] = 1000
        assert cross_entropy(row, self.N - 1) == 0
        assert logsumexp(row) == 1000
        assert log_softmax(row)[-1] == 0
        assert log_softmax(row)[0] == -np.inf
