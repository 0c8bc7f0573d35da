"""The picture that stands beside a link to the book in a message.

`python -m softmax_site.social_card` draws it anew, as `book/assets/card.png`,
in Chromium: the book's mark, a square of area one that is divided as softmax
divides 2, 1 and 0.5, with the three areas in it.
"""

from pathlib import Path

from softmax_lib import softmax
from softmax_site.export import browsing

ASSETS = Path(__file__).parent.parent / "assets"
SIZE = {"width": 1200, "height": 630}
GAP = 1.5
SIDE = 61
CARD = """<!doctype html><html data-theme="light"><meta charset="utf-8">
<link rel="stylesheet" href="tokens.css"><style>
@font-face {{ font-family: "Book Serif"; font-weight: 400 600;
  src: url("vendor/source-serif/serif.woff2"); }}
body {{ margin: 0; width: 1200px; height: 630px; padding: 0 80px;
  box-sizing: border-box; display: grid; grid-template-columns: 1fr 470px;
  gap: 60px; align-items: center; background: var(--paper);
  color: var(--ink); font-family: var(--font-text); }}
h1 {{ margin: 0; font-size: 92px; font-weight: 600; line-height: 1;
  letter-spacing: -0.03em; }}
p {{ margin: 32px 0 0; font-size: 33px; line-height: 1.35;
  color: var(--ink2); }}
text {{ font: 600 5px var(--font-ui); fill: var(--paper); }}
</style><div><h1>The softmax book</h1><p>One line of mathematics turns scores
into probabilities. See what it does, watch it break, and learn to do it right.
</p></div><svg viewBox="0 0 {side} {side}">{fields}</svg></html>"""
FIELD = """<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="1.5"
style="fill: var(--c{number})"/><text x="{left}" y="{base}">{share:.3f}</text>
"""


def fields():
    """Yield the three fields: the first on the left, two beside it."""
    shares = softmax([2.0, 1.0, 0.5])
    inner = SIDE - GAP
    left = inner * shares[0]
    upper = inner * shares[1] / (shares[1] + shares[2])
    right = left + GAP
    boxes = [
        (0, 0, left, SIDE),
        (right, 0, inner - left, upper),
        (right, upper + GAP, inner - left, inner - upper),
    ]
    for number, (share, (x, y, width, height)) in enumerate(
        zip(shares, boxes, strict=True), 1
    ):
        yield FIELD.format(
            x=x,
            y=y,
            width=width,
            height=height,
            number=number,
            left=x + 4,
            base=y + height - 4,
            share=share,
        )


def draw(path):
    card = CARD.format(side=SIDE, fields="".join(fields()))
    with browsing() as browser:
        page = browser.new_page(viewport=SIZE)
        address = (ASSETS / "card.html").as_uri()
        page.route(
            address,
            lambda route: route.fulfill(body=card, content_type="text/html"),
        )
        page.goto(address)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=path)


if __name__ == "__main__":
    draw(ASSETS / "card.png")
