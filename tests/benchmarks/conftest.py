"""Drawings of any size, and one line of print for each measurement. Run by `packaging/test --benchmarks`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Diagram, Leg

PATCH = 5  # tensors along the side of a bubble's square


def grid(tensors: int) -> Diagram:
    """About so many tensors on a square grid, joined to their neighbours, each square of 25 in a relu bubble."""
    side = math.isqrt(tensors - 1) + 1
    draft = Draft()
    draft.space("bond", 2)
    bubbles: dict[tuple[int, int], str] = {}
    below: dict[int, Leg] = {}
    for row in range(side):
        beside: Leg | None = None
        for column in range(side):
            if row * side + column >= tensors:
                break
            patch = (row // PATCH, column // PATCH)
            if patch not in bubbles:
                bubbles[patch] = draft.bubble("relu", inside=ROOT).id
            right, left = draft.leg("bond", angle=0), draft.leg("bond", angle=180)
            down, up = draft.leg("bond", angle=270), draft.leg("bond", angle=90)
            ends = [(beside, left), (below.get(column), up)]
            legs = [leg for other, leg in ends if other is not None]
            if column + 1 < side and row * side + column + 1 < tensors:
                legs.append(right)
            if (row + 1) * side + column < tensors:
                legs.append(down)
            draft.tensor(f"T_{row},{column}", legs, (60.0 * column, 60.0 * row), inside=bubbles[patch])
            for other, leg in ends:
                if other is not None:
                    draft.wire(other, leg)
            beside = right if right in legs else None
            if down in legs:
                below[column] = down
            else:
                below.pop(column, None)
    return draft.build()


def fresh(diagram: Diagram) -> Diagram:
    """The same diagram as new objects, of which nothing is remembered."""
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
    """Prints a measurement in milliseconds, and fails where it misses its target."""

    def line(what: str, taken: float, target: float | None = None) -> None:
        aim = "" if target is None else f"   target {1000 * target:9.1f} ms"
        with capsys.disabled():
            print(f"\n    {what:<64} {1000 * taken:9.2f} ms{aim}", end="")
        assert target is None or taken <= target

    return line
