"""What the public functions ask of their array arguments, and the type and shape of what they return."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

silent = np.errstate(all="ignore")


def as_real(values, name):
    """Return `values` as an array of real numbers; no other kind is taken."""
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array; fill its masked entries, with -inf for logits")
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be an array, or nested lists of equal lengths: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, but its type is {array.dtype}")
    return array


def as_floating(values, name):
    """Return `values` in the type to compute with, and the type that the result has.

    float16 is computed in float32: the sum of 65520 exponentials would overflow.
    """
    array = as_real(values, name)
    dtype = array.dtype.newbyteorder("=") if array.dtype.kind == "f" else np.dtype(np.float64)
    return array.astype(np.promote_types(dtype, np.float32), copy=False), dtype


def as_result(values, dtype):
    """Return `values` as `dtype`; an array without axes becomes a NumPy scalar."""
    return np.asarray(values).astype(dtype, copy=False)[()]


def normalize_axes(axis, ndim):
    """Return `axis` (an int, a tuple of ints, or None for all) as a sorted tuple of axes from the front."""
    if axis is None:
        return tuple(range(ndim))
    if ndim == 0 and axis in (0, -1):
        return ()
    try:
        return tuple(sorted(normalize_axis_tuple(axis, ndim, "axis")))
    except TypeError:
        raise TypeError(f"axis must be an int, a tuple of ints or None, but it is {axis!r}") from None


def classes_last(array, axes):
    """Return `array` with `axes` gathered into one last axis, in C order."""
    batch_shape = [size for axis, size in enumerate(array.shape) if axis not in axes]
    class_count = math.prod(array.shape[axis] for axis in axes)
    return np.moveaxis(array, axes, range(-len(axes), 0)).reshape(*batch_shape, class_count)


def classes_back(rows, shape, axes):
    """Undo `classes_last` for an array that had `shape`."""
    others = tuple(axis for axis in range(len(shape)) if axis not in axes)
    moved = rows.reshape([shape[axis] for axis in others + axes])
    return np.moveaxis(moved, range(-len(axes), 0), axes)


def require_shape(array, name, shape, what):
    """Raise ValueError unless `array` has `shape`, which is that of `what`."""
    if array.shape != shape:
        raise ValueError(f"{name} must have {what} {shape}, but its shape is {array.shape}")


def require_reduction(reduction):
    """Raise ValueError unless `reduction` is one of the three."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none", but it is {reduction!r}')
