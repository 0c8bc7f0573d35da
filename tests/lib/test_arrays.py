"""What every public function promises of its array arguments: types, shapes, axes, silence, and what it refuses."""

import inspect
from itertools import chain, permutations

import mpmath
import numpy as np
import pytest
from bounds import DTYPES

import softmax_lib
from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import to_mpf
from softmax_lib import log_softmax, logsumexp, softmax, softmax_vjp

ALONG_AXIS = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "softmax_vjp": lambda z, **axis: softmax_vjp(z, np.arange(np.size(z)).reshape(np.shape(z)), **axis),
    "compare_softmax_sigmoid": lambda z, **axis: softmax_lib.compare_softmax_sigmoid(z, **axis).softmax,
    "cross_entropy": lambda z, **axis: softmax_lib.cross_entropy(z, np.ones(np.shape(z)), reduction="none", **axis),
    "cross_entropy_grad": lambda z, **axis: softmax_lib.cross_entropy_grad(z, np.ones(np.shape(z)), **axis),
}
ELEMENTWISE = {
    "sigmoid": softmax_lib.sigmoid,
    "log_sigmoid": softmax_lib.log_sigmoid,
    "binary_cross_entropy": lambda x: softmax_lib.binary_cross_entropy(x, np.ones(np.shape(x)), reduction="none"),
    "binary_cross_entropy_grad": lambda x: softmax_lib.binary_cross_entropy_grad(x, np.ones(np.shape(x))),
}
EVERY = ALONG_AXIS | ELEMENTWISE
REDUCING = {"logsumexp", "cross_entropy"}

# The same as exact numbers, flattened.
EXACT = {
    "softmax": lambda z: [p for row in z for p in reference.softmax(row)],
    "log_softmax": lambda z: [log_p for row in z for log_p in reference.log_softmax(row)],
    "logsumexp": lambda z: [reference.logsumexp(row) for row in z],
    "softmax_vjp": lambda z: [
        p * (g - mpmath.fdot(reference.softmax(row), cotangent))
        for row, cotangent in zip(z, np.arange(z.size).reshape(z.shape).tolist(), strict=True)
        for p, g in zip(reference.softmax(row), cotangent, strict=True)
    ],
    "compare_softmax_sigmoid": lambda z: EXACT["softmax"](z),
    "cross_entropy": lambda z: [-mpmath.fsum(reference.log_softmax(row)) for row in z],
    "cross_entropy_grad": lambda z: [(len(row) * p - 1) / len(z) for row in z for p in reference.softmax(row)],
    "sigmoid": lambda x: [reference.sigmoid(value) for value in x.ravel()],
    "log_sigmoid": lambda x: [reference.log_sigmoid(value) for value in x.ravel()],
    "binary_cross_entropy": lambda x: [-reference.log_sigmoid(value) for value in x.ravel()],
    "binary_cross_entropy_grad": lambda x: [-reference.sigmoid(-value) / x.size for value in x.ravel()],
}
every_function = pytest.mark.parametrize("name", EVERY)
every_function_along_axis = pytest.mark.parametrize("name", ALONG_AXIS)
LOGITS = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, -2.0]])


@every_function
def test_arrays_may_be_given_in_order_and_options_only_by_name(name):
    for parameter in inspect.signature(getattr(softmax_lib, name)).parameters.values():
        if parameter.name in ("logits", "targets", "cotangent"):
            assert parameter.kind == parameter.POSITIONAL_OR_KEYWORD
        elif parameter.name not in ("axis", "keepdims"):
            assert parameter.kind == parameter.KEYWORD_ONLY


