"""Stores a part of a font for Matplotlib, which knows it by names, and bold letters by their weight.

    python tools/name_face.py PART book/assets/vendor/source-sans/Bold.ttf

The name of the whole font is reserved.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "Book Sans"
WEIGHTS = {"Regular": 400, "Bold": 700}
WINDOWS = {"platformID": 3, "platEncID": 1, "langID": 0x409}


def main(part, path):
    style = Path(path).stem
    font = TTFont(part, recalcTimestamp=False)
    font.flavor = None
    for name, text in {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"Book-{style}"}.items():
        font["name"].setName(text, name, **WINDOWS)
    font["OS/2"].usWeightClass = WEIGHTS[style]
    font.save(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
