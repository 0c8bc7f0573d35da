"""The documented error bounds: test_documentation.py holds docstrings and README to them, other files the results."""

import numpy as np

DTYPES = [np.float16, np.float32, np.float64]


def ulp(float16, float32, float64):
    return dict(zip(DTYPES, (float16, float32, float64), strict=True))


# What the docstrings promise, and random rows in billions respect.
DOCUMENTED = {
    "softmax": ulp(1, 9, 7),
    "log_softmax": ulp(1, 5, 7),
    "logsumexp": ulp(1, 3, 8),
    "cross_entropy": ulp(1, 5, 7),
    "cross_entropy_grad": ulp(1, 9, 8),
    "sigmoid": ulp(1, 1, 2.5),
    "log_sigmoid": ulp(1, 1, 2.5),
    "binary_cross_entropy": ulp(1, 1, 2.5),
    "binary_cross_entropy_grad": ulp(1, 1, 2.5),
}

# What holds on the families of hard rows, whose sums are in no unlucky order.
ON_FAMILIES = DOCUMENTED | {
    "softmax": ulp(1, 5, 4),
    "log_softmax": ulp(1, 5, 3),
    "cross_entropy": ulp(1, 5, 3),
    "cross_entropy_grad": ulp(1, 8, 8),
}


def near_zero(z_max):
    """Return the bound of log-sum-exp where its absolute value is below 1, in half machine epsilons."""
    return 8 * (1 + abs(z_max))


def vjp(n):
    """Return the bound of softmax_vjp relative to p_i max|g|, in half machine epsilons."""
    return 8 * n + 80


def two_class(difference):
    """Return the relative bound of the sigmoid beside the softmax of two classes, in half machine epsilons."""
    return abs(difference) + 12
