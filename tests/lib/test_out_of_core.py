"""Results written where the caller says, logits and results in files, memory for a few blocks, and progress bars."""

import tracemalloc

import numpy as np
import pytest
from bounds import DTYPES

from softmax_lib import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
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


def gradient(z, axis=-1, **out):
    batch = np.delete(np.array(z.shape), axis if axis is not None else range(z.ndim))
    return cross_entropy_grad(z, np.zeros(batch, int), axis=axis, **out)


def vjp(z, axis=-1, **out):
    return softmax_vjp(z, np.sin(z), axis, **out)


def binary_gradient(z, **out):
    return binary_cross_entropy_grad(z, np.cos(z) ** 2, **out)


BY_ROWS = [softmax, log_softmax, vjp, gradient]
ELEMENTWISE = [sigmoid, log_sigmoid, binary_gradient]
every_function = pytest.mark.parametrize("function", BY_ROWS + ELEMENTWISE)


def logits(*shape, dtype=np.float64):
    return np.random.default_rng(0).normal(0, 5, shape).astype(dtype)


class TestOut:
    @every_function
    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("shape", [(), (0,), (3,), (4, 5), (2000, 70)])
    def test_holds_the_result(self, function, dtype, shape):
        z = logits(*shape if function is not gradient else max(shape, (1,)), dtype=dtype)  # a label needs a class
        out = np.full(z.shape, np.nan, dtype)
        assert function(z, out=out) is out
        np.testing.assert_array_equal(out, function(z))

    @pytest.mark.parametrize("function", BY_ROWS)
    @pytest.mark.parametrize("axis", [0, 1, (0, 2), (2, 1), None])
    def test_along_any_axis(self, function, axis):
        z = logits(3, 4, 5)
        out = np.full(z.shape[::-1], np.nan).T
        assert function(z, axis=axis, out=out) is out
        np.testing.assert_array_equal(out, function(z, axis=axis))

    @every_function
    def test_in_steps_of_memory(self, function):
        z = logits(6, 8)
        out = np.zeros((12, 16))
        function(z, out=out[::2, ::2])
        np.testing.assert_allclose(out[::2, ::2], function(z), rtol=1e-15)
        assert not out[1::2].any()
        assert not out[:, 1::2].any()

    @every_function
    @pytest.mark.parametrize("shift", [0, 1])
    def test_may_share_memory_with_the_logits(self, function, shift):
        memory = np.append(logits(300, 1000), np.zeros((1, 1000)), axis=0)
        memory[:100] *= 1000  # rows that are done again
        z, out = memory[:300], memory[shift : 300 + shift]
        expected = function(z)
        function(z, out=out)
        np.testing.assert_array_equal(out, expected)

    @pytest.mark.parametrize("shift", [0, 1])
    def test_may_share_memory_with_targets_and_cotangent(self, shift):
        z = logits(200, 1000)
        for gradient_of in (cross_entropy_grad, softmax_vjp, binary_cross_entropy_grad):
            memory = np.random.default_rng(1).uniform(size=(201, 1000))
            expected = gradient_of(z, memory[:200])
            gradient_of(z, memory[:200], out=memory[shift : 200 + shift])
            np.testing.assert_array_equal(memory[shift : 200 + shift], expected)

    def test_may_share_memory_with_weights(self):
        z, memory = logits(300, 1000), np.random.default_rng(1).uniform(size=(300, 1000))
        expected = cross_entropy_grad(z, np.zeros(300, int), weight=memory[1])
        cross_entropy_grad(z, np.zeros(300, int), weight=memory[1], out=memory)
        np.testing.assert_array_equal(memory, expected)
        memory = np.random.default_rng(1).uniform(size=(301, 1000))
        expected = binary_cross_entropy_grad(z, z > 0, weight=memory[:300])
        binary_cross_entropy_grad(z, z > 0, weight=memory[:300], out=memory[1:])
        np.testing.assert_array_equal(memory[1:], expected)

    def test_errors(self):
        z = logits(2, 3)
        with pytest.raises(TypeError, match="out must be a NumPy array, but its type is list"):
            softmax(z, out=[[0.0] * 3] * 2)
        with pytest.raises(TypeError, match="out must hold float64, as the result does, but its type is float32"):
            log_softmax(z, out=np.empty((2, 3), np.float32))
        with pytest.raises(ValueError, match=r"out must have the shape of logits \(2, 3\), but its shape is \(3, 2\)"):
            sigmoid(z, out=np.empty((3, 2)))
        read_only = np.empty((2, 3))
        read_only.flags.writeable = False
        with pytest.raises(ValueError, match="out must be writeable, but it is read-only"):
            cross_entropy_grad(z, [0, 1], out=read_only)

    def test_is_not_written_to_after_an_error(self):
        out = np.full((2, 3), 7.0)
        with pytest.raises(ValueError, match="targets must be labels from 0 to 2"):
            cross_entropy_grad(logits(2, 3), [0, 3], out=out)
        assert (out == 7).all()


