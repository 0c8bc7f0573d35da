"""What the annotations name."""

from typing import Any, Literal, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import NDArray

Axis: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | None
Reduction: TypeAlias = Literal["mean", "sum", "none"]
Floats: TypeAlias = NDArray[np.floating]
# A scalar where no axis is left. As np.floating it would make a type checker refuse p[0] of every result.
FloatsOrScalar: TypeAlias = Floats | Any

# What private functions pass on, whose types the public ones have checked.
Array: TypeAlias = NDArray[Any]
DType: TypeAlias = np.dtype[Any]
Shape: TypeAlias = tuple[int, ...]
Index: TypeAlias = tuple[Any, ...]
