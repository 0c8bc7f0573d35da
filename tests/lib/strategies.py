"""The rows, samples and options that Hypothesis tries the library on."""

import numpy as np
from bounds import DTYPES
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

MODERATE = st.floats(-30, 30, width=32)


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


def matrices(min_dims=2, max_dims=2):
    """Return a strategy of small arrays of moderate logits in float64."""
    shapes = hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, max_side=5)
    return hnp.arrays(np.float64, shapes, elements=MODERATE)


@st.composite
def targets_and_options(draw, matrix):
    """Draw targets of either kind and every option of the losses for a matrix of logits."""
    samples, classes = matrix.shape
    positive = st.floats(0, 4, width=16)
    arguments = {
        "weight": draw(st.none() | hnp.arrays(np.float64, classes, elements=positive)),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1, 1.0])),
    }
    if draw(st.booleans()):
        return draw(hnp.arrays(np.float64, matrix.shape, elements=positive)), arguments
    labels = draw(hnp.arrays(np.int64, samples, elements=st.integers(0, classes - 1)))
    return labels, arguments | {"ignore_index": draw(st.none() | st.just(0))}


samples = matrices().flatmap(lambda z: st.tuples(st.just(z), targets_and_options(z)))
