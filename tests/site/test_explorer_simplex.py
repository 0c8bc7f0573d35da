"""The triangle of all distributions over three classes, with the gradients of losses."""

import numpy as np

from softmax_lib import cross_entropy, cross_entropy_grad, softmax, softmax_vjp


class TestSimplex:
    place = "book/cross-entropy.html"

    def test_shows_the_gradient(self, picture):
        z = picture.column(0)
        assert np.allclose(picture.column(1), softmax(z), atol=5e-5)
        assert np.allclose(picture.column(2), cross_entropy_grad(z, 0), atol=5e-5)
        assert f"The cross-entropy is {cross_entropy(z, 0):.3f}" in picture.sentence.inner_text()
        picture.choose("squared error")
        p = softmax(z)
        assert np.allclose(picture.column(2), softmax_vjp(z, 2 * (p - [1, 0, 0])), atol=5e-5)
        picture.choose("3")
        assert np.allclose(picture.column(2), softmax_vjp(z, 2 * (p - [0, 0, 1])), atol=5e-5)

    def test_arrow_of_the_cross_entropy_ends_in_the_true_corner(self, picture):
        for label, corner in zip("123", [(0, 0), (1, 0), (0.5, 3**0.5 / 2)], strict=True):
            picture.choose(label)
            tip = picture.chart("chart.data.datasets[0].data[1]")
            assert np.hypot(tip["x"] - corner[0], tip["y"] - corner[1]) < 0.021

    def test_steps_go_downhill(self, picture):
        z = picture.column(0)
        picture.button("Step downhill").click()
        assert np.allclose(picture.column(0), z - cross_entropy_grad(z, 0), atol=1e-4)
        last = picture.chart("chart.data.datasets[1].data[50]")
        assert np.hypot(last["x"], last["y"]) < 0.05

    def drag(self, picture, corner):
        """Return where the point is and where a corner is, on the page."""
        frame, at = picture.canvas.bounding_box(), picture.handle.bounding_box()
        x, y = picture.chart(
            f"[chart.scales.x.getPixelForValue({corner[0]}), chart.scales.y.getPixelForValue({corner[1]})]"
        )
        start = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        return start, (frame["x"] + x, frame["y"] + y)

    def test_point_by_mouse(self, picture):
        picture.handle.scroll_into_view_if_needed()
        start, end = self.drag(picture, (1, 0))
        picture.page.mouse.move(*start)
        picture.page.mouse.down()
        picture.page.mouse.move(*end, steps=8)
        assert picture.column(1)[1] > 0.99
        picture.page.mouse.move(end[0] + 300, end[1] + 50)  # Outside, it stays at the border.
        assert picture.column(1)[1] > 0.99
        picture.page.mouse.up()
        picture.page.mouse.move(*start)
        assert picture.column(1)[1] > 0.99
        assert "class 2" in picture.handle.get_attribute("aria-valuetext")

    def test_point_by_touch(self, see):
        picture = see("book/cross-entropy.html", viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
        picture.handle.scroll_into_view_if_needed()
        start, end = self.drag(picture, (0.5, 0.8))
        session = picture.page.context.new_cdp_session(picture.page)
        path = np.linspace(start, end, 8)
        for kind, points in [("touchStart", path[:1]), *(("touchMove", [point]) for point in path), ("touchEnd", [])]:
            touches = [{"x": float(x), "y": float(y)} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
        assert picture.column(1)[2] > 0.9

    def test_point_by_keyboard(self, picture):
        picture.button("Undecided").click()
        picture.handle.focus()
        scrolled = picture.page.evaluate("scrollY")
        for _ in range(5):
            picture.handle.press("ArrowUp")
        assert picture.page.evaluate("scrollY") == scrolled
        assert picture.column(1)[2] > 0.4
        assert np.isclose(*picture.column(1)[:2], atol=0.02)
        before = picture.column(1)
        picture.handle.press("ArrowRight")
        assert picture.column(1)[1] > before[1]
        picture.handle.press("a")

    def test_point_by_click(self, picture):
        picture.canvas.scroll_into_view_if_needed()
        x, y = picture.chart("[chart.scales.x.getPixelForValue(0.5), chart.scales.y.getPixelForValue(0.8)]")
        picture.canvas.click(position={"x": x, "y": y})
        assert picture.column(1)[2] > 0.9
