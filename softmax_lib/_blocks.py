"""Cuts arrays into blocks that fit the processor's cache: the one place that knows of caches and memory layouts."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import DTypeLike

from softmax_lib._arrays import as_rows, count, floating_type, has_contiguous_classes
from softmax_lib._progress import followed
from softmax_lib._rows import at_labels
from softmax_lib._types import Array, DType, Index, Shape

BLOCK_BYTES = 2**20  # about as much as a second-level cache of a core holds
PER_ROW = 3  # numbers that are computed for each row of a block beside its classes: the maximum, the tail, the loss
SHORT = 32  # Rows of fewer classes are copied so that the same class of all rows is contiguous.
SIDE_BY_SIDE = 2**14  # how many strided rows a block holds at least, if there are as many
CLASSES = 32  # how many classes of strided rows a piece holds at least
SMALL = 2**14  # numbers up to which blocks would take longer than they save
BUFFER_SIZE = 512  # numbers; NumPy copies what it broadcasts over rows that are shorter than its buffer


def cut(shape: Shape, size: int) -> list[Index]:
    """Return indices that cut an array of this shape into parts of about `size` entries, along its first axes."""
    axis, whole = len(shape), 1
    while axis > 0 and whole * shape[axis - 1] <= size:
        axis -= 1
        whole *= shape[axis]
    if axis == 0:
        return [()]
    step = size // whole
    slices = [slice(start, start + step) for start in range(0, shape[axis - 1], step)]
    return [(*outer, cut) for outer in np.ndindex(*shape[: axis - 1]) for cut in slices]


class Rows:
    """Logits as rows of classes, and arrays of their shape alike, cut into blocks of rows.

    Axes of samples come in the order of memory, axes of classes after them.
    """

    def __init__(self, z: Array, axes: Shape, where: Array | None = None, dtype: DTypeLike = np.float32) -> None:
        self.axes = axes
        self.samples = [axis for axis in range(z.ndim) if axis not in axes]
        self.in_memory = sorted(self.samples, key=lambda axis: -abs(z.strides[axis]))
        self.n: int = count(z.shape, axes)
        self.dtype = np.promote_types(floating_type(z), dtype)  # to compute with
        self.z = self.view(z)
        self.where = None if where is None else self.view(where)
        strides = [abs(stride) for stride, size in zip(self.z.strides, self.z.shape, strict=True) if size > 1]
        self.side_by_side = z.size > SMALL and (self.n < SHORT or strides[-1] != min(strides))
        # Contiguous rows are computed with fewer arrays beside them.
        self.block_size = BLOCK_BYTES // self.dtype.itemsize * (1 if self.side_by_side else 2)

    def view(self, array: Array) -> Array:
        """Return an array of the logits' shape with its axes in this order."""
        return array.transpose(*self.in_memory, *self.axes)

    def view_of_samples(self, array: Array) -> Array:
        """Return an array of the logits' shape without the axes of classes, its axes in this order."""
        return array.transpose(*(self.samples.index(axis) for axis in self.in_memory))

    def blocks(self) -> "Iterator[Block]":
        """Yield the blocks of rows, followed by the progress bar."""
        if self.z.size == 0:
            indices = []
        elif self.z.size <= SMALL:
            indices = [()]
        else:
            indices = cut(self.z.shape[: len(self.samples)], self._rows_in_a_block())
        if self.n < BUFFER_SIZE or self.side_by_side:
            yield from (Block(self, index) for index in followed(indices))
            return
        buffer_size = np.setbufsize(BUFFER_SIZE)
        try:
            yield from (Block(self, index) for index in followed(indices))
        finally:
            np.setbufsize(buffer_size)

    def _rows_in_a_block(self) -> int:
        rows = max(self.block_size // (self.n + PER_ROW), SIDE_BY_SIDE if self.side_by_side and self.n >= SHORT else 1)
        run = self._rows_at_one_distance()
        return min(rows, run) if 4 * run * self.n >= self.block_size else rows

    def _rows_at_one_distance(self) -> int:
        """Return how many rows follow one another at the same distance in memory."""
        run, distance = 1, 0
        for axis in reversed(range(len(self.samples))):
            size, stride = self.z.shape[axis], self.z.strides[axis]
            if size > 1 and run > 1 and stride != run * distance:
                break
            run, distance = run * size, distance if run > 1 else stride
        return run


def is_small(z: Array, axes: Shape) -> bool:
    """Return whether blocks would take longer than the arithmetic, and the last axis is that of the classes."""
    return 0 < z.size <= SMALL and axes == (z.ndim - 1,)


class Block:
    """Some of the rows, in pieces along the classes where the block is much larger than the cache."""

    def __init__(self, rows: Rows, index: Index) -> None:
        self.rows, self.index = rows, (*index, ...)
        self.z: Array = rows.z[self.index]
        self.class_shape = rows.z.shape[len(rows.samples) :]
        classes = max(rows.block_size * rows.n // self.z.size, CLASSES if rows.side_by_side else 1)
        pieces = cut(self.class_shape, classes) if self.z.size > 4 * BLOCK_BYTES // rows.dtype.itemsize else [()]
        self.pieces = [(..., *piece, *(slice(None),) * (len(self.class_shape) - len(piece))) for piece in pieces]
        self.whole = self._load(self.pieces[0]) if len(self.pieces) == 1 else None

    def logits(self) -> Iterable[Array]:
        """Return an iterable over the pieces of the rows, as arrays that are fast to compute with."""
        return map(self._load, self.pieces) if self.whole is None else [self.whole]

    def results(self, result: Array, keep: bool = False) -> Iterator[tuple[Array, Array]]:
        """Yield pieces of the rows, and where to write what is to be stored in those of the result.

        They hold what was stored before if that is to be kept.
        """
        for piece, z in zip(self.pieces, self.logits(), strict=True):
            target = result[self.index][piece]
            out = as_rows(target, len(self))
            if out is not None and out.dtype == z.dtype and out.strides == z.strides:
                yield z, out
                continue
            out = np.empty_like(z)
            if keep:
                out[...] = target.reshape(z.shape)
            yield z, out
            target[...] = out.reshape(target.shape)

    def whole_results(self, result: Array) -> Iterable[tuple[Array, Array]] | None:
        """Return what results() yields, in one piece; None if long rows would have to be copied for it."""
        if self.whole is not None:
            return self.results(result)
        z, out = as_rows(self.z, len(self)), as_rows(result[self.index], len(self))
        if z is not None and out is not None and z.dtype == out.dtype == self.rows.dtype:
            return [(z, out)] if z.flags.c_contiguous and out.flags.c_contiguous else None
        return None

    def load(self, array: Array, dtype: DTypeLike) -> Iterator[Array]:
        """Yield the pieces of another array of the logits' shape, arranged as they are, in dtype or a wider one."""
        for piece in self.pieces:
            yield self._arranged(array[self.index][piece], np.promote_types(floating_type(array), dtype))

    def classes(self) -> Iterator[Array]:
        """Yield the numbers of the classes in each piece."""
        for piece in self.pieces:
            ranges = [
                np.arange(size)[index].reshape(-1) for size, index in zip(self.class_shape, piece[1:], strict=True)
            ]
            yield np.ravel_multi_index(np.ix_(*ranges), self.class_shape).ravel()

    def at(self, labels: Array) -> Array:
        """Return the logit of each row's label, with a last axis."""
        if self.whole is not None:
            memory, position = at_labels(self.whole, labels[self.index].ravel())
            z = memory[position]
        else:
            z = self.z[self.index_of(labels)].astype(self.rows.dtype)
        return z.reshape(-1, 1)

    def index_of(self, labels: Array) -> tuple[Array, ...]:
        """Return the index of each row's label in an array of the block."""
        labels = labels[self.index]
        return (*np.indices(labels.shape, sparse=True), *np.unravel_index(labels.astype(np.intp), self.class_shape))

    def __len__(self) -> int:
        return self.z.size // self.rows.n

    def _load(self, piece: Index) -> Array:
        rows = self.rows
        z = self._arranged(self.z[piece], rows.dtype)
        if rows.where is not None:
            mask = rows.where[self.index][piece].reshape(z.shape)
            z = np.where(mask, z, z.dtype.type(-np.inf))
        return z

    def _arranged(self, z: Array, dtype: DType) -> Array:
        """Return z as rows x classes: contiguous rows, or where they lie side by side, contiguous classes.

        A copy, where z is of another type or arranged otherwise.
        """
        side_by_side = self.rows.side_by_side and len(self) >= SHORT
        x = as_rows(z, len(self))
        if x is not None and x.dtype == dtype and (has_contiguous_classes(x) if side_by_side else x.flags.c_contiguous):
            return x
        if not side_by_side:
            return z.astype(dtype, order="C").reshape(len(self), -1)
        samples = self.z.shape[: self.z.ndim - len(self.class_shape)]
        copy = np.empty((z.size // len(self), *samples), dtype)
        np.moveaxis(copy, 0, -1)[...] = z.reshape(*samples, -1)
        return copy.reshape(-1, len(self)).T
