"""Compare a small Transformer with tables of pairs and triples, on every section of the text.

Ten splits, each of which tests on another tenth of the sections and has a
training seed of its own; then five seeds on the chapter's own split. Discounts
and shares of mixtures are chosen on the validation text of the split. Stored
are losses by section and by kind of word. Takes about ten minutes.
"""

from itertools import product

import numpy as np
import torch
from chapter import definitions, store

chapter = definitions("language")
torch.set_default_dtype(torch.float32)

STEPS = 1200
DISCOUNTS = [0.6, 0.7, 0.8, 0.9]


def table_losses(tokens, rows):
    """Return the test losses of the tables, the validation losses of the triples, and the settings."""
    validation, test = rows["validation"], rows["test"]
    pairs = chapter.pair_counts(tokens["training"])
    table = chapter.Triples(tokens["training"])

    def pair_losses(rows, discount):
        return -np.log(chapter.pair_table(pairs, discount)[rows])[chapter.scored]

    def triple_losses(rows, discounts):
        return chapter.triple_losses(table, rows, *discounts)

    one = min(DISCOUNTS, key=lambda d: pair_losses(validation, d).mean())
    two = min(product(DISCOUNTS, repeat=2), key=lambda d: triple_losses(validation, d).mean())
    triples, on_validation = triple_losses(test, two), triple_losses(validation, two)
    share = chapter.best_share(chapter.cache(validation), on_validation)
    losses = {
        "pairs": pair_losses(test, one),
        "triples": triples,
        "triples and cache": chapter.mixed(share, chapter.cache(test), triples),
    }
    return losses, on_validation, {"pairs": one, "triples": two, "cache": float(share)}


def sections_of(part):
    """Return the number of the section of each word of a part."""
    sizes = [len(chapter.stream([section])) - 1 for section in part]
    return np.concatenate([[0], np.repeat(np.arange(len(part)), sizes)])


def trained(tokens, seed):
    torch.manual_seed(seed)
    model = chapter.LanguageModel()
    for _ in chapter.training(model, tokens["training"], STEPS):
        pass
    return model


def sums(losses, where):
    return {"words": int(where.sum())} | {name: round(float(part[where].sum()), 3) for name, part in losses.items()}


def read(test):
    """Return the parts of a split, their tokens and their rows."""
    names = ["training", "validation", "test"]
    parts = dict(zip(names, chapter.split_sections(chapter.sections, test=test), strict=True))
    vocabulary = chapter.Vocabulary(chapter.stream(parts["training"]), 1000)
    tokens = {name: vocabulary.encode(chapter.stream(part)) for name, part in parts.items()}
    rows = {name: chapter.windows(indices, chapter.CONTEXT) for name, indices in tokens.items()}
    return parts, tokens, rows


def split(test):
    """Train and test on one split."""
    parts, tokens, rows = read(test)
    losses, on_validation, settings = table_losses(tokens, rows)
    model = trained(tokens, seed=test)
    losses["Transformer"] = chapter.losses_of(model, rows["test"])
    share = chapter.best_share(np.exp(-chapter.losses_of(model, rows["validation"])), on_validation)
    losses["Transformer and triples"] = chapter.mixed(share, np.exp(-losses["Transformer"]), losses["triples"])

    kinds = chapter.kinds_of(rows["test"], tokens["training"])
    again = kinds["rare word, read before"].copy()
    again[:, : chapter.CONTEXT // 2] = False
    erased = chapter.erased_losses(model, rows["test"], again, np.random.default_rng(test))
    numbers = chapter.windows(sections_of(parts["test"]), chapter.CONTEXT)[1][chapter.scored]
    result = {
        "settings": settings | {"mixture": float(share)},
        "sections": [sums(losses, numbers == number) for number in range(len(parts["test"]))],
        "kinds": {name: sums(losses, kind[chapter.scored]) for name, kind in kinds.items()},
        "erased": [round(float(part.mean()), 4) for part in erased],
    }
    print(test, result["settings"], result["kinds"]["all"], result["erased"], flush=True)
    return result


splits = [split(test) for test in range(10)]
_, tokens, rows = read(9)
seeds = [round(float(chapter.losses_of(trained(tokens, seed), rows["test"]).mean()), 4) for seed in range(5)]
store("language", {"steps": STEPS, "splits": splits, "seeds": seeds}, ["numpy", "torch"])
