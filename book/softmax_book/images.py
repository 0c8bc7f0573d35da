"""The scans of the chapter on images, and how they are shifted and drawn."""

import matplotlib.pyplot as plt
import numpy as np

from softmax_book.scans import load_scans, split_stratified


def split_digits(seed=0):
    """Return training and test scans, with a channel axis, and their labels.

    With seed 0, the split is that of the chapter "Train with cross-entropy".
    """
    pixels, labels = load_scans()
    scans = pixels.reshape(-1, 1, 8, 8)
    (x, y), (x_test, y_test) = split_stratified(scans, labels, 1198, seed)
    return x, x_test, y, y_test


def shifted(scans, distance):
    """Return the scans moved right, left, down and up, one after another.

    Empty pixels come in at one side, and what leaves at the other is lost.

    >>> shifted(np.eye(2)[np.newaxis, np.newaxis], 1)[0, 0]
    array([[0., 1.],
           [0., 0.]])
    """
    height, width = scans.shape[-2:]
    padded = np.pad(scans, ((0, 0), (0, 0), (distance,) * 2, (distance,) * 2))
    corners = distance * np.array([(1, 0), (1, 2), (0, 1), (2, 1)])
    return np.concatenate(
        [padded[..., y : y + height, x : x + width] for y, x in corners]
    )


def draw_answers(scans, probabilities, labels):
    """Draw each scan beside its probabilities; the true class is hatched."""
    rows = len(scans)
    _, axes = plt.subplots(
        rows, 2, width_ratios=[1, 3], figsize=(5, 1.25 * rows)
    )
    for (left, right), scan, p, label in zip(
        axes, scans, probabilities, labels, strict=True
    ):
        left.pcolormesh(scan[0, ::-1], cmap="Greys", vmin=0, vmax=1)
        left.set(aspect="equal", xticks=[], yticks=[])
        left.set_ylabel(f"{label}, taken\nfor {p.argmax()}", rotation=0)
        left.yaxis.set_label_coords(-0.55, 0.4)
        left.spines[:].set_visible(True)
        bars = right.bar(range(len(p)), p)
        bars[label].set(hatch="////", facecolor="C1", edgecolor="black")
        right.set(ylim=(0, 1), xticks=range(len(p)), yticks=[0, 0.5, 1])
