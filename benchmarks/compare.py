"""Compare the speed of softmax_lib with SciPy's and PyTorch's over distributions, layouts, axes, sizes and types.

    python benchmarks/compare.py                     prints the worst cases first, then a summary
    python benchmarks/compare.py --write             also stores all in benchmarks/results.json, which the book shows
    python benchmarks/compare.py --only F "N(0, 1)"  times only cases whose names contain one of these words

Each number is the shortest processor time of the thread, in repeats in which the candidates take turns in random order,
as each finds the cache and the heap as another left them, on one thread. PyTorch is left out where it isn't installed,
and for reversed rows, which it doesn't take. Four minutes. By hand and in a scheduled workflow: a timing is no test.
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import scipy.special
from machine import machine

import softmax_lib

try:
    import torch
except ImportError:
    torch = None
else:
    torch.set_num_threads(1)

RESULTS = Path(__file__).parent / "results.json"
SECONDS, REPEATS = 0.3, 20  # at least

# Shape, class axis, and order in memory: C, Fortran, or C with the rows in reverse.
CASES = {
    "1x3": ((1, 3), -1, "C"),
    "4x10": ((4, 10), -1, "C"),
    "1000x10": ((1000, 10), -1, "C"),
    "300000x1": ((300_000, 1), -1, "C"),
    "100000x10": ((100_000, 10), -1, "C"),
    "10000x64": ((10_000, 64), -1, "C"),
    "500x1000": ((500, 1000), -1, "C"),
    "20x50257": ((20, 50_257), -1, "C"),
    "1x2000000": ((1, 2_000_000), -1, "C"),
    "100000x10, reversed rows": ((100_000, 10), -1, "reversed"),
    "500x1000, reversed rows": ((500, 1000), -1, "reversed"),
    "100000x10, Fortran order": ((100_000, 10), -1, "F"),
    "500x1000, Fortran order": ((500, 1000), -1, "F"),
    "1000x300, first axis": ((1000, 300), 0, "C"),
    "8x21x64x64, second axis": ((8, 21, 64, 64), 1, "C"),
}
STRIDED = ("Fortran order", "first axis", "second axis")
SMALL = ["1x3", "4x10"]
ELEMENTWISE = ["4x10", "500x1000"]


def raised(z, axis, by):
    """Return z with one class of each row higher."""
    rows = [1 if index == axis % z.ndim else size for index, size in enumerate(z.shape)]
    leader = np.random.default_rng(1).integers(0, z.shape[axis], rows)
    np.put_along_axis(z, leader, np.take_along_axis(z, leader, axis) + by, axis)
    return z


def padded(z, axis):
    """Return z with one row in five of nothing but -inf."""
    np.moveaxis(z, axis, -1)[np.random.default_rng(1).random(np.moveaxis(z, axis, -1).shape[:-1]) < 0.2] = -np.inf
    return z


DISTRIBUTIONS = {
    "N(0, 1)": lambda z, axis: z,
    "N(0, 5)": lambda z, axis: 5 * z,
    "N(0, 30)": lambda z, axis: 30 * z,
    "one dominant class": lambda z, axis: raised(z, axis, 40),
    "like a trained network's": lambda z, axis: raised(3 * z, axis, 8),
    "offset -1000": lambda z, axis: z - 1000,
    "half masked": lambda z, axis: np.where(np.random.default_rng(1).random(z.shape) < 0.5, -np.inf, z),
    "padding rows": padded,
}


def arranged(z, order):
    """Return an array equal to z in this order in memory."""
    return np.ascontiguousarray(z[::-1])[::-1] if order == "reversed" else np.asarray(z, order=order)


def of_rows(z, axis):
    """Yield the name of each function, and its candidates by the library they come from."""
    rng = np.random.default_rng(2)
    n, samples = z.shape[axis], np.moveaxis(z, axis, -1).shape[:-1]
    labels = rng.integers(0, n, samples)
    index = np.expand_dims(labels, axis)
    q = np.empty_like(z)
    q[...] = scipy.special.softmax(rng.normal(size=z.shape), axis)

    def losses_of_scipy():
        return -np.take_along_axis(scipy.special.log_softmax(z, axis), index, axis).mean()

    def gradient_of_scipy():
        p = scipy.special.softmax(z, axis)
        np.put_along_axis(p, index, np.take_along_axis(p, index, axis) - 1, axis)
        p /= labels.size
        return p

    candidates = {
        "softmax": [lambda: softmax_lib.softmax(z, axis), lambda: scipy.special.softmax(z, axis)],
        "log_softmax": [lambda: softmax_lib.log_softmax(z, axis), lambda: scipy.special.log_softmax(z, axis)],
        "logsumexp": [lambda: softmax_lib.logsumexp(z, axis), lambda: scipy.special.logsumexp(z, axis)],
        "cross_entropy": [lambda: softmax_lib.cross_entropy(z, labels, axis=axis), losses_of_scipy],
        "cross_entropy_grad": [lambda: softmax_lib.cross_entropy_grad(z, labels, axis=axis), gradient_of_scipy],
        "cross_entropy of probabilities": [
            lambda: softmax_lib.cross_entropy(z, q, axis=axis),
            lambda: -np.sum(q * scipy.special.log_softmax(z, axis), axis).mean(),
        ],
    }
    if torch and all(stride >= 0 for stride in z.strides):
        x, y, r = torch.from_numpy(z), torch.from_numpy(labels), torch.from_numpy(q)
        rows, probabilities = (tensor if axis else tensor.T for tensor in (x, r))
        leaf, loss = rows.detach().requires_grad_(), torch.nn.functional.cross_entropy
        candidates["softmax"].append(lambda: torch.softmax(x, axis))
        candidates["log_softmax"].append(lambda: torch.log_softmax(x, axis))
        candidates["logsumexp"].append(lambda: torch.logsumexp(x, axis))
        candidates["cross_entropy"].append(lambda: loss(rows, y))
        candidates["cross_entropy_grad"].append(lambda: torch.autograd.grad(loss(leaf, y), leaf))
        candidates["cross_entropy of probabilities"].append(lambda: loss(rows, probabilities))
    yield from candidates.items()


def of_numbers(x):
    """Yield the same of the functions of each number on its own."""
    y = np.random.default_rng(2).integers(0, 2, x.shape).astype(x.dtype)
    candidates = {
        "sigmoid": [lambda: softmax_lib.sigmoid(x), lambda: scipy.special.expit(x)],
        "log_sigmoid": [lambda: softmax_lib.log_sigmoid(x), lambda: scipy.special.log_expit(x)],
        "binary_cross_entropy": [
            lambda: softmax_lib.binary_cross_entropy(x, y),
            lambda: -np.mean(y * scipy.special.log_expit(x) + (1 - y) * scipy.special.log_expit(-x)),
        ],
        "binary_cross_entropy_grad": [
            lambda: softmax_lib.binary_cross_entropy_grad(x, y),
            lambda: (scipy.special.expit(x) - y) / x.size,
        ],
    }
    if torch:
        z, targets = torch.from_numpy(x), torch.from_numpy(y)
        leaf, loss = z.clone().requires_grad_(), torch.nn.functional.binary_cross_entropy_with_logits
        candidates["sigmoid"].append(lambda: torch.sigmoid(z))
        candidates["log_sigmoid"].append(lambda: torch.nn.functional.logsigmoid(z))
        candidates["binary_cross_entropy"].append(lambda: loss(z, targets))
        candidates["binary_cross_entropy_grad"].append(lambda: torch.autograd.grad(loss(leaf, targets), leaf))
    yield from candidates.items()


def shortest_times(functions):
    """Return each function's shortest time in microseconds, by the library; the functions take turns."""
    times = [[] for _ in functions]
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times[0]) < REPEATS:
        for turn in random.sample(range(len(functions)), len(functions)):
            start = time.thread_time()
            functions[turn]()
            times[turn].append(time.thread_time() - start)
    libraries = ["softmax_lib", "SciPy", "PyTorch"][: len(functions)]
    return {library: round(1e6 * min(found), 2) for library, found in zip(libraries, times, strict=True)}


