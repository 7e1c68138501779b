"""JAX: `jnp.einsum` with letters, in a function that `jax.jit` and `jax.grad` take as it is."""

from __future__ import annotations

from tensordraw.program.emit.language import Contraction, Language, repeated, reshaped, summed, transposed
from tensordraw.program.emit.library import JAX_ARRAYS
from tensordraw.program.emit.pieces import Piece, call


def _einsum(contraction: Contraction) -> Piece:
    return call("jnp.einsum", Piece(contraction.spec()), *contraction.operands, needs=[JAX_ARRAYS.need])


JAX = Language(
    "jax", "JAX", JAX_ARRAYS,
    _einsum, transposed(JAX_ARRAYS), reshaped, repeated(JAX_ARRAYS), summed(JAX_ARRAYS),
)  # fmt: skip
