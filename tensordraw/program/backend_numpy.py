"""Evaluation in NumPy; see `backends.Backend` for what each method does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np


class NumpyBackend:
    """Arrays are numpy.ndarray, also without axes (never NumPy scalars)."""

    name = "numpy"
    memory_errors: tuple[type[BaseException], ...] = (MemoryError,)
    matrix_errors: tuple[type[BaseException], ...] = (np.linalg.LinAlgError,)

    def running(self) -> AbstractContextManager[Any]:
        return np.errstate(all="ignore")

    def asarray(self, value: Any) -> Any:
        if hasattr(value, "detach"):  # a torch tensor
            value = value.detach().cpu().resolve_conj().numpy()
        array = np.asarray(value)
        return array.astype(np.int64) if array.dtype == np.bool_ else array

    def is_number(self, array: Any) -> bool:
        return bool(np.issubdtype(array.dtype, np.number))

    def is_integer(self, array: Any) -> bool:
        return bool(np.issubdtype(array.dtype, np.integer))

    def common(self, arrays: Sequence[Any]) -> Any:
        return np.result_type(*(array.dtype for array in arrays)) if arrays else np.dtype(np.float32)

    def real(self, dtype: Any) -> Any:
        return np.dtype(np.float64) if np.issubdtype(dtype, np.integer) else dtype

    def full(self, shape: tuple[int, ...], value: float, dtype: Any, like: Any) -> Any:
        return np.full(shape, value, dtype)

    def from_numpy(self, array: Any, dtype: Any, like: Any) -> Any:
        return array.astype(dtype, copy=False)

    def one_hot(self, ids: Any, size: int, dtype: Any) -> Any:
        hot = np.zeros((*ids.shape, size), dtype)
        np.put_along_axis(hot, ids[..., None], 1, -1)
        return hot

    def cast(self, array: Any, dtype: Any) -> Any:
        return array.astype(dtype, copy=False)

    def transpose(self, array: Any, order: Sequence[int]) -> Any:
        return array.transpose(order)

    def diagonal(self, array: Any, first: int, second: int) -> Any:
        return array.diagonal(0, first, second)

    def sum(self, array: Any, axes: Sequence[int]) -> Any:
        # `dtype` keeps small integers from growing and float16 as it is, as a product would.
        return np.asarray(array.sum(tuple(axes), dtype=array.dtype))

    def matmul(self, a: Any, b: Any) -> Any:
        if a.ndim == b.ndim == 2:
            return np.dot(a, b)  # copies what BLAS cannot read; matmul would leave BLAS for slow loops
        return np.matmul(_blas(a), _blas(b))

    def multiply(self, a: Any, b: Any) -> Any:
        return np.asarray(a * b)

    def outer(self, a: Any, b: Any) -> Any:
        return np.einsum("i,j->ij", a, b)  # two thirds of the time of a broadcast product

    def batched_dot(self, a: Any, b: Any) -> Any:
        return np.einsum("bk,bk->b", a, b)

    def broadcast(self, array: Any, shape: tuple[int, ...]) -> Any:
        return np.broadcast_to(array, shape)

    def spread(self, array: Any, shape: tuple[int, ...], groups: Sequence[Sequence[int]]) -> Any:
        made = np.zeros(shape, array.dtype)
        strides = [sum(made.strides[axis] for axis in group) for group in groups]
        np.lib.stride_tricks.as_strided(made, [shape[group[0]] for group in groups], strides)[...] = array
        return made

    def take(self, array: Any, ids: Any, axis: int) -> Any:
        return np.take(array, ids, axis)

    def bounds(self, ids: Any) -> tuple[int, int]:
        return int(ids.min()), int(ids.max())

    def conj(self, array: Any) -> Any:
        return array.conj() if np.iscomplexobj(array) else array

    def stack(self, arrays: Sequence[Any]) -> Any:
        return np.stack(arrays)

    def own(self, array: Any, inputs: Sequence[Any]) -> Any:
        array = np.asarray(array)
        shared = not array.flags.writeable or any(np.may_share_memory(array, given) for given in inputs)
        return array.copy() if shared else array


def _blas(a: Any) -> Any:
    """A copy where neither of the last two axes is contiguous: matmul would leave BLAS for slow loops."""
    step = a.itemsize
    row, column = a.strides[-2:]
    usable = (column == step and row >= step * a.shape[-1]) or (row == step and column >= step * a.shape[-2])
    return a if usable or a.shape[-1] == 1 == a.shape[-2] else np.ascontiguousarray(a)


BACKEND = NumpyBackend()
