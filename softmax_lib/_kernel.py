"""The arithmetic that softmax, its logarithm, log-sum-exp and the losses share. Rows of logits lie along the last axis.

Nothing is shifted that need not be, no shift is rounded where it counts, and what is largest is left out of the sum:
the chapter "How many digits survive" explains and proves each.
"""

import functools

import numpy as np

from softmax_lib._arrays import BLOCK_BYTES, at_least, blocks, pieces

WIDER = {np.dtype(np.float32): np.float64, np.dtype(np.float64): np.longdouble}
GROUP_BYTES = 256
LEAST_SUM = {np.dtype(np.float32): 1e-18, np.dtype(np.float64): 1e-260, np.dtype(np.longdouble): 1e-260}


def row_sums(e):
    """Return the row sums, last axis kept: in groups, and those in a wider type, so that few sums are rounded."""
    n, length = e.shape[-1], GROUP_BYTES // e.itemsize
    if e.size <= 16:
        return np.add.reduce(e, axis=-1, keepdims=True)
    if n <= length:
        return plain_row_sums(e)
    whole = n - n % length
    groups = e[..., :whole].reshape(*e.shape[:-1], whole // length, length)
    sums = np.einsum("...j->...", groups) if e.strides[-1] == e.itemsize else np.add.reduce(groups, axis=-1)
    total = plain_row_sums(sums.astype(WIDER.get(e.dtype, e.dtype)))
    return (total if whole == n else total + plain_row_sums(e[..., whole:])).astype(e.dtype)


def plain_row_sums(e):
    """Return the row sums, last axis kept: where BLAS can, as a product with ones, faster than many short sums."""
    n = e.shape[-1]
    if e.strides[-1] != e.itemsize or e.dtype == np.longdouble:
        return np.add.reduce(e, axis=-1, keepdims=True)
    if not e.flags.c_contiguous:
        return e @ ones(n, e.dtype)
    return e.reshape(-1, n).dot(ones(n, e.dtype)).reshape(*e.shape[:-1], 1)


@functools.lru_cache(maxsize=8)
def ones(n, dtype):
    return np.ones((n, 1), dtype)


def row_maxima(z):
    return np.maximum.reduce(z, axis=-1, keepdims=True)


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
    shift = integer_shift(row_maxima(z), z.shape[-1])
    return with_sums(lambda piece, out: exp_less(piece, shift, out), z, out)


def with_sums(exp, z, out):
    """Return exp(z), in out if that is given, and its row sums."""
    if z.nbytes <= BLOCK_BYTES:
        e = exp(z, out=out)
        return e, row_sums(e)
    e = np.empty_like(z) if out is None else out
    return e, sum_of([row_sums(exp(piece, out=result)) for piece, result in zip(pieces(z), pieces(e), strict=True)])


def sum_of(sums):
    """Return the sums of whole rows, from those of their pieces."""
    return sums[0] if len(sums) == 1 else row_sums(np.concatenate(sums, axis=-1))


def exp_less(z, shift, out=None):
    """Return exp(z - shift), with an integer shift for each row; what the subtraction rounds off is made good."""
    shifted = np.subtract(z, shift, out=out)
    rounded_off = z - (shifted + shift) if np.any(shift > 0) else None  # may not be 0 for z < k / 2
    e = np.exp(shifted, out=shifted)
    if rounded_off is not None:
        e += e * np.where(np.abs(rounded_off) < 1, rounded_off, 0)
    return e


def extremes(values):
    """Return the smallest and the largest value."""
    if values.size == 1:
        return values.item(), values.item()
    return values.min(initial=np.inf), values.max(initial=-np.inf)


def exponentials(z, out=None):
    """Return exp(z) and its row sums; of rows whose sum tells that this was not safe, the shifted ones.

    A sum from 1/2 to the largest finite number tells that no exponential overflowed, and that each one whose quotient
    by the sum is a normal number was one itself, or lost no more than its last bit.
    """
    if not looks_safe(z):
        return shifted_exponentials(z, out)
    e, total = with_sums(np.exp, z, out)
    lowest, highest = extremes(total)
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


def guess_or_parts(out, at_a_guess, by_parts, rows, *others):
    """Fill out, block by block, by the cheapest guess that does for most rows; of the rest of them, by parts."""
    guesses = guess_types(rows)
    for block in blocks(rows, np.float64):
        arrays = [at_least(np.float32, array[block]) for array in (rows, *others)]
        results = at_least(np.float32, out[block])
        unsafe = np.True_
        while guesses and (unsafe := at_a_guess(*arrays, guesses[0], results)).mean() > 0.1:
            guesses = guesses[1:]
        if not guesses:
            by_parts(*arrays, results)
        elif unsafe.any():
            redone = results[unsafe]
            by_parts(*(array[unsafe] for array in arrays), redone)
            results[unsafe] = redone
        if results.dtype != out.dtype:
            out[block] = results


def guess_types(rows):
    """Return the types in which exponentials may do for the rows' logarithms, the cheapest first."""
    if rows.size < 1000:
        return []
    own = np.promote_types(rows.dtype, np.float32)
    guesses = [own] if rows.shape[-1] >= 64 else []  # the largest of few probabilities is mostly too close to 1
    return [*guesses, np.dtype(np.float64)] if own == np.float32 else guesses


def least_loss(dtype, computed_in):
    """Return from which -log p on a log-sum-exp by exponentials of some type has digits enough for dtype."""
    return 2 if dtype == computed_in else 1e-4


def shift_to_try(z):
    """Return 0 where exp(z) looks safe, else the integer shift of each row."""
    return 0 if looks_safe(z) else integer_shift(row_maxima(z), z.shape[-1])


def guessed_sums(z, dtype, shift=0):
    """Return the row sums of exp(z - shift) by exponentials of dtype, in float64 at least, last axis kept.

    NaN tells of an overflow, or of an underflow that counts.
    """
    sums = []
    for piece in pieces(z, np.float64):
        x = piece.astype(dtype, copy=False)
        x = x - shift if np.ndim(shift) else x
        e = np.exp(x, out=None if x is piece else x)
        sums.append(row_sums(e) if dtype == z.dtype else plain_row_sums(e))
    total = at_least(np.float64, sum_of(sums))
    total[~((total > LEAST_SUM[dtype]) & (total < np.inf))] = np.nan
    return total


def log_in_two_parts(total, shift, dtype):
    """Return shift + log(total) as a number of dtype, and what that rounded off."""
    log_total = np.log(total)
    rounded = (shift + log_total).astype(dtype)
    rounded_off = (shift - rounded.astype(total.dtype)) + log_total
    if dtype == total.dtype:
        rounded_off += total * np.exp(-log_total) - 1  # a step of Newton's method
    return rounded, rounded_off.astype(dtype)


def logsumexp_of_parts(z_max, tail):
    """Return m + log1p(T), or the maximum where that is infinite."""
    return np.where(np.isinf(z_max), z_max, z_max + np.log1p(tail))


def log_sum_exp_parts(z):
    """Return each row's maximum m and tail T in float64 at least, with which its log-sum-exp is m + log1p(T)."""
    z_max, rest, e_max = maximum_and_rest(z)
    return z_max, rest / e_max


def part_shift(z_max):
    """Return the integer shift k of parts with these maxima, whose sums of exp(z - k) are to be added up.

    Most parts of a row share one, so that their sums need no scaling: 0 or another multiple of 512. Negative maxima are
    rounded down, as then z - k is exact.
    """
    lowest, highest = extremes(z_max)
    if lowest >= 0 and highest < 512:
        return 0
    down = np.floor(np.minimum(z_max, 0))
    return down if highest < 512 else down + 512 * np.floor(np.maximum(z_max, 0) / 512)


def maximum_and_rest(z):
    """Return each row's maximum m, the sum of all its exp(z - k) but the largest, and the largest; k is the shift of m.

    In float64 at least. Leaving the largest out, rather than taking it away afterwards, keeps every digit of a sum
    that is small beside it.
    """
    sums = row_sums if z.dtype.itemsize >= 8 else plain_row_sums
    parts = [_maximum_and_rest(at_least(np.float64, piece), sums) for piece in pieces(z, np.float64)]
    if len(parts) == 1:
        return parts[0]
    maxima, rests, _ = (np.moveaxis(np.stack(of_all)[..., 0], 0, -1) for of_all in zip(*parts, strict=True))
    return merge(maxima, rests)


def merge(maxima, rests):
    """Return the same of rows whose parts, along the last axis, have these maxima and rests."""
    largest = np.expand_dims(maxima.argmax(axis=-1), -1)
    z_max = np.take_along_axis(maxima, largest, axis=-1)
    shift = part_shift(z_max)
    e = exp_less(maxima, shift)
    e_max = np.take_along_axis(e, largest, axis=-1)
    np.put_along_axis(e, largest, 0, axis=-1)
    half = np.exp((part_shift(maxima) - shift) / 2)  # its square may underflow where the product doesn't
    terms = np.concatenate((e, np.where(maxima == -np.inf, 0, rests * half * half)), axis=-1)
    rest = np.add.reduce(terms, axis=-1, keepdims=True, dtype=WIDER.get(e.dtype, e.dtype)).astype(e.dtype)
    return z_max, rest, e_max


def _maximum_and_rest(z, sums):
    if not z.flags.c_contiguous:
        return _maximum_and_rest_across(z, sums)
    largest = np.arange(0, z.size, z.shape[-1]) + z.argmax(axis=-1).ravel()
    z_max = z.take(largest).reshape(*z.shape[:-1], 1)
    e = _exponentials(z, part_shift(z_max))
    e_max = e.take(largest).reshape(z_max.shape)
    e.put(largest, 0)
    return z_max, sums(e), e_max


def _maximum_and_rest_across(z, sums):
    """Do the same where the numbers of a row lie apart in memory, for all rows at once."""
    z_max = row_maxima(z)
    is_largest = z == z_max
    e = _exponentials(z, part_shift(z_max))
    e_max = row_maxima(e)
    e *= ~is_largest
    ties = np.count_nonzero(is_largest) - z_max.size and np.add.reduce(is_largest, axis=-1, keepdims=True) - 1
    return z_max, sums(e) + ties * e_max, e_max


def _exponentials(z, shift):
    return exp_less(z, shift) if np.ndim(shift) else np.exp(z)
