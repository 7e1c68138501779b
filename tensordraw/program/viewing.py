"""How an array is looked at: which pictures suit it, which slice they show, what its numbers are in one line.

A `View` is a value: the kind of picture, the axes it shows and where the others are fixed. The window keeps one for each
viewer, the command line makes one from `--at layer=1,head=3`; both cut the same slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec.structs import replace

from tensordraw.diagram.records import Record
from tensordraw.errors import Error

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, Any]

Kind: TypeAlias = Literal["attention", "heatmap", "line", "top", "table"]
KINDS: dict[Kind, str] = {
    "attention": "Attention pattern",
    "heatmap": "Heatmap",
    "line": "Line plot",
    "top": "Largest entries",
    "table": "Numbers",
}
_CHUNK = 4_000_000  # entries that statistics are taken of at once
_POSITIONS = ("seq", "query", "key", "position", "positions")
_CLASSES = ("vocab", "class", "classes", "token", "tokens")


class View(Record, frozen=True):
    """A picture of `kind` with axis `rows` down and `columns` across (lines run along `columns`); `at` has a position for
    every axis, of which those that are shown do not count."""

    kind: Kind
    rows: int
    columns: int
    at: tuple[int, ...]


class Statistics(Record, frozen=True):
    """An array in one line; the numbers are of its finite entries, of their absolute values where they are complex."""

    shape: tuple[int, ...]
    dtype: str
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    deviation: float = 0.0
    nan: int = 0
    infinite: int = 0

    @property
    def sentence(self) -> str:
        """min, max, mean, standard deviation, and what is not finite."""
        if 0 in self.shape:
            return "empty"
        total = 1
        for size in self.shape:
            total *= size
        if self.nan + self.infinite == total:
            words = "no finite entry"
        elif total == 1:
            words = f"value {self.low:.8g}"
        else:
            words = f"min {self.low:.4g}   max {self.high:.4g}   mean {self.mean:.4g}   std {self.deviation:.4g}"
        if self.nan:
            words += f"   {self.nan} NaN"
        return f"{words}   {self.infinite} infinite" if self.infinite else words


def statistics(array: Array) -> Statistics:
    """Statistics of an array of numbers (a mapped file is read once, piece by piece)."""
    return statistics_of([array], tuple(array.shape))


def statistics_of(parts: Iterable[Array], shape: tuple[int, ...]) -> Statistics:
    """Statistics of an array of this shape that comes in parts."""
    import numpy as np

    sums, dtype = _Sums(), ""
    for part in parts:
        dtype = str(part.dtype)
        flat = part.reshape(-1) if part.flags.c_contiguous else part.ravel(order="K")
        for start in range(0, flat.size, _CHUNK):
            sums.add(np.asarray(flat[start : start + _CHUNK]))
    return sums.told(shape, dtype)


class _Sums:
    """What is known of the entries so far; sums are of differences from `shift`, so that they keep their digits."""

    def __init__(self) -> None:
        self.count, self.total, self.squares, self.nan, self.infinite = 0, 0.0, 0.0, 0, 0
        self.low, self.high = float("inf"), float("-inf")
        self.shift: float | None = None

    def add(self, piece: Array) -> None:
        """Count these entries, a vector."""
        import numpy as np

        numbers = np.abs(piece) if np.iscomplexobj(piece) else piece
        missing, finite = 0, numbers
        if numbers.dtype.kind == "f" and not (sound := np.isfinite(numbers)).all():
            missing, finite = int(np.count_nonzero(np.isnan(numbers))), numbers[sound]
        self.nan += missing
        self.infinite += numbers.size - finite.size - missing
        if not finite.size:
            return
        wide = finite.astype(np.float64)
        self.shift = float(wide.mean()) if self.shift is None else self.shift
        self.low, self.high = min(self.low, float(np.min(wide))), max(self.high, float(np.max(wide)))
        wide -= self.shift
        self.count += wide.size
        self.total += float(wide.sum())
        self.squares += float(np.dot(wide, wide))

    def told(self, shape: tuple[int, ...], dtype: str) -> Statistics:
        """The statistics of all entries."""
        if not self.count:
            return Statistics(shape, dtype, nan=self.nan, infinite=self.infinite)
        off = self.total / self.count
        deviation = max(self.squares / self.count - off * off, 0.0) ** 0.5
        mean = (self.shift or 0.0) + off
        return Statistics(shape, dtype, self.low, self.high, mean, deviation, self.nan, self.infinite)


def kinds(axes: Sequence[str], shape: Sequence[int]) -> tuple[Kind, ...]:
    """The kinds of picture that suit an array with these axes, the best first."""
    if not shape:
        return ("table",)
    first: list[Kind] = []
    if "query" in axes and "key" in axes:
        first.append("attention")
    if axes[-1] in _CLASSES and shape[-1] > 1:
        first.append("top")
    rest: tuple[Kind, ...] = ("heatmap", "line", "top", "table")
    if len(shape) == 1 or all(size == 1 for size in shape[:-1]):
        rest = ("line", "heatmap", "top", "table")
    return tuple(dict.fromkeys((*first, *rest)))


def first_view(axes: Sequence[str], shape: Sequence[int], kind: Kind | None = None) -> View:
    """The view to begin with: the last two axes, or queries down and keys across; of classes, those of the last position."""
    chosen = kind or kinds(axes, shape)[0]
    rank = len(shape)
    rows, columns = max(rank - 2, 0), max(rank - 1, 0)
    if chosen == "attention" and "query" in axes and "key" in axes:
        rows, columns = list(axes).index("query"), list(axes).index("key")
    at = [0] * rank
    if chosen == "top" and rank > 1:
        at[-2] = shape[-2] - 1
    return View(chosen, rows, columns, tuple(at))


def of_kind(view: View, kind: Kind, axes: Sequence[str], shape: Sequence[int]) -> View:
    """The same slice as another kind of picture; an attention pattern takes its own axes."""
    begin = first_view(axes, shape, kind)
    if kind == "attention":
        return replace(view, kind=kind, rows=begin.rows, columns=begin.columns)
    return replace(view, kind=kind, at=begin.at if kind == "top" and not any(view.at) else view.at)


def fitting(view: View | None, axes: Sequence[str], shape: Sequence[int]) -> View:
    """The view kept for an array of another shape, as far as it suits; else the view to begin with."""
    if view is None or len(view.at) != len(shape) or view.kind not in kinds(axes, shape):
        return first_view(axes, shape)
    return replace(view, at=tuple(min(at, max(size - 1, 0)) for at, size in zip(view.at, shape, strict=True)))


def carried(view: View, places: Mapping[str, int], axes: Sequence[str], shape: Sequence[int]) -> View:
    """The view with the positions where axes of these names were left, as far as there are such."""
    at = [min(places.get(axis, old), max(size - 1, 0)) for axis, old, size in zip(axes, view.at, shape, strict=True)]
    return replace(view, at=tuple(at))


def flat(view: View) -> bool:
    """Whether the view shows one axis, not two."""
    return view.kind in ("line", "top")


def shown(view: View) -> tuple[int, ...]:
    """The axes that the picture shows, rows first."""
    if not view.at:
        return ()
    return (view.columns,) if flat(view) or len(view.at) == 1 else (view.rows, view.columns)


def cut(array: Array, view: View) -> Array:
    """The slice that the view shows, rows down and columns across; of complex numbers, absolute values."""
    import numpy as np

    axes = shown(view)
    part = array[tuple(slice(None) if axis in axes else view.at[axis] for axis in range(array.ndim))]
    if len(axes) == 2 and view.rows > view.columns:
        part = part.T
    return np.abs(part) if np.iscomplexobj(part) else np.asarray(part)


def thin(part: Array, most: int = 96) -> Array:
    """A copy of a slice with at most so many entries along each axis, every n-th of them."""
    import numpy as np

    return np.array(part[tuple(slice(None, None, max(1, -(-size // most))) for size in part.shape)])


def located(view: View, positions: Mapping[str, int], axes: Sequence[str], shape: Sequence[int]) -> View:
    """The view at these positions, by the names of axes (negative ones count from the end). `Error` for others.

    It shows axes that are not fixed: the last two of them, or a line along the only one.
    """
    at, fixed = list(view.at), set()
    for name, position in positions.items():
        if name not in axes:
            raise Error(f"There is no axis {name!r}: there are {', '.join(axes) or 'none'}.")
        axis = list(axes).index(name)
        if not -shape[axis] <= position < shape[axis]:
            raise Error(f"The axis {name} has positions 0 to {shape[axis] - 1}, so {position} is out of range.")
        at[axis] = position % shape[axis]
        fixed.add(axis)
    free = [axis for axis in range(len(shape)) if axis not in fixed]
    if not free and fixed:
        raise Error(f"All axes are fixed ({', '.join(axes)}), so there is nothing to show: leave one free.")
    view = replace(view, at=tuple(at))
    if not fixed.intersection(shown(view)):
        return view
    if flat(view) or len(free) == 1:
        return replace(view, kind=view.kind if flat(view) else "line", columns=free[-1])
    return replace(view, kind="heatmap", rows=free[-2], columns=free[-1])


def where(view: View, axes: Sequence[str]) -> str:
    """The fixed positions in words: "layer 1, head 3"."""
    hidden = (axis for axis in range(len(view.at)) if axis not in shown(view))
    return ", ".join(f"{axes[axis]} {view.at[axis]}" for axis in hidden)


def largest(values: Array, count: int) -> list[tuple[int, float]]:
    """The positions and values of the largest entries of a vector, the largest first; what is no number comes last."""
    import numpy as np

    numbers = np.where(np.isnan(values), -np.inf, values) if values.dtype.kind == "f" else values
    count = min(count, numbers.size)
    if count < numbers.size:
        best = np.argpartition(-numbers.astype(np.float64), count)[:count]
    else:
        best = np.arange(numbers.size)
    order = best[np.lexsort((best, -numbers[best].astype(np.float64)))]
    return [(int(place), float(values[place])) for place in order]


def shares(values: Array) -> Array:
    """The softmax of a vector of logits (what is not finite counts as nothing)."""
    import numpy as np

    wide = values.astype(np.float64)
    finite = np.isfinite(wide)
    if not finite.any():
        return np.zeros_like(wide)
    powers = np.where(finite, np.exp(np.where(finite, wide, 0.0) - np.max(wide[finite])), 0.0)
    return np.asarray(powers / powers.sum())


def number(value: float) -> str:
    """A value as a person reads it, NaN and infinities in words."""
    if isfinite(value):
        return f"{value:.4g}"
    return "NaN" if value != value else ("-" if value < 0 else "") + "infinity"


def texts_at(axis: str, size: int, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The texts that stand at an axis' positions: the tokens along the sequence, under whatever name it goes."""
    return tokens if axis in _POSITIONS and len(tokens) == size else ()


def is_classes(axis: str) -> bool:
    """Whether the positions of an axis are token ids."""
    return axis in _CLASSES
