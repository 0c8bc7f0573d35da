"""The house style of the book's charts."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib_inline.backend_inline import set_matplotlib_formats

STYLE = "softmax_book.house"
FACES = Path(__file__).parents[1] / "assets" / "vendor" / "source-sans"

# A chart has the letters of the page.
for face in sorted(FACES.glob("*.ttf")):
    font_manager.fontManager.addfont(face)


def house_style():
    """Draw charts in the book's style, as SVG that is the same everywhere.

    nbval compares SVG and skips PNG, so this makes each chart a tested output.
    """
    plt.style.use(STYLE)
    set_matplotlib_formats("svg", metadata={"Date": None}, bbox_inches="tight")
