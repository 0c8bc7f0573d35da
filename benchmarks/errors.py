"""Measure the largest errors of softmax_lib, SciPy and the textbook formula on families of hard rows.

    python benchmarks/errors.py             prints them, in ulp
    python benchmarks/errors.py --write     also stores them in benchmarks/errors.json, which the book shows

They differ a little between processors, as their exponentials do, so the book shows stored ones. A result that is NaN
or infinite and should not be is an infinite error.
"""

import argparse
import json
from pathlib import Path

import mpmath
import numpy as np
import scipy.special
from machine import machine

import softmax_lib
from softmax_book.accuracy import reference
from softmax_book.accuracy.hard_rows import FAMILIES, rounded

RESULTS = Path(__file__).parent / "errors.json"
LENGTHS, SEEDS = (10, 100, 1000), range(5)
CANDIDATES = {
    "softmax": {
        "softmax_lib": softmax_lib.softmax,
        "SciPy": scipy.special.softmax,
        "textbook": softmax_lib.naive_softmax,
    },
    "log_softmax": {
        "softmax_lib": softmax_lib.log_softmax,
        "SciPy": scipy.special.log_softmax,
        "textbook": lambda row: np.log(softmax_lib.naive_softmax(row)),
    },
}


def exact_results(row, indices):
    """Return softmax and log-softmax at some indices of a row."""
    z = reference.exact_row(row)
    largest, terms, tail = reference.exponentials(row)
    p = [terms[i] / (1 + tail) for i in indices]
    log_p = [(z[i] - z[largest]) - mpmath.log1p(tail) for i in indices]
    return {"softmax": p, "log_softmax": log_p}


def error(result, true, dtype):
    """Return the error in ulp; of a result that isn't finite but should be, infinity."""
    return (
        float(reference.ulps(result, true, dtype)) if np.isfinite(result) or abs(true) > np.finfo(dtype).max else np.inf
    )


def largest_errors(family, dtype):
    """Return the largest error of each candidate for each function, in ulp."""
    largest = {function: dict.fromkeys(candidates, 0.0) for function, candidates in CANDIDATES.items()}
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        for row in (rounded(row, dtype) for row in family(rng, LENGTHS)):
            indices = [int(np.argmax(row)), *rng.integers(0, len(row), 20).tolist()]
            true = exact_results(row, indices)
            for function, candidates in CANDIDATES.items():
                for name, candidate in candidates.items():
                    results = candidate(row)[indices]
                    worst = max(error(r, t, dtype) for r, t in zip(results, true[function], strict=True))
                    largest[function][name] = max(largest[function][name], worst)
    return largest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"store the results in benchmarks/{RESULTS.name}")
    write = parser.parse_args().write
    mpmath.mp.dps = 70
    rows = []
    for dtype in (np.float32, np.float64):
        for family in FAMILIES:
            with np.errstate(all="ignore"):
                largest = largest_errors(family, dtype)
            for function, errors in largest.items():
                errors = {name: f"{value:.3g}" for name, value in errors.items()}
                rows.append({"function": function, "dtype": np.dtype(dtype).name, "family": family.__name__} | errors)
                print(*rows[-1].values(), flush=True)
    if write:
        RESULTS.write_text(json.dumps({"machine": machine("numpy", "scipy"), "results": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
