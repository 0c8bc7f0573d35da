"""The vectors of logits on which softmaxes differ, and a table of answers."""

import numpy as np

inf, nan = np.inf, np.nan

EDGES = {
    "empty": [],
    "1, nan": [1.0, nan],
    "1, inf": [1.0, inf],
    "inf, inf": [inf, inf],
    "1, -inf": [1.0, -inf],
    "-inf, -inf": [-inf, -inf],
    "1000, 0": [1000.0, 0.0],
}


def answer(function, argument):
    """Return what a function makes of an array, in few characters."""
    try:
        with np.errstate(all="ignore"):
            result = function(np.array(argument))
    except Exception as error:
        return type(error).__name__
    texts = [f"{value:.3g}" for value in np.atleast_1d(result)]
    return " ".join(texts) or "empty"


def compare(title, cases, functions):
    """Print a table of what each function makes of each case."""
    rows = [[title, *functions]]
    for name, argument in cases.items():
        answers = [
            answer(function, argument) for function in functions.values()
        ]
        rows.append([name, *answers])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{text:{width}}" for text, width in zip(row, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())
