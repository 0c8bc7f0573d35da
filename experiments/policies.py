"""Train policies to balance a pole, over six step sizes, with a baseline and without.

Twenty learners for each setting, each with its own weights and episodes. Stored
are the mean lengths of a hundred new episodes of each learner, after 100
iterations and after 200. Takes about five minutes.
"""

import numpy as np
from chapter import definitions, store

chapter = definitions("policies")

METHODS = {"with the baseline": True, "without a baseline": False}
STEP_SIZES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]
ITERATIONS = [100, 200]


def lengths_of(with_baseline, step_size):
    """Return the mean lengths of each learner's episodes, a row for each number of iterations."""
    weights, _ = chapter.train(max(ITERATIONS), with_baseline, step_size=step_size)
    rows = [chapter.evaluate(chapter.policy(weights[count], np.random.default_rng(1))) for count in ITERATIONS]
    print(with_baseline, step_size, [np.sum(row >= 475) for row in rows], flush=True)
    return np.round(rows, 1).tolist()


lengths = {
    name: [lengths_of(with_baseline, step_size) for step_size in STEP_SIZES] for name, with_baseline in METHODS.items()
}
store(
    "policies",
    {"step sizes": STEP_SIZES, "iterations": ITERATIONS, "lengths": lengths},
    ["numpy", "gymnasium"],
)
