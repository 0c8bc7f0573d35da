"""Functions of each number on its own, block by block."""

from collections.abc import Callable, Iterator

from softmax_lib._arrays import as_result, result_like
from softmax_lib._blocks import BLOCK_BYTES, SMALL, cut
from softmax_lib._progress import followed
from softmax_lib._types import Array, FloatsOrScalar


def elementwise(function: Callable[..., Array], x: Array, out: Array | None, *others: Array) -> FloatsOrScalar:
    """Return function of arrays of the shape of x, block by block, in its floating type; in out if that is given."""
    result = result_like(x, out, *others)
    if x.size <= SMALL:
        result[...] = function(x, *others)
    else:
        for part in parts(x, *others, result):
            part[-1][...] = function(*part[:-1])
    return as_result(result, result.dtype, out)


def parts(x: Array, *others: Array) -> Iterator[list[Array]]:
    """Yield matching parts of arrays of one shape, half a block each to leave room for temporaries."""
    order = sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis]))
    arrays = [array.transpose(order) for array in (x, *others)]
    for index in followed(cut(arrays[0].shape, BLOCK_BYTES // 16) if x.size else []):
        yield [array[index] for array in arrays]
