"""Losses: sums of -log p, weighted by shares that hold targets, weights and the mean's divisor. Their gradients."""

from numbers import Integral, Real

import numpy as np

from softmax_lib import _arrays
from softmax_lib._arrays import as_floating, as_result, classes_last, normalize_axes, require_shape, silent
from softmax_lib._sigmoid import log_sigmoid_of, sigmoid_of
from softmax_lib._softmax import shifted_exponentials


def _times(shares, losses):
    """Return shares * losses, where a share of 0 in an infinite loss is 0."""
    return np.where((shares == 0) & np.isinf(losses), 0, shares * losses)


def _reduce(losses, divisor, reduction):
    """Return the losses or their sum, which shares already divided; the mean of nothing is NaN."""
    if reduction == "none":
        return losses
    return np.sum(losses) if divisor != 0 else np.nan


def _one_hot(labels, batch_shape, class_count, ignore_index):
    """Return the labels as rows of 0 and 1, and which samples count (..., 1)."""
    require_shape(labels, "targets", batch_shape, "as labels the shape of logits without the class axis")
    if not isinstance(ignore_index, Integral | None):
        raise TypeError(f"ignore_index must be an int or None, but it is {ignore_index!r}")
    counted = np.ones(batch_shape, bool) if ignore_index is None else labels != ignore_index
    wrong = labels[counted & ((labels < 0) | (labels >= class_count))]
    if wrong.size:
        raise ValueError(f"targets must be labels from 0 to {class_count - 1} or ignore_index, but one is {wrong[0]}")
    return (labels[..., None] == np.arange(class_count)) & counted[..., None], counted[..., None]


def _target_rows(targets, z, rows, axes, ignore_index):
    """Return the targets' probabilities (..., C), and which samples count (..., 1)."""
    *batch_shape, class_count = rows.shape
    if class_count == 0:
        raise ValueError(f"logits must have at least one class, but their shape is {z.shape}")
    if targets.dtype.kind in "iu":
        return _one_hot(targets, tuple(batch_shape), class_count, ignore_index)
    if targets.dtype.kind == "b" or targets.shape == tuple(batch_shape) != z.shape:
        raise TypeError(f"targets must be integers where they are labels, but their type is {targets.dtype}")
    require_shape(targets, "targets", z.shape, "as probabilities the shape of logits")
    if ignore_index is not None:
        raise ValueError(f"ignore_index must be None with probability targets, but it is {ignore_index!r}")
    return as_floating(classes_last(targets, axes), "targets")[0], np.ones((*batch_shape, 1), bool)


def _class_shares(z, rows, targets, axes, weight, ignore_index, label_smoothing, reduction):
    """Return each class's share (..., C) in the loss, which samples count (..., 1), and the mean's divisor."""
    _arrays.require_reduction(reduction)
    if not (isinstance(label_smoothing, Real) and 0 <= label_smoothing <= 1):
        raise ValueError(f"label_smoothing must be a number from 0 to 1, but it is {label_smoothing!r}")
    targets = _arrays.as_real(targets, "targets")
    q, counted = _target_rows(targets, z, rows, axes, ignore_index)
    class_count = rows.shape[-1]
    weight, _ = as_floating(np.ones(class_count, z.dtype) if weight is None else weight, "weight")
    require_shape(weight, "weight", (class_count,), "one entry a class,")
    weighted, smoothing, divisor = weight * q, float(label_smoothing), 1
    if reduction == "mean":
        divisor = counted.size if targets.dtype.kind == "f" else np.sum(weighted)
    return ((1 - smoothing) * weighted + smoothing / class_count * weight) / divisor, counted, divisor


@silent
def cross_entropy(logits, targets, *, axis=-1, weight=None, ignore_index=None, label_smoothing=0.0, reduction="mean"):
    r"""Return the cross-entropy between targets and the softmax of logits, without forming the softmax.

    Parameters
    ----------
    logits, axis
        As for `softmax`, with its exceptions; axis is the class axis, and several axes count as one, in C order.
    targets : array_like
        Integer labels 0 to C - 1, in the logits' shape without the class axis; or floating probabilities in the
        logits' shape, whose sum isn't checked.
    weight : array_like of real numbers, shape (C,), optional
        The weight of each class.
    ignore_index : int, optional
        The label of samples that don't count: their loss and gradient are 0, even where their logits are NaN.
    label_smoothing : float from 0 to 1, default 0
        The part e of each target that is spread evenly over the classes.
    reduction : {"mean", "sum", "none"}
        The mean divides by the summed weights of the labels that count, or by the number of samples where targets
        are probabilities; NaN if nothing counts.

    Returns
    -------
    ndarray or scalar, in nats, in the logits' floating type; for "none" in their shape without the class axis

    Raises
    ------
    TypeError, ValueError
        If labels are boolean or floating or out of range, a shape doesn't fit, an option is none of the above,
        ignore_index comes with probabilities, or there is no class.

    Notes
    -----
    :math:`-\sum_c w_c ((1 - e)\,q_c + e/C) \log p_c` with targets q (one-hot for labels), class weights w and
    p = softmax(z), where 0 · (-inf) counts as 0: PyTorch's definitions. For one label of weight 1 the absolute error is
    at most :math:`(3\,|\log p_c| + 3C + 30)\,u`; see `softmax` for u and the source. NaN probabilities make it NaN.

    Examples
    --------
    >>> cross_entropy([[2.0, 1.0, 0.5], [0.0, 0.0, 1e4]], [0, 2], reduction="sum").round(4)
    np.float64(0.4644)
    """
    z, dtype = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows = classes_last(z, axes)
    shares, counted, divisor = _class_shares(z, rows, targets, axes, weight, ignore_index, label_smoothing, reduction)
    z_max, _, total = shifted_exponentials(rows, (-1,))
    # Halved, as -log p can be twice the largest float while its share is small.
    half_losses = (z_max / 2 - rows / 2) + np.log(total) / 2
    losses = np.sum(np.where(counted, _times(shares, half_losses), 0), axis=-1)
    return as_result(2 * _reduce(losses, divisor, reduction), dtype)


