"""Train on long-tailed digits with five losses, on ten splits, with a network and with softmax regression.

Each split has its own training and test scans, its own order of the digits from frequent to rare, and its own first
weights. Nothing is chosen on the test: the settings are those of the papers. Takes about a minute.
"""

import numpy as np
from chapter import definitions, plain, store

chapter = definitions("imbalance")
MODELS = {"network": [64, 64, 10], "softmax regression": [64, 10]}

seeds = list(range(1, 11))
results = {name: [plain(chapter.watch(seed, widths)) for seed in seeds] for name, widths in MODELS.items()}
steps = np.asarray(chapter.LOOKS).tolist()
store("imbalance", {"seeds": seeds, "steps": steps, "counts": chapter.COUNTS.tolist()} | results)
