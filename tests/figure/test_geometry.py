"""Legs leave along their directions, bodies have the right shape, wires never coincide, regions hug their content."""

from __future__ import annotations

import itertools
import math

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Curve, Diagram, Id, LegPlace, Look, Place, Repeat, Tensor
from tensordraw.figure.build import build
from tensordraw.figure.checks import _within
from tensordraw.figure.convex import inflated_hull
from tensordraw.figure.display import Figure, Item
from tensordraw.figure.index import index
from tensordraw.figure.paths import bounds, direction, flattened
from tests.figure import samples


def item(figure: Figure, owner: Id) -> Item:
    return next(i for i in figure.items if i.owner == owner)


def named(diagram: Diagram, name: str) -> Tensor:
    return next(n for n in diagram.content.nodes.values() if isinstance(n, Tensor) and n.name == name)


def test_facing_tensors_get_a_straight_wire() -> None:
    diagram = samples.matrix_product()
    (wire,) = diagram.content.wires
    path = item(build(diagram), wire).shapes[0].path
    assert [segment[0] for segment in path] == ["M", "L"]
    assert path[0][2] == path[1][2] == 0.0


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 135.0, 200.0, 270.0, 315.0])
@pytest.mark.parametrize("style", ["curve", "straight", "orthogonal"])
def test_a_wire_starts_at_its_leg_and_along_it(angle: float, style: str) -> None:
    d = Draft()
    a, b = d.leg("s", angle=angle), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (80, 30))
    wire = d.wire(a, b)
    d.curves[wire.id] = Curve(style)  # type: ignore[arg-type]
    figure = build(d.build())
    path = item(figure, wire.id).shapes[0].path
    anchor = figure.anchors[a.id]
    assert path[0][1:] == pytest.approx(anchor.root)
    assert path[-1][-2:] == pytest.approx(figure.anchors[b.id].root)
    if style == "curve":
        dx, dy = direction(angle)
        hx, hy = path[1][1] - path[0][1], path[1][2] - path[0][2]
        assert hx * dx + hy * dy == pytest.approx(math.hypot(hx, hy))
    if style == "orthogonal":
        line = flattened(path, 1)[0]
        corners = [p for p, q in itertools.pairwise(line) if abs(p[0] - q[0]) > 4.1 and abs(p[1] - q[1]) > 4.1]
        assert not corners


