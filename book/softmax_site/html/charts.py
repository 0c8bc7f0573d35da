"""Each chart has its size, its message, and a second drawing for dark pages.

A chart is stored as one drawing, dark on light. In the second one each colour
gives way to its counterpart, and the theme shows one of the two.
"""

import re
from copy import copy
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb

from softmax_site.html import SENTENCE_END

# The dark theme's paper, ink and accent.
PAGE, TEXT, BLUE = "#14171a", "#e8e4dc", "#56b4e9"
ENLARGED = 1.1  # Beside the text of a wide page.
COLOUR = r'(?<=[ "])#[0-9a-f]{6}(?=[;"])'
# Up to the middle blue, which is where numbers are written on cells, light
# letters are as easy to read as dark ones are on matplotlib's "Blues".
NIGHT = LinearSegmentedColormap.from_list(
    "night", [(0, "#16202c"), (0.7, "#1a5aa8"), (1, BLUE)]
)
COLOURS = {
    # The house style's.
    "#0072b2": BLUE,
    "#d55e00": "#f28a4b",
    "#008f68": "#35c497",
    "#b3558c": "#e294c0",
    "#5c4400": "#f7e08a",
    # What is in the background.
    "#808080": "#808080",
    # The source note's.
    "#4bc0c0": "#4bc0c0",
    "#ff6384": "#ff6384",
}


def tint(colour, ground):
    """Return six tenths of a colour on a ground."""
    return to_hex(
        0.6 * np.array(to_rgb(colour)) + 0.4 * np.array(to_rgb(ground))
    )


COUNTERPARTS = {
    "#ffffff": PAGE,
    "#000000": TEXT,
    "#696969": "#969696",
    "#cccccc": "#666666",
    **COLOURS,
    **{tint(c, "white"): tint(dark, PAGE) for c, dark in COLOURS.items()},
    **{to_hex(colormaps["Blues"](i)): to_hex(NIGHT(i)) for i in range(256)},
}


def apply(soup, page):
    for image in soup.select('img[src*="_images/"]'):
        path = page.charts[Path(image["src"]).name]
        drawing = path.read_text("utf-8")
        reserve_space(image, drawing)
        image["loading"] = "lazy"  # What isn't shown isn't fetched.
        if dark := darkened(drawing):
            name = f"{path.stem}-dark.svg"
            folder = page.static.parent / "_images"
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(dark, "utf-8")
            show_by_theme(soup, image, name)
    for caption in soup.select("figcaption .caption-text"):
        stress_message(soup, caption)


def reserve_space(image, drawing):
    """Give a chart its size, so that nothing moves when it arrives."""
    for side in ("width", "height"):
        points = re.search(rf'<svg [^>]*{side}="([\d.]+)pt"', drawing)[1]
        image[side] = round(ENLARGED * float(points) * 4 / 3)


def stress_message(soup, caption):
    """Stress the first sentence of a caption, where nothing is stressed."""
    number = caption.find_previous_sibling(class_="caption-number")
    number.string = f"{number.get_text(strip=True)}. "
    if caption.strong:
        return
    message = soup.new_tag("strong")
    for part in list(caption.contents):
        end = isinstance(part, str) and SENTENCE_END.search(part)
        if end:
            part.replace_with(part[end.end() :])
            message.append(part[: end.end()])
            break
        message.append(part.extract())
    caption.insert(0, message)


def darkened(drawing):
    """Return a drawing in colours for dark pages.

    Return None where a colour has no counterpart. Scans of digits have such:
    they stay ink on paper.
    """
    if not COUNTERPARTS.keys() >= set(re.findall(COLOUR, drawing)):
        return None
    recoloured = re.sub(COLOUR, lambda found: COUNTERPARTS[found[0]], drawing)
    # Letters have no colour of their own.
    return recoloured.replace("<svg ", f'<svg fill="{TEXT}" ', 1)


def show_by_theme(soup, image, name):
    """Put the dark drawing beside an image, each for its theme.

    The theme hides a caption beside an image of the other theme as well, so
    that both have a place of their own.
    """
    dark = copy(image)
    dark["src"] = f"{image['src'].rpartition('/')[0]}/{name}"
    for each, kind in [(image, "only-light"), (dark, "only-dark")]:
        each["class"] = [*each.get("class", []), kind]
    image.wrap(soup.new_tag("span", attrs={"class": "chart"})).append(dark)
