"""Measure the loss and its gradient on two worker processes, over more logits than either could hold.

    python benchmarks/many_machines.py            prints what it measures
    python benchmarks/many_machines.py --write    also stores it in benchmarks/many_machines.json, which the book shows

The logits are made chunk by chunk from a seed: 1.6 GB to compare ways to compute their loss, then 20 GB of them. Each
way is measured five times, in fresh processes. That takes ten minutes, two cores and 8 GB of memory, and Linux or macOS
for Python's module resource.
"""

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster
from machine import machine

import softmax_lib
import softmax_lib.dask

RESULTS = Path(__file__).parent / "many_machines.json"
CLASSES = 50_257
CHUNK = 500, 12_565  # 50 MB; four chunks make a row
SMALL, LARGE = 4000, 50_000
REPEATS = 5
MEMORY_LIMIT = 10**9


def make_chunk(block_info):
    """Return the logits of a chunk, from a seed of its own."""
    info = block_info[None]
    return 5 * np.random.default_rng(info["chunk-location"]).standard_normal(info["chunk-shape"])


def lazy_logits(rows):
    chunks = da.core.normalize_chunks(CHUNK, (rows, CLASSES))
    return da.map_blocks(make_chunk, chunks=chunks, dtype=np.float64, meta=np.empty((0, 0)))


def labels(rows):
    return np.random.default_rng(0).integers(0, CLASSES, rows)


@contextmanager
def two_workers(memory_limit=MEMORY_LIMIT):
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "memory_limit": memory_limit}
    with LocalCluster(dashboard_address=None, **options) as cluster, Client(cluster) as client:
        client.run(peak_memory)  # connections are open before anything is timed
        yield client


def peak_memory():
    """Return the largest resident memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def bytes_sent(client):
    # That of softmax_book would load Matplotlib into processes whose memory is measured.
    return sum(client.run(lambda dask_worker: dask_worker.transfer_outgoing_bytes_total).values())


def measured(client, compute):
    """Return what compute() returns, how long it took, and what the processes used and sent."""
    start, sent = time.perf_counter(), bytes_sent(client)
    result = compute()
    return {
        "result": result,
        "seconds": time.perf_counter() - start,
        "bytes_sent": bytes_sent(client) - sent,
        "peak_of_workers": max(client.run(peak_memory).values()),
        "peak_of_client": peak_memory(),
    }


def in_one_process():
    start, targets, total = time.perf_counter(), labels(SMALL), 0.0
    for number, row in enumerate(range(0, SMALL, CHUNK[0])):
        columns = range(0, CLASSES, CHUNK[1])
        shapes = [(CHUNK[0], min(CHUNK[1], CLASSES - column)) for column in columns]
        infos = [{"chunk-location": (number, index), "chunk-shape": shape} for index, shape in enumerate(shapes)]
        z = np.concatenate([make_chunk({None: info}) for info in infos], axis=1)
        total += softmax_lib.cross_entropy(z, targets[row : row + CHUNK[0]], reduction="sum")
    return {"result": total / SMALL, "seconds": time.perf_counter() - start, "peak_of_client": peak_memory()}


def by_states():
    with two_workers() as client:
        loss = softmax_lib.dask.cross_entropy(lazy_logits(SMALL), labels(SMALL))
        return measured(client, loss.compute)


def by_gathering():
    with two_workers(memory_limit=None) as client:
        return measured(client, lambda: softmax_lib.cross_entropy(lazy_logits(SMALL).compute(), labels(SMALL)))


def large_run():
    """Return the loss and the largest entry of its gradient over all of the large logits."""
    with two_workers() as client:
        z, targets = lazy_logits(LARGE), labels(LARGE)
        loss, gradient = softmax_lib.dask.cross_entropy(z, targets), softmax_lib.dask.cross_entropy_grad(z, targets)
        run = measured(client, lambda: dask.compute(loss, abs(gradient).max()))
        return run | {"bytes_of_logits": z.nbytes}


def constants():
    """Return what the cost model needs: seconds for each logit, bytes a second, and seconds for each message."""
    z = make_chunk({None: {"chunk-location": (0, 0), "chunk-shape": CHUNK}})
    with two_workers() as client:
        first, second = client.scheduler_info()["workers"]

        def send(size):
            """Return the seconds until the second worker has so many bytes of the first."""
            data = client.submit(np.ones, size, np.uint8, workers=first, pure=False)
            client.gather(client.submit(len, data, workers=first, pure=False))
            start = time.perf_counter()
            client.gather(client.submit(len, data, workers=second, pure=False))
            return time.perf_counter() - start

        latency = statistics.median(send(1) for _ in range(30))
        seconds = statistics.median(send(200_000_000) for _ in range(5))
    return {
        "seconds_per_logit": seconds_of(lambda: softmax_lib.SoftmaxState.of(z)) / z.size,
        "bytes_per_second": 200_000_000 / (seconds - latency),
        "seconds_per_message": latency,
    }


def seconds_of(compute):
    times = []
    for _ in range(9):
        start = time.perf_counter()
        compute()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def in_a_fresh_process(function):
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        result = pool.submit(function).result()
    print(function.__name__, result, flush=True)
    return result


def repeated(function):
    """Return the median run, and beside its seconds and bytes those of all runs."""
    runs = sorted((in_a_fresh_process(function) for _ in range(REPEATS)), key=lambda run: run["seconds"])
    every = {f"all_{name}": [run[name] for run in runs] for name in ("seconds", "bytes_sent") if name in runs[0]}
    return runs[REPEATS // 2] | every


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"store the results in {RESULTS.name}")
    arguments = parser.parse_args()
    results = {run.__name__: repeated(run) for run in (in_one_process, by_states, by_gathering, large_run)}
    results["constants"] = in_a_fresh_process(constants)
    losses = [results[name]["result"] for name in ("in_one_process", "by_states", "by_gathering")]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-14)
    results["machine"] = machine("numpy", "dask", "distributed")
    results["bytes_of_logits"] = SMALL * CLASSES * 8
    if arguments.write:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
