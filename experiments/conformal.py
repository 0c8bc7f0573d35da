"""Measure the coverage of conformal sets for ten networks, over a thousand shuffles each, in about a minute.

Each network has its own training scans and first weights. Of the scans that it has not seen, each shuffle takes 400
to set the threshold, and tests on the others.
"""

import numpy as np
from chapter import definitions, plain, store

chapter = definitions("conformal")


def study(seed):
    """Return coverage, sizes and conditional coverage of each score, and what else the chapter tells of one network."""
    network, x, y = chapter.trained(seed)
    z = network.logits(x)
    tenth = np.argsort(np.argsort(chapter.softmax(z).max(axis=-1))) * 10 // len(y)
    found = {}
    for name, scores in chapter.scores_of(z, np.random.default_rng(seed)).items():
        for alpha in [0.1, 0.05, 0.01]:
            coverage, size, empty, of_scans = chapter.shuffled(scores, y, alpha)
            found[f"{name}, {alpha}"] = {
                "coverage": plain([coverage.mean(), coverage.std(ddof=1)]),
                "accuracy": plain(np.mean(z.argmax(axis=-1) == y)),
                "size": plain(size),
                "empty": plain(empty),
                "tenths": plain([of_scans[tenth == one].mean() for one in range(10)]),
                "classes": plain([of_scans[y == label].mean() for label in range(10)]),
            }
    untrained = chapter.losses(chapter.Network([64, 64, 10], seed).logits(x))
    coverage, size, *_ = chapter.shuffled(untrained, y)
    found["untrained"] = plain([coverage.mean(), size])
    found["summed"] = {str(t): plain(chapter.summed(z / t, y)) for t in chapter.TEMPERATURES}
    found["writers"] = plain(chapter.other_writers(seed))
    return found


seeds = list(range(1, 11))
store("conformal", {"seeds": seeds, "networks": [study(seed) for seed in seeds]})
