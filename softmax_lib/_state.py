"""What has to be remembered of logits that come in parts."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import as_floating, blocks, classes_last, normalize_axes, silent
from softmax_lib._kernel import exp_less, logsumexp_of_parts, maximum_and_rest, merge, part_shift
from softmax_lib._types import Axis, FloatsOrScalar


class SoftmaxState(NamedTuple):
    """The maximum and the rest of rows of logits: all that their log-sum-exp and softmax need to know of each part.

    The rest is the sum of all exponentials but the largest, on a scale that is the same for most maxima. States of
    parts of the rows are merged in any order and grouping; a tree of merges, or one of many states at once, has the
    error bounds of the functions that see all logits at once, while each of a long chain of merges rounds once more.

    Parameters
    ----------
    maximum, rest : ndarray of float64 or longdouble
        One entry for each row. Make them by `of` and `merge`.

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
    rest: FloatsOrScalar

    @classmethod
    @silent
    def of(cls, logits: ArrayLike, axis: Axis = -1) -> Self:
        """Return the state of logits, without axis. Parameters and exceptions are those of `logsumexp`.

        >>> SoftmaxState.of([0.0, 0.0, 0.0])
        SoftmaxState(maximum=np.float64(0.0), rest=np.float64(2.0))
        """
        z = as_floating(logits, "logits")
        rows = classes_last(z, normalize_axes(axis, z.ndim))
        dtype = np.promote_types(z.dtype, np.float64)
        maximum, rest = np.full(rows.shape[:-1], -np.inf, dtype), np.zeros(rows.shape[:-1], dtype)
        for block in blocks(rows, np.float64):
            maximum[block], rest[block], _ = (part[..., 0] for part in maximum_and_rest(rows[block]))
        return cls._of_parts(maximum, rest)

    @classmethod
    def _of_parts(cls, maximum, rest):
        return cls(maximum[()], np.where(maximum == -np.inf, 0, rest)[()])

    @property
    @silent
    def tail(self) -> FloatsOrScalar:
        """The sum of all exponentials but the largest, divided by the largest.

        >>> SoftmaxState.of([-1000.0, -1000.0, -1000.0]).tail
        np.float64(2.0)
        """
        return self.rest / np.exp(self.maximum - part_shift(self.maximum))

    @silent
    def merge(self, *others: "SoftmaxState") -> Self:
        """Return the state of the rows of which self and others, of the same shape, are states of parts.

        >>> SoftmaxState.of([0.0]).merge(SoftmaxState.of([0.0]), SoftmaxState.of([0.0]))
        SoftmaxState(maximum=np.float64(0.0), rest=np.float64(2.0))
        """
        for other in others:
            if not isinstance(other, SoftmaxState):
                raise TypeError(f"others must be of type SoftmaxState, but one is {other!r}")
            if np.shape(other.maximum) != np.shape(self.maximum):
                raise ValueError(
                    f"others must have the shape of this state {np.shape(self.maximum)}, "
                    f"but one has {np.shape(other.maximum)}"
                )
        maxima, rests = (np.stack(part, axis=-1) for part in zip(self, *others, strict=True))
        maximum, rest, _ = (part[..., 0] for part in merge(maxima, rests))
        return self._of_parts(maximum, rest)

    @silent
    def logsumexp(self) -> FloatsOrScalar:
        """Return the logarithm of the sum of the exponentials of all logits.

        >>> SoftmaxState.of([-np.inf]).logsumexp()
        np.float64(-inf)
        """
        return logsumexp_of_parts(self.maximum, self.tail)[()]

    @silent
    def softmax(self, logits: ArrayLike, axis: Axis = -1) -> FloatsOrScalar:
        """Return the softmax of a part of the logits, in the state's type, once the state knows all parts.

        >>> parts = [1.0, 2.0], [3.0]
        >>> whole = SoftmaxState.of(parts[0]).merge(SoftmaxState.of(parts[1]))
        >>> whole.softmax(parts[1]).round(4)
        array([0.6652])
        """
        z = as_floating(logits, "logits")
        axes = normalize_axes(axis, z.ndim)
        z_max, rest = (np.expand_dims(part, axes) for part in self)
        shift = part_shift(z_max)
        p = exp_less(np.asarray(z, rest.dtype), shift, out=np.empty(z.shape, rest.dtype))
        p /= np.exp(z_max - shift) + rest
        return p[()]

    @silent
    def log_softmax(self, logits: ArrayLike, axis: Axis = -1) -> FloatsOrScalar:
        """Return log-softmax of a part of the logits, in the state's type, once the state knows all parts.

        >>> parts = [1.0, 2.0], [3.0]
        >>> whole = SoftmaxState.of(parts[0]).merge(SoftmaxState.of(parts[1]))
        >>> whole.log_softmax(parts[1]).round(4)
        array([-0.4076])
        """
        z = as_floating(logits, "logits")
        axes = normalize_axes(axis, z.ndim)
        z_max, tail = (np.expand_dims(part, axes) for part in (self.maximum, self.tail))
        return (z - z_max) - np.log1p(tail)