@every_function
class TestTypes:
    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
    def test_floating_type_is_kept_with_its_digits(self, name, dtype):
        result = EVERY[name](LOGITS.astype(dtype))
        assert result.dtype == dtype
        true = EXACT[name](LOGITS)
        unit = np.finfo(dtype).eps * max(1, float(abs(np.array(true)).max()))
        errors = [abs(to_mpf(value) - exact) for value, exact in zip(result.ravel(), true, strict=True)]
        assert max(errors) <= 4 * to_mpf(unit)

    @pytest.mark.parametrize("dtype", ["bool", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
    def test_integers_become_float64_before_anything_else(self, name, dtype):
        integers = np.array([[0, 1], [1, 0]]).astype(dtype)
        result = EVERY[name](integers)
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, EVERY[name](integers.astype(float)))

    def test_uint8_does_not_wrap(self, name):
        np.testing.assert_array_equal(EVERY[name](np.uint8([0, 255])), EVERY[name]([0.0, 255.0]))

    def test_lists(self, name):
        np.testing.assert_array_equal(EVERY[name](LOGITS.tolist()), EVERY[name](LOGITS))

    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble, "i2", "u4", "i8"])
    def test_either_byte_order(self, name, dtype):
        z = LOGITS.round().astype(dtype)
        swapped = EVERY[name](z.astype(z.dtype.newbyteorder("S")))
        assert swapped.dtype.isnative
        assert swapped.dtype == EVERY[name](z).dtype
        np.testing.assert_array_equal(swapped, EVERY[name](z))

    def test_subclasses_become_plain_arrays(self, name, tmp_path):
        file = np.memmap(tmp_path / "logits", LOGITS.dtype, "w+", shape=LOGITS.shape)
        file[...] = LOGITS
        for subclass in (file, LOGITS.view(np.matrix), LOGITS.view(type("Own", (np.ndarray,), {}))):
            result = EVERY[name](subclass)
            assert type(result) is np.ndarray
            np.testing.assert_array_equal(result, EVERY[name](LOGITS))

    @pytest.mark.parametrize("values", [[1j], ["1"], [None], [object()], ["2026-01-01T00"]])
    def test_other_kinds_are_refused(self, name, values):
        kind = "M8[h]" if values == ["2026-01-01T00"] else None
        with pytest.raises(TypeError, match=r"^logits must hold real numbers, but its type is \S+$"):
            EVERY[name](np.array(values, kind))

    def test_masked_arrays_are_refused(self, name):
        with pytest.raises(TypeError, match="logits must not be a masked array; fill its masked entries"):
            EVERY[name](np.ma.masked_invalid([1.0, np.nan]))


def test_types_that_numpy_does_not_know_are_refused_with_a_hint():
    """To NumPy the bfloat16 of other packages is of the kind V."""
    with pytest.raises(TypeError, match=r"but its type is \|V2; convert it to float32 first$"):
        softmax(np.zeros(3, "V2"))


@pytest.mark.parametrize("name", sorted(set(EVERY) & set(dir(softmax_lib))))
def test_no_argument_may_be_a_masked_array(name):
    """The mask would be dropped silently."""
    function = getattr(softmax_lib, name)
    arguments = {"logits": LOGITS, "targets": np.array([1, 0]), "cotangent": LOGITS, "weight": np.ones(3)}
    if name.startswith("binary"):
        arguments |= {"targets": np.ones(LOGITS.shape), "weight": np.ones(LOGITS.shape), "pos_weight": np.ones(3)}
    arguments = {key: arguments[key] for key in inspect.signature(function).parameters if key in arguments}
    function(**arguments)
    masked = [(key, np.ma.masked_array(array, mask=False)) for key, array in arguments.items()]
    if name in ("cross_entropy", "cross_entropy_grad"):
        masked.append(("targets", np.ma.masked_array(np.ones(LOGITS.shape))))
    for key, array in masked:
        with pytest.raises(TypeError, match=f"^{key} must not be a masked array"):
            function(**arguments | {key: array})


@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp, softmax_lib.sigmoid, softmax_lib.log_sigmoid])
def test_ragged_lists_are_refused(function):
    with pytest.raises(ValueError, match="logits must be an array, or nested lists of equal lengths"):
        function([[1.0, 2.0], [3.0]])


