"""Progress bars: whose work they follow, and when."""

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

LOGITS = np.random.default_rng(0).normal(0, 5, (400, 1000))
LABELS = np.zeros(400, int)
PROBABILITIES = np.full(LOGITS.shape, 1e-3)

CALLS = {
    "softmax": lambda: softmax(LOGITS),
    "log_softmax": lambda: log_softmax(LOGITS),
    "logsumexp": lambda: logsumexp(LOGITS),
    "softmax_vjp": lambda: softmax_vjp(LOGITS, LOGITS),
    "compare_softmax_sigmoid": lambda: compare_softmax_sigmoid(LOGITS).softmax,
    "SoftmaxState.of": lambda: SoftmaxState.of(LOGITS).maximum,
    "cross_entropy of labels": lambda: cross_entropy(LOGITS, LABELS),
    "cross_entropy of smoothed labels": lambda: cross_entropy(LOGITS, LABELS, label_smoothing=0.1),
    "cross_entropy of probabilities": lambda: cross_entropy(LOGITS, PROBABILITIES),
    "cross_entropy_grad of labels": lambda: cross_entropy_grad(LOGITS, LABELS),
    "cross_entropy_grad of smoothed labels": lambda: cross_entropy_grad(LOGITS, LABELS, label_smoothing=0.1),
    "cross_entropy_grad of probabilities": lambda: cross_entropy_grad(LOGITS, PROBABILITIES),
    "sigmoid": lambda: sigmoid(LOGITS),
    "log_sigmoid": lambda: log_sigmoid(LOGITS),
    "binary_cross_entropy": lambda: binary_cross_entropy(LOGITS, PROBABILITIES),
    "binary_cross_entropy of each": lambda: binary_cross_entropy(LOGITS, PROBABILITIES, reduction="none"),
    "binary_cross_entropy_grad": lambda: binary_cross_entropy_grad(LOGITS, PROBABILITIES),
}


class Bar:
    """What a progress bar sees: how many blocks there are, and how many went by."""

    def __init__(self):
        self.seen = []

    def __call__(self, blocks):
        self.seen.append([0, len(blocks)])
        for block in blocks:
            yield block
            self.seen[-1][0] += 1


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_follows_every_block(call):
    bar = Bar()
    with progress(bar):
        result = call()
    np.testing.assert_array_equal(result, call())
    assert bar.seen
    assert all(done == total > 1 for done, total in bar.seen)


@pytest.mark.parametrize("shape", [(300_000, 3), (300, 1000, 3), (3, 100_000, 3), (30, 10, 3000)])
@pytest.mark.parametrize("axis", [-2, -1])
def test_counts_few_blocks_but_enough_for_the_cache(shape, axis):
    bar = Bar()
    with progress(bar):
        softmax(np.zeros(shape), axis)
    ((_, total),) = bar.seen
    assert total <= 15  # of 1 MB, for 7.2 MB of logits and as much that is computed for rows of three
    assert total >= 4 or axis == -2  # where all rows may run through all of the memory


class TestWhoseWork:
    def test_ends_with_its_block(self):
        bar = Bar()
        with progress(bar):
            pass
        softmax(LOGITS)
        assert not bar.seen

    def test_ends_with_its_block_after_an_error(self):
        bar = Bar()
        with pytest.raises(ZeroDivisionError), progress(bar):
            raise ZeroDivisionError
        softmax(LOGITS)
        assert not bar.seen

    def test_a_bar_within_another_gives_it_back(self):
        outer, inner = Bar(), Bar()
        with progress(outer):
            softmax(LOGITS)
            with progress(inner):
                softmax(LOGITS)
            softmax(LOGITS)
        assert (len(outer.seen), len(inner.seen)) == (2, 1)

    def test_is_that_of_its_own_thread(self):
        """Another thread works while one holds a bar, and then holds one of its own."""
        bars = {"here": Bar(), "there": Bar()}
        ready, done = threading.Event(), threading.Event()

        def work():
            softmax(LOGITS)
            with progress(bars["there"]):
                ready.set()
                assert done.wait(timeout=60)
                softmax(LOGITS)

        thread = threading.Thread(target=work)
        with progress(bars["here"]):
            thread.start()
            assert ready.wait(timeout=60)
            softmax(LOGITS)
            done.set()
            thread.join(timeout=60)
        assert [len(bar.seen) for bar in bars.values()] == [1, 1]

    def test_of_something_else(self):
        with pytest.raises(TypeError, match="bar must be callable, but it is True"), progress(True):
            pass
