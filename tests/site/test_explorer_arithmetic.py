"""The arithmetic of the pictures that move, beside that of softmax_lib and NumPy."""

import math

import numpy as np
import pytest
from explorer import TYPES
from paths import ROOT

from softmax_lib import SoftmaxState, cross_entropy_grad, logsumexp, naive_softmax, softmax, softmax_vjp
from softmax_site.stills.chance import normal_numbers, uniform_numbers
from softmax_site.stills.stored import kept

every_type = pytest.mark.parametrize("dtype", TYPES)


@pytest.fixture(scope="module")
def arithmetic(browser):
    """Return a function that evaluates an expression with softmax.js, for an argument `x`."""
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "book" / "assets" / "explorer" / "softmax.js")
    yield lambda expression, x=None: page.evaluate(f"(x) => {expression}", x)
    page.close()


TEMPERATURES = [1.0, 0.0, 5e-324, 1e-300, 1e-9, 0.01, 0.5, 2.0, 100.0]


def hard_rows(dtype):
    """Yield logits of a type and temperatures: random and extreme ones, ties, masks."""
    rng = np.random.default_rng(0)
    largest = float(np.finfo(dtype).max)
    scales = [scale for scale in 10.0 ** np.array([-300, -5, 0, 1, 2, 3, 4, 30, 300, 307.5]) if scale < largest / 8]
    for scale in scales:
        for temperature in TEMPERATURES:
            for n in (2, 3, 5, 8, 9, 10):
                for _ in range(4):
                    yield rng.normal(0, scale, n), temperature
                yield rng.integers(-2, 3, n) * scale, temperature
                yield np.where(rng.random(n) < 0.5, -np.inf, rng.normal(0, scale, n)), temperature
    for limit in (np.log(largest), np.log(float(np.finfo(dtype).smallest_subnormal))):
        for n in (2, 5, 10):
            for _ in range(100):
                yield limit + rng.normal(0, 3, n), 1.0


def results(arithmetic, dtype, formula):
    """Yield logits and temperatures in their type, and what the browser makes of them."""
    rows = [(z.astype(dtype), np.dtype(dtype).type(temperature)) for z, temperature in hard_rows(dtype)]
    cases = [[z.tolist(), float(temperature)] for z, temperature in rows]
    options = f'{{ T, formula: "{formula}", type: "{dtype}" }}'
    found = arithmetic(f"x.map(([z, T]) => Softmax.softmax(z, {options}))", cases)
    assert len(found) > 2000
    for (z, temperature), result in zip(rows, found, strict=True):
        rounded = {name: np.array(value, dtype) for name, value in result.items()}
        for name, value in result.items():
            assert np.array_equal(rounded[name], np.array(value, float), equal_nan=True), name
        yield z, temperature, rounded


