"""The cross-entropy of labels or probabilities and the softmax of logits, and its gradient."""

import math
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import (
    as_real,
    as_result,
    count,
    floating_type,
    ignore_fp_errors,
    normalize_axes,
    promote,
    result_like,
    without_axes,
)
from softmax_lib._blocks import Block, Rows, cut, is_small
from softmax_lib._loss_terms import (
    are_labels,
    checked_labels,
    class_weights,
    gradient_of_classes,
    gradient_of_few,
    gradient_of_labels,
    half_loss,
    half_losses_of_classes,
    losses_of_few,
    one_minus_p,
    require_options,
    roots,
    scale,
    smoothed,
    weighted,
)
from softmax_lib._rows import softmax_of_state
from softmax_lib._state import state_of_block
from softmax_lib._sums import max_and_rest
from softmax_lib._types import Array, Axis, DType, Floats, FloatsOrScalar, Reduction, Shape


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
    r"""Return the cross-entropy between targets and the softmax of logits, without forming the softmax.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    targets : array_like
        Integer labels 0 to C - 1, in the logits' shape without the class axis; or floating probabilities in the
        logits' shape, whose signs and sum aren't checked.
    axis : int, tuple of ints or None, default -1
        The class axis; several count as one, in C order; None means all.
    weight : array_like of real numbers, shape (C,), optional
        The weight of each class; negative ones are taken as they are.
    ignore_index : int, optional
        Samples with this label contribute neither loss nor gradient, even where their logits are NaN.
    label_smoothing : float from 0 to 1, default 0
        The part e of each target that is spread evenly over the classes.
    reduction : {"mean", "sum", "none"}
        The mean divides by the summed weights of the labels that count, or by the number of samples where targets are
        probabilities, whatever the weights; it is NaN if nothing counts.

    Returns
    -------
    ndarray or scalar
        The loss in nats, in the logits' floating type; for "none" one for each sample, in the logits' shape without
        axis.

    Raises
    ------
    TypeError, ValueError, numpy.exceptions.AxisError
        If an argument is not what is said above: labels that are boolean, floating or out of range,
        a shape that doesn't fit, ignore_index with probabilities, no class at all.

    See Also
    --------
    cross_entropy_grad : Its gradient.
    binary_cross_entropy : The same for questions with the answers yes and no.

    Notes
    -----
    :math:`-\sum_c w_c ((1 - e)\,q_c + e/C) \log p_c` with targets q (one-hot for labels), class weights w and
    p = softmax(z), where 0 · (-inf) counts as 0: PyTorch's definitions. For one label of weight 1 the error is that of
    `log_softmax`, also where the loss is next to 0; see the section Accuracy of `softmax_lib`. NaN probabilities make
    it NaN.

    Examples
    --------
    >>> cross_entropy([[2.0, 1.0, 0.5], [0.0, 0.0, 1e4]], [0, 2], reduction="sum").round(4)
    np.float64(0.4644)
    """
    z, axes, y, labelled = _checked(logits, targets, axis, ignore_index, label_smoothing, reduction)
    if _are_few(z, axes, labelled, weight, ignore_index, label_smoothing):
        return as_result(losses_of_few(z, y, reduction), floating_type(z))
    rows = Rows(z, axes)
    terms = Terms(rows, z.shape, y, labelled, weight, ignore_index, label_smoothing, reduction)
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
    return as_result(2 * np.add.reduce(sums) if terms.outer != 0 else np.nan, floating_type(z))


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
    r"""Return the gradient of `cross_entropy` with respect to the logits; for "none" of each sample's own loss.

    Parameters
    ----------
    logits : array_like of real numbers, any shape
        Scores on the scale of natural logarithms (nats). Integers and booleans are taken as float64.
    targets : array_like
        Integer labels 0 to C - 1, in the logits' shape without the class axis; or floating probabilities in the
        logits' shape, whose signs and sum aren't checked.
    axis : int, tuple of ints or None, default -1
        The class axis; several count as one, in C order; None means all.
    weight : array_like of real numbers, shape (C,), optional
        The weight of each class; negative ones are taken as they are.
    ignore_index : int, optional
        Samples with this label contribute neither loss nor gradient, even where their logits are NaN.
    label_smoothing : float from 0 to 1, default 0
        The part e of each target that is spread evenly over the classes.
    reduction : {"mean", "sum", "none"}
        The mean divides by the summed weights of the labels that count, or by the number of samples where targets are
        probabilities, whatever the weights; it is NaN if nothing counts.
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
        If an argument is not what is said above: labels that are boolean, floating or out of range,
        a shape that doesn't fit, ignore_index with probabilities, no class at all.

    See Also
    --------
    cross_entropy : The loss.
    softmax_vjp : The gradient of whatever else is computed from the softmax.

    Notes
    -----
    :math:`p_i \sum_c t_c - t_i` with the coefficient t of each -log p in the loss, the mean's divisor included: for one
    label p - y. There the error is at most 1 ulp in float16, 9 in float32, 8 in float64, also at the label of a
    confident prediction, as minus the sum of the other probabilities takes the place of p - 1; see the section Accuracy
    of `softmax_lib`.

    Examples
    --------
    >>> cross_entropy_grad([[2.0, 1.0, 0.5]], [0]).round(3)
    array([[-0.371,  0.231,  0.14 ]])
    """
    z, axes, y, labelled = _checked(logits, targets, axis, ignore_index, label_smoothing, reduction)
    if out is None and _are_few(z, axes, labelled, weight, ignore_index, label_smoothing):
        return gradient_of_few(z, y, reduction)
    rows = Rows(z, axes)
    terms = Terms(rows, z.shape, y, labelled, weight, ignore_index, label_smoothing, reduction)
    gradient = result_like(z, out, *terms.arrays)
    gradients = rows.view(gradient)
    for block in rows.blocks():
        terms.write_gradient(block, gradients)
    return as_result(gradient, gradient.dtype, out)


