"""The terms of a cross-entropy: their checks, and the formulas of the loss and its gradient on rows of logits."""

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import as_real, floating_type, promote, require_reduction, require_shape, small_rows
from softmax_lib._rows import (
    MAX,
    TINY,
    at_labels,
    exp_and_sum,
    log_softmax_of_state,
    max_and_tail,
    row_max,
    softmax_of_state,
)
from softmax_lib._sums import greatest, least, row_dot, row_sum
from softmax_lib._types import Array, Reduction, Shape


def roots(mean: Any, count: int) -> tuple[Any, Any]:
    """Return two numbers whose product is mean * count, which may overflow."""
    root = np.sqrt(abs(mean)) * np.sqrt(type(mean)(count))
    return root, np.copysign(root, mean)


def half_loss(z: Array, z_max: Array, tail: Array) -> Array:
    """Return half of -log p, as all of it can be twice the largest float."""
    return (z_max.astype(tail.dtype, copy=False) / 2 - z / 2) + np.log1p(tail) / 2


def half_losses_of_classes(z: Array, z_max: Array, tail: Array, terms: Array) -> Array:
    """Return half the sum over the classes of terms * -log p; by halves where -log p or the sum overflows."""
    losses = row_dot(log_softmax_of_state(z, z_max, tail), terms) / -2
    finite = np.isfinite(losses)
    if finite.all():
        return losses
    wrong = ~finite & np.isfinite(z_max)  # elsewhere NaN is right
    if wrong.any():
        wrong &= ~(np.isinf(losses) & (row_max(-z) == np.inf))  # nor is that an overflow
    rows = np.flatnonzero(wrong)
    if rows.size > 0:
        wide, terms = promote(z[rows], tail.dtype), promote(terms[rows], tail.dtype)
        losses[rows] = row_sum(weighted(terms, half_loss(wide, z_max[rows], tail[rows])))
    return losses


def weighted(coefficients: Array, losses: Array) -> Array:
    """Return coefficients * losses, where 0 times an infinite loss is 0."""
    product = coefficients * losses
    if not np.isfinite(product).all():
        product = np.where((coefficients == 0) & np.isinf(losses), 0, product)
    return product


def smoothed(q: Array, smoothing: Any, n: int, weight: Array | None) -> Array:
    """Return the weighted probabilities q of some of n classes, whose part `smoothing` is spread over all."""
    if smoothing != 0:
        q = (1 - smoothing) * q + smoothing / n
    return q if weight is None else weight * q


def gradient_of_labels(z: Array, labels: Array, coefficients: Array, out: Array) -> None:
    """Set out to coefficients * (p - y). At the label it is minus the sum of the others, as p - 1 would cancel."""
    if z.shape[1] == 1:
        out[...] = coefficients * (z - z)  # 0 or NaN
        return
    e, total = exp_and_sum(z, out)
    if least(total) == 0:  # rows of nothing but -inf
        total[np.flatnonzero(total == 0)] = np.nan
    memory, position = at_labels(e, labels)
    e_label = memory[position][:, np.newaxis]
    others = total - e_label
    if (others < e_label).any():  # else nothing cancels
        memory[position] = 0
        others = row_sum(e)
    at_label = others / total
    least_sum = z.shape[1] * TINY[z.dtype]
    faint = np.flatnonzero((others < least_sum) & (total > 0))
    if faint.size > 0:
        tail = max_and_tail(z[faint])[1]
        at_label[faint] = tail / (1 + tail)
    factors = coefficients / total
    if TINY[e.dtype] <= np.fmin.reduce(factors, axis=None) and np.fmax.reduce(factors, axis=None) <= MAX[e.dtype]:
        e *= factors.astype(e.dtype, copy=False)
    else:
        e /= total.astype(e.dtype, copy=False)
        scale(e, coefficients)
    memory[position] = (0 - coefficients * at_label).ravel()


def scale(rows: Array, coefficients: Array) -> None:
    """Multiply rows in place, in the coefficients' type unless they are all one, by which a product is quicker."""
    if coefficients.size > 1:
        np.multiply(rows, coefficients, out=rows, casting="same_kind")
    elif coefficients != 1:
        rows *= coefficients.item()


def one_minus_p(z: Array, z_max: Array, tail: Array, p: Array) -> Array:
    """Return 1 - p, where nothing cancels at the largest p either."""
    return np.where((z == z_max) & ~np.isnan(p), tail / (1 + tail), 1 - p)


