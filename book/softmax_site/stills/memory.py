"""The still picture of what travels between slow and fast memory."""

import matplotlib.pyplot as plt
import numpy as np

from softmax_site.stills.parts import shown, tinted

WORDS = 1024
HEAD_SIZE = 64
BYTES = 4


def tiles(size="128", mask="hidden", done="0"):
    """Draw attention over tiles, and the bytes moved after some of them."""
    size, done = int(size), int(done)
    blocks = WORDS // size
    order = [
        (i, j)
        for i in range(blocks)
        for j in range(i + 1 if mask == "hidden" else blocks)
    ]
    fig, ax = plt.subplots(figsize=(5, 4.6))
    for tile in np.ndindex(blocks, blocks):
        i, j = np.multiply(tile, size)
        look = {"facecolor": "none", "edgecolor": "gray"}
        if tile in order[:done]:
            look = {"facecolor": tinted("C0"), "edgecolor": "C0"}
        elif tile in order[done : done + 1]:
            look = {"facecolor": "white", "edgecolor": "C1", "hatch": "//"}
        elif tile not in order:
            ax.plot(j + size / 2, i + size / 2, "x", color="gray")
            continue
        inner = 0.92 * size
        corner = j + 0.04 * size, i + 0.04 * size
        ax.add_patch(plt.Rectangle(corner, inner, inner, **look))
    marks = np.arange(0, WORDS + 1, WORDS // 4)
    ax.set_xticks(marks)
    ax.set_yticks(marks)
    ax.grid(visible=False)
    ax.set(xlim=(0, WORDS), ylim=(WORDS, 0), aspect="equal")
    ax.set(xlabel="keys", ylabel="queries")
    whole = BYTES * WORDS * HEAD_SIZE
    scores = BYTES * 4 * WORDS**2
    columns = np.array(
        [
            traffic(order[:done], order, size),
            traffic(order, order, size),
            [whole, 2 * whole, scores, whole],
        ]
    )
    table = np.vstack([columns.T, columns.sum(axis=1)]) / 1e6
    alt = (
        f"Square of the scores of {WORDS} queries and keys, in tiles of "
        f"{size}. Of {len(order)} tiles {done} are computed, and "
        f"{blocks**2 - len(order)} never will be. So far {table[-1, 0]:.3g} "
        f"MB have been moved, of {table[-1, 1]:.3g} in all; whole rows move "
        f"{table[-1, 2]:.3g}."
    )
    names = ["Queries", "Keys, values", "Scores", "Output", "Together"]
    rows = [
        [name, *(shown(value, ".3g") for value in values)]
        for name, values in zip(names, table, strict=True)
    ]
    return fig, alt, ["MB", "So far", "In all", "Whole rows"], rows


def traffic(tiles, order, size):
    """Return the bytes of queries, keys and values, scores, and output."""
    block = BYTES * size * HEAD_SIZE
    last = dict(order)  # the last block of keys for each of queries
    begun = len({i for i, _ in tiles})
    ended = sum(j == last[i] for i, j in tiles)
    return [
        begun * block,
        len(tiles) * 2 * block,
        0,
        ended * (block + BYTES * size),
    ]
