"""The arithmetic on rows of logits: arrays of rows x classes, in float32 or wider.

A class of all rows is contiguous in memory, or else a row is ("C order"); one of the two. The chapter "How many digits
survive" explains and proves each idea.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from softmax_lib._sums import greatest, least, row_sum
from softmax_lib._types import Array

FLOATS: tuple[Any, ...] = (np.float32, np.float64, np.longdouble)
INFO = {np.dtype(dtype): np.finfo(dtype) for dtype in FLOATS}
MAX = {dtype: info.max for dtype, info in INFO.items()}
# The greatest integer with a finite exponential. WebAssembly computes that of longdouble in float64.
LOG_MAX = {dtype: np.log(largest) for dtype, largest in MAX.items()}
HIGHEST = {dtype: int(log if log < np.inf else LOG_MAX[np.dtype(np.float64)]) for dtype, log in LOG_MAX.items()}
TINY = {dtype: info.smallest_normal for dtype, info in INFO.items()}
LOG_TINY = {dtype: float(np.log(tiny)) for dtype, tiny in TINY.items()}
EPSILON = {dtype: info.eps for dtype, info in INFO.items()}


def integer_shift(z_max: Array, lowest: float = 0) -> Array | int:
    """Return the integer k to subtract before exp from logits with the maximum z_max; 0 if all can do without.

    The largest exponential is then finite, and at least exp(lowest). k is no larger than it must be: z - k is exact, or
    next to 0, wherever the exponential counts.
    """
    highest = HIGHEST[z_max.dtype]
    if z_max.size == 0 or (least(z_max) >= lowest and greatest(z_max) <= highest):
        return 0
    if z_max.dtype == np.float32 and least(z_max) == -np.inf:  # rows of padding, which need no shift
        return integer_shift(np.where(z_max == -np.inf, z_max.dtype.type(0), z_max), lowest)
    k = np.floor(np.minimum(z_max, 0))
    if not greatest(z_max) <= highest:
        k += np.maximum(np.where(z_max * EPSILON[z_max.dtype] < 1, np.ceil(z_max - highest), z_max), 0)
    return k


def exp_shifted(z: Array, k: Array | int, out: Array | None = None) -> Array:
    """Return exp(z - k)."""
    return np.exp(z, out=out) if isinstance(k, int) else np.exp(np.subtract(z, k, out=out), out=out)


def row_max(z: Array) -> Array:
    """Return the maximum of each row, last axis kept."""
    by_position = z.flags.c_contiguous and z.shape[1] < 2000  # the quicker way of short rows
    return row_max_and_position(z)[0] if by_position else np.maximum.reduce(z, axis=1, keepdims=True)


def row_max_and_position(z: Array) -> tuple[Array, Array]:
    """Return the maximum of each contiguous row, last axis kept, and its position in memory."""
    memory, position = at_labels(z, z.argmax(axis=1))
    return memory[position][:, np.newaxis], position


def at_labels(rows: Array, labels: Array) -> tuple[Array, Array]:
    """Return the memory of rows as one axis, and where in it each row's label is: a quicker index than two arrays."""
    labels = labels.astype(np.intp, copy=False)
    if rows.flags.c_contiguous:
        return rows.reshape(-1), np.arange(0, rows.size, rows.shape[1]) + labels
    step = rows.strides[1] // rows.itemsize
    memory = as_strided(rows, (step * (rows.shape[1] - 1) + len(rows),), rows.strides[:1])
    return memory, np.arange(len(rows)) + step * labels


def exp_and_sum(z: Array, out: Array) -> tuple[Array, Array]:
    """Set out to exp(z), by some factor for each row that doesn't matter, and return it with its row sums.

    Unshifted, as long as no exponential overflows, and none underflows that counts: where the sum is at least 1/2, an
    exponential whose quotient by the sum is a normal number is one itself, or loses no more than its last bit.
    """
    limit = HIGHEST[z.dtype]
    fits = z.size <= 1000 or 0 <= greatest(z[0, :1000]) <= limit  # a sample often tells, quicker than all
    highest = greatest(z) if fits else math.inf
    padded = z.size > 1000 and z.dtype != np.float32 and z[:, 0].min() == -np.inf  # exp(-inf) is slow, exp(NaN) isn't
    if 0 <= highest <= limit and not padded:
        total = row_sum(np.exp(z, out=out))
        if least(total) < 0.5 and z.min() < LOG_TINY[z.dtype]:
            lost = total < 0.5
            if least(total) == 0:
                lost &= row_max(z) > -np.inf
            rows = np.flatnonzero(lost)  # numbers, as NumPy is slow to index by a mask
            if rows.size > 0:
                again = np.ascontiguousarray(z[rows])
                e = exp_shifted(again, integer_shift(row_max(again)))
                out[rows], total[rows] = e, row_sum(e)
    else:
        total = row_sum(exp_shifted(z, integer_shift(row_max(z)), out))
    if not highest + math.log(z.shape[1]) < limit and not greatest(total) <= MAX[z.dtype]:
        rows = np.flatnonzero(total > MAX[z.dtype])
        out[rows] *= z.dtype.type(2) ** -math.ceil(math.log2(z.shape[1]))
        total[rows] = row_sum(out[rows])
    return out, total


def softmax_rows(z: Array, out: Array) -> None:
    """Set out to the softmax of each row."""
    if z.shape[1] == 1:
        np.subtract(z, z, out=out)
        np.add(out, 1, out=out)  # 1 or NaN
        return
    e, total = exp_and_sum(z, out)
    np.divide(e, total.astype(e.dtype, copy=False), out=out)


