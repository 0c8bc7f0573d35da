"""What a call leaves behind besides its result: nothing, whether it returns, refuses or is interrupted."""

import sys
import threading

import numpy as np
import pytest

from softmax_lib import (
    SoftmaxState,
    binary_cross_entropy,
    binary_cross_entropy_grad,
    compare_softmax_sigmoid,
    cross_entropy,
    cross_entropy_grad,
    log_sigmoid,
    log_softmax,
    logsumexp,
    progress,
    sigmoid,
    softmax,
    softmax_vjp,
)


def quarters(z):
    return np.full(z.shape, 0.25)


CALLS = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "softmax_vjp": lambda z: softmax_vjp(z, quarters(z)),
    "compare_softmax_sigmoid": lambda z: compare_softmax_sigmoid(z).softmax,
    "SoftmaxState.of": lambda z: SoftmaxState.of(z).log_softmax(z),
    "cross_entropy": lambda z: cross_entropy(z, np.zeros(z.shape[:-1], int)),
    "cross_entropy of probabilities": lambda z: cross_entropy(z, quarters(z), reduction="none"),
    "cross_entropy_grad": lambda z: cross_entropy_grad(z, np.zeros(z.shape[:-1], int)),
    "sigmoid": sigmoid,
    "log_sigmoid": log_sigmoid,
    "binary_cross_entropy": lambda z: binary_cross_entropy(z, quarters(z)),
    "binary_cross_entropy_grad": lambda z: binary_cross_entropy_grad(z, quarters(z)),
}
LARGE = np.random.default_rng(0).normal(0, 50, (300, 1000))
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@pytest.fixture
def numpy_state():
    """Set an unusual state of NumPy, and see that it is the same at the end."""
    buffer_size = np.setbufsize(4096)
    try:
        with np.errstate(divide="warn", over="raise", under="ignore", invalid="print"):
            before = np.geterr()
            yield
            assert np.geterr() == before
            assert np.getbufsize() == 4096
    finally:
        np.setbufsize(buffer_size)


@every_call
@pytest.mark.usefixtures("numpy_state")
class TestStateOfNumPy:
    @pytest.mark.parametrize("z", [np.array([[1.0, -np.inf], [800.0, np.nan]]), LARGE], ids=["small", "large"])
    def test_after_a_result(self, call, z):
        call(z)

    def test_after_an_error(self, call):
        with pytest.raises(TypeError):
            call(np.array([[1j, 2j]]))

    @pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
    def test_after_an_end_in_the_middle(self, call, error):
        def stop(blocks):
            yield blocks[0]
            raise error

        with pytest.raises(error), progress(stop):
            call(LARGE)


@every_call
def test_threads_do_not_disturb_each_other(call):
    """Each of four threads has other numbers of the same shape, and may be interrupted at any step."""
    inputs = [np.random.default_rng(seed).normal(0, 5, (3, 50)) for seed in range(4)]
    expected, wrong, start = [call(z) for z in inputs], [], threading.Barrier(4)

    def work(z, result):
        start.wait(timeout=60)
        wrong.extend(1 for _ in range(50) if not np.array_equal(call(z), result))

    threads = [threading.Thread(target=work, args=pair) for pair in zip(inputs, expected, strict=True)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    finally:
        sys.setswitchinterval(interval)
    assert not wrong


@pytest.mark.parametrize("share", [0, 1])
def test_arguments_are_not_changed(share):
    """Neither targets, weights and cotangents, nor logits; `share` is that of label smoothing."""
    z, y, weight = LARGE.copy(), np.abs(np.sin(LARGE)), np.cos(LARGE[0]) ** 2
    labels = np.arange(300)
    arrays = [z, y, weight, labels]
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    for function in (cross_entropy, cross_entropy_grad):
        function(z, labels, weight=weight, label_smoothing=share, ignore_index=7)
        function(z, y, weight=weight, label_smoothing=share)
    for function in (binary_cross_entropy, binary_cross_entropy_grad):
        function(z, y, weight=y, pos_weight=weight)
    softmax_vjp(z, y)
    SoftmaxState.of(z).merge(SoftmaxState.of(z)).softmax(z)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
