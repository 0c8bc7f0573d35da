"""Vendored files, data and measurements are those that were fetched or measured."""

import hashlib

import pytest
from paths import ROOT

from softmax_site import checksums


def test_files_are_those_of_the_sums():
    assert (ROOT / "SHA256SUMS").read_text("utf-8") == checksums.checksums(), (
        "A file changed that only the command above its sum in SHA256SUMS should change; `make checksums` sums up anew"
    )


@pytest.mark.parametrize(
    "name",
    [
        "benchmarks/errors.json",
        "benchmarks/many_machines.json",
        "benchmarks/results.json",
        "book/assets/vendor/chartjs/chart.umd.min.js",
        "book/softmax_site/vendor/mathjax/input/tex.js",
        "book/assets/vendor/mathjax/MathJax_Main-Regular.woff",
        "book/data/digits.csv.gz",
        "book/data/python-topics.json",
    ],
)
def test_sum_of(name):
    digest = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
    assert f"{digest}  {name}\n" in (ROOT / "SHA256SUMS").read_text("utf-8")
