"""What the annotations of the public functions name."""

from typing import Any, Literal, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import NDArray

Axis: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | None
Reduction: TypeAlias = Literal["mean", "sum", "none"]
Floats: TypeAlias = NDArray[np.floating]
# A scalar where no axis is left. As np.floating it would make a type checker refuse p[0] of every result.
FloatsOrScalar: TypeAlias = Floats | Any
