"""Fit a temperature and vectors of weights and biases on ten splits, in about a minute.

Nothing is chosen on the test: the strength of the penalty comes from cross-validation on the validation scans.
"""

from chapter import definitions, plain, store

beyond = definitions("beyond-temperature")

seeds = list(range(1, 11))
store("vector_scaling", {"splits": seeds, "vectors": [plain(beyond.vectors(seed), ".6g") for seed in seeds]})
