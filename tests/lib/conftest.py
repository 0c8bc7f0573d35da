"""Hypothesis makes the same examples in every run, so that a failure on one machine is one on all.

`--hypothesis-profile fresh` makes others in each run, and more. For mutants Hypothesis doesn't look for the simplest.
"""

import mpmath
from hypothesis import Phase, settings

settings.register_profile("book", derandomize=True, deadline=None, max_examples=200)
book = settings.get_profile("book")
settings.register_profile("fresh", book, derandomize=False, max_examples=1000, print_blob=True)
settings.register_profile("mutants", book, phases=[Phase.explicit, Phase.generate], max_examples=50)
settings.load_profile("book")

mpmath.mp.dps = 60
