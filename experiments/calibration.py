"""Repeat on ten splits what the chapters on calibration and beyond it show on one, in about two minutes.

Each split has its own training, validation and test scans and its own first weights. Nothing is chosen on the test.
"""

from chapter import definitions, plain, store

calibration = definitions("calibration")
beyond = definitions("beyond-temperature")


def limits(seed):
    """Return what a temperature leaves: mistakes that doubt finds, and confidence in strange inputs."""
    network, t, _, (x, y) = beyond.fitted(seed)
    z = network.logits(x)
    doubtful = [beyond.found_by_doubt(logits, y) for logits in (z, z / t)]
    return doubtful, beyond.claims(network, t, beyond.strange_inputs(x, seed))


splits = range(1, 11)
doubtful, strange = zip(*map(limits, splits), strict=True)
results = {
    "watched": map(calibration.watch, splits),
    "compared": map(beyond.compare, splits),
    "linear": map(calibration.linear_temperatures, splits),
    "costs": map(beyond.costs, splits),
    "doubtful": doubtful,
    "writers": map(beyond.other_writers, splits),
    "strange": strange,
    "more": map(beyond.with_validation_scans, splits),
}
results = {name: plain(list(found), ".6g") for name, found in results.items()}
store("calibration", {"splits": list(splits)} | results)
