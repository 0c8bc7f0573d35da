"""The house style of the book's charts."""

import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats


def house_style():
    """Draw charts in the book's style, as SVG that is the same everywhere.

    nbval compares SVG and skips PNG, so this makes each chart a tested output.
    """
    plt.style.use("softmax_book.house")
    set_matplotlib_formats("svg", metadata={"Date": None}, bbox_inches="tight")
