"""What rounded logits do to softmax, beside two algorithms: fifty rows at each of six spreads. A minute."""

from chapter import definitions, store

digits = definitions("digits")
EXPERIMENTS = {"logits taken as exact": digits.with_given_logits, "logits from a product": digits.with_computed_logits}

errors = {
    source: {
        spread: [[float(f"{error:.4g}") for error in errors_of(spread, seed)] for seed in range(50)]
        for spread in [1, 3, 10, 30, 100, 200]
    }
    for source, errors_of in EXPERIMENTS.items()
}
store("conditioning", {"errors": errors}, ["numpy", "mpmath"])
