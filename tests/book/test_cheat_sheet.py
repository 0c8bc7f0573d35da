"""The tables of the cheat sheet, formula by formula and case by case, are what the library computes."""

from itertools import pairwise
from operator import attrgetter

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


FORMULAS, LIMITS, EDGES, CALLS, ELSEWHERE = tables()

Z, G = np.array([2.0, -1.0, 0.5]), np.array([1.0, 3.0, -2.0])
X, Y = np.array([2.0, -1.0, 0.5]), np.array([0.2, 0.5, 0.3])
M, E, E_X = Z.max(), np.exp(Z), np.exp(X)
SUM_SHIFTED = np.sum(np.exp(Z - M))
TAIL = np.sum(np.exp(np.delete(Z, Z.argmax()) - M))
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
        (r"$(z_i - m) - \mathrm{log1p}(t)$", (Z - M) - np.log1p(TAIL)),
    ),
    (
        lib.logsumexp(Z),
        (r"$\log \sum_j e^{z_j}$", np.log(np.sum(E))),
        (r"$m + \mathrm{log1p}(t)$", M + np.log1p(TAIL)),
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
            r"$\sum_i y_i \bigl( (m - z_i) + \mathrm{log1p}(t) \bigr)$",
            np.sum(Y * ((M - Z) + np.log1p(TAIL))),
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


LOGITS, LABELS = np.array([[2.0, -1.0, 0.5], [0.2, 0.5, 0.3]]), np.array([0, 2])
TARGETS = np.array([1.0, 0.0, 1.0])
COMPUTE = {
    "probabilities": lib.softmax(LOGITS),
    "their logarithms": lib.log_softmax(LOGITS),
    "log-sum-exp": lib.logsumexp(LOGITS),
    "sigmoid": lib.sigmoid(X),
    "log-sigmoid": lib.log_sigmoid(X),
    "loss of labels, of each sample": lib.cross_entropy(LOGITS, LABELS, reduction="none"),
    "yes-or-no loss, of each": lib.binary_cross_entropy(X, TARGETS, reduction="none"),
}
# By column: the package, what makes its arrays, and the names that the calls use.
COLUMNS = {
    "torch": ("tensor", {"torch": "torch", "F": "torch.nn.functional"}),
    "tensorflow": ("constant", {"tf": "tensorflow"}),
    "jax": ("numpy.asarray", {"jax": "jax", "optax": "optax"}),
    "scipy": (None, {"special": "scipy.special"}),
}


def test_every_call_elsewhere_is_one_of_these():
    assert [name for name, *_ in ELSEWHERE] == list(COMPUTE)


@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=list(COLUMNS))
def test_calls_elsewhere_compute_what_the_library_does(column):
    make, modules = list(COLUMNS.values())[column]
    names = {name: pytest.importorskip(module) for name, module in modules.items()}
    array = attrgetter(make)(next(iter(names.values()))) if make else np.asarray
    arrays = {"z": LOGITS, "x": X, "t": TARGETS, "labels": LABELS}
    names |= {name: array(value) for name, value in arrays.items()}
    for row in ELSEWHERE:
        if call := row[1 + column].strip("`"):
            np.testing.assert_allclose(eval(call, dict(names)), COMPUTE[row[0]], rtol=1e-5, err_msg=call)
