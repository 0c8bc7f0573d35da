"""What the cross-entropy and its gradient refuse."""

import numpy as np
import pytest
from definitions import LABELS, LOGITS, TARGETS

from softmax_lib import cross_entropy, cross_entropy_grad

both_functions = pytest.mark.parametrize("function", [cross_entropy, cross_entropy_grad])


@both_functions
class TestErrors:
    """Each bad argument is named, with what was expected and what came."""

    @pytest.mark.parametrize("label", [3, -1, 255])
    def test_label_out_of_range(self, function, label):
        message = f"targets must be labels from 0 to 2 or ignore_index, but one is {label}"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, [0, 1, label, 2])
        for ignore_index in (7, -7, -100):
            with pytest.raises(ValueError, match=message):
                function(LOGITS, [0, 1, label, 2], ignore_index=ignore_index)

    @pytest.mark.parametrize("dtype", [bool, np.float32, np.float64])
    def test_labels_that_are_not_integers(self, function, dtype):
        message = f"targets must be integers where they are labels, but their type is {np.dtype(dtype)}"
        with pytest.raises(TypeError, match=message):
            function(LOGITS, np.ones(4, dtype))

    def test_boolean_probabilities(self, function):
        with pytest.raises(TypeError, match="targets must be integers where they are labels, but their type is bool"):
            function(LOGITS, TARGETS > 0)

    @pytest.mark.parametrize("kind", [complex, object, str])
    def test_targets_of_another_kind(self, function, kind):
        with pytest.raises(TypeError, match="targets must hold real numbers, but its type is"):
            function(LOGITS, LABELS.astype(kind))

    @pytest.mark.parametrize("shape", [(3,), (4, 1), (1, 4), ()])
    def test_labels_of_the_wrong_shape(self, function, shape):
        message = r"targets must have as labels the shape of logits without the class axis \(4,\), but its shape is"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, np.zeros(shape, int))

    @pytest.mark.parametrize("shape", [(3, 4), (4, 1), (1, 3), (3,)])
    def test_probabilities_of_the_wrong_shape(self, function, shape):
        message = r"targets must have as probabilities the shape of logits \(4, 3\), but its shape is"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, np.ones(shape))

    def test_integer_targets_of_the_shape_of_logits(self, function):
        message = r"targets must be floating to be probabilities, or have as labels the shape .* class axis \(4,\)"
        with pytest.raises(ValueError, match=message):
            function(LOGITS, TARGETS.astype(int))

    @pytest.mark.parametrize("reduction", ["average", "Mean", None, 1])
    def test_unknown_reduction(self, function, reduction):
        message = f'reduction must be "mean", "sum" or "none", but it is {reduction!r}'
        with pytest.raises(ValueError, match=message):
            function(LOGITS, LABELS, reduction=reduction)

    @pytest.mark.parametrize("smoothing", [-0.1, 1.1, np.nan, np.inf, "0.1", None, [0.1]])
    def test_label_smoothing_out_of_range(self, function, smoothing):
        with pytest.raises(ValueError, match="label_smoothing must be a number from 0 to 1, but it is"):
            function(LOGITS, LABELS, label_smoothing=smoothing)

    @pytest.mark.parametrize("weight", [[1.0, 2.0], 2.0, [[1.0, 1.0, 1.0]]])
    def test_weight_of_the_wrong_shape(self, function, weight):
        with pytest.raises(ValueError, match=r"weight must have one entry a class, \(3,\), but its shape is"):
            function(LOGITS, LABELS, weight=weight)

    def test_weight_of_another_kind(self, function):
        with pytest.raises(TypeError, match="weight must hold real numbers, but its type is complex128"):
            function(LOGITS, LABELS, weight=[1j, 1, 1])

    def test_ignore_index_with_probabilities(self, function):
        with pytest.raises(ValueError, match="ignore_index must be None with probability targets, but it is 2"):
            function(LOGITS, TARGETS, ignore_index=2)

    @pytest.mark.parametrize("ignore_index", [1.0, "0", [0]])
    def test_ignore_index_of_another_type(self, function, ignore_index):
        with pytest.raises(TypeError, match="ignore_index must be an int or None, but it is"):
            function(LOGITS, LABELS, ignore_index=ignore_index)

    @pytest.mark.parametrize("targets", [np.zeros(4, int), np.zeros((4, 0))])
    def test_no_classes(self, function, targets):
        with pytest.raises(ValueError, match=r"logits must have at least one class, but their shape is \(4, 0\)"):
            function(np.zeros((4, 0)), targets)

    def test_options_are_keywords(self, function):
        with pytest.raises(TypeError, match="positional arguments"):
            function(LOGITS, LABELS, -1)
