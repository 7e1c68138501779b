"""Presses, moves and releases of the pointer: which tool begins, and what each does with them.

No modes: a drag from a leg draws a wire, from a body (or a region's border) moves, from the canvas selects. A drag
begins after 6 pixels, so that clicks do not nudge.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

from tensordraw.diagram import edits_layout
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Curve, Id
from tensordraw.editor import (
    cutting,
    facing,
    folding,
    grasp,
    labelling,
    labels,
    moving,
    palette,
    resizing,
    snapping,
    wiring,
)
from tensordraw.editor.effects import Evaluate, QuickInsert
from tensordraw.editor.events import DoubleClick, Move, Press, Release
from tensordraw.editor.state import (
    Banding,
    Bending,
    Cutting,
    Idle,
    Inserting,
    Labelling,
    Moving,
    Placing,
    Point,
    Pressed,
    Resizing,
    State,
    Step,
    Turning,
    Wiring,
    done,
    idle,
    selected,
)
from tensordraw.figure.index import index

TURN = 15.0  # degrees of a step in which legs are turned


def press(state: State, event: Press) -> Step:
    """A button went down: remember on what. While a clicked wire follows the pointer, a press ends it; one with Shift drops
    it, and adds to the selection as ever."""
    at = (event.x, event.y)
    state = replace(state, pointer=at, scale=event.scale)
    if isinstance(state.tool, Wiring) and event.button == "left" and "Shift" not in event.modifiers:
        return wiring.finish(state, _wiring(wiring.follow(state, state.tool, at, event.scale)))
    state = idle(state)
    if event.button == "left":
        folded = folding.pressed(state, grasp.figure_of(state.document), at, event.scale)
        if folded is not None:
            return folded
        corner = resizing.handle_at(state, at, event.scale)
        if corner is not None:
            return replace(state, tool=Pressed(at, resizing.offered(state), corner), hover=None), ()
    target = grasp.target_at(state.document, at, event.scale)
    if event.button == "right":
        meant = target.item
        if target.part == "leg" and meant is not None and meant not in state.selection and "Alt" not in event.modifiers:
            meant = joined(state.document).get(meant, meant)
        if meant is not None and meant not in state.selection:
            state = selected(state, {meant})
        return replace(state, hover=None), ()
    if event.button != "left":
        return state, ()
    alone = not event.modifiers and (target.item is None or target.item not in state.document.content.nodes)
    if alone or event.modifiers == {"Alt"}:
        labelled = labelling.label_at(state.document, at, event.scale, region=not alone)
        if labelled is not None and (target.part != "leg" or target.item == labelled):
            return replace(selected(state, {labelled}), tool=Pressed(at, labelled, "label"), hover=None), ()
    adds = "Shift" in event.modifiers
    if target.item is not None and target.part != "leg" and not adds and target.item not in state.selection:
        state = selected(state, {target.item})
    turns = target.part == "leg" and "Alt" in event.modifiers
    cuts = target.item is None and "Ctrl" in event.modifiers
    return replace(state, tool=Pressed(at, target.item, target.part, adds, turns, cuts), hover=None), ()


def _wiring(state: State) -> Wiring:
    assert isinstance(state.tool, Wiring)
    return state.tool


def move(state: State, event: Move) -> Step:
    """The pointer moved: carry on with what is under way."""
    at = (event.x, event.y)
    state = replace(state, pointer=at, scale=event.scale)
    match state.tool:
        case Idle() | Inserting() | Placing():
            target = grasp.target_at(state.document, at, event.scale)
            return (state if target.item == state.hover else replace(state, hover=target.item)), ()
        case Pressed() as pressed:
            if math.dist(at, pressed.at) * event.scale < grasp.DRAG:
                return state, ()
            return move(_drag(state, pressed), event)
        case Wiring() as wire:
            return wiring.follow(state, wire, at, event.scale), ()
        case Moving() as moved:
            return moving.follow(state, moved, at, event.scale, event.modifiers), ()
        case Turning() as turning:
            return _turn(state, turning, at), ()
        case Bending() as bending:
            return _bent(state, bending, at), ()
        case Labelling() as label:
            return labelling.follow(state, label, at), ()
        case Resizing() as resized:
            return resizing.follow(state, resized, at, event.scale, event.modifiers), ()
        case Banding() as band:
            return _band(state, band, at), ()
        case Cutting() as stroke:
            return cutting.follow(state, stroke, at, event.scale), ()
        case _:
            assert_never(state.tool)


def _drag(state: State, pressed: Pressed) -> State:
    """A press became a drag."""
    if pressed.part == "leg" and pressed.target is not None:
        if pressed.turns:
            return replace(state, tool=Turning(pressed.target))
        return wiring.begin(state, pressed.target, pressed.at, several=True)
    if pressed.part == "label" and pressed.target is not None:
        shifted = state.document.layout.labels.get(pressed.target, (0.0, 0.0))
        return replace(state, tool=Labelling(pressed.target, pressed.at, shifted))
    if pressed.part in resizing.CORNERS and pressed.target is not None:
        return resizing.begin(state, pressed.target, pressed.part, pressed.at)
    if pressed.cuts:
        return replace(state, tool=Cutting((pressed.at,)))
    if pressed.target is None:
        base = state.selection if pressed.adds else frozenset()
        return replace(state, tool=Banding(pressed.at, pressed.at, base))
    if pressed.adds and pressed.target not in state.selection:
        state = selected(state, state.selection | {pressed.target})
    if pressed.target in state.document.content.wires and state.selection == {pressed.target}:
        return replace(state, tool=_bend(state, pressed.target, pressed.at))
    return moving.begin(state, state.selection, pressed.at, pressed.target)


def _turn(state: State, turning: Turning, at: Point) -> State:
    """Let the leg of a node point to the pointer, in steps."""
    document = state.document
    owner = index(document.content).owner.get(turning.leg)
    if owner not in document.content.nodes:
        return state
    place = document.layout.places.get(owner, edits_layout.ORIGIN)
    seen = math.degrees(math.atan2(place.y - at[1], at[0] - place.x))
    return replace(state, preview=facing.pointed(document, turning.leg, round(seen / TURN) * TURN))


def _bend(state: State, wire: Id, at: Point) -> Bending:
    """Take the way-point of the wire under the pointer, or put a new one there."""
    document = state.document
    points = document.layout.curves.get(wire, Curve()).points
    reach = grasp.SNAP / state.scale
    for place, point in enumerate(points):
        if math.dist(point, at) <= reach:
            return Bending(wire, points, place)
    anchors = grasp.figure_of(document).anchors
    ends = [anchors[end].root for end in document.content.wires[wire].ends]
    stops = (ends[0], *points, ends[1])
    detours = [math.dist(a, at) + math.dist(at, b) - math.dist(a, b) for a, b in pairwise(stops)]
    place = detours.index(min(detours))
    return Bending(wire, (*points[:place], at, *points[place:]), place)


def _bent(state: State, bending: Bending, at: Point) -> State:
    """The way-point follows the pointer; a point that is no detour any more goes away."""
    document = state.document
    anchors = grasp.figure_of(document).anchors
    ends = [anchors[end].root for end in document.content.wires[bending.wire].ends]
    at = snapping.to_grid(at) if state.snap_grid else at
    points = [*bending.points[: bending.place], at, *bending.points[bending.place + 1 :]]
    before = points[bending.place - 1] if bending.place else ends[0]
    after = points[bending.place + 1] if bending.place + 1 < len(points) else ends[1]
    if math.dist(before, at) + math.dist(at, after) - math.dist(before, after) < 0.5:
        del points[bending.place]
    return replace(state, preview=edits_layout.set_curve(document, (bending.wire,), points=points))


def _band(state: State, band: Banding, at: Point) -> State:
    """The rubber band selects what lies in it."""
    box = (
        min(band.origin[0], at[0]),
        min(band.origin[1], at[1]),
        max(band.origin[0], at[0]),
        max(band.origin[1], at[1]),
    )
    inside = grasp.within(state.document, box)
    chosen = band.base | inside if band.base else inside
    kept = state.selection if chosen == state.selection else chosen  # the same object where nothing changed
    return replace(state, selection=kept, tool=replace(band, at=at))


def release(state: State, event: Release) -> Step:
    """The button went up: finish the drag, or take it as a click."""
    at = (event.x, event.y)
    state = replace(state, pointer=at, scale=event.scale)
    match state.tool:
        case Pressed() as pressed:
            if pressed.target is not None and {"Ctrl", "Shift"} <= event.modifiers:
                return selected(idle(state), {pressed.target}), (Evaluate(pressed.target, pins=True),)
            return _click(state, pressed, event.scale)
        case Wiring() as wire if not wire.clicked:
            return wiring.finish(state, _wiring(wiring.follow(state, wire, at, event.scale)))
        case Moving() as moved:
            followed = moving.follow(state, moved, at, event.scale, event.modifiers)
            assert isinstance(followed.tool, Moving)
            return moving.finish(followed, followed.tool)
        case Turning():
            return (idle(state), ()) if state.preview is None else done(state, state.preview, "Turn leg")
        case Bending():
            return (idle(state), ()) if state.preview is None else done(state, state.preview, "Bend wire")
        case Labelling():
            return labelling.finish(state)
        case Resizing() as resized:
            return resizing.finish(resizing.follow(state, resized, at, event.scale, event.modifiers))
        case Banding():
            return idle(state), ()
        case Cutting() as stroke:
            drawn = cutting.follow(state, stroke, at, event.scale).tool
            return cutting.finish(state, drawn if isinstance(drawn, Cutting) else stroke)
        case _:
            return state, ()


def _click(state: State, pressed: Pressed, scale: float) -> Step:
    state = idle(state)
    if pressed.target is None:
        return (state if pressed.adds else selected(state, ())), ()
    wire = None if pressed.part != "leg" or pressed.turns else joined(state.document).get(pressed.target)
    if wire is not None and not (state.selection == {wire} and _is_at_root(state, pressed, scale)):
        # A leg that is joined is hidden in its wire: who clicks there means the wire.
        return selected(state, state.selection ^ {wire} if pressed.adds else {wire}), ()
    if pressed.adds:
        return selected(state, state.selection ^ {pressed.target}), ()
    if pressed.part == "leg" or pressed.target in grasp.figure_of(state.document).anchors:  # or its label
        return wiring.click(state, pressed.target, pressed.at, scale)
    return selected(state, {pressed.target}), ()


def _is_at_root(state: State, pressed: Pressed, scale: float) -> bool:
    """Whether the press was where the leg leaves its body."""
    anchor = grasp.figure_of(state.document).anchors.get(pressed.target or "")
    return anchor is not None and math.dist(anchor.root, pressed.at) * scale <= grasp.LEG


def double_click(state: State, event: DoubleClick) -> Step:
    """On an item: edit its label; on a collapsed region: expand it. On empty canvas: the quick-insert menu."""
    at = (event.x, event.y)
    state = idle(replace(state, pointer=at, scale=event.scale))
    target = grasp.target_at(state.document, at, event.scale)
    if target.item is not None and folding.is_collapsed(state.document, target.item):
        return folding.toggled(state, [target.item])
    wire = None if target.part == "leg" else labelling.label_at(state.document, at, event.scale)
    item = target.item if target.item is not None else wire
    if item is not None:
        return labels.edit(selected(state, {item}), item)
    return quick_insert(state, at)


def quick_insert(state: State, at: Point, leg: Id | None = None) -> Step:
    """Open the quick-insert menu there."""
    kinds = tuple(kind.id for kind in palette.offered(state.document, leg))
    return state, (QuickInsert(*at, leg, kinds),)
