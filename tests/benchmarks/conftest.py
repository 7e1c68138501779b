"""Drawings of any size, and one line of print for each measurement. Run by `packaging/test --benchmarks`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg
from tensordraw.figure.build import forget

PATCH = 5  # tensors along the side of a bubble's square


def grid(tensors: int) -> Diagram:
    """So many tensors on a square grid, joined to their neighbours, each square of 25 in a relu bubble."""
    side = math.isqrt(tensors - 1) + 1
    draft = Draft()
    draft.space("bond", 2)
    bubbles: dict[tuple[int, int], Id] = {}
    waiting: dict[tuple[int, int], list[Leg]] = {}  # legs that reach towards a cell from the left and from above
    for number in range(tensors):
        row, column = divmod(number, side)
        patch = (row // PATCH, column // PATCH)
        if patch not in bubbles:
            bubbles[patch] = draft.bubble("relu").id
        came = waiting.pop((row, column), [])
        met = [draft.leg("bond", angle=180.0 if other.label == "h" else 90.0, label=other.label) for other in came]
        legs = list(met)
        for label, angle, cell in (("h", 0.0, (row, column + 1)), ("v", 270.0, (row + 1, column))):
            if cell[1] < side and cell[0] * side + cell[1] < tensors:
                legs.append(draft.leg("bond", label, angle=angle))
                waiting.setdefault(cell, []).append(legs[-1])
        draft.tensor(f"T_{row},{column}", legs, (60.0 * column, 60.0 * row), inside=bubbles[patch])
        for other, leg in zip(came, met, strict=True):
            draft.wire(other, leg)
    return draft.build()


def fresh(diagram: Diagram) -> Diagram:
    """The same diagram as new objects; its figure, and all others that it could follow, are forgotten."""
    forget()
    return replace(diagram, content=replace(diagram.content), layout=replace(diagram.layout))


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The least time that the work takes: what else the machine does can only add."""
    best = math.inf
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Prints a measurement in milliseconds beside its target; timings are read, not asserted."""

    def line(what: str, taken: float, target: float | None = None) -> None:
        aim = "" if target is None else f"   target {1000 * target:9.1f} ms"
        with capsys.disabled():
            print(f"\n    {what:<64} {1000 * taken:9.2f} ms{aim}", end="")

    return line
