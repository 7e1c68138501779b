"""Colours of numbers: two tables, and the scale that says which number has which colour.

Numbers of both signs use a diverging table that is symmetrical about zero, numbers of one sign a sequential one. What is
no finite number has colours of its own: NaN one that is in no table, minus infinity (masked) the colour of nothing, plus
infinity a warning. All are told apart without colour, too: a scale's lightness is monotonic on each side of zero, and in
the palette of greys over all numbers, with strokes across the cells of what is no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, isfinite, log10
from typing import Any, Literal, TypeAlias

from tensordraw.diagram.records import Record

RGB: TypeAlias = tuple[int, int, int]


class Palette(Record, frozen=True):
    """Control points of the two tables from the lowest number to the highest, and the colours of what is no finite number.

    With `marks` these are told apart by strokes across their cells (`MARKS`).
    """

    diverging: tuple[RGB, ...]
    sequential: tuple[RGB, ...]
    missing: RGB  # NaN
    masked: RGB  # minus infinity
    beyond: RGB  # plus infinity
    marks: bool = False


PaletteName: TypeAlias = Literal["colour", "dark", "grey"]
_GREYS = ((250, 250, 250), (30, 30, 30))
PALETTES: Mapping[PaletteName, Palette] = {
    "colour": Palette(  # blue, white, orange; and a single ramp from light to dark
        ((33, 80, 160), (120, 165, 215), (245, 245, 245), (240, 165, 90), (176, 70, 10)),
        ((247, 249, 252), (190, 212, 238), (110, 160, 215), (45, 100, 180), (15, 40, 95)),
        (200, 0, 150), (226, 226, 226), (90, 0, 70),
    ),
    "dark": Palette(  # zero is as dark as what lies around the chart
        ((160, 210, 255), (62, 112, 180), (43, 45, 49), (190, 104, 34), (255, 196, 128)),
        ((43, 45, 49), (38, 84, 150), (90, 145, 210), (170, 205, 240), (247, 249, 252)),
        (255, 80, 205), (85, 88, 95), (255, 190, 240),
    ),
    "grey": Palette(_GREYS, _GREYS, (255, 255, 255), (255, 255, 255), (255, 255, 255), True),  # the greater, the darker
}  # fmt: skip
COLOUR = PALETTES["colour"]
MARKS: Mapping[str, str] = {"−∞": "\\", "∞": "/", "NaN": "\\/"}  # directions of the strokes across a cell


class Scale(Record, frozen=True):
    """The numbers at the two ends of the table; `diverging` says which table."""

    low: float
    high: float
    diverging: bool


def scale_between(low: float, high: float) -> Scale:
    """The scale of numbers from `low` to `high`: symmetrical about zero where they have both signs."""
    if low < 0 < high:
        most = max(-low, high)
        return Scale(-most, most, True)
    if low >= 0 and 0 < low < 0.5 * high:
        low = 0.0  # a ramp that nearly starts at nothing does
    return Scale(low, high, False)


def scale_of(values: Any) -> Scale:
    """The scale of the finite entries of a real array; from 0 to 0 where there is none."""
    import numpy as np

    numbers = np.asarray(values)
    if numbers.dtype.kind == "f":
        numbers = numbers[np.isfinite(numbers)]
    return scale_between(float(numbers.min()), float(numbers.max())) if numbers.size else Scale(0.0, 0.0, False)


def table(diverging: bool, palette: Palette = COLOUR) -> Any:
    """RGB bytes `[256, 3]` from the lowest number to the highest."""
    import numpy as np

    points = palette.diverging if diverging else palette.sequential
    stops = np.linspace(0, 255, len(points))
    columns = [np.interp(np.arange(256), stops, [point[k] for point in points]) for k in range(3)]
    return np.stack(columns, axis=1).round().astype(np.uint8)


def colours(values: Any, scale: Scale, palette: Palette = COLOUR) -> Any:
    """RGB bytes `[..., 3]` of a real array in a scale; what lies beyond an end has that end's colour."""
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(numbers)
    span = scale.high - scale.low
    middle = 0.5 if scale.diverging or span == 0 else 0.0
    share = np.full(numbers.shape, middle)
    if span > 0 and isfinite(span):
        share = np.where(finite, (np.where(finite, numbers, 0.0) - scale.low) / span, 0.0)
    pixels = table(scale.diverging, palette)[(np.clip(share, 0, 1) * 255).round().astype(np.uint8)]
    pixels[np.isnan(numbers)] = palette.missing
    pixels[np.isneginf(numbers)] = palette.masked
    pixels[np.isposinf(numbers)] = palette.beyond
    return pixels


def signs(values: Any, palette: Palette = COLOUR) -> list[tuple[str, tuple[int, int, int]]]:
    """Words and colours of what is no finite number, as far as an array has any: what a legend says beside the table."""
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)
    found = (
        ("−∞", palette.masked, np.isneginf), ("∞", palette.beyond, np.isposinf), ("NaN", palette.missing, np.isnan)
    )  # fmt: skip
    return [(words, colour) for words, colour, holds in found if holds(numbers).any()]


def hexadecimal(rgb: Any) -> str:
    """`#rrggbb` of three bytes."""
    return "#" + "".join(f"{int(value):02x}" for value in rgb)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, at most `most` of them, in steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    if not (span > 0 and isfinite(span)):
        return [low]
    power = 10.0 ** floor(log10(span / max(most - 1, 1)))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first = -floor(-low / step + 1e-9)
        count = floor(high / step + 1e-9) - first + 1
        if count <= most:
            return [round((first + k) * step, 12) + 0.0 for k in range(count)]
    return [low, high]


def written(value: float) -> str:
    """A number as it stands in a figure: up to four digits, a real minus sign, signs for what is not finite."""
    if value != value:
        return "NaN"
    return f"{value:.4g}".replace("-", "−").replace("inf", "∞")
