"""Sums of rows in groups, so that few additions are rounded, and little by each."""

import numpy as np

from softmax_lib._types import Array, DType

WIDER: dict[DType, DType] = {np.dtype(np.float32): np.dtype(np.float64), np.dtype(np.float64): np.dtype(np.longdouble)}
GROUP = 128
ONES = {np.dtype(dtype): np.ones((GROUP, 1), dtype) for dtype in (np.float32, np.float64, np.longdouble)}
STRIDED_GROUP = 4


def row_sum(e: Array) -> Array:
    """Return the sum of each row, last axis kept, in float64 at least: in groups, so that few additions are rounded."""
    n = e.shape[1]
    wide = np.promote_types(e.dtype, np.float64)
    if e.dtype == wide and e.size <= GROUP < 8 * n:
        return strided_row_sum(e, wide)
    if e.size <= GROUP or (e.dtype == np.longdouble and e.flags.c_contiguous):
        return np.add.reduce(e, axis=1, keepdims=True, dtype=wide)
    if not e.flags.c_contiguous:
        return strided_row_sum(e if e.dtype == wide else _group_sums(e), wide)
    if n <= GROUP:
        return e.dot(ONES[e.dtype][:n]).astype(wide, copy=False)
    whole = n - n % GROUP
    groups = e[:, :whole].reshape(len(e), whole // GROUP, GROUP)
    if groups.flags.c_contiguous:
        sums = groups.reshape(-1, GROUP).dot(ONES[e.dtype]).reshape(groups.shape[:2])
    else:
        sums = np.einsum("...j->...", groups)
    total = np.add.reduce(sums, axis=1, keepdims=True, dtype=WIDER[e.dtype])
    if whole < n:
        total += e[:, whole:] @ ONES[e.dtype][: n - whole]
    return total.astype(wide, copy=False)


def strided_row_sum(e: Array, wide: DType) -> Array:
    """Return the sums of rows whose classes are contiguous in memory, each addition in the wide type."""
    while e.dtype == wide and e.shape[1] > STRIDED_GROUP:
        e = _group_sums(e)
    return np.add.reduce(e, axis=1, keepdims=True, dtype=wide)


def _group_sums(e: Array) -> Array:
    """Return the sums of groups of classes, in the type that e has."""
    whole = e.shape[1] - e.shape[1] % STRIDED_GROUP
    if whole == 0:
        return e
    sums: Array = np.add.reduce(e[:, :whole].reshape(len(e), whole // STRIDED_GROUP, STRIDED_GROUP), axis=2)
    if whole < e.shape[1]:
        sums[:, :1] += np.add.reduce(e[:, whole:], axis=1, keepdims=True)
    return sums


def max_and_rest(values: Array) -> tuple[Array, Array]:
    """Return the maximum of each row, last axis kept, and the sum of all other values."""
    position = values.argmax(axis=1)[:, np.newaxis]
    others = values.copy()
    np.put_along_axis(others, position, 0, axis=1)
    return np.take_along_axis(values, position, axis=1), row_sum(others)
