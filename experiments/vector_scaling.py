"""Fit a temperature and vectors of weights and biases on ten splits, in about a minute.

Nothing is chosen on the test: the strength of the penalty comes from cross-validation on the validation scans.
"""

from chapter import definitions, store

beyond = definitions("beyond-temperature")

seeds = list(range(1, 11))
splits = []
for seed in seeds:
    found = beyond.vectors(seed)
    splits.append({name: [float(f"{value:.6g}") for value in row] for name, row in found.items()})
store("vector_scaling", {"splits": seeds, "vectors": splits})
