"""Sets formulas while the book is built, by MathJax in a V8 engine.

So a page needs no script for them, and nothing moves when they appear. What
MathJax would put into style attributes, which the security policy of a page
refuses, goes into attributes that the style sheet selects.
"""

import atexit
import json
import re
from functools import cache
from pathlib import Path

from py_mini_racer import MiniRacer

STYLES = "_static/formulas.css"
MATHJAX = Path(__file__).parent / "vendor" / "mathjax"
PARTS = [
    "startup",
    "core",
    "adaptors/liteDOM",
    "input/tex",
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
]
SETTINGS = {
    # The parts are all there, so none has to be loaded.
    "loader": {"load": []},
    # An unknown command is an error. It would be set in red.
    "tex": {"packages": {"[-]": ["noundefined", "autoload", "require"]}},
    "chtml": {"adaptiveCSS": False, "fontURL": "vendor/mathjax"},
}
FUNCTIONS = """
MathJax.startup.defaultReady();
const html = (tex, display) =>
  MathJax.startup.adaptor.outerHTML(MathJax.tex2chtml(tex, { display }));
const styles = () =>
  MathJax.startup.adaptor.textContent(MathJax.chtmlStylesheet());
"""
# What MathJax's output has where it could not set a formula in its fonts.
MISSING = re.compile(r'data-mjx-error="([^"]*)"|<mjx-utext[^>]*>([^<]*)')


@cache
def engine():
    """Return a V8 engine that holds MathJax."""
    v8 = MiniRacer()
    # Python would wait for an open one forever as it ends.
    atexit.register(v8.close)
    v8.eval(f"globalThis.MathJax = {json.dumps(SETTINGS)}; null")
    for part in PARTS:
        v8.eval((MATHJAX / f"{part}.js").read_text("utf-8") + "\n;null")
    v8.eval(f"{FUNCTIONS}; null")
    return v8


@cache
def set_formula(tex, display=False):
    """Return the HTML of a formula, with MathML for those who cannot see.

    Raises
    ------
    ValueError
        If the formula has an error, or a character that no font has.
    """
    html = engine().call("html", tex, display)
    if found := MISSING.search(html):
        error, text = found.groups()
        problem = error or f"no font of MathJax has {text!r}"
        raise ValueError(f"{problem}, in the formula {tex.strip()}")
    return html.replace(' style="', ' data-style="')


def write_styles(site):
    """Write MathJax's style sheet, which has a rule for each character.

    Behind it stand the styles that the formulas of the site need themselves.
    """
    needed = {
        style
        for page in site.rglob("*.html")
        for style in re.findall(
            r' data-style="([^"]*)"', page.read_text("utf-8")
        )
    }
    # As strong as the style attributes that they stand for.
    rules = (
        f'[data-style="{style}"]{{{style.replace(";", "!important;")}}}\n'
        for style in sorted(needed)
    )
    css = engine().call("styles") + "\n" + "".join(rules)
    (site / STYLES).write_text(css, "utf-8")
