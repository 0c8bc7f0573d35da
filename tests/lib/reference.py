"""What the docstrings promise, and the rows that Hypothesis tries it on. Exact values have 60 digits."""

import mpmath
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

mpmath.mp.dps = 60
DTYPES = [np.float16, np.float32, np.float64]

# Error bounds in ulp: first those that hold on the families of rows, then those that random rows in billions respect.
SOFTMAX = {np.float16: 1, np.float32: 5, np.float64: 4}
LOG_SOFTMAX = {np.float16: 1, np.float32: 3, np.float64: 3}
LOGSUMEXP = {np.float16: 1, np.float32: 3, np.float64: 8}
SIGMOID = {np.float16: 1, np.float32: 1, np.float64: 2.5}
GRADIENT = {np.float16: 8, np.float32: 8, np.float64: 8}

ON_ANY_ROW = {
    "softmax": {np.float32: 9, np.float64: 7},
    "log_softmax": {np.float32: 3, np.float64: 7},
    "logsumexp": {np.float32: 3, np.float64: 8},
    "cross_entropy_grad": {np.float32: 9, np.float64: 8},
}


def floats(dtype):
    """Return a strategy of finite floats: of everyday size, near ties, and of any size."""
    width = np.finfo(dtype).bits
    everyday = st.floats(-20, 20, width=width)
    near_ties = st.sampled_from([1.0, 1.0 + 2.0**-10, 1.0 - 2.0**-10, 1.5])
    return st.one_of(everyday, near_ties, st.floats(width=width, allow_nan=False, allow_infinity=False))


def rows(max_size=12):
    """Return a strategy of rows of finite logits in one of the floating types."""
    sizes = st.integers(1, max_size)
    return st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.arrays(dtype, sizes, elements=floats(dtype)))
