"""The exact values that results are held to: each formula as printed, in mpmath, with 60 digits and no care."""

import mpmath
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

mpmath.mp.dps = 60
DTYPES = [np.float16, np.float32, np.float64]

# What the docstrings promise, in ulp.
SOFTMAX = {np.float16: 1, np.float32: 5, np.float64: 4}
LOG_SOFTMAX = {np.float16: 1, np.float32: 3, np.float64: 3}
LOGSUMEXP = {np.float16: 1, np.float32: 3, np.float64: 8}
SIGMOID = {np.float16: 1, np.float32: 1, np.float64: 2.5}
GRADIENT = {np.float16: 8, np.float32: 8, np.float64: 8}


def exact(value):
    """Return a finite float of any type, longdouble included, as the mpf of the same value."""
    high = float(value)
    return mpmath.mpf(high) + mpmath.mpf(float(value - type(value)(high)))


def exact_row(row):
    return [exact(value) for value in row]


def logsumexp(row):
    """Return log(sum(exp(z))): the exponents of mpmath have any size, so nothing overflows."""
    return mpmath.log(mpmath.fsum(mpmath.exp(z) for z in exact_row(row)))


def softmax(row):
    terms = [mpmath.exp(z) for z in exact_row(row)]
    total = mpmath.fsum(terms)
    return [term / total for term in terms]


def log_softmax(row):
    """Return log(softmax(z)) as -log(1 + sum of the other exp(z_j - z_i)), as z_i - log(sum(exp(z))) would cancel."""
    z = exact_row(row)
    return [-mpmath.log1p(mpmath.fsum(mpmath.exp(z[j] - z[i]) for j in range(len(z)) if j != i)) for i in range(len(z))]


def but_one(row, label):
    """Return 1 - p of one label as the sum of the other probabilities."""
    return mpmath.fsum(p for i, p in enumerate(softmax(row)) if i != label)


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-exact(x)))


def log_sigmoid(x):
    return -mpmath.log1p(mpmath.exp(-exact(x)))


def unit_roundoff(dtype):
    return mpmath.mpf(float(np.finfo(dtype).eps)) / 2


def is_normal(value, dtype):
    """Say whether the exact `value`, or 0, is within the normal numbers of `dtype`."""
    info = np.finfo(dtype)
    return float(info.smallest_normal) <= abs(value) <= float(info.max)


def ulps(result, true, dtype):
    """Return the error of `result` in units of the last place that the exact value has in `dtype`.

    Below the smallest normal number the unit is the smallest subnormal one; beyond the largest, infinity is right.
    """
    info = np.finfo(dtype)
    if abs(true) >= mpmath.mpf(float(info.max)) * (1 + unit_roundoff(dtype) / 2):
        return mpmath.mpf(0) if np.isinf(result) and np.sign(result) == mpmath.sign(true) else mpmath.inf
    exponent = info.minexp if true == 0 else max(int(mpmath.floor(mpmath.log(abs(true), 2))), info.minexp)
    return abs(exact(result) - true) / mpmath.mpf(2) ** (exponent - info.nmant)


def floats(dtype):
    """Return a strategy of finite floats: of everyday size, near ties, and of any size."""
    width = np.finfo(dtype).bits
    everyday = st.floats(-20, 20, width=width)
    near_ties = st.sampled_from([1.0, 1.0 + 2.0**-10, 1.0 - 2.0**-10, 1.5])
    return st.one_of(everyday, near_ties, st.floats(width=width, allow_nan=False, allow_infinity=False))


def rows(max_size=12):
    """Return a strategy of rows of finite logits in one of the floating types."""
    sizes = st.integers(1, max_size)
    return st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.arrays(dtype, sizes, elements=floats(dtype)))
