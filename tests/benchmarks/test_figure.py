"""From a drawing to its picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tensordraw.diagram.records import Diagram
from tensordraw.figure.build import build
from tensordraw.figure.closing import collapse
from tensordraw.figure.svg import svg
from tensordraw.templates import template
from tests.benchmarks.conftest import fresh, grid, seconds

pytestmark = pytest.mark.timing
Report = Callable[..., None]


def moved(diagram: Diagram, step: int) -> Diagram:
    """One tensor in the middle a little further along: what each frame of a drag asks for."""
    layout = diagram.layout
    node = list(layout.places)[len(layout.places) // 2]
    place = layout.places[node]
    places = layout.places | {node: replace(place, x=place.x + 0.5 * step)}
    return replace(diagram, layout=replace(layout, places=places))


@pytest.mark.parametrize(("tensors", "target"), [(300, None), (1000, 0.016), (10_000, None)])
def test_building_and_dragging(tensors: int, target: float | None, report: Report) -> None:
    diagram = grid(tensors)
    report(f"figure of {tensors} tensors, from nothing", seconds(lambda: build(fresh(diagram)), 3))
    build(diagram)
    frames = iter([moved(diagram, step) for step in range(1, 12)])
    report(f"figure of {tensors} tensors, one frame of a drag", seconds(lambda: build(next(frames)), 10), target)


@pytest.mark.parametrize("tensors", [300, 1000])
def test_svg(tensors: int, report: Report) -> None:
    figure = build(grid(tensors))
    report(f"SVG of {tensors} tensors", seconds(lambda: svg(figure), 3))


@pytest.mark.parametrize("folded", [False, True])
def test_gpt2_drawn_out(folded: bool, report: Report) -> None:
    """Twelve layers with norms and biases, 600 bodies: drag one of the attention's, with one block collapsed or none."""
    diagram = template("gpt2", unroll=True, layer_norm=True, bias=True)
    if folded:
        block = next(r.id for r in diagram.content.regions.values() if r.name == "attention 0")
        diagram = collapse(diagram, [block])
    build(diagram)
    frames = iter([moved(diagram, step) for step in range(1, 12)])
    words = ", one block collapsed" if folded else ""
    report(f"figure of GPT-2 drawn out{words}, one frame of a drag", seconds(lambda: build(next(frames)), 10), 0.016)
    if not folded:
        report("SVG of GPT-2 drawn out", seconds(lambda: svg(build(diagram)), 3))
