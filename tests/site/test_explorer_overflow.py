"""The bars on which the textbook formula holds, and the line of a logit."""

import numpy as np
import pytest
from explorer import TYPES, number

from softmax_lib import naive_softmax, softmax


class TestOverflow:
    place = "book/overflow.html"

    @pytest.mark.parametrize("x", [3, 11.1, 12, 89, 500, 710, -16.5, -17, -104, -746])
    def test_agrees_with_numpy(self, picture, x):
        picture.box("Logit z").fill(str(x))
        failing = []
        for dtype, (first, second, textbook) in zip(TYPES, picture.table(), strict=True):
            z = np.array([x, x - 1], dtype)
            with np.errstate(all="ignore"):
                powers = np.exp(z).astype(float)
                assert np.allclose([number(first), number(second)], powers, rtol=2e-3, atol=0)
                expected = naive_softmax(z)
            shown = [number(share) for share in textbook.split(", ")]
            assert np.allclose(shown, expected, atol=1e-3, equal_nan=True)
            if not np.allclose(expected, softmax([1.0, 0.0]), atol=0.01):
                failing.append(dtype)
        verdict = f"fails in {', '.join(failing)}" if failing else "is right in all three types"
        assert picture.sentence.inner_text() == f"The textbook softmax of z and z − 1 {verdict}."

    def test_line_by_mouse(self, picture):
        picture.handle.scroll_into_view_if_needed()
        at = picture.handle.bounding_box()
        middle = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
        picture.page.mouse.move(*middle)
        picture.page.mouse.down()
        picture.page.mouse.move(middle[0] + 1000, middle[1], steps=4)
        picture.page.mouse.up()
        assert picture.box("Logit z").input_value() == "1000"
        assert "float64, float32, float16" in picture.sentence.inner_text()

    def test_line_by_keyboard(self, picture):
        picture.button("Ordinary").click()
        for _ in range(60):
            picture.handle.press("ArrowRight")
        assert "fails in float16." in picture.sentence.inner_text()
        assert picture.handle.get_attribute("aria-valuetext") == picture.box("Logit z").input_value()
