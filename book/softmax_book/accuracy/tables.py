"""How many decimal digits libraries lose on families of rows."""

import matplotlib.pyplot as plt
import numpy as np

from softmax_book.accuracy import reference
from softmax_book.accuracy.hard_rows import rounded


def digits_lost(libraries, family, dtype):
    """Return the digits that softmax and the loss lose, a row for each.

    A column is a library. It is judged by its worst result; an error of
    less than 10 ulp counts as no digit lost.
    """
    worst = np.zeros((2, len(libraries)))
    for row in family(np.random.default_rng(0), [10] * 8):
        z = rounded(row, dtype)
        true = (
            reference.softmax(z),
            [-log_p for log_p in reference.log_softmax(z)],
        )
        for column, library in enumerate(libraries):
            results = library.softmax(z), losses_of_all_labels(library, z)
            errors = map(largest_error, results, true)
            worst[:, column] = np.maximum(worst[:, column], list(errors))
    return np.log10(np.maximum(worst, 1)).astype(int)


def losses_of_all_labels(library, z):
    """Return the losses that each label would have."""
    return library.cross_entropy(np.tile(z, (len(z), 1)), np.arange(len(z)))


def largest_error(results, true):
    """Return the largest error in ulp."""
    pairs = zip(results, true, strict=True)
    return max(float(reference.ulps(r, t, results.dtype)) for r, t in pairs)


def draw_digits_lost(lost, libraries, families):
    """Draw two tables, of softmax and of the loss, families downwards."""
    names = [family.__name__.replace("_", " ") for family in families]
    _, axes = plt.subplots(2, figsize=(5, 6.4), sharex=True)
    for i, (ax, title) in enumerate(
        zip(axes, ["softmax", "loss"], strict=True)
    ):
        ax.pcolormesh(lost[:, i], cmap="Blues", vmin=0, vmax=12)
        for row, column in np.ndindex(lost[:, i].shape):
            digits = lost[row, i, column]
            ax.text(column + 0.5, row + 0.5, digits, ha="center", va="center")
        ticks = np.arange(len(libraries)) + 0.5
        ax.set_xticks(ticks, libraries)
        ax.set_yticks(np.arange(len(names)) + 0.5, names)
        ax.set(title=f"{title}: digits lost")
        ax.grid(visible=False)
        ax.invert_yaxis()
    plt.show()
