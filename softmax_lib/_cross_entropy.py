"""The cross-entropy of labels or probabilities and the softmax of logits, and its gradient."""

import math
from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import (
    as_real,
    as_result,
    floating_type,
    ignore_fp_errors,
    normalize_axes,
    promote,
    require_reduction,
    require_shape,
    result_like,
    without_axes,
)
from softmax_lib._blocks import Rows, cut
from softmax_lib._rows import TINY, exp_and_sum, max_and_rest, max_and_tail, row_sum, softmax_of_state
from softmax_lib._state import state_of_block
from softmax_lib._types import Axis, Floats, FloatsOrScalar, Reduction


@ignore_fp_errors
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
    z = as_real(logits, "logits")
    rows = Rows(z, normalize_axes(axis, z.ndim))
    terms = Terms(rows, z.shape, targets, weight, ignore_index, label_smoothing, reduction)
    wide = np.promote_types(rows.dtype, np.float64)
    losses = np.empty(without_axes(z.shape, rows.axes) if reduction == "none" else 0, wide)
    results = rows.view_of_samples(losses) if reduction == "none" else None
    sums = []
    for block in rows.blocks():
        half_losses = terms.half_losses(block)
        if results is None:
            sums.append(half_losses.sum())
        else:
            results[block.index] = half_losses.reshape(results[block.index].shape)
    if reduction == "none":
        return as_result(2 * losses, floating_type(z))
    return as_result(2 * np.sum(sums) if terms.outer != 0 else np.nan, floating_type(z))


@ignore_fp_errors
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
    z = as_real(logits, "logits")
    rows = Rows(z, normalize_axes(axis, z.ndim))
    terms = Terms(rows, z.shape, targets, weight, ignore_index, label_smoothing, reduction)
    gradient = result_like(z, out, *terms.arrays)
    gradients = rows.view(gradient)
    for block in rows.blocks():
        terms.write_gradient(block, gradients)
    return as_result(gradient, gradient.dtype, out)


class Terms:
    """The -log p whose sum is a loss, with their coefficients: target x class weight / divisor of the mean."""

    def __init__(self, rows, shape, targets, weight, ignore_index, label_smoothing, reduction):
        require_options(rows.n, shape, label_smoothing, reduction)
        targets = as_real(targets, "targets")
        samples = without_axes(shape, rows.axes)
        self.n, self.dtype = rows.n, np.promote_types(rows.dtype, np.float64)
        self.smoothing = self.dtype.type(label_smoothing)
        self.weight = class_weights(weight, rows.n)
        self.arrays = [targets] if self.weight is None else [targets, self.weight]
        self.counted = None
        if are_labels(targets, samples, shape, ignore_index):
            labels, counted = checked_labels(targets, rows.n, ignore_index)
            self.labels, self.probabilities = rows.view_of_samples(labels), None
            self.counted = None if counted is None else rows.view_of_samples(counted)
        else:
            self.labels, self.probabilities = None, rows.view(targets)
        self.by_labels = self.labels is not None and self.smoothing == 0
        self.inner, self.outer = 1, 1  # whose product is the divisor
        if reduction == "mean":
            self.outer = math.prod(samples)
            if self.labels is not None and self.weight is not None:
                self.inner, self.outer = roots(self._mean_weight(), self.outer)
            elif self.counted is not None:
                self.outer = np.count_nonzero(self.counted)
            self.inner, self.outer = self.dtype.type(self.inner), self.dtype.type(self.outer)

    def _mean_weight(self):
        """Return the mean, over all samples, of the weights of the labels that count."""
        mean = self.dtype.type(0)
        for part in cut(self.labels.shape, 2**16):
            weights = self.weight[self.labels[part]] / self.dtype.type(self.labels.size)
            mean += np.sum(weights if self.counted is None else np.where(self.counted[part], weights, 0))
        return mean

    def half_losses(self, block):
        """Return half the loss of each row, as all of it can be twice the largest float."""
        state = [promote(field, self.dtype) for field in state_of_block(block)]
        if self.by_labels:
            z = promote(block.z[label_index(block, self.labels)], self.dtype).reshape(-1, 1)
            losses = weighted(self._of_labels(block), half_loss(z, *state))
        else:
            pieces = zip(block.logits(), self._of_classes(block), strict=True)
            losses = sum(row_sum(weighted(terms, half_loss(z, *state))) for z, terms in pieces)
        losses /= self.outer
        return losses if self.counted is None else np.where(self._are_counted(block), losses, 0)

    def write_gradient(self, block, gradients):
        """Set the block of the gradients."""
        if self.by_labels and block.whole is not None:
            for z, out in block.results(gradients):
                gradient_of_labels(z, self.labels[block.index].ravel(), self._of_labels(block) / self.outer, out)
        elif self.by_labels:
            self._write_gradient_of_long_rows(block, gradients)
        else:
            z_max, tail = state_of_block(block)
            tops, rests = zip(*map(max_and_rest, self._of_classes(block)), strict=True)
            top, rest = max_and_rest(np.concatenate(tops, axis=1))
            rest = rest + sum(rests)
            for (z, out), terms in zip(block.results(gradients), self._of_classes(block), strict=True):
                out[...] = gradient_of_classes(z, z_max, tail, terms, top, rest) / self.outer
        if self.counted is not None:
            gradients[block.index][~self.counted[block.index]] = 0

    def _write_gradient_of_long_rows(self, block, gradients):
        z_max, tail = state_of_block(block)
        coefficients = self._of_labels(block) / self.outer
        for z, out in block.results(gradients):
            np.multiply(softmax_of_state(z, z_max, tail), coefficients, out=out, casting="same_kind")
        index = label_index(block, self.labels)
        z = promote(block.z[index], block.rows.dtype).reshape(-1, 1)
        at_label = -coefficients * one_minus_p(z, z_max, tail, softmax_of_state(z, z_max, tail))
        gradients[block.index][index] = at_label.reshape(index[-1].shape)

    def _are_counted(self, block):
        return self.counted[block.index].reshape(-1, 1)

    def _of_labels(self, block):
        """Return the coefficients of the labels' -log p, where they are all there is, but for the outer divisor."""
        if self.weight is None:
            return np.ones((1, 1), self.dtype)
        return self.weight[self.labels[block.index].reshape(-1, 1)] / self.inner

    def _of_classes(self, block):
        """Yield the coefficients of the -log p of each piece, but for the outer divisor."""
        if self.labels is None:
            targets = block.load(self.probabilities)
        else:
            labels = self.labels[block.index].reshape(-1, 1)
            targets = (labels == classes for classes in block.classes())
        for q, classes in zip(targets, block.classes(), strict=True):
            q = promote(q, self.dtype)
            yield smoothed(q, self.smoothing, self.n, None if self.weight is None else self.weight[classes] / self.inner)


