"""Train the three networks of the chapter on images on ten splits, in about four minutes.

Each split has its own first weights. Nothing is chosen on the test.
"""

from chapter import definitions, store

images = definitions("images")


def rounded(found):
    """Return the numbers of each network and kind of picture with six digits."""
    return {
        name: {kind: [round(float(number), 6) for number in numbers] for kind, numbers in kinds.items()}
        for name, kinds in found.items()
    }


splits = list(range(1, 11))
store(
    "images",
    {"splits": splits, "compared": [rounded(images.compare(seed)) for seed in splits]},
    ["numpy", "torch", "scikit-learn"],
)