@pytest.mark.parametrize("wires", [2, 3, 5])
def test_parallel_wires_fan_out(wires: int) -> None:
    diagram = samples.parallel(wires)
    figure = build(diagram)
    roots = {tuple(round(v, 2) for v in anchor.root) for anchor in figure.anchors.values()}
    assert len(roots) == 2 * wires
    middles = []
    for wire in diagram.content.wires:
        line = flattened(item(figure, wire).shapes[0].path, 10)[0]
        middles.append(line[len(line) // 2])
    ordered = sorted(middles, key=lambda p: p[1])
    assert all(q[1] - p[1] > 2 for p, q in itertools.pairwise(ordered))  # and do not cross


def test_legs_that_the_user_put_on_each_other_are_drawn_apart() -> None:
    d = Draft()
    legs = [d.leg("s", angle=0) for _ in range(3)]
    d.tensor("A", legs, (0, 0))
    roots = {anchor.root for anchor in build(d.build()).anchors.values()}
    assert len(roots) == 3


def test_a_trace_runs_outside_its_body() -> None:
    diagram = samples.trace()
    (wire,), (node,) = diagram.content.wires, diagram.content.nodes
    figure = build(diagram)
    body = next(s for s in item(figure, node).shapes if s.role == "body")
    hull = flattened(body.path)[0]
    line = flattened(item(figure, wire).shapes[0].path, 12)[0]
    assert not any(_within(hull, p) for p in line[1:-1])
    assert bounds(item(figure, wire).shapes[0].path)[1] < bounds(body.path)[1] - 5


@pytest.mark.parametrize(
    ("turn", "flip", "expected"), [(0, False, 30), (90, False, 120), (0, True, 150), (90, True, 240)]
)
def test_turn_and_flip_take_the_legs_along(turn: float, flip: bool, expected: float) -> None:
    d = Draft()
    leg = d.leg("s", angle=30)
    node = d.tensor("A", [leg], (5, 5))
    d.places[node.id] = Place(5, 5, turn, flip)
    assert build(d.build()).anchors[leg.id].angle == expected


def test_a_positive_shift_is_to_the_left_of_the_direction() -> None:
    d = Draft()
    up, right = d.leg("s", angle=90, shift=5), d.leg("s", angle=0, shift=5)
    d.tensor("A", [up, right], (0, 0))
    anchors = build(d.build()).anchors
    assert anchors[up.id].root[0] == pytest.approx(-5)
    assert anchors[right.id].root[1] == pytest.approx(-5)


def test_the_isometry_points_to_its_tip_legs() -> None:
    diagram = samples.svd()
    figure = build(diagram)
    for name, tip_side in (("U", 1.0), (r"V^\dagger", -1.0)):
        node = named(diagram, name)
        x = diagram.layout.places[node.id].x
        body = next(s for s in item(figure, node.id).shapes if s.role == "body")
        points = flattened(body.path)[0]
        tip = max(points, key=lambda p: (p[0] - x) * tip_side)
        assert abs(tip[1]) < 1.0  # a corner on the axis
        assert figure.anchors[node.tip[0]].root == pytest.approx(tip, abs=1.0)


def test_the_diagonal_is_grey_and_a_copy_dot_is_large_enough() -> None:
    diagram = samples.svd()
    body = item(build(diagram), named(diagram, "S").id).shapes[0]
    assert body.fill not in (None, "#ffffff")
    d = Draft()
    s = d.space("s", 10)
    d.space("small", 2)
    dot = d.delta([d.leg(s) for _ in range(3)], (0, 0))
    figure = build(d.build())
    shape = item(figure, dot.id).shapes[0]
    left, _, right, _ = bounds(shape.path)
    width = item(figure, dot.legs[0].id).shapes[0].stroke.width  # type: ignore[union-attr]
    assert (right - left) / 2 >= 2.5 * width
    assert shape.fill


def test_a_two_leg_delta_is_only_a_line() -> None:
    d = Draft()
    delta = d.delta([d.leg("s"), d.leg("s")], (0, 0))
    assert item(build(d.build()), delta.id).shapes == ()


def test_larger_dimensions_have_thicker_wires_and_spaces_have_colours() -> None:
    diagram = samples.matrix_product()
    figure = build(diagram)
    strokes = [item(figure, leg).shapes[0].stroke for leg in index(diagram.content).open_legs]
    assert strokes[0].width < strokes[1].width  # type: ignore[union-attr]
    assert strokes[0].colour != strokes[1].colour  # type: ignore[union-attr]


def test_boxes_grow_in_steps_with_their_label() -> None:
    widths = []
    for name in ("hidden", "hiddens", "a long name"):
        d = Draft()
        node = d.tensor(name, (), (0, 0))
        left, _, right, _ = bounds(item(build(d.build()), node.id).shapes[0].path)
        widths.append(right - left)
    assert widths == sorted(widths)
    assert all(w % 10 == pytest.approx(0) for w in widths)


def test_a_bound_leg_shows_its_value_at_its_end() -> None:
    d = Draft()
    leg = d.leg("s", index=3)
    d.tensor("A", [leg], (0, 0))
    assert item(build(d.build()), leg.id).text == "3"


def test_bubbles_hold_their_members_and_each_other() -> None:
    diagram = samples.scores()
    figure = build(diagram)
    outer, inner = (item(figure, region).shapes[0].path for region in diagram.content.regions)
    hull = flattened(outer)[0]
    assert all(_within(hull, p, 3.0) for p in flattened(inner)[0])
    inner_hull = flattened(inner)[0]
    for node in diagram.content.nodes.values():
        if isinstance(node, Tensor) and node.inside != "root":
            body = next(s for s in item(figure, node.id).shapes if s.role == "body")
            assert all(_within(inner_hull, p, 3.0) for p in flattened(body.path)[0])


def test_an_open_leg_reaches_out_of_all_bubbles() -> None:
    diagram = samples.scores()
    figure = build(diagram)
    outer = next(iter(diagram.content.regions))
    left = item(figure, outer).box[0]
    query = named(diagram, "Q").legs[0]
    assert figure.anchors[query.id].tip[0] < left - 5


def test_the_stream_goes_straight_through_a_repeat() -> None:
    diagram = samples.stream()
    figure = build(diagram)
    region = next(r for r in diagram.content.regions.values() if isinstance(r, Repeat))
    (port,) = region.ports
    border = bounds(item(figure, region.id).shapes[0].path)
    ends = [figure.anchors[leg.id] for leg in (port.outer_in, port.inner_in, port.inner_out, port.outer_out)]
    assert {round(e.root[0], 6) for e in ends} == {0.0}
    assert [round(e.root[1], 6) for e in ends] == [round(border[k], 6) for k in (3, 3, 1, 1)]
    assert item(figure, region.id).text.startswith(r"\times 12")


def test_an_empty_region_has_a_place() -> None:
    d = Draft()
    region = d.bubble("relu")
    d.places[region.id] = Place(30, 40, width=80, height=20)
    assert bounds(item(build(d.build()), region.id).shapes[0].path) == pytest.approx((-10, 30, 70, 50))


def test_a_collapsed_block_is_one_box_with_its_outer_legs() -> None:
    d = Draft()
    block = d.block("attention")
    a, b, c = d.leg("s"), d.leg("s"), d.leg("s", "out")
    inner = [d.leg("s"), d.leg("s")]
    d.tensor("x", [a], (0, 0))
    first = d.tensor("A", [b, inner[0]], (60, 0), inside=block.id)
    second = d.tensor("B", [inner[1], c], (100, 0), inside=block.id)
    across, hidden = d.wire(a, b), d.wire(*inner)
    d.looks[block.id] = Look(collapsed=True)
    figure = build(d.build())
    owners = {i.owner for i in figure.items if i.shapes}
    assert block.id in owners
    assert across.id in owners
    assert not owners & {first.id, second.id, hidden.id}
    assert figure.anchors[b.id].root[0] > 30


def test_terms_of_an_add_have_signs_between_them() -> None:
    d = Draft()
    one, two = d.term(), d.term()
    d.tensor("a", (), (0, 0), inside=one.id)
    d.tensor("b", (), (70, 0), inside=two.id)
    from tensordraw.diagram.records import Operand

    add = d.add([Operand(of=one.id), Operand(of=two.id, coefficient="-1")])
    box = item(build(d.build()), add.id).box
    assert 20 < (box[0] + box[2]) / 2 < 50


def test_a_leg_moved_by_hand_keeps_its_place_beside_automatic_ones() -> None:
    diagram = samples.parallel(2)
    leg = next(iter(diagram.content.nodes.values())).legs[0]  # type: ignore[union-attr]
    given = replace(diagram, layout=replace(diagram.layout, legs={leg.id: LegPlace(10.0)}))
    anchors = build(given).anchors
    assert anchors[leg.id].angle == 10.0
    assert len({round(a.angle) for a in list(anchors.values())[:2]}) == 2


def test_labels_move_with_the_users_offset() -> None:
    diagram = samples.scores()
    before = build(diagram)
    wire = next(w.id for w in diagram.content.wires.values() if w.label)
    region, node, leg = next(iter(diagram.content.regions)), named(diagram, "Q").id, named(diagram, "Q").legs[0].id
    for owner in (wire, region, node, leg):
        after = build(replace(diagram, layout=replace(diagram.layout, labels={owner: (3.0, -4.0)})))
        old, new = (
            [bounds(s.path) for s in item(figure, owner).shapes if s.role == "label"] for figure in (before, after)
        )
        assert [(b[0] - a[0], b[1] - a[1]) for a, b in zip(old, new, strict=True)] == [
            pytest.approx((3.0, -4.0))
        ] * len(old)


def test_around_the_samples_of_a_circle_is_a_circle_and_around_a_box_a_round_box() -> None:
    circle = [(20 * math.cos(k * math.pi / 12), 20 * math.sin(k * math.pi / 12)) for k in range(24)]
    around = [point for part in flattened(inflated_hull(circle, 6), 8) for point in part]
    radii = [math.hypot(*point) for point in around]
    assert max(radii) - min(radii) < 0.01
    assert 25.7 < radii[0] < 26.01
    box = inflated_hull([(0, 0), (40, 0), (40, 20), (0, 20)], 6)
    assert bounds(box) == pytest.approx((-6, -6, 46, 26))
    assert [segment[0] for segment in box].count("C") == 4
    # Two circles side by side: their curves end where the straight sides begin, which stay straight.
    both = [*circle, *((x + 100, y) for x, y in circle)]
    points = [(float(one[-2]), float(one[-1])) for one in inflated_hull(both, 6)[:-1] if len(one) > 2]
    longest = max(math.dist(one, other) for one, other in itertools.pairwise(points))
    assert 92 < longest < 101
