"""A page whose cells run in the browser has the control for it.

Other chapters say what they need that a browser has not.
"""

from bs4 import BeautifulSoup

from softmax_site import kernel

FRONT = "book/index"
NAMES = {
    "dask": "Dask",
    "distributed": "Dask",
    "gymnasium": "Gymnasium",
    "jax": "JAX",
    "keras": "Keras",
    "optax": "Optax",
    "scipy": "SciPy",
    "sklearn": "scikit-learn",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
}
CONTROL = """<div class="run" role="group" aria-label="Run this page">
<div class="run-buttons"><button type="button" disabled>Run this page</button>
</div><p role="status">Change any cell and run it, by Python in your browser.
This loads {size:.0f} MB once, from this site alone.</p></div>"""
REASON = """<div class="run"><p>A browser cannot run this chapter, which needs
{packages}. Its notebook, which the download button has, runs on a machine that
has them.</p></div>"""


def apply(soup, page):
    if not kernel.available():
        return
    notebook = kernel.ROOT / f"{page.name}.ipynb"
    if page.name == FRONT:
        if cell := cell_of_session(soup):
            add_control(soup, cell, ["numpy"])
    elif notebook.is_file():
        wheels, missing = kernel.requirements(notebook)
        if cell := soup.select_one("article div.cell:not(.tag_hide-input)"):
            if missing:
                cell.insert_before(
                    element(REASON.format(packages=named(missing)))
                )
            else:
                add_control(soup, cell, wheels)


def cell_of_session(soup):
    """Make the first example that has prompts a cell, and return it."""
    blocks = soup.select("article div[class*=highlight-]")
    sessions = (b for b in blocks if b.get_text().startswith(">>> "))
    example = next(sessions, None)
    if example is None:
        return None
    cell = example.wrap(soup.new_tag("div", attrs={"class": "cell session"}))
    example.wrap(soup.new_tag("div", attrs={"class": "cell_input"}))
    return cell


def named(packages):
    """Return the names of packages, as a text."""
    *others, last = sorted(
        {NAMES.get(name, name) for name in packages}, key=str.lower
    )
    return f"{', '.join(others)} and {last}" if others else last


def add_control(soup, cell, wheels):
    """Put the control before a cell, and let the page load its script."""
    control = element(CONTROL.format(size=kernel.megabytes(wheels)))
    control["data-needs"] = " ".join(wheels)
    cell.insert_before(control)
    page_script = soup.select_one('script[src*="_static/page.js"]')
    root, _, _ = page_script["src"].partition("page.js")
    page_script.insert_after(soup.new_tag("script", src=f"{root}run/start.js"))


def element(html):
    return BeautifulSoup(html, "html.parser").div
