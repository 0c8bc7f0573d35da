"""Scans of handwritten digits, 8 by 8 pixels: to load, split, draw, invent.

See data/README.md for where they come from.
"""

from pathlib import Path

import numpy as np
from matplotlib import patches, path

from softmax_book.network import Network

DATA = Path(__file__).parents[1] / "data" / "digits.csv.gz"


def load_scans():
    """Return 1797 rows of 64 pixels from 0, white, to 1, and their labels."""
    rows = np.loadtxt(DATA, dtype=int, delimiter=",")
    return rows[:, :-1] / 16, rows[:, -1]


def split_stratified(x, y, size, seed=0):
    """Return (x, y) of `size` random rows, and of the rest.

    Both have the same share of each class. The rows are those that
    scikit-learn's train_test_split draws for a seed.
    """
    rng = np.random.RandomState(seed)
    first, second = [], []
    for label, number in enumerate(_numbers(np.bincount(y), size, rng)):
        order = rng.permutation(np.flatnonzero(y == label))
        first.append(order[:number])
        second.append(order[number:])
    parts = [rng.permutation(np.concatenate(p)) for p in (first, second)]
    return [(x[rows], y[rows]) for rows in parts]


def _numbers(counts, size, rng):
    """Return how many of each class are among `size` rows.

    The largest remainders are rounded up; chance decides among equal ones.
    """
    exact = counts / counts.sum() * size
    numbers = np.floor(exact).astype(int)
    remainders = exact - numbers
    while missing := size - numbers.sum():
        largest = np.flatnonzero(remainders == remainders.max())
        number = min(missing, len(largest))
        numbers[rng.choice(largest, number, replace=False)] += 1
        remainders[largest] = 0
    return numbers


def split_scans(x, y, seed=0):
    """Return (x, y) for training, 300 scans, validation, 400, and the test."""
    train, others = split_stratified(x, y, 300, seed)
    return train, *split_stratified(*others, 400, seed)


def draw_scans(ax, scans, columns=1):
    """Draw scans with pixels from 0, white, to 1 in rows of `columns`.

    All pixels of one grey make one path, so that the SVG stays small.
    """
    rows = -(-len(scans) // columns)
    for grey in np.unique(scans[scans > 0]):
        number, y, x = np.nonzero(scans.reshape(-1, 8, 8) == grey)
        lefts, tops = x + 9 * (number % columns), y + 9 * (number // columns)
        squares = [
            path.Path([[a, b], [a + 1, b], [a + 1, b + 1], [a, b + 1], [a, b]])
            for a, b in zip(lefts, tops, strict=True)
        ]
        shape = path.Path.make_compound_path(*squares)
        color = str(1 - grey)
        ax.add_patch(patches.PathPatch(shape, color=color, linewidth=0.3))
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
