"""The loss of a last layer whose rows lie on several processes."""

from pathlib import Path

import torch
from torch import distributed, multiprocessing


def loss_and_gradient(hidden, weights, labels, first):
    """Return the mean loss, and the gradient of the rows of this process.

    They are those of the tokens from `first` on. Three numbers for each
    position are sent: a maximum, a sum and the label's logit.
    """
    logits = hidden @ weights.T
    largest = logits.max(dim=1).values
    distributed.all_reduce(largest, distributed.ReduceOp.MAX)
    shifted = logits - largest[:, None]
    here = (labels >= first) & (labels < first + len(weights))
    row = torch.nonzero(here)[:, 0]
    column = labels[here] - first

    numbers = torch.zeros(2, len(labels), dtype=hidden.dtype)
    numbers[0] = shifted.exp().sum(dim=1)
    numbers[1, row] = shifted[row, column]
    distributed.all_reduce(numbers)
    total, of_label = numbers

    p_minus_y = shifted.exp() / total[:, None]
    p_minus_y[row, column] -= 1
    loss = (total.log() - of_label).mean()
    return loss, p_minus_y.T @ hidden / len(hidden)


def work(rank, count, folder, hidden, weights, labels):
    """Compute the part of one process, and store it."""
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", f"file://{folder}/meeting", rank=rank, world_size=count
    )
    tokens = len(weights) // count
    own = weights[rank * tokens : (rank + 1) * tokens]
    part = loss_and_gradient(hidden, own, labels, rank * tokens)
    torch.save(part, Path(folder) / f"{rank}.pt")
    distributed.destroy_process_group()


def run(count, folder, hidden, weights, labels):
    """Return the loss and the gradients of all processes."""
    arguments = (count, folder, hidden, weights, labels)
    multiprocessing.spawn(work, arguments, nprocs=count)
    parts = [torch.load(Path(folder) / f"{rank}.pt") for rank in range(count)]
    losses, gradients = zip(*parts, strict=True)
    return losses, torch.cat(gradients)
