"""Dask arrays, whatever their chunks, against the same numbers in one NumPy array; without workers."""

import inspect
import os
import stat

import mpmath
import numpy as np
import pytest

dask = pytest.importorskip("dask", reason="softmax_lib.dask is tested where Dask is installed")

import dask.array as da
from bounds import DTYPES, ON_FAMILIES
from hypothesis import given, settings
from hypothesis import strategies as st

import softmax_lib
import softmax_lib.dask as lib
from softmax_book.accuracy.hard_rows import FAMILIES, rounded
from softmax_book.accuracy.reference import exponentials, to_mpf, ulps


@pytest.fixture(autouse=True, scope="module")
def in_this_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


@st.composite
def chunks_of(draw, n):
    """Draw the sizes of chunks of n numbers, some of them empty."""
    cuts = sorted(draw(st.lists(st.integers(0, n), max_size=6)))
    return tuple(np.diff([0, *cuts, n]).tolist())


def in_chunks(data, array):
    return da.from_array(array, chunks=tuple(data.draw(chunks_of(n)) for n in array.shape))


def assert_close(actual, expected):
    """Assert equality within the error bounds of both sides."""
    assert actual.dtype == expected.dtype
    actual = np.asarray(actual.compute())
    assert actual.dtype == expected.dtype
    eps = np.finfo(expected.dtype).eps
    np.testing.assert_allclose(actual, expected, rtol=10 * eps, atol=np.finfo(expected.dtype).smallest_subnormal)


logits = st.builds(
    lambda seed, shape, scale, dtype: np.random.default_rng(seed).normal(0, scale, shape).astype(dtype),
    st.integers(0, 1000),
    st.sampled_from([(1, 1), (3, 7), (4, 12), (2, 3, 5)]),
    st.sampled_from([1, 30, 300]),
    st.sampled_from(DTYPES),
)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "cross_entropy", "cross_entropy_grad"])
def test_parameters_are_those_for_numpy_arrays_but_a_few(name):
    parameters = dict(inspect.signature(getattr(softmax_lib, name)).parameters)
    for left_out in ("out", "b", "return_sign"):
        parameters.pop(left_out, None)
    assert dict(inspect.signature(getattr(lib, name)).parameters) == parameters


class TestAnyChunks:
    @settings(max_examples=40)
    @given(logits, st.sampled_from([-1, 0, 1, (0, 1), None]), st.data())
    def test_of_softmax_and_its_logarithms(self, z, axis, data):
        x = in_chunks(data, z)
        for name in ("softmax", "log_softmax", "logsumexp"):
            assert_close(getattr(lib, name)(x, axis), getattr(softmax_lib, name)(z, axis))
        assert_close(lib.logsumexp(x, axis, keepdims=True), softmax_lib.logsumexp(z, axis, keepdims=True))

    @settings(max_examples=40)
    @given(logits, st.sampled_from([-1, 0]), st.sampled_from(["mean", "sum", "none"]), st.data())
    def test_of_the_loss_and_its_gradient(self, z, axis, reduction, data):
        n = z.shape[axis]
        rng = np.random.default_rng(0)
        labels = rng.integers(0, n, np.delete(z.shape, axis))
        smoothing = data.draw(st.sampled_from([0, 0.1, 1]))
        weight = data.draw(st.sampled_from([None, rng.uniform(size=n)]))
        options = {"axis": axis, "label_smoothing": smoothing, "weight": weight, "reduction": reduction}
        if data.draw(st.booleans()):
            targets = softmax_lib.softmax(rng.normal(size=z.shape), axis)
        else:
            targets = np.where(rng.uniform(size=labels.shape) < 0.2, -7, labels)
            options["ignore_index"] = -7
        x, t = in_chunks(data, z), in_chunks(data, targets)
        expected = softmax_lib.cross_entropy(z, targets, **options)
        assert_close(lib.cross_entropy(x, t, **options), expected)
        gradient, expected = (
            lib.cross_entropy_grad(x, t, **options),
            softmax_lib.cross_entropy_grad(z, targets, **options),
        )
        assert gradient.dtype == z.dtype
        eps = np.finfo(z.dtype).eps
        atol = 10 * eps if smoothing or t.dtype.kind == "f" else 1e-323  # shares and probabilities cancel by chance
        np.testing.assert_allclose(gradient.compute(), expected, rtol=10 * eps, atol=atol)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
