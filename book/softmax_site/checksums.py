"""The checksums of what the book takes from elsewhere or has measured.

    python -m softmax_site.checksums

It writes SHA256SUMS, which `sha256sum --check SHA256SUMS` reads too. A test
compares it with the files, so none of them changes unseen.
"""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUMS = ROOT / "SHA256SUMS"

# The files, under what makes them anew.
FILES = {
    "make vendor": "book/*/vendor/*/**/*",
    "make wheels": "book/assets/wheels/*",
    "what book/data/README.md says": "book/data/*",
    "make errors, make bench and make cluster": "benchmarks/*.json",
    "make experiments": "experiments/*.json",
}


def checksums():
    """Return the sums of all these files, as a text."""
    return "\n".join(
        line
        for origin, pattern in FILES.items()
        for line in _lines(origin, pattern)
    )


def _lines(origin, pattern):
    yield f"# {origin}"
    for path in sorted(ROOT.glob(pattern)):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield f"{digest}  {path.relative_to(ROOT).as_posix()}"
    yield ""


if __name__ == "__main__":
    SUMS.write_text(checksums(), "utf-8", newline="\n")
