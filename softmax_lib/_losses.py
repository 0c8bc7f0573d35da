"""Losses: sums of -log p, weighted by shares that hold targets, weights and the mean's divisor. Their gradients."""

import math
from functools import partial
from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib import _arrays
from softmax_lib._arrays import (
    as_floating,
    as_result,
    at_least,
    blocks,
    classes_last,
    elementwise,
    normalize_axes,
    parts,
    require_shape,
    silent,
)
from softmax_lib._kernel import (
    exponentials,
    guess_or_parts,
    guessed_sums,
    least_loss,
    log_in_two_parts,
    log_sum_exp_parts,
    row_sums,
    shift_to_try,
)
from softmax_lib._sigmoid import log_sigmoid_of, sigmoid_of
from softmax_lib._types import Axis, Floats, FloatsOrScalar, Reduction


def times(shares, losses):
    """Return shares * losses, where a share of 0 in an infinite loss is 0."""
    if np.ndim(shares) == 0 and shares != 0:
        return shares * losses
    return np.where((shares == 0) & np.isinf(losses), 0, shares * losses)


def _reduce(losses, divisor, reduction):
    """Return the losses or their sum, which shares already divided; the mean of nothing is NaN."""
    if reduction == "none":
        return losses
    return losses.sum() if divisor != 0 else np.nan


class _Shares:
    """Which part each -log p of the logits' rows has in the loss: targets, weights and the mean's divisor in one."""

    def __init__(self, rows, z, targets, axes, weight, ignore_index, label_smoothing, reduction):
        *batch_shape, n = rows.shape
        require_options(n, z.shape, label_smoothing, reduction)
        targets = _arrays.as_real(targets, "targets")
        self.labelled = are_labels(targets, tuple(batch_shape), z.shape, ignore_index)
        self.dtype = np.promote_types(z.dtype, np.float64)
        self.smoothing = float(label_smoothing)
        self.counted = None  # all of them
        if self.labelled:
            self.targets, self.counted = checked_labels(targets, n, ignore_index)
        else:
            self.targets = classes_last(as_floating(targets, "targets"), axes)
        self.weight = class_weights(weight, n)
        self.n = n
        self.divisor = 1
        if reduction == "mean":
            counted_by_weight = self.labelled and not (self.weight is None and self.counted is None)
            self.divisor = np.sum(self.of_labels(...)) if counted_by_weight else math.prod(batch_shape)

    def of_labels(self, block):
        """Return the shares of the labels' -log p, where they are all there is; one number where all are alike."""
        shares = (1 if self.weight is None else self.weight[self.targets[block]]) / self.dtype.type(self.divisor)
        return shares if self.counted is None else np.where(self.counted[block], shares, 0)

    def of_classes(self, block):
        """Return the shares of all -log p, classes last, as if all samples counted."""
        q = self.targets[block]
        if self.labelled:
            q = q[..., np.newaxis] == np.arange(self.n)
        q, smoothing = q.astype(self.dtype, copy=False), self.dtype.type(self.smoothing)
        return smoothed(q, smoothing, self.n, self.weight) / self.dtype.type(self.divisor)


def require_options(n, shape, label_smoothing, reduction):
    """Raise ValueError unless there are n > 0 classes, and the options of a loss are what they must be."""
    _arrays.require_reduction(reduction)
    if not (isinstance(label_smoothing, Real) and 0 <= label_smoothing <= 1):
        raise ValueError(f"label_smoothing must be a number from 0 to 1, but it is {label_smoothing!r}")
    if n == 0:
        raise ValueError(f"logits must have at least one class, but their shape is {shape}")