class TestArithmetic:
    def test_rounds_to_half_precision(self, arithmetic):
        rng = np.random.default_rng(0)
        x = rng.normal(size=5000) * 2.0 ** rng.integers(-30, 20, 5000)
        halfway = np.arange(4096) * 2.0 ** rng.integers(-25, 6, 4096)
        edges = [0.0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519.999, 65520, -65520, 1e308, 2**-25, 2**-25 * 1.001]
        x = np.concatenate([x, halfway, edges])
        with np.errstate(over="ignore"):
            expected = x.astype(np.float16)
        found = arithmetic("x.map(Softmax.types.float16.round)", x.tolist())
        assert np.array_equal(np.array(found), expected, equal_nan=True)

    @every_type
    def test_stable_softmax(self, arithmetic, dtype):
        """Beside softmax_lib in a wider type, within the error that rounding each exponent and each share allows."""
        info = np.finfo(dtype)
        for z, temperature, result in results(arithmetic, dtype, "stable"):
            with np.errstate(all="ignore"):
                if temperature > 0:
                    assert np.array_equal(result["exponents"], (z - z.max()) / temperature, equal_nan=True)
                differences = z.astype(np.longdouble) - z.max()
                limit = np.where(differences == 0, 0, -np.inf)
                exponents = differences / temperature if temperature > 0 else limit
                expected = softmax(exponents) if z.max() > -np.inf else np.full(len(z), np.nan)
                depth = np.where(expected > 0, np.abs(exponents), 0)
            allowed = expected * (2 * depth + 2 * len(z) + 4) * info.eps / 2 + 2 * info.smallest_subnormal
            error = np.abs(result["p"] - expected)
            assert np.array_equal(np.isnan(result["p"]), np.isnan(expected)), (z, temperature)
            assert np.all((error <= allowed) | np.isnan(expected)), (z, temperature)

    @every_type
    def test_naive_softmax_breaks_where_numpy_breaks(self, arithmetic, dtype):
        broken = 0
        for z, temperature, result in results(arithmetic, dtype, "naive"):
            with np.errstate(all="ignore"):
                exponents = z / temperature
                powers, expected = np.exp(exponents), naive_softmax(exponents)
                assert np.array_equal(result["exponents"], exponents, equal_nan=True)
                close = np.abs(result["exponentials"] - powers) <= 4 * np.spacing(powers)
                assert np.all(close | (result["exponentials"] == powers) | np.isnan(powers)), (z, temperature)
                total = np.sum(result["exponentials"])
                tolerance = 0 if len(z) < 8 else len(z) * np.finfo(dtype).eps  # NumPy adds up eight or more in pairs.
                assert np.isclose(result["sum"], total, rtol=tolerance, atol=0, equal_nan=True)
                quotients = result["exponentials"] / result["sum"]
                assert np.array_equal(result["p"], quotients, equal_nan=True)
            assert np.array_equal(np.isnan(result["p"]), np.isnan(expected)), (z, temperature)
            broken += np.isnan(expected).any()
        assert broken > 500

    @every_type
    def test_knows_the_range_of_exp(self, arithmetic, dtype):
        low, high = arithmetic(f'Softmax.expRange("{dtype}")')
        inside = np.array([low * (1 - 1e-3), high * (1 - 1e-3)], dtype)
        outside = np.array([low * (1 + 1e-3), high * (1 + 1e-3)], dtype)
        with np.errstate(all="ignore"):
            assert np.all((np.exp(inside) > 0) & (np.exp(inside) < np.inf))
            assert np.array_equal(np.exp(outside), [0, np.inf])

    def test_entropy(self, arithmetic):
        p = softmax(np.random.default_rng(0).normal(0, 3, (500, 6)))
        expected = -np.sum(p * np.log(p), axis=-1)
        assert np.allclose(arithmetic("x.map(Softmax.entropy)", p.tolist()), expected, rtol=1e-13, atol=0)
        assert arithmetic("Softmax.entropy([1, 0])") == 0

    def test_gradients(self, arithmetic):
        z = np.random.default_rng(0).normal(0, 3, (500, 3))
        p, truth = softmax(z), np.eye(3)[1]
        found = arithmetic('x.map((p) => Softmax.gradients["cross-entropy"](p, 1))', p.tolist())
        assert np.allclose(found, [cross_entropy_grad(row, 1) for row in z], atol=1e-15)
        found = arithmetic('x.map((p) => Softmax.gradients["squared error"](p, 1))', p.tolist())
        assert np.allclose(found, softmax_vjp(z, 2 * (p - truth)), atol=1e-15)

    @pytest.mark.parametrize("scale", [1.0, 1e3, 1e300])
    def test_states_merge_in_any_grouping(self, arithmetic, scale):
        rng = np.random.default_rng(0)
        rows = [np.where(rng.random(n) < 0.1, -np.inf, rng.normal(0, scale, n)) for n in rng.integers(1, 30, 300)]
        inputs = [row.tolist() for row in rows]
        forwards = arithmetic("x.map((z) => z.map(Softmax.stateOf).reduce(Softmax.merge))", inputs)
        backwards = arithmetic(
            "x.map((z) => z.map(Softmax.stateOf).reduceRight((a, b) => Softmax.merge(b, a)))", inputs
        )
        for row, *states in zip(rows, forwards, backwards, strict=True):
            expected = SoftmaxState.of(row)
            for state in states:
                assert state["maximum"] == expected.maximum
                total = 1 + expected.tail if expected.maximum > -np.inf else 0
                assert np.isclose(state["sum"], total, rtol=1e-13, atol=0)
        sums = arithmetic("x.map((z) => Softmax.logSumExp(z.map(Softmax.stateOf).reduce(Softmax.merge)))", inputs)
        assert np.allclose(sums, [logsumexp(row) for row in rows], rtol=1e-13, atol=0)

    def test_random_numbers_are_those_of_the_still_pictures(self, arithmetic):
        for seed in (1, 2, 1000):
            uniform = uniform_numbers(seed)
            draw = f"const {{ uniform, normal }} = Softmax.random({seed})"
            found = arithmetic(f"(() => {{ {draw}; return Array.from(x, uniform); }})()", [0] * 500)
            assert found == [next(uniform) for _ in range(500)]
            found = arithmetic(f"(() => {{ {draw}; return Array.from(x, normal); }})()", [0] * 500)
            assert np.allclose(found, normal_numbers(seed, 500), rtol=1e-12, atol=1e-15)

    def test_random_numbers_are_uniform_and_normal(self):
        """By the test of Kolmogorov and Smirnov, at a level of one in a thousand."""
        n = 5000
        uniform = uniform_numbers(1)
        for sample in (
            np.array([next(uniform) for _ in range(n)]),
            np.array([math.erfc(-x / math.sqrt(2)) / 2 for x in normal_numbers(1, n)]),
        ):
            distance = np.abs(np.sort(sample) - (np.arange(n) + 0.5) / n).max()
            assert distance < 1.95 / math.sqrt(n)

    def test_cuts_of_samplers(self, arithmetic):
        rng = np.random.default_rng(0)
        for _ in range(300):
            p = np.sort(softmax(rng.normal(0, 3, 20)))[::-1]
            cuts = {
                "topk": int(rng.integers(0, 25)),
                "topp": float(rng.choice([0, 0.3, 0.9, 1])),
                "minp": float(rng.choice([0, 0.05, 1])),
            }
            assert arithmetic("Softmax.kept(x[0], x[1])", [p.tolist(), cuts]) == kept(p, **cuts)
