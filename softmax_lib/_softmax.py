"""Softmax, its logarithm, the log-sum-exp and the softmax's gradient."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import (
    as_mask,
    as_real,
    as_result,
    broadcast,
    floating_type,
    ignore_fp_errors,
    normalize_axes,
    promote,
    require_shape,
    result_like,
    small_rows,
    without_axes,
)
from softmax_lib._blocks import Block, Rows, is_small
from softmax_lib._rows import (
    MAX,
    TINY,
    exp_shifted,
    integer_shift,
    log_softmax_of_state,
    log_softmax_rows,
    log_sum_exp,
    max_and_tail,
    row_max,
    softmax_of_state,
    softmax_rows,
)
from softmax_lib._state import state_of_block
from softmax_lib._sums import row_dot, row_sum
from softmax_lib._types import Array, Axis, DType, Floats, FloatsOrScalar


@ignore_fp_errors
def softmax(
    logits: ArrayLike, axis: Axis = -1, *, where: ArrayLike | None = None, out: Floats | None = None
) -> FloatsOrScalar:
    r"""Return the softmax of logits: positive numbers that add up to one.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.
    where : array_like of bool, optional
        The logits that count, broadcast to the logits' shape. The probability of the others is 0, whatever they are.
    out : ndarray in the logits' shape and floating type, optional
        Where to write the result, a `numpy.memmap` for example. Where it shares memory with an argument, the result is
        computed elsewhere first. Its content is undefined after an error.

    Returns
    -------
    ndarray or scalar
        The probabilities, in the logits' shape and floating type; out, if that is given.

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If an argument is not what is said above: logits that are masked or ragged, an axis that is out of range or
        repeated, an out that is read-only.

    See Also
    --------
    log_softmax : The logarithm, also where the probability underflows.
    SoftmaxState : The same of logits that arrive in chunks.

    Notes
    -----
    :math:`p_i = e^{z_i - k} / \sum_j e^{z_j - k}` with an integer k for each row, which is 0 unless the sum would not
    be safe: for logits taken as exact, shifting by the maximum costs up to ``|z_i - m|`` half-ulps. Relative to
    the conditioning of softmax that is no loss, and [1]_ conclude that shifted formulas can safely be used. The error
    is at most 1 ulp in float16, 9 in float32, 7 in float64; see the section Accuracy of `softmax_lib`. A logit of -inf
    has probability 0. NaN or +inf (inf / inf is undefined) makes its row NaN, as does a row of only -inf. If logits are
    in a `numpy.memmap` too, at most a few blocks are in memory.

    References
    ----------
    .. [1] P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax functions",
       IMA Journal of Numerical Analysis 41(4), 2021, doi:10.1093/imanum/draa038

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.5]).round(3)
    array([0.629, 0.231, 0.14 ])
    >>> softmax([1e308, -1e308])
    array([1., 0.])
    >>> softmax([2.0, 1.0, np.nan], where=[True, True, False]).round(3)
    array([0.731, 0.269, 0.   ])
    """
    return _map_rows(softmax_rows, softmax_of_block, logits, axis, where, out, excluded=0)


@ignore_fp_errors
def log_softmax(
    logits: ArrayLike, axis: Axis = -1, *, where: ArrayLike | None = None, out: Floats | None = None
) -> FloatsOrScalar:
    r"""Return the logarithm of the softmax, also where the softmax itself underflows to 0.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.
    where : array_like of bool, optional
        The logits that count, broadcast to the logits' shape. The result of the others is -inf, whatever they are.
    out : ndarray in the logits' shape and floating type, optional
        Where to write the result, a `numpy.memmap` for example. Where it shares memory with an argument, the result is
        computed elsewhere first. Its content is undefined after an error.

    Returns
    -------
    ndarray or scalar
        The logarithms of the probabilities, in the logits' shape and floating type; out, if that is given.

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If an argument is not what is said above: logits that are masked or ragged, an axis that is out of range or
        repeated, an out that is read-only.

    See Also
    --------
    softmax : The probabilities.
    cross_entropy : Minus the logarithm at each row's label.

    Notes
    -----
    :math:`\log p_i = (z_i - m) - \log(1 + T)` with the maximum m and the tail :math:`T = \sum_{j \ne \mathrm{argmax}}
    e^{z_j} / e^m`: two numbers of one sign, so nothing cancels next to 0. The error is at most 1 ulp in float16, 5 in
    float32, 7 in float64; see the section Accuracy of `softmax_lib`. A logit of -inf gives -inf. NaN or +inf makes its
    row NaN, as does a row of only -inf.

    Examples
    --------
    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    return _map_rows(log_softmax_rows, _log_softmax_of_block, logits, axis, where, out, excluded=-np.inf)