def are_labels(targets, batch_shape, shape, ignore_index):
    """Return whether targets are labels rather than probabilities; raise unless their type and shape fit."""
    if targets.dtype.kind in "iu":
        require_shape(targets, "targets", batch_shape, "as labels the shape of logits without the class axis")
        if not isinstance(ignore_index, Integral | None):
            raise TypeError(f"ignore_index must be an int or None, but it is {ignore_index!r}")
        return True
    if targets.dtype.kind == "b" or targets.shape == batch_shape != shape:
        raise TypeError(f"targets must be integers where they are labels, but their type is {targets.dtype}")
    require_shape(targets, "targets", shape, "as probabilities the shape of logits")
    if ignore_index is not None:
        raise ValueError(f"ignore_index must be None with probability targets, but it is {ignore_index!r}")
    return False


def checked_labels(labels, n, ignore_index):
    """Return the labels, with 0 in place of those ignored, and which ones count; None for all."""
    counted = None if ignore_index is None else np.asarray(labels != ignore_index)
    if counted is not None:
        labels = np.where(counted, labels, 0)
    if labels.size and not (labels.min() >= 0 and labels.max() < n):
        wrong = labels[(labels < 0) | (labels >= n)]
        raise ValueError(f"targets must be labels from 0 to {n - 1} or ignore_index, but one is {wrong[0]}")
    return labels.astype(np.intp, copy=False), counted


def class_weights(weight, n):
    """Return the weights of n classes in float64 at least; None for ones."""
    if weight is None:
        return None
    weight = at_least(np.float64, as_floating(weight, "weight"))
    require_shape(weight, "weight", (n,), "one entry a class,")
    return weight


def smoothed(q, smoothing, n, weight):
    """Return the weighted probabilities q of some of n classes, whose part `smoothing` is spread over all."""
    spread = (1 - smoothing) * q + smoothing / n
    return spread if weight is None else weight * spread


@silent
def cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: Axis = -1,
    weight: ArrayLike | None = None,
    ignore_index: int | np.integer | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> FloatsOrScalar:
    r"""Return the cross-entropy between targets and the softmax of logits, without forming the softmax.

    Parameters
    ----------
    logits, axis
        As for `softmax`, with its exceptions; axis is the class axis, and several axes count as one, in C order.
    targets : array_like
        Integer labels 0 to C - 1, in the logits' shape without the class axis; or floating probabilities in the
        logits' shape, whose signs and sum aren't checked.
    weight : array_like of real numbers, shape (C,), optional
        The weight of each class; negative ones are taken as they are.
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
    p = softmax(z), where 0 · (-inf) counts as 0: PyTorch's definitions. For one label of weight 1 the error is that of
    `log_softmax`, also where the loss is next to 0; see `softmax` for the source. NaN probabilities make it NaN.

    Examples
    --------
    >>> cross_entropy([[2.0, 1.0, 0.5], [0.0, 0.0, 1e4]], [0, 2], reduction="sum").round(4)
    np.float64(0.4644)
    """
    z = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows = classes_last(z, axes)
    shares = _Shares(rows, z, targets, axes, weight, ignore_index, label_smoothing, reduction)
    if shares.labelled and shares.smoothing == 0:
        half_losses = times(shares.of_labels(...), _half_losses_of_labels(rows, shares.targets))
    else:
        half_losses = np.empty(rows.shape[:-1], np.promote_types(z.dtype, np.float64))
        for block in blocks(rows, np.float64):
            losses = times(shares.of_classes(block), _half_losses(rows[block], rows[block]))
            half_losses[block] = np.sum(losses, axis=-1)
    if shares.counted is not None:
        half_losses = np.where(shares.counted, half_losses, 0)
    return as_result(2 * _reduce(half_losses, shares.divisor, reduction), z.dtype)


def _half_losses(rows, z):
    """Return half of -log p of the logits z of each row, as all of it can be twice the largest float."""
    z_max, tail = log_sum_exp_parts(rows)
    return half_losses_of_parts(z_max, tail, z)


def half_losses_of_parts(z_max, tail, z):
    return (z_max / 2 - z / 2) + np.log1p(tail) / 2


