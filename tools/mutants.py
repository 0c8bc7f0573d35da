"""Compare the mutants that survived `make mutants` with tools/survivors.toml, which says why each may.

Fails where one is not listed, then a test is missing; or where one that is listed was killed, then a line is stale.
"""

import sys
import tomllib
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome

LISTED = Path(__file__).parent / "survivors.toml"


def listed():
    """Return the places and lines of the list."""
    reasons = tomllib.loads(LISTED.read_text(encoding="utf-8")).values()
    return {(place, line) for places in reasons for place, lines in places.items() for line in lines}


def place_and_line(mutation, diff):
    """Return where a mutant differs from the library, and its line there; where one was left out, that and the next."""
    place = ".".join(filter(None, (mutation.module_path.stem, mutation.definition_name)))
    lines = diff.splitlines()[4:]  # after the names of the files and the numbers of the lines
    added = [line[1:].strip() for line in lines if line.startswith("+") and line[1:].strip()]
    if added:
        return place, added[-1]
    last = max(number for number, line in enumerate(lines) if line.startswith("-"))
    return place, f"-{lines[last][1:].strip()} {lines[last + 1].strip()}"


def main(session):
    with use_db(session, WorkDB.Mode.open) as database:
        done = [pair for pair in database.completed_work_items if pair[1].worker_outcome != WorkerOutcome.SKIPPED]
    survivors = {place_and_line(item.mutations[0], result.diff) for item, result in done if not result.is_killed}
    print(f"{len(done)} mutants, of which {sum(not result.is_killed for _, result in done)} survived")
    problems = [("not listed", mutant) for mutant in sorted(survivors - listed())]
    problems += [("listed, but killed", mutant) for mutant in sorted(listed() - survivors)]
    for problem, (place, line) in problems:
        print(f"{problem}: {place}: {line}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main(sys.argv[1])
