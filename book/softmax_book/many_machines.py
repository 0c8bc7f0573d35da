"""Helpers of the chapter on many machines: what workers sent, and charts."""

import matplotlib.pyplot as plt
import numpy as np

from softmax_lib import SoftmaxState


def bytes_sent(client):
    """Return how many bytes the workers of a Dask client have sent so far."""

    def of_one(dask_worker):
        return dask_worker.transfer_outgoing_bytes_total

    return sum(client.run(of_one).values())


def pairwise_merges(parts):
    """Return the levels of a tree of merges: lists of states."""
    levels = [[SoftmaxState.of(part) for part in parts]]
    while len(levels[-1]) > 1:
        pairs = zip(levels[-1][::2], levels[-1][1::2], strict=True)
        levels.append([left.merge(right) for left, right in pairs])
    return levels


def draw_tree(levels):
    """Draw a box with maximum and log-sum-exp for each state of a tree."""
    _, ax = plt.subplots(figsize=(6.4, 3.8))
    for height, states in enumerate(levels):
        places = (np.arange(len(states)) + 0.5) * 2**height
        for x, state in zip(places, states, strict=True):
            text = f"{state.maximum:.1f}\n{state.logsumexp():.1f}"
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": "C0"}
            ax.text(x, height, text, ha="center", va="center", bbox=box)
        if len(states) > 1:
            above = np.repeat(places.reshape(-1, 2).mean(axis=1), 2)
            ax.plot([places, above], [height, height + 1], "C1", zorder=0)
    workers = np.arange(len(levels[0]))
    ax.set_xticks(workers + 0.5, workers + 1)
    names = [f"{2**height} parts" for height in range(1, len(levels))]
    ax.set_yticks(range(len(levels)), ["own part", *names])
    ax.set(xlabel="worker", xlim=(0, len(workers)), ylim=(-0.5, height + 0.5))
    ax.grid(False)
    plt.show()
