"""Exact values: each formula as printed, in mpmath, with enough digits.

Functions take a row of finite floats, or one float. Set mpmath.mp.dps first.
"""

import mpmath
import numpy as np


def to_mpf(value):
    """Return a float of any type as the mpf of the same value."""
    high = float(value)
    return mpmath.mpf(high) + mpmath.mpf(float(value - type(value)(high)))


def exact_row(row):
    return [to_mpf(value) for value in row]


def exponentials(row):
    """Return the index of the largest logit, exp(z - the largest), the tail.

    The tail is the sum of all exponentials but the largest.
    """
    largest = int(np.argmax(row))
    z = exact_row(row)
    terms = [mpmath.exp(value - z[largest]) for value in z]
    return largest, terms, mpmath.fsum(terms[:largest] + terms[largest + 1 :])


def logsumexp(row):
    """Return log(sum(exp(z))); mpmath's exponents have any size."""
    return mpmath.log(mpmath.fsum(mpmath.exp(z) for z in exact_row(row)))


def softmax(row):
    terms = [mpmath.exp(z) for z in exact_row(row)]
    total = mpmath.fsum(terms)
    return [term / total for term in terms]


def log_softmax(row):
    """Return -log(1 + the sum of the other exp(z_j - z_i)) for each z_i."""
    z = exact_row(row)
    return [
        -mpmath.log1p(
            mpmath.fsum(
                mpmath.exp(z[j] - z[i]) for j in range(len(z)) if j != i
            )
        )
        for i in range(len(z))
    ]


def one_minus_p(row, label):
    """Return 1 - p of one label, as the sum of the other probabilities."""
    return mpmath.fsum(p for i, p in enumerate(softmax(row)) if i != label)


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-to_mpf(x)))


def log_sigmoid(x):
    return -mpmath.log1p(mpmath.exp(-to_mpf(x)))


def unit_roundoff(dtype):
    return mpmath.mpf(float(np.finfo(dtype).eps)) / 2


def ulps(result, true, dtype):
    """Return the error of `result` in units in the last place of `true`.

    Below the smallest normal number of `dtype` the unit is the smallest
    subnormal one; beyond the largest number, infinity is right.
    """
    info = np.finfo(dtype)
    largest = mpmath.mpf(float(info.max)) * (1 + unit_roundoff(dtype) / 2)
    if abs(true) >= largest:
        right = np.isinf(result) and np.sign(result) == mpmath.sign(true)
        return mpmath.mpf(0) if right else mpmath.inf
    exponent = info.minexp
    if true != 0:
        exponent = max(int(mpmath.floor(mpmath.log(abs(true), 2))), exponent)
    unit = mpmath.mpf(2) ** (exponent - info.nmant)
    return abs(to_mpf(result) - true) / unit
