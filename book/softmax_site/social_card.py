"""The picture that stands beside a link to the book in a message.

`python -m softmax_site.social_card` draws it anew, as `book/assets/card.png`.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from softmax_book.charts import house_style
from softmax_lib import softmax

PLACE = Path(__file__).parent.parent / "assets" / "card.png"
LOGITS = np.array([2.0, 1.0, 0.5])


def draw():
    fig, ax = plt.subplots(figsize=(12, 6.3), facecolor="white")
    fig.suptitle("The softmax book", fontsize=54, x=0.06, ha="left")
    colours = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    bars = ax.bar(LOGITS.astype(str), softmax(LOGITS), color=colours[:3])
    ax.bar_label(bars, fmt="%.3f", fontsize=28, padding=6)
    ax.set_xlabel("logits in, probabilities out", fontsize=28)
    ax.tick_params(axis="x", labelsize=28, length=0)
    ax.set_yticks([])
    ax.margins(y=0.2)
    ax.grid(visible=False)
    fig.get_layout_engine().set(w_pad=0.5, h_pad=0.4)
    ax.spines["left"].set_visible(False)
    return fig


if __name__ == "__main__":
    house_style()
    draw().savefig(PLACE, dpi=100, facecolor="white", bbox_inches=None)
