"""The array libraries that printed Python computes with: one record each of what they call things.

NumPy and JAX say nearly everything alike, so the texts of `fixed` and `phrases` ask for `module` and know torch as the
one that differs (`dim`, devices, methods of its own).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Library:
    """`module` is what code calls the library, `need` the import line, `axis` the keyword for an axis, `transpose` the
    method that takes an order of axes."""

    name: Literal["numpy", "torch", "jax"]
    module: str
    need: str
    axis: str = "axis"
    transpose: str = "transpose"


NUMPY_ARRAYS = Library("numpy", "np", "import numpy as np")
TORCH_TENSORS = Library("torch", "torch", "import torch", "dim", "permute")
JAX_ARRAYS = Library("jax", "jnp", "import jax.numpy as jnp")
