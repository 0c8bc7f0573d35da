"""Compare attention over tiles, its values and gradients, with PyTorch: five seeds, two sizes, with and without a mask.

Takes seconds.
"""

import numpy as np
import torch
from chapter import definitions, store

flash = definitions("flash-attention")
attend = torch.nn.functional.scaled_dot_product_attention


def largest(ours, theirs):
    return float(f"{np.abs(ours - theirs.detach().numpy()).max():.1e}")


def compare(seed, n, causal):
    """Return the largest differences of the output, of its gradients, and of the output of grouped heads."""
    rng = np.random.default_rng(seed)
    inputs, cotangent = rng.normal(size=(3, n, 32)), rng.normal(size=(n, 32))
    output, lse = flash.flash_forward(*inputs, 32, causal)
    gradients = flash.flash_backward(*inputs, output, lse, cotangent, 32, causal)
    tensors = [torch.tensor(each, requires_grad=True) for each in inputs]
    theirs = attend(*tensors, is_causal=causal)
    theirs.backward(torch.tensor(cotangent))
    found = {"seed": seed, "words": n, "causal": causal, "output": largest(output, theirs)}
    for name, ours, tensor in zip(["queries", "keys", "values"], gradients, tensors, strict=True):
        found[name] = largest(ours, tensor.grad)

    heads, keys, values = (rng.normal(size=(k, n, 32)) for k in (8, 2, 2))
    grouped = flash.grouped_forward(heads, keys, values, 32, causal)
    tensors = [torch.tensor(each)[np.newaxis] for each in (heads, keys, values)]
    return found | {"grouped": largest(grouped, attend(*tensors, is_causal=causal, enable_gqa=True)[0])}


torch.set_num_threads(1)
differences = [compare(seed, n, causal) for seed in range(5) for n in (96, 125) for causal in (True, False)]
store("flash_attention", {"differences": differences}, ["numpy", "torch"])
