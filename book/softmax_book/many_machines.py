"""Tells how much Dask's workers have sent each other."""


def bytes_sent(client):
    """Return how many bytes the workers of a Dask client have sent so far."""

    def of_one(dask_worker):
        return dask_worker.transfer_outgoing_bytes_total

    return sum(client.run(of_one).values())
