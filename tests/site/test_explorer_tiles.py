"""Attention over tiles: the order of the tiles, and the bytes that travel."""

import pytest
from chapter_code import defined_by

(bytes_moved,) = defined_by("flash-attention", "bytes_moved")


class TestTiles:
    place = "book/flash-attention.html"

    @pytest.mark.parametrize("size", ["64", "128", "256"])
    def test_agrees_with_the_formula_of_the_chapter(self, picture, size):
        picture.choose(size)
        *_, together = picture.table()
        whole, tiled = bytes_moved(1024, 64, int(size))
        assert float(together[1]) == pytest.approx(tiled / 1e6, rel=5e-3)
        assert float(together[2]) == pytest.approx(whole / 1e6, rel=5e-3)

    def test_computes_one_tile_after_the_other(self, picture):
        picture.button("Before the first").click()
        assert set(picture.column(0)) == {0}
        picture.button("Next tile").click()
        assert "queries 129 to 256 meet the keys 1 to 128" in picture.sentence.inner_text()
        assert picture.chart("chart.data.datasets[0].data") == [{"x": 0.5, "y": 0.5}]
        picture.button("Next row of tiles").click()
        assert picture.box("Tiles computed").input_value() == "3"
        for _ in range(8):
            picture.button("Next row of tiles").click()
        assert "All 36 tiles are computed" in picture.sentence.inner_text()
        assert picture.column(0).tolist() == picture.column(1).tolist()
        picture.button("Next tile").click()
        assert picture.box("Tiles computed").input_value() == "36"

    def test_skips_what_the_mask_hides(self, picture):
        assert picture.fact("Tiles that are never computed") == "28"
        never = picture.chart("chart.data.datasets[3].data")
        assert len(never) == 28
        assert all(tile["x"] > tile["y"] for tile in never)
        picture.choose("seen")
        assert picture.fact("Tiles that are never computed") == "0"
        assert not picture.chart("chart.data.datasets[3].data")

    def test_fewer_tiles_are_done_where_there_are_fewer(self, picture):
        picture.button("Without a mask").click()
        assert picture.box("Tiles computed").input_value() == "64"
        picture.choose("256")
        assert picture.box("Tiles computed").input_value() == "16"
