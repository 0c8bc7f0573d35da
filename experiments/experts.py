"""Train a small mixture of experts with several ways of balancing its router, over ten seeds.

Each run stores its error on new data as a share of the variance, the loads of the experts from the busiest to the
least busy, and the mean logarithm of the router's partition function. Takes about a minute.
"""

import numpy as np
from chapter import definitions, store

tame = definitions("tame-logits")

SEEDS = range(10)
SETTINGS = {
    "none": {},
    "noise 0.1": {"noise": 0.1},
    "noise 1": {"noise": 1.0},
    "balance 0.01": {"balance": 0.01},
    "balance 0.1": {"balance": 0.1},
    "balance 1": {"balance": 1.0},
    "balance 1, z-loss 0.001": {"balance": 1.0, "z_weight": 0.001},
    "balance 1, z-loss 0.01": {"balance": 1.0, "z_weight": 0.01},
}


def trained(seed, settings):
    error, loads, log_z = tame.train_experts(seed, **settings)
    return {"error": round(error, 4), "loads": loads.round(4).tolist(), "log Z": round(log_z, 2)}


def single(seed):
    """Return the error of the best single linear model, as a share of the variance."""
    rng, draw = np.random.default_rng(seed), tame.sources(seed)
    x, y = draw(rng, 600 * 256)
    weights = np.linalg.lstsq(x, y)[0]
    x, y = draw(rng, 5000)
    return round(np.mean((x @ weights - y) ** 2) / y.var(), 4)


if __name__ == "__main__":
    results = {
        "settings": SETTINGS,
        "runs": {name: [trained(seed, settings) for seed in SEEDS] for name, settings in SETTINGS.items()},
        "one linear model": [single(seed) for seed in SEEDS],
    }
    store("experts", results)
