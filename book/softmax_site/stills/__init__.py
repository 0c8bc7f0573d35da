"""The still pictures: what an explorer shows before, and without, JavaScript.

Each is a chart in the house style and a table, computed by `softmax_lib` for a
state in the notation of the explorers' links, such as z="1.5,0.8,-0.2".
"""

import io
from typing import NamedTuple

import matplotlib.pyplot as plt

from softmax_book.charts import STYLE
from softmax_site.stills.chance import bandit, root
from softmax_site.stills.logits import (
    bars,
    entmax,
    merge,
    overflow,
    simplex,
    stream,
)
from softmax_site.stills.memory import tiles
from softmax_site.stills.stored import (
    decode,
    next_words,
    reliability,
    reliability_data,
)

PICTURES = [
    bandit,
    bars,
    decode,
    entmax,
    merge,
    overflow,
    reliability,
    root,
    simplex,
    stream,
    tiles,
]
BY_NAME = {picture.__name__: picture for picture in PICTURES}

# What the scripts of the pictures are given of the book's experiments.
DATA = {"decode": next_words, "reliability": reliability_data}


class Still(NamedTuple):
    """A chart, what it shows in words, and its numbers."""

    svg: bytes
    alt: str
    head: list
    rows: list


def draw(name, **state):
    """Return the still picture `name` of a state."""
    with plt.style.context(STYLE):
        fig, alt, head, rows = BY_NAME[name](**state)
        svg = io.BytesIO()
        fig.savefig(
            svg, format="svg", metadata={"Date": None}, bbox_inches="tight"
        )
        plt.close(fig)
    return Still(svg.getvalue(), alt, head, rows)
