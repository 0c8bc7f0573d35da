"""The sigmoid, its logarithm, and the sigmoid beside the softmax."""

from typing import NamedTuple

import numpy as np

from softmax_lib._arrays import (
    apart_from,
    as_floating,
    as_result,
    at_least,
    classes_last,
    normalize_axes,
    parts,
    result_like,
    silent,
)
from softmax_lib._softmax import softmax


def sigmoid_of(x):
    """Return 1 / (1 + exp(-x)) in float64 at least; exp(-|x|) cannot overflow."""
    exp_negative = np.exp(-np.abs(at_least(np.float64, x)))
    return np.where(x >= 0, 1, exp_negative) / (1 + exp_negative)


def log_sigmoid_of(x):
    """Return log(1 / (1 + exp(-x))) in float64 at least; exp(-|x|) cannot overflow."""
    x = at_least(np.float64, x)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def elementwise(function, x, out):
    """Return function(x), in out if that is given, part by part."""
    result = result_like(x, out)
    for x_part, result_part in parts(apart_from(out, x), result):
        result_part[...] = function(x_part)
    return as_result(result, x.dtype, out)


@silent
def sigmoid(logits, *, out=None):
    r"""Return the sigmoid of each logit on its own.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Log-odds in nats. Integers and booleans are taken as float64.
    out : ndarray in the logits' shape and floating type, optional
        As for `softmax`.

    Returns
    -------
    ndarray or scalar, from 0 to 1, in the logits' shape and floating type; out, if that is given

    Raises
    ------
    TypeError, ValueError
        If logits are not real numbers, masked or ragged; if out doesn't fit, or is read-only.

    Notes
    -----
    :math:`\sigma(x) = 1 / (1 + e^{-x})` for x ≥ 0, and the equal :math:`e^x / (1 + e^x)` below. The error is at most
    1 ulp in float16 and float32, 2.5 in float64; see `softmax` for how that was found, and the source.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = as_floating(logits, "logits")
    return elementwise(sigmoid_of, x, out)


@silent
def log_sigmoid(logits, *, out=None):
    r"""Return the logarithm of the sigmoid, also where the sigmoid itself underflows to 0.

    Parameters, exceptions, shape and type are those of `sigmoid`.

    Notes
    -----
    :math:`\log \sigma(x) = \min(x, 0) - \log(1 + e^{-|x|})`. The error is at most 1 ulp in float16 and float32, 2.5 in
    float64; see `softmax` for how that was found, and the source.

    Examples
    --------
    >>> log_sigmoid([-1000.0, 1000.0])
    array([-1000.,     0.])
    """
    x = as_floating(logits, "logits")
    return elementwise(log_sigmoid_of, x, out)


class SoftmaxSigmoid(NamedTuple):
    """Softmax and independent sigmoids of the same logits; see `compare_softmax_sigmoid`."""

    softmax: np.ndarray
    sigmoid: np.ndarray
    softmax_sum: np.ndarray
    sigmoid_sum: np.ndarray
    two_class_sigmoid: np.ndarray | None


@silent
def compare_softmax_sigmoid(logits, axis=-1):
    """Set the softmax and the independent sigmoids of the same logits side by side.

    Parameters, exceptions and sources are those of `softmax` and `sigmoid`.

    Returns
    -------
    SoftmaxSigmoid
        A named tuple, all in the logits' floating type: softmax and sigmoid in the logits' shape; softmax_sum and
        sigmoid_sum over axis; and for exactly two classes two_class_sigmoid, which is sigmoid(z1 - z0) and equals
        the softmax of the second class, else None. In float64 its relative error is at most (|z1 - z0| + 12) u, with
        half the machine epsilon u.

    Examples
    --------
    >>> both = compare_softmax_sigmoid([0.0, 2.0])
    >>> both.softmax.round(4), both.two_class_sigmoid.round(4), both.sigmoid_sum.round(4)
    (array([0.1192, 0.8808]), np.float64(0.8808), np.float64(1.3808))
    """
    z = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    p, s, rows = softmax(z, axes), sigmoid_of(z), classes_last(z, axes)
    wide = at_least(np.float64, rows)
    pair = sigmoid_of(wide[..., 1] - wide[..., 0]) if rows.shape[-1] == 2 else None
    results = (p, s, np.sum(p, axis=axes), np.sum(s, axis=axes), pair)
    return SoftmaxSigmoid(*(None if result is None else as_result(result, z.dtype) for result in results))
