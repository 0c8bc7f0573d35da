"""The still pictures, which stand on a page before, and without, JavaScript: their numbers and their look."""

import json
import math
import re
from collections import defaultdict
from itertools import count as counted_from
from statistics import mean
from urllib.parse import parse_qsl

import mpmath
import numpy as np
import pytest
from built import parsed
from explorer import PLACES, every_place, number
from paths import ROOT, SITE

from softmax_site import stills

# The widths in bits of the floating types, their largest numbers, and the smallest above 0.
TYPES = {
    64: ((2 - 2**-52) * mpmath.mpf(2) ** 1023, mpmath.mpf(2) ** -1074),
    32: ((2 - 2**-23) * mpmath.mpf(2) ** 127, mpmath.mpf(2) ** -149),
    16: (mpmath.mpf(65504), mpmath.mpf(2) ** -24),
}
STATES = [
    "bars?z=1.5,0.8,-0.2",
    "bars?z=-3,0.25,7,-1.5",
    "bars?z=1000,-1000,999.5",
    "simplex?z=-4,5,-1",
    "simplex?z=0.5,2,1",
    "overflow?x=3",
    "overflow?x=89",
    "overflow?x=-17",
    "overflow?x=710",
    "stream?z=1,3,2,1000,999&fed=5",
    "stream?z=3,2,1,0,-1,-2&fed=4",
    "stream?z=1,1,1,1&fed=1",
    "decode?row=open&topk=5",
    "decode?row=clear&T=0.5&topp=0.9",
    "decode?row=open&T=2&topk=50&topp=0.8&minp=0.1",
    "root?d=1&seed=3",
    "root?d=128",
    "reliability?T=1",
    "reliability?T=3&bins=5",
    "bandit?pulls=300",
    "bandit?pulls=300&rate=0.5&baseline=none&seed=4",
    "bandit?pulls=0",
    "merge?z=1,0,2,4,3,5,-1,2",
    "merge?z=1,0,2,4,1000,999,-1,2",
    "entmax?z=1,0.6,0.2",
    "entmax?z=-3,2,1&alpha=2.5",
    "entmax?z=0.4,0.3,0.25&alpha=1.1",
    "tiles?done=12",
    "tiles?size=64&done=40",
    "tiles?size=256&mask=seen&done=16",
]


def softmax(z):
    powers = [mpmath.exp(x) for x in z]
    return [power / mpmath.fsum(powers) for power in powers]


def numbers(text):
    return [float(number) for number in text.split(",")]


def bars(z):
    z = numbers(z)
    p = softmax(z)
    rows = [(x, mpmath.exp(x - max(z)), share) for x, share in zip(z, p, strict=True)]
    return rows, [*z, *p]


def simplex(z):
    z = numbers(z)
    p = softmax(z)
    rows = [(x, share, share - truth) for x, share, truth in zip(z, p, (1, 0, 0), strict=True)]
    return rows, [*p, 1]  # The true class is number 1.


def overflow(x):
    rows, said = [], []
    for bits, (largest, smallest) in TYPES.items():
        said += [mpmath.log(smallest / 2), mpmath.log(largest), bits]
        first, second = (rounded(mpmath.exp(mpmath.mpf(x) - shift), bits) for shift in (0, 1))
        total = first + second
        shares = [
            power / total if total and not (power == total == math.inf) else math.nan for power in (first, second)
        ]
        rows.append((first, second, *shares))
    return rows, [*said, float(x)]


def rounded(x, bits):
    """Return a positive number as a floating type has it, to its last bit or so."""
    largest, smallest = TYPES[bits]
    if x > largest:
        return math.inf
    return 0.0 if x < smallest / 2 else float(max(x, smallest))


def stream(z, fed):
    z, fed = numbers(z), int(fed)
    rows, top = [], -math.inf
    for count in range(1, fed + 1):
        before, top = top, max(z[:count])
        total = mpmath.fsum(mpmath.exp(x - top) for x in z[:count])
        rows.append((z[count - 1], top, mpmath.exp(before - top), total))
    return rows, [*z, fed, top, *(row[-1] for row in rows), 1]  # "... before 1 is added."


def decode(row, T="1", topk="0", topp="1", minp="0"):
    stored = json.loads((ROOT / "experiments" / "sampling.json").read_text("utf-8"))
    z = sorted((z for z in stored[row]["logits"] if z is not None), reverse=True)
    p = softmax([x / float(T) for x in z])
    kept = p[: int(topk) or None]
    kept = kept[
        : next(n for n in range(1, len(kept) + 1) if n == len(kept) or sum(kept[:n]) >= float(topp) * sum(kept))
    ]
    kept = [share for share in kept if share >= float(minp) * p[0]]
    after = [share / sum(kept) for share in kept] + [0] * (len(p) - len(kept))
    said = [12, len(p), p[0], len(kept), sum(kept)]
    return list(zip(z, p, after, strict=True))[:12], said


def uniform(seed):
    """Return a function that draws the numbers of Park and Miller's generator, which are powers of its multiplier."""
    powers = counted_from(21)
    return lambda: seed * pow(48271, next(powers), 2147483647) % 2147483647 / 2147483647


