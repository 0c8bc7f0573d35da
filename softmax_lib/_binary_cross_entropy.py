"""The cross-entropy of targets and the sigmoids of logits, and its gradient."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import (
    as_real,
    as_result,
    broadcast,
    floating_type,
    ignore_fp_errors,
    promote,
    require_reduction,
    require_shape,
)
from softmax_lib._elementwise import elementwise, parts
from softmax_lib._loss_terms import weighted
from softmax_lib._sigmoid import sigmoid_and_exp
from softmax_lib._types import Array, DType, Floats, FloatsOrScalar, Reduction


@ignore_fp_errors
def binary_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    reduction: Reduction = "mean",
) -> FloatsOrScalar:
    r"""Return the cross-entropy between targets and the sigmoids of logits, without forming the sigmoids.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Log-odds in nats. Integers and booleans are taken as float64.
    targets : array_like of real numbers, of the logits' shape
        The probability y that each is true: 0, 1, or between; others are taken as they are.
    weight : array_like of real numbers, optional
        The weight w of each loss, broadcast to the logits' shape.
    pos_weight : array_like of real numbers, optional
        The weight v of the positive targets, a scalar or one entry for each index of the last axis.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of logits, whatever the weights; it is NaN if there are none.

    Returns
    -------
    ndarray or scalar
        The loss in nats, in the logits' floating type; for "none" one for each logit, in the logits' shape.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is said above: targets of another shape, weights that don't
        broadcast, another word for the reduction.

    See Also
    --------
    binary_cross_entropy_grad : Its gradient.
    cross_entropy : The same for one of several classes.

    Notes
    -----
    :math:`-w\,\bigl(v\,y \log \sigma(x) + (1 - y) \log \sigma(-x)\bigr)`, where 0 · (-inf) counts as 0: PyTorch's
    definitions. For y in {0, 1} and weight 1 the error is that of `log_sigmoid`; see the section Accuracy of
    `softmax_lib`.

    Examples
    --------
    >>> binary_cross_entropy([np.inf, -1000.0], [1, 1], reduction="none")
    array([   0., 1000.])
    """
    x = as_real(logits, "logits")
    *arrays, divisor = _checked(x, targets, weight, pos_weight, reduction)
    losses = partial(_losses, divisor=divisor)
    if reduction == "none":
        return elementwise(losses, x, None, *arrays)
    sums = [np.sum(losses(*part)) for part in parts(x, *arrays)]
    return as_result(np.sum(sums) if divisor != 0 else np.nan, floating_type(x))


@ignore_fp_errors
def binary_cross_entropy_grad(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    reduction: Reduction = "mean",
    out: Floats | None = None,
) -> FloatsOrScalar:
    r"""Return the gradient of `binary_cross_entropy` with respect to the logits; for "none" of each one's own loss.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Log-odds in nats. Integers and booleans are taken as float64.
    targets : array_like of real numbers, of the logits' shape
        The probability y that each is true: 0, 1, or between; others are taken as they are.
    weight : array_like of real numbers, optional
        The weight w of each loss, broadcast to the logits' shape.
    pos_weight : array_like of real numbers, optional
        The weight v of the positive targets, a scalar or one entry for each index of the last axis.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of logits, whatever the weights; it is NaN if there are none.
    out : ndarray in the logits' shape and floating type, optional
        Where to write the result, a `numpy.memmap` for example. Where it shares memory with an argument, the result is
        computed elsewhere first. Its content is undefined after an error.

    Returns
    -------
    ndarray or scalar
        The gradient, in the logits' shape and floating type; out, if that is given.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is said above: targets of another shape, weights that don't
        broadcast, another word for the reduction.

    See Also
    --------
    binary_cross_entropy : The loss.
    sigmoid : The gradient of the loss of target 0.

    Notes
    -----
    :math:`w\,\bigl((1 - y)\,\sigma(x) - v\,y\,\sigma(-x)\bigr)`, which is σ(x) - y without weights. For y in {0, 1} and
    weight 1 the error is that of `sigmoid`; see the section Accuracy of `softmax_lib`.

    Examples
    --------
    >>> binary_cross_entropy_grad([0.0, 0.0], [0, 1], reduction="none")
    array([ 0.5, -0.5])
    """
    x = as_real(logits, "logits")
    *arrays, divisor = _checked(x, targets, weight, pos_weight, reduction)
    return elementwise(partial(_gradient, divisor=divisor), x, out, *arrays)


def _checked(
    x: Array, targets: ArrayLike, weight: ArrayLike | None, pos_weight: ArrayLike | None, reduction: Reduction
) -> tuple[Array, Array, Array, int]:
    """Return the targets and weights in the shape of x, and the mean's divisor."""
    require_reduction(reduction)
    y = as_real(targets, "targets")
    require_shape(y, "targets", x.shape, "the shape of logits")
    weight = broadcast(as_real(1.0 if weight is None else weight, "weight"), "weight", x.shape, "the logits' shape")
    pos_weight = as_real(1.0 if pos_weight is None else pos_weight, "pos_weight")
    pos_weight = broadcast(pos_weight, "pos_weight", x.shape[-1:], "the last axis")
    return y, weight, np.broadcast_to(pos_weight, x.shape), x.size if reduction == "mean" else 1


def _coefficients(arrays: Sequence[Array], divisor: int, dtype: DType) -> tuple[Array, Array, Array]:
    """Return the coefficients of -log p and of -log(1 - p) in the loss, but for a factor, which is one number."""
    y, weight, pos_weight = (promote(_number_or_array(array), dtype) for array in arrays)
    weight = weight / divisor
    positive, negative = y, 1 - y
    if weight.ndim > 0:
        positive, negative, weight = positive * weight, negative * weight, dtype.type(1)
    if pos_weight.ndim > 0 or pos_weight != 1:
        positive = positive * pos_weight
    return positive, negative, weight


def _number_or_array(array: Array) -> Array:
    """Return one number in place of an array that repeats it: the quicker factor."""
    return array if any(array.strides) or array.size == 0 else array.flat[0]


def _losses(x: Array, *arrays: Array, divisor: int) -> Array:
    """Return the losses, in float64 at least: -log p and -log(1 - p) share a logarithm."""
    x = promote(x, np.float64)
    positive, negative, factor = _coefficients(arrays, divisor, x.dtype)
    log_tail = np.log1p(np.exp(-np.abs(x)))
    losses = weighted(positive * factor, np.maximum(-x, 0) + log_tail)
    return losses + weighted(negative * factor, np.maximum(x, 0) + log_tail)


def _gradient(x: Array, *arrays: Array, divisor: int) -> Array:
    """Return the gradient, in float64 at least: the sigmoid of -x is exp(-x) times that of x."""
    x = promote(x, np.float64)
    positive, negative, factor = _coefficients(arrays, divisor, x.dtype)
    p, e = sigmoid_and_exp(x)
    q = e * p
    if np.fmax.reduce(e, axis=None, initial=0) == np.inf:
        q = np.where(np.isinf(e), 1, q)
    gradient = negative * p
    gradient -= positive * q
    gradient *= factor
    return gradient
