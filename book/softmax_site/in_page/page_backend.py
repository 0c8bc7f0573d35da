"""The backend of charts in the page: SVG, for light pages and for dark."""

from io import StringIO

from matplotlib import pyplot
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_svg import FigureCanvasSVG

from softmax_site.html.charts import darkened


class FigureCanvas(FigureCanvasSVG):
    manager_class = FigureManagerBase


_options = {}
_charts = []


def set_matplotlib_formats(*formats, **options):
    """Set how charts are stored; here it is always as SVG."""
    _options.update(options)


def show(*args, **kwargs):
    """Draw all open figures, and close them."""
    try:
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            drawing = StringIO()
            figure.savefig(drawing, format="svg", dpi=figure.dpi, **_options)
            light = drawing.getvalue()
            dark = darkened(light)
            _charts.append({"kind": "chart", "light": light, "dark": dark})
    finally:
        pyplot.close("all")


def take():
    """Return the drawings since the last call."""
    taken = _charts[:]
    _charts.clear()
    return taken
