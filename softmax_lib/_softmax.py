"""Softmax, its logarithm and the log-sum-exp, from one kernel."""

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import (
    as_floating,
    as_result,
    at_least,
    blocks,
    classes_back,
    classes_last,
    normalize_axes,
    require_shape,
    result_like,
    silent,
)
from softmax_lib._kernel import (
    exponentials,
    guess_or_parts,
    guessed_sums,
    least_loss,
    log_in_two_parts,
    log_sum_exp_parts,
    logsumexp_of_parts,
    shift_to_try,
)
from softmax_lib._types import Axis, Floats, FloatsOrScalar


@silent
def softmax(logits: ArrayLike, axis: Axis = -1, *, out: Floats | None = None) -> FloatsOrScalar:
    r"""Return the softmax of logits: positive numbers that add up to one.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.
    out : ndarray in the logits' shape and floating type, optional
        Where to write the result, a `numpy.memmap` for example; of logits in one, too, no more than a block is copied.
        Where it shares memory with an argument, the result is computed elsewhere first. After an error it holds none.

    Returns
    -------
    ndarray or scalar, in the logits' shape and floating type; out, if that is given

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If logits are not real numbers, masked or ragged; if axis is no integer, repeated, or out of range; if out
        doesn't fit, or is read-only.

    Notes
    -----
    :math:`p_i = e^{z_i - k} / \sum_j e^{z_j - k}` with an integer k for each row, which is 0 unless the sum would
    not be safe: shifting by the maximum costs digits [1]_. The error, of billions of random logits against a wider
    type, is at most 1 ulp in float16, 9 in float32, 7 in float64; against results of 70 digits on the families of
    rows of ``tests/test_accuracy.py`` at most 5 and 4: it takes a sum in an unlucky order to be worse. A logit of -inf
    has probability 0. NaN or +inf (inf / inf is undefined) makes its row NaN, as does a row of only -inf.

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
    """
    z = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows, p = classes_last(z, axes), classes_last(result_like(z, out), axes)
    for block in blocks(rows):
        z_block = at_least(np.float32, rows[block])
        e, total = exponentials(z_block, out=p[block] if p.dtype == z_block.dtype else None)
        np.divide(e, total, out=p[block])
    return as_result(classes_back(p, z.shape, axes), z.dtype, out)


