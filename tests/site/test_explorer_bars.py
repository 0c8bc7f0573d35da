"""The bars: of logits, and of their softmax."""

import numpy as np
import pytest
from built import squeezed

from softmax_lib import naive_softmax, softmax


class TestBars:
    place = "book/charts.html"

    def test_draws_the_chart_of_the_note(self, picture):
        assert picture.chart("chart.options.plugins.title.text") == "Logits vs. Softmax Probabilities"
        assert picture.chart("chart.data.datasets.map(({ label }) => label)") == ["Logits", "Softmax Probabilities"]
        assert picture.chart("chart.data.labels") == ["Class 1", "Class 2", "Class 3"]
        assert picture.chart("[chart.options.scales.x.title.text, chart.options.scales.y.title.text]") == [
            "Classes",
            "Value",
        ]
        assert picture.chart("chart.data.datasets[0].data") == [1.5, 0.8, -0.2]
        assert np.allclose(picture.chart("chart.data.datasets[1].data"), softmax([1.5, 0.8, -0.2]), rtol=1e-15, atol=0)
        assert picture.chart("chart.data.datasets[0].backgroundColor") == "rgba(75, 192, 192, 0.6)"
        borders = picture.chart("chart.data.datasets.map(({ borderColor, borderWidth }) => [borderColor, borderWidth])")
        assert borders == [["rgb(75, 192, 192)", 1], ["rgb(255, 99, 132)", 1]]
        assert picture.chart("chart.scales.y.min") < 0 < picture.chart("chart.scales.y.max")

    def test_bar_is_read_by_pointing_at_it(self, picture):
        x, y = picture.chart("((bar) => [bar.x, bar.y])(chart.getDatasetMeta(1).data[0])")
        picture.canvas.hover(position={"x": x, "y": y + 20})
        assert picture.chart("chart.tooltip.body.map(({ lines }) => lines)") == [["Softmax Probabilities: 0.5955"]]

    @pytest.mark.parametrize("how", ["click", "tap", "Enter", "Space"])
    def test_series_is_hidden_by_its_name(self, see, how):
        picture = see("book/charts.html", has_touch=True)
        name = picture.button("Logits")
        for visible in (False, True):
            getattr(name, how)() if how in ("click", "tap") else name.press(how)
            assert picture.chart("chart.isDatasetVisible(0)") is visible
            assert name.get_attribute("aria-pressed") == str(visible).lower()

    def test_slider_by_mouse(self, picture):
        track = picture.slider("Class 1")
        track.scroll_into_view_if_needed()
        size = track.bounding_box()
        picture.page.mouse.move(size["x"] + size["width"] / 2, size["y"] + size["height"] / 2)
        picture.page.mouse.down()
        picture.page.mouse.move(size["x"] + size["width"] - 2, size["y"] + size["height"] / 2, steps=5)
        picture.page.mouse.up()
        assert picture.box("Class 1").input_value() == "12"
        assert picture.column(0).tolist() == [12, 0.8, -0.2]

    def test_slider_by_touch(self, see):
        picture = see("book/charts.html", viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
        track = picture.slider("Class 3")
        track.tap(position={"x": track.bounding_box()["width"] - 3, "y": 20})
        assert picture.column(0)[2] > 11
        assert picture.sentence.inner_text().startswith("Class 3 is the most probable")

    def test_slider_by_keyboard(self, picture):
        slider = picture.slider("Class 1")
        slider.press("ArrowRight")
        assert picture.box("Class 1").input_value() == "1.6"
        assert slider.get_attribute("aria-valuetext") == "1.6"
        slider.press("Home")
        assert picture.column(0)[0] == -12

    def test_box_takes_any_number(self, picture):
        picture.box("Class 1").fill("-1e3")
        assert picture.box("Class 1").input_value() == "-1e3"  # What is being typed is left alone.
        assert picture.column(0)[0] == -1000
        assert picture.slider("Class 1").input_value() == "-1000"
        assert picture.slider("Class 2").get_attribute("max") == "1200"
        picture.box("Class 1").fill("−inf")
        assert picture.table()[0] == ["−∞", "0", "0"]

    @pytest.mark.parametrize(
        ("typed", "complaint"),
        [
            ("1,5", "Use a dot in “1,5”, as in 1.5."),
            ("abc", "“abc” is not a number. Write a number such as 1.5, or -inf to mask it."),
            ("", "Nothing is written here. Write a number such as 1.5, or -inf to mask it."),
            ("1e999", "“1e999” is beyond the largest number, about 1.8e308."),
            ("1.2.3", "“1.2.3” is not a number"),
            ("0x10", "“0x10” is not a number"),
            ("١", "“١” is not a number"),
        ],
    )
    def test_mistyped_number_is_explained_and_changes_nothing(self, picture, typed, complaint):
        before, box = picture.table(), picture.box("Class 2")
        box.fill(typed)
        assert box.get_attribute("aria-invalid") == "false"  # The reader may still be typing.
        box.press("Tab")
        problem = picture.page.locator(f"#{box.get_attribute('aria-describedby')}")
        assert box.get_attribute("aria-invalid") == "true"
        assert complaint in problem.inner_text()
        assert complaint in picture.live.inner_text()
        picture.slider("Class 1").press("ArrowRight")
        assert box.input_value() == typed
        assert picture.table()[1][0] == before[1][0]
        box.fill("0.9")
        assert not problem.inner_text()
        assert picture.column(0).tolist() == [1.6, 0.9, -0.2]

    def test_temperature_has_limits(self, picture):
        for typed, complaint in [("-1", "“-1” is not between 0 and 100."), ("101", "“101” is not between 0 and 100.")]:
            picture.box("Temperature T").fill(typed)
            picture.box("Temperature T").press("Enter")
            assert picture.place.get_by_text(complaint).first.is_visible()

    def test_temperature_leads_from_argmax_to_uniform(self, picture):
        picture.button("Ties").click()
        assert picture.column(2).tolist() == [0.5, 0.5, 0, 0]
        slider = picture.slider("Temperature T")
        assert slider.input_value() == "0"
        slider.press("End")
        assert picture.box("Temperature T").input_value() == "100"
        assert np.allclose(picture.column(2), softmax(np.array([2, 2, 1, -1]) / 100), atol=5e-5)
        slider.press("Home")
        slider.press("ArrowRight")
        assert float(picture.box("Temperature T").input_value()) == 0.0112

    def test_classes_are_added_and_removed(self, picture):
        add = picture.button("Add a class")
        while add.is_enabled():
            add.click()
        assert len(picture.table()) == 10
        assert picture.box("Class 10").evaluate("(box) => box === document.activeElement")
        picture.button("Remove Class 2").click()
        assert picture.column(0).tolist() == [1.5, -0.2] + 7 * [0]
        while picture.button("Remove Class 1").is_enabled():
            picture.button("Remove Class 1").press("Enter")
        assert len(picture.table()) == 2
        assert np.allclose(picture.column(2), 0.5)

    def test_examples_agree_with_numpy(self, picture):
        examples = picture.place.get_by_role("group", name="Examples").get_by_role("button").all()
        assert len(examples) == 8
        for example in examples:
            example.click()
            state = picture.state()
            z, temperature = np.array([float(x) for x in state["z"].split(",")], state["type"]), float(state["T"])
            if temperature == 0:
                expected = np.where(z == z.max(), 1 / np.count_nonzero(z == z.max()), 0)
            else:
                with np.errstate(all="ignore"):
                    expected = {"naive": naive_softmax, "stable": softmax}[state["formula"]](z / temperature)
            p = picture.column(2)
            assert np.allclose(p, expected, atol=6e-5, equal_nan=True), state
            broken = "is-broken" in picture.sentence.get_attribute("class")
            assert broken == (not np.allclose(expected.sum(), 1)), state
            if not broken:
                assert picture.fact("Sum of probabilities") == "1"
                assert float(picture.fact("Largest probability")) == p.max()

    def test_switches_show_where_the_textbook_formula_breaks(self, picture):
        picture.box("Class 1").fill("12")
        assert picture.fact("The textbook formula holds in") == "float64, float32"
        picture.choose("naive")
        assert "is-broken" not in picture.sentence.get_attribute("class")
        picture.choose("float16")
        assert picture.sentence.inner_text().startswith(
            "Overflow: e to the power 12 is beyond float16’s largest number, 65504"
        )
        assert picture.table()[0] == ["12", "∞", "NaN"]
        assert picture.chart("chart.data.datasets[1].data[0]") is None
        picture.choose("stable")
        assert np.allclose(picture.column(2), softmax(np.float16([12, 0.8, -0.2])).astype(float), atol=5e-5)

    def test_formula_has_the_current_numbers(self, picture):
        formula = picture.place.locator(".softmax-formula")
        picture.choose("naive")
        assert squeezed(formula.inner_text()) == "p1=e1.5e1.5+e0.8+e−0.2=4.4827.526=0.5955"
        picture.choose("stable")
        picture.box("Temperature T").fill("2")
        assert "e(1.5−1.5)/2" in squeezed(formula.inner_text())
        picture.box("Temperature T").fill("0")
        assert not formula.is_visible()
