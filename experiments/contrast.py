"""Compare contrastive training with simpler rivals, temperatures, batches and the sigmoid loss, on ten splits of scans.

Settings are chosen on validation scans, step sizes on those of a split of their own. Takes about ten minutes.
"""

import numpy as np
from chapter import definitions, store

from softmax_lib import cross_entropy

chapter = definitions("contrast")
upper, lower = chapter.upper, chapter.lower
SPLITS = range(1, 11)
LOSSES = {"softmax": chapter.softmax_loss, "sigmoid": chapter.sigmoid_loss}
RATES = [0.001, 0.003, 0.01]


def distances(guesses, halves):
    return -np.square(guesses[:, np.newaxis] - halves).sum(axis=-1)


def ridge(train, scans, strength):
    x, y = (np.column_stack([upper[part], np.ones(len(part))]) for part in (train, scans))
    weights = np.linalg.solve(x.T @ x + strength * np.eye(33), x.T @ lower[train])
    return distances(y @ weights, lower[scans])


def neighbour(train, scans, count):
    nearest = np.argsort(-distances(upper[scans], upper[train]), axis=-1)[:, :count]
    return distances(lower[train][nearest].mean(axis=1), lower[scans])


def correlations(train, scans, size):
    """Return cosines of canonical projections, by whitening with a little regularisation."""

    def whitener(halves):
        values, vectors = np.linalg.eigh(np.cov(halves.T) + 0.01 * np.eye(32))
        return vectors / np.sqrt(values)

    parts = upper[train], lower[train]
    means, whiteners = [part.mean(axis=0) for part in parts], [whitener(part) for part in parts]
    a, b = ((part - mean) @ white for part, mean, white in zip(parts, means, whiteners, strict=True))
    u, s, v = np.linalg.svd(a.T @ b / len(train))
    x = (upper[scans] - means[0]) @ whiteners[0] @ u[:, :size] * np.sqrt(s[:size])
    y = (lower[scans] - means[1]) @ whiteners[1] @ v.T[:, :size] * np.sqrt(s[:size])
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)) @ (y / np.linalg.norm(y, axis=-1, keepdims=True)).T


SIMPLER = {
    "ridge": (ridge, [0.1, 1, 10]),
    "neighbour": (neighbour, [1, 3, 10]),
    "correlations": (correlations, [8, 16, 32]),
}


def by_rival(seed):
    """Return the test accuracy of each simpler rival, with the setting that is best on the validation scans."""
    train, valid, test = chapter.split(seed)
    found = {}
    for name, (scores, settings) in SIMPLER.items():
        best = max(settings, key=lambda setting: chapter.retrieval(scores(train, valid, setting)))
        found[name] = chapter.retrieval(scores(train, test, best))
    return found


def chosen_rate(loss, batch):
    """Return the step size that is best on the validation scans of a split that is not among the ten."""
    train, valid, _ = chapter.split(0)
    return max(RATES, key=lambda rate: chapter.accuracy(chapter.train(train, 0, loss, batch, rate), valid))


def test_loss(trained, scans, batch):
    """Return the loss of the rows of batches of test scans."""
    f, g, tau, _ = trained
    rng = np.random.default_rng(0)
    scores = f(upper[scans]) @ g(lower[scans]).T / tau
    batches = [rng.choice(len(scans), batch, replace=False) for _ in range(20)]
    return np.mean([cross_entropy(scores[np.ix_(each, each)], np.arange(batch)) for each in batches])


def runs(loss, batch, rate, **options):
    """Return accuracy, loss and temperature on each split."""
    found = {"accuracy": [], "loss": [], "temperature": []}
    for seed in SPLITS:
        train, _, test = chapter.split(seed)
        trained = chapter.train(train, seed, loss, batch, rate, **options)
        found["accuracy"].append(round(chapter.accuracy(trained, test), 4))
        found["loss"].append(round(float(test_loss(trained, test, batch)), 4))
        found["temperature"].append(round(trained[2], 4))
    return found


if __name__ == "__main__":
    simpler = [by_rival(seed) for seed in SPLITS]
    rates = {name: {batch: chosen_rate(loss, batch) for batch in (25, 100, 400)} for name, loss in LOSSES.items()}
    batches = {
        name: {batch: runs(loss, batch, rates[name][batch]) for batch in (25, 100, 400)}
        for name, loss in LOSSES.items()
    }
    ours = batches["softmax"][100]
    fixed = {
        str(tau): runs(chapter.softmax_loss, 100, rates["softmax"][100], tau=tau, learn_tau=False)["accuracy"]
        for tau in (1, 0.1, 0.02)
    }
    results = {
        "rates": rates,
        "rivals": {name: [round(found[name], 4) for found in simpler] for name in SIMPLER}
        | {"contrast": ours["accuracy"]},
        "temperatures": fixed | {"learned": ours["accuracy"]},
        "learned temperature": ours["temperature"],
        "batches": batches,
    }
    store("contrast", results)
