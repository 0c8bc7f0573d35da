"""Families of rows of logits that are known to be hard to compute with.

Each takes a random generator and lengths, and yields rows of float64.
"""

import numpy as np


def normal(rng, lengths):
    for scale in (1, 30, 100, 300):
        yield from (rng.normal(0, scale, n) for n in lengths)


def near_ties(rng, lengths):
    yield from (10 + rng.integers(-3, 4, n) * 1e-3 for n in lengths)


def one_dominant(rng, lengths):
    for lead in (rng.uniform(5, 40), rng.uniform(40, 745)):
        yield from (np.append(rng.normal(0, 1, n), lead) for n in lengths)


def all_equal(rng, lengths):
    yield from (np.full(7 * n, rng.normal()) for n in lengths)


def offset(rng, lengths):
    for middle in (1e3, -1e3, 1e4, -1e4, 1e6, -1e6):
        yield from (middle + rng.normal(0, 3, n) for n in lengths)


def negative(rng, lengths):
    yield from (-rng.uniform(0, 700, n) for n in lengths)
    yield from (-rng.uniform(720, 745, n) for n in lengths)


def vanishing(rng, lengths):
    """Some probabilities are subnormal, or zero."""
    yield from (np.append(-rng.uniform(690, 760, n), 0) for n in lengths)
    yield from (np.append(-rng.uniform(80, 110, n), 0) for n in lengths)
    yield from (rng.uniform(-10, 760, n) for n in lengths)


def log_probabilities(rng, lengths):
    yield from (np.log(rng.dirichlet(np.ones(n))) for n in lengths)


def huge(rng, lengths):
    values = [1e308, -1e308, 1e300, 0.0, 1.0, 5.0]
    yield from (rng.choice(values, n) for n in lengths)


FAMILIES = [
    normal,
    near_ties,
    one_dominant,
    all_equal,
    offset,
    negative,
    vanishing,
    log_probabilities,
    huge,
]


def rounded(row, dtype):
    """Return the row in a narrower type, its largest numbers clipped to it."""
    largest = float(np.finfo(dtype).max)
    return np.clip(row, -largest, largest).astype(dtype)
