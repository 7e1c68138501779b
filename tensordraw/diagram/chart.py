"""Charts: pictures of numbers that stand in the drawing, beside what they are the values of.

A chart keeps the few numbers that it draws, rounded, so that every printer draws the same without evaluating anything. They
are in a document only because somebody put them there; a fingerprint of the drawing says whether they are still its values.
"""

from __future__ import annotations

from math import prod
from typing import Literal, TypeAlias

from tensordraw.diagram.record import Record

ChartKind: TypeAlias = Literal["heatmap", "line", "bars", "top"]
Number: TypeAlias = float | Literal["nan", "inf", "-inf"]  # JSON knows no others
MOST_CELLS, MOST_POINTS, MOST_BARS = 64, 1000, 64  # along a side of a heatmap, a line, bars


class Side(Record, frozen=True):
    """One axis of a chart: its name, its length, and what stands at its positions (numbers where `texts` is empty).

    Where it is longer than what is drawn, each number is the mean of `block` entries (the last of what is left).
    """

    name: str
    size: int
    block: int = 1
    texts: tuple[str, ...] = ()

    @property
    def drawn(self) -> int:
        """How many numbers stand along it."""
        return -(-self.size // max(self.block, 1))


class Chart(Record, frozen=True):
    """A chart of `value` (a name, the id of an item, or empty for the result): of its axes `axes`, rows first, the others at
    the positions in `at`, which has one for each axis.

    A heatmap has two sides, rows first, the others one. `numbers` go row by row, and are () where they were left out.
    "top" lists the largest entries with their texts. `height` in points is that of the frame around the numbers of a heatmap, line
    or bars where it is not the usual one. `error` shows, of singular values, the relative error of what keeps the
    first so many of them, from none to all. `log` is the scale of a line or bars, `low` and `high` are the ends of a
    heatmap's colours where they are not its own. `name` is what the numbers are, `width` in points, `drawing` the
    fingerprint of what they were computed from.
    """

    kind: ChartKind
    sides: tuple[Side, ...]
    numbers: tuple[Number, ...] = ()
    value: str = ""
    axes: tuple[int, ...] = ()
    at: tuple[int, ...] = ()
    name: str = ""
    error: bool = False
    log: bool = False
    low: float | None = None
    high: float | None = None
    width: float = 180.0
    drawing: str = ""
    height: float | None = None


def chart_fault(chart: Chart) -> str:
    """What does not fit together in a chart, a clause; empty where all does."""
    wanted = 2 if chart.kind == "heatmap" else 1
    if len(chart.sides) != wanted:
        return f"it is a {chart.kind} with {len(chart.sides)} sides, not {wanted}"
    if any(side.size < 1 or side.block < 1 for side in chart.sides):
        return "one of its sides is empty"
    if chart.numbers and len(chart.numbers) != prod(side.drawn for side in chart.sides):
        return f"it has {len(chart.numbers)} numbers for {' x '.join(str(side.drawn) for side in chart.sides)} places"
    if any(side.texts and len(side.texts) != side.size for side in chart.sides):
        return "one of its sides has texts for another number of positions"
    if chart.error and (chart.kind not in ("line", "bars") or chart.sides[0].block > 1):
        return "the error against rank takes all singular values, as a line or bars"
    if (chart.low is None) != (chart.high is None) or (chart.low or 0.0) > (chart.high or 0.0):
        return "its scale has no two ends"
    if not 20 <= chart.width <= 5000:
        return f"its width of {chart.width:g} points is not between 20 and 5000"
    if chart.height is not None and chart.kind == "top":
        return "a list of the largest entries is as high as they need"
    if chart.height is not None and not 5 <= chart.height <= 5000:
        return f"its height of {chart.height:g} points is not between 5 and 5000"
    return ""
