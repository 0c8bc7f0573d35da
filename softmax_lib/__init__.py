"""Stable softmax, sigmoid and cross-entropy in NumPy."""

from softmax_lib._losses import binary_cross_entropy, binary_cross_entropy_grad, cross_entropy, cross_entropy_grad
from softmax_lib._naive import naive_cross_entropy, naive_logsumexp, naive_sigmoid, naive_softmax
from softmax_lib._sigmoid import SoftmaxSigmoid, compare_softmax_sigmoid, log_sigmoid, sigmoid
from softmax_lib._softmax import log_softmax, logsumexp, softmax, softmax_vjp
from softmax_lib._state import SoftmaxState

__all__ = [
    "SoftmaxSigmoid",
    "SoftmaxState",
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "compare_softmax_sigmoid",
    "cross_entropy",
    "cross_entropy_grad",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "naive_cross_entropy",
    "naive_logsumexp",
    "naive_sigmoid",
    "naive_softmax",
    "sigmoid",
    "softmax",
    "softmax_vjp",
]