@pytest.fixture(scope="module", params=[(120, 50_000), (50_000, 120), (6_000_000,)], ids=str)
def files(request, tmp_path_factory):
    """Return 48 MB of logits in a file, and a file for as large a result."""
    folder = tmp_path_factory.mktemp("files")
    z = np.lib.format.open_memmap(folder / "logits.npy", "w+", shape=request.param)
    z[...] = logits(*request.param)
    z.flush()
    return np.load(folder / "logits.npy", mmap_mode="r"), np.lib.format.open_memmap(
        folder / "result.npy", "w+", shape=request.param
    )


def peak_memory(function, *arguments, **options):
    tracemalloc.start()
    try:
        function(*arguments, **options)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class TestFiles:
    @pytest.mark.parametrize("function", [softmax, log_softmax, cross_entropy_grad, *ELEMENTWISE[:2]])
    def test_take_memory_for_a_few_blocks(self, function, files):
        z, out = files
        arguments = [np.zeros(z.shape[:-1], int)] if function is cross_entropy_grad else []
        assert peak_memory(function, z, *arguments, out=out) < 5e6
        np.testing.assert_array_equal(out, function(np.array(z), *arguments))

    def test_of_which_little_is_returned(self, files):
        z, _ = files
        labels = np.zeros(z.shape[:-1], int)
        assert peak_memory(logsumexp, z) < 5e6
        assert peak_memory(cross_entropy, z, labels) < 5e6
        assert cross_entropy(z, labels) == cross_entropy(np.array(z), labels)

    def test_of_yes_or_no_questions(self, files):
        z, out = files
        targets = np.ones(z.shape, np.int8)
        assert peak_memory(binary_cross_entropy, z, targets, reduction="sum") < 5e6
        assert peak_memory(binary_cross_entropy_grad, z, targets, out=out) < 5e6
        np.testing.assert_array_equal(out, binary_cross_entropy_grad(np.array(z), targets))


class Bar:
    """What a progress bar sees: how many blocks there are, and how many went by."""

    def __init__(self):
        self.seen = []

    def __call__(self, blocks):
        self.seen.append([0, len(blocks)])
        for block in blocks:
            yield block
            self.seen[-1][0] += 1


class TestProgress:
    @every_function
    def test_follows_every_block(self, function):
        z, bar = logits(800, 1000), Bar()
        with progress(bar):
            result = function(z)
        np.testing.assert_array_equal(result, function(z))
        ((done, total),) = bar.seen
        assert done == total >= 7

    def test_follows_the_losses(self):
        z, bar = logits(800, 1000), Bar()
        with progress(bar):
            logsumexp(z)
            cross_entropy(z, np.zeros(800, int))
            binary_cross_entropy(z, z > 0)
        assert len(bar.seen) == 3
        assert all(done == total >= 7 for done, total in bar.seen)

    @pytest.mark.parametrize("shape", [(300_000, 3), (300, 1000, 3), (3, 100_000, 3), (30, 10, 3000)])
    @pytest.mark.parametrize("axis", [-2, -1])
    def test_counts_few_blocks_but_enough_for_the_cache(self, shape, axis):
        bar = Bar()
        with progress(bar):
            softmax(np.zeros(shape), axis)
        ((_, total),) = bar.seen
        assert total <= 10  # of 1 MB, for 7.2 MB of logits
        assert total >= 7 or axis == -2  # where all rows may run through all of the memory

    def test_ends_with_its_block(self):
        bar = Bar()
        with pytest.raises(ZeroDivisionError), progress(bar):
            raise ZeroDivisionError
        softmax(logits(4, 5))
        assert not bar.seen

    def test_of_something_else(self):
        with pytest.raises(TypeError, match="bar must be callable, but it is True"), progress(True):
            pass