def measured(words):
    """Yield the times of all cases whose names contain one of the words."""
    for case, (shape, axis, order) in CASES.items():
        for logits, distribution in list(DISTRIBUTIONS.items())[: 1 if case in SMALL else None]:
            for dtype in (np.float32, np.float64):
                z = np.random.default_rng(0).normal(size=shape)
                z = arranged(distribution(z, axis).astype(dtype), order)
                functions = list(of_rows(z, axis))
                if case in ELEMENTWISE and logits.startswith("N(0, "):
                    functions += of_numbers(z)
                for name, candidates in functions:
                    row = {"function": name, "dtype": z.dtype.name, "case": case, "logits": logits}
                    if any(word in " ".join(row.values()) for word in words):
                        yield row | {"us": shortest_times(candidates)}


def ratio(row):
    """Return SciPy's time by ours."""
    return row["us"]["SciPy"] / row["us"]["softmax_lib"]


def summary(rows):
    """Return how the ratios of some cases are distributed."""
    ratios = np.array([ratio(row) for row in rows])
    return (
        f"{len(rows):5} cases, lowest {ratios.min():.2f}, median {np.median(ratios):.2f}, "
        f"{np.mean(ratios >= 1):.0%} at least 1"
    )


def report(rows):
    """Print the worst cases, and summaries by layout and function."""
    print("SciPy's time / ours: the worst cases")
    for row in sorted(rows, key=ratio)[:40]:
        print(f"{ratio(row):6.2f}  {row['function']}, {row['dtype']}, {row['case']}, {row['logits']}")
    small = [row for row in rows if row["case"] in SMALL]
    large = [row for row in rows if row["case"] not in SMALL]
    groups = {
        "a few numbers": small,
        "more": large,
        "more, classes along memory": [row for row in large if not row["case"].endswith(STRIDED)],
    }
    groups |= {name: [row for row in large if row["function"] == name] for name in {row["function"] for row in large}}
    for name, group in groups.items():
        if group:
            print(f"{name:31}", summary(group))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"store the results in benchmarks/{RESULTS.name}")
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="WORD", help="time the cases with one of these words"
    )
    options = parser.parse_args()
    with np.errstate(all="ignore"):
        rows = list(measured(options.only))
    report(rows)
    if options.write:
        measured_on = machine("numpy", "scipy", *(["torch"] if torch else []))
        lines = ",\n".join(json.dumps(row) for row in rows)
        RESULTS.write_text(f'{{"machine": {json.dumps(measured_on)}, "results": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
