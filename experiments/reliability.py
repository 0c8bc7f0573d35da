"""Store the test logits of a digit classifier, and the temperature fitted to it, for the picture of its reliability.

The classifier is that of the chapter on calibration, trained on its first split. Logits are relative to the largest of
their row, and rounded to hundredths. Takes a few seconds.
"""

import numpy as np
from chapter import definitions, store

beyond = definitions("beyond-temperature")

network, temperature, _, (scans, labels) = beyond.fitted(1)
logits = network.logits(scans)
below = np.round(logits - logits.max(axis=-1, keepdims=True), 2) + 0.0
results = {"temperature": round(float(temperature), 2), "labels": labels.tolist(), "logits": below.tolist()}
store("reliability", results)
