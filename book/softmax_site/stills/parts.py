"""What the still pictures share: paint, and numbers as the moving ones have."""

import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb


def numbers(text):
    return np.array([float(number) for number in text.split(",")])


def class_names(count):
    return [f"Class {index + 1}" for index in range(count)]


def shown(value, form=".4g"):
    """Return a number as the pictures that move write it."""
    text = re.sub(r"e\+?(-?)0*", r"e\1", f"{value:{form}}")
    for plain, sign in [("-", "−"), ("inf", "∞"), ("nan", "NaN")]:
        text = text.replace(plain, sign)
    return text


def listed(values):
    return ", ".join(f"{value:.3g}" for value in values)


def paint(bars, color):
    """Fill bars with a tint of their outline, as the live pictures do.

    The fill has no transparency, which a hatch in SVG would not have either.
    """
    plt.setp(bars, facecolor=tinted(color), edgecolor=color)


def tinted(color):
    return 0.4 + 0.6 * np.array(to_rgb(color))