@every_function
class TestShapes:
    def test_read_only_input_is_welcome_and_no_input_is_changed(self, name):
        z = np.array([[1.0, np.inf, -3.0], [np.nan, 0.0, 700.0]])
        before = z.copy()
        z.flags.writeable = False
        EVERY[name](z)
        np.testing.assert_array_equal(z, before)

    @pytest.mark.parametrize(
        "view",
        [
            lambda z: np.asfortranarray(z),
            lambda z: z[:, ::-1],
            lambda z: np.repeat(z, 3, axis=1)[:, ::3],
            lambda z: np.broadcast_to(z[0], (2, 3)),
        ],
        ids=["fortran", "reversed", "strided", "broadcast"],
    )
    def test_layout_does_not_matter(self, name, view):
        z = view(LOGITS)
        np.testing.assert_array_equal(EVERY[name](z), EVERY[name](np.array(z, order="C")))

    def test_scalar(self, name):
        for scalar in (3.5, np.float32(3.5), np.array(3.5)):
            assert np.shape(EVERY[name](scalar)) == ()

    @pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3)])
    def test_no_rows(self, name, shape):
        result = EVERY[name](np.zeros(shape))
        assert result.shape == (shape[:-1] if name in REDUCING else shape)

    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
    def test_never_warns_whatever_the_callers_errstate(self, name, dtype):
        info = np.finfo(dtype)
        extremes = [info.max, info.min, info.smallest_normal, info.smallest_subnormal, 0.0, np.inf, -np.inf, np.nan]
        rows = np.array([[a, b] for a in extremes for b in extremes], dtype)
        with np.errstate(all="raise"):
            EVERY[name](rows)
            assert set(np.geterr().values()) == {"raise"}

    def test_nan_in_nan_out(self, name):
        z = LOGITS.copy()
        z[0, 1] = np.nan
        result = EVERY[name](z)
        if name in REDUCING:
            np.testing.assert_array_equal(np.isnan(result), [True, False])
        elif name in ALONG_AXIS:
            np.testing.assert_array_equal(np.isnan(result).all(axis=-1), [True, False])
        else:
            np.testing.assert_array_equal(np.isnan(result), np.isnan(z))


@every_function_along_axis
class TestAxes:
    @pytest.mark.parametrize("shape", [(3,), (3, 1), (2, 3), (2, 1, 3), (4, 2, 3), (2, 4, 1, 3)])
    def test_several_axes_count_as_one(self, name, shape):
        """In any order, and from either end."""
        z = np.random.default_rng(0).normal(0, 5, shape)
        function = ALONG_AXIS[name] if name != "softmax_vjp" else lambda z, **axis: softmax_vjp(z, np.sin(z), **axis)
        for axes in chain.from_iterable(permutations(range(z.ndim), count + 1) for count in range(z.ndim)):
            in_order, at_the_end = sorted(axes), range(-len(axes), 0)
            last = np.moveaxis(z, in_order, at_the_end)
            flat = function(last.reshape(*last.shape[: last.ndim - len(axes)], -1))
            expected = flat if name in REDUCING else np.moveaxis(flat.reshape(last.shape), at_the_end, in_order)
            from_the_end = tuple(axis - z.ndim if index % 2 else axis for index, axis in enumerate(axes))
            for given in (axes, from_the_end):
                np.testing.assert_allclose(function(z, axis=given), expected, rtol=1e-13, atol=1e-15)

    def test_none_means_all(self, name):
        np.testing.assert_allclose(ALONG_AXIS[name](LOGITS, axis=None), ALONG_AXIS[name](LOGITS, axis=(0, 1)))

    @pytest.mark.parametrize("axis", [0, -1, None, ()])
    def test_an_array_without_axes(self, name, axis):
        assert np.shape(ALONG_AXIS[name](2.5, axis=axis)) == ()

    @pytest.mark.parametrize(("axis", "wrong"), [(2, 2), (-3, -3), ((0, 5), 5)])
    def test_out_of_range(self, name, axis, wrong):
        message = f"axis: axis {wrong} is out of bounds for array of dimension 2"
        with pytest.raises(np.exceptions.AxisError, match=message):
            ALONG_AXIS[name](LOGITS, axis=axis)

    def test_repeated(self, name):
        with pytest.raises(ValueError, match="repeated axis in `axis` argument"):
            ALONG_AXIS[name](LOGITS, axis=(1, -1))

    @pytest.mark.parametrize("integer", [np.int64, np.int8, np.uint8, np.intp])
    def test_integers_of_numpy(self, name, integer):
        np.testing.assert_array_equal(ALONG_AXIS[name](LOGITS, axis=integer(0)), ALONG_AXIS[name](LOGITS, axis=0))
        axes = (integer(1), integer(0))
        np.testing.assert_array_equal(ALONG_AXIS[name](LOGITS, axis=axes), ALONG_AXIS[name](LOGITS, axis=(0, 1)))

    @pytest.mark.parametrize("axis", [1.0, "0", (0, 0.5)])
    def test_of_another_type(self, name, axis):
        with pytest.raises(TypeError, match="axis must be an int, a tuple of ints or None, but it is"):
            ALONG_AXIS[name](LOGITS, axis=axis)


