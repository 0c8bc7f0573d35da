"""The sigmoid, its logarithm, and the sigmoid beside the softmax."""

import numpy as np
import pytest
from bounds import DTYPES, ON_FAMILIES
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import floats

from softmax_book.accuracy import reference
from softmax_book.accuracy.reference import to_mpf, ulps, unit_roundoff
from softmax_lib import compare_softmax_sigmoid, log_sigmoid, logsumexp, sigmoid, softmax

scores = st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.arrays(dtype, st.integers(1, 8), elements=floats(dtype)))


class TestSigmoid:
    def test_values(self):
        # mpmath, 60 digits.
        expected = [4.2483542552915889773e-18, 0.26894142136999512, 0.5, 0.95257412682243322]
        np.testing.assert_allclose(sigmoid([-40.0, -1.0, 0.0, 3.0]), expected, rtol=4e-15)

    @given(scores)
    def test_error_is_within_the_documented_bound(self, x):
        for result, score in zip(sigmoid(x), x, strict=True):
            assert ulps(result, reference.sigmoid(score), x.dtype) <= ON_FAMILIES["sigmoid"][x.dtype.type]

    @given(scores)
    def test_yes_and_no_add_up_to_one(self, x):
        eps = float(np.finfo(x.dtype).eps)
        np.testing.assert_allclose(sigmoid(x).astype(float) + sigmoid(-x).astype(float), 1, rtol=8 * eps)

    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
    def test_infinities_and_nan(self, dtype):
        x = np.array([-np.inf, np.inf, np.nan, 0, -0.0], dtype)
        np.testing.assert_array_equal(sigmoid(x), np.array([0, 1, np.nan, 0.5, 0.5], dtype))

    def test_where_the_textbook_formula_is_zero(self):
        x = np.linspace(-745, -690, 1000)
        np.testing.assert_allclose(sigmoid(x), np.exp(x), rtol=1e-15, atol=5e-324)

    def test_never_decreases(self):
        x = np.linspace(-800, 800, 100_001)
        assert np.all(np.diff(sigmoid(x)) >= 0)


class TestLogSigmoid:
    def test_values(self):
        # mpmath, 60 digits.
        expected = [-40.000000000000000004, -1.313261687518222834, -0.048587351573742058759, -4.2483542552915889863e-18]
        np.testing.assert_allclose(log_sigmoid([-40.0, -1.0, 3.0, 40.0]), expected, rtol=4e-15)

    @given(scores)
    def test_error_is_within_the_documented_bound(self, x):
        for result, score in zip(log_sigmoid(x), x, strict=True):
            assert ulps(result, reference.log_sigmoid(score), x.dtype) <= ON_FAMILIES["log_sigmoid"][x.dtype.type]

    @pytest.mark.parametrize("dtype", [*DTYPES, np.longdouble])
    def test_infinities_and_nan(self, dtype):
        x = np.array([-np.inf, np.inf, np.nan], dtype)
        np.testing.assert_array_equal(log_sigmoid(x), np.array([-np.inf, 0, np.nan], dtype))

    def test_where_the_sigmoid_is_zero(self):
        assert sigmoid(-1000.0) == 0
        assert log_sigmoid(-1000.0) == -1000
        assert log_sigmoid(-1e308) == -1e308


class TestCompareSoftmaxSigmoid:
    @given(st.data())
    def test_error_of_the_two_class_sigmoid_is_within_the_documented_bound(self, data):
        dtype = data.draw(st.sampled_from(DTYPES))
        z = data.draw(hnp.arrays(dtype, 2, elements=floats(dtype)))
        true = reference.softmax(z)[1]
        if true >= float(np.finfo(dtype).smallest_normal):
            bound = (abs(to_mpf(z[1]) - to_mpf(z[0])) + 12) * unit_roundoff(dtype)
            assert abs(to_mpf(compare_softmax_sigmoid(z).two_class_sigmoid) - true) <= bound * true

    @pytest.mark.parametrize("axis", [-1, 0, (0, 2), None])
    def test_fields(self, axis):
        z = np.random.default_rng(0).normal(0, 3, (3, 4, 5))
        both = compare_softmax_sigmoid(z, axis=axis)
        np.testing.assert_array_equal(both.softmax, softmax(z, axis=axis))
        np.testing.assert_array_equal(both.sigmoid, sigmoid(z))
        np.testing.assert_allclose(both.softmax_sum, np.ones_like(logsumexp(z, axis=axis)))
        np.testing.assert_allclose(both.sigmoid_sum, sigmoid(z).sum(axis=axis))
        assert both.two_class_sigmoid is None

    def test_two_classes_along_any_axis(self):
        z = np.random.default_rng(0).normal(0, 3, (4, 2, 5))
        both = compare_softmax_sigmoid(z, axis=1)
        np.testing.assert_allclose(both.two_class_sigmoid, both.softmax[:, 1], rtol=1e-14)
        np.testing.assert_allclose(both.two_class_sigmoid, sigmoid(z[:, 1] - z[:, 0]), rtol=4e-15)

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_every_field_has_the_logits_type(self, dtype):
        assert {field.dtype for field in compare_softmax_sigmoid(np.zeros(2, dtype))} == {np.dtype(dtype)}
