"""JAX forms of functions that are more than one expression.

`functions.prelude` copies their source into emitted code, without the annotations, so each reads as a person would
write it and uses only the imports here. `axis`, `row`, `column` are positions in `x`, which may have any further axes.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp


def normalise(x: Any, axis: int, eps: float = 1e-5) -> Any:
    """Mean 0 and variance 1 along the axis: layer norm without its weights."""
    centred = x - x.mean(axis, keepdims=True)
    return centred / jnp.sqrt((centred**2).mean(axis, keepdims=True) + eps)


def rms_norm(x: Any, axis: int, eps: float = 1e-5) -> Any:
    """Mean square 1 along the axis."""
    return x / jnp.sqrt((x**2).mean(axis, keepdims=True) + eps)


def argmax_one_hot(x: Any, axis: int) -> Any:
    """1 at the largest entry along the axis, 0 elsewhere."""
    return jax.nn.one_hot(x.argmax(axis), x.shape[axis], axis=axis, dtype=x.dtype)


def top_k(x: Any, axis: int, k: int) -> Any:
    """The k largest entries along the axis, 0 elsewhere."""
    rank = jnp.argsort(jnp.argsort(-x, axis=axis), axis=axis)
    return jnp.where(rank < k, x, 0)


def causal_mask(x: Any, query: int = -2, key: int = -1) -> Any:
    """Minus infinity where the key comes after the query."""
    x = jnp.moveaxis(x, (query, key), (-2, -1))
    seen = jnp.tril(jnp.ones(x.shape[-2:], dtype=bool))
    return jnp.moveaxis(jnp.where(seen, x, -jnp.inf), (-2, -1), (query, key))


def lower(x: Any, row: int, column: int) -> Any:
    """The entries with column <= row, 0 elsewhere."""
    return jnp.moveaxis(jnp.tril(jnp.moveaxis(x, (row, column), (-2, -1))), (-2, -1), (row, column))


def strictly_lower(x: Any, row: int, column: int) -> Any:
    """The entries with column < row, 0 elsewhere."""
    return jnp.moveaxis(jnp.tril(jnp.moveaxis(x, (row, column), (-2, -1)), -1), (-2, -1), (row, column))


def inverse(x: Any, row: int, column: int) -> Any:
    """The inverse of each matrix."""
    return jnp.moveaxis(jnp.linalg.inv(jnp.moveaxis(x, (row, column), (-2, -1))), (-2, -1), (row, column))


def determinant(x: Any, row: int, column: int) -> Any:
    """The determinant of each matrix."""
    return jnp.linalg.det(jnp.moveaxis(x, (row, column), (-2, -1)))
