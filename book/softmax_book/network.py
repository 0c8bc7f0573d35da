"""A softmax classifier in NumPy: linear, or with hidden layers."""

from itertools import pairwise

import numpy as np
from threadpoolctl import threadpool_limits

from softmax_lib import cross_entropy_grad


class Network:
    """Layers of weights with tanh between them; the last one makes the logits.

    `widths` are the numbers of inputs, of units in each hidden layer if there
    is one, and of classes. A constant input of 1 takes the place of a bias.
    """

    def __init__(self, widths, seed=0):
        rng = np.random.default_rng(seed)
        self.weights = [
            rng.normal(0, n**-0.5, (n + 1, m)) for n, m in pairwise(widths)
        ]
        self.velocities = [np.zeros_like(w) for w in self.weights]

    def logits(self, x):
        """Return the logits of each row of x."""
        return self._forward(x)[1]

    # Several threads wait for each other longer than such small products take.
    @threadpool_limits.wrap(limits=1)
    def train(
        self,
        x,
        labels,
        steps,
        rate=0.3,
        momentum=0.9,
        weight_decay=0.0,
        loss_grad=cross_entropy_grad,
    ):
        """Take steps of gradient descent with momentum, each on all rows.

        The gradient is that of the mean loss plus half the `weight_decay`
        times the sum of all squared weights. `loss_grad` gives the gradient
        of the mean loss by the logits, from the logits and the labels.
        """
        for _ in range(steps):
            gradients = self.gradients(x, labels, loss_grad)
            for w, v, g in zip(
                self.weights, self.velocities, gradients, strict=True
            ):
                v *= momentum
                v -= rate * (g + weight_decay * w)
                w += v
        return self

    def gradients(self, x, labels, loss_grad=cross_entropy_grad):
        """Return the gradient of the mean loss for each layer."""
        inputs, logits = self._forward(x)
        g = loss_grad(logits, labels)
        gradients = []
        for x, w in zip(reversed(inputs), reversed(self.weights), strict=True):
            gradients.append(x.T @ g)
            g = (g @ w.T * (1 - x**2))[:, :-1]
        return gradients[::-1]

    def _forward(self, x):
        """Return the inputs of each layer, and the logits."""
        inputs = []
        for w in self.weights:
            inputs.append(np.pad(x, [(0, 0), (0, 1)], constant_values=1))
            z = inputs[-1] @ w
            x = np.tanh(z)
        return inputs, z
