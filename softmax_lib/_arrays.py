"""Argument checks, axes, result types and views as rows, which the other modules share."""

import math
import operator
from collections.abc import Sequence

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike, DTypeLike

from softmax_lib._types import Array, Axis, DType, FloatsOrScalar, Shape

ignore_fp_errors = np.errstate(all="ignore")


def as_real(values: ArrayLike, name: str) -> Array:
    """Convert to an array of real numbers; raise TypeError for any other kind."""
    if type(values) is not np.ndarray and is_masked(values):
        raise TypeError(f"{name} must not be a masked array; fill its masked entries first")
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be an array, or nested lists of equal lengths: {error}") from None
    if array.dtype.kind not in "biuf":
        hint = "; convert it to float32 first" if array.dtype.kind == "V" else ""  # bfloat16, for example
        raise TypeError(f"{name} must hold real numbers, but its type is {array.dtype}{hint}")
    return array


def is_masked(values: object) -> bool:
    """Return whether values are a masked array, or a list with one, whose mask np.asarray would drop."""
    if isinstance(values, list | tuple):
        return any(isinstance(value, np.ma.MaskedArray) for value in values)
    return isinstance(values, np.ma.MaskedArray)


def floating_type(array: Array) -> DType:
    """Return the type of results: the array's own in the machine's byte order, or float64 for integers."""
    if array.dtype.kind != "f":
        return np.dtype(np.float64)
    return array.dtype if array.dtype.isnative else array.dtype.newbyteorder("=")


def promote(array: Array, dtype: DTypeLike) -> Array:
    """Promote the array to dtype if it is narrower, and to the machine's byte order."""
    return array.astype(np.promote_types(floating_type(array), dtype), copy=False)


def as_result(values: ArrayLike, dtype: DType, out: Array | None = None) -> FloatsOrScalar:
    """Return values as dtype, in out if that is given; else an array without axes becomes a NumPy scalar."""
    if out is None:
        array = np.asarray(values)
        return (array if array.dtype == dtype else array.astype(dtype))[()]
    if not np.may_share_memory(values, out):
        out[...] = values
    return out


def result_like(z: Array, out: Array | None, *others: Array) -> Array:
    """Return an array for a result of the shape of z in its floating type: out if that is given, which must fit.

    Where writing to it would change z or another argument, it is a new one, from which `as_result` fills out.
    """
    dtype = floating_type(z)
    if out is None:
        return np.empty_like(z, dtype)
    if not isinstance(out, np.ndarray) or isinstance(out, np.ma.MaskedArray):
        raise TypeError(f"out must be a NumPy array, but its type is {type(out).__name__}")
    if out.dtype.newbyteorder("=") != dtype:
        raise TypeError(f"out must hold {dtype}, as the result does, but its type is {out.dtype}")
    require_shape(out, "out", z.shape, "the shape of logits")
    if not out.flags.writeable:
        raise ValueError("out must be writeable, but it is read-only")
    if any(stride == 0 and size > 1 for stride, size in zip(out.strides, out.shape, strict=True)):
        raise ValueError(f"out must have its own memory for each entry, but its strides are {out.strides}")
    overlaps = any(np.may_share_memory(array, out) for array in (z, *others))
    return np.empty_like(z, dtype) if overlaps else np.asarray(out)


def normalize_axes(axis: Axis, ndim: int) -> Shape:
    """Return axis (an int, a tuple of ints, or None for all) as a sorted tuple of axes from the front."""
    if type(axis) is int and -ndim <= axis < ndim:  # most often
        return (axis % ndim,)
    if axis is None:
        return tuple(range(ndim))
    try:
        axes = tuple(map(operator.index, axis)) if isinstance(axis, tuple | list) else (operator.index(axis),)
    except TypeError:
        raise TypeError(f"axis must be an int, a tuple of ints or None, but it is {axis!r}") from None
    if ndim == 0 and axes in ((0,), (-1,)):
        return ()
    return tuple(sorted(normalize_axis_tuple(axes, ndim, "axis")))


def without_axes(shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    """Return the shape that is left when the axes are summed over."""
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def count(shape: Shape, axes: Shape) -> int:
    """Return how many entries the axes have together."""
    return math.prod(shape[axis] for axis in axes)


def small_rows(z: Array) -> Array:
    """Return a small array whose last axis is that of the classes as contiguous rows."""
    dtype = np.promote_types(floating_type(z), np.float32)
    return z.reshape(-1, z.shape[-1]).astype(dtype, order="C", copy=False)


def as_rows(array: Array, rows: int) -> Array | None:
    """Return a view of an array as rows x classes; None if there is none."""
    try:
        return np.reshape(array, (rows, array.size // rows), copy=False)
    except ValueError:
        return None


def has_contiguous_classes(rows: Array) -> bool:
    """Return whether each class is contiguous in memory, and the next begins a multiple of the itemsize further on."""
    return bool(rows.strides[0] == rows.itemsize <= rows.strides[1] and rows.strides[1] % rows.itemsize == 0)


def require_shape(array: Array, name: str, shape: Shape, what: str) -> None:
    """Raise ValueError unless the array has shape, which is that of what."""
    if array.shape != shape:
        raise ValueError(f"{name} must have {what} {shape}, but its shape is {array.shape}")


def broadcast(array: Array, name: str, shape: Shape, what: str) -> Array:
    """Broadcast the array to shape, which is that of what."""
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"{name} must broadcast to {what} {shape}, but its shape is {array.shape}") from None


def as_mask(where: ArrayLike | None, shape: Shape) -> Array | None:
    """Return where, which says what counts, as an array of booleans of the logits' shape; None for everything."""
    if where is None or where is True:
        return None
    mask = np.asarray(where)
    if mask.dtype != np.bool_:
        raise TypeError(f"where must hold booleans, but its type is {mask.dtype}")
    return broadcast(mask, "where", shape, "the logits' shape")


def require_reduction(reduction: object) -> None:
    """Raise ValueError unless the reduction is one of the three."""
    if not (isinstance(reduction, str) and reduction in ("mean", "sum", "none")):
        raise ValueError(f'reduction must be "mean", "sum" or "none", but it is {reduction!r}')
