"""Ask the registry of each DOI for its title and years, and fail where the bibliography has others.

It needs the network: doi.org passes the question on, to Crossref for journals and books, to DataCite for arXiv.
"""

import json
import re
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from pybtex.database import parse_file

BIBLIOGRAPHY = Path(__file__).parent.parent / "book" / "references.bib"
RESOLVER = "https://doi.org"
DATES = ["issued", "published", "published-print", "published-online"]
ARXIV = "10.48550/arxiv."
YEARS_TO_PRINT = 3  # from arXiv to the journal or the conference that an entry names


def registered(doi, resolver):
    """Return what the registry of a DOI has, as citation data."""
    request = Request(f"{resolver}/{doi}", headers={"Accept": "application/vnd.citationstyles.csl+json"})
    return json.loads(urlopen(request, timeout=60).read())


def words(title):
    """Return a title without markup, capitals and punctuation."""
    return re.sub(r"[\W_]", "", re.sub(r"<[^>]*>|\\\w+|[{}$]", "", title)).casefold()


def years(record):
    """Return the years of all dates that a record has; one may be empty."""
    return {record[date]["date-parts"][0][0] for date in DATES if date in record} - {None}


def problems(bibliography, resolver=RESOLVER):
    """Yield what doesn't fit, a line for each entry."""
    for key, entry in parse_file(bibliography).entries.items():
        doi = entry.fields.get("doi")
        if doi is None:
            continue
        try:
            record = registered(doi, resolver)
        except (URLError, TimeoutError) as error:
            yield f"{key}: {doi} cannot be looked up: {error}"
            continue
        title, subtitle = entry.fields["title"], "".join(record.get("subtitle", []))
        if words(title) not in (words(record["title"]), words(record["title"] + subtitle)):
            yield f"{key}: its title is {title!r}, that of {doi} is {record['title']!r}"
        year, delay = int(entry.fields["year"]), YEARS_TO_PRINT if doi.casefold().startswith(ARXIV) else 0
        if not any(known <= year <= known + delay for known in years(record)):
            yield f"{key}: its year is {year}, those of {doi} are {sorted(years(record))}"


if __name__ == "__main__":
    sys.exit("\n".join(problems(BIBLIOGRAPHY)) or None)
