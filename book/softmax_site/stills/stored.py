"""The still pictures of what the book's experiments stored."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from softmax_lib import softmax
from softmax_site.stills.parts import paint, shown

EXPERIMENTS = Path(__file__).parents[3] / "experiments"
WORDS = 12


def decode(row, T="1", topk="0", topp="1", minp="0"):
    """Draw the most probable next words, and what the cuts leave of them."""
    context = next_words()[row]
    p = softmax(np.array(context["logits"]) / float(T))
    count = kept(p, int(topk), float(topp), float(minp))
    covered = p[:count].sum()
    q = np.where(np.arange(len(p)) < count, p / covered, 0)
    fig, ax = plt.subplots(figsize=(5, 4.6))
    places = np.arange(WORDS)
    paint(ax.barh(places - 0.2, p[:WORDS], 0.36, label="probability"), "C0")
    cut = ax.barh(
        places + 0.2, q[:WORDS], 0.36, hatch="//", label="after the cuts"
    )
    paint(cut, "C1")
    ax.set_yticks(places, context["words"][:WORDS])
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlabel="probability")
    ax.legend(loc="lower right")
    alt = (
        f"Bars of the {WORDS} most probable of {len(p)} words after the words "
        f"{context['before']}: the first has the probability {p[0]:.3g}, and "
        f"the cuts keep {count}, which together have {covered:.3g}."
    )
    rows = [
        [word, shown(logit, ".3g"), shown(share, ".3g"), shown(left, ".3g")]
        for word, logit, share, left in zip(
            context["words"][:WORDS], context["logits"], p, q, strict=False
        )
    ]
    return fig, alt, ["Word", "Logit", "Probability", "After the cuts"], rows


def kept(p, topk, topp, minp):
    """Return how many of sorted probabilities are left by the cuts."""
    first = p[:topk] if topk else p
    count = len(first)
    if topp < 1:
        below = np.cumsum(first) < topp * first.sum()
        count = below.sum() + 1
    return int(np.sum(first[:count] >= minp * p[0]))


def next_words():
    """Return two contexts of the language model, and its logits after them.

    The words are sorted by their logits.
    """
    stored = json.loads((EXPERIMENTS / "sampling.json").read_text("utf-8"))
    return {name: next_word(stored, name) for name in ("open", "clear")}


def next_word(stored, name):
    logits = {
        word: logit
        for word, logit in zip(
            stored["words"], stored[name]["logits"], strict=True
        )
        if logit is not None
    }
    words = sorted(logits, key=logits.get, reverse=True)
    return {
        "before": " ".join(stored[name]["before"][-6:]),
        "words": words,
        "logits": [logits[word] for word in words],
    }


def reliability(T, bins="10"):
    """Draw the accuracy of predictions against their mean confidence."""
    stored = reliability_data()
    p = softmax(np.array(stored["logits"]) / float(T))
    confidence, right = p.max(axis=-1), p.argmax(axis=-1) == stored["labels"]
    where = np.minimum((confidence * int(bins)).astype(int), int(bins) - 1)
    parts = [where == part for part in np.unique(where)]
    counts = [part.sum() for part in parts]
    claimed = [confidence[part].mean() for part in parts]
    accuracy = [right[part].mean() for part in parts]
    error = np.average(np.abs(np.subtract(claimed, accuracy)), weights=counts)
    fig, ax = plt.subplots(figsize=(5, 4))
    ax.plot([0, 1], [0, 1], "--", color="gray", label="calibrated")
    ax.scatter(
        claimed, accuracy, 20 + 2 * np.sqrt(counts), label="scans of a bin"
    )
    ax.set(xlabel="mean confidence", ylabel="accuracy")
    ax.legend(loc="upper left")
    alt = (
        f"Accuracy against mean confidence in {len(parts)} bins at the "
        f"temperature {T}. The mean confidence is {confidence.mean():.1%}, the "
        f"accuracy {right.mean():.1%}, the calibration error {error:.1%}."
    )
    edges = np.unique(where) / int(bins)
    rows = [
        [
            f"{edge:.2g} to {edge + 1 / int(bins):.2g}",
            str(count),
            f"{mean:.3f}",
            f"{share:.3f}",
        ]
        for edge, count, mean, share in zip(
            edges, counts, claimed, accuracy, strict=True
        )
    ]
    return fig, alt, ["Confidence", "Scans", "Mean", "Accuracy"], rows


def reliability_data():
    text = (EXPERIMENTS / "reliability.json").read_text("utf-8")
    stored = json.loads(text)
    return {name: stored[name] for name in ("temperature", "labels", "logits")}
