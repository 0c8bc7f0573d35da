"""Softmax, its logarithm and the log-sum-exp, from one kernel."""

import numpy as np

from softmax_lib._arrays import as_floating, as_result, normalize_axes, require_shape, silent


def shifted_exponentials(logits, axes):
    """Return the logits' maximum, the exponentials of what they lack to it, and their sum; axes are kept.

    The largest exponential is exp(0) = 1, so neither it nor the sum can overflow.
    """
    z_max = np.max(logits, axis=axes, keepdims=True, initial=-np.inf)
    exp_shifted = np.exp(logits - z_max)
    return z_max, exp_shifted, np.sum(exp_shifted, axis=axes, keepdims=True)


@silent
def softmax(logits, axis=-1):
    r"""Return the softmax of logits: positive numbers that add up to one.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    axis : int, tuple of ints or None, default -1
        The axis or axes over which the probabilities add up to one; None means all.

    Returns
    -------
    ndarray or scalar, in the logits' shape and floating type

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If logits are not real numbers, masked or ragged; if axis is no integer, repeated, or out of range.

    Notes
    -----
    :math:`p_i = e^{z_i - \max z} / \sum_j e^{z_j - \max z}`. With n logits along axis and the type's unit roundoff u,
    the relative error of a normal (not subnormal) result is at most :math:`(|z_i - \max z| + 2n + 20)\,u` [1]_. A logit
    of -inf has probability 0. NaN or +inf (inf / inf is undefined) makes its row NaN, as does a row of only -inf.

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
    z, dtype = as_floating(logits, "logits")
    _, exp_shifted, total = shifted_exponentials(z, normalize_axes(axis, z.ndim))
    return as_result(exp_shifted / total, dtype)


@silent
def log_softmax(logits, axis=-1):
    r"""Return the logarithm of the softmax, also where the softmax itself underflows to 0.

    Parameters, exceptions, shape, type and non-finite logits are those of `softmax`; a logit of -inf gives -inf.

    Notes
    -----
    :math:`\log p_i = (z_i - \max z) - \log \sum_j e^{z_j - \max z}` with an absolute error of at most
    :math:`(2\,|\log p_i| + 3n + 30)\,u`; see `softmax` for n, u and the source.

    Examples
    --------
    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    z, dtype = as_floating(logits, "logits")
    z_max, _, total = shifted_exponentials(z, normalize_axes(axis, z.ndim))
    return as_result((z - z_max) - np.log(total), dtype)


@silent
def logsumexp(logits, axis=-1, keepdims=False):
    r"""Return the logarithm of the sum of the logits' exponentials: a smooth maximum.

    Parameters and exceptions are those of `softmax`. The result has the logits' floating type, and their shape
    without axis; with keepdims the axes summed over stay, with length one.

    Notes
    -----
    :math:`l = \max z + \log \sum_j e^{z_j - \max z}` with an absolute error of at most :math:`(|l| + 3n + 30)\,u`;
    see `softmax` for n, u and the source. A row with +inf gives +inf; a row of nothing but -inf, or of nothing, gives
    -inf; NaN gives NaN.

    Examples
    --------
    >>> logsumexp([1000.0, 1000.0]).round(4)  # 1000 + log 2
    np.float64(1000.6931)
    """
    z, dtype = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    z_max, _, total = shifted_exponentials(z, axes)
    log_sum = np.where(np.isinf(z_max), z_max, z_max + np.log(total))
    return as_result(log_sum if keepdims else np.squeeze(log_sum, axis=axes), dtype)


@silent
def softmax_vjp(logits, cotangent, axis=-1):
    r"""Return the gradient with respect to the logits, given the one with respect to the softmax.

    Parameters, exceptions, shape and type are those of `softmax`; a cotangent of another shape is a ValueError.

    Notes
    -----
    The cotangent g times the Jacobian diag(p) - p pᵀ is :math:`p_i (g_i - \sum_j p_j g_j)`, with an absolute error of
    at most :math:`p_i \max|g| \, (2\,|z_i - \max z| + 8n + 80)\,u`; see `softmax` for n, u and the source.

    Examples
    --------
    >>> softmax_vjp([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    z, dtype = as_floating(logits, "logits")
    g, _ = as_floating(cotangent, "cotangent")
    require_shape(g, "cotangent", z.shape, "the shape of logits")
    axes = normalize_axes(axis, z.ndim)
    _, exp_shifted, total = shifted_exponentials(z, axes)
    p = exp_shifted / total
    return as_result(p * (g - np.sum(p * g, axis=axes, keepdims=True)), dtype)
