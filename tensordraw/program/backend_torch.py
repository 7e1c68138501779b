"""Evaluation in PyTorch; see `backends.Backend` for the methods. Tensors keep their device and their graph."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import reduce
from typing import Any

import numpy as np
import torch

_WITHOUT_ORDER = (torch.bool, torch.uint16, torch.uint32, torch.uint64)  # ids of these types cannot be compared


class TorchBackend:
    """Arrays are torch.Tensor."""

    name = "torch"
    memory_errors: tuple[type[BaseException], ...] = (MemoryError, torch.OutOfMemoryError)
    matrix_errors: tuple[type[BaseException], ...] = (getattr(torch.linalg, "LinAlgError"),)  # noqa: B009 (torch's type information lacks it)

    def running(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def asarray(self, value: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            array = np.asarray(value)
            if array.dtype.kind not in "biufc":
                return array  # `is_number` refuses it
            usable = all(stride >= 0 for stride in array.strides)
            value = torch.from_numpy(_writeable(array) if usable else array.copy())
        return value.long() if value.dtype in _WITHOUT_ORDER else value

    def is_number(self, array: Any) -> bool:
        return isinstance(array, torch.Tensor)

    def is_integer(self, array: Any) -> bool:
        return not (array.is_floating_point() or array.is_complex())

    def common(self, arrays: Sequence[Any]) -> Any:
        return reduce(torch.promote_types, (array.dtype for array in arrays)) if arrays else torch.float32

    def real(self, dtype: Any) -> Any:
        return dtype if dtype.is_floating_point or dtype.is_complex else torch.float32

    def full(self, shape: tuple[int, ...], value: float, dtype: Any, like: Any) -> Any:
        return torch.full(shape, value, dtype=dtype, device=None if like is None else like.device)

    def from_numpy(self, array: Any, dtype: Any, like: Any) -> Any:
        return torch.from_numpy(np.ascontiguousarray(array)).to(
            dtype=dtype, device=None if like is None else like.device
        )

    def one_hot(self, ids: Any, size: int, dtype: Any) -> Any:
        return torch.nn.functional.one_hot(ids.long(), size).to(dtype)

    def cast(self, array: Any, dtype: Any) -> Any:
        return array.to(dtype)

    def transpose(self, array: Any, order: Sequence[int]) -> Any:
        return array.permute(tuple(order))

    def diagonal(self, array: Any, first: int, second: int) -> Any:
        return array.diagonal(0, first, second)

    def sum(self, array: Any, axes: Sequence[int]) -> Any:
        return array.sum(tuple(axes), dtype=array.dtype)

    def matmul(self, a: Any, b: Any) -> Any:
        if a.dtype != b.dtype:
            dtype = torch.promote_types(a.dtype, b.dtype)
            a, b = a.to(dtype), b.to(dtype)
        return torch.matmul(a, b)

    def multiply(self, a: Any, b: Any) -> Any:
        return a * b

    def outer(self, a: Any, b: Any) -> Any:
        return a[:, None] * b

    def batched_dot(self, a: Any, b: Any) -> Any:
        return self.matmul(a[:, None, :], b[:, :, None])[:, 0, 0]

    def broadcast(self, array: Any, shape: tuple[int, ...]) -> Any:
        return array.expand(shape)

    def spread(self, array: Any, shape: tuple[int, ...], groups: Sequence[Sequence[int]]) -> Any:
        made = torch.zeros(shape, dtype=array.dtype, device=array.device)
        strides = [sum(made.stride(axis) for axis in group) for group in groups]
        made.as_strided([shape[group[0]] for group in groups], strides).copy_(array)
        return made

    def take(self, array: Any, ids: Any, axis: int) -> Any:
        rows = array.index_select(axis, ids.reshape(-1).long())
        return rows.reshape(*array.shape[:axis], *ids.shape, *array.shape[axis + 1 :])

    def bounds(self, ids: Any) -> tuple[int, int]:
        return int(ids.min()), int(ids.max())

    def conj(self, array: Any) -> Any:
        return array.conj().resolve_conj()

    def stack(self, arrays: Sequence[Any]) -> Any:
        return torch.stack(list(arrays))

    def own(self, array: Any, inputs: Sequence[Any]) -> Any:
        storage = array.untyped_storage().data_ptr()
        shared = any(given.untyped_storage().data_ptr() == storage for given in inputs)
        expanded = any(stride == 0 and size > 1 for stride, size in zip(array.stride(), array.shape, strict=True))
        return array.clone(memory_format=torch.contiguous_format) if shared or expanded else array


class _Memory:
    """The memory of an array that may not be written, said to be writeable."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.array = array
        place, _ = array.__array_interface__["data"]
        self.__array_interface__ = {**array.__array_interface__, "data": (place, False)}


def _writeable(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array itself, or one on the same memory that PyTorch takes without a warning. Evaluation writes into no array
    that it was given, and a file that is mapped into memory would have to be read as a whole for a copy."""
    return array if array.flags.writeable or not array.size else np.asarray(_Memory(array))


BACKEND = TorchBackend()