@silent
def cross_entropy_grad(
    logits, targets, *, axis=-1, weight=None, ignore_index=None, label_smoothing=0.0, reduction="mean"
):
    r"""Return the gradient of `cross_entropy` with respect to the logits; for "none" of each sample's own loss.

    Parameters and exceptions are those of `cross_entropy`; the result has the logits' shape and floating type.

    Notes
    -----
    :math:`p_i \sum_c t_c - t_i` with the share t of each -log p in the loss, the mean's divisor included: for one label
    p - y, whose absolute error is at most (2C + 24) u; see `softmax` for u and the source.

    Examples
    --------
    >>> cross_entropy_grad([[2.0, 1.0, 0.5]], [0]).round(3)
    array([[-0.371,  0.231,  0.14 ]])
    """
    z, dtype = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows = classes_last(z, axes)
    shares, counted, _ = _class_shares(z, rows, targets, axes, weight, ignore_index, label_smoothing, reduction)
    _, exp_shifted, total = shifted_exponentials(rows, (-1,))
    gradient = np.where(counted, exp_shifted / total * np.sum(shares, axis=-1, keepdims=True) - shares, 0)
    return as_result(_arrays.classes_back(gradient, z.shape, axes), dtype)


def _broadcast(values, name, x, shape, what):
    """Return `values` (None for ones) as an array of x's kind that has, or broadcasts to, `shape`."""
    array, _ = as_floating(np.ones((), x.dtype) if values is None else values, name)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"{name} must broadcast to {what} {shape}, but its shape is {array.shape}") from None


def _binary_shares(x, targets, weight, pos_weight, reduction):
    """Return the shares of -log p and of -log(1 - p) in the loss, in x's shape, and the mean's divisor."""
    _arrays.require_reduction(reduction)
    y, _ = as_floating(targets, "targets")
    require_shape(y, "targets", x.shape, "the shape of logits")
    weight = _broadcast(weight, "weight", x, x.shape, "the logits' shape")
    pos_weight = _broadcast(pos_weight, "pos_weight", x, x.shape[-1:], "the last axis")
    divisor = x.size if reduction == "mean" else 1
    return weight * pos_weight * y / divisor, weight * (1 - y) / divisor, divisor


@silent
def binary_cross_entropy(logits, targets, *, weight=None, pos_weight=None, reduction="mean"):
    r"""Return the cross-entropy between targets and the sigmoids of logits, without forming the sigmoids.

    Parameters
    ----------
    logits
        As for `sigmoid`, with its exceptions.
    targets : array_like of real numbers, of the logits' shape
        The probability y that each is true: 0, 1, or between.
    weight, pos_weight : array_like of real numbers, optional
        The weight w of each loss, broadcast to the logits' shape; the weight v of the positive targets, a scalar or
        one entry for each index of the last axis. A shape that doesn't fit is a ValueError.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of logits; NaN if there are none. "none" gives the losses, in the logits'
        shape. Another word is a ValueError.

    Notes
    -----
    :math:`-w\,\bigl(v\,y \log \sigma(x) + (1 - y) \log \sigma(-x)\bigr)`, where 0 · (-inf) counts as 0: PyTorch's
    definitions. For y in {0, 1} and weight 1 the relative error of a normal loss is at most 20 u; see `softmax` for u
    and the source.

    Examples
    --------
    >>> binary_cross_entropy([np.inf, -1000.0], [1, 1], reduction="none")
    array([   0., 1000.])
    """
    x, dtype = as_floating(logits, "logits")
    positive, negative, divisor = _binary_shares(x, targets, weight, pos_weight, reduction)
    losses = _times(positive, -log_sigmoid_of(x)) + _times(negative, -log_sigmoid_of(-x))
    return as_result(_reduce(losses, divisor, reduction), dtype)


@silent
def binary_cross_entropy_grad(logits, targets, *, weight=None, pos_weight=None, reduction="mean"):
    r"""Return the gradient of `binary_cross_entropy` with respect to the logits; for "none" of each one's own loss.

    Parameters and exceptions are those of `binary_cross_entropy`; the result has the logits' shape and floating type.

    Notes
    -----
    :math:`w\,\bigl((1 - y)\,\sigma(x) - v\,y\,\sigma(-x)\bigr)`, which is σ(x) - y without weights. For y in {0, 1} and
    weight 1 the relative error is at most 12 u; see `softmax` for u and the source.

    Examples
    --------
    >>> binary_cross_entropy_grad([0.0, 0.0], [0, 1], reduction="none")
    array([ 0.5, -0.5])
    """
    x, dtype = as_floating(logits, "logits")
    positive, negative, _ = _binary_shares(x, targets, weight, pos_weight, reduction)
    return as_result(negative * sigmoid_of(x) - positive * sigmoid_of(-x), dtype)
