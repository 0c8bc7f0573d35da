"""The arithmetic that softmax, its logarithm, log-sum-exp and the losses share. Rows of logits lie along the last axis.

Nothing is shifted that need not be, no shift is rounded where it counts, and what is largest is left out of the sum:
the chapter "How many digits survive" explains and proves each.
"""

import functools

import numpy as np

from softmax_lib._arrays import BLOCK_BYTES, at_least, pieces

WIDER = {np.dtype(np.float32): np.float64, np.dtype(np.float64): np.longdouble}


def row_sums(e):
    """Return the row sums, last axis kept: in groups of 16, and those in a wider type, so that few sums are rounded."""
    n = e.shape[-1]
    if e.size <= 16:
        return np.add.reduce(e, axis=-1, keepdims=True)
    if n <= 16:
        return plain_row_sums(e)
    whole = n - n % 16
    groups = plain_row_sums(e[..., :whole].reshape(*e.shape[:-1], whole // 16, 16))[..., 0]
    total = np.add.reduce(groups, axis=-1, keepdims=True, dtype=WIDER.get(e.dtype, e.dtype))
    return (total if whole == n else total + plain_row_sums(e[..., whole:])).astype(e.dtype)


def plain_row_sums(e):
    """Return the row sums, last axis kept: as a product with ones, which is faster than many short sums."""
    n = e.shape[-1]
    if e.strides[-1] != e.itemsize:
        return np.add.reduce(e, axis=-1, keepdims=True)
    ones = np.ones((n, 1), e.dtype)
    return (e.reshape(-1, n) @ ones).reshape(*e.shape[:-1], 1) if e.flags.c_contiguous else e @ ones


def integer_shift(z_max, n):
    """Return the integer to subtract from n logits, of which z_max is the largest, before exp; often it is 0.

    Their exponentials then have a finite sum that is at least 1. Being an integer and no larger than it must be, the
    shift makes differences that are exact wherever the exponential counts.
    """
    highest, all_integers = _limits(z_max.dtype, n)
    down = np.where(z_max < all_integers, np.ceil(z_max - highest), z_max)
    return np.maximum(down, 0) + np.floor(np.minimum(z_max, 0))


@functools.cache
def _limits(dtype, n):
    """Return the integer up to which n exponentials have a finite sum, and the number from which all are integers."""
    info = np.finfo(dtype)
    return np.floor(np.log(info.max / n) - 1), 1 / info.eps


def shifted_exponentials(z, out=None):
    """Return exp(z - k) and its row sums, with the integer shift k of each row."""
    z_max = np.maximum.reduce(z, axis=-1, keepdims=True)
    shift = integer_shift(z_max, z.shape[-1])
    shifted = np.subtract(z, shift, out=out)
    rounded_off = z - (shifted + shift) if shift.max() > 0 else None  # may not be 0 for z < k / 2
    e = np.exp(shifted, out=shifted)
    if rounded_off is not None:
        e += e * np.where(np.abs(rounded_off) < 1, rounded_off, 0)
    return e, row_sums(e)


def exponentials(z, out=None):
    """Return exp(z) and its row sums; of rows whose sum tells that this was not safe, the shifted ones.

    A sum from 1/2 to the largest finite number tells that no exponential overflowed, and that each one whose quotient
    by the sum is a normal number was one itself, or lost no more than its last bit.
    """
    if not looks_safe(z):
        return shifted_exponentials(z, out)
    if z.nbytes <= BLOCK_BYTES:
        e = np.exp(z, out=out)
        total = row_sums(e)
    else:
        e = np.empty_like(z) if out is None else out
        sums = [row_sums(np.exp(piece, out=e_piece)) for piece, e_piece in zip(pieces(z), pieces(e), strict=True)]
        total = row_sums(np.concatenate(sums, axis=-1))
    lowest, highest = (total.min(), total.max()) if total.size > 1 else (total.item(), total.item())
    if not (lowest >= 0.5 and highest < np.inf):
        unsafe = ~((total >= 0.5) & (total < np.inf))[..., 0]
        if unsafe.all():
            return shifted_exponentials(z, out=e)
        e[unsafe], total[unsafe] = shifted_exponentials(z[unsafe])
    return e, total


def looks_safe(z):
    """Guess from a few logits whether exp(z) is worth trying: where it underflows, it is also slow."""
    if z.size < 1000:
        return True
    highest, _ = _limits(np.promote_types(z.dtype, np.float32), z.shape[-1])
    return -50 < z[(0,) * (z.ndim - 1)][:64].max() < highest


def exponential_sums(z):
    """Return the row sums of exp(z), in float64 at least; they may overflow or underflow."""
    if z.dtype.itemsize >= 8:
        return sum(row_sums(np.exp(piece)) for piece in pieces(z))
    wide_pieces = (piece.astype(np.float64) for piece in pieces(z, np.float64))
    return sum(plain_row_sums(np.exp(wide, out=wide)) for wide in wide_pieces)


def guessed_logsumexp(z):
    """Return log(sum(exp(z))), last axis kept, and where no overflow or underflow came between."""
    log_total = np.log(exponential_sums(z))
    return log_total, np.abs(log_total) < 600


def logsumexp_of_parts(z_max, tail):
    """Return m + log1p(T), or the maximum where that is infinite."""
    return np.where(np.isinf(z_max), z_max, z_max + np.log1p(tail))


def log_sum_exp_parts(z):
    """Return each row's maximum m and tail T in float64 at least, with which its log-sum-exp is m + log1p(T)."""
    parts = [maximum_and_tail(at_least(np.float64, piece)) for piece in pieces(z, np.float64)]
    if len(parts) == 1:
        return parts[0]
    return merge(*(np.moveaxis(np.stack(of_all)[..., 0], 0, -1) for of_all in zip(*parts, strict=True)))


def merge(maxima, tails):
    """Return the maximum and the tail of rows whose parts, along the last axis, have these maxima and tails."""
    z_max, tail = maximum_and_tail(maxima)
    shift = integer_shift(z_max, maxima.shape[-1])
    weights = np.exp(maxima - shift) / np.exp(z_max - shift)
    return z_max, tail + row_sums(weights * np.where(maxima == -np.inf, 0, tails))


def maximum_and_tail(z):
    """Return each row's maximum and tail.

    The tail is the sum of all exponentials but the largest, divided by the largest. Leaving the largest out, rather
    than taking it away afterwards, keeps every digit of a tail that is small beside 1.
    """
    if not z.flags.c_contiguous:
        return _maximum_and_tail_across(z)
    largest = np.arange(0, z.size, z.shape[-1]) + np.argmax(z, axis=-1).ravel()
    z_max = z.take(largest).reshape(*z.shape[:-1], 1)
    e = _exp_shifted(z, z_max)
    e_max = e.take(largest).reshape(z_max.shape)
    e.put(largest, 0)
    return z_max, row_sums(e) / e_max


def _maximum_and_tail_across(z):
    """Do the same where the numbers of a row lie apart in memory, for all rows at once."""
    z_max = np.maximum.reduce(z, axis=-1, keepdims=True)
    is_largest = z == z_max
    e = _exp_shifted(z, z_max)
    e_max = np.maximum.reduce(e, axis=-1, keepdims=True)
    e *= ~is_largest
    ties = np.count_nonzero(is_largest) - z_max.size and np.add.reduce(is_largest, axis=-1, keepdims=True) - 1
    return z_max, row_sums(e) / e_max + ties


def _exp_shifted(z, z_max):
    n = z.shape[-1]
    if z_max.min() >= 0 and z_max.max() <= _limits(z_max.dtype, n)[0]:
        return np.exp(z)  # the shift is 0
    shifted = z - integer_shift(z_max, n)
    return np.exp(shifted, out=shifted)
