"""What docstrings and README promise: the error bounds, held to bounds.py; the formulas, held to what they compute."""

import re
from pathlib import Path

import numpy as np
import pytest
from bounds import DOCUMENTED, DTYPES, ON_FAMILIES, near_zero, two_class, ulp, vjp

import softmax_lib

README = Path(__file__).parents[2] / "README.md"


def docstring(name):
    return " ".join(getattr(softmax_lib, name).__doc__.split())


def in_words(bounds):
    """Return bounds as docstrings have them: 1 ulp in float16 and float32, 2.5 in float64."""
    types_of = {}
    for dtype in DTYPES:
        types_of.setdefault(bounds[dtype], []).append(dtype.__name__)
    first, *others = [f"{bound:g} ulp in {' and '.join(types)}" for bound, types in types_of.items()]
    return ", ".join([first, *(other.replace(" ulp", "") for other in others)])


class TestBounds:
    @pytest.mark.parametrize("name", DOCUMENTED)
    def test_of_the_docstring(self, name):
        text = docstring(name)
        if as_other := re.search(r"error is that of `(\w+)`", text):
            assert DOCUMENTED[as_other[1]] == DOCUMENTED[name]
            assert " ulp" not in text
        else:
            assert f"at most {in_words(DOCUMENTED[name])}" in text
            assert text.count(" ulp") == 1

    def test_on_the_families_of_hard_rows(self):
        of_softmax, of_logarithm, of_loss = (ON_FAMILIES[n] for n in ("softmax", "log_softmax", "cross_entropy"))
        accuracy = " ".join(softmax_lib.__doc__.split())
        assert f"softmax is within {of_softmax[np.float32]} ulp in float32 and {of_softmax[np.float64]} in" in accuracy
        assert of_logarithm == of_loss
        expected = f"log_softmax and cross_entropy within {of_loss[np.float32]} and {of_loss[np.float64]}."
        assert expected in accuracy

    def test_in_the_table_of_the_package(self):
        rows = re.findall(r"^([a-z_, ]+?) {2,}([\d.]+) +([\d.]+) +([\d.]+)$", softmax_lib.__doc__, re.MULTILINE)
        table = {name: ulp(*map(float, bounds)) for names, *bounds in rows for name in names.split(", ")}
        assert table == {name: bounds for name, bounds in DOCUMENTED.items() if not name.startswith("binary")}
        assert all(DOCUMENTED[name] == DOCUMENTED["sigmoid"] for name in DOCUMENTED if name.startswith("binary"))

    def test_in_half_epsilons(self):
        assert f"at most {near_zero(0)} (1 + abs(m)) times half the machine epsilon" in docstring("logsumexp")
        assert rf"({vjp(1) - vjp(0)}n + {vjp(0)})\,u` for n logits" in docstring("softmax_vjp")
        assert f"at most (abs(z1 - z0) + {two_class(0)}) u" in docstring("compare_softmax_sigmoid")

    def test_of_the_readme(self):
        largest = max(DOCUMENTED[name][np.float64] for name in ("softmax", "log_softmax", "cross_entropy"))
        text = " ".join(README.read_text("utf-8").split())
        assert f"at most {largest} ulp in float64 for softmax, its logarithm and the loss" in text
        assert text.count(" ulp") == 1


Z, G, K = np.array([2.0, -1.0, 0.5]), np.array([1.0, 3.0, -2.0]), 2
M, X, Y, W, V = Z.max(), Z, np.array([1.0, 0.25, 0.0]), np.array([0.5, 2.0, 3.0]), np.array([4.0, 0.5, 1.5])
P, Q, E, C = np.exp(Z) / np.exp(Z).sum(), np.array([0.2, 0.5, 0.3]), 0.1, 3
TAIL = (np.exp(Z).sum() - np.exp(M)) / np.exp(M)
SHARES = W * ((1 - E) * Q + E / C)


def sigma(x):
    return 1 / (1 + np.exp(-x))


# Each formula of a docstring, the same in NumPy, and what the library has for it.
FORMULAS = {
    "softmax": {
        r"p_i = e^{z_i - k} / \sum_j e^{z_j - k}": (np.exp(Z - K) / np.sum(np.exp(Z - K)), softmax_lib.softmax(Z)),
    },
    "log_softmax": {
        r"\log p_i = (z_i - m) - \log(1 + T)": ((Z - M) - np.log(1 + TAIL), softmax_lib.log_softmax(Z)),
        r"T = \sum_{j \ne \mathrm{argmax}} e^{z_j} / e^m": (
            np.sum(np.delete(np.exp(Z), np.argmax(Z)) / np.exp(M)),
            softmax_lib.SoftmaxState.of(Z).tail,
        ),
    },
    "logsumexp": {
        r"l = m + \log(1 + T)": (M + np.log(1 + TAIL), softmax_lib.logsumexp(Z)),
    },
    "softmax_vjp": {
        r"p_i (g_i - \sum_j p_j g_j)": (P * (G - np.sum(P * G)), softmax_lib.softmax_vjp(Z, G)),
        r"p_i \max|g| \, (8n + 80)\,u": None,  # bounds: see TestBounds
        r"|\log p_i|\,u": None,
    },
    "sigmoid": {
        r"\sigma(x) = 1 / (1 + e^{-x})": (1 / (1 + np.exp(-X)), softmax_lib.sigmoid(X)),
        r"e^x": (np.exp(-800.0), softmax_lib.sigmoid(-800.0)),  # where e^-x overflows
    },
    "log_sigmoid": {
        r"\log \sigma(x) = \min(x, 0) - \log(1 + e^{-|x|})": (
            np.minimum(X, 0) - np.log(1 + np.exp(-np.abs(X))),
            softmax_lib.log_sigmoid(X),
        ),
    },
    "cross_entropy": {
        r"-\sum_c w_c ((1 - e)\,q_c + e/C) \log p_c": (
            -np.sum(W * ((1 - E) * Q + E / C) * np.log(P)),
            softmax_lib.cross_entropy(Z, Q, weight=W, label_smoothing=E),
        ),
    },
    "cross_entropy_grad": {
        r"p_i \sum_c t_c - t_i": (
            P * np.sum(SHARES) - SHARES,
            softmax_lib.cross_entropy_grad(Z, Q, weight=W, label_smoothing=E),
        ),
    },
    "binary_cross_entropy": {
        r"-w\,\bigl(v\,y \log \sigma(x) + (1 - y) \log \sigma(-x)\bigr)": (
            -W * (V * Y * np.log(sigma(X)) + (1 - Y) * np.log(sigma(-X))),
            softmax_lib.binary_cross_entropy(X, Y, weight=W, pos_weight=V, reduction="none"),
        ),
    },
    "binary_cross_entropy_grad": {
        r"w\,\bigl((1 - y)\,\sigma(x) - v\,y\,\sigma(-x)\bigr)": (
            W * ((1 - Y) * sigma(X) - V * Y * sigma(-X)),
            softmax_lib.binary_cross_entropy_grad(X, Y, weight=W, pos_weight=V, reduction="none"),
        ),
    },
}


class TestFormulas:
    @pytest.mark.parametrize("name", softmax_lib.__all__)
    def test_of_a_docstring_are_those_listed(self, name):
        assert re.findall(":math:`(.*?)`", docstring(name)) == list(FORMULAS.get(name, {}))

    @pytest.mark.parametrize("name", FORMULAS)
    def test_compute_what_the_library_does(self, name):
        for formula, values in FORMULAS[name].items():
            if values is not None:
                np.testing.assert_allclose(*values, rtol=1e-14, err_msg=formula)
