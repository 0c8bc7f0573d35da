"""Results written where the caller says, logits and results in files, and memory for a few blocks."""

import tracemalloc

import definitions
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


DEFINITIONS = {
    softmax: definitions.softmax,
    log_softmax: definitions.log_softmax,
    vjp: lambda z: definitions.softmax_vjp(z, np.sin(z)),
    gradient: lambda z: definitions.cross_entropy_grad(z, np.zeros(z.shape[:-1], int)),
    sigmoid: definitions.sigmoid,
    log_sigmoid: definitions.log_sigmoid,
    binary_gradient: lambda z: definitions.binary_cross_entropy_grad(z, np.cos(z) ** 2),
}
BY_ROWS = [softmax, log_softmax, vjp, gradient]
ELEMENTWISE = [sigmoid, log_sigmoid, binary_gradient]
every_function = pytest.mark.parametrize("function", BY_ROWS + ELEMENTWISE)


def logits(*shape, dtype=np.float64):
    return np.random.default_rng(0).normal(0, 5, shape).astype(dtype)


def assert_close(results, true):
    """Assert that every number is at its place; how many of its digits are right is tested elsewhere."""
    np.testing.assert_allclose(results, true, rtol=1e-10, atol=1e-15)


class TestOut:
    @every_function
    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("shape", [(), (0,), (3,), (4, 5)])
    def test_holds_the_result(self, function, dtype, shape):
        z = logits(*shape if function is not gradient else max(shape, (1,)), dtype=dtype)  # a label needs a class
        out = np.full(z.shape, np.nan, dtype)
        assert function(z, out=out) is out
        np.testing.assert_array_equal(out, function(z))

    @every_function
    def test_holds_the_results_of_many_blocks(self, function):
        z = logits(4000, 70)
        out = np.full(z.shape, np.nan)
        function(z, out=out)
        assert_close(out, DEFINITIONS[function](z))

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

    @pytest.mark.parametrize("function", BY_ROWS)
    def test_of_a_row_in_several_pieces_in_steps_of_memory(self, function):
        z = logits(600_000)
        out = np.zeros(2 * len(z))[::2]
        function(z, out=out)
        assert_close(out, DEFINITIONS[function](z))

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
        memory = np.random.default_rng(1).uniform(size=(300, 1000))
        expected = binary_cross_entropy_grad(z, z > 0, pos_weight=memory[7])
        binary_cross_entropy_grad(z, z > 0, pos_weight=memory[7], out=memory)
        np.testing.assert_array_equal(memory, expected)

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
        rows = {count: np.lib.stride_tricks.as_strided(np.empty(3), (count, 3), (0, 8)) for count in (1, 2)}
        np.testing.assert_array_equal(softmax(z[:1], out=rows[1]), softmax(z[:1]))
        message = r"out must have its own memory for each entry, but its strides are \(0, 8\)"
        with pytest.raises(ValueError, match=message):
            softmax(z, out=rows[2])

    def test_is_not_written_to_after_an_error(self):
        out = np.full((2, 3), 7.0)
        with pytest.raises(ValueError, match="targets must be labels from 0 to 2"):
            cross_entropy_grad(logits(2, 3), [0, 3], out=out)
        assert (out == 7).all()


@pytest.fixture(scope="module", params=[(20, 50_000), (50_000, 20), (1_000_000,)], ids=str)
def files(request, tmp_path_factory):
    """Return 8 MB of logits in a file, and a file for as large a result."""
    folder = tmp_path_factory.mktemp("files")
    z = np.lib.format.open_memmap(folder / "logits.npy", "w+", shape=request.param)
    z[...] = logits(*request.param)
    z.flush()
    return np.load(folder / "logits.npy", mmap_mode="r"), np.lib.format.open_memmap(
        folder / "result.npy", "w+", shape=request.param
    )


def peak_memory(function, *arguments, **options):
    assert np.ma  # NumPy imports it when first asked for it
    tracemalloc.start()
    try:
        result = function(*arguments, **options)
        return tracemalloc.get_traced_memory()[1], result
    finally:
        tracemalloc.stop()


class TestFiles:
    """What they hold is compared with the definition of the same numbers in memory."""

    @pytest.mark.parametrize("function", [softmax, log_softmax, gradient, sigmoid, log_sigmoid])
    def test_take_memory_for_a_few_blocks(self, function, files):
        z, out = files
        memory, _ = peak_memory(function, z, out=out)
        assert memory < 4.5e6
        assert_close(out, DEFINITIONS[function](np.array(z)))

    @pytest.mark.parametrize("function", [softmax, log_softmax, gradient])
    def test_long_rows_that_are_shifted_take_memory_for_a_few_blocks(self, function):
        z = logits(2_000_000) - 1000
        z.flags.writeable = False  # NumPy's argmax copies such arrays.
        out = np.empty_like(z)
        memory, _ = peak_memory(function, z, out=out)
        assert memory < 4.5e6
        assert_close(out, DEFINITIONS[function](z))

    def test_of_which_little_is_returned(self, files):
        z, _ = files
        labels = np.zeros(z.shape[:-1], int)
        memory, results = peak_memory(logsumexp, z)
        assert memory < 4.5e6
        assert_close(results, definitions.logsumexp(np.array(z)))
        memory, loss = peak_memory(cross_entropy, z, labels)
        assert memory < 4.5e6
        assert_close(loss, definitions.cross_entropy(np.array(z), labels))

    def test_of_yes_or_no_questions(self, files):
        z, out = files
        answers = np.ones(z.shape, np.int8)
        memory, total = peak_memory(binary_cross_entropy, z, answers, reduction="sum")
        assert memory < 4.5e6
        assert_close(total, definitions.binary_cross_entropy(np.array(z), answers, reduction="sum"))
        memory, _ = peak_memory(binary_cross_entropy_grad, z, answers, out=out)
        assert memory < 4.5e6
        assert_close(out, definitions.binary_cross_entropy_grad(np.array(z), answers))
