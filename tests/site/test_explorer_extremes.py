"""What the pictures that move show of the largest numbers, of many classes, and of links that they cannot read."""

import pytest
from browser import SITE_ROOT
from explorer import Picture, number

PHONE, DESK = {"width": 360, "height": 700}, {"width": 1440, "height": 900}
TEN = ",".join(map(str, range(1, 11)))
# Notes each text since a canvas was last cleared, its size, and from where to where it reaches, upright ones too.
NOTE_TEXTS = """
    window.written = [];
    const pen = CanvasRenderingContext2D.prototype;
    const { fillText, clearRect } = pen;
    pen.clearRect = function (...area) { written = []; return clearRect.apply(this, area); };
    pen.fillText = function (text, x, y, ...more) {
        const turn = this.getTransform(), size = parseFloat(this.font);
        const middle = turn.transformPoint({ x, y }).y / devicePixelRatio;
        const half = (turn.a ? size : this.measureText(text).width) / 2;
        written.push({ text: String(text), top: middle - half, bottom: middle + half, size });
        return fillText.call(this, text, x, y, ...more);
    };"""


@pytest.fixture
def see(visits):
    def see(path, viewport=DESK):
        page = visits.page(viewport=viewport, reduced_motion="reduce")
        page.add_init_script(NOTE_TEXTS)
        page.goto(f"{visits.address}{SITE_ROOT}{path}")
        return Picture(page)

    return see


def texts(picture):
    """Return what stands on the chart now: the text, its top and bottom, its size."""
    picture.chart("chart.draw()")
    return [tuple(text.values()) for text in picture.page.evaluate("written")]


class TestLargestNumbers:
    @pytest.mark.parametrize("z", ["1e308,-1e307,0", "1.7e308,-1.7e308,1e308", "1e302,1e300,5e301"])
    def test_bars_have_the_heights_of_their_logits(self, see, z):
        picture = see(f"book/charts.html#bars?z={z}")
        logits = [float(x) for x in z.split(",")]
        zero, *ends = picture.chart(
            "[chart.scales.y.getPixelForValue(0), ...chart.getDatasetMeta(0).data.map(({ y }) => y)]"
        )
        heights = [zero - end for end in ends]
        assert max(map(abs, heights)) > 50
        for logit, height in zip(logits, heights, strict=True):
            assert height == pytest.approx(heights[0] * (logit / logits[0]), abs=1)

    @pytest.mark.parametrize("path", ["book/charts.html#bars?z={}", "book/one-pass.html#stream?z={}&fed=3"])
    @pytest.mark.parametrize("z", ["1e308,-1e307,0", "1.7e308,-1.7e308,1e308", "1.5,0.8,-0.2"])
    def test_no_two_marks_of_the_axis_have_one_label(self, see, path, z):
        picture = see(path.format(z))
        labels = picture.chart("chart.scales.y.ticks.map(({ label }) => label)")
        assert len(labels) >= 3
        assert len(set(labels)) == len(labels)
        values = [number(label) for label in labels]
        assert values == sorted(values)
        largest = max(abs(float(x)) for x in z.split(","))
        assert 0.5 * largest < max(values) < 2 * largest or max(values) == float("inf")

    def test_says_that_a_share_is_rounded(self, see):
        picture = see("book/charts.html#bars?z=800,0,0")
        assert picture.sentence.inner_text() == "Class 1 is the most probable, with a share that rounds to 1."
        picture.box("Class 2").fill("-inf")
        picture.box("Class 3").fill("-inf")
        assert picture.sentence.inner_text() == "Class 1 is the most probable, with 1."


class TestTexts:
    @pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
    @pytest.mark.parametrize("z", ["1.5,0.8,-0.2", "-3,-1,-2", "5,4,3", "1000,-1000,0", f"-0.5,{TEN[:-3]}"])
    def test_stand_inside_of_the_chart(self, see, z, viewport):
        picture = see(f"book/charts.html#bars?z={z}", viewport)
        shown = picture.chart("chart.data.datasets.flatMap(({ texts }) => texts)")
        top, bottom = picture.chart("[chart.chartArea.top, chart.chartArea.bottom]")
        found = texts(picture)[-len(shown) :]
        assert [text for text, *_ in found] == shown
        for text in found:
            assert top <= text[1] < text[2] <= bottom, text

    def test_a_phone_shows_those_of_ten_classes_and_what_is_not_a_number(self, see):
        picture = see(f"book/charts.html#bars?z={TEN.replace('8', '800')}&formula=naive", PHONE)
        found = texts(picture)[-20:]
        assert [text for text, *_ in found].count("NaN") == 1
        assert [text for text, *_ in found][:10] == TEN.replace("8", "800").split(",")
        assert min(size for *_, size in found) >= 8


class TestMessage:
    @pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
    @pytest.mark.parametrize("path", ["book/charts.html#bars?z=1,foo", "book/cross-entropy.html#simplex?z=1"])
    def test_of_a_broken_link_is_where_the_reader_looks(self, see, viewport, path):
        picture = see(path, viewport)
        picture.message.get_by_text("The link could not be read").wait_for()
        assert in_sight(picture.message, viewport)

    @pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
    def test_of_a_copied_link_is_where_the_reader_looks(self, see, viewport):
        picture = see("book/charts.html", viewport)
        button = picture.button("Copy link")
        button.evaluate("(button) => button.scrollIntoView({ block: 'end' })")
        button.click()
        picture.message.get_by_text("link").wait_for()
        assert in_sight(picture.message, viewport)


def in_sight(element, viewport):
    box = element.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"] and box["height"] > 20