@pytest.mark.parametrize("dtype", DTYPES)
def test_error_bounds(dtype, family):
    rng = np.random.default_rng(0)
    for row in family(rng, (10, 100)):
        row = rounded(row, dtype)
        x = da.from_array(row, chunks=int(rng.integers(1, 40)))
        largest, terms, tail = exponentials(row)
        indices = [largest, *rng.integers(0, len(row), 3).tolist()]
        losses = [(lib.cross_entropy(x, i), lib.cross_entropy_grad(x, i)[i]) for i in indices]
        p, log_p, log_sum, losses = dask.compute(lib.softmax(x), lib.log_softmax(x), lib.logsumexp(x), losses)
        for i, (loss, gradient) in zip(indices, losses, strict=True):
            true = (to_mpf(row[largest]) - to_mpf(row[i])) + mpmath.log1p(tail)
            others = tail if i == largest else 1 + tail - terms[i]
            assert ulps(p[i], terms[i] / (1 + tail), dtype) <= ON_FAMILIES["softmax"][dtype]
            assert ulps(log_p[i], -true, dtype) <= ON_FAMILIES["log_softmax"][dtype]
            assert ulps(loss, true, dtype) <= ON_FAMILIES["cross_entropy"][dtype]
            assert ulps(gradient, -others / (1 + tail), dtype) <= ON_FAMILIES["cross_entropy_grad"][dtype]
        true = to_mpf(row[largest]) + mpmath.log1p(tail)
        if abs(true) >= 1:
            assert ulps(log_sum, true, dtype) <= ON_FAMILIES["logsumexp"][dtype]


