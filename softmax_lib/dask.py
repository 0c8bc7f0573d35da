"""Softmax, its logarithm, log-sum-exp and cross-entropy over Dask arrays, whose class axis may be cut into chunks too.

The extra softmax_lib[dask] installs what it needs. The functions have the names, parameters and error bounds of those
for NumPy arrays, and are lazy: errors that only the numbers tell, such as labels out of range, are raised when the
result is computed. No task needs the logits of more than one chunk. Where the classes lie in several, what moves
between workers is the two numbers of a `SoftmaxState` for each row and chunk, and for a loss the label's logit,
merged in a tree.
"""

import io
import math
import os
import stat
import tempfile
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike

import softmax_lib
from softmax_lib import SoftmaxState
from softmax_lib._arrays import as_mask, as_real, as_result, floating_type, ignore_fp_errors, normalize_axes, promote
from softmax_lib._loss_terms import (
    are_labels,
    checked_labels,
    class_weights,
    gradient_of_classes,
    half_loss,
    one_minus_p,
    require_options,
    smoothed,
    weighted,
)
from softmax_lib._sums import max_and_rest
from softmax_lib._types import Array, Axis, DType, FloatsOrScalar, Reduction, Shape

try:
    import dask.array as da
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("softmax_lib.dask needs Dask, which the extra softmax_lib[dask] installs") from error

__all__ = ["cross_entropy", "cross_entropy_grad", "log_softmax", "logsumexp", "save", "softmax"]


def softmax(logits: ArrayLike, axis: Axis = -1, *, where: ArrayLike | None = None) -> da.Array:
    """Return the softmax of logits as a Dask array, in their shape, chunks and floating type.

    Parameters
    ----------
    logits : dask.array.Array or array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.
    where : dask.array.Array or array_like of bool, optional
        The logits that count, broadcast to the logits' shape. The probability of the others is 0, whatever they are.

    Returns
    -------
    dask.array.Array
        The probabilities in the logits' shape, chunks and floating type.

    See Also
    --------
    softmax_lib.softmax : The same for NumPy arrays, with its exceptions and error bounds.

    Notes
    -----
    Parameters, exceptions and error bounds are those of `softmax_lib.softmax`; but logits are a Dask array, or are made
    one, and their empty chunks are left out.

    Examples
    --------
    >>> z = da.from_array(np.array([[2.0, 1.0, 0.5]]), chunks=(1, 2))
    >>> softmax(z).compute().round(3)
    array([[0.629, 0.231, 0.14 ]])
    """
    return _by_chunks(softmax_lib.softmax, _softmax, logits, axis, where, 0)


def log_softmax(logits: ArrayLike, axis: Axis = -1, *, where: ArrayLike | None = None) -> da.Array:
    """Return the logarithm of the softmax as a Dask array, in the logits' shape, chunks and floating type.

    Parameters
    ----------
    logits : dask.array.Array or array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.
    where : dask.array.Array or array_like of bool, optional
        The logits that count, broadcast to the logits' shape. The result of the others is -inf, whatever they are.

    Returns
    -------
    dask.array.Array
        The logarithms of the probabilities in the logits' shape, chunks and floating type.

    See Also
    --------
    softmax_lib.log_softmax : The same for NumPy arrays, with its exceptions and error bounds.

    Notes
    -----
    Parameters, exceptions and error bounds are those of `softmax_lib.log_softmax`; for logits see `softmax`.

    Examples
    --------
    >>> log_softmax(da.from_array(np.array([0.0, -1000.0]), chunks=1)).compute()
    array([    0., -1000.])
    """
    return _by_chunks(softmax_lib.log_softmax, _log_softmax, logits, axis, where, -np.inf)