def _map_rows(
    of_rows: Callable[[Array, Array], None],
    of_block: Callable[[Block, Array], None],
    logits: ArrayLike,
    axis: Axis,
    where: ArrayLike | None,
    out: Array | None,
    excluded: float,
) -> FloatsOrScalar:
    """Fill a result like logits by of_block(block, result), and with `excluded` where the mask is False.

    Small arrays are filled by of_rows(rows, result) at once, as the blocks would take longer than the arithmetic.
    """
    z = as_real(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    if where is None and out is None and is_small(z, axes):
        small = small_rows(z)
        of_rows(small, result := np.empty_like(small))
        return result.reshape(z.shape).astype(floating_type(z), copy=False)
    mask = as_mask(where, z.shape)
    result = result_like(z, out, *([] if mask is None else [mask]))
    rows = Rows(z, axes, mask)
    for block in rows.blocks():
        of_block(block, rows.view(result))
    if mask is not None:
        np.copyto(result, excluded, where=~mask)
    return as_result(result, result.dtype, out)


def softmax_of_block(block: Block, result: Array) -> None:
    """Set the block of the result to the softmax of its rows; of rows in pieces, first to their exponentials."""
    if block.whole is not None:
        for z, out in block.results(result):
            softmax_rows(z, out)
        return
    if result.dtype.itemsize >= 4:  # enough to hold the exponentials
        k = integer_shift(np.maximum.reduce([row_max(z) for z in block.logits()]))
        total = np.add.reduce([row_sum(exp_shifted(z, k, out)) for z, out in block.results(result)])
        if not np.fmax.reduce(total, axis=None) > MAX[block.rows.dtype]:
            for _, out in block.results(result, keep=True):
                np.divide(out, total.astype(out.dtype), out=out)
            return
    state = state_of_block(block)
    for z, out in block.results(result):
        softmax_of_state(z, *state, out)


def _log_softmax_of_block(block: Block, result: Array) -> None:
    if block.whole is not None:
        for z, out in block.results(result):
            log_softmax_rows(z, out)
        return
    z_max, tail = state_of_block(block)
    for z, out in block.results(result):
        log_softmax_of_state(z, z_max, tail, out)


@ignore_fp_errors
def logsumexp(
    logits: ArrayLike,
    axis: Axis = -1,
    keepdims: bool = False,
    *,
    b: ArrayLike | None = None,
    return_sign: bool = False,
    where: ArrayLike | None = None,
) -> FloatsOrScalar:
    r"""Return the logarithm of the sum of the logits' exponentials: a smooth maximum.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes to sum over; None means all.
    keepdims : bool, default False
        Whether the axes summed over stay, with length one.
    b : array_like of real numbers, optional
        Factors of the exponentials, broadcast to the logits' shape; those of 0 leave their logit out.
    return_sign : bool, default False
        Whether to return the sign of the sum too, which factors may make negative.
    where : array_like of bool, optional
        The logits that count, broadcast to the logits' shape. The others are left out, whatever they are.

    Returns
    -------
    ndarray or scalar
        The log-sum-exp in the logits' floating type, and their shape without axis. With factors, NaN where the sum is
        negative, unless return_sign is set: then the logarithm of its absolute value.
    ndarray or scalar
        Only if return_sign is set: 1, -1, or 0 where the sum is 0; NaN where it is.

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If an argument is not what is said above: logits that are masked or ragged, factors that are not real, an axis
        that is out of range.

    See Also
    --------
    softmax : The gradient of the log-sum-exp.
    SoftmaxState.logsumexp : The same of logits that arrive in chunks.

    Notes
    -----
    :math:`l = m + \log(1 + T)` with the maximum and the tail of `log_softmax`. The error is at most 1 ulp in float16, 3
    in float32, 8 in float64, also next to 0 unless the maximum is negative: then m and log(1 + T) may cancel, and the
    error is at most 8 (1 + abs(m)) times half the machine epsilon; see the section Accuracy of `softmax_lib`. A
    row with +inf gives +inf; a row of nothing but -inf, or of nothing, gives -inf; NaN gives NaN.

    Examples
    --------
    >>> logsumexp([1000.0, 1000.0]).round(4)  # 1000 + log 2
    np.float64(1000.6931)
    >>> logsumexp([0.0, -40.0])
    np.float64(4.248354255291589e-18)
    >>> logsumexp([1.0, 2.0], b=[1, -1], return_sign=True)  # e - e^2
    (np.float64(1.5413248546129181), np.float64(-1.0))
    """
    z = as_real(logits, "logits")
    mask = as_mask(where, z.shape)
    axes = normalize_axes(axis, z.ndim)
    shape = without_axes(z.shape, axes)
    log_total, sign = np.full(shape, -np.inf, floating_type(z)), None
    if b is not None:
        sign = np.zeros(shape, floating_type(z))
        _fill_weighted(
            log_total, sign, Rows(z, axes, mask), broadcast(as_real(b, "b"), "b", z.shape, "the logits' shape")
        )
    elif mask is None and is_small(z, axes):
        log_total[...] = _log_sum_exp_of_rows(small_rows(z)).reshape(shape)
    else:
        rows = Rows(z, axes, mask)
        results = rows.view_of_samples(log_total)
        for block in rows.blocks():
            results[block.index] = _log_sum_exp_of_block(block).reshape(results[block.index].shape)
    if keepdims:
        kept = [1 if index in axes else size for index, size in enumerate(z.shape)]
        log_total, sign = log_total.reshape(kept), None if sign is None else sign.reshape(kept)
    if return_sign:
        return log_total[()], (_sign_of_exp(log_total) if sign is None else sign)[()]
    return log_total[()] if sign is None else np.where(sign < 0, np.nan, log_total)[()]


def _sign_of_exp(log_total: Array) -> Array:
    sign: Array = np.where(np.isnan(log_total), log_total, log_total > -np.inf).astype(log_total.dtype)
    return sign


# From which multiple of the result on, its rounding error is too large where m + log(1 + T) cancels.
WIDER = {np.dtype(np.float32): np.float64, np.dtype(np.float64): np.longdouble}
CANCELLATION = {np.dtype(np.float32): 1, np.dtype(np.float64): 4}


def _log_sum_exp_of_block(block: Block) -> Array:
    return _without_cancellation(block.logits, block.rows.dtype, *state_of_block(block))


def _log_sum_exp_of_rows(z: Array) -> Array:
    return _without_cancellation(lambda: [z], z.dtype, *max_and_tail(z))


def _without_cancellation(pieces: Callable[[], Iterable[Array]], dtype: DType, z_max: Array, tail: Array) -> Array:
    """Return the log-sum-exp of rows; where it is next to 0 while the maximum is not, from a wider type."""
    total = log_sum_exp(z_max, tail)
    if dtype in CANCELLATION and np.fmin.reduce(z_max, axis=None) < 0:
        near = np.flatnonzero(np.log1p(tail) > CANCELLATION[dtype] * np.abs(total))
        if near.size > 0:
            z = np.concatenate([z[near] for z in pieces()], axis=1)
            total[near] = log_sum_exp(*max_and_tail(z.astype(WIDER[z.dtype])))
    return total


def _fill_weighted(log_total: Array, sign: Array, rows: Rows, factors: Array) -> None:
    """Set log_total and sign to those of the sum of factors * exp(logits)."""
    for block in rows.blocks():
        of_block = _weighted_log_sum_exp_of_block(block, rows.view(factors))
        for array, values in zip((log_total, sign), of_block, strict=True):
            target = rows.view_of_samples(array)[block.index]
            target[...] = values.reshape(target.shape)


def _weighted_log_sum_exp_of_block(block: Block, factors: Array) -> tuple[Array, Array]:
    """Return log(abs(sum of b exp(z))) of rows, and the sign of the sum."""
    z = np.concatenate([promote(z, np.float64) for z in block.logits()], axis=1)
    b = np.concatenate(list(block.load(factors, z.dtype)), axis=1)
    z = np.where(b == 0, -np.inf, z)
    terms = b * np.exp(z - np.ceil(np.max(z, axis=1, keepdims=True)))
    position = np.argmax(z + np.log(np.abs(b)), axis=1)[:, np.newaxis]
    z_max, largest = (np.take_along_axis(array, position, axis=1) for array in (z, terms))
    b_max = np.take_along_axis(b, position, axis=1)
    np.put_along_axis(terms, position, 0, axis=1)
    ratio = row_sum(terms) / largest
    log_ratio = np.where(ratio > -0.5, np.log1p(ratio), np.log(np.abs(1 + ratio)))
    log_total = np.where(np.isinf(z_max), z_max, z_max + np.log(np.abs(b_max)) + log_ratio)
    log_total[np.ptp(np.where(z == np.inf, np.sign(b), np.sign(b_max)), axis=1) > 1] = np.nan  # inf - inf
    sign = np.sign(b_max) * np.where(z_max == np.inf, 1, np.where(z_max == -np.inf, 0, np.sign(1 + ratio)))
    return log_total, np.where(np.isnan(log_total), np.nan, sign)


@ignore_fp_errors
def softmax_vjp(
    logits: ArrayLike, cotangent: ArrayLike, axis: Axis = -1, *, out: Floats | None = None
) -> FloatsOrScalar:
    r"""Return the gradient with respect to the logits, given the one with respect to the softmax.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    cotangent : array_like of real numbers, of the logits' shape
        The gradient with respect to the probabilities.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.
    out : ndarray in the logits' shape and floating type, optional
        Where to write the result, a `numpy.memmap` for example. Where it shares memory with an argument, the result is
        computed elsewhere first. Its content is undefined after an error.

    Returns
    -------
    ndarray or scalar
        The gradient, in the logits' shape and floating type; out, if that is given.

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If an argument is not what is said above: a cotangent of another shape, an axis that is out of range or
        repeated, an out that is read-only.

    See Also
    --------
    softmax : The probabilities.
    cross_entropy_grad : The gradient of the loss, with more digits.

    Notes
    -----
    The cotangent g times the Jacobian diag(p) - p pᵀ is :math:`p_i (g_i - \sum_j p_j g_j)`, with an absolute error of
    at most :math:`p_i \max|g| \, (8n + 80)\,u` for n logits and half the machine epsilon u; where p is subnormal
    :math:`|\log p_i|\,u` more, relatively.

    Examples
    --------
    >>> softmax_vjp([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    z = as_real(logits, "logits")
    g = as_real(cotangent, "cotangent")
    require_shape(g, "cotangent", z.shape, "the shape of logits")
    gradient = result_like(z, out, g)
    rows = Rows(z, normalize_axes(axis, z.ndim))
    gradients, cotangents = rows.view(gradient), rows.view(g)
    for block in rows.blocks():
        state = state_of_block(block)
        halves = [g / 2 for g in block.load(cotangents, np.float64)]  # their differences are finite
        p = [softmax_of_state(z, *state) for z in block.logits()]
        mean = sum(row_dot(p, half) for p, half in zip(p, halves, strict=True))
        for (z, out_of_piece), p_of_piece, half in zip(block.results(gradients), p, halves, strict=True):
            out_of_piece[...] = 2 * _product(p_of_piece, half - mean, z, state)
    return as_result(gradient, gradient.dtype, out)


def _product(p: Array, factor: Array, z: Array, state: tuple[Array, Array]) -> Array:
    """Return p * factor, also where p is subnormal, or 0, while the product is not."""
    product = p * factor
    if np.fmin.reduce(p, axis=None) < TINY[p.dtype]:
        root = np.exp((z - log_sum_exp(*state)) / 2)
        np.copyto(product, root * factor * root, where=p < TINY[p.dtype])
    return product
