"""Two worker processes: what they send to each other, and what happens when one, or more, goes wrong."""

import contextlib
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
SECONDS = 120  # after which what does not come is taken for lost


def logits(started=None, go_on=None):
    """Return logits that the workers make, chunk by chunk; with two paths each makes one and waits for the other.

    Workers know nothing of this file, so what they run holds all it needs.
    """

    def make(block_info):
        if started is not None:
            started.touch()
            end = time.monotonic() + SECONDS
            while not go_on.exists() and time.monotonic() < end:
                time.sleep(0.01)
        return np.random.default_rng(block_info[None]["chunk-location"]).normal(0, 5, (50, 500))

    return da.map_blocks(make, chunks=((50,) * (ROWS // 50), (500,) * (CLASSES // 500)), meta=np.empty((0, 0)))


def wait_for(condition):
    """Return once condition() holds; raise TimeoutError if it doesn't within SECONDS."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


@contextlib.contextmanager
def two_workers():
    settings = {"distributed.scheduler.allowed-failures": 1, "distributed.worker.memory.terminate": 0.95}
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "memory_limit": "500MB"}
    with (
        dask.config.set(settings),
        LocalCluster(dashboard_address=None, silence_logs=50, **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="class")
def client():
    with two_workers() as client:
        yield client


@pytest.fixture
def client_of_its_own():
    """Return a client whose workers the test may kill."""
    with two_workers() as client:
        yield client


class TestTwoWorkers:
    def test_states_travel_and_logits_do_not(self, client):
        z = logits()
        before = bytes_sent(client)
        loss, log_sum = lib.cross_entropy(z, LABELS).compute(), lib.logsumexp(z).compute()
        assert 0 < bytes_sent(client) - before < z.nbytes / 20
        z = z.compute()
        np.testing.assert_allclose(loss, softmax_lib.cross_entropy(z, LABELS), rtol=1e-14)
        np.testing.assert_allclose(log_sum, softmax_lib.logsumexp(z), rtol=1e-14)

    def test_a_chunk_that_raises_says_so_and_leaves_no_result(self, client, tmp_path):
        def read(block, block_info):
            if block_info[0]["chunk-location"] == (7, 7):
                raise OSError("part 7, 7 of the logits can't be read")
            return block

        z = logits().map_blocks(read, dtype=float)
        with pytest.raises(OSError, match="part 7, 7 of the logits can't be read"):
            lib.save(lib.cross_entropy_grad(z, LABELS), tmp_path / "gradient.npy")
        assert not list(tmp_path.iterdir())

    def test_a_label_out_of_range_names_its_chunk(self, client):
        labels = da.from_array(np.where(np.arange(ROWS) == 170, CLASSES, LABELS), chunks=100)
        with pytest.raises(ValueError, match="from 0 to 3999 or ignore_index, but one is 4000") as raised:
            lib.cross_entropy(logits(), labels).compute()
        assert raised.value.__notes__ == ["in the chunk of targets from [(150, 200)]"]


class TestLosses:
    """Of a worker, of memory, of the scheduler."""

    def test_a_worker_that_dies_in_the_middle_changes_nothing(self, client_of_its_own, tmp_path):
        started, go_on = tmp_path / "started", tmp_path / "go on"
        future = client_of_its_own.compute(lib.cross_entropy(logits(started, go_on), LABELS))
        wait_for(started.exists)
        worker = next(iter(client_of_its_own.run(os.getpid).values()))
        os.kill(worker, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        go_on.touch()
        expected = softmax_lib.cross_entropy(logits().compute(scheduler="synchronous"), LABELS)
        np.testing.assert_allclose(future.result(timeout=SECONDS), expected, rtol=1e-14)

    def test_a_worker_without_memory_names_the_task_and_leaves_no_result(self, client_of_its_own, tmp_path):
        too_large = da.ones((1, 100_000_000), chunks=-1)
        with pytest.raises(KilledWorker, match="Attempted to run task"):
            lib.save(lib.softmax(too_large), tmp_path / "p.npy")
        assert not list(tmp_path.iterdir())

    def test_a_lost_scheduler_is_reported_and_leaves_no_result(self, tmp_path):
        address, started, go_on = (tmp_path / name for name in ("scheduler.json", "started", "go on"))
        start = [sys.executable, "-m"]
        here = ["--scheduler-file", str(address), "--host", "127.0.0.1", "--no-dashboard"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        scheduler = subprocess.Popen([*start, "distributed.cli.dask_scheduler", "--port", "0", *here], **quiet)
        worker = subprocess.Popen(
            [*start, "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *here], **quiet
        )

        end = time.monotonic() + SECONDS

        def kill_in_the_middle():
            if started.exists() or time.monotonic() > end:
                scheduler.kill()
            else:
                client.loop.call_later(0.01, kill_in_the_middle)

        try:
            client = Client(scheduler_file=str(address), timeout=SECONDS)
            client.wait_for_workers(1, timeout=SECONDS)
            losses = lib.cross_entropy(logits(started, go_on), LABELS, reduction="none")
            client.loop.add_callback(kill_in_the_middle)
            with pytest.raises(FutureCancelledError, match="lost the connection to the scheduler"):
                lib.save(losses, tmp_path / "losses.npy")
            client.close(timeout=2)
        finally:
            go_on.touch()
            for process in (scheduler, worker):
                process.kill()
                process.wait()
        assert {path.name for path in tmp_path.iterdir()} <= {"scheduler.json", "started", "go on"}
