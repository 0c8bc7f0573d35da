"""Measures what a reader sees of each chapter: pictures, open code, captions, and what a phone cuts or makes too small.

    python tools/reading.py

It opens the chapters of the built book, wide and on a phone, and prints a line for each, then the sums beside what the
book aims at.
"""

import re
import statistics
from pathlib import Path

from softmax_site.export import SITE, browsing

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 800}
LETTERS = 9  # pixels
# Glyphs of Matplotlib's outlines have 100 units to the size of the letters.
GLYPH = re.compile(r"scale\((0?\.\d+) -")
ON_A_DESK = """() => {
    const article = document.querySelector("article");
    const seen = (selector) => [...article.querySelectorAll(selector)].filter((each) => each.checkVisibility());
    const code = seen("div.cell_input pre");
    const picture = seen("img, canvas, svg").find((each) => each.getBoundingClientRect().height > 100);
    const before = (one, other) => !other || one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    const height = (elements) => elements.reduce((sum, each) => sum + each.getBoundingClientRect().height, 0);
    const charts = seen(".cell_output img, figure img");
    return {
        pictureFirst: Boolean(picture && before(picture, code[0])),
        imports: code.filter((each) => /^(import|from) /m.test(each.textContent)).length,
        open: height([...code, ...seen("div.cell_output pre")]) / article.getBoundingClientRect().height,
        charts: charts.length,
        captions: charts.filter((each) => each.closest("figure")?.querySelector("figcaption")).length,
    };
}"""
ON_A_PHONE = """() => {
    const seen = (selector) => [...document.querySelectorAll(`article ${selector}`)].filter((e) => e.checkVisibility());
    const boxes = seen("pre");
    const charts = seen(".cell_output img");
    return {
        boxes: boxes.length,
        cut: boxes.filter((each) => each.scrollWidth > each.clientWidth + 1).length,
        widths: charts.map((each) => [each.getAttribute("src"), each.getBoundingClientRect().width]),
    };
}"""


def smallest_letters(source, width):
    """Return the size of a chart's smallest letters, in pixels, where it is as wide as that."""
    svg = (SITE / "book" / source).read_text("utf-8")
    _, _, units, _ = map(float, re.search(r'viewBox="([^"]+)"', svg)[1].split())
    sizes = [100 * float(scale) for scale in GLYPH.findall(svg)]
    return min(sizes, default=float("inf")) * width / units


def measure(page, chapter):
    """Return what is seen of a chapter."""
    page.set_viewport_size(WIDE)
    page.goto((SITE / "book" / f"{chapter}.html").absolute().as_uri())
    seen = page.evaluate(ON_A_DESK)
    page.set_viewport_size(PHONE)
    seen |= page.evaluate(ON_A_PHONE)
    seen["letters"] = [smallest_letters(source, width) for source, width in seen.pop("widths")]
    return seen


def share(part, whole):
    return f"{part} of {whole}"


def main():
    chapters = sorted(path.stem for path in Path("book").glob("*.ipynb"))
    with browsing() as browser:
        page = browser.new_page()
        seen = {chapter: measure(page, chapter) for chapter in chapters}
    heads = ["picture first", "open imports", "open code", "captions", "cut boxes", "letters of 9 pixels"]
    print(f"{'chapter':20}", *heads, sep="  ")
    for chapter, row in seen.items():
        large = sum(size >= LETTERS for size in row["letters"])
        values = ["yes" if row["pictureFirst"] else "no", row["imports"], f"{row['open']:.0%}"]
        values += [share(row["captions"], row["charts"]), share(row["cut"], row["boxes"]), share(large, row["charts"])]
        print(f"{chapter:20}", *(f"{value:>{len(head)}}" for value, head in zip(values, heads, strict=True)), sep="  ")
    totals = {name: sum(row[name] for row in seen.values()) for name in row if name not in ("open", "letters")}
    letters = [size for row in seen.values() for size in row["letters"]]
    opened = statistics.median(row["open"] for row in seen.values())
    large = sum(size >= LETTERS for size in letters) / len(letters)
    print(f"""
A picture before code: {totals["pictureFirst"]} of {len(seen)} chapters; the aim is all.
Open cells that import: {totals["imports"]}; the aim is none.
Height of open code and output, in the median: {opened:.0%}; the aim is at most 25%.
Charts with a caption: {totals["captions"]} of {totals["charts"]}; the aim is all.
Boxes that a phone cuts: {totals["cut"] / totals["boxes"]:.0%}; the aim is at most 25%.
Charts with letters of {LETTERS} pixels or more on a phone: {large:.0%}; the aim is 90%.""")


if __name__ == "__main__":
    main()
