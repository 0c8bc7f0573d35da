"""Blocks of rows fill a cache, and are views where the layout of the logits allows: a copy takes time and memory."""

import numpy as np
import pytest

from softmax_lib._blocks import BLOCK_BYTES, Rows

# The shape in memory, the order in which its axes are taken, and which of these are the classes'.
LAYOUTS = {
    "rows": ((4000, 300), (0, 1), (1,)),
    "long rows": ((4, 2_000_000), (0, 1), (1,)),
    "two axes of samples": ((40, 100, 300), (0, 1, 2), (2,)),
    "two axes of samples, one of length 1": ((4000, 1, 300), (0, 1, 2), (2,)),
    "samples that are transposed": ((100, 40, 300), (1, 0, 2), (2,)),
    "two axes of classes": ((4000, 20, 15), (0, 1, 2), (1, 2)),
    "Fortran order": ((300, 40_000), (1, 0), (1,)),
    "Fortran order, few classes": ((10, 400_000), (1, 0), (1,)),
    "first axis": ((64, 8, 64, 64), (0, 1, 2, 3), (0,)),
    "second axis": ((8, 64, 64, 64), (0, 1, 2, 3), (1,)),
    "second axis, samples that are transposed": ((8, 64, 64, 64), (0, 1, 3, 2), (1,)),
    "second axis, large samples": ((2, 64, 300, 300), (0, 1, 2, 3), (1,)),
    "second axis, many classes": ((4, 1000, 64, 64), (0, 1, 2, 3), (1,)),
}


@pytest.fixture(params=LAYOUTS.values(), ids=LAYOUTS)
def z_and_pieces(request):
    shape, order, axes = request.param
    z = np.empty(shape, np.float32).transpose(order)
    return z, [piece for block in Rows(z, axes).blocks() for piece in block.logits()]


def test_are_views(z_and_pieces):
    z, pieces = z_and_pieces
    assert sum(piece.size for piece in pieces) == z.size
    assert all(np.may_share_memory(piece, z) for piece in pieces)


def test_fill_the_cache(z_and_pieces):
    z, pieces = z_and_pieces
    assert z.nbytes / len(pieces) >= BLOCK_BYTES / 2
    assert max(piece.nbytes for piece in pieces) <= 4 * BLOCK_BYTES


def test_few_classes_side_by_side_are_copied_so():
    z = np.empty((100_000, 10), np.float32)
    for block in Rows(z, (1,)).blocks():
        assert block.whole.T.flags.c_contiguous


def test_reversed_rows_are_copied_as_rows():
    z = np.empty((4000, 300), np.float32)[::-1]
    for block in Rows(z, (1,)).blocks():
        assert block.whole.flags.c_contiguous
