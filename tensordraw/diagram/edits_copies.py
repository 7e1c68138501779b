"""From dots to copies: a value that is used twice is copied, where a drawing had a delta.

A delta makes one index of several, which is right for `sum_i a_i b_i c_i`, but a value that goes into two operands of
adds and copies exists once: NOTATION draws a copy there, and pastes where it is used again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import atan2, cos, degrees, hypot, radians, sin
from typing import NamedTuple

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_legs import take_places
from tensordraw.diagram.edits_names import free_name
from tensordraw.diagram.legs import joined, legs_of, owner_of
from tensordraw.diagram.records import Copy, Delta, Diagram, Id, Leg, Tensor, id_order, node_legs
from tensordraw.diagram.scopes import Item, Scope, Structure
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

_NO_SOURCE = "What is copied here is not evident: one value must come into the dots, and all else take it from them."


class _Use(NamedTuple):
    """One use of the value: the end that each dot's leg was joined to (None: left open), by dot. Where all ends are
    legs of one operand, the use is direct."""

    direct: bool
    ends: dict[Id, Id | None]
    legs: dict[Id, Leg]


def copy_at_dots(diagram: Diagram, dot: Id) -> Diagram:
    """Make a copy of the dot, and of those beside it on other legs of the same value, and paste it where it is used.

    One of the values joined to the dots must be what is copied: it goes into no operand, has no open leg, and reaches
    everything else through the dots. The use that is an operand itself is the copy's through side.
    """
    structure = analyse(diagram.content)
    scope = structure.scopes[structure.scope_of[dot]]
    dots, source = _source(diagram, structure, scope, dot)
    uses = _uses(diagram, structure, scope, dots, source)
    through = next((use for use in uses if use.direct), None)
    draft, legs = Draft(diagram), legs_of(diagram.content)
    places = [diagram.layout.places[one] for one in dots if one in diagram.layout.places]
    at = (sum(p.x for p in places) / len(places), sum(p.y for p in places) / len(places)) if places else None
    heirs: dict[Id, Sequence[Id]] = {}  # what an open leg of a dot is from now on
    into = [_leg_to(diagram, legs, scope, one, source) for one in dots]
    inside = diagram.content.nodes[dot].inside
    made = draft.copy(
        _name(diagram, source), [_fresh(draft, diagram, leg) for leg in into],
        [_fresh(draft, diagram, through.legs[one]) for one in dots] if through else [], at, inside=inside,
    )  # fmt: skip
    joins = [
        (_other(diagram, leg.id), new.id, _label(diagram, leg.id)) for leg, new in zip(into, made.into, strict=True)
    ]
    for use in uses:
        if use is through:
            legs_here: tuple[Leg, ...] = made.out
        else:
            where, angle = _towards(diagram, at, [end for end in use.ends.values() if end])
            fresh = [_fresh(draft, diagram, use.legs[one], angle) for one in dots]
            legs_here = draft.paste(made.id, fresh, where, inside=inside).legs
        for (one, end), new in zip(use.ends.items(), legs_here, strict=True):
            if end is None:
                heirs[use.legs[one].id] = (new.id,)
            else:
                joins.append((end, new.id, _label(diagram, use.legs[one].id)))
    take_places(draft, heirs)
    draft.remove(dots)
    for end, new_end, label in joins:
        draft.wire(end, new_end, label)
    return draft.build()


def _source(diagram: Diagram, structure: Structure, scope: Scope, dot: Id) -> tuple[list[Id], frozenset[Item]]:
    """The dots that the copied value comes into, and its items."""
    piece = next(piece for piece in scope.pieces if Item("node", dot) in piece.items)
    every = [item.id for item in piece.items if isinstance(diagram.content.nodes.get(item.id), Delta)]
    groups = _joined(diagram, scope, [item for item in piece.items if item.id not in every])
    sources = []
    for group in groups:
        own = {end for end, owner in scope.owners.items() if owner in group}
        reached = {_other(diagram, end) for end in own} - own
        into = [scope.owners[end].id if end in scope.owners else "" for end in reached]
        if own.isdisjoint(scope.leaving) and into and all(one in every for one in into):
            sources.append((sorted(into, key=id_order), group))
    if len(sources) != 1 or dot not in sources[0][0] or len(set(sources[0][0])) < len(sources[0][0]):
        raise Error(_NO_SOURCE)
    return sources[0]


def _joined(diagram: Diagram, scope: Scope, items: Iterable[Item]) -> list[frozenset[Item]]:
    """Items that wires of the scope join, together."""
    group = {item: {item} for item in items}
    for wire in scope.wires:
        a, b = (scope.owners.get(end) for end in diagram.content.wires[wire].ends)
        if a in group and b in group and group[a] is not group[b]:
            group[a] |= group[b]
            for item in group[b]:
                group[item] = group[a]
    return list(dict.fromkeys(frozenset(one) for one in group.values()))


def _uses(diagram: Diagram, structure: Structure, scope: Scope, dots: list[Id], source: frozenset[Item]) -> list[_Use]:
    """Who takes the value, each with one leg of every dot."""
    content = diagram.content
    taker_of = {leg: slot for slot, legs in structure.slots.items() for leg in legs}
    rest = _joined(diagram, scope, [item for item in scope.items if item.id not in dots and item not in source])
    # Who takes one leg of the value through a tensor and another directly is one use: both are in one operand.
    fed: dict[object, object] = {}
    for taken, slot in taker_of.items():
        if (owner := scope.owners.get(_other(diagram, taken))) is not None:
            fed.update({group: slot for group in rest if owner in group})
    found: dict[object, dict[Id, list[tuple[Leg, Id | None]]]] = {}
    for dot in dots:
        for leg in node_legs(content.nodes[dot]):
            end = _other(diagram, leg.id) if leg.id in structure.wire_of else None
            if end is not None and scope.owners.get(end) in source:
                continue
            owner = scope.owners.get(end) if end is not None else None
            group = next((group for group in rest if owner in group), None)
            taker: object = taker_of.get(end or "") or fed.get(group) or group or "open"
            found.setdefault(taker, {}).setdefault(dot, []).append((leg, end))
    uses = []
    for by_dot in found.values():
        times = {len(by_dot.get(dot, ())) for dot in dots}
        if len(times) != 1:
            raise Error(_NO_SOURCE)
        for turn in range(times.pop()):
            chosen = {dot: by_dot[dot][turn] for dot in dots}
            ends = {dot: end for dot, (_, end) in chosen.items()}
            uses.append(
                _Use(
                    all(end in taker_of for end in ends.values()), ends, {dot: leg for dot, (leg, _) in chosen.items()}
                )
            )
    return uses


def _leg_to(diagram: Diagram, legs: dict[Id, Leg], scope: Scope, dot: Id, source: frozenset[Item]) -> Leg:
    """The leg of a dot that the source is joined to."""
    mine = (leg for leg in node_legs(diagram.content.nodes[dot]) if scope.owners.get(_other(diagram, leg.id)) in source)
    return legs[next(mine).id]


def _other(diagram: Diagram, end: Id) -> Id:
    """The other end of the wire at a leg; the leg itself where there is none."""
    wire = joined(diagram).get(end)
    return end if wire is None else next((one for one in diagram.content.wires[wire].ends if one != end), end)


def _label(diagram: Diagram, end: Id) -> str:
    wire = joined(diagram).get(end)
    return "" if wire is None else diagram.content.wires[wire].label


def _fresh(draft: Draft, diagram: Diagram, leg: Leg, angle: float | None = None) -> Leg:
    """A leg like this one; it points as the dot's did, or where `angle` says."""
    place = diagram.layout.legs.get(leg.id)
    return draft.leg(
        leg.space, leg.label, variance=leg.variance, angle=place.angle if place and angle is None else angle
    )