def gradient_of_classes(z: Array, z_max: Array, tail: Array, terms: Array, top: Array, rest: Array) -> Array:
    """Return p_i (sum of the other terms) - term_i (sum of the other p), so that nothing cancels.

    The terms of a row are given by their largest and the sum of the rest.
    """
    p = softmax_of_state(z, z_max, tail)
    others = np.where(terms == top, rest, (top - terms) + rest)
    return p * others - terms * one_minus_p(z, z_max, tail, p)


def losses_of_few(z: Array, labels: Array, reduction: Reduction) -> Array:
    """Return the loss, or losses, of a small array at labels alone, as the blocks would take longer."""
    rows = small_rows(z)
    memory, position = at_labels(rows, checked_labels(labels, rows.shape[1], None)[0].reshape(-1))
    halves = half_loss(memory[position][:, np.newaxis], *max_and_tail(rows))
    if reduction == "none":
        return 2 * halves.reshape(z.shape[:-1])
    return 2 * np.add.reduce(halves / len(halves) if reduction == "mean" else halves, axis=None)


def gradient_of_few(z: Array, labels: Array, reduction: Reduction) -> Array:
    """Return the gradient of the loss of a small array at labels alone."""
    rows = small_rows(z)
    labels = checked_labels(labels, rows.shape[1], None)[0].reshape(-1)
    coefficients = np.ones((1, 1), np.promote_types(rows.dtype, np.float64))
    coefficients /= len(rows) if reduction == "mean" else 1
    gradient_of_labels(rows, labels, coefficients, gradient := np.empty_like(rows))
    return gradient.reshape(z.shape).astype(floating_type(z), copy=False)


def require_options(n: int, shape: Shape, label_smoothing: object, reduction: object) -> None:
    """Raise ValueError unless there are n > 0 classes, and the options of a loss are what they must be."""
    require_reduction(reduction)
    if not (isinstance(label_smoothing, Real) and 0 <= float(label_smoothing) <= 1):
        raise ValueError(f"label_smoothing must be a number from 0 to 1, but it is {label_smoothing!r}")
    if n == 0:
        raise ValueError(f"logits must have at least one class, but their shape is {shape}")


def are_labels(targets: Array, samples: Shape, shape: Shape, ignore_index: object) -> bool:
    """Return whether targets are labels rather than probabilities; raise unless their type and shape fit."""
    if targets.dtype.kind in "iu" or targets.shape == samples == (0,):
        if targets.shape == shape != samples:
            raise ValueError(
                "targets must be floating to be probabilities, or have as labels the shape of logits without the class "
                f"axis {samples}, but they are {targets.dtype} of shape {targets.shape}"
            )
        require_shape(targets, "targets", samples, "as labels the shape of logits without the class axis")
        if not isinstance(ignore_index, Integral | None):
            raise TypeError(f"ignore_index must be an int or None, but it is {ignore_index!r}")
        return True
    if targets.dtype.kind == "b" or targets.shape == samples != shape:
        raise TypeError(f"targets must be integers where they are labels, but their type is {targets.dtype}")
    require_shape(targets, "targets", shape, "as probabilities the shape of logits")
    if ignore_index is not None:
        raise ValueError(f"ignore_index must be None with probability targets, but it is {ignore_index!r}")
    return False


def checked_labels(labels: Array, n: int, ignore_index: int | np.integer | None) -> tuple[Array, Array | None]:
    """Return the labels, with 0 in place of those ignored, and which ones count; None for all."""
    labels = labels.astype(np.intp, copy=False) if labels.dtype.kind not in "iu" else labels
    counted = None if ignore_index is None else np.asarray(labels != ignore_index)
    if counted is not None:
        labels = np.where(counted, labels, 0)
    if labels.size and not (least(labels) >= 0 and greatest(labels) < n):
        wrong = labels[(labels < 0) | (labels >= n)]
        raise ValueError(f"targets must be labels from 0 to {n - 1} or ignore_index, but one is {wrong[0]}")
    return labels, counted


def class_weights(weight: ArrayLike | None, n: int) -> Array | None:
    """Return the weights of n classes in float64 at least; None for ones."""
    if weight is None:
        return None
    weight = promote(as_real(weight, "weight"), np.float64)
    require_shape(weight, "weight", (n,), "one entry a class,")
    return weight
