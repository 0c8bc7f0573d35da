"""The form and the use of the bibliography and of links. What is behind them is for the weekly workflow to see."""

import json
import re
from datetime import date
from itertools import groupby

import pytest
from paths import NOTEBOOKS, ROOT
from pybtex.database import parse_file

BIBLIOGRAPHY = parse_file(ROOT / "book" / "references.bib").entries
# Its server speaks no TLS.
UNENCRYPTED = {"http://incompleteideas.net/book/the-book-2nd.html"}


@pytest.fixture(scope="module")
def prose():
    """Return the text of every chapter, without its code."""
    cells = [cell for path in NOTEBOOKS for cell in json.loads(path.read_text("utf-8"))["cells"]]
    pages = [path.read_text("utf-8") for path in ROOT.glob("book/*.md")]
    return "\n".join(["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"] + pages)


def of_all(field):
    """Return what the entries that have a field have there."""
    return {key: entry.fields[field] for key, entry in BIBLIOGRAPHY.items() if field in entry.fields}


class TestBibliography:
    def test_says_where_each_entry_is(self):
        assert not [key for key, entry in BIBLIOGRAPHY.items() if not {"doi", "isbn", "url"} & entry.fields.keys()]

    def test_has_plausible_years(self):
        assert not {key: year for key, year in of_all("year").items() if not 1800 <= int(year) <= date.today().year}

    def test_has_dois_of_the_right_form(self):
        assert not {
            key: doi for key, doi in of_all("doi").items() if not re.fullmatch(r"10\.\d{4,9}/[\w.()/:;-]+", doi)
        }

    def test_has_isbns_whose_check_digit_is_right(self):
        for key, isbn in of_all("isbn").items():
            digits = [int(digit) for digit in isbn.replace("-", "")]
            assert len(digits) == 13, key
            assert (sum(digits) + 2 * sum(digits[1::2])) % 10 == 0, key

    def test_has_pages_in_order(self):
        for key, pages in of_all("pages").items():
            first, *last = pages.split("--")
            assert not last or not (first + last[0]).isdigit() or int(first) <= int(last[0]), f"{key}: {pages}"

    def test_has_no_entry_older_than_on_arxiv(self):
        """An entry may name the journal or the conference, where a paper appears up to three years later."""
        for key, doi in of_all("doi").items():
            if number := re.match(r"10\.48550/arxiv\.(\d\d)\d\d\.", doi, re.IGNORECASE):
                delay = int(BIBLIOGRAPHY[key].fields["year"]) - (2000 + int(number[1]))
                assert 0 <= delay <= (0 if BIBLIOGRAPHY[key].type == "misc" else 3), key

    @pytest.mark.parametrize("field", ["doi", "isbn", "title", "url"])
    def test_lists_nothing_twice(self, field):
        values = sorted(value.casefold() for value in of_all(field).values())
        assert not [value for value, same in groupby(values) if len(list(same)) > 1]

    def test_lists_what_a_chapter_cites(self, prose):
        cited = re.findall(r"\{cite:[pt]\}`([^`]+)`", prose)
        assert {key.strip() for keys in cited for key in keys.split(",")} == set(BIBLIOGRAPHY)

    def test_lists_what_the_library_cites(self):
        sources = "".join(path.read_text("utf-8") for path in ROOT.glob("softmax_lib/*.py"))
        cited = set(re.findall(r"doi:(\S+)", sources))
        assert cited
        assert cited <= set(of_all("doi").values())


def test_links_are_encrypted(prose):
    links = {*re.findall(r"https?://[^\s)>\"`]+", prose), *of_all("url").values()}
    assert len(links) > 30
    assert {link for link in links if not link.startswith("https://")} == UNENCRYPTED
