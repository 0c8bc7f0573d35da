"""The chapter on digits calls its formulas SciPy's, to the last bit."""

import numpy as np
import pytest
import scipy.special
from chapter_code import defined_by

stable_softmax, stable_log_softmax = defined_by("digits", "stable_softmax", "stable_log_softmax")


@pytest.mark.parametrize("spread", [1, 3, 10, 30, 100, 200])
@pytest.mark.parametrize("count", [1, 2, 10, 100])
def test_formulas_are_those_of_scipy(spread, count):
    rng = np.random.default_rng(count)
    for z in rng.normal(0, spread, (50, count)):
        np.testing.assert_array_equal(stable_softmax(z), scipy.special.softmax(z))
        np.testing.assert_array_equal(stable_log_softmax(z), scipy.special.log_softmax(z))
