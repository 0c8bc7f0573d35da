"""Repeat on ten splits what the chapter on calibration shows on one, in about two minutes.

Each split has its own training, validation and test scans and its own first weights. Nothing is chosen on the test.
"""

import numpy as np
from chapter import definitions, store

calibration = definitions("calibration")


def limits(seed):
    """Return what a temperature leaves: mistakes that doubt finds, and confidence in strange inputs."""
    network, t, _, (x, y) = calibration.fitted(seed)
    z = network.logits(x)
    doubtful = [calibration.found_by_doubt(logits, y) for logits in (z, z / t)]
    return doubtful, calibration.claims(network, t, calibration.strange_inputs(x, seed))


def plain(found):
    """Return the same in types that JSON has, with six digits."""
    if isinstance(found, dict):
        return {name: plain(value) for name, value in found.items()}
    if isinstance(found, list | tuple | np.ndarray):
        return [plain(value) for value in found]
    return float(f"{found:.6g}")


splits = range(1, 11)
doubtful, strange = zip(*map(limits, splits), strict=True)
results = {
    "watched": map(calibration.watch, splits),
    "compared": map(calibration.compare, splits),
    "linear": map(calibration.linear_temperatures, splits),
    "costs": map(calibration.costs, splits),
    "doubtful": doubtful,
    "writers": map(calibration.other_writers, splits),
    "strange": strange,
    "more": map(calibration.with_validation_scans, splits),
}
results = {name: plain(list(found)) for name, found in results.items()}
store("calibration", {"splits": list(splits)} | results, ["numpy", "scipy", "scikit-learn"])