def _checked(
    logits: ArrayLike,
    targets: ArrayLike,
    axis: Axis,
    ignore_index: int | np.integer | None,
    label_smoothing: float,
    reduction: Reduction,
) -> tuple[Array, Shape, Array, bool]:
    """Return the logits, their axes of classes, the targets, and whether these are labels."""
    z = as_real(logits, "logits")
    axes = normalize_axes(axis, z.ndim)
    require_options(count(z.shape, axes), z.shape, label_smoothing, reduction)
    y = as_real(targets, "targets")
    return z, axes, y, are_labels(y, without_axes(z.shape, axes), z.shape, ignore_index)


def _are_few(
    z: Array, axes: Shape, labelled: bool, weight: object, ignore_index: object, label_smoothing: float
) -> bool:
    """Return whether these are few logits at labels alone, for which blocks and terms would take longer."""
    return labelled and weight is None and ignore_index is None and label_smoothing == 0 and is_small(z, axes)


class Terms:
    """The -log p whose sum is a loss, with their coefficients: target x class weight / divisor of the mean."""

    def __init__(
        self,
        rows: Rows,
        shape: Shape,
        y: Array,
        labelled: bool,
        weight: ArrayLike | None,
        ignore_index: int | np.integer | None,
        label_smoothing: float,
        reduction: Reduction,
    ) -> None:
        samples = without_axes(shape, rows.axes)
        self.n, self.dtype = rows.n, np.promote_types(rows.dtype, np.float64)
        self.smoothing = self.dtype.type(label_smoothing)
        self.weight = class_weights(weight, rows.n)
        self.arrays = [y] if self.weight is None else [y, self.weight]
        self.labelled = labelled
        self.by_labels = self.labelled and self.smoothing == 0
        self.counted: Array | None = None
        if self.labelled:
            labels, counted = checked_labels(y, rows.n, ignore_index)
            self.targets = rows.view_of_samples(labels)
            self.counted = None if counted is None else rows.view_of_samples(counted)
        else:
            self.targets = rows.view(y)
        inner: Any = 1
        outer: Any = 1
        if reduction == "mean":
            outer = math.prod(samples)
            if self.labelled and self.weight is not None:
                inner, outer = roots(self._mean_weight(self.weight), outer)
            elif self.counted is not None:
                outer = np.count_nonzero(self.counted)
        self.inner, self.outer = self.dtype.type(inner), self.dtype.type(outer)  # whose product is the divisor

    def _mean_weight(self, weight: Array) -> Any:
        """Return the mean, over all samples, of the weights of the labels that count."""
        mean = self.dtype.type(0)
        for part in cut(self.targets.shape, 2**16):
            weights = weight[self.targets[part]] / self.dtype.type(self.targets.size)
            mean += np.sum(weights if self.counted is None else np.where(self.counted[part], weights, 0))
        return mean

    def half_losses(self, block: Block) -> Array:
        """Return half the loss of each row, as all of it can be twice the largest float."""
        z_max, tail = state_of_block(block)
        if self.n == 1:  # -log p is 0 or NaN, as the tail is
            losses = tail * (self._of_labels(block) if self.by_labels else next(self._of_classes(block, self.dtype)))
        elif self.by_labels:
            losses = half_loss(promote(block.at(self.targets), self.dtype), z_max, tail)
            if self.weight is not None:
                losses = weighted(self._of_labels(block), losses)
        else:
            pieces = zip(block.logits(), self._of_classes(block, block.rows.dtype), strict=True)
            losses = np.add.reduce([half_losses_of_classes(z, z_max, tail, terms) for z, terms in pieces])
        losses /= self.outer
        return losses if self.counted is None else np.where(self.counted[block.index].reshape(-1, 1), losses, 0)

    def write_gradient(self, block: Block, gradients: Array) -> None:
        """Set the block of the gradients."""
        if self.by_labels:
            self._write_gradient_of_labels(block, gradients)
        else:
            z_max, tail = state_of_block(block)
            tops, rests = zip(*map(max_and_rest, self._of_classes(block, self.dtype)), strict=True)
            top, rest = max_and_rest(np.concatenate(tops, axis=1))
            rest = rest + sum(rests)
            for (z, out), terms in zip(block.results(gradients), self._of_classes(block, self.dtype), strict=True):
                out[...] = gradient_of_classes(z, z_max, tail, terms, top, rest) / self.outer
        if self.counted is not None:
            gradients[block.index][~self.counted[block.index]] = 0

    def _write_gradient_of_labels(self, block: Block, gradients: Array) -> None:
        labels, coefficients = self.targets[block.index].ravel(), self._of_labels(block) / self.outer
        whole = block.whole_results(gradients)
        if whole is not None:
            for z, out in whole:
                gradient_of_labels(z, labels, coefficients, out)
            return
        z_max, tail = state_of_block(block)
        for z, out in block.results(gradients):
            softmax_of_state(z, z_max, tail, out)
            scale(out, coefficients)
        index = block.index_of(self.targets)
        z = block.at(self.targets)
        at_label = -coefficients * one_minus_p(z, z_max, tail, softmax_of_state(z, z_max, tail))
        gradients[block.index][index] = at_label.reshape(index[-1].shape)

    def _of_labels(self, block: Block) -> Array:
        """Return the coefficients of the labels' -log p, where they are all there is, but for the outer divisor."""
        if self.weight is None:
            return np.ones((1, 1), self.dtype)
        return self.weight[self.targets[block.index].reshape(-1, 1)] / self.inner

    def _of_classes(self, block: Block, dtype: DType) -> Iterator[Array]:
        """Yield the coefficients of the -log p of each piece, but for the outer divisor."""
        if self.labelled:
            labels = self.targets[block.index].reshape(-1, 1)
            targets: Iterator[Array] = (labels == classes for classes in block.classes())
        else:
            targets = block.load(self.targets, dtype)
        weights: Iterable[Array | None] = repeat(None)
        if self.weight is not None:
            weights = (self.weight[classes] / self.inner for classes in block.classes())
        for q, weight in zip(targets, weights, strict=False):
            yield smoothed(promote(q, dtype), self.smoothing, self.n, weight)
