"""Pictures of templates are clean: no body, label or wire covers another, whatever the switches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tensordraw.diagram.records import Copy, Diagram, Repeat, node_legs
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.display import Figure, Path
from tensordraw.figure.paths import bounds, flattened
from tensordraw.templates import template, templates

Box = tuple[float, float, float, float]
Marked = tuple[str, Box]  # owner and box


def variants() -> Iterator[tuple[str, dict[str, bool]]]:
    """Every template with every combination of its switches."""
    for entry in templates():
        switches = [parameter.name for parameter in entry.parameters if parameter.kind == "switch"]
        for values in itertools.product([False, True], repeat=len(switches)):
            yield entry.name, dict(zip(switches, values, strict=True))


@pytest.fixture(params=list(variants()), ids=str, scope="module")
def drawn(request: pytest.FixtureRequest) -> tuple[Diagram, Figure]:
    name, switches = request.param
    layers = {"layers": 2} if switches.get("unroll") else {}
    diagram = template(name, **switches, **layers)
    return diagram, build(diagram)


@pytest.mark.parametrize("sideways", [False, True])
def test_twelve_layers_drawn_out_are_clean(sideways: bool) -> None:
    diagram = template("gpt2", unroll=True, sideways=sideways)
    assert len(diagram.content.nodes) > 200
    assert clashes(diagram, build(diagram)) == []


def _boxes(figure: Figure, role: str) -> list[Marked]:
    return [(item.owner, bounds(shape.path)) for item in figure.items for shape in item.shapes if shape.role == role]


def _overlap(a: Box, b: Box, slack: float = 0.3) -> bool:
    return (
        min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack
    )  # left, top, right, bottom


def _clashes(some: list[Marked], others: list[Marked]) -> list[tuple[Marked, Marked]]:
    return [(a, b) for a in some for b in others if a[0] != b[0] and _overlap(a[1], b[1])]


def test_bodies_are_apart(drawn: tuple[Diagram, Figure]) -> None:
    bodies = _boxes(drawn[1], "body")
    assert len(bodies) >= 2
    assert _clashes(bodies, bodies) == []


def test_labels_are_apart(drawn: tuple[Diagram, Figure]) -> None:
    labels = _boxes(drawn[1], "label")
    assert labels
    assert _clashes(labels, labels) == []


def test_labels_stand_on_no_other_body(drawn: tuple[Diagram, Figure]) -> None:
    assert _clashes(_boxes(drawn[1], "label"), _boxes(drawn[1], "body")) == []


def _points(path: Path) -> list[tuple[float, float]]:
    """Points along a path, at most a unit apart."""
    found: list[tuple[float, float]] = []
    for part in flattened(path):
        for (ax, ay), (bx, by) in itertools.pairwise(part):
            steps = max(1, int(abs(bx - ax) + abs(by - ay)))
            found += [(ax + (bx - ax) * k / steps, ay + (by - ay) * k / steps) for k in range(steps + 1)]
    return found


def _lines(figure: Figure) -> list[tuple[str, Path]]:
    roles = ("wire", "leg", "region")
    return [(item.owner, shape.path) for item in figure.items for shape in item.shapes if shape.role in roles]


def test_no_line_runs_through_a_label(drawn: tuple[Diagram, Figure]) -> None:
    labels = [(owner, box) for owner, box in _boxes(drawn[1], "label")]
    crossed = [
        (owner, label)
        for owner, path in _lines(drawn[1])
        for x, y in _points(path)
        for label, (left, top, right, bottom) in labels
        if left + 0.3 < x < right - 0.3 and top + 0.3 < y < bottom - 0.3
    ]
    assert set(crossed) == set()


def test_no_wire_runs_through_a_body(drawn: tuple[Diagram, Figure]) -> None:
    diagram, figure = drawn
    content = diagram.content
    owner = {leg.id: node.id for node in content.nodes.values() for leg in node_legs(node)}
    # A copy mark is a bar across its wires, and wires cross the borders of regions: both are meant.
    bodies = [(o, box) for o, box in _boxes(figure, "body") if o in content.nodes]
    bodies = [(o, box) for o, box in bodies if not isinstance(content.nodes[o], Copy)]
    for item in figure.items:
        wire = content.wires.get(item.owner)
        if wire is None:
            continue
        own = {owner.get(end) for end in wire.ends}
        for shape in item.shapes:
            if shape.role != "wire":
                continue
            for x, y in _points(shape.path):
                hit = [
                    o for o, b in bodies if o not in own and b[0] + 0.5 < x < b[2] - 0.5 and b[1] + 0.5 < y < b[3] - 0.5
                ]
                assert not hit, (wire, hit)


def test_wires_keep_out_of_regions_that_they_have_no_end_in(drawn: tuple[Diagram, Figure]) -> None:
    diagram, figure = drawn
    content = diagram.content
    inside = {leg.id: node.inside for node in content.nodes.values() for leg in node_legs(node)}
    for region in content.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                inside |= {port.outer_in.id: region.inside, port.outer_out.id: region.inside}
                inside |= {port.inner_in.id: region.id, port.inner_out.id: region.id}

    def around(region: str) -> set[str]:
        return {region} | (around(content.regions[region].inside) if region in content.regions else set())

    borders = _boxes(figure, "region")
    for owner, path in _lines(figure):
        if owner not in content.wires:
            continue
        homes = set().union(*(around(inside[end]) for end in content.wires[owner].ends))
        for region, (left, top, right, bottom) in borders:
            if region not in homes:
                assert not any(left < x < right and top < y < bottom for x, y in _points(path)), (owner, region)


def test_the_stream_is_straight() -> None:
    """From the tokens to the repeat's upper border the two wires of the stream never leave their columns."""
    for switches in ({}, {"layer_norm": True, "bias": True}):
        diagram = template("gpt2", **switches)
        figure = build(diagram)
        content = diagram.content
        repeat = next(region for region in content.regions.values() if isinstance(region, Repeat))
        for port in repeat.ports:
            x = {round(figure.anchors[leg.id].root[0], 6) for leg in (port.inner_in, port.inner_out, port.outer_in)}
            assert len(x) == 1
        copies = [node for node in content.nodes.values() if isinstance(node, Copy) and node.out]
        assert len(copies) == 2
        for copy in copies:
            for into, out in zip(copy.into, copy.out, strict=True):
                assert figure.anchors[into.id].root[0] == pytest.approx(figure.anchors[out.id].root[0])


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_names_on_the_stream_of_gpt2_stand_on_one_side(bias: bool, unroll: bool) -> None:
    diagram = template("gpt2", layers=2, layer_norm=True, bias=bias, unroll=unroll)
    nodes, places = diagram.content.nodes, diagram.layout.places
    sides = {
        item.box[2] - places[item.owner].x > places[item.owner].x - item.box[0]
        for item in build(diagram).items
        if isinstance(nodes.get(item.owner), Copy)
    }
    assert sides == {True}
