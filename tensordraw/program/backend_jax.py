"""Evaluation in JAX; see `backends.Backend` for the methods.

JAX makes float32 of float64 unless it is told otherwise. It is told so while a program runs (`running`), and only then, so
that given arrays keep their dtypes here as in the other libraries and the caller's own JAX code is left as it was.
A singular matrix is no error there: its inverse holds infinities.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


class JaxBackend:
    """Arrays are jax.Array, which cannot be written and so are never copied."""

    name = "jax"
    memory_errors: tuple[type[BaseException], ...] = (MemoryError, jax.errors.JaxRuntimeError)
    matrix_errors: tuple[type[BaseException], ...] = ()

    def running(self) -> AbstractContextManager[Any]:
        context: AbstractContextManager[Any] = jax.enable_x64(True)
        return context

    def asarray(self, value: Any) -> Any:
        if not isinstance(value, jax.Array):
            if hasattr(value, "detach"):  # a torch tensor
                value = value.detach().cpu().resolve_conj().numpy()
            value = np.asarray(value)
            if value.dtype.kind not in "biufc":
                return value  # `is_number` refuses it
            value = jnp.asarray(value)
        return value.astype(jnp.int64) if value.dtype == jnp.bool_ else value

    def is_number(self, array: Any) -> bool:
        return isinstance(array, jax.Array) and bool(jnp.issubdtype(array.dtype, jnp.number))

    def is_integer(self, array: Any) -> bool:
        return bool(jnp.issubdtype(array.dtype, jnp.integer))

    def common(self, arrays: Sequence[Any]) -> Any:
        return jnp.result_type(*(array.dtype for array in arrays)) if arrays else jnp.dtype(jnp.float32)

    def real(self, dtype: Any) -> Any:
        return jnp.dtype(jnp.float64) if jnp.issubdtype(dtype, jnp.integer) else dtype

    def full(self, shape: tuple[int, ...], value: float, dtype: Any, like: Any) -> Any:
        return jnp.full(shape, value, dtype)

    def from_numpy(self, array: Any, dtype: Any, like: Any) -> Any:
        return jnp.asarray(array, dtype)

    def one_hot(self, ids: Any, size: int, dtype: Any) -> Any:
        return (ids[..., None] == jnp.arange(size)).astype(dtype)

    def cast(self, array: Any, dtype: Any) -> Any:
        return array.astype(dtype)

    def transpose(self, array: Any, order: Sequence[int]) -> Any:
        return array.transpose(tuple(order))

    def diagonal(self, array: Any, first: int, second: int) -> Any:
        return array.diagonal(0, first, second)

    def sum(self, array: Any, axes: Sequence[int]) -> Any:
        return array.sum(tuple(axes), dtype=array.dtype)

    def matmul(self, a: Any, b: Any) -> Any:
        return jnp.matmul(a, b)

    def multiply(self, a: Any, b: Any) -> Any:
        return a * b

    def outer(self, a: Any, b: Any) -> Any:
        return a[:, None] * b

    def batched_dot(self, a: Any, b: Any) -> Any:
        return jnp.matmul(a[:, None, :], b[:, :, None])[:, 0, 0]

    def broadcast(self, array: Any, shape: tuple[int, ...]) -> Any:
        return jnp.broadcast_to(array, shape)

    def spread(self, array: Any, shape: tuple[int, ...], groups: Sequence[Sequence[int]]) -> Any:
        at: list[Any] = [None] * len(shape)
        for place, group in enumerate(groups):
            positions = jnp.arange(shape[group[0]]).reshape((-1,) + (1,) * (len(groups) - 1 - place))
            for axis in group:
                at[axis] = positions
        return jnp.zeros(shape, array.dtype).at[tuple(at)].set(array)

    def take(self, array: Any, ids: Any, axis: int) -> Any:
        return jnp.take(array, ids, axis)

    def bounds(self, ids: Any) -> tuple[int, int]:
        return int(ids.min()), int(ids.max())

    def conj(self, array: Any) -> Any:
        return array.conj()

    def stack(self, arrays: Sequence[Any]) -> Any:
        return jnp.stack(list(arrays))

    def own(self, array: Any, inputs: Sequence[Any]) -> Any:
        return array


BACKEND = JaxBackend()
