"""Cut the next-word distributions of five language models, and let ten pixel models write with five samplers.

    python experiments/sampling.py

takes about ten minutes and writes experiments/sampling.json. The language models differ in their seeds, the pixel
models in the half of the scans that they learn from.
"""

import numpy as np
import torch
from chapter import definitions, store
from scipy.special import entr

from softmax_lib import softmax

STEPS = 1200
sampling, language, choosing = definitions("sampling"), definitions("language"), definitions("choosing-words")
torch.set_default_dtype(torch.float32)
training, _, test = map(language.stream, language.split_sections(language.sections))
vocabulary = language.Vocabulary(training, 1000)
ROWS, NEXT = language.windows(vocabulary.encode(test), language.CONTEXT)
CUTS = {
    "top-k 50": lambda z: choosing.top_k(z, 50),
    "top-p 0.9": lambda z: choosing.top_p(z, 0.9),
    "min-p 0.1": lambda z: choosing.min_p(z, 0.1),
}
CHANGES = sampling.CHANGES | {"top-p 0.9": CUTS["top-p 0.9"]}


def next_word_logits(seed):
    """Train a language model, and return its logits for each scored word of the test; the unknown word is ruled out."""
    torch.manual_seed(seed)
    model = language.LanguageModel()
    for _ in language.training(model, vocabulary.encode(training), STEPS):
        pass
    logits = language.logits_of(model, ROWS)[language.scored]
    logits[..., 0] = -np.inf
    return logits


def effects(logits):
    """Return how many words each cut keeps, their probability, and how many of the words that came it rules out."""
    came = NEXT[language.scored]
    known = came > 0
    found = {}
    for name, cut in CUTS.items():
        kept = np.isfinite(cut(logits))
        coverage = np.sum(softmax(logits), axis=-1, where=kept)
        ruled_out = ~np.take_along_axis(kept, came[..., np.newaxis], axis=-1)[..., 0]
        found[name] = {
            "words kept": np.quantile(kept.sum(axis=-1), [0.1, 0.5, 0.9]).tolist(),
            "coverage": round(float(coverage.mean()), 4),
            "ruled out": round(float(ruled_out[known].mean()), 4),
        }
    return found


def example(logits, quantile):
    """Return the row at a quantile of the entropy, and the words before it."""
    p = softmax(logits)
    entropies = np.sum(entr(p), axis=-1)
    row, place = np.argwhere(entropies == np.quantile(entropies, quantile, method="nearest"))[0]
    read = ROWS[row, : place + language.CONTEXT // 2 + 1]
    return {
        "before": [vocabulary.words[i] for i in read],
        "logits": [None, *logits[row, place, 1:].round(3).tolist()],
    }


def written_by(seed):
    """Return how legible and how various the scans of a pixel model are, by sampler."""
    half = np.random.default_rng(seed).permutation(len(sampling.greys)) % 2 == 0
    model, judge = sampling.model_and_judge(half)
    return {
        name: {
            "legible": float(np.mean(judge.predict(scans) == sampling.wanted)),
            "pixels": round(float(sampling.variety(scans)), 2),
        }
        for name, scans in sampling.write_scans(model, CHANGES).items()
    }


if __name__ == "__main__":
    of_models = [next_word_logits(seed) for seed in range(5)]
    results = {
        "words": vocabulary.words,
        "clear": example(of_models[0], 0.1),
        "open": example(of_models[0], 0.9),
        "cuts": [effects(logits) for logits in of_models],
        "scans": [written_by(seed) for seed in range(10)],
    }
    store("sampling", results, ["numpy", "torch", "scikit-learn"])
