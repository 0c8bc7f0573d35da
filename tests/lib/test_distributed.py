"""Two worker processes: what they send to each other, and what happens when one, or more, goes wrong."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

pytest.importorskip("distributed", reason="workers are tested where distributed is installed")

import dask
import dask.array as da
from distributed import Client, KilledWorker, LocalCluster
from distributed.client import FutureCancelledError

import softmax_lib
import softmax_lib.dask as lib
from softmax_book.many_machines import bytes_sent

pytestmark = pytest.mark.filterwarnings("default")  # what the workers' connections warn of is not ours

ROWS, CLASSES = 400, 4000
LABELS = np.random.default_rng(1).integers(0, CLASSES, ROWS)


def logits(seconds=0):
    """Return logits that the workers make, chunk by chunk."""

    def make(block_info):
        time.sleep(seconds)
        return np.random.default_rng(block_info[None]["chunk-location"]).normal(0, 5, (50, 500))

    return da.map_blocks(make, chunks=((50,) * (ROWS // 50), (500,) * (CLASSES // 500)), dtype=float)


@pytest.fixture
def client():
    settings = {"distributed.scheduler.allowed-failures": 1, "distributed.worker.memory.terminate": 0.95}
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "memory_limit": "500MB"}
    with (
        dask.config.set(settings),
        LocalCluster(dashboard_address=None, silence_logs=50, **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


def test_states_travel_and_logits_do_not(client):
    z = logits()
    loss, log_sum = lib.cross_entropy(z, LABELS).compute(), lib.logsumexp(z).compute()
    assert 0 < bytes_sent(client) < z.nbytes / 20
    z = z.compute()
    np.testing.assert_allclose(loss, softmax_lib.cross_entropy(z, LABELS), rtol=1e-14)
    np.testing.assert_allclose(log_sum, softmax_lib.logsumexp(z), rtol=1e-14)


def test_a_worker_that_dies_in_the_middle_changes_nothing(client):
    future = client.compute(lib.cross_entropy(logits(seconds=0.05), LABELS))
    while not any(client.run(lambda dask_worker: len(dask_worker.data)).values()):
        time.sleep(0.05)
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    assert not future.done()
    expected = softmax_lib.cross_entropy(logits().compute(), LABELS)
    np.testing.assert_allclose(future.result(timeout=60), expected, rtol=1e-14)


def test_a_worker_without_memory_names_the_task_and_leaves_no_result(client, tmp_path):
    too_large = da.ones((1, 100_000_000), chunks=-1)
    with pytest.raises(KilledWorker, match="Attempted to run task 'store-map-"):
        lib.save(lib.softmax(too_large), tmp_path / "p.npy")
    assert not list(tmp_path.iterdir())


def test_a_chunk_that_raises_says_so_and_leaves_no_result(client, tmp_path):
    def read(block, block_info):
        if block_info[0]["chunk-location"] == (7, 7):
            raise OSError("part 7, 7 of the logits can't be read")
        return block

    z = logits().map_blocks(read, dtype=float)
    with pytest.raises(OSError, match="part 7, 7 of the logits can't be read"):
        lib.save(lib.cross_entropy_grad(z, LABELS), tmp_path / "gradient.npy")
    assert not list(tmp_path.iterdir())


def test_a_label_out_of_range_names_its_chunk(client):
    labels = da.from_array(np.where(np.arange(ROWS) == 170, CLASSES, LABELS), chunks=100)
    with pytest.raises(ValueError, match="from 0 to 3999 or ignore_index, but one is 4000") as raised:
        lib.cross_entropy(logits(), labels).compute()
    assert raised.value.__notes__ == ["in the chunk of targets from [(150, 200)]"]


def test_a_lost_scheduler_is_reported_and_leaves_no_result(tmp_path):
    address = tmp_path / "scheduler.json"
    start = [sys.executable, "-m"]
    here = ["--scheduler-file", str(address), "--host", "127.0.0.1", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*start, "distributed.cli.dask_scheduler", "--port", "0", *here], **quiet)
    worker = subprocess.Popen([*start, "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *here], **quiet)
    try:
        client = Client(scheduler_file=str(address), timeout=30)
        client.wait_for_workers(1, timeout=30)
        losses = lib.cross_entropy(logits(seconds=0.05), LABELS, reduction="none")
        client.loop.call_later(1, scheduler.kill)
        with pytest.raises(FutureCancelledError, match="lost the connection to the scheduler"):
            lib.save(losses, tmp_path / "losses.npy")
        client.close(timeout=2)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert [path.name for path in tmp_path.iterdir()] == ["scheduler.json"]
