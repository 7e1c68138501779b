"""Commands of legs: raise and lower, variance, indices, grouping and splitting, transposing an occurrence."""

from __future__ import annotations

import math
from typing import Any

from tensordraw.diagram import edits_groups, edits_layout, edits_variance
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs, joined, owner_of
from tensordraw.diagram.records import ROOT, Diagram, Id, Variance, id_order, node_legs
from tensordraw.editor import facing, grasp, labels, snapping
from tensordraw.editor.command import Command
from tensordraw.editor.effects import EditLabel
from tensordraw.editor.enabled import some_tensors, tensors
from tensordraw.editor.pointing import TURN
from tensordraw.editor.state import Point, State, Step, done, selected
from tensordraw.errors import Error
from tensordraw.figure.index import index

AHEAD = 14.0  # layout units from an open leg's tip to the middle of what is joined to it
ROOM = 64.0  # between the bodies of a wire that a metric is put into
PAIR = 104.0  # the same for two metrics


def chosen_legs(state: State) -> list[Id]:
    """The selected legs, in order of creation; of a tensor with one leg, that leg."""
    known = all_legs(state.document)
    found = {item for item in state.selection if item in known}
    for item in tensors(state):
        own = list(node_legs(state.document.content.nodes[item]))
        if len(own) == 1:
            found.add(own[0].id)
    return sorted(found, key=id_order)


def _given(state: State, argument: Any) -> list[Id]:
    return [argument] if isinstance(argument, str) else chosen_legs(state)


def _some_legs(state: State) -> str | None:
    return None if chosen_legs(state) else "Click a leg to select it first."


def _two_legs(state: State) -> str | None:
    return None if len(chosen_legs(state)) > 1 else "Select at least two open legs first: Shift adds to the selection."


def _one_leg(state: State) -> str | None:
    return None if len(chosen_legs(state)) == 1 else "Select one leg first."


# ------------------------------------------------------------------------------------------------------- variance


def _spot(diagram: Diagram, leg: Id) -> tuple[Point | None, float | None]:
    """Where something that is joined to a leg goes, and the direction there: the middle of its wire, or beyond its tip."""
    anchors = grasp.figure_of(diagram).anchors
    if leg not in anchors:
        return None, None
    root, tip = anchors[leg].root, anchors[leg].tip
    other = Draft(diagram).partner(leg)
    if other is not None and other in anchors:
        end = anchors[other].root
        angle = math.degrees(math.atan2(root[1] - end[1], end[0] - root[0])) % 360.0
        return ((root[0] + end[0]) / 2, (root[1] + end[1]) / 2), angle
    angle = anchors[leg].angle
    reach = max(math.dist(root, tip), 16.0) + AHEAD
    x, y = root[0] + reach * math.cos(math.radians(angle)), root[1] - reach * math.sin(math.radians(angle))
    if angle % 180.0 == 0.0:
        x = round(x / snapping.GRID) * snapping.GRID
    elif angle % 180.0 == 90.0:
        y = round(y / snapping.GRID) * snapping.GRID
    return (x, y), angle


def _move_leg(to: edits_variance.Side, name: str) -> Any:
    def run(state: State, argument: Any) -> Step:
        document, result = state.document, []
        for leg in _given(state, argument):
            if leg in all_legs(document):
                after, outer = edits_variance.move_leg(document, leg, to, *_spot(document, leg))
                document = _with_room(document, after)
                result.append(outer)
        return done(state, document, name, result)

    return run


def _with_room(before: Diagram, after: Diagram) -> Diagram:
    """`after` with the far sides of wires that took something in moved on, so that there is room for it."""
    new = [node for node in after.content.nodes if node not in before.content.nodes]
    gone = [wire for wire in before.content.wires.values() if wire.id not in after.content.wires]
    if not new or len(gone) != 1 or len(joined(after)) < len(joined(before)):
        return after
    anchors = grasp.figure_of(before).anchors
    one, other = gone[0].ends
    if one not in anchors or other not in anchors:
        return after
    a, b = anchors[one].root, anchors[other].root
    length = math.dist(a, b)
    lacking = (ROOM if len(new) == 1 else PAIR) - length
    far = _beyond(before, one, other)
    if lacking <= 0 or far is None or length == 0:
        return after
    by = snapping.GRID * math.ceil(lacking / snapping.GRID)
    dx, dy = (b[0] - a[0]) / length * by, (b[1] - a[1]) / length * by
    return edits_layout.move(edits_layout.move(after, far, dx, dy), new, dx / 2, dy / 2)


