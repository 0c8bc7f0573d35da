"""Progress bars, which the blocks of each call go through."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

Bar: TypeAlias = Callable[[list[Any]], Iterable[Any]]
_bar: ContextVar[Bar] = ContextVar("bar", default=iter)


@contextmanager
def progress(bar: Bar) -> Iterator[None]:
    """Let a progress bar, such as tqdm.tqdm, follow the work of each call within.

    Parameters
    ----------
    bar : callable
        It is given a list, an entry for each block of rows of the call's logits, and returns an iterable over it. Few
        numbers may be computed at once without it.

    Yields
    ------
    None
        The bar is in use until the with statement ends.

    See Also
    --------
    softmax : One of the functions that it follows.

    Examples
    --------
    >>> import numpy as np
    >>> from softmax_lib import logsumexp
    >>> with progress(lambda blocks: print(len(blocks), "blocks") or blocks):
    ...     total = logsumexp(np.zeros((300_000, 3)))
    14 blocks
    """
    if not callable(bar):
        raise TypeError(f"bar must be callable, but it is {bar!r}")
    token = _bar.set(bar)
    try:
        yield
    finally:
        _bar.reset(token)


def followed(blocks: list[Any]) -> Iterable[Any]:
    """Return the blocks of a call, followed by the progress bar."""
    return _bar.get()(blocks)
