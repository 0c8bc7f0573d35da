"""Running state of the softmax, for logits that arrive in chunks."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import as_real, floating_type, ignore_fp_errors, normalize_axes, promote, without_axes
from softmax_lib._blocks import Block, Rows
from softmax_lib._rows import log_softmax_of_state, log_sum_exp, max_and_tail, merge, softmax_of_state
from softmax_lib._types import Array, Axis, FloatsOrScalar


class SoftmaxState(NamedTuple):
    """The maximum and the tail of rows of logits: all that their log-sum-exp and softmax need to know of each chunk.

    The tail is the sum of all exponentials but the largest, divided by the largest. States of chunks of the rows are
    merged in any order and grouping; a tree of merges, or one of many states at once, has the error bounds of the
    functions that see all logits at once, while each of a long chain of merges rounds once more.

    Parameters
    ----------
    maximum, tail : ndarray of float64 or longdouble
        One entry for each row. Make them by `of` and `merge`, and compare them by `numpy.array_equal`: a state is a
        named tuple, whose == needs a single truth value of each field.

    See Also
    --------
    logsumexp, softmax, log_softmax : The same of logits that are all there.

    References
    ----------
    .. [1] M. Milakov and N. Gimelshein, "Online normalizer calculation for softmax", 2018,
       doi:10.48550/arXiv.1805.02867

    Examples
    --------
    >>> first, second = SoftmaxState.of([1000.0, 1001.0]), SoftmaxState.of([1002.0])
    >>> first.merge(second).logsumexp().round(4)
    np.float64(1002.4076)
    """

    maximum: FloatsOrScalar
    tail: FloatsOrScalar

    @classmethod
    @ignore_fp_errors
    def of(cls, logits: ArrayLike, axis: Axis = -1) -> Self:
        """Return the state of logits, without axis. Parameters and exceptions are those of `logsumexp`.

        >>> SoftmaxState.of([0.0, 0.0, 0.0])
        SoftmaxState(maximum=np.float64(0.0), tail=np.float64(2.0))
        """
        z = as_real(logits, "logits")
        axes = normalize_axes(axis, z.ndim)
        dtype = np.promote_types(floating_type(z), np.float64)
        shape = without_axes(z.shape, axes)
        maximum, tail = np.full(shape, -np.inf, dtype), np.zeros(shape, dtype)
        rows = Rows(z, axes, dtype=np.float64)
        maxima, tails = rows.view_of_samples(maximum), rows.view_of_samples(tail)
        for block in rows.blocks():
            state = state_of_block(block)
            for all_rows, of_block in zip((maxima, tails), state, strict=True):
                all_rows[block.index] = of_block.reshape(all_rows[block.index].shape)
        return cls._of(maximum, tail)

    @classmethod
    def _of(cls, maximum: Array, tail: Array) -> Self:
        np.copyto(tail, 0, where=maximum == -np.inf)
        return cls(maximum[()], tail[()])

    @ignore_fp_errors
    def merge(self, *others: "SoftmaxState") -> Self:
        """Return the state of the rows of which self and others, of the same shape, are states of chunks.

        >>> SoftmaxState.of([0.0]).merge(SoftmaxState.of([0.0]), SoftmaxState.of([0.0]))
        SoftmaxState(maximum=np.float64(0.0), tail=np.float64(2.0))
        """
        shape = np.shape(self.maximum)
        for other in others:
            if not isinstance(other, SoftmaxState):
                raise TypeError(f"others must be of type SoftmaxState, but one is {other!r}")
            if np.shape(other.maximum) != shape:
                raise ValueError(
                    f"others must have the shape of this state {shape}, but one has {np.shape(other.maximum)}"
                )
        chunks = (np.stack(field, axis=-1).reshape(-1, 1 + len(others)) for field in zip(self, *others, strict=True))
        maximum, tail = (field.reshape(shape) for field in merge(*chunks))
        return self._of(maximum, tail)

    @ignore_fp_errors
    def logsumexp(self) -> FloatsOrScalar:
        """Return the logarithm of the sum of the exponentials of all logits.

        >>> SoftmaxState.of([-np.inf]).logsumexp()
        np.float64(-inf)
        """
        return log_sum_exp(self.maximum, self.tail)[()]

    @ignore_fp_errors
    def softmax(self, logits: ArrayLike, axis: Axis = -1) -> FloatsOrScalar:
        """Return the softmax of a chunk of the logits, in the state's type, once the state knows all chunks.

        >>> chunks = [1.0, 2.0], [3.0]
        >>> whole = SoftmaxState.of(chunks[0]).merge(SoftmaxState.of(chunks[1]))
        >>> whole.softmax(chunks[1]).round(4)
        array([0.6652])
        """
        return softmax_of_state(*self._beside(logits, axis))[()]

    @ignore_fp_errors
    def log_softmax(self, logits: ArrayLike, axis: Axis = -1) -> FloatsOrScalar:
        """Return log-softmax of a chunk of the logits, in the state's type, once the state knows all chunks.

        >>> chunks = [1.0, 2.0], [3.0]
        >>> whole = SoftmaxState.of(chunks[0]).merge(SoftmaxState.of(chunks[1]))
        >>> whole.log_softmax(chunks[1]).round(4)
        array([-0.4076])
        """
        return log_softmax_of_state(*self._beside(logits, axis))[()]

    def _beside(self, logits: ArrayLike, axis: Axis) -> tuple[Array, Array, Array]:
        """Return logits in the state's type, and the state with the logits' axes."""
        z = as_real(logits, "logits")
        axes = normalize_axes(axis, z.ndim)
        shape = without_axes(z.shape, axes)
        if np.shape(self.maximum) != shape:
            raise ValueError(
                f"logits must have the state's shape {np.shape(self.maximum)} without axis, but it is {shape}"
            )
        maximum, tail = (np.expand_dims(np.asarray(field), axes) for field in self)
        return promote(z, tail.dtype), maximum, tail


def state_of_block(block: Block) -> tuple[Array, Array]:
    """Return the maximum and the tail of a block's rows; of rows in pieces, those of the pieces merged."""
    chunks = [max_and_tail(z) for z in block.logits()]
    if len(chunks) == 1:
        return chunks[0]
    wide = np.promote_types(block.rows.dtype, np.float64)
    return merge(*(np.concatenate(field, axis=1, dtype=wide) for field in zip(*chunks, strict=True)))
