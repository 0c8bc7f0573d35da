"""Linear classifiers of digits with softmax, 1.5-entmax and sparsemax, over ten splits. Three minutes."""

from chapter import definitions, store

chapter = definitions("other-normalisers")
splits = {
    name: [{key: round(float(value), 4) for key, value in chapter.tried(name, seed).items()} for seed in range(10)]
    for name in chapter.MAPS
}
store("other_normalisers", {"splits": splits})
