"""Scans of handwritten digits, 8 by 8 pixels: to split, draw and invent."""

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from sklearn.model_selection import train_test_split

from softmax_book.network import Network


def split_scans(x, y, seed=0):
    """Return (x, y) for training, 300 scans, validation, 400, and the test."""
    x_train, x, y_train, y = train_test_split(
        x, y, train_size=300, random_state=seed, stratify=y
    )
    x_valid, x_test, y_valid, y_test = train_test_split(
        x, y, train_size=400, random_state=seed, stratify=y
    )
    return (x_train, y_train), (x_valid, y_valid), (x_test, y_test)


def draw_scans(ax, scans, columns=1):
    """Draw scans with pixels from 0, white, to 1 in rows of `columns`.

    All pixels of one grey make one path, so that the SVG stays small.
    """
    rows = -(-len(scans) // columns)
    for grey in np.unique(scans[scans > 0]):
        number, y, x = np.nonzero(scans.reshape(-1, 8, 8) == grey)
        lefts, tops = x + 9 * (number % columns), y + 9 * (number // columns)
        squares = [
            Path([[a, b], [a + 1, b], [a + 1, b + 1], [a, b + 1], [a, b]])
            for a, b in zip(lefts, tops, strict=True)
        ]
        path = Path.make_compound_path(*squares)
        ax.add_patch(PathPatch(path, color=str(1 - grey), linewidth=0.3))
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.set(xlim=(-1, 9 * columns), ylim=(9 * rows, -1))
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)


class PixelModel:
    """Predicts each pixel from the label and the pixels before it.

    For each pixel it has a linear softmax over the grey levels.
    """

    def __init__(self, levels=5):
        self.levels = levels
        self.networks = [Network([10 + k, levels]) for k in range(64)]

    def logits(self, labels, pixels):
        """Return the logits of the pixel that follows those given."""
        network = self.networks[pixels.shape[1]]
        return network.logits(self._inputs(labels, pixels))

    def train(self, labels, pixels, steps=100):
        """Learn from scans whose pixels are integers below `levels`."""
        for k, network in enumerate(self.networks):
            inputs = self._inputs(labels, pixels[:, :k])
            network.train(inputs, pixels[:, k], steps, rate=1.0)
        return self

    def draw(self, labels, choose):
        """Invent a scan for each label, pixel by pixel.

        `choose` takes a row of logits for each scan and returns its pixels.
        """
        pixels = np.zeros((len(labels), 0), int)
        for _ in self.networks:
            chosen = choose(self.logits(labels, pixels))
            pixels = np.column_stack([pixels, chosen])
        return pixels

    def _inputs(self, labels, pixels):
        return np.hstack([np.eye(10)[labels], pixels / (self.levels - 1)])
