"""Let five language models continue texts by beams and by sampling, order their cuts, and draft for them.

    python experiments/choosing_words.py

takes about five minutes and writes experiments/choosing_words.json. The models are those of the chapter on language and
differ in their seeds; all of them read the same beginnings of the test's paragraphs.
"""

import numpy as np
import torch
from chapter import definitions, store

from softmax_lib import log_softmax, softmax

STEPS, START, MOST, AHEAD = 1200, 5, 18, 4
WIDTHS, TEMPERATURES = [1, 2, 4, 8, 16, 32], [0.7, 1.0, 1.5]
choosing, language = definitions("choosing-words"), definitions("language")
torch.set_default_dtype(torch.float32)
parts = language.split_sections(language.sections)
training, _, test = map(language.stream, parts)
vocabulary = language.Vocabulary(training, 1000)
END = vocabulary.index["¶"]
known_text = vocabulary.encode(training)
ROWS = language.windows(vocabulary.encode(test), language.CONTEXT)
PARAGRAPHS = [
    [END, *vocabulary.encode(language.words(paragraph)).tolist(), END]
    for section in parts[2]
    for paragraph in section["paragraphs"]
]
PARAGRAPHS = [text for text in PARAGRAPHS if len(text) >= START + 8 and 0 not in text[:START]][:60]


def logits_of(model, texts):
    """Return the logits after each word of the texts; the unknown word is ruled out."""
    logits = language.logits_of(model, np.array(texts))
    logits[..., 0] = -np.inf
    return logits


def describe(texts, model):
    """Return what continuations have on average: log-probability, words, the share that came before in them."""
    rows = []
    for text in texts:
        written = np.array(text[START:])
        log_p = log_softmax(logits_of(model, [text[:-1]])[0, START - 1 :])[np.arange(len(written)), written]
        known = written > 0
        repeated = 1 - len(set(text[START:])) / len(written)
        rows.append([log_p[known].sum(), log_p[known].sum() / known.sum(), len(written), repeated, text[-1] == END])
    names = ["log_p", "log_p per word", "words", "repeated", "ended"]
    return dict(zip(names, np.mean(rows, axis=0).round(4).tolist(), strict=True))


def sampled(model, start, change, rng):
    """Continue a text by drawing from the changed logits."""
    text = list(start)
    while len(text) < START + MOST:
        text.append(int(choosing.draw(softmax(change(logits_of(model, [text])[0, -1])), rng)))
        if text[-1] == END:
            break
    return text


def continued(model, seed):
    """Continue all starts in each way."""
    starts = [text[:START] for text in PARAGRAPHS]
    texts = {"written by people": [text[: START + MOST] for text in PARAGRAPHS]}
    for width in WIDTHS:

        def next_log_p(beam):
            return log_softmax(logits_of(model, beam)[:, -1])

        found = [choosing.beam_search(next_log_p, start, END, width, MOST)[0] for start in starts]
        texts[f"beam {width}"] = found
    for name, change in {"sampled": lambda z: z, "top-p 0.9": lambda z: choosing.top_p(z, 0.9)}.items():
        rng = np.random.default_rng(seed)
        texts[name] = [sampled(model, start, change, rng) for start in starts]
    examples = {name: " ".join(vocabulary.words[i] for i in written[0]) for name, written in texts.items()}
    return {name: describe(written, model) for name, written in texts.items()}, examples


def differences(logits):
    """Return the mean total variation between the orders, and how many words each keeps, by temperature."""
    found = {}
    for t in TEMPERATURES:
        laws = {name: order(logits, t) for name, order in choosing.ORDERS.items()}
        pairs = [("Transformers", "vLLM"), ("Transformers", "llama.cpp")]
        found[str(t)] = {
            f"{a}, {b}": round(float(choosing.total_variation(laws[a], laws[b]).mean()), 4) for a, b in pairs
        } | {name: round(float(np.isfinite(law).sum(axis=-1).mean()), 2) for name, law in laws.items()}
    return found


def speculated(model, logits, draft, rng):
    """Return the acceptance on the test text, and the words per round, as predicted from it and as measured."""
    before = ROWS[0][language.scored]
    alpha = float(np.minimum(softmax(logits), draft[before]).sum(axis=-1).mean())
    texts = ROWS[0][:, : language.CONTEXT // 2]

    def target(drafted):
        return softmax(logits_of(model, drafted))

    rounds = [choosing.speculate(target, draft, texts, AHEAD, rng)[0] for _ in range(10)]
    return {
        "accepted": round(alpha, 4),
        "predicted": round((1 - alpha ** (AHEAD + 1)) / (1 - alpha), 4),
        "measured": round(float(np.mean(rounds)) + 1, 4),
        "rounds": int(np.size(rounds)),
    }


def run(seed):
    torch.manual_seed(seed)
    model = language.LanguageModel()
    for _ in language.training(model, known_text, STEPS):
        pass
    logits = logits_of(model, ROWS[0])[language.scored]
    draft = choosing.draft_table(known_text)
    texts, examples = continued(model, seed)
    result = {
        "texts": texts,
        "examples": examples,
        "orders": differences(logits),
        "speculation": speculated(model, logits, draft, np.random.default_rng(seed)),
    }
    print(seed, result, flush=True)
    return result


if __name__ == "__main__":
    results = {
        "starts": len(PARAGRAPHS),
        "ahead": AHEAD,
        "most": MOST,
        "models": [run(seed) for seed in range(5)],
    }
    store("choosing_words", results, ["numpy", "torch"])