def max_and_tail(z: Array, scratch: Array | None = None) -> tuple[Array, Array]:
    """Return each row's maximum m, and in float64 at least its tail T, the sum of all exp(z - m) but the largest.

    Leaving the largest out, rather than taking it away afterwards, keeps every digit of a sum that is small beside it.
    An array like z may be given to be overwritten.
    """
    n = z.shape[1]
    if n == 1:
        return z, (z - z).astype(np.promote_types(z.dtype, np.float64), copy=False)  # 0 or NaN
    if z.flags.c_contiguous:
        z_max, position = row_max_and_position(z)
        k = integer_shift(z_max, lowest=-HIGHEST[z.dtype] / 2)
        e = exp_shifted(z, k, scratch)
        flat = e.reshape(-1)
        e_max = flat[position][:, np.newaxis]
        flat[position] = 0
    else:
        others = (np.empty_like(z) if scratch is None else scratch)[:, 1:]
        z_max = max_and_others(z, others)
        k = integer_shift(z_max, lowest=-HIGHEST[z.dtype] / 2)
        e = exp_shifted(others, k, out=others)
        e_max = exp_shifted(z_max, k)
    rest = row_sum(e)
    tail = rest / e_max
    if not least(rest) >= n * TINY[z.dtype]:
        rows = np.flatnonzero((rest < n * TINY[z.dtype]) & (z_max > -np.inf))
        if rows.size > 0:
            tail[rows] = _lifted_tail(z[rows], z_max[rows], HIGHEST[z.dtype])
    if not greatest(rest) < np.inf:
        rows = np.flatnonzero(np.isinf(rest))
        tail[rows] = _lifted_tail(z[rows], z_max[rows], -math.ceil(math.log(n)))
    return z_max, tail


def max_and_others(z: Array, losers: Array) -> Array:
    """Return the maximum of each row, last axis kept, and set losers to all other logits, in some order: a knockout.

    In each round the classes are paired, and the greater of two stays. So every logit but the maximum loses once.
    """
    pairs, half = z.shape[1] // 2, -(-z.shape[1] // 2)
    np.minimum(z[:, :pairs], z[:, half:], out=losers[:, :pairs])
    winners = np.empty_like(z[:, :half])
    np.maximum(z[:, :pairs], z[:, half:], out=winners[:, :pairs])
    winners[:, pairs:] = z[:, pairs:half]  # the one without a partner, if their number is odd
    while half > 1:
        losers = losers[:, pairs:]
        pairs, half = half // 2, -(-half // 2)
        first, second = winners[:, :pairs], winners[:, half:]
        np.minimum(first, second, out=losers[:, :pairs])
        np.maximum(first, second, out=first)
        winners = winners[:, :half]
    return winners


def _lifted_tail(z: Array, z_max: Array, lift: float) -> Array:
    """Return the tail of rows whose exponentials all become subnormal but the largest, or whose sum overflows."""
    k = integer_shift(z_max)
    e = np.exp((z - k) + z.dtype.type(lift))
    e[np.arange(len(z)), z.argmax(axis=1)] = 0
    return row_sum(e) / np.exp(z_max - k) / np.exp(z.dtype.type(lift))


def merge(maxima: Array, tails: Array) -> tuple[Array, Array]:
    """Return the maximum and the tail of rows whose chunks, along the last axis, have these."""
    position = maxima.argmax(axis=1)[:, np.newaxis]
    z_max, tail = (np.take_along_axis(values, position, axis=1) for values in (maxima, tails))
    k = integer_shift(z_max)
    e = exp_shifted(maxima, k) / exp_shifted(z_max, k)
    e += e * np.where(maxima == -np.inf, 0, tails)
    np.put_along_axis(e, position, 0, axis=1)
    return z_max, tail + np.add.reduce(e, axis=1, keepdims=True)


def log_sum_exp(z_max: Array, tail: Array) -> Array:
    """Return m + log(1 + T), or the maximum where that is infinite."""
    return np.where(np.isinf(z_max), z_max, z_max + np.log1p(tail))


def softmax_of_state(z: Array, z_max: Array, tail: Array, out: Array | None = None) -> Array:
    """Return the softmax of a chunk of rows with this maximum and tail."""
    z_max = z_max.astype(z.dtype, copy=False)
    k = integer_shift(z_max)
    e = exp_shifted(z, k, out)
    total = (exp_shifted(z_max, k) * (1 + tail)).astype(e.dtype, copy=False)
    if np.fmax.reduce(total, axis=None, initial=0) < np.inf:
        return np.divide(e, total, out=out)
    return np.divide(e / (1 + tail).astype(e.dtype), exp_shifted(z_max, k), out=out)


def log_softmax_of_state(z: Array, z_max: Array, tail: Array, out: Array | None = None) -> Array:
    """Return (z - m) - log(1 + T), two numbers of one sign; as z - (m + log(1 + T)) where that costs few digits."""
    log_tail = np.log1p(tail)
    if z.size > 1000 and greatest(np.abs(z_max)) <= least(log_tail):
        return np.subtract(z, (z_max + log_tail).astype(z.dtype, copy=False), out=out)
    below = np.subtract(z, z_max.astype(z.dtype, copy=False), out=out)
    return np.subtract(below, log_tail.astype(z.dtype, copy=False), out=out)


def log_softmax_rows(z: Array, out: Array) -> None:
    """Set out to the logarithm of the softmax of each row."""
    if z.shape[1] == 1:
        np.subtract(z, z, out=out)  # 0 or NaN
    else:
        log_softmax_of_state(z, *max_and_tail(z, out), out)
