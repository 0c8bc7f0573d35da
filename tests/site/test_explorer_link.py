"""A link that is followed on the page; links from elsewhere are tested with each picture."""

import numpy as np
import pytest

from softmax_lib import softmax


class TestLink:
    place = "book/charts.html"

    def follow(self, picture, fragment):
        script = "(hash) => { history.replaceState(null, '', hash); dispatchEvent(new Event('hashchange')); }"
        picture.page.evaluate(script, f"#{fragment}")

    @pytest.mark.parametrize(
        ("fragment", "complaint"),
        [
            ("z=1", "1 numbers, not 2 to 10"),
            ("z=" + ",".join(["1"] * 5000), "5000 numbers"),
            ("z=1,<img src=x onerror=alert(1)>", "“<img src=x onerror=a…” is not a number"),
            ("z=1,1e999", "beyond the largest number"),
            ("z=1,inf", "is not a number"),
            ("z=1,NaN", "is not a number"),
            ("z=1,", "Nothing is written"),
            ("z=1,2&T=-1", "is not between 0 and 100"),
            ("z=1,2&T=", "Nothing is written"),
            ("z=1,2&type=float8", "Floating type is not one of float64, float32, float16"),
            ("z=1,2&formula=__proto__", "Formula is not one of stable, naive"),
            ("z=%E0%A4%A,%", "is not a number"),
        ],
    )
    def test_broken_link_keeps_the_picture_and_says_why(self, picture, fragment, complaint):
        self.follow(picture, f"bars?{fragment}")
        assert complaint in picture.message.inner_text()
        assert picture.live.inner_text() == picture.message.inner_text()
        assert picture.column(0).tolist() == [1.5, 0.8, -0.2]

    @pytest.mark.parametrize(
        "fragment", ["bars?z=1.7e308,-1.7e308", "bars?z=5e-324,0", "bars?", "bars", "other?z=1", "%", "bars?toString=1"]
    )
    def test_strange_link_does_no_harm(self, picture, fragment):
        self.follow(picture, fragment)
        assert np.all(np.isfinite(picture.column(2)))
        assert not picture.message.inner_text()

    def test_good_link(self, picture):
        self.follow(picture, "bars?z=3,4&T=2")
        assert np.allclose(picture.column(2), softmax([1.5, 2.0]), atol=5e-5)

    def test_broken_link_to_the_page(self, see):
        picture = see(self.place, "#bars?z=1,abc")
        assert "“abc” is not a number" in picture.message.inner_text()
        assert picture.column(0).tolist() == [1.5, 0.8, -0.2]
