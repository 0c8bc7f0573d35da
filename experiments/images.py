"""Train the three networks of the chapter on images on ten splits, in about four minutes.

Each split has its own first weights. Nothing is chosen on the test.
"""

from chapter import definitions, plain, store

images = definitions("images")

splits = list(range(1, 11))
store(
    "images",
    {"splits": splits, "compared": [plain(images.compare(seed), ".6f") for seed in splits]},
    ["numpy", "torch", "scikit-learn"],
)
