"""The few array operations that evaluation needs, for each library: looked up by name, imported when first used.

`NumpyBackend`, `TorchBackend` and `JaxBackend` have the methods of `Backend`. Arrays are whatever the library calls them, so their
type here is `Any`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, cast

from tensordraw.errors import Error

Array: TypeAlias = Any
Shape: TypeAlias = tuple[int, ...]
BACKENDS = ("numpy", "torch", "jax")


class Backend(Protocol):
    """What evaluation asks of an array library."""

    name: str
    memory_errors: tuple[type[BaseException], ...]
    matrix_errors: tuple[type[BaseException], ...]

    def running(self) -> AbstractContextManager[Any]:
        """A context to compute in: dtypes are kept, and nothing warns of infinities and undefined entries, which a
        result may well have."""

    def asarray(self, value: Any) -> Array:
        """The library's array of a given one, without a copy where that is possible, its dtype kept."""

    def is_number(self, array: Array) -> bool:
        """Whether entries are numbers: integer, real or complex."""

    def is_integer(self, array: Array) -> bool:
        """Whether entries are integers."""

    def common(self, arrays: Sequence[Array]) -> Any:
        """The dtype that all arrays promote to; float32 where there are none."""

    def real(self, dtype: Any) -> Any:
        """A dtype that holds fractions: the dtype itself unless it is an integer's."""

    def full(self, shape: Shape, value: float, dtype: Any, like: Array | None) -> Array:
        """An array of one value."""

    def from_numpy(self, array: Any, dtype: Any, like: Array | None) -> Array:
        """An array made by NumPy, in the dtype, where `like` lives."""

    def one_hot(self, ids: Array, size: int, dtype: Any) -> Array:
        """A new last axis: 1 at the id, else 0."""

    def cast(self, array: Array, dtype: Any) -> Array:
        """The array in another dtype."""

    def transpose(self, array: Array, order: Sequence[int]) -> Array:
        """Axes in another order, a view."""

    def diagonal(self, array: Array, first: int, second: int) -> Array:
        """The diagonal of two axes as the last axis, a view."""

    def sum(self, array: Array, axes: Sequence[int]) -> Array:
        """Added over the axes."""

    def matmul(self, a: Array, b: Array) -> Array:
        """Matrix product over the last two axes, the first ones broadcast."""

    def multiply(self, a: Array, b: Array) -> Array:
        """Elementwise product, broadcast."""

    def outer(self, a: Array, b: Array) -> Array:
        """(rows,) and (columns,) to (rows, columns)."""

    def batched_dot(self, a: Array, b: Array) -> Array:
        """(batch, k) and (batch, k) to (batch,)."""

    def broadcast(self, array: Array, shape: Shape) -> Array:
        """A view of the shape."""

    def spread(self, array: Array, shape: Shape, groups: Sequence[Sequence[int]]) -> Array:
        """Zeros of `shape`, but `array` where the positions of all axes of a group agree; array axis k is group k."""

    def take(self, array: Array, ids: Array, axis: int) -> Array:
        """The axis replaced by the axes of ids."""

    def bounds(self, ids: Array) -> tuple[int, int]:
        """Smallest and largest id of an array that is not empty."""

    def conj(self, array: Array) -> Array:
        """Complex conjugate; the array itself where it is real."""

    def stack(self, arrays: Sequence[Array]) -> Array:
        """Arrays on a new first axis."""

    def own(self, array: Array, inputs: Sequence[Array]) -> Array:
        """The array, copied where it is a view of an input or cannot be written."""


@lru_cache
def backend(name: str) -> Backend:
    """The backend with this name; errors.Error where it is unknown or not installed."""
    if name not in BACKENDS:
        raise Error(f"There is no backend {name!r}: the backends are {', '.join(BACKENDS)}.")
    if importlib.util.find_spec(name) is None:
        raise Error(f"{name} is not installed: `pip install 'tensordraw[{name}]'` adds it.")
    module = importlib.import_module(f"tensordraw.program.backend_{name}")
    return cast(Backend, module.BACKEND)