@silent
def log_softmax(logits: ArrayLike, axis: Axis = -1, *, out: Floats | None = None) -> FloatsOrScalar:
    r"""Return the logarithm of the softmax, also where the softmax itself underflows to 0.

    Parameters, exceptions, shape, type and non-finite logits are those of `softmax`; a logit of -inf gives -inf.

    Notes
    -----
    :math:`\log p_i = (z_i - m) - \log(1 + T)` with the maximum m and the tail
    :math:`T = \sum_{j \ne \mathrm{argmax}} e^{z_j} / e^m`, two numbers of one sign; or
    :math:`z_i - \log \sum_j e^{z_j}`, the logarithm in two parts, where all of a row's results are so far from 0 that
    what cancels doesn't count. The error is at most 1 ulp in float16, 3 in float32, 7 in float64 (3 on the families of
    rows), also next to 0; see `softmax` for how that was found, and the source.

    Examples
    --------
    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    z = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows, log_p = classes_last(z, axes), classes_last(result_like(z, out), axes)
    guess_or_parts(log_p, log_softmax_at_a_guess, log_softmax_by_parts, rows)
    return as_result(classes_back(log_p, z.shape, axes), z.dtype, out)


def log_softmax_at_a_guess(z, dtype, out):
    """Set out to z less the log-sum-exp by exponentials of dtype; return which rows have to be done again."""
    shift = shift_to_try(z)
    if np.ndim(shift):
        np.subtract(z, shift, out=out)
        z = out
    log_total, rounded_off = log_in_two_parts(guessed_sums(z, dtype), 0, z.dtype)
    np.subtract(z, log_total, out=out)
    least = least_loss(z.dtype, dtype)
    highest = np.maximum.reduce(out, axis=None)
    if not np.abs(rounded_off).max() <= np.spacing(np.abs(highest)):  # more than an ulp of some result, or NaN
        np.subtract(out, rounded_off, out=out)
    return np.False_ if highest < -least else ~(np.maximum.reduce(out, axis=-1) < -least)


def log_softmax_by_parts(z, out):
    """Set out to (z - m) - log1p(T) with the maximum and the tail: two numbers of one sign, so nothing cancels."""
    z_max, tail = log_sum_exp_parts(z)
    np.subtract(z, z_max.astype(z.dtype, copy=False), out=out)
    np.subtract(out, np.log1p(tail).astype(z.dtype, copy=False), out=out)


@silent
def logsumexp(logits: ArrayLike, axis: Axis = -1, keepdims: bool = False) -> FloatsOrScalar:
    r"""Return the logarithm of the sum of the logits' exponentials: a smooth maximum.

    Parameters and exceptions are those of `softmax`. The result has the logits' floating type, and their shape
    without axis; with keepdims the axes summed over stay, with length one.

    Notes
    -----
    :math:`l = \log \sum_j e^{z_j}`, or :math:`m + \log(1 + T)` with the maximum and the tail of `log_softmax` where
    that sum overflows or vanishes. The error is at most 1 ulp in float16, 3 in float32, 8 in float64; where |l| < 1, at
    most 8 (1 + |m|) times half the machine epsilon, as l may cancel. See `softmax` for how that was found, and the
    source. A row with +inf gives +inf; a row of nothing but -inf, or of nothing, gives -inf; NaN gives NaN.

    Examples
    --------
    >>> logsumexp([1000.0, 1000.0]).round(4)  # 1000 + log 2
    np.float64(1000.6931)
    """
    z = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows = classes_last(z, axes)
    log_total = np.full(rows.shape[:-1], -np.inf, z.dtype)
    for block in blocks(rows, np.float64):
        log_total[block] = logsumexp_of(rows[block])
    if keepdims:
        log_total = log_total.reshape([1 if index in axes else size for index, size in enumerate(z.shape)])
    return as_result(log_total, z.dtype)


def logsumexp_of(z):
    """Return the log-sum-exp of rows in float64 at least, without axis; by parts where no sum is to be trusted."""
    shift = shift_to_try(z)
    log_total = shift + np.log(guessed_sums(z, np.promote_types(z.dtype, np.float64), shift))
    unsafe = np.isnan(log_total)[..., 0]
    if unsafe.any():
        log_total[unsafe] = logsumexp_of_parts(*log_sum_exp_parts(z[unsafe]))
    return log_total[..., 0]


@silent
def softmax_vjp(
    logits: ArrayLike, cotangent: ArrayLike, axis: Axis = -1, *, out: Floats | None = None
) -> FloatsOrScalar:
    r"""Return the gradient with respect to the logits, given the one with respect to the softmax.

    Parameters, exceptions, shape and type are those of `softmax`; a cotangent of another shape is a ValueError.

    Notes
    -----
    The cotangent g times the Jacobian diag(p) - p pᵀ is :math:`p_i (g_i - \sum_j p_j g_j)`, with an absolute error
    of at most :math:`p_i \max|g| \, (8n + 80)\,u` for n logits and half the machine epsilon u; see `softmax` for
    the source.

    Examples
    --------
    >>> softmax_vjp([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    z = as_floating(logits, "logits")
    g = as_floating(cotangent, "cotangent")
    require_shape(g, "cotangent", z.shape, "the shape of logits")
    axes = normalize_axes(axis, z.ndim)
    gradient = classes_last(result_like(z, out, g), axes)
    rows, g = classes_last(z, axes), classes_last(g, axes)
    for block in blocks(rows):
        e, total = exponentials(at_least(np.float32, rows[block]))
        p = np.divide(e, total, out=e)
        gradient[block] = p * (g[block] - np.sum(p * g[block], axis=-1, keepdims=True))
    return as_result(classes_back(gradient, z.shape, axes), z.dtype, out)