class TestEdges:
    @pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("at", [0, 5])
    def test_not_finite_across_chunks(self, special, at):
        z = np.arange(12.0).reshape(2, 6)
        z[0, at] = special
        x = da.from_array(z, chunks=(1, 2))
        for name in ("softmax", "log_softmax", "logsumexp"):
            np.testing.assert_allclose(getattr(lib, name)(x), getattr(softmax_lib, name)(z), rtol=1e-15)
        for label in (0, 2, 5):
            for function in ("cross_entropy", "cross_entropy_grad"):
                arguments = [label, label], {"reduction": "none"}
                actual = getattr(lib, function)(x, *arguments[:1], **arguments[1])
                expected = getattr(softmax_lib, function)(z, *arguments[:1], **arguments[1])
                np.testing.assert_allclose(actual, expected, rtol=1e-14)

    def test_all_minus_infinity(self):
        x = da.full((2, 6), -np.inf, chunks=(2, 4))
        assert np.isnan(lib.softmax(x).compute()).all()
        assert (lib.logsumexp(x).compute() == -np.inf).all()

    def test_huge_logits_in_different_chunks(self):
        x = da.from_array(np.array([[1e308, -1e308, 0.0]]), chunks=1)
        np.testing.assert_array_equal(lib.softmax(x), [[1, 0, 0]])
        assert lib.cross_entropy(x, [1], weight=[0.5, 0.5, 0.5], reduction="sum").compute() == 1e308
        assert lib.cross_entropy(x, [1]).compute() == np.inf

    def test_ignored_rows_may_hold_anything(self):
        z = np.array([[np.nan, np.inf, 0.0], [1.0, 2.0, 3.0]])
        x = da.from_array(z, chunks=(1, 2))
        for smoothing in (0, 0.1, 1):
            options = {"ignore_index": 9, "label_smoothing": smoothing}
            expected = softmax_lib.cross_entropy(z[1:], [0], label_smoothing=smoothing)
            np.testing.assert_allclose(lib.cross_entropy(x, [9, 0], **options), expected, rtol=1e-14)
            gradient = lib.cross_entropy_grad(x, [9, 0], **options).compute()
            np.testing.assert_array_equal(gradient[0], 0)
            assert np.isnan(lib.cross_entropy(x, [9, 9], **options).compute())
            assert lib.cross_entropy(x, [9, 9], reduction="sum", **options).compute() == 0

    @pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"weight": [0.0, 3.0, 1.0, 2.0]}])
    @pytest.mark.parametrize("targets", [np.array([0, 1, 2, 3, 0, 1]), np.eye(6, 4)], ids=["labels", "probabilities"])
    @pytest.mark.parametrize("reduction", ["none", "mean"])
    def test_losses_that_are_not_finite(self, targets, options, reduction):
        rows = [[-np.inf] * 4, [0, -np.inf, 0, 0], [np.inf, 0, 0, -np.inf], [0, np.nan, 0, 0], [1e308, -1e308, 0, 0]]
        z = np.array([*rows, [0, -800, 800, 0]])
        x = da.from_array(z, chunks=(2, 3))
        for name in ("cross_entropy", "cross_entropy_grad"):
            actual = getattr(lib, name)(x, targets, reduction=reduction, **options)
            expected = getattr(softmax_lib, name)(z, targets, reduction=reduction, **options)
            np.testing.assert_allclose(actual, expected, rtol=1e-13)

    def test_sums_that_overflow(self):
        x = da.from_array(np.array([[1e308, -1e308]] * 3), chunks=(2, 1))
        assert lib.cross_entropy(x, [1, 1, 1], reduction="sum").compute() == np.inf
        for chunks in ((2, 1), (2, 2)):
            gradient = lib.cross_entropy_grad(x.rechunk(chunks), np.ones((3, 2)), weight=[1e308, 1e308])
            np.testing.assert_allclose(gradient, [[1e308 / 3, -1e308 / 3]] * 3, rtol=1e-15)

    @pytest.mark.parametrize("options", [{"ignore_index": 1}, {"weight": [1, 0, 1]}])
    @pytest.mark.parametrize("smoothing", [0, 0.1])
    def test_gradient_of_the_mean_of_nothing(self, smoothing, options):
        z = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        expected = softmax_lib.cross_entropy_grad(z, [1, 1], label_smoothing=smoothing, **options)
        x = da.from_array(z, chunks=(1, 2))
        gradient = lib.cross_entropy_grad(x, [1, 1], label_smoothing=smoothing, **options)
        np.testing.assert_array_equal(gradient, expected)

    def test_nothing(self):
        assert lib.softmax(da.zeros((0, 3), chunks=(1, 2))).compute().shape == (0, 3)
        assert (lib.logsumexp(da.zeros((2, 0))).compute() == -np.inf).all()
        assert np.isnan(lib.cross_entropy(da.zeros((0, 3), chunks=(1, 2)), np.zeros(0, int)).compute())

    def test_labels_along_several_axes(self):
        rng = np.random.default_rng(0)
        z, labels = rng.normal(size=(2, 3, 5)), rng.integers(0, 5, (2, 3))
        x = da.from_array(z, chunks=(1, 2, 2))
        for name in ("cross_entropy", "cross_entropy_grad"):
            expected = getattr(softmax_lib, name)(z, labels)
            np.testing.assert_allclose(getattr(lib, name)(x, labels), expected, rtol=1e-13)

    def test_integers_and_booleans(self):
        for z in (np.array([[3, 1, 2]], np.uint8), np.array([[True, False, True]])):
            x = da.from_array(z, chunks=2)
            np.testing.assert_allclose(lib.softmax(x), softmax_lib.softmax(z), rtol=1e-15)

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_narrow_weights_of_many_samples(self, dtype):
        """They are added up for the mean's divisor."""
        z, weight = np.random.default_rng(0).normal(size=(7000, 3)), dtype([0.1, 0.7, 1.3])
        labels = np.arange(7000) % 3
        mean = lib.cross_entropy(da.from_array(z, chunks=(7000, 2)), labels, weight=weight).compute()
        np.testing.assert_allclose(mean, softmax_lib.cross_entropy(z, labels, weight=weight), rtol=1e-13)

    def test_longdouble(self):
        z = np.array([[1, 2, 3]], np.longdouble)
        p = lib.softmax(da.from_array(z, chunks=2)).compute()
        assert p.dtype == np.longdouble
        np.testing.assert_allclose(p, softmax_lib.softmax(z), rtol=4 * np.finfo(np.longdouble).eps)

    def test_numpy_arrays_become_one_chunk(self):
        np.testing.assert_array_equal(lib.softmax([[1.0, 2.0]]), softmax_lib.softmax([[1.0, 2.0]]))


@pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
@pytest.mark.parametrize("chunks", [(50, 3), (100, 1), -1], ids=str)
def test_never_warns_whatever_the_callers_errstate(dtype, chunks):
    info = np.finfo(dtype)
    extremes = [0, -50, -100, -11_390, info.max, info.min, info.smallest_subnormal, np.inf, -np.inf, np.nan]
    with np.errstate(all="ignore"):
        z = np.array([[a, b, 0, -100] for a in extremes for b in extremes]).astype(dtype)
    x, labels = da.from_array(z, chunks=chunks), np.arange(len(z)) % 4
    with np.errstate(all="raise"):
        for result in (lib.softmax(x), lib.log_softmax(x), lib.logsumexp(x)):
            result.compute()
        for targets in (labels, np.full(z.shape, 0.25)):
            for smoothing in (0, 0.1):
                for function in (lib.cross_entropy, lib.cross_entropy_grad):
                    function(x, targets, label_smoothing=smoothing, reduction="sum").compute()
        opposite = np.broadcast_to([np.inf, -np.inf, np.inf, -np.inf], z.shape)
        for function in (lib.cross_entropy, lib.cross_entropy_grad):
            function(x, labels, weight=np.zeros(4)).compute()
            function(x, opposite).compute()


def test_never_warns_of_losses_that_are_subnormal():
    x = da.from_array([[0.0, -740.0]] * 4, chunks=1)
    with np.errstate(all="raise"):
        for function in (lib.cross_entropy, lib.cross_entropy_grad):
            function(x, [0] * 4).compute()


