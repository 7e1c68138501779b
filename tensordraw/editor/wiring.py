"""Drawing a wire: from a leg to a leg, a wire, a copy dot, or the empty canvas.

What a release would do is highlighted before it: `Wiring.onto` is the leg, wire or dot, and nothing else connects.
Every leg that cannot be joined has its reason in `Wiring.reasons`.
"""

from __future__ import annotations

from dataclasses import replace

from tensordraw.diagram import edits
from tensordraw.diagram.legs import UNCHOSEN, all_legs, joined, leg_name, mismatch
from tensordraw.diagram.records import Delta, Diagram, Id, node_legs
from tensordraw.editor import grasp, palette
from tensordraw.editor.effects import Announce, QuickInsert
from tensordraw.editor.state import Inserting, Point, State, Step, Wiring, done, idle, refused, selected
from tensordraw.errors import Error

_WORDS = ("The ", "Both ", "That ", "A ")  # beginnings of sentences; what else a reason begins with is a name


def begin(state: State, leg: Id, at: Point, *, clicked: bool = False, several: bool = False) -> State:
    """Start a wire at the leg. A wired leg's end is taken off first: the wire then hangs on its other end.

    With `several`, free legs of the same name of the other selected tensors come along where the leg's own is selected.
    """
    document = state.document
    wire = joined(document).get(leg)
    preview, start = None, leg
    if wire is not None:
        ends = document.content.wires[wire].ends
        start = ends[1] if ends[0] == leg else ends[0]
        preview = edits.disconnect(document, (wire,))
    shown = preview or document
    others = _alike(state, leg) if several and wire is None else ()
    reasons = _reasons(shown, start)
    tool = Wiring(start, at, at, reasons=reasons, clicked=clicked, detached=preview is not None, others=others)
    return replace(state, tool=tool, preview=preview)


def _alike(state: State, leg: Id) -> tuple[Id, ...]:
    """The free legs that are called like this one, one of each other selected tensor."""
    document = state.document
    legs, wired = all_legs(document), joined(document)
    chosen = [node for node in document.content.nodes.values() if node.id in state.selection]
    if not any(own.id == leg for node in chosen for own in node_legs(node)):
        return ()
    name, found = leg_name(document, legs[leg]), []
    for node in chosen:
        own = [one.id for one in node_legs(node) if one.id not in wired and leg_name(document, one) == name]
        if own and leg not in own and mismatch(document, legs[leg], legs[own[0]]) is None:
            found.append(own[0])
    return tuple(found)


def _reasons(diagram: Diagram, start: Id) -> dict[Id, str]:
    """Why each other free leg cannot be joined to this one; legs that can are left out."""
    legs, wired = all_legs(diagram), joined(diagram)
    known: dict[tuple[Id, str, bool], str | None] = {}  # legs that are alike have the same reason
    found = {}
    for leg in legs.values():
        if leg.id == start or leg.id in wired:
            continue
        key = (leg.space, leg.variance, leg.index is not None)
        if key not in known or leg.index is not None:
            known[key] = mismatch(diagram, legs[start], leg)
        reason = known[key]
        if reason is not None:
            found[leg.id] = reason
    return found


def follow(state: State, wiring: Wiring, at: Point, scale: float) -> State:
    """The wire's end goes to the pointer, or to what it would join."""
    onto, reason_of = _landing(state, wiring, at, scale)
    tip = at
    if onto is not None:
        anchor = grasp.figure_of(state.shown).anchors.get(onto)
        tip = anchor.tip if anchor is not None else at
    return replace(state, tool=replace(wiring, at=at, tip=tip, onto=onto, refused=reason_of))


def _landing(state: State, wiring: Wiring, at: Point, scale: float) -> tuple[Id | None, Id | None]:
    """What a release here would join, and the leg that refuses."""
    diagram = state.shown
    figure, wired = grasp.figure_of(diagram), joined(diagram)
    reach = grasp.SNAP / scale
    near = [leg for leg in grasp.legs_near(figure, at, reach) if leg != wiring.leg and leg not in wired]
    for leg in near:
        if leg not in wiring.reasons:
            return leg, None
    if near:
        return None, near[0]
    for item in grasp.items_near(figure, at, grasp.WIRE / scale):
        node = diagram.content.nodes.get(item)
        if isinstance(node, Delta) and len(node.legs) > 2 and all(leg.id != wiring.leg for leg in node_legs(node)):
            return (item, None) if _accepts(diagram, wiring.leg, node.legs[0].id) else (None, None)
        if node is not None:
            return None, None
        if item in diagram.content.wires and wiring.leg not in diagram.content.wires[item].ends:
            end = diagram.content.wires[item].ends[0]
            return (item, None) if _accepts(diagram, wiring.leg, end) else (None, None)
    return None, None


def _accepts(diagram: Diagram, one: Id, other: Id) -> bool:
    legs = all_legs(diagram)
    return mismatch(diagram, legs[one], legs[other]) is None


def finish(state: State, wiring: Wiring) -> Step:
    """Release the wire where it is."""
    diagram = state.shown
    try:
        if wiring.onto is not None:
            return _join(state, wiring, wiring.onto)
    except Error as error:
        return refused(state, not_connected(str(error)))
    if wiring.refused is not None:
        return refused(state, not_connected(wiring.reasons[wiring.refused]))
    if wiring.detached:
        return done(state, diagram, "Detach", say="Detached: both ends are open")
    kinds = tuple(kind.id for kind in palette.offered(diagram, wiring.leg))
    after = replace(state, tool=Inserting(wiring.leg, wiring.at), preview=None)
    return after, (QuickInsert(*wiring.at, wiring.leg, kinds),)