class TestNonFinite:
    """A row's infinities, and rows without entries."""

    inf, nan = np.inf, np.nan

    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
    @pytest.mark.parametrize(
        ("row", "probabilities", "log_probabilities", "log_sum"),
        [
            ([1, nan], [nan, nan], [nan, nan], nan),
            ([inf, nan], [nan, nan], [nan, nan], nan),
            ([-inf, nan], [nan, nan], [nan, nan], nan),
            ([1, inf], [nan, nan], [nan, nan], inf),
            ([-inf, inf], [nan, nan], [nan, nan], inf),
            ([inf, inf], [nan, nan], [nan, nan], inf),
            ([1, -inf], [1, 0], [0, -inf], 1),
            ([-inf, 1, -inf], [0, 1, 0], [-inf, 0, -inf], 1),
            ([-inf, -inf], [nan, nan], [nan, nan], -inf),
            ([1], [1], [0], 1),
            ([nan], [nan], [nan], nan),
            ([inf], [nan], [nan], inf),
            ([-inf], [nan], [nan], -inf),
            ([], [], [], -inf),
        ],
    )
    @pytest.mark.parametrize("count", [1, 3000])
    def test_policy(self, dtype, row, probabilities, log_probabilities, log_sum, count):
        """Of a row alone, and of so many that other ways to compute are worth trying."""
        z = np.array(row, dtype) if count == 1 else np.array([row] * count, dtype)
        np.testing.assert_array_equal(softmax(z), np.broadcast_to(np.array(probabilities, dtype), z.shape))
        np.testing.assert_array_equal(log_softmax(z), np.broadcast_to(np.array(log_probabilities, dtype), z.shape))
        np.testing.assert_array_equal(logsumexp(z), np.broadcast_to(np.array(log_sum, dtype), z.shape[:-1]))

    def test_other_rows_are_not_touched(self):
        z = np.array([[1.0, 2.0], [np.nan, 0.0], [np.inf, 0.0], [-np.inf, -np.inf]])
        np.testing.assert_array_equal(softmax(z)[0], softmax(z[0]))
        assert np.isnan(softmax(z)[1:]).all()

    def test_empty_axis(self):
        assert softmax(np.zeros((2, 0))).shape == log_softmax(np.zeros((2, 0))).shape == (2, 0)
        np.testing.assert_array_equal(logsumexp(np.zeros((2, 0))), [-np.inf, -np.inf])