class TestLikeNumPy:
    """Values, types and byte order are those for NumPy arrays."""

    @pytest.mark.parametrize("chunks", [(2, 6), (2, 4)])
    def test_big_endian(self, chunks):
        z = np.random.default_rng(0).normal(size=(2, 6)).astype(">f8")
        for function in (lib.softmax, lib.log_softmax, lib.logsumexp):
            result = function(da.from_array(z, chunks=chunks))
            assert result.dtype == result.compute().dtype == np.dtype("=f8")

    @pytest.mark.parametrize("dtype", ["f2", "f4"])
    def test_narrow_targets_and_smoothing(self, dtype):
        rng = np.random.default_rng(0)
        z, q = rng.normal(size=(4, 6)), softmax_lib.softmax(rng.normal(size=(4, 6))).astype(dtype)
        x, smoothing = da.from_array(z, chunks=(2, 4)), np.dtype(dtype).type(0.1)
        for name in ("cross_entropy", "cross_entropy_grad"):
            expected = getattr(softmax_lib, name)(z, q, label_smoothing=smoothing)
            np.testing.assert_allclose(getattr(lib, name)(x, q, label_smoothing=smoothing), expected, rtol=1e-13)

    def test_nan_beside_a_tie(self):
        x = da.from_array(np.array([[np.nan, 1.0], [0.0, 1.0]] * 2), chunks=2)
        np.testing.assert_allclose(lib.log_softmax(x, axis=0)[:, 1], -np.log(4), rtol=1e-15)

    def test_probabilities_do_not_cancel(self):
        gradient = lib.cross_entropy_grad(da.from_array([[60.0, 0.0]], chunks=1), [[1.0, 1e-17]], reduction="sum")
        np.testing.assert_allclose(gradient, [[1e-17, -1e-17]], rtol=1e-8)

    @pytest.mark.parametrize("chunks", [(3, 4), (2, 2)])
    def test_mask(self, chunks):
        z = np.array([[1.0, 2.0, np.nan, 3.0], [np.inf, -1.0, 0.5, 0.5], [0.0, 1.0, 2.0, 3.0]])
        mask = np.array([[True, True, False, False], [False, True, True, True], [False] * 4])
        for name in ("softmax", "log_softmax", "logsumexp"):
            actual = getattr(lib, name)(da.from_array(z, chunks=chunks), where=mask)
            np.testing.assert_allclose(actual, getattr(softmax_lib, name)(z, where=mask), rtol=1e-15)

    @pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_grad"])
    def test_mean_over_two_axes_of_samples(self, name):
        rng = np.random.default_rng(0)
        z, q = rng.normal(size=(2, 3, 4)), softmax_lib.softmax(rng.normal(size=(2, 3, 4)))
        for targets in (q.argmax(axis=-1), q):
            actual = getattr(lib, name)(da.from_array(z, chunks=(1, 2, 2)), targets)
            np.testing.assert_allclose(actual, getattr(softmax_lib, name)(z, targets), rtol=1e-13)

    def test_mean_of_weights_whose_sum_overflows(self):
        loss = lib.cross_entropy(da.zeros((20, 2), chunks=(7, 1)), [0] * 20, weight=[1e308, 1e308])
        np.testing.assert_allclose(loss, np.log(2), rtol=1e-14)


class TestLaziness:
    def test_nothing_is_computed_before_it_is_asked_for(self):
        def fail(block):
            raise AssertionError("computed")

        x = da.zeros((4, 6), chunks=(2, 3)).map_blocks(fail, dtype=float, meta=np.empty((0, 0)))
        labels = da.zeros(4, int, chunks=2).map_blocks(fail, dtype=int, meta=np.empty(0, int))
        for result in (
            lib.softmax(x),
            lib.logsumexp(x),
            lib.cross_entropy(x, labels),
            lib.cross_entropy_grad(x, labels),
        ):
            assert isinstance(result, da.Array)

    def test_shapes_and_chunks_are_those_of_the_logits(self):
        x = da.zeros((4, 6), chunks=(2, 4))
        for result in (lib.softmax(x), lib.log_softmax(x, 0), lib.cross_entropy_grad(x, [0] * 4)):
            assert result.chunks == x.chunks
        assert lib.logsumexp(x).chunks == ((2, 2),)
        assert lib.logsumexp(x, 0, keepdims=True).chunks == ((1,), (4, 2))
        assert lib.cross_entropy(x, [0] * 4, reduction="none").chunks == ((2, 2),)

    def test_the_loss_reads_the_logits_once(self):
        reads = []

        def read(block):
            reads.append(block.shape)
            return block

        x = da.zeros((4, 6), chunks=(2, 3)).map_blocks(read, dtype=float, meta=np.empty((0, 0)))
        lib.cross_entropy(x, [0, 1, 2, 5]).compute()
        assert len(reads) == 4

    def test_tasks_are_named_after_what_they_compute(self):
        """Dashboards and errors show these names."""
        x = da.zeros((4, 6), chunks=(2, 3))
        for result, word in ((lib.softmax(x), "softmax"), (lib.cross_entropy_grad(x, [0] * 4), "gradient")):
            assert any(word in str(key) for key in result.dask)