def _join(state: State, wiring: Wiring, onto: Id) -> Step:
    diagram = state.shown
    name = f"Connect {describe(diagram, wiring.leg)}"
    if wiring.others and onto not in wiring.others:
        after = _all_joined(diagram, (wiring.leg, *wiring.others), onto, wiring.at)
        return done(state, after, f"Connect {len(wiring.others) + 1} wires")
    if onto in diagram.content.wires:
        after, dot = edits.branch(diagram, wiring.leg, onto, wiring.at)
        return done(state, after, f"{name} by a copy dot", state.selection | {dot})
    if onto in diagram.content.nodes:
        return done(state, edits.join_dot(diagram, wiring.leg, onto), f"{name} to a copy dot")
    if wiring.detached and _were_joined(state.document, wiring.leg, onto):
        return idle(state), ()
    after = edits.connect(diagram, wiring.leg, onto, shared_name(diagram, wiring.leg, onto))
    return done(state, after, f"{name} to {describe(diagram, onto)}", say=connected(diagram, after, wiring.leg, onto))


def shared_name(diagram: Diagram, one: Id, other: Id) -> str:
    """What the wire between two free legs is called, as in code that is pasted: as both legs are, where somebody named them
    and no other wire is called so; else ""."""
    after, labels = edits.adopted(diagram, one, other), {wire.label for wire in diagram.content.wires.values()}
    legs = all_legs(after)
    name, found = leg_name(after, legs[one]), after.content.spaces[legs[one].space]
    if name != leg_name(after, legs[other]) or name in labels or found.description == UNCHOSEN:
        return ""
    return name


def _all_joined(diagram: Diagram, legs: tuple[Id, ...], onto: Id, at: Point) -> Diagram:
    """All the legs joined to what the first one was dropped on: each to a free leg of that node where it has enough of the
    same name, else all to one copy dot."""
    content = diagram.content
    if onto in all_legs(diagram):
        free = _free_like(diagram, onto)
        if len(free) >= len(legs):
            for leg, other in zip(legs, free, strict=False):
                diagram = edits.connect(diagram, leg, other)
            return diagram
        diagram = edits.connect(diagram, legs[0], onto)
        if onto not in joined(diagram):
            raise Error("Ports change on the way: connect these legs one by one.")
        onto, legs = joined(diagram)[onto], legs[1:]
    dot = onto if onto in content.nodes else None
    for leg in legs:
        if leg not in all_legs(diagram) or leg in joined(diagram):
            raise Error("Ports change on the way: connect these legs one by one.")
        if dot is None:
            diagram, dot = edits.branch(diagram, leg, onto, at)
        else:
            diagram = edits.join_dot(diagram, leg, dot)
    return diagram


def _free_like(diagram: Diagram, leg: Id) -> list[Id]:
    """The free legs of the same node with the name of this one, this one first, then in their order around."""
    legs, wired = all_legs(diagram), joined(diagram)
    for node in diagram.content.nodes.values():
        own = [one.id for one in node_legs(node)]
        if leg in own:
            name = leg_name(diagram, legs[leg])
            like = [one for one in own if one not in wired and leg_name(diagram, legs[one]) == name]
            return [leg, *(one for one in like if one != leg)]
    return [leg]


def not_connected(reason: str) -> str:
    """A refusal in words, from its reason."""
    return f"Not connected: {reason[0].lower() + reason[1:] if reason.startswith(_WORDS) else reason}"


def connected(before: Diagram, after: Diagram, one: Id, other: Id) -> str:
    """A new connection in words, and the space of a leg that had none yet."""
    words = f"Connect {describe(before, one)} to {describe(before, other)}"
    old, new = all_legs(before), all_legs(after)
    for leg in (one, other):
        if leg in new and old[leg].space != new[leg].space:  # the end of a port may have gone
            space = after.content.spaces[new[leg].space]
            words += f": {leg_name(before, old[leg])} takes {space.name} = {space.size}"
    return words


def _were_joined(diagram: Diagram, one: Id, other: Id) -> bool:
    wired = joined(diagram)
    return one in wired and wired.get(one) == wired.get(other)


def click(state: State, leg: Id, at: Point, scale: float) -> Step:
    """A click on a leg selects it; on a free one it also starts a wire that follows the pointer."""
    after = selected(replace(state, preview=None), {leg})
    if leg in joined(state.document):
        return idle(after), ()
    started = begin(after, leg, at, clicked=True)
    return started, (Announce(f"Wire from {describe(state.document, leg)}: click a leg to connect, Esc cancels"),)


def describe(diagram: Diagram, leg: Id) -> str:
    """A leg in words: owner and label."""
    found = all_legs(diagram).get(leg)
    if found is None:
        return "a leg"
    for node in diagram.content.nodes.values():
        if any(own.id == leg for own in node_legs(node)):
            name = getattr(node, "name", "")
            return f"{name}.{leg_name(diagram, found)}" if name else leg_name(diagram, found)
    return leg_name(diagram, found)