def logsumexp(
    logits: ArrayLike, axis: Axis = -1, keepdims: bool = False, *, where: ArrayLike | None = None
) -> da.Array:
    """Return the logarithm of the sum of the logits' exponentials as a Dask array.

    Parameters
    ----------
    logits : dask.array.Array or array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes to sum over; None means all.
    keepdims : bool, default False
        Whether the axes summed over stay, with length one.
    where : dask.array.Array or array_like of bool, optional
        The logits that count, broadcast to the logits' shape. The others are left out, whatever they are.

    Returns
    -------
    dask.array.Array
        The log-sum-exp in the logits' floating type, and their shape and chunks without axis.

    See Also
    --------
    softmax_lib.logsumexp : The same for NumPy arrays, with its exceptions and error bounds.

    Notes
    -----
    Parameters, exceptions and error bounds are those of `softmax_lib.logsumexp`; for logits see `softmax`.

    Examples
    --------
    >>> logsumexp(da.from_array(np.array([1000.0, 1000.0]), chunks=1)).compute().round(4)
    np.float64(1000.6931)
    """
    z, axes, _ = _logits(logits, axis, where)
    return da.map_blocks(_logsumexp, _states(z, axes, keepdims), z.dtype, dtype=z.dtype)


def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: Axis = -1,
    weight: ArrayLike | None = None,
    ignore_index: int | np.integer | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> da.Array:
    """Return the cross-entropy between targets and the softmax of logits as a Dask array.

    Parameters
    ----------
    logits : dask.array.Array or array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    targets : dask.array.Array or array_like
        Integer labels 0 to C - 1, in the logits' shape without the class axis; or floating probabilities in the
        logits' shape, whose signs and sum aren't checked.
    axis : int, default -1
        The class axis.
    weight : array_like of real numbers, shape (C,), optional
        The weight of each class; negative ones are taken as they are.
    ignore_index : int, optional
        Samples with this label contribute neither loss nor gradient, even where their logits are NaN.
    label_smoothing : float from 0 to 1, default 0
        The part e of each target that is spread evenly over the classes.
    reduction : {"mean", "sum", "none"}
        The mean divides by the summed weights of the labels that count, or by the number of samples where targets are
        probabilities, whatever the weights; it is NaN if nothing counts.

    Returns
    -------
    dask.array.Array
        The loss in the logits' floating type; for "none" one for each sample.

    See Also
    --------
    softmax_lib.cross_entropy : The same for NumPy arrays, with its exceptions and error bounds.

    Notes
    -----
    Parameters, exceptions and error bounds are those of `softmax_lib.cross_entropy`; but axis is a single one, the
    shape of the logits must be known, and a label out of range is an error when the result is computed. Logits and
    targets are Dask arrays, or are made ones. With labels and without smoothing the logits are read once.

    Examples
    --------
    >>> z = da.from_array(np.array([[2.0, 1.0, 0.5], [0.0, 0.0, 1e4]]), chunks=(1, 2))
    >>> cross_entropy(z, [0, 2], reduction="sum").compute().round(4)
    np.float64(0.4644)
    """
    loss = _Loss(logits, targets, axis, weight, ignore_index, label_smoothing, reduction)
    half_losses = loss.half_losses()
    half = half_losses if reduction == "none" else _sum(half_losses)
    return da.map_blocks(_whole_loss, half, loss.mean_weight, loss.z.dtype, dtype=loss.z.dtype)


