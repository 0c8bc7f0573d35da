"""The classifier and the model of scans that chapters train."""

from functools import partial

import numpy as np
import pytest

from softmax_book.network import Network
from softmax_book.scans import PixelModel
from softmax_lib import cross_entropy, cross_entropy_grad


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class TestNetwork:
    @pytest.mark.parametrize("widths", [[3, 4], [3, 5, 4], [3, 5, 6, 4]], ids=str)
    @pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
    def test_gradients_are_those_of_finite_differences(self, rng, widths, label_smoothing):
        network = Network(widths)
        x, labels = rng.normal(size=(7, 3)), rng.integers(0, 4, 7)
        loss_grad = partial(cross_entropy_grad, label_smoothing=label_smoothing)
        gradients = network.gradients(x, labels, loss_grad)
        for weights, gradient in zip(network.weights, gradients, strict=True):
            measured = np.empty_like(weights)
            for index in np.ndindex(weights.shape):
                kept = weights[index]
                losses = []
                for step in (1e-5, -1e-5):
                    weights[index] = kept + step
                    losses.append(cross_entropy(network.logits(x), labels, label_smoothing=label_smoothing))
                weights[index] = kept
                measured[index] = (losses[0] - losses[1]) / 2e-5
            np.testing.assert_allclose(gradient, measured, atol=1e-9)

    def test_without_hidden_layer_is_linear(self, rng):
        network = Network([3, 4])
        x = rng.normal(size=(2, 3))
        middle = network.logits(x.mean(axis=0, keepdims=True))
        np.testing.assert_allclose(middle[0], network.logits(x).mean(axis=0))

    def test_learns_what_no_linear_classifier_can(self):
        x, labels = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
        assert np.array_equal(Network([2, 8, 2]).train(x, labels, 500).logits(x).argmax(axis=-1), labels)
        assert cross_entropy(Network([2, 2]).train(x, labels, 500).logits(x), labels) > 0.69

    def test_goes_on_where_training_stopped(self, rng):
        x, labels = rng.normal(size=(20, 3)), rng.integers(0, 4, 20)
        at_once, in_two = Network([3, 5, 4]).train(x, labels, 30), Network([3, 5, 4])
        in_two.train(x, labels, 10).train(x, labels, 20)
        np.testing.assert_array_equal(at_once.logits(x), in_two.logits(x))

    def test_comes_to_rest_where_weight_decay_balances_the_loss(self, rng):
        x, labels = rng.normal(size=(20, 3)), rng.integers(0, 4, 20)
        network = Network([3, 4]).train(x, labels, 2000, weight_decay=0.1)
        (gradient,), (weights,) = network.gradients(x, labels), network.weights
        np.testing.assert_allclose(gradient, -0.1 * weights, rtol=1e-9, atol=1e-15)


class TestPixelModel:
    def test_learns_one_scan_for_each_label(self, rng):
        scans, labels = rng.integers(0, 5, (10, 64)), np.arange(10)
        model = PixelModel().train(labels, scans)
        drawn = model.draw(labels, lambda logits: logits.argmax(axis=-1))
        np.testing.assert_array_equal(drawn, scans)

    def test_gives_a_row_of_logits_for_each_pixel_in_turn(self):
        shapes = []

        def choose(logits):
            shapes.append(logits.shape)
            return np.full(len(logits), 2)

        assert np.array_equal(PixelModel(levels=3).draw(np.array([4, 7]), choose), np.full((2, 64), 2))
        assert shapes == [(2, 3)] * 64
