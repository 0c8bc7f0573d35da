"""Where the book's parts are, and what its table of contents names."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_build" / "html"
NOTEBOOKS = sorted(ROOT.glob("book/*.ipynb"))


def chapters(entry):
    """Yield every file that the table of contents names."""
    if isinstance(entry, list):
        for item in entry:
            yield from chapters(item)
    if isinstance(entry, dict):
        yield from (entry[key] for key in ("root", "file") if key in entry)
        yield from chapters([value for value in entry.values() if isinstance(value, list)])


CHAPTERS = sorted(chapters(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))
