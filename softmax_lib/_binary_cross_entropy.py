"""The cross-entropy of targets and the sigmoids of logits, and its gradient."""

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
from softmax_lib._blocks import elementwise, parts
from softmax_lib._cross_entropy import weighted
from softmax_lib._sigmoid import log_sigmoid_of, sigmoid_of
from softmax_lib._types import Floats, FloatsOrScalar, Reduction


@ignore_fp_errors
def binary_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    pos_weight: ArrayLike | None = None,
    reduction: Reduction = "mean",
) -> FloatsOrScalar:
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
    x = as_real(logits, "logits")
    *arrays, divisor = _checked(x, targets, weight, pos_weight, reduction)
    return elementwise(partial(_gradient, divisor=divisor), x, out, *arrays)


def _checked(x, targets, weight, pos_weight, reduction):
    """Return the targets and weights in the shape of x, and the mean's divisor."""
    require_reduction(reduction)
    y = as_real(targets, "targets")
    require_shape(y, "targets", x.shape, "the shape of logits")
    weight = broadcast(as_real(1.0 if weight is None else weight, "weight"), "weight", x.shape, "the logits' shape")
    pos_weight = as_real(1.0 if pos_weight is None else pos_weight, "pos_weight")
    pos_weight = broadcast(pos_weight, "pos_weight", x.shape[-1:], "the last axis")
    return y, weight, np.broadcast_to(pos_weight, x.shape), x.size if reduction == "mean" else 1


def _coefficients(y, weight, pos_weight, divisor, dtype):
    """Return the coefficients of -log p and of -log(1 - p) in the loss."""
    y, weight = promote(y, dtype), promote(weight, dtype)
    return y * weight / divisor * pos_weight, (1 - y) * weight / divisor


def _losses(x, *arrays, divisor):
    x = promote(x, np.float64)
    positive, negative = _coefficients(*arrays, divisor, x.dtype)
    return weighted(positive, -log_sigmoid_of(x)) + weighted(negative, -log_sigmoid_of(-x))


def _gradient(x, *arrays, divisor):
    x = promote(x, np.float64)
    positive, negative = _coefficients(*arrays, divisor, x.dtype)
    return negative * sigmoid_of(x) - positive * sigmoid_of(-x)