@pytest.mark.parametrize("scheduler", ["synchronous", "threads", "processes"])
def test_on_every_local_scheduler(scheduler):
    z, labels = np.random.default_rng(0).normal(0, 30, (6, 50)), np.arange(6)
    x = da.from_array(z, chunks=(4, 20))
    with dask.config.set(scheduler=scheduler):
        loss, p = dask.compute(lib.cross_entropy(x, labels), lib.softmax(x))
    np.testing.assert_allclose(loss, softmax_lib.cross_entropy(z, labels), rtol=1e-14)
    np.testing.assert_allclose(p, softmax_lib.softmax(z), rtol=1e-14)


class TestErrors:
    @pytest.mark.parametrize("label", [-1, 6, 100])
    def test_label_out_of_range(self, label):
        labels = da.from_array(np.array([0, 1, 2, label]), chunks=2)
        for function in (lib.cross_entropy, lib.cross_entropy_grad):
            result = function(da.zeros((4, 6), chunks=(2, 3)), labels)
            with pytest.raises(
                ValueError, match=f"targets must be labels from 0 to 5 or ignore_index, but one is {label}"
            ):
                result.compute()

    @pytest.mark.parametrize(
        ("arguments", "options", "error", "message"),
        [
            ((np.zeros((2, 3), complex), [0, 1]), {}, TypeError, "logits must hold real numbers"),
            ((np.zeros((2, 3)), [0, 1]), {"axis": (0, 1)}, TypeError, r"axis must be an int, but it is \(0, 1\)"),
            ((np.zeros((2, 3)), [0, 1]), {"axis": 2}, np.exceptions.AxisError, "out of bounds"),
            ((np.zeros((2, 3)), [0, 1, 2]), {}, ValueError, "targets must have as labels the shape of logits without"),
            ((np.zeros((2, 3)), [0.0, 1.0]), {}, TypeError, "targets must be integers where they are labels"),
            ((np.zeros((2, 3)), ["a", "b"]), {}, TypeError, "targets must hold real numbers"),
            ((np.zeros((2, 3)), [0, 1]), {"weight": [1.0]}, ValueError, "weight must have one entry a class"),
            ((np.zeros((2, 3)), [0, 1]), {"reduction": "avg"}, ValueError, "reduction must be"),
            ((np.zeros((2, 3)), [0, 1]), {"label_smoothing": 2}, ValueError, "label_smoothing must be a number"),
            ((np.zeros((2, 3)), [0, 1]), {"ignore_index": 0.5}, TypeError, "ignore_index must be an int or None"),
            ((np.zeros((2, 0)), [0, 1]), {}, ValueError, "logits must have at least one class"),
        ],
    )
    def test_bad_arguments(self, arguments, options, error, message):
        for function in (lib.cross_entropy, lib.cross_entropy_grad):
            with pytest.raises(error, match=message):
                function(*arguments, **options)

    def test_masked_logits(self):
        with pytest.raises(TypeError, match="logits must not be a masked array"):
            lib.softmax(da.ma.masked_equal(da.zeros(3, chunks=2), 0))

    def test_unknown_shape(self):
        z = da.zeros((6, 3), chunks=2)
        with pytest.raises(ValueError, match=r"logits must have a known shape, .* see their compute_chunk_sizes"):
            lib.cross_entropy(z[z[:, 0] == 0], np.zeros(6, int))