def _beyond(diagram: Diagram, one: Id, other: Id) -> list[Id] | None:
    """What hangs on `other` without the wire to `one`; None where that is one with what hangs on `one`, or in a region."""
    content, owners = diagram.content, owner_of(diagram.content)
    around: dict[Id, set[Id]] = {}
    for wire in content.wires.values():
        if set(wire.ends) != {one, other}:
            first, second = (owners[end] for end in wire.ends)
            around.setdefault(first, set()).add(second)
            around.setdefault(second, set()).add(first)
    found, edge = {owners[other]}, [owners[other]]
    while edge:
        for near in around.get(edge.pop(), set()) - found:
            found.add(near)
            edge.append(near)
    if owners[one] in found or any(item in content.regions or content.nodes[item].inside != ROOT for item in found):
        return None
    return sorted(found, key=id_order)


def insert_metric(state: State, argument: Any) -> Step:
    """Put the metric into the given wire or the selected ones, or join the two selected open legs through it."""
    document = state.document
    wires = [argument] if isinstance(argument, str) else [w for w in document.content.wires if w in state.selection]
    if not wires:
        return _join_through(state)
    for wire in wires:
        if wire in document.content.wires:
            spot = _spot(document, document.content.wires[wire].ends[0])
            document = _with_room(document, edits_variance.insert_metric(document, wire, *spot))
    return done(state, document, "Insert the metric", state.selection)


def _join_through(state: State) -> Step:
    document = state.document
    one, other = chosen_legs(state)
    anchors = grasp.figure_of(document).anchors
    at, angle = None, None
    if one in anchors and other in anchors:
        a, b = anchors[one].root, anchors[other].root
        at, angle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), math.degrees(math.atan2(a[1] - b[1], b[0] - a[0])) % 360.0
    after = edits_variance.join_through(document, one, other, at, angle)
    made = [node for node in after.content.nodes if node not in document.content.nodes]
    return done(state, after, "Join through the metric", made)


def _metric_goes(state: State) -> str | None:
    if any(item in state.document.content.wires for item in state.selection):
        return None
    chosen = chosen_legs(state)
    if len(chosen) != 2:
        return "Select a wire that joins two upper or two lower legs, or two open legs, first."
    return edits_variance.why_not_through(state.document, *chosen)


def _declare(variance: Variance) -> Any:
    def run(state: State, argument: Any) -> Step:
        legs = [argument] if isinstance(argument, str) else _declared(state)
        words = "Make neither upper nor lower" if variance == "none" else f"Make {variance}"
        return done(state, edits_variance.declare(state.document, legs, variance), words)

    return run


def _declared(state: State) -> list[Id]:
    """The selected legs, and all legs of the selected tensors."""
    own = [leg.id for item in tensors(state) for leg in node_legs(state.document.content.nodes[item])]
    return list(dict.fromkeys((*chosen_legs(state), *own)))


def _some_declared(state: State) -> str | None:
    return None if _declared(state) else "Select a leg or a tensor first."


# ------------------------------------------------------------------------------------------------ indices and groups


def _fix(state: State, argument: Any) -> Step:
    """Ask for the index of a leg, as `i = 0`."""
    (leg,) = _given(state, argument)
    found = all_legs(state.document)[leg]
    text = labels.label_of(state.document, leg) or ""
    ask = text if found.index is not None else f"{found.label} = 0".strip()
    return selected(state, {leg}), (EditLabel(leg, ask),)


def _split(state: State, argument: Any) -> Step:
    """Ask how a leg is split, as `i: (a=2 b=3)`."""
    (leg,) = _given(state, argument)
    found = all_legs(state.document)[leg]
    space = state.document.content.spaces[found.space]
    large, small = edits_groups.factors(space.size)
    name = space.name
    return selected(state, {leg}), (EditLabel(leg, f"{found.label}: ({name}_a={large} {name}_b={small})".strip()),)


def _group(state: State, argument: Any) -> Step:
    legs = chosen_legs(state)
    document = state.document
    anchors = grasp.figure_of(document).anchors
    seen = [anchors[leg] for leg in legs if leg in anchors]
    angle = seen[0].angle if seen else 0.0
    dx, dy = math.cos(math.radians(angle)), -math.sin(math.radians(angle))
    legs.sort(key=lambda leg: _across(document, leg, angle))
    ahead = max((a.tip[0] * dx + a.tip[1] * dy for a in seen), default=0.0) + AHEAD
    aside = sum(-a.tip[0] * dy + a.tip[1] * dx for a in seen) / max(len(seen), 1)
    at = (ahead * dx - aside * dy, ahead * dy + aside * dx)
    after, bar = edits_groups.group_legs(document, legs, at, angle)
    return done(state, after, "Group legs", {bar})


