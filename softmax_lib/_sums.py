"""Sums and extremes of rows: sums in groups or halves, so that few additions are rounded, and little by each."""

from typing import Any

import numpy as np

from softmax_lib._types import Array, DType

GROUP = 128
ONES = {np.dtype(dtype): np.ones((GROUP, 1), dtype) for dtype in (np.float32, np.float64)}
FEW = 10_000


def row_sum(e: Array) -> Array:
    """Return the sum of each row, last axis kept, in float64 at least, so that few additions are rounded."""
    n = e.shape[1]
    wide = np.promote_types(e.dtype, np.float64)
    few = e.size <= GROUP
    if not e.flags.c_contiguous or (few and n > 16 and e.dtype == wide):
        return _sum_of_halves(e, wide)
    if few or e.dtype == np.longdouble:
        return np.add.reduce(e, axis=1, keepdims=True, dtype=wide)
    if n <= GROUP:
        return e.dot(ONES[e.dtype][:n]).astype(wide, copy=False)
    groups, left_over = _in_groups(e, GROUP)
    if left_over.size == 0:
        length = groups.shape[2]
        sums = groups.reshape(-1, length).dot(ONES[e.dtype][:length]).reshape(groups.shape[:2])
        return np.add.reduce(sums, axis=1, keepdims=True, dtype=wide)
    sums = np.einsum("ijk->ij", groups)
    rest = np.add.reduce(left_over, axis=1, keepdims=True, dtype=wide)
    return rest + np.add.reduce(sums, axis=1, keepdims=True, dtype=wide)


def _in_groups(rows: Array, size: int) -> tuple[Array, Array]:
    """Return rows as rows x groups x classes, in equal groups of at most this size, and the classes left over."""
    n = rows.shape[1]
    groups = -(-n // size)
    length = n // groups  # so that often nothing is left over
    whole = groups * length
    return rows[:, :whole].reshape(len(rows), groups, length), rows[:, whole:]


def _sum_of_halves(e: Array, wide: DType) -> Array:
    """Return the sum of each row, last axis kept, in the wide type: half of the classes is added to the other half.

    So are the halves of these sums, until no more than three are left. The one in the middle is added to the first.
    """
    sums = e
    while sums.shape[1] > 3:
        pairs = sums.shape[1] // 2
        first, middle, second = sums[:, :pairs], sums[:, pairs:-pairs], sums[:, -pairs:]
        sums = np.add(first, second, out=None if sums is e else first)
        if middle.size > 0:
            sums[:, :1] += middle
    return np.add.reduce(sums.astype(wide, copy=False), axis=1, keepdims=True)


def row_dot(a: Array, b: Array) -> Array:
    """Return the sum of each row's products, last axis kept, in float64 at least, from sums of groups of products."""
    contiguous = a.flags.c_contiguous and b.flags.c_contiguous
    short = a.shape[1] < 32  # A group of contiguous numbers takes a call of BLAS.
    if a.dtype != b.dtype or a.dtype == np.longdouble or (contiguous and short):
        return row_sum(a * b)
    size = 2 * GROUP if contiguous else 8
    groups, left_over = zip(_in_groups(a, size), _in_groups(b, size), strict=True)
    sums = np.vecdot(*groups) if contiguous else np.einsum("ijk,ijk->ij", *groups)
    if left_over[0].size > 0:
        sums = np.concatenate([sums, np.multiply(*left_over)], axis=1)
    return row_sum(sums)


def least(values: Array) -> Any:
    """Return the smallest of all values, or NaN; of few contiguous ones quicker than their min()."""
    return values.item(values.argmin()) if values.size < FEW and values.flags.carray else values.min()


def greatest(values: Array) -> Any:
    """Return the largest of all values, or NaN; of few contiguous ones quicker than their max()."""
    return values.item(values.argmax()) if values.size < FEW and values.flags.carray else values.max()


def max_and_rest(values: Array) -> tuple[Array, Array]:
    """Return the maximum of each row, last axis kept, and the sum of all other values."""
    position = values.argmax(axis=1)[:, np.newaxis]
    others = values.copy()
    np.put_along_axis(others, position, 0, axis=1)
    return np.take_along_axis(values, position, axis=1), row_sum(others)