class TestSave:
    def test_writes_a_file_of_numpy(self, tmp_path):
        z = np.random.default_rng(0).normal(size=(20, 30))
        lib.save(lib.softmax(da.from_array(z, chunks=(7, 8))), tmp_path / "p.npy")
        np.testing.assert_allclose(np.load(tmp_path / "p.npy", mmap_mode="r"), softmax_lib.softmax(z), rtol=1e-14)
        assert [path.name for path in tmp_path.iterdir()] == ["p.npy"]

    def test_of_two_writers_the_last_one_wins_whole(self, tmp_path):
        def other_writer(block, block_info):
            if block_info[0]["chunk-location"] == (1, 0):
                lib.save(da.zeros((6, 4), chunks=2), tmp_path / "p.npy")
                assert not np.load(tmp_path / "p.npy").any()
            return block

        lib.save(da.ones((6, 4), chunks=(2, 4)).map_blocks(other_writer, dtype=float), tmp_path / "p.npy")
        assert (np.load(tmp_path / "p.npy") == 1).all()
        assert [path.name for path in tmp_path.iterdir()] == ["p.npy"]

    def test_a_part_of_a_result_is_no_file_of_numpy(self, tmp_path):
        def look(block):
            (part,) = tmp_path.iterdir()
            with pytest.raises(ValueError, match="allow_pickle"):
                np.load(part)
            return block

        lib.save(da.zeros((6, 4), chunks=2).map_blocks(look, dtype=float, meta=np.empty((0, 0))), tmp_path / "p.npy")

    @pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the space cannot be reserved")
    def test_a_full_disk_is_an_error(self, tmp_path, monkeypatch):
        def full(_, start, size):
            assert (start, size) == (0, 128 + 6 * 4 * 8)  # a header and the numbers
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "posix_fallocate", full)
        with pytest.raises(OSError, match="No space left on device"):
            lib.save(da.zeros((6, 4), chunks=2), tmp_path / "p.npy")
        assert not list(tmp_path.iterdir())

    def test_keeps_permissions_and_links(self, tmp_path):
        np.save(tmp_path / "p.npy", [7.0])
        (tmp_path / "p.npy").chmod(0o640)
        (tmp_path / "link.npy").symlink_to(tmp_path / "p.npy")
        lib.save(da.zeros(3, chunks=2), os.fsencode(tmp_path / "link.npy"))
        assert (tmp_path / "link.npy").is_symlink()
        assert stat.S_IMODE((tmp_path / "p.npy").stat().st_mode) == 0o640
        assert np.load(tmp_path / "p.npy").shape == (3,)

    def test_a_new_file_has_the_permissions_of_any(self, tmp_path):
        lib.save(da.zeros(3), tmp_path / "p.npy")
        (tmp_path / "other").touch()
        assert (tmp_path / "p.npy").stat().st_mode == (tmp_path / "other").stat().st_mode

    @pytest.mark.parametrize("dtype", [">f8", "f2", "i8"])
    def test_types_and_empty_arrays(self, dtype, tmp_path):
        for shape in ((), (0, 3), (2, 3)):
            expected = np.ones(shape, dtype)
            lib.save(da.from_array(expected, chunks=1), tmp_path / "p.npy")
            actual = np.load(tmp_path / "p.npy")
            assert actual.dtype == expected.dtype
            np.testing.assert_array_equal(actual, expected)

    def test_errors(self, tmp_path):
        with pytest.raises(TypeError, match="array must be a Dask array, but its type is ndarray"):
            lib.save(np.zeros(3), tmp_path / "p.npy")
        z = da.zeros(6, chunks=2)
        with pytest.raises(ValueError, match=r"array must have a known shape, but it is \(nan,\); see its"):
            lib.save(z[z == 0], tmp_path / "p.npy")
        assert not list(tmp_path.iterdir())

    def test_leaves_no_part_of_a_result(self, tmp_path):
        np.save(tmp_path / "p.npy", [7.0])

        def fail_at_the_end(block, block_info):
            if block_info[0]["chunk-location"] == (2, 0):
                raise OSError("no such part of the disk")
            return block

        x = da.zeros((6, 4), chunks=2).map_blocks(fail_at_the_end, dtype=float)
        with pytest.raises(OSError, match="no such part of the disk"):
            lib.save(lib.softmax(x), tmp_path / "p.npy")
        assert [path.name for path in tmp_path.iterdir()] == ["p.npy"]
        assert np.load(tmp_path / "p.npy") == [7.0]


def test_without_dask_the_library_names_what_to_install():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "dask", None)
        patch.delitem(__import__("sys").modules, "softmax_lib.dask")
        with pytest.raises(ModuleNotFoundError, match=r"the extra softmax_lib\[dask\] installs"):
            import softmax_lib.dask  # noqa: F401
