"""Train students on labels, smoothed labels and soft targets, on ten splits, in about a minute.

Each split has its own scans for the student, the teacher, the validation and the test, and its own first weights. Step
sizes, temperatures, decays and smoothings are those with the highest accuracy on the validation scans.
"""

from chapter import definitions, store

chapter = definitions("distillation")


def rounded(found):
    """Return the same with five digits."""
    if isinstance(found, dict):
        return {name: rounded(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [rounded(value) for value in found]
    return round(found, 5)


seeds = list(range(1, 11))
store("distillation", {"seeds": seeds, "splits": [rounded(chapter.compare(seed)) for seed in seeds]})
