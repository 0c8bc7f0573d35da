"""Train a Keras model on one sample that it gets wrong, on each of the backends of Keras, in two types.

    python experiments/frameworks.py

takes one to four minutes, most of them to import the frameworks, and writes experiments/frameworks.json.
"""

import json
import os
import subprocess
import sys

from chapter import definitions, store

BACKENDS = ("tensorflow", "jax", "torch")
POLICIES = ("float32", "mixed_bfloat16")
LEADS = (10.0, 20.0, 1000.0)


def steps_on_this_backend():
    """Return the losses and the gradients by type, the last layer's activation and the lead of the wrong class."""
    one_step = definitions("frameworks").one_step
    return [
        {"policy": policy, "activation": activation, "lead": lead, "loss": loss, "gradient": gradient}
        for policy in POLICIES
        for activation in ("softmax", None)
        for lead in LEADS
        for loss, gradient in [one_step(lead, policy, activation)]
    ]


def steps_on(backend):
    """Return the same of a backend, which Keras chooses once in a process."""
    command = [sys.executable, __file__, "--on-this-backend"]
    process = subprocess.run(
        command, env=os.environ | {"KERAS_BACKEND": backend}, check=True, capture_output=True, text=True
    )
    return json.loads(process.stdout.splitlines()[-1])


if __name__ == "__main__":
    if "--on-this-backend" in sys.argv:
        print(json.dumps(steps_on_this_backend()))
    else:
        results = {backend: steps_on(backend) for backend in BACKENDS}
        store("frameworks", results, ["numpy", "keras", "tensorflow-cpu", "jax", "torch"])
