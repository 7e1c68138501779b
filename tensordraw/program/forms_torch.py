"""PyTorch forms of functions that are more than one expression.

`functions.prelude` copies their source into emitted code, without the annotations, so each reads as a person would
write it and uses only the imports here. `dim`, `row`, `column` are positions in `x`, which may have any further axes.
"""

from __future__ import annotations

from typing import Any

import torch


def normalise(x: Any, dim: int, eps: float = 1e-5) -> Any:
    """Mean 0 and variance 1 along the dimension: layer norm without its weights."""
    centred = x - x.mean(dim, keepdim=True)
    return centred / torch.sqrt(centred.square().mean(dim, keepdim=True) + eps)


def rms_norm(x: Any, dim: int, eps: float = 1e-5) -> Any:
    """Mean square 1 along the dimension."""
    return x / torch.sqrt(x.square().mean(dim, keepdim=True) + eps)


def argmax_one_hot(x: Any, dim: int) -> Any:
    """1 at the largest entry along the dimension, 0 elsewhere."""
    return torch.zeros_like(x).scatter(dim, x.argmax(dim, keepdim=True), 1)


def top_k(x: Any, dim: int, k: int) -> Any:
    """The k largest entries along the dimension, 0 elsewhere."""
    order = x.argsort(dim=dim, descending=True, stable=True)
    largest = order.narrow(dim, 0, min(k, x.shape[dim]))
    return torch.zeros_like(x).scatter(dim, largest, x.gather(dim, largest))


def causal_mask(x: Any, query: int = -2, key: int = -1) -> Any:
    """Minus infinity where the key comes after the query."""
    x = x.movedim((query, key), (-2, -1))
    future = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
    return x.masked_fill(future, -torch.inf).movedim((-2, -1), (query, key))


def lower(x: Any, row: int, column: int) -> Any:
    """The entries with column <= row, 0 elsewhere."""
    return x.movedim((row, column), (-2, -1)).tril().movedim((-2, -1), (row, column))


def strictly_lower(x: Any, row: int, column: int) -> Any:
    """The entries with column < row, 0 elsewhere."""
    return x.movedim((row, column), (-2, -1)).tril(-1).movedim((-2, -1), (row, column))


def inverse(x: Any, row: int, column: int) -> Any:
    """The inverse of each matrix."""
    return torch.linalg.inv(x.movedim((row, column), (-2, -1))).movedim((-2, -1), (row, column))


def determinant(x: Any, row: int, column: int) -> Any:
    """The determinant of each matrix."""
    return torch.linalg.det(x.movedim((row, column), (-2, -1)))


def turned(x: Any, cos: Any, sin: Any) -> Any:
    """Entries of the last axis turned by angles, those of its first half with those of its second."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), dim=-1)


def turned_neighbours(x: Any, cos: Any, sin: Any) -> Any:
    """Entries of the last axis turned by angles, each with its neighbour."""
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((a * cos - b * sin, b * cos + a * sin), dim=-1).flatten(-2)
