"""Lighthouse on the built book: `make lighthouse` fails where the median of three runs is below 95 in a category.

It needs npx, which comes with Node.js, and Chromium or Chrome. A busy machine lowers the scores for performance.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys

from browser import SITE_ROOT, CompressingHandler, serving

from softmax_site.export import find_browser

NAMES = ["index", "what-softmax-is", "overflow", "cross-entropy", "cheat-sheet"]
PAGES = [f"book/{name}.html" for name in NAMES]
VERSION = "12.8.2"
RUNS, GOAL = 3, 95


def scores(npx, url):
    """Return the score of each category, out of a hundred."""
    flags = "--headless --no-sandbox --disable-gpu --disable-background-networking"
    options = ["--quiet", "--output=json", f"--chrome-flags={flags}"]
    command = [npx, "--yes", f"lighthouse@{VERSION}", url, *options]
    report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {name: round(100 * category["score"]) for name, category in report["categories"].items()}


def main():
    npx = shutil.which("npx") or sys.exit("npx isn't there; it comes with Node.js")
    os.environ.setdefault("CHROME_PATH", find_browser() or "")
    reached = True
    with serving(CompressingHandler) as address:
        for page in PAGES:
            runs = [scores(npx, f"{address}{SITE_ROOT}{page}") for _ in range(RUNS)]
            medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            print(page, *(f"{name} {score}" for name, score in medians.items()), sep="  ", flush=True)
            reached &= min(medians.values()) >= GOAL
    sys.exit(not reached)


if __name__ == "__main__":
    main()