def _name(diagram: Diagram, source: frozenset[Item]) -> str:
    """A copy is called like the one tensor that it copies, where no other copy is; else by a free letter."""
    nodes = diagram.content.nodes
    named = [node for item in source if isinstance(node := nodes.get(item.id), Tensor)]
    taken = {node.name for node in nodes.values() if isinstance(node, Copy)}
    if len(source) == len(named) == 1 and named[0].name not in taken:
        return named[0].name
    return free_name(diagram, "xyzuvwrst")


def _towards(
    diagram: Diagram, at: tuple[float, float] | None, ends: list[Id]
) -> tuple[tuple[float, float] | None, float | None]:
    """Where a paste goes, and the direction from there to what takes it (0 right, 90 up): straight before the leg that
    it is joined to, else half way from the copy."""
    nodes, owner = diagram.content.nodes, owner_of(diagram.content)
    owners = [(end, owner[end]) for end in ends if owner[end] in nodes and owner[end] in diagram.layout.places]
    if at is None or not owners:
        return (None if at is None else (at[0] + 40.0, at[1])), None
    places = [diagram.layout.places[owner] for _, owner in owners]
    x, y = sum(p.x for p in places) / len(places), sum(p.y for p in places) / len(places)
    leg = diagram.layout.legs.get(owners[0][0])
    if len(owners) > 1 or leg is None:
        return ((at[0] + x) / 2, (at[1] + y) / 2), round(degrees(atan2(at[1] - y, x - at[0])), 1)
    far = max(36.0, min(60.0, hypot(x - at[0], y - at[1]) / 2))
    return (x + far * cos(radians(leg.angle)), y - far * sin(radians(leg.angle))), (leg.angle + 180.0) % 360.0