def roots(mean, count):
    """Return two numbers whose product is mean * count, which may overflow."""
    root = np.sqrt(abs(mean)) * np.sqrt(type(mean)(count))
    return root, np.copysign(root, mean)


def label_index(block, labels):
    """Return the index of each row's label in the logits of a block."""
    labels = labels[block.index].astype(np.intp, copy=False)
    shape = block.class_shape
    return (*np.indices(labels.shape, sparse=True), *(np.unravel_index(labels, shape) if len(shape) != 1 else (labels,)))


def half_loss(z, z_max, tail):
    """Return half of -log p."""
    return (z_max / 2 - z / 2) + np.log1p(tail) / 2


def weighted(coefficients, losses):
    """Return coefficients * losses, where 0 times an infinite loss is 0."""
    product = coefficients * losses
    if not np.isfinite(product).all():
        product = np.where((coefficients == 0) & np.isinf(losses), 0, product)
    return product


def smoothed(q, smoothing, n, weight):
    """Return the weighted probabilities q of some of n classes, whose part `smoothing` is spread over all."""
    if smoothing != 0:
        q = (1 - smoothing) * q + smoothing / n
    return q if weight is None else weight * q


def gradient_of_labels(z, labels, coefficients, out):
    """Set out to coefficients * (p - y). At the label it is minus the sum of the others, as p - 1 would cancel."""
    if z.shape[1] == 1:
        np.subtract(z, z, out=out)  # 0 or NaN
        return
    e, total = exp_and_sum(z, out)
    index = np.arange(len(z)), labels
    e[index] = 0
    others = row_sum(e)
    e /= total.astype(e.dtype, copy=False)
    at_label = others / total
    faint = (others < z.shape[1] * TINY[z.dtype])[:, 0]
    if faint.any():
        tail = max_and_tail(z[faint])[1]
        at_label[faint] = tail / (1 + tail)
    e[index] = 0 - at_label[:, 0]
    if coefficients.size != 1 or coefficients != 1:
        np.multiply(e, coefficients.item() if coefficients.size == 1 else coefficients, out=out, casting="same_kind")


def one_minus_p(z, z_max, tail, p):
    """Return 1 - p, where nothing cancels at the largest p either."""
    return np.where((z == z_max) & ~np.isnan(p), tail / (1 + tail), 1 - p)


def gradient_of_classes(z, z_max, tail, terms, top, rest):
    """Return p_i (sum of the other terms) - term_i (sum of the other p), for terms of which the largest and the rest are given."""
    p = softmax_of_state(z, z_max, tail)
    others = np.where(terms == top, rest, (top - terms) + rest)
    return p * others - terms * one_minus_p(z, z_max, tail, p)


def require_options(n, shape, label_smoothing, reduction):
    """Raise ValueError unless there are n > 0 classes, and the options of a loss are what they must be."""
    require_reduction(reduction)
    if not (isinstance(label_smoothing, Real) and 0 <= label_smoothing <= 1):
        raise ValueError(f"label_smoothing must be a number from 0 to 1, but it is {label_smoothing!r}")
    if n == 0:
        raise ValueError(f"logits must have at least one class, but their shape is {shape}")


def are_labels(targets, samples, shape, ignore_index):
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


def checked_labels(labels, n, ignore_index):
    """Return the labels, with 0 in place of those ignored, and which ones count; None for all."""
    labels = labels.astype(np.intp, copy=False) if labels.dtype.kind not in "iu" else labels
    counted = None if ignore_index is None else np.asarray(labels != ignore_index)
    if counted is not None:
        labels = np.where(counted, labels, 0)
    if labels.size and not (labels.min() >= 0 and labels.max() < n):
        wrong = labels[(labels < 0) | (labels >= n)]
        raise ValueError(f"targets must be labels from 0 to {n - 1} or ignore_index, but one is {wrong[0]}")
    return labels, counted


def class_weights(weight, n):
    """Return the weights of n classes in float64 at least; None for ones."""
    if weight is None:
        return None
    weight = promote(as_real(weight, "weight"), np.float64)
    require_shape(weight, "weight", (n,), "one entry a class,")
    return weight