def normal(draw):
    return math.sqrt(-2 * math.log(draw())) * math.cos(2 * math.pi * draw())


def root(d, seed="1"):
    draw = uniform(int(seed))
    rows = [[normal(draw) for _ in range(9)] for _ in range(int(d))]
    z = [math.fsum(query * keys[key] for query, *keys in rows) for key in range(8)]
    scaled = [product / math.sqrt(int(d)) for product in z]
    p, q = softmax(z), softmax(scaled)
    return list(zip(z, scaled, p, q, strict=True)), [8, int(d), max(p), max(q), math.sqrt(int(d))]


def reliability(T, bins="10"):
    stored = json.loads((ROOT / "experiments" / "reliability.json").read_text("utf-8"))
    found = defaultdict(list)
    for z, label in zip(stored["logits"], stored["labels"], strict=True):
        confidence = 1 / sum(math.exp((x - max(z)) / float(T)) for x in z)
        found[min(int(bins) - 1, int(confidence * int(bins)))].append((confidence, z.index(max(z)) == label))
    rows = [[len(part), *map(mean, zip(*part, strict=True))] for _, part in sorted(found.items())]
    scans = sum(size for size, _, _ in rows)
    claimed, accuracy = (sum(row[0] * row[i] for row in rows) / scans for i in (1, 2))
    error = sum(size * abs(promised - kept) for size, promised, kept in rows) / scans
    return rows, [len(rows), float(T), 100 * claimed, 100 * accuracy, 100 * error]


def bandit(pulls, rate="0.1", baseline="mean reward", seed="1"):
    draw, values = uniform(int(seed)), [4, 4.5, 5, 5.5]
    scores, rewards, counts = [0.0] * 4, [], [0] * 4
    for _ in range(int(pulls)):
        p = [float(share) for share in softmax(scores)]
        dart = draw()
        machine = next((i for i in range(4) if dart < sum(p[: i + 1])), 3)
        rewards.append(values[machine] + normal(draw))
        counts[machine] += 1
        advantage = rewards[-1] - (0 if baseline == "none" else mean(rewards))
        scores = [s + float(rate) * advantage * ((i == machine) - p[i]) for i, s in enumerate(scores)]
    p = softmax(scores)
    return list(zip(values, counts, p, strict=True)), [int(pulls), p[-1], mean(rewards) if rewards else 0]


def merge(z):
    z = numbers(z)
    states = {}
    for first, last in [(0, 2), (2, 4), (4, 6), (6, 8), (0, 4), (4, 8), (0, 8)]:
        top = max(z[first:last])
        states[first, last] = top, mpmath.fsum(mpmath.exp(x - top) for x in z[first:last])
    wholes = [(0, 4), (0, 4), (4, 8), (4, 8), (0, 8), (0, 8), (0, 8)]
    rows = [
        (top, total, mpmath.exp(top - states[whole][0]))
        for (top, total), whole in zip(states.values(), wholes, strict=True)
    ]
    return rows, [*(row[0] for row in rows[:4]), *(row[1] for row in rows[:4]), *rows[-1][:2]]


def entmax(z, alpha="1.5"):
    z = numbers(z)
    orders = [float(alpha), 2.0]
    results = [softmax(z)]
    for order in orders:
        x = [(order - 1) * score for score in z]
        # The sum falls as the threshold rises, and is 1 or more where the largest alone has 1.
        power = 1 / (order - 1)
        low, high = mpmath.mpf(max(x) - 1), mpmath.mpf(max(x))
        for _ in range(100):
            middle = (low + high) / 2
            enough = mpmath.fsum(max(score - middle, 0) ** power for score in x) >= 1
            low, high = (middle, high) if enough else (low, middle)
        results.append([max(score - low, 0) ** power for score in x])
    kept = [sum(share > 0 for share in p) for p in results]
    return list(zip(z, *results, strict=True)), [*z, kept[0], float(alpha), *kept[1:]]


def tiles(size="128", mask="hidden", done="0"):
    """Count what each tile moves: a block of queries and their output once, keys and values with each tile."""
    size, done, blocks = int(size), int(done), 1024 // int(size)
    moved = {"Queries": [], "Keys": [], "Output": []}
    for i in range(blocks):
        last = i if mask == "hidden" else blocks - 1
        for j in range(last + 1):
            moved["Queries"].append(4 * 64 * size if j == 0 else 0)
            moved["Keys"].append(2 * 4 * 64 * size)
            moved["Output"].append(4 * 65 * size if j == last else 0)
    count = len(moved["Keys"])
    queries, keys, output = ([sum(part[:done]), sum(part)] for part in moved.values())
    rows = [
        [*queries, 4 * 64 * 1024],
        [*keys, 2 * 4 * 64 * 1024],
        [0, 0, 4 * 4 * 1024**2],
        [*output, 4 * 64 * 1024],
    ]
    rows = [[number / 1e6 for number in row] for row in [*rows, map(sum, zip(*rows, strict=True))]]
    return rows, [1024, size, count, done, blocks**2 - count, *rows[-1]]