def _across(diagram: Diagram, leg: Id, angle: float) -> tuple[float, ...]:
    """The place of a leg among those that are grouped: from top to bottom, or from left to right."""
    anchor = grasp.figure_of(diagram).anchors.get(leg)
    if anchor is None:
        return (0.0, 0.0)
    x, y = anchor.root
    level = abs(math.cos(math.radians(angle))) > 0.7
    return (y, x) if level else (x, y)


def _bind(state: State, argument: Any) -> Step:
    return done(state, edits_groups.bind_around(state.document, _given(state, argument)), "Bind to the index around")


def _sum(state: State, argument: Any) -> Step:
    after, region = edits_groups.sum_over(state.document, chosen_legs(state))
    return done(state, after, "Sum over a leg", {region})


def _transpose(state: State, argument: Any) -> Step:
    return done(state, edits_groups.transpose(state.document, tensors(state)), "Transpose")


def _turned(step: float) -> Any:
    """Let the selected legs leave their bodies in another direction, as one sees it; in steps as a drag with Alt has them."""

    def run(state: State, argument: Any) -> Step:
        document = state.document
        anchors, owner = grasp.figure_of(document).anchors, index(document.content).owner
        for leg in _given(state, argument):
            if leg not in anchors or owner[leg] not in document.content.nodes:
                raise Error("The legs of a repeat's border turn with it.")
            seen = round((anchors[leg].angle + step) / TURN) * TURN
            document = facing.pointed(document, leg, seen)
        return done(state, document, "Turn leg", merge="turn " + " ".join(_given(state, argument)))

    return run


_VARIANCES: tuple[tuple[Variance, str, str], ...] = (
    ("upper", "Make upper", "contravariant"),
    ("lower", "Make lower", "covariant"),
    ("none", "Make neither upper nor lower", "euclidean"),
)

ROWS: tuple[Command, ...] = (
    Command(
        "raise_leg", "Raise leg", _move_leg("upper", "Raise leg"), "Leg", ("^",), _some_legs,
        ("upper", "inverse metric", "index", "contravariant", "superscript"), context="canvas",
        argument="a leg, or nothing for the selected ones",
    ),
    Command(
        "lower_leg", "Lower leg", _move_leg("lower", "Lower leg"), "Leg", ("_",), _some_legs,
        ("metric", "index", "covariant", "subscript"), context="canvas",
        argument="a leg, or nothing for the selected ones",
    ),
    Command(
        "insert_metric", "Insert the metric", insert_metric, "Leg", enabled=_metric_goes,
        words=("upper", "lower", "wire", "mend", "join", "connect"),
        argument="a wire, or nothing for the selected ones, or for two selected open legs",
    ),
    *(
        Command(
            f"make_{variance}", title, _declare(variance), "Leg", enabled=_some_declared,
            words=("variance", "index", word), argument="a leg, or nothing for what is selected",
        )
        for variance, title, word in _VARIANCES
    ),
    Command(
        "fix_leg", "Fix to an index…", _fix, "Leg", enabled=_one_leg, words=("integer", "slice", "entry", "bind"),
        argument="a leg, or nothing for the selected one",
    ),
    Command(
        "bind_around", "Bind to the index around", _bind, "Leg", enabled=_some_legs,
        words=("sum", "repeat", "slice", "head", "layer"), argument="a leg, or nothing for the selected ones",
    ),
    Command(
        "turn_leg", "Turn leg by 15°", _turned(TURN), "Leg", enabled=_some_legs,
        words=("direction", "side", "angle", "rotate", "anticlockwise"), argument="a leg, or nothing for the selected ones",
    ),
    Command(
        "turn_leg_back", "Turn leg back by 15°", _turned(-TURN), "Leg", enabled=_some_legs,
        words=("direction", "side", "angle", "rotate", "clockwise"), argument="a leg, or nothing for the selected ones",
    ),
    Command("sum_over", "Sum over the leg", _sum, "Leg", enabled=_some_legs, words=("sigma", "reduce", "heads")),
    Command(
        "group_legs", "Group legs", _group, "Leg", enabled=_two_legs,
        words=("flatten", "reshape", "merge", "join", "rearrange"),
    ),
    Command(
        "split_leg", "Split leg…", _split, "Leg", enabled=_one_leg, words=("reshape", "unflatten", "rearrange", "heads"),
        argument="a leg, or nothing for the selected one",
    ),
    Command(
        "transpose", "Transpose", _transpose, "Tensor", ("Shift+T",), some_tensors, ("flip", "swap", "exchange legs"),
        context="canvas",
    ),
)  # fmt: skip
