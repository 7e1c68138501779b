"""The axis of the values of a plot: from where to where it goes, where its ticks are, and what they say.

A logarithmic axis has its ticks at powers of ten, every so many where there are many, with small ones between; over less than
two decades they stand at 1, 2 and 5 times a power, written out.
"""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Any

from tensordraw.diagram.record import Record
from tensordraw.figure.chart_parts import SIZE, plain
from tensordraw.figure.display import Font
from tensordraw.figure.heat_colours import ticks, written
from tensordraw.figure.labels import Label, label

_MOST = 5  # labelled ticks
_FAR = 12  # decades below the largest value: what is beyond is rounding


class Range(Record, frozen=True):
    """An axis from `low` to `high`, both above 0 where it is logarithmic; `small` ticks have no label, `powers` says whether
    the others are written as powers of ten."""

    low: float
    high: float
    ticks: tuple[float, ...]
    small: tuple[float, ...] = ()
    log: bool = False
    powers: bool = False

    def share(self, value: float) -> float:
        """Where a value stands: 0 at the low end, 1 at the high one."""
        if self.log:
            value = max(value, self.low)
            return log10(value / self.low) / log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear(numbers: Any, *, from_zero: bool = False) -> Range:
    """The range of the finite numbers with a little air; from 0 on for bars."""
    import numpy as np

    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - (abs(low) or 1.0), high + (abs(high) or 1.0)
        low = 0.0 if from_zero else low
    else:
        air = 0.04 * (high - low)
        low, high = low - air * (not from_zero or low < 0), high + air * (not from_zero or high > 0)
    return Range(low, high, tuple(ticks(low, high)))


def logarithmic(numbers: Any) -> Range:
    """The range of the numbers above 0, one decade at least; numbers below the largest by more than rounding are beyond it."""
    import numpy as np

    finite = numbers[np.isfinite(numbers) & (numbers > 0)]
    high = float(finite.max()) if finite.size else 1.0
    low = max(float(finite.min()) if finite.size else 0.1, high * 10.0**-_FAR)
    air = (high / low) ** 0.05 if high > low else 10**0.25
    low, high = low / air, high * air
    first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
    powers = [k for k in range(first, last + 1) if low <= 10.0**k <= high]
    if len(powers) < 2:
        few = [m * 10.0**k for k in range(first, last + 1) for m in (1, 2, 5) if low <= m * 10.0**k <= high]
        found = few if len(few) >= 2 else [value for value in ticks(low, high) if value > 0]
        small = _between(first, last, low, high, found) if len(few) >= 2 else ()
        return Range(low, high, tuple(float(f"{value:.12g}") for value in found), small, True)
    step = next(each for each in (1, 2, 3, 5, 10, 20, 50, 100) if len([k for k in powers if k % each == 0]) <= _MOST)
    shown = tuple(10.0**k for k in powers if k % step == 0)
    small = tuple(10.0**k for k in powers if k % step) if step > 1 else _between(first, last, low, high, list(shown))
    return Range(low, high, shown, small, True, powers=True)


def _between(first: int, last: int, low: float, high: float, shown: list[float]) -> tuple[float, ...]:
    """The multiples of powers of ten in the range that have no label."""
    taken = {f"{value:.6g}" for value in shown}
    found = (m * 10.0**k for k in range(first, last + 1) for m in range(1, 10))
    return tuple(value for value in found if low <= value <= high and f"{value:.6g}" not in taken)


def tick_label(value: float, scale: Range, font: Font) -> Label:
    """What stands at a tick: 10 with its exponent where the ticks are powers, else the number."""
    if not scale.powers:
        return plain(written(value), font=font)
    return label(f"10^{{{round(log10(value))}}}", SIZE, font)


__all__ = ["Range", "linear", "logarithmic", "tick_label"]
