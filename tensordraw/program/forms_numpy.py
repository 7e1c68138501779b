"""NumPy forms of functions that are more than one expression.

`functions.prelude` copies their source into emitted code, without the annotations, so each reads as a person would
write it and uses only the imports here. `axis`, `row`, `column` are positions in `x`, which may have any further axes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def erf(x: Any) -> Any:
    """The error function, entry by entry."""
    return np.asarray(np.vectorize(math.erf, otypes=[float])(x), dtype=x.dtype)


def gelu(x: Any) -> Any:
    """x times the normal distribution function of x."""
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def gelu_tanh(x: Any) -> Any:
    """GELU by its tanh approximation, as in GPT-2."""
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


def softmax(x: Any, axis: int) -> Any:
    """Exponentials that add up to 1 along the axis."""
    weights = np.exp(x - x.max(axis, keepdims=True))
    return weights / weights.sum(axis, keepdims=True)


def log_softmax(x: Any, axis: int) -> Any:
    """Logarithm of the softmax along the axis."""
    shifted = x - x.max(axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))


def normalise(x: Any, axis: int, eps: float = 1e-5) -> Any:
    """Mean 0 and variance 1 along the axis: layer norm without its weights."""
    centred = x - x.mean(axis, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis, keepdims=True) + eps)


def rms_norm(x: Any, axis: int, eps: float = 1e-5) -> Any:
    """Mean square 1 along the axis."""
    return x / np.sqrt((x**2).mean(axis, keepdims=True) + eps)


def argmax_one_hot(x: Any, axis: int) -> Any:
    """1 at the largest entry along the axis, 0 elsewhere."""
    hot = np.zeros_like(x)
    np.put_along_axis(hot, np.expand_dims(x.argmax(axis), axis), 1, axis)
    return hot


def top_k(x: Any, axis: int, k: int) -> Any:
    """The k largest entries along the axis, 0 elsewhere."""
    largest = np.argsort(-x, axis=axis, kind="stable").take(range(min(k, x.shape[axis])), axis)
    kept = np.zeros_like(x)
    np.put_along_axis(kept, largest, np.take_along_axis(x, largest, axis), axis)
    return kept


def causal_mask(x: Any, query: int = -2, key: int = -1) -> Any:
    """Minus infinity where the key comes after the query."""
    x = np.moveaxis(x, (query, key), (-2, -1))
    seen = np.tril(np.ones(x.shape[-2:], dtype=bool))
    return np.moveaxis(np.where(seen, x, -np.inf), (-2, -1), (query, key))


def lower(x: Any, row: int, column: int) -> Any:
    """The entries with column <= row, 0 elsewhere."""
    return np.moveaxis(np.tril(np.moveaxis(x, (row, column), (-2, -1))), (-2, -1), (row, column))


def strictly_lower(x: Any, row: int, column: int) -> Any:
    """The entries with column < row, 0 elsewhere."""
    return np.moveaxis(np.tril(np.moveaxis(x, (row, column), (-2, -1)), -1), (-2, -1), (row, column))


def inverse(x: Any, row: int, column: int) -> Any:
    """The inverse of each matrix."""
    return np.moveaxis(np.linalg.inv(np.moveaxis(x, (row, column), (-2, -1))), (-2, -1), (row, column))


def determinant(x: Any, row: int, column: int) -> Any:
    """The determinant of each matrix."""
    return np.asarray(np.linalg.det(np.moveaxis(x, (row, column), (-2, -1))))
