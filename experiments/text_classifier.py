"""Compare four text classifiers on new sections, and on new paragraphs of known ones.

Five splits a round, each with three fifths of the text for training, one for the
validation and one for the test, and with a training seed of its own; two rounds
by sections, one by paragraphs. Pretraining and word vectors use the training part
only, without its labels. The settings of a classifier are those with the least
loss on the validation part. Takes about ten minutes.
"""

from functools import partial

import numpy as np
import torch
from chapter import definitions, store
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from softmax_book.language import word_vectors
from softmax_lib import cross_entropy

chapter = definitions("text-classifier")
labels, sections = chapter.labels, chapter.section_of
torch.set_default_dtype(torch.float32)

FOLDS = 5
DECAYS = [{"decay": decay} for decay in [3e-4, 1e-3, 3e-3]]


def grids(steps):
    """Return the settings to choose from, for each classifier."""
    rates = [{"steps": steps, "rate": rate} for rate in [1e-3, 3e-3]]
    return {"bag of words": DECAYS, "mean of word vectors": DECAYS, "Transformer": rates, "pretrained": rates}


def splits(kind, rounds):
    """Yield training, validation and test rows, each row in the test once a round."""
    for seed in range(rounds):
        if kind == "sections":
            folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels, sections)
        else:
            folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(labels, labels)
        tests = [test for _, test in folds]
        for test, validation in zip(tests, tests[1:] + tests[:1], strict=True):
            yield np.setdiff1d(np.arange(len(labels)), [*test, *validation]), validation, test


def models(training, known):
    """Return what gives the logits of each classifier; what needs text without labels has learned from it."""
    text = np.concatenate([known.encode(["¶", *chapter.texts[i]]) for i in training])
    vectors = word_vectors(text, size=200)
    vectors[0] = 0
    untrained = chapter.Encoder()
    pretrained = chapter.copy.deepcopy(untrained)
    tokens = chapter.padded(training, known)
    chapter.train(pretrained, chapter.word_loss, 800, 6e-3, tokens, torch.tensor(labels[training]))
    return {
        "bag of words": chapter.bag_logits,
        "mean of word vectors": partial(chapter.vector_logits, vectors),
        "Transformer": partial(chapter.network_logits, untrained),
        "pretrained": partial(chapter.network_logits, pretrained),
    }


def score(logits_of, grid, rows, validation, test, known):
    """Return the accuracy and the loss on the test, with the settings that do best on the validation part."""
    both, n = np.concatenate([validation, test]), len(validation)
    tries = [(settings, logits_of(rows, both, known, **settings).astype(float)) for settings in grid]
    settings, logits = min(tries, key=lambda entry: cross_entropy(entry[1][:n], labels[validation]))
    accuracy = float(np.mean(logits[n:].argmax(axis=-1) == labels[test]))
    loss = float(cross_entropy(logits[n:], labels[test]))
    return {"accuracy": round(accuracy, 4), "loss": round(loss, 4)} | settings


def run(number, training, validation, test):
    """Return the scores of one split, for a hundred labels and for all."""
    torch.manual_seed(number)
    known = chapter.vocabulary_of(training)
    result = {"majority": round(float(np.mean(labels[test] == 1)), 4)}
    hundred = np.random.default_rng(number).choice(training, 100, replace=False)
    ways = models(training, known)
    for amount, rows, steps in [("few", hundred, 150), ("all", training, 300)]:
        result[amount] = {
            name: score(ways[name], grid, rows, validation, test, known) for name, grid in grids(steps).items()
        }
    print(number, result, flush=True)
    return result


results = {
    kind: [run(number, *split) for number, split in enumerate(splits(kind, rounds))]
    for kind, rounds in [("sections", 2), ("paragraphs", 1)]
}
store("text_classifier", results, ["numpy", "scikit-learn", "torch"])
