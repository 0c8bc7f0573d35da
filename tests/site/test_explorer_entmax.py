"""Scores as a point in the plane of the triangle, and where softmax, entmax and sparsemax lead it."""

import numpy as np


class TestEntmax:
    place = "book/other-normalisers.html"

    def test_sparsemax_is_nearest(self, picture):
        rng = np.random.default_rng(0)
        for z in ["1,0.6,0.2", "2,-1,0.5", "0.4,0.3,0.25"]:
            for index, score in enumerate(z.split(",")):
                picture.box(f"Class {index + 1}").fill(score)
            scores = np.array([float(score) for score in z.split(",")])
            scores += (1 - scores.sum()) / 3
            shown = float(picture.fact("From the scores to sparsemax"))
            assert np.isclose(shown, np.linalg.norm(picture.column(3) - scores), atol=2e-4)
            others = np.linalg.norm(rng.dirichlet([1, 1, 1], 20_000) - scores, axis=1)
            assert shown - 1e-4 <= others.min() < shown + 0.02
            assert np.isclose(
                float(picture.fact("From the scores to softmax")), np.linalg.norm(picture.column(1) - scores), atol=2e-4
            )

    def test_the_family_begins_with_softmax_and_has_sparsemax(self, picture):
        picture.box("Order α of entmax").fill("1")
        assert np.array_equal(picture.column(2), picture.column(1))
        picture.box("Order α of entmax").fill("2")
        assert np.array_equal(picture.column(2), picture.column(3))
        line = picture.chart("chart.data.datasets[3].data")
        points = [picture.chart(f"chart.data.datasets[{i}].data[0]") for i in (0, 2)]
        for at, point in zip((line[0], line[10]), points, strict=True):
            assert np.allclose([at["x"], at["y"]], [point["x"], point["y"]])

    def test_counts_the_classes_that_are_left(self, picture):
        picture.button("One far ahead").click()
        for index, text in [(1, "Softmax gives a share to 3"), (2, "order 1.5 to"), (3, "to 1.")]:
            assert text in picture.sentence.inner_text()
            assert f" {np.count_nonzero(picture.column(index))}" in picture.sentence.inner_text()

    def test_point_by_keyboard_leaves_the_triangle(self, picture):
        picture.handle.focus()
        before = picture.column(3)
        for _ in range(15):
            picture.handle.press("ArrowLeft")
        assert picture.column(0)[0] > 1
        assert picture.column(3)[0] > before[0]
        assert np.isclose(picture.column(0).sum(), 1, atol=0.03)
        picture.box("Class 1").fill("1000")  # The point stays in sight.
        frame, at = picture.canvas.bounding_box(), picture.handle.bounding_box()
        assert frame["x"] - at["width"] / 2 <= at["x"] <= frame["x"] + frame["width"]
        assert picture.column(3).tolist() == [1, 0, 0]
