"""The functions by their definitions: of rows in the machine's widest type, of samples in loops over mpmath numbers.

None of them calls the library, so that they can judge it. Rows lie along the last axis.
"""

import math

import mpmath
import numpy as np

from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import exact_row

LOGITS = np.array([[2.0, 1.0, 0.5], [-1.0, 0.0, 3.0], [0.25, 0.25, 0.25], [10.0, -10.0, 0.0]])
LABELS = np.array([0, 1, 2, 1])
TARGETS = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5], [1.0, 1.0, 0.0]])
WEIGHT = np.array([1.0, 0.5, 4.0])
REDUCTIONS = ["mean", "sum", "none"]

WIDEST = np.longdouble


def probabilities_and_others(z):
    """Return p and 1 - p of rows; that of the largest is the sum of the others, so that no digit of it cancels."""
    largest = z.argmax(axis=-1, keepdims=True)
    e = np.exp(z.astype(WIDEST) - np.take_along_axis(z, largest, axis=-1))
    np.put_along_axis(e, largest, 0, axis=-1)
    tail = e.sum(axis=-1, keepdims=True)
    np.put_along_axis(e, largest, 1, axis=-1)
    p = e / (1 + tail)
    others = 1 - p
    np.put_along_axis(others, largest, tail / (1 + tail), axis=-1)
    return p, others


def softmax(z):
    return probabilities_and_others(z)[0]


def logsumexp(z):
    z_max = z.max(axis=-1, keepdims=True)
    return z_max[..., 0] + np.log(np.exp(z.astype(WIDEST) - z_max).sum(axis=-1))


def log_softmax(z):
    """Return (z - the largest) - log(1 + the sum of the other exp(z_j - the largest))."""
    largest = z.argmax(axis=-1, keepdims=True)
    below = z.astype(WIDEST) - np.take_along_axis(z, largest, axis=-1)
    e = np.exp(below)
    np.put_along_axis(e, largest, 0, axis=-1)
    return below - np.log1p(e.sum(axis=-1, keepdims=True))


def softmax_vjp(z, g):
    p = softmax(z)
    return p * (g - (p * g).sum(axis=-1, keepdims=True))


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(WIDEST)))


def log_sigmoid(x):
    return -np.log1p(np.exp(-x.astype(WIDEST)))


def shares(z, targets, weight=1.0, label_smoothing=0.0, ignore_index=None):
    """Return the share of each -log p in the losses, undivided, and how much each sample counts in the mean."""
    n = z.shape[-1]
    weight = np.broadcast_to(np.asarray(weight, WIDEST), n)
    if targets.dtype.kind == "f":
        q, counts, counted = targets, np.ones(z.shape[:-1]), True
    else:
        counted = targets != ignore_index
        labels = np.where(counted, targets, 0)
        q, counts = labels[..., np.newaxis] == np.arange(n), weight[labels] * counted
        counted = counted[..., np.newaxis]
    smoothing = WIDEST(label_smoothing)
    return weight * ((1 - smoothing) * q + smoothing / n) * counted, counts


def reduced(losses, counts, reduction):
    """Return the losses, or their sum, rounded once, or that divided by how much the samples count."""
    if reduction == "none":
        return losses
    total = math.fsum(losses.ravel())
    return WIDEST(total / math.fsum(counts.ravel()) if reduction == "mean" else total)


def cross_entropy(z, targets, reduction="mean", **options):
    share, counts = shares(z, targets, **options)
    return reduced(-(share * log_softmax(z)).sum(axis=-1), counts, reduction)


def cross_entropy_grad(z, targets, reduction="mean", **options):
    """Return p_i (the sum of the shares) - share_i, as p_i (the other shares) - share_i (the other p)."""
    share, counts = shares(z, targets, **options)
    p, others = probabilities_and_others(z)
    gradient = p * (share.sum(axis=-1, keepdims=True) - share) - share * others
    return gradient / (math.fsum(counts.ravel()) if reduction == "mean" else 1)


def binary_cross_entropy(x, y, weight=1.0, pos_weight=1.0, reduction="mean"):
    losses = -weight * (pos_weight * y * log_sigmoid(x) + (1 - y) * log_sigmoid(-x))
    return reduced(losses, np.ones(x.shape), reduction)


def binary_cross_entropy_grad(x, y, weight=1.0, pos_weight=1.0, reduction="mean"):
    gradient = weight * ((1 - y) * sigmoid(x) - pos_weight * y * sigmoid(-x))
    return gradient / (x.size if reduction == "mean" else 1)


def largest_error(results, true):
    """Return the largest error of floating results in ulp of the true values, which are of the widest type."""
    smallest = np.finfo(results.dtype).smallest_normal
    ulp = np.spacing(np.maximum(np.abs(true), smallest).astype(results.dtype))
    return float(np.max(np.abs(results - true) / ulp, initial=0))


def exact_shares(targets, n, weight=None, label_smoothing=0.0, ignore_index=None):
    """Return each sample's shares of the -log p of n classes, as mpmath numbers, and the divisor of the mean."""
    weight, smoothing = exact_row(np.ones(n) if weight is None else weight), mpmath.mpf(label_smoothing)
    shares, divisor = [], mpmath.mpf(0)
    for target in targets:
        labelled, counts = np.ndim(target) == 0, np.ndim(target) > 0 or target != ignore_index
        q = exact_row(np.eye(n)[target if counts else 0] if labelled else target)
        divisor += (weight[target] if labelled else 1) if counts else 0
        spread = [w * ((1 - smoothing) * q_c + smoothing / n) for w, q_c in zip(weight, q, strict=True)]
        shares.append([counts * share for share in spread])
    return shares, divisor


def exact_losses(logits, targets, **options):
    """Return each sample's loss, and the divisor of the mean."""
    shares, divisor = exact_shares(targets, logits.shape[1], **options)
    return [
        -mpmath.fdot(of_row, reference.log_softmax(row)) for row, of_row in zip(logits, shares, strict=True)
    ], divisor


def exact_gradients(logits, targets, **options):
    """Return the gradient of each sample's loss, and the divisor of the mean."""
    shares, divisor = exact_shares(targets, logits.shape[1], **options)
    gradients = [
        [p * mpmath.fsum(of_row) - share for p, share in zip(reference.softmax(row), of_row, strict=True)]
        for row, of_row in zip(logits, shares, strict=True)
    ]
    return np.array(gradients), divisor
