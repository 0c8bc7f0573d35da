"""The directives of the front page: `shares`, to try softmax, and `book-map`.

`shares` is a picture that moves without a library of charts: three scores, and
the whole that they share. Its first state is on the page; scripts move it.
`book-map` shows each chapter of `_toc.yml` as a card: a drawing, its title, and
its line in `book/map.yml` or else its description.
"""

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from softmax_lib import softmax
from softmax_site.drawings import drawing

SCORES = {"cat": 2.0, "dog": 1.0, "bird": 0.5}
HATCHES = """<svg class="shares-hatches" width="0" height="0"
aria-hidden="true"><defs>
<pattern id="hatch-2" width="6" height="6" patternUnits="userSpaceOnUse">
<path d="M-1 1L1 -1M0 6L6 0M5 7L7 5" class="s-paper"/></pattern>
<pattern id="hatch-3" width="6" height="6" patternUnits="userSpaceOnUse">
<path d="M1 1.5h1.4M4 4.5h1.4" class="s-paper"/></pattern></defs></svg>"""
SLIDER = """<input class="pst-js-only" type="range" min="-2" max="4" step="0.1"
value="{score}" aria-label="Score of {name}">"""
ROW = """<div class="shares-row" data-score>
<span>{name}</span><span class="shares-slider">{slider}</span>
<span class="shares-score">{score:.1f}</span>
<svg class="shares-bar" aria-hidden="true">
<rect class="f-panel" width="100%" height="100%"/>
<rect class="f-c{number}" width="{share:.1%}" height="100%"/>
<rect fill="url(#hatch-{number})" width="{share:.1%}" height="100%"/></svg>
<b>{share:.3f}</b></div>"""
PART = '<rect class="f-c{number}" x="{start:.1%}" width="{share:.1%}"/>'
SHARES = """<form class="shares" aria-label="Three scores and their softmax">
{hatches}
<div class="shares-row shares-head" aria-hidden="true"><span>Class</span>
<span class="shares-slider"></span><span>Score</span><span>Probability</span>
</div>{rows}
<div class="shares-whole"><span>Together</span> <b>{total:.3f}</b>
<svg class="shares-bar" aria-hidden="true">{parts}</svg></div>
<div class="shares-chips pst-js-only">
<button type="button" aria-pressed="false" name="shift">Add 1000 to each
</button>
<button type="button" aria-pressed="false" name="T">Temperature 0.25</button>
<button type="button" aria-pressed="false" name="formula">Textbook formula
</button> <button type="reset">Start again</button></div>
<p class="shares-note" aria-live="polite"></p></form>"""


class Shares(SphinxDirective):
    def run(self):
        shares = softmax(list(SCORES.values()))
        starts = shares.cumsum() - shares
        each = list(enumerate(zip(SCORES, shares, starts, strict=True), 1))
        rows = [
            ROW.format(
                name=name,
                slider=SLIDER.format(name=name, score=SCORES[name]),
                score=SCORES[name],
                number=number,
                share=share,
            )
            for number, (name, share, _) in each
        ]
        parts = [
            PART.format(number=number, start=start, share=share)
            for number, (_, share, start) in each
        ]
        html = SHARES.format(
            hatches=HATCHES,
            rows="\n".join(rows),
            parts="".join(parts),
            total=shares.sum(),
        )
        return [nodes.raw("", html, format="html")]


class BookMap(SphinxDirective):
    def run(self):
        toc, self.lines = map(self.read, ["_toc.yml", "book/map.yml"])
        return [self.part(part) for part in toc["parts"]]

    def read(self, name):
        path = Path(self.env.srcdir, name)
        self.env.note_dependency(str(path))
        return yaml.safe_load(path.read_text("utf-8"))

    def part(self, part):
        caption = part["caption"]
        section = nodes.section(ids=[f"map-{caption.lower()}"])
        section["classes"] = ["map-part"]
        section += nodes.title("", caption)
        section += nodes.paragraph("", self.lines["parts"].get(caption, ""))
        cards = nodes.bullet_list(classes=["map-cards"])
        cards += [self.card(entry["file"]) for entry in part["chapters"]]
        section += cards
        return section

    def card(self, chapter):
        name = Path(chapter).name
        line = self.lines["chapters"].get(name)
        text = line or self.config.descriptions[chapter]
        card = nodes.list_item()
        card += nodes.raw("", drawing(name), format="html")
        card += self.parse_text_to_nodes(f"{{doc}}`/{chapter}`\n\n{text}")
        return card


def add_script(app, pagename, templatename, context, doctree):
    if pagename == app.config.root_doc:
        for script in ["softmax", "shares"]:
            app.add_js_file(f"explorer/{script}.js", loading_method="defer")


def setup(app):
    app.add_directive("shares", Shares)
    app.add_directive("book-map", BookMap)
    app.connect("html-page-context", add_script)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
