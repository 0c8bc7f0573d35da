"""The tables of the cheat sheet, formula by formula and case by case, are what the library computes."""

from itertools import pairwise

import numpy as np
import prose
import pytest
from paths import ROOT

import softmax_lib as lib
from softmax_site.notebooks import read


def tables():
    """Return the tables of the page, each a list of its rows without the head."""
    found = []
    for cell in read(ROOT / "book" / "cheat-sheet.ipynb").cells:
        if cell.cell_type == "markdown":
            for token, following in pairwise(prose.MARKDOWN.parse(cell.source)):
                if token.type == "tbody_open":
                    found.append([])
                elif token.type == "tr_open" and following.type == "td_open":
                    found[-1].append([])
                elif token.type == "td_open":
                    found[-1][-1].append(following.content)
    return found


FORMULAS, LIMITS, EDGES, CALLS = tables()

Z, G = np.array([2.0, -1.0, 0.5]), np.array([1.0, 3.0, -2.0])
X, Y = np.array([2.0, -1.0, 0.5]), np.array([0.2, 0.5, 0.3])
M, E, E_X = Z.max(), np.exp(Z), np.exp(X)
SUM_SHIFTED = np.sum(np.exp(Z - M))
P = E / np.sum(E)


def sigma(x):
    return 1 / (1 + np.exp(-x))


# The columns of a row, each with the same in NumPy, and what the library has for them.
BINARY = lib.binary_cross_entropy(X, Y, reduction="none")
BINARY_GRAD = lib.binary_cross_entropy_grad(X, Y, reduction="none")
SAME = [
    (
        lib.softmax(Z),
        (r"$e^{z_i} / \sum_j e^{z_j}$", E / np.sum(E)),
        (r"$e^{z_i - m} / \sum_j e^{z_j - m}$", np.exp(Z - M) / SUM_SHIFTED),
    ),
    (
        lib.log_softmax(Z),
        (r"$\log p_i$", np.log(P)),
        (r"$(z_i - m) - \log \sum_j e^{z_j - m}$", (Z - M) - np.log(SUM_SHIFTED)),
    ),
    (
        lib.logsumexp(Z),
        (r"$\log \sum_j e^{z_j}$", np.log(np.sum(E))),
        (r"$m + \log \sum_j e^{z_j - m}$", M + np.log(SUM_SHIFTED)),
    ),
    (
        lib.sigmoid(X),
        (r"$1 / (1 + e^{-x})$", 1 / (1 + np.exp(-X))),
        (r"the same for $x \ge 0$, else $e^x / (1 + e^x)$", np.where(X >= 0, 1 / (1 + np.exp(-X)), E_X / (1 + E_X))),
    ),
    (
        lib.log_sigmoid(X),
        (r"$\log \sigma(x)$", np.log(sigma(X))),
        (r"$\min(x, 0) - \mathrm{log1p}(e^{-\lvert x \rvert})$", np.minimum(X, 0) - np.log1p(np.exp(-np.abs(X)))),
    ),
    (
        lib.cross_entropy(Z, Y),
        (r"$-\sum_i y_i \log p_i$", -np.sum(Y * np.log(P))),
        (
            r"$\sum_i y_i \bigl( (m - z_i) + \log \sum_j e^{z_j - m} \bigr)$",
            np.sum(Y * ((M - Z) + np.log(SUM_SHIFTED))),
        ),
    ),
    (lib.cross_entropy_grad(Z, Y), ("$p - y$", P - Y)),
    (
        BINARY,
        (
            r"$-y \log \sigma(x) - (1 - y) \log \sigma(-x)$",
            -Y * np.log(sigma(X)) - (1 - Y) * np.log(sigma(-X)),
        ),
        ("from log-sigmoids", -Y * lib.log_sigmoid(X) - (1 - Y) * lib.log_sigmoid(-X)),
    ),
    (
        BINARY_GRAD,
        (r"$\sigma(x) - y$", sigma(X) - Y),
        (r"$(1 - y)\,\sigma(x) - y\,\sigma(-x)$", (1 - Y) * sigma(X) - Y * sigma(-X)),
    ),
    (
        lib.softmax_vjp(Z, G),
        (r"$p_i (\delta_{ij} - p_j)$", (np.diag(P) - np.outer(P, P)) @ G),
        (r"times $g$: $p_i \bigl( g_i - \sum_j p_j g_j \bigr)$", P * (G - np.sum(P * G))),
    ),
]


def test_every_formula_is_one_of_these():
    written = [[column for column in columns if column] for _, *columns in FORMULAS]
    assert written == [[formula for formula, _ in row] for _, *row in SAME]


@pytest.mark.parametrize("row", SAME, ids=[name for name, *_ in FORMULAS])
def test_formulas_compute_what_the_library_does(row):
    expected, *formulas = row
    for formula, value in formulas:
        np.testing.assert_allclose(value, expected, rtol=1e-14, err_msg=formula)


def test_exponentials_end_there():
    for name, lowest, highest in LIMITS:
        dtype = np.dtype(name).type
        low, high = (float(limit.replace("−", "-")) for limit in (lowest, highest))
        with np.errstate(all="ignore"):
            assert np.exp(dtype(low - 0.06)) == 0 < np.exp(dtype(low + 0.06))
            assert np.exp(dtype(high - 0.06)) < np.inf == np.exp(dtype(high + 0.06))


def in_words(values):
    """Return how the table says what a function gives for a row whose first logit is 1."""
    values = np.asarray(values)
    names = {"nan": "NaN", "inf": r"$+\infty$", "-inf": r"$-\infty$"}
    if values.ndim == 0:
        return names.get(str(values), "without it")
    if values.size == 0:
        return "empty"
    return "all NaN" if np.isnan(values).all() else f"{names.get(str(values[-1]), f'{values[-1]:g}')} there"


ROWS = {
    "one is NaN": [1, np.nan],
    r"one is $+\infty$": [1, np.inf],
    r"one is $-\infty$": [1, -np.inf],
    r"all are $-\infty$": [-np.inf, -np.inf],
    "none at all": [],
}


def test_edges_are_what_the_library_gives():
    assert [row[0] for row in EDGES] == list(ROWS)
    for name, *columns in EDGES:
        z = np.array(ROWS[name], float)
        assert columns == [in_words(f(z)) for f in (lib.softmax, lib.log_softmax, lib.logsumexp)]
    assert lib.logsumexp([1.0, -np.inf]) == 1