def _half_losses_of_labels(rows, labels):
    z_label = at_least(np.float64, np.take_along_axis(rows, labels[..., np.newaxis], axis=-1))
    half_losses = np.empty_like(z_label)
    guess_or_parts(half_losses, _half_losses_at_a_guess, _half_losses_by_parts, rows, z_label)
    return half_losses[..., 0]


def _half_losses_at_a_guess(rows, z_label, dtype, out):
    """Set out to half of -log p by exponentials of dtype; return which rows have to be done again."""
    shift = shift_to_try(rows)
    log_total, rounded_off = log_in_two_parts(guessed_sums(rows, dtype, shift), shift, rows.dtype)
    out[...] = ((z_label - log_total) - rounded_off) / -2
    return ~((out > least_loss(rows.dtype, dtype) / 2) & (out < np.inf))[..., 0]


def _half_losses_by_parts(rows, z_label, out):
    out[...] = _half_losses(rows, z_label)


@silent
def cross_entropy_grad(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    axis: Axis = -1,
    weight: ArrayLike | None = None,
    ignore_index: int | np.integer | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
    out: Floats | None = None,
) -> FloatsOrScalar:
    r"""Return the gradient of `cross_entropy` with respect to the logits; for "none" of each sample's own loss.

    Parameters and exceptions are those of `cross_entropy`, and out that of `softmax`; the result has the logits' shape
    and floating type.

    Notes
    -----
    :math:`p_i \sum_c t_c - t_i` with the share t of each -log p in the loss, the mean's divisor included: for one label
    p - y. There the error is at most 1 ulp in float16, 9 in float32, 8 in float64, also at the label of a confident
    prediction, as minus the sum of the other probabilities takes the place of p - 1; see `softmax` for how that was
    found, and the source.

    Examples
    --------
    >>> cross_entropy_grad([[2.0, 1.0, 0.5]], [0]).round(3)
    array([[-0.371,  0.231,  0.14 ]])
    """
    z = as_floating(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    rows = classes_last(z, axes)
    shares = _Shares(rows, z, targets, axes, weight, ignore_index, label_smoothing, reduction)
    gradient = classes_last(_arrays.result_like(z, out, targets, weight), axes)
    by_labels = shares.labelled and shares.smoothing == 0
    for block in blocks(rows):
        z_block = at_least(np.float32, rows[block])
        e, total = exponentials(z_block, out=gradient[block] if gradient.dtype == z_block.dtype else None)
        if by_labels:
            gradient[block] = _gradient_of_labels(e, shares.targets[block], shares.of_labels(block))
        else:
            gradient[block] = _gradient_of_classes(e, total, shares.of_classes(block))
    if shares.counted is not None:
        gradient[~shares.counted] = 0
    return as_result(_arrays.classes_back(gradient, z.shape, axes), z.dtype, out)


def _gradient_of_labels(e, labels, shares):
    """Return the shares times p - y. At the label it is minus the sum of the others, as p - 1 would cancel."""
    labels = labels[..., np.newaxis]
    e_label = np.take_along_axis(e, labels, axis=-1)
    np.put_along_axis(e, labels, 0, axis=-1)
    others = row_sums(e)
    total = others + e_label
    e /= total
    np.put_along_axis(e, labels, -others / total, axis=-1)
    e *= np.expand_dims(shares, -1)
    return e


def _gradient_of_classes(e, total, shares):
    """Return p_i (sum of shares) - share_i as p_i (shares but the i-th) - share_i (p but the i-th): nothing cancels."""
    p = e / total
    largest = np.argmax(e, axis=-1, keepdims=True)
    np.put_along_axis(e, largest, 0, axis=-1)
    others = 1 - p
    np.put_along_axis(others, largest, row_sums(e) / total, axis=-1)
    return p * (np.sum(shares, axis=-1, keepdims=True) - shares) - shares * others


def _broadcast(values, name, shape, what):
    """Return `values` (None for ones) as an array of floating numbers that has, or broadcasts to, `shape`."""
    array = as_floating(1.0 if values is None else values, name)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"{name} must broadcast to {what} {shape}, but its shape is {array.shape}") from None