DEFINITIONS = {
    definition.__name__: definition
    for definition in (
        bars,
        simplex,
        overflow,
        stream,
        decode,
        root,
        reliability,
        bandit,
        merge,
        entmax,
        tiles,
    )
}


def expected(address):
    name, _, state = address.partition("?")
    return DEFINITIONS[name](**dict(parse_qsl(state)))


def assert_close(shown, true, digits):
    assert len(shown) == len(true)
    for text, value in zip(shown, true, strict=True):
        half_a_step = 0.5 * 10.0 ** -len(text.partition(".")[2]) if "e" not in text and "." in text else 0
        assert np.isclose(number(text), float(value), rtol=0.51 * 10 ** (1 - digits), atol=half_a_step, equal_nan=True)


def assert_right(address, table, alt):
    rows, said = expected(address)
    assert len(table) == len(rows)
    for cells, row in zip(table, rows, strict=True):
        assert_close(", ".join(cells).split(", "), row, digits=3)
    assert_close(re.findall(r"-?\d[\d.]*(?:e[+-]\d+)?", alt.replace("class", "class ").rstrip(".")), said, digits=3)


@pytest.mark.parametrize("address", STATES)
def test_numbers_are_those_of_the_definitions(address):
    name, _, state = address.partition("?")
    still = stills.draw(name, **dict(parse_qsl(state)))
    assert_right(address, [cells for _, *cells in still.rows], still.alt)


@every_place
def test_moving_pictures_have_the_same_numbers(see, place):
    for address in STATES:
        if address.startswith(f"{PLACES[place]}?"):
            rows, _ = expected(address)
            table = see(place, f"#{address}").table()
            assert len(table) == len(rows)
            for cells, row in zip(table, rows, strict=True):
                assert_close(", ".join(cells).split(", "), row, digits=3)


@every_place
def test_pages_show_those_of_their_state(place):
    still = parsed(place).select_one("[data-explorer]")
    table = [[cell.get_text(strip=True) for cell in row.select("td")] for row in still.select("tbody tr")]
    for image in still.select("img"):
        assert_right(still["data-explorer"], table, image["alt"])


@every_place
@pytest.mark.parametrize("width", [360, 1280])
def test_is_a_box_with_an_aligned_table_where_no_script_runs(visits, place, width):
    still = visits.open(
        place, viewport={"width": width, "height": 900}, java_script_enabled=False, color_scheme="dark"
    ).locator("[data-explorer]")
    box = still.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    for element in still.locator("img.only-light, table, th, td, p").all():
        inner = element.bounding_box()
        assert inner["x"] >= box["x"]
        assert inner["x"] + inner["width"] <= box["x"] + box["width"]
    border, aligned, lines = still.evaluate(
        """(still) => {
            const columns = [...still.querySelectorAll("tr")].map((row) => [...row.cells].map(
                (cell) => getComputedStyle(cell).textAlign));
            const lines = [...still.querySelectorAll("tbody tr > *")].map(
                (cell) => parseFloat(getComputedStyle(cell).borderBottomWidth));
            return [parseFloat(getComputedStyle(still).borderTopWidth), columns, lines];
        }"""
    )
    assert border >= 1
    assert aligned == [["left", *["right"] * (len(row) - 1)] for row in aligned]
    assert min(lines) >= 1


class TestPage:
    """Where a picture has its place."""

    @every_place
    def test_is_a_described_chart_and_a_table(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert still["data-explorer"].startswith(f"{PLACES[place]}?")
        assert re.search(r"\d", still.img["alt"])
        assert (SITE / place).parent.joinpath(still.img["src"]).is_file()
        assert len(still.select("tbody tr")) >= 3

    def test_scripts_are_loaded_where_there_is_a_picture_and_in_order(self):
        for path in SITE.rglob("*.html"):
            page = parsed(path.relative_to(SITE))
            names = {place["data-explorer"].partition("?")[0] for place in page.select("[data-explorer]")}
            scripts = [script for script in page.find_all("script", src=re.compile("explorer/|chartjs/"))]
            data = names & stills.DATA.keys()
            expected = ["chart.umd.min", "softmax", "fields", *data, *names, "explorer"] if names else []
            if page.select_one("form.shares"):  # Those of the front page need no library of charts.
                expected = ["softmax", "shares"]
            assert [re.search(r"([\w.]+)\.js", script["src"])[1] for script in scripts] == expected, path.name
            assert all(script.has_attr("defer") for script in scripts)

    @every_place
    def test_has_no_inline_code(self, place):
        still = parsed(place).select_one("[data-explorer]")
        assert not still.find_all(["script", "style"])
        for element in [still, *still.find_all(True)]:
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")]

    @every_place
    def test_is_seen_without_javascript(self, visits, place):
        page = visits.open(place, java_script_enabled=False)
        still = page.locator("[data-explorer]")
        assert still.locator("img.only-light").is_visible()
        assert not still.locator("img.only-dark").is_visible()
        assert still.locator("table").is_visible()
        assert still.locator("button").count() == 0