def cross_entropy_grad(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: Axis = -1,
    weight: ArrayLike | None = None,
    ignore_index: int | np.integer | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> da.Array:
    """Return the gradient of `cross_entropy` with respect to the logits, in their shape, chunks and floating type.

    Parameters
    ----------
    logits : dask.array.Array or array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    targets : dask.array.Array or array_like
        Integer labels 0 to C - 1, in the logits' shape without the class axis; or floating probabilities in the
        logits' shape, whose signs and sum aren't checked.
    axis : int, default -1
        The class axis.
    weight : array_like of real numbers, shape (C,), optional
        The weight of each class; negative ones are taken as they are.
    ignore_index : int, optional
        Samples with this label contribute neither loss nor gradient, even where their logits are NaN.
    label_smoothing : float from 0 to 1, default 0
        The part e of each target that is spread evenly over the classes.
    reduction : {"mean", "sum", "none"}
        The mean divides by the summed weights of the labels that count, or by the number of samples where targets are
        probabilities, whatever the weights; it is NaN if nothing counts.

    Returns
    -------
    dask.array.Array
        The gradient in the logits' shape, chunks and floating type.

    See Also
    --------
    softmax_lib.cross_entropy_grad : The same for NumPy arrays, with its exceptions and error bounds.

    Notes
    -----
    Parameters and exceptions are those of `cross_entropy`, error bounds those of `softmax_lib.cross_entropy_grad`. A
    block of rows is kept, over all classes, by the workers together, until the state of its rows is known.

    Examples
    --------
    >>> cross_entropy_grad(da.from_array(np.array([[2.0, 1.0, 0.5]]), chunks=(1, 2)), [0]).compute().round(3)
    array([[-0.371,  0.231,  0.14 ]])
    """
    loss = _Loss(logits, targets, axis, weight, ignore_index, label_smoothing, reduction)
    return da.moveaxis(loss.gradient(), -1, axis)


def save(array: da.Array, path: str | os.PathLike[str]) -> None:
    """Compute a Dask array and write it to a .npy file, chunk by chunk; the file appears only when it is complete.

    The workers need access to the file's folder. Read the file by ``np.load(path, mmap_mode="r")``.

    Parameters
    ----------
    array : dask.array.Array of known shape
        What to compute.
    path : str or os.PathLike
        An existing file is replaced at the end, in its permissions; after an error it is as it was.

    Raises
    ------
    TypeError, ValueError, OSError
        If array is no Dask array, or its shape is unknown; if the disk is full, or the file cannot be written.

    See Also
    --------
    dask.array.store : Writes to what is open already.

    Notes
    -----
    The numbers are written to a file of another name in the same folder, which takes the name of path at the end: of
    two writers to one path the last one wins, and a process that is killed leaves a file ``.part`` that isn't a .npy
    file yet, as its header is written last.

    Examples
    --------
    >>> import tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "p.npy")
    >>> save(softmax(da.zeros((2, 4), chunks=(1, 2))), path)
    >>> np.load(path, mmap_mode="r")[1].tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    if not isinstance(array, da.Array):
        raise TypeError(f"array must be a Dask array, but its type is {type(array).__name__}")
    if np.isnan(array.shape).any():
        raise ValueError(f"array must have a known shape, but it is {array.shape}; see its compute_chunk_sizes")
    path = os.path.realpath(os.fsdecode(path))
    header = _header(array)
    handle, unfinished = tempfile.mkstemp(".part", os.path.basename(path), os.path.dirname(path))
    try:
        with open(handle, "r+b") as file:
            _reserve(file, len(header) + int(array.nbytes))
            target = _NpyFile(unfinished, array, len(header))
            da.store(array, target, lock=False)  # type: ignore[arg-type]  # __setitem__ is all it needs
            file.write(header)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(unfinished, _permissions(path))
        os.replace(unfinished, path)
    except BaseException:
        os.remove(unfinished)
        raise


def _header(array: da.Array) -> bytes:
    """Return what a .npy file starts with."""
    file = io.BytesIO()
    description = np.lib.format.dtype_to_descr(array.dtype)
    np.lib.format.write_array_header_1_0(
        file, {"descr": description, "fortran_order": False, "shape": tuple(map(int, array.shape))}
    )
    return file.getvalue()


def _reserve(file: BinaryIO, size: int) -> None:
    """Take the space on the disk, as writing to a memory map of a full one kills the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
    else:
        file.truncate(size)


def _permissions(path: str) -> int:
    """Return those of the file, or of a new one."""
    if os.path.exists(path):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


class _NpyFile:
    """The numbers of a file, which each worker opens for itself."""

    def __init__(self, path: str, array: da.Array, offset: int) -> None:
        self.path, self.dtype, self.shape, self.offset = path, array.dtype, array.shape, offset

    def __setitem__(self, index: Any, values: Array) -> None:
        np.memmap(self.path, self.dtype, "r+", self.offset, self.shape)[index] = values


def _logits(logits: ArrayLike, axis: Axis, where: ArrayLike | None = None) -> tuple[da.Array, Shape, da.Array | None]:
    """Return logits as a Dask array of floating numbers without empty chunks, the axes as a tuple, and the mask."""
    z = da.asanyarray(logits)
    as_real(z._meta, "logits")
    z = z.astype(floating_type(z))
    mask = None if where is None else da.asanyarray(where)
    if mask is not None:
        as_mask(mask._meta, mask._meta.shape)
        mask = da.broadcast_to(mask, z.shape)
        z = da.where(mask, z, z.dtype.type(-np.inf))
    return z.rechunk(tuple(_but_empty(sizes) for sizes in z.chunks)), normalize_axes(axis, z.ndim), mask


def _but_empty(sizes: Sequence[int]) -> tuple[int, ...]:
    return tuple(size for size in sizes if size != 0) or (0,)


def _by_chunks(
    of_rows: Callable[..., Any],
    of_chunk: Callable[..., Any],
    logits: ArrayLike,
    axis: Axis,
    where: ArrayLike | None,
    excluded: float,
) -> da.Array:
    """Return `of_rows` of chunks that hold whole rows, else `of_chunk` of each chunk and the state of its rows."""
    z, axes, mask = _logits(logits, axis, where)
    if all(z.numblocks[index] == 1 for index in axes):
        result = da.map_blocks(of_rows, z, axis=axes, dtype=z.dtype, meta=z._meta)
    else:
        every, rows = tuple(range(z.ndim)), tuple(index for index in range(z.ndim) if index not in axes)
        states = _states(z, axes)
        result = da.blockwise(of_chunk, every, z, every, states, rows, axes=axes, dtype=z.dtype, meta=z._meta)
    return result if mask is None else da.where(mask, result, z.dtype.type(excluded))


def _states(z: da.Array, axes: Shape, keepdims: bool = False) -> da.Array:
    """Return the states of the rows of all chunks, merged in a tree: an array of records without the axes."""
    dtype = np.promote_types(z.dtype, np.float64)
    records = np.dtype([("maximum", dtype), ("tail", dtype)])
    return _merged(z, _state_of, axes, keepdims, records)


def _merged(array: da.Array, of_chunk: Callable[..., Array], axes: Shape, keepdims: bool, records: DType) -> da.Array:
    meta = np.empty((0,) * array.ndim, records)
    return da.reduction(array, of_chunk, _merge, axes, keepdims, records, name="softmax-state", meta=meta)


def _state_of(z: Array, axis: Shape, keepdims: bool) -> Array:
    return _records(SoftmaxState.of(z, axis)._asdict(), axis if keepdims else ())


def _merge(records: Array, axis: Shape, keepdims: bool) -> Array:
    along = np.moveaxis(records, axis, range(-len(axis), 0))
    samples = along.shape[: -len(axis)]
    along = along.reshape(*samples, math.prod(along.shape[len(samples) :]))
    first, *others = (_state(along[..., index]) for index in range(along.shape[-1]))
    fields = first.merge(*others)._asdict()
    if "z_label" in (records.dtype.names or ()):
        fields["z_label"] = np.sum(along["z_label"], axis=-1)
    return _records(fields, axis if keepdims else ())


def _records(fields: dict[str, Array], axes: int | Shape) -> Array:
    """Return an array of records from arrays of one shape, with axes of length one."""
    shape = np.shape(next(iter(fields.values())))
    records = np.empty(shape, [(name, values.dtype) for name, values in fields.items()])
    for name, values in fields.items():
        records[name] = values
    return np.expand_dims(records, axes)


def _state(records: Array) -> SoftmaxState:
    return SoftmaxState(records["maximum"], records["tail"])


@ignore_fp_errors
def _softmax(z: Array, states: Array, axes: Shape) -> Array:
    return _state(states).softmax(z, axes).astype(z.dtype, copy=False)


@ignore_fp_errors
def _log_softmax(z: Array, states: Array, axes: Shape) -> Array:
    return _state(states).log_softmax(z, axes).astype(z.dtype, copy=False)


@ignore_fp_errors
def _logsumexp(states: Array, dtype: DType) -> FloatsOrScalar:
    return as_result(_state(states).logsumexp(), dtype)


class _Loss:
    """What the loss and its gradient are computed from: classes last, labels checked when they are computed."""

    def __init__(
        self,
        logits: ArrayLike,
        targets: ArrayLike,
        axis: Axis,
        weight: ArrayLike | None,
        ignore_index: int | np.integer | None,
        label_smoothing: float,
        reduction: Reduction,
    ) -> None:
        z, axes, _ = _logits(logits, axis)
        if len(axes) != 1:
            raise TypeError(f"axis must be an int, but it is {axis!r}")
        if np.isnan(z.shape).any():
            raise ValueError(f"logits must have a known shape, but it is {z.shape}; see their compute_chunk_sizes")
        shape, n = z.shape, z.shape[axes[0]]
        require_options(n, shape, label_smoothing, reduction)
        self.z = da.moveaxis(z, axes, (-1,))
        self.wide = np.promote_types(z.dtype, np.float64)
        y = da.asanyarray(targets)
        as_real(y._meta, "targets")
        self.labelled = are_labels(y, self.z.shape[:-1], shape, ignore_index)
        self.by_labels = self.labelled and label_smoothing == 0
        self.options = {"smoothing": float(label_smoothing), "n": n, "weight": class_weights(weight, n)}
        if self.labelled:
            y = y.rechunk(self.z.chunks[:-1])
            self.targets = y.map_blocks(_checked_labels, n, ignore_index, dtype=np.intp)
            self.weights = self.targets.map_blocks(_weights_of_labels, weight=self.options["weight"], dtype=np.float64)
        else:
            self.targets = da.moveaxis(y, axes, (-1,)).rechunk(self.z.chunks)
        self.rows, self.mean_weight = 1.0, da.asarray(1.0)  # whose product is the divisor
        if reduction == "mean":
            self.rows = float(math.prod(self.z.shape[:-1]))
            if self.labelled:
                self.mean_weight = _sum(self.weights / self.rows)
        self.states = self._states_with_labels() if self.by_labels else _states(self.z, (self.z.ndim - 1,))

    def half_losses(self) -> da.Array:
        """Return half of each row's loss, as all of it can be twice the largest float, divided for the mean."""
        if self.by_labels:
            half_losses = da.map_blocks(
                _half_losses_of_labels, self.states, self.weights, self.mean_weight, dtype=self.wide
            )
        else:
            half_losses = self._sum_of_chunks(_half_losses, self.states, self.targets, self.mean_weight, **self.options)
        counted = [self.targets] if self.labelled else []
        return da.map_blocks(_divided, half_losses, self.mean_weight, *counted, rows=self.rows, dtype=self.wide)

    def gradient(self) -> da.Array:
        if self.by_labels:
            arrays = self.states, self.targets, self.weights, self.mean_weight
            return self._map_chunks(_gradient_of_labels, *arrays, rows=self.rows)
        terms = np.dtype([(name, self.wide) for name in ("top", "rest")])
        of_chunks = self._map_chunks(
            _terms_of, self.targets, self.mean_weight, dtype=terms, **self._one_class(terms), **self.options
        )
        meta = np.empty((0,) * self.z.ndim, terms)
        totals = da.reduction(of_chunks, _merge_terms, _merge_terms, self.z.ndim - 1, dtype=terms, meta=meta)
        arrays = self.states, self.targets, totals, self.mean_weight
        return self._map_chunks(_gradient, *arrays, rows=self.rows, **self.options)

    def _states_with_labels(self) -> da.Array:
        """Return the states of the rows with the logit of the label: all that the loss needs, after one reading."""
        records = np.dtype([(name, self.wide) for name in ("maximum", "tail", "z_label")])
        of_chunks = self._map_chunks(_state_with_label, self.targets, dtype=records, **self._one_class(records))
        return _merged(of_chunks, _merge, (self.z.ndim - 1,), False, records)

    def _sum_of_chunks(self, function: Callable[..., Array], *arrays: da.Array, **options: Any) -> da.Array:
        """Return the sum of what function returns for the chunks of a row."""
        of_chunks = self._map_chunks(function, *arrays, dtype=self.wide, **self._one_class(self.wide), **options)
        return _sum(of_chunks, (self.z.ndim - 1,))

    def _one_class(self, dtype: DType) -> dict[str, Any]:
        return {"adjust_chunks": {self.z.ndim - 1: 1}, "meta": np.empty((0,) * self.z.ndim, dtype)}

    def _map_chunks(
        self, function: Callable[..., Array], *arrays: da.Array, dtype: DType | None = None, **options: Any
    ) -> da.Array:
        """Return function(chunk of z, its first class, what belongs to it of arrays) as an array of chunks like z's."""
        every = tuple(range(self.z.ndim))
        first_classes = da.from_array(np.cumsum((0, *self.z.chunks[-1]))[:-1], chunks=1)
        arguments = [(self.z, every), (first_classes, every[-1:])]
        arguments += [(array, every[: array.ndim]) for array in arrays]
        pairs = [part for pair in arguments for part in pair]
        return da.blockwise(function, every, *pairs, align_arrays=False, dtype=dtype or self.z.dtype, **options)


def _checked_labels(labels: Array, n: int, ignore_index: int | np.integer | None, block_info: Any) -> Array:
    """Return the labels, with -1 in place of those ignored."""
    try:
        labels, counted = checked_labels(labels, n, ignore_index)
    except ValueError as error:
        error.add_note(f"in the chunk of targets from {block_info[0]['array-location']}")
        raise
    return labels if counted is None else np.where(counted, labels, -1)


def _weights_of_labels(labels: Array, weight: Array | None) -> Array:
    return np.where(labels >= 0, 1.0 if weight is None else weight[labels], 0)


def _positions(labels: Array, first_class: Array, z: Array) -> tuple[Array, Array]:
    """Return where the labels are among the classes of z, or 0, with a class axis; and which ones are there."""
    positions = labels - first_class[0]
    here = (positions >= 0) & (positions < z.shape[-1])
    return np.where(here, positions, 0)[..., np.newaxis], here[..., np.newaxis]


def _state_with_label(z: Array, first_class: Array, labels: Array) -> Array:
    """Return the state of a chunk with the logit of the label where that is among the chunk's classes, else 0."""
    state = SoftmaxState.of(z)
    positions, here = _positions(labels, first_class, z)
    z_label = np.where(here, np.take_along_axis(z, positions, axis=-1), 0)[..., 0]
    return _records({**state._asdict(), "z_label": z_label.astype(state.maximum.dtype)}, -1)


def _sum(array: da.Array, axes: Shape | None = None) -> da.Array:
    return da.reduction(array, _silent_sum, _silent_sum, axes, dtype=array.dtype)


@ignore_fp_errors
def _silent_sum(array: Array, axis: Shape, keepdims: bool) -> Array:
    return np.sum(array, axis=axis, keepdims=keepdims)


def _root(mean_weight: Array) -> Array:
    """Return the square root of the mean weight: dividing by it twice overflows later than by the mean."""
    return np.sqrt(np.abs(mean_weight))


@ignore_fp_errors
def _divided(half_losses: Array, mean_weight: Array, labels: Array | None = None, *, rows: float) -> Array:
    """Return half of the losses, divided for the mean; 0 where the label is ignored."""
    half_losses = half_losses / (np.copysign(_root(mean_weight), mean_weight) * rows)
    return half_losses if labels is None else np.where(labels >= 0, half_losses, 0)


@ignore_fp_errors
def _whole_loss(half: Array, mean_weight: Array, dtype: DType) -> FloatsOrScalar:
    return as_result(np.where(mean_weight != 0, 2 * half, np.nan), dtype)


@ignore_fp_errors
def _half_losses_of_labels(records: Array, weights: Array, mean_weight: Array) -> Array:
    return weighted(weights / _root(mean_weight), half_loss(records["z_label"], *_state(records)))


def _terms(
    z: Array, first_class: Array, targets: Array, mean_weight: Array, smoothing: float, n: int, weight: Array | None
) -> Array:
    """Return the coefficients of the -log p of a chunk, divided by the root of the mean weight."""
    classes = first_class[0] + np.arange(z.shape[-1])
    q = targets if targets.ndim == z.ndim else targets[..., np.newaxis] == classes
    weight = np.ones(z.shape[-1]) if weight is None else weight[classes]
    dtype = np.promote_types(z.dtype, np.float64)
    return smoothed(promote(q, dtype), smoothing, n, weight) / _root(mean_weight)


@ignore_fp_errors
def _terms_of(z: Array, first_class: Array, targets: Array, mean_weight: Array, **options: Any) -> Array:
    """Return the largest coefficient of each row of a chunk, and the sum of the others."""
    terms = _terms(z, first_class, targets, mean_weight, **options)
    fields = (field.reshape(z.shape[:-1]) for field in max_and_rest(terms.reshape(-1, z.shape[-1])))
    return _records(dict(zip(("top", "rest"), fields, strict=True)), -1)


@ignore_fp_errors
def _merge_terms(records: Array, axis: Shape, keepdims: bool) -> Array:
    top, rest = max_and_rest(records["top"].reshape(-1, records.shape[-1]))
    rest = rest.reshape(records.shape[:-1]) + np.sum(records["rest"], axis=-1)
    return _records({"top": top.reshape(rest.shape), "rest": rest}, -1 if keepdims else ())


@ignore_fp_errors
def _half_losses(
    z: Array, first_class: Array, states: Array, targets: Array, mean_weight: Array, **options: Any
) -> Array:
    half_losses = half_loss(z, *_state(states[..., np.newaxis]))
    terms = _terms(z, first_class, targets, mean_weight, **options)
    return np.sum(weighted(terms, half_losses), axis=-1, keepdims=True)


@ignore_fp_errors
def _gradient_of_labels(
    z: Array, first_class: Array, states: Array, labels: Array, weights: Array, mean_weight: Array, *, rows: float
) -> Array:
    """Return the weights times p - y."""
    p = _state(states).softmax(z)
    positions, here = _positions(labels, first_class, z)
    z_label, p_label = (np.take_along_axis(values, positions, axis=-1) for values in (z, p))
    at_label = np.where(here, 0 - one_minus_p(z_label, *_state(states[..., np.newaxis]), p_label), p_label)
    np.put_along_axis(p, positions, at_label, axis=-1)
    coefficients = weights[..., np.newaxis] / mean_weight / rows
    return np.where(labels[..., np.newaxis] >= 0, coefficients * p, 0).astype(z.dtype, copy=False)


@ignore_fp_errors
def _gradient(
    z: Array,
    first_class: Array,
    states: Array,
    targets: Array,
    totals: Array,
    mean_weight: Array,
    *,
    rows: float,
    **options: Any,
) -> Array:
    terms, total = _terms(z, first_class, targets, mean_weight, **options), totals[..., np.newaxis]
    state = _state(states[..., np.newaxis])
    gradient = gradient_of_classes(promote(z, terms.dtype), *state, terms, total["top"], total["rest"])
    gradient = gradient / (np.copysign(_root(mean_weight), mean_weight) * rows)
    if targets.ndim < z.ndim:
        gradient = np.where(targets[..., np.newaxis] >= 0, gradient, 0)
    return gradient.astype(z.dtype, copy=False)
