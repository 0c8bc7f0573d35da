"""What the public functions ask of their array arguments, and the type and shape of what they return."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

silent = np.errstate(all="ignore")
BUFFER_SIZE = 512
BLOCK_BYTES = 2**20  # about as much as a second-level cache of a core holds
TWO_FLOATS = np.dtype((np.float64, 2))


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
    """Return `values` as floating numbers of their own type in the machine's byte order; other numbers as float64."""
    array = as_real(values, name)
    if array.dtype.kind != "f":
        return array.astype(np.float64)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def at_least(dtype, array):
    """Return `array` in the wider one of `dtype` and its own floating type."""
    return array if array.dtype.itemsize >= np.dtype(dtype).itemsize else array.astype(dtype)


def as_result(values, dtype, out=None):
    """Return `values` as `dtype`, in `out` if that is given; else an array without axes becomes a NumPy scalar."""
    if out is None:
        array = np.asarray(values)
        return (array if array.dtype == dtype else array.astype(dtype))[()]
    if not np.may_share_memory(values, out):
        out[...] = values
    return out


def result_like(z, out, *others):
    """Return an array for a result of the shape and type of `z`: `out` if that is given, which must fit.

    Where writing to it would change `z` or another argument, it is a new one, from which `as_result` fills `out`.
    """
    if out is None:
        return np.empty_like(z)
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be a NumPy array, but its type is {type(out).__name__}")
    if out.dtype != z.dtype:
        raise TypeError(f"out must hold {z.dtype}, as the result does, but its type is {out.dtype}")
    require_shape(out, "out", z.shape, "the shape of logits")
    if not out.flags.writeable:
        raise ValueError("out must be writeable, but it is read-only")
    arguments = [array for array in (z, *others) if isinstance(array, np.ndarray)]
    return np.empty_like(z) if any(np.may_share_memory(array, out) for array in arguments) else out


def normalize_axes(axis, ndim):
    """Return `axis` (an int, a tuple of ints, or None for all) as a sorted tuple of axes from the front."""
    if axis == -1 and ndim > 0:
        return (ndim - 1,)
    if axis is None:
        return tuple(range(ndim))
    if ndim == 0 and axis in (0, -1):
        return ()
    try:
        return tuple(sorted(normalize_axis_tuple(axis, ndim, "axis")))
    except TypeError:
        raise TypeError(f"axis must be an int, a tuple of ints or None, but it is {axis!r}") from None


def classes_last(array, axes):
    """Return `array` with `axes` gathered into one last axis, in C order; a view for a single axis."""
    if axes == (array.ndim - 1,):
        return array
    batch_shape = [size for axis, size in enumerate(array.shape) if axis not in axes]
    moved = np.moveaxis(array, axes, range(-len(axes), 0))
    return moved if len(axes) == 1 else moved.reshape(*batch_shape, math.prod(array.shape[axis] for axis in axes))


def classes_back(rows, shape, axes):
    """Undo `classes_last` for an array that had `shape`."""
    if axes == (len(shape) - 1,):
        return rows
    others = tuple(axis for axis in range(len(shape)) if axis not in axes)
    moved = rows if len(axes) == 1 else rows.reshape([shape[axis] for axis in others + axes])
    return np.moveaxis(moved, range(-len(axes), 0), axes)


Bar: TypeAlias = Callable[[list[Any]], Iterable[Any]]
_bar: ContextVar[Bar] = ContextVar("bar", default=iter)


@contextmanager
def progress(bar: Bar) -> Iterator[None]:
    """Let a progress bar, such as tqdm.tqdm, follow the work of each call within.

    Parameters
    ----------
    bar : callable
        It is given a list, an entry for each block of rows of the call's logits, and returns an iterable over it.

    Examples
    --------
    >>> from softmax_lib import logsumexp
    >>> with progress(lambda blocks: print(len(blocks), "blocks") or blocks):
    ...     total = logsumexp(np.zeros((300_000, 3)))
    7 blocks
    """
    if not callable(bar):
        raise TypeError(f"bar must be callable, but it is {bar!r}")
    token = _bar.set(bar)
    try:
        yield
    finally:
        _bar.reset(token)


def blocks(rows, dtype=None):
    """Return an iterable, followed by the progress bar, over the blocks of an array of rows."""
    return _bar.get()(cut(rows, dtype))


def cut(rows, dtype=None):
    """Return the indices that cut an array of rows, but never a row, into blocks for the processor's cache.

    Only axes that lie further apart in memory than the numbers of a row are cut. `dtype` is the type to compute with.
    """
    most = _block_size(rows, dtype)
    if rows.size <= most:
        return [...] if rows.size > 0 else []
    if rows.shape[-1] >= BUFFER_SIZE:
        np.setbufsize(BUFFER_SIZE)  # until `silent` ends; NumPy copies what it broadcasts over rows shorter than this
    strides = rows.strides
    axis = sum(stride >= strides[-1] for stride in strides[:-1])
    count = math.prod(rows.shape[axis:])
    while axis > 0 and count * rows.shape[axis - 1] <= most:
        axis -= 1
        count *= rows.shape[axis]
    if axis == 0:
        return [...]
    step = max(1, most // count)
    slices = [slice(start, start + step) for start in range(0, rows.shape[axis - 1], step)]
    return [(*outer, cut) for outer in np.ndindex(*rows.shape[: axis - 1]) for cut in slices]


def pieces(rows, dtype=None):
    """Return the rows cut across, so that a block that is too large for the processor's cache comes in parts."""
    most, n = _block_size(rows, dtype), rows.shape[-1]
    if rows.size <= most:
        return [rows]
    length = max(1, most * n // rows.size)
    return [rows[..., start : start + length] for start in range(0, n, length)]


def parts(*arrays):
    """Yield what belongs together of arrays of one shape, in parts of half a block, as functions hold several."""
    arrays = [np.atleast_1d(array) for array in arrays]
    for block in blocks(arrays[0], TWO_FLOATS):
        yield from zip(*(pieces(array[block], TWO_FLOATS) for array in arrays), strict=True)


def elementwise(function, out, x, *others):
    """Return function of arrays of the shape of `x`, part by part, in its type; in `out` if that is given."""
    result = result_like(x, out, *others)
    for *arguments, result_part in parts(x, *others, result):
        result_part[...] = function(*arguments)
    return as_result(result, x.dtype, out)


def _block_size(rows, dtype):
    return BLOCK_BYTES // (rows.itemsize if dtype is None else np.dtype(dtype).itemsize)


def require_shape(array, name, shape, what):
    """Raise ValueError unless `array` has `shape`, which is that of `what`."""
    if array.shape != shape:
        raise ValueError(f"{name} must have {what} {shape}, but its shape is {array.shape}")


def require_reduction(reduction):
    """Raise ValueError unless `reduction` is one of the three."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none", but it is {reduction!r}')