def _binary_arguments(x, targets, weight, pos_weight, reduction):
    """Return the targets and weights in x's shape, and the mean's divisor."""
    _arrays.require_reduction(reduction)
    y = _arrays.as_real(targets, "targets")
    require_shape(y, "targets", x.shape, "the shape of logits")
    weight = _broadcast(weight, "weight", x.shape, "the logits' shape")
    pos_weight = _broadcast(pos_weight, "pos_weight", x.shape[-1:], "the last axis")
    return y, weight, np.broadcast_to(pos_weight, x.shape), x.size if reduction == "mean" else 1


def _binary_shares(y, weight, pos_weight, divisor, dtype):
    """Return the shares of -log p and of -log(1 - p) in the loss, in float64 at least and dtype."""
    dtype = np.promote_types(dtype, np.float64)
    y, weight = (array.astype(np.promote_types(array.dtype, dtype), copy=False) for array in (y, weight))
    return weight * pos_weight * y / divisor, weight * (1 - y) / divisor


def _binary_losses(x, *arguments, divisor):
    positive, negative = _binary_shares(*arguments, divisor, x.dtype)
    return times(positive, -log_sigmoid_of(x)) + times(negative, -log_sigmoid_of(-x))


def _binary_gradient(x, *arguments, divisor):
    positive, negative = _binary_shares(*arguments, divisor, x.dtype)
    return negative * sigmoid_of(x) - positive * sigmoid_of(-x)


@silent
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
    logits
        As for `sigmoid`, with its exceptions.
    targets : array_like of real numbers, of the logits' shape
        The probability y that each is true: 0, 1, or between; others are taken as they are.
    weight, pos_weight : array_like of real numbers, optional
        The weight w of each loss, broadcast to the logits' shape; the weight v of the positive targets, a scalar or
        one entry for each index of the last axis. A shape that doesn't fit is a ValueError; negative ones are taken.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of logits; NaN if there are none. "none" gives the losses, in the logits'
        shape. Another word is a ValueError.

    Notes
    -----
    :math:`-w\,\bigl(v\,y \log \sigma(x) + (1 - y) \log \sigma(-x)\bigr)`, where 0 · (-inf) counts as 0: PyTorch's
    definitions. For y in {0, 1} and weight 1 the error is that of `log_sigmoid`; see `softmax` for the source.

    Examples
    --------
    >>> binary_cross_entropy([np.inf, -1000.0], [1, 1], reduction="none")
    array([   0., 1000.])
    """
    x = as_floating(logits, "logits")
    *arrays, divisor = _binary_arguments(x, targets, weight, pos_weight, reduction)
    losses = partial(_binary_losses, divisor=divisor)
    if reduction == "none":
        return elementwise(losses, None, x, *arrays)
    sums = [np.sum(losses(*part)) for part in parts(x, *arrays)]
    return as_result(_reduce(np.array(sums), divisor, reduction), x.dtype)


@silent
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

    Parameters and exceptions are those of `binary_cross_entropy`, and out that of `softmax`; the result has the logits'
    shape and floating type.

    Notes
    -----
    :math:`w\,\bigl((1 - y)\,\sigma(x) - v\,y\,\sigma(-x)\bigr)`, which is σ(x) - y without weights. For y in {0, 1} and
    weight 1 the error is that of `sigmoid`; see `softmax` for the source.

    Examples
    --------
    >>> binary_cross_entropy_grad([0.0, 0.0], [0, 1], reduction="none")
    array([ 0.5, -0.5])
    """
    x = as_floating(logits, "logits")
    *arrays, divisor = _binary_arguments(x, targets, weight, pos_weight, reduction)
    return elementwise(partial(_binary_gradient, divisor=divisor), out, x, *arrays)
