"""Train students on labels, smoothed labels and soft targets, on ten splits, in about a minute.

Each split has its own scans for the student, the teacher, the validation and the test, and its own first weights. Step
sizes, temperatures, decays and smoothings are those with the highest accuracy on the validation scans.
"""

from chapter import definitions, plain, store

chapter = definitions("distillation")

seeds = list(range(1, 11))
store("distillation", {"seeds": seeds, "splits": [plain(chapter.compare(seed)) for seed in seeds]})
