"""The losses by their definitions, in loops over mpmath numbers, and samples to try them on."""

import mpmath
import numpy as np

from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import to_mpf

LOGITS = np.array([[2.0, 1.0, 0.5], [-1.0, 0.0, 3.0], [0.25, 0.25, 0.25], [10.0, -10.0, 0.0]])
LABELS = np.array([0, 1, 2, 1])
TARGETS = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5], [1.0, 1.0, 0.0]])
WEIGHT = np.array([1.0, 0.5, 4.0])
REDUCTIONS = ["mean", "sum", "none"]


def losses_by_definition(logits, targets, weight, label_smoothing, ignore_index=None):
    """Return each sample's loss and the mean's divisor, in loops over mpmath numbers."""
    classes = logits.shape[1]
    weight = np.ones(classes) if weight is None else weight
    smoothing = mpmath.mpf(label_smoothing)
    losses, divisor = [], 0.0
    for row, target in zip(logits, targets, strict=True):
        labelled = np.ndim(target) == 0
        if labelled and target == ignore_index:
            losses.append(mpmath.mpf(0))
            continue
        divisor += weight[target] if labelled else 1
        q = np.eye(classes)[target] if labelled else target
        losses.append(
            -mpmath.fsum(
                to_mpf(w) * ((1 - smoothing) * to_mpf(q_c) + smoothing / classes) * log_p
                for w, q_c, log_p in zip(weight, q, reference.log_softmax(row), strict=True)
            )
        )
    return losses, divisor
