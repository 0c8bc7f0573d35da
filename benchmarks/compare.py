"""Compare the speed and the memory of softmax_lib with SciPy's, PyTorch's and np.exp's, side by side.

    python benchmarks/compare.py            prints a table
    python benchmarks/compare.py --write    also stores it in benchmarks/results.json, which the book shows

Each number is the median of repeats in which the candidates take turns, on one thread. PyTorch is left out where it
isn't installed. Run by hand and by a scheduled workflow: a timing is no test.
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import json
import time
import tracemalloc
from pathlib import Path

import numpy as np
import scipy.special
from machine import machine

import softmax_lib

try:
    import torch
except ImportError:
    torch = None

RESULTS = Path(__file__).parent / "results.json"
SHAPES = [
    (1, 3),
    (1000, 10),
    (100_000, 3),
    (100_000, 10),
    (20_000, 64),
    (4096, 1000),
    (256, 50_257),
    (1, 5_000_000),
]
FUNCTIONS = ["softmax", "log_softmax", "logsumexp", "cross_entropy", "cross_entropy_grad"]
SECONDS = 0.6


def inputs():
    """Yield a name, logits, and the class axis: normal logits of every shape, and rows that all need repair."""
    rng = np.random.default_rng(0)
    for dtype in (np.float32, np.float64):
        for rows, classes in SHAPES:
            yield f"{rows}x{classes}", rng.normal(size=(rows, classes)).astype(dtype), -1
        yield "axis 0 of 1000x4096", rng.normal(size=(1000, 4096)).astype(dtype), 0
        repair = rng.normal(size=(4096, 1000)).astype(dtype)
        repair[:, 7] += 40  # next to nothing is left for the others
        yield "4096x1000, repair", repair, -1
        yield "4096x1000, below exp", (rng.normal(size=(4096, 1000)) - 1000).astype(dtype), -1


def scipy_based(z, labels, axis):
    """Return what SciPy offers, and losses made of it."""
    index = np.expand_dims(labels, axis)

    def cross_entropy():
        log_p = scipy.special.log_softmax(z, axis=axis)
        return -np.take_along_axis(log_p, index, axis).mean()

    def cross_entropy_grad():
        p = scipy.special.softmax(z, axis=axis)
        np.put_along_axis(p, index, np.take_along_axis(p, index, axis) - 1, axis)
        p /= labels.size
        return p

    return {
        "softmax": lambda: scipy.special.softmax(z, axis=axis),
        "log_softmax": lambda: scipy.special.log_softmax(z, axis=axis),
        "logsumexp": lambda: scipy.special.logsumexp(z, axis=axis),
        "cross_entropy": cross_entropy,
        "cross_entropy_grad": cross_entropy_grad,
    }


def torch_based(z, labels, axis):
    """Return PyTorch's functions; the gradient is a forward and a backward pass."""
    if torch is None:
        return {}
    torch.set_num_threads(1)
    tensor, classes = torch.from_numpy(z), torch.from_numpy(labels)
    rows = tensor if axis == -1 else tensor.T
    leaf = rows.detach().requires_grad_()
    loss = torch.nn.functional.cross_entropy
    return {
        "softmax": lambda: torch.softmax(tensor, axis),
        "log_softmax": lambda: torch.log_softmax(tensor, axis),
        "logsumexp": lambda: torch.logsumexp(tensor, axis),
        "cross_entropy": lambda: loss(rows, classes),
        "cross_entropy_grad": lambda: torch.autograd.grad(loss(leaf, classes), leaf),
    }


def candidates(name, z, labels, axis):
    """Return the functions to time, by the library they come from."""
    ours = getattr(softmax_lib, name)
    arguments = (z, labels) if name.startswith("cross_entropy") else (z,)
    found = {
        "softmax_lib": lambda: ours(*arguments, axis=axis),
        "SciPy": scipy_based(z, labels, axis)[name],
        "PyTorch": torch_based(z, labels, axis).get(name),
        "np.exp": lambda: np.exp(z),
    }
    return {library: function for library, function in found.items() if function is not None}


def median_times(functions):
    """Return each function's median time in microseconds, the functions taking turns."""
    times = {name: [] for name in functions}
    end = time.perf_counter() + SECONDS * len(functions)
    while time.perf_counter() < end or len(times["softmax_lib"]) < 7:
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: round(1e6 * float(np.median(values[1:])), 2) for name, values in times.items()}


def memory_beyond_output(function):
    """Return the peak of what a call allocates beyond its result, in kilobytes."""
    tracemalloc.start()
    output = function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(max(0, peak - np.asarray(output).nbytes) / 1000)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"store the results in benchmarks/{RESULTS.name}")
    write = parser.parse_args().write
    rows = []
    print(f"{'':38}     us  SciPy/ours  PyTorch/ours  exp/ours  kB beyond output")
    for case, z, axis in inputs():
        labels = np.random.default_rng(1).integers(0, z.shape[axis], z.shape[1 + axis])
        for name in FUNCTIONS:
            functions = candidates(name, z, labels, axis)
            times = median_times(functions)
            kilobytes = memory_beyond_output(functions["softmax_lib"])
            rows.append({"function": name, "dtype": str(z.dtype), "case": case, "us": times, "kB": kilobytes})
            ratios = [times.get(peer, np.nan) / times["softmax_lib"] for peer in ("SciPy", "PyTorch", "np.exp")]
            columns = "".join(f"{ratio:12.2f}" for ratio in ratios)
            label = f"{name} {z.dtype} {case}"
            print(f"{label:45}{times['softmax_lib']:9.0f}{columns}{kilobytes:8}", flush=True)
    if write:
        measured_on = machine("numpy", "scipy", *(["torch"] if torch else []))
        RESULTS.write_text(json.dumps({"machine": measured_on, "results": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
