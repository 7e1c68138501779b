"""What the picture asks of the content again and again, worked out once per content: who owns a leg, what hangs where.

Only structure, no places: an index stays valid while things are dragged. The content after a small edit of one whose index is
known takes that over and exchanges what differs (`reindexing`).
"""

from __future__ import annotations

import weakref
from itertools import islice

from msgspec.structs import replace

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import (
    ROOT,
    Content,
    Id,
    Leg,
    Port,
    Repeat,
    id_order,
    node_legs,
    port_legs,
)
from tensordraw.diagram.structure import analyse
from tensordraw.figure.indexed import Index, bundles, consumed, labelled, signs, trades, wire_text
from tensordraw.figure.reindexing import reindexed

_LAST = 3  # contents whose indices others may take over: a thumbnail that is drawn meanwhile must not cost a large one its own
_last: list[tuple[weakref.ref[Content], Index]] = []  # newest last


def _chains(content: Content) -> dict[Id, tuple[Id, ...]]:
    chain: dict[Id, tuple[Id, ...]] = {ROOT: (ROOT,)}
    for start in content.regions:
        path, here = [], start
        while here not in chain:
            path.append(here)
            here = content.regions[here].inside
        for region in reversed(path):
            chain[region] = (region, *chain[content.regions[region].inside])
    return chain


@cached
def index(content: Content) -> Index:
    """The index of a content whose references hold (the document's checks see to that)."""
    made = None
    for known, old in reversed(_last):
        before = known()
        if before is not None and akin(before, content):
            made = reindexed(old, before, content)
            break
    made = made or whole_index(content)
    alive = [one for one in _last if one[0]() is not None]
    _last[:] = [*alive[1 - _LAST :], (weakref.ref(content), made)]
    return made


def forget_indices() -> None:
    """Let the next index be computed from nothing."""
    _last.clear()


def akin(one: Content, other: Content) -> bool:
    """Whether two contents look like states of the same drawing."""
    return any(other.nodes.get(node) is record for node, record in islice(one.nodes.items(), 64))


def whole_index(content: Content) -> Index:
    """The index of a content, from nothing."""
    legs: dict[Id, Leg] = {}
    owner: dict[Id, Id] = {}
    ports: dict[Id, tuple[Repeat, Port]] = {}
    home: dict[Id, Id] = {}  # leg -> region that its end lies in
    members: dict[Id, tuple[list[Id], list[Id]]] = {ROOT: ([], []), **{r: ([], []) for r in content.regions}}
    tied: dict[Id, tuple[tuple[Leg, ...], ...]] = {}
    for node in content.nodes.values():
        members[node.inside][0].append(node.id)
        tied[node.id] = bundles(node)
        for leg in node_legs(node):
            legs[leg.id], owner[leg.id], home[leg.id] = leg, node.id, node.inside
    for region in content.regions.values():
        members[region.inside][1].append(region.id)
        if isinstance(region, Repeat):
            for port in region.ports:
                for leg, where in zip(
                    port_legs(port), (region.inside, region.id, region.id, region.inside), strict=True
                ):
                    legs[leg.id], owner[leg.id], home[leg.id] = leg, region.id, where
                    ports[leg.id] = (region, port)
    chain = _chains(content)
    wire: dict[Id, Id] = {}
    partner: dict[Id, Id] = {}
    level: dict[Id, Id] = {}
    inside: dict[Id, list[Id]] = {region: [] for region in members}
    crossing: dict[Id, list[Id]] = {region: [] for region in members}
    for w in content.wires.values():
        a, b = w.ends
        wire[a] = wire[b] = w.id
        partner[a], partner[b] = b, a
        around = chain[home[b]]
        level[w.id] = next(region for region in chain[home[a]] if region in around)
        inside[level[w.id]].append(w.id)
        for end in w.ends:
            for left in chain[home[end]]:
                if left == level[w.id]:
                    break
                crossing[left].append(w.id)
    through: dict[Id, Id] = {}
    for _, port in ports.values():
        through[port.outer_in.id], through[port.inner_in.id] = port.inner_in.id, port.outer_in.id
        through[port.inner_out.id], through[port.outer_out.id] = port.outer_out.id, port.inner_out.id
    target: dict[Id, Id] = {}
    aims: dict[Id, set[Id]] = {}
    for leg_id in legs:
        at = partner.get(leg_id)
        for _ in range(64):  # as many nested repeats at most
            if at is None or at not in ports:
                break
            at = partner.get(through[at])
        if at is not None and at not in ports:
            target[leg_id] = owner[at]
            if leg_id not in ports:
                aims.setdefault(owner[at], set()).add(owner[leg_id])
    open_legs = tuple(leg for leg in legs if leg not in partner)
    open_in: dict[Id, list[Id]] = {region: [] for region in chain}
    for leg_id in open_legs:
        if leg_id not in ports:
            for around_it in chain[home[leg_id]][:-1]:
                open_in[around_it].append(leg_id)
    legs.update(_traded(content, legs, {leg: chain[home[leg]] for leg in legs}))
    regions = tuple(sorted(content.regions, key=lambda region: (len(chain[region]), id_order(region))))
    named = labelled(content, regions, (w.id for w in content.wires.values() if any(wire_text(w, legs))))
    return Index(
        legs=legs,
        owner=owner,
        wire=wire,
        partner=partner,
        target=target,
        aims={node: tuple(sorted(ids, key=id_order)) for node, ids in aims.items()},
        members=members,
        regions=regions,
        chain=chain,
        level=level,
        inside_wires=inside,
        crossing=crossing,
        ports=ports,
        open_legs=open_legs,
        open_in=open_in,
        bundles=tied,
        labelled=named,
        turns={item: turn for turn, item in enumerate(named)},
        equation={part.term: e.id for e in content.equations.values() for part in e.parts},
        consumed=consumed(content, {leg: chain[home[leg]] for leg in open_legs}),
        signs=signs(content, tied),
    )


def _traded(content: Content, legs: dict[Id, Leg], around: dict[Id, tuple[Id, ...]]) -> dict[Id, Leg]:
    """The legs that trade places in a bubble, as they are outside of it."""
    trading = [region for region in content.regions.values() if trades(region)]
    if not trading:
        return {}
    structure = analyse(content)
    out: dict[Id, Leg] = {}
    for leg in dict.fromkeys(axis for region in trading for axis in region.axes if axis in legs):
        stop = structure.wire_scope.get(structure.wire_of.get(leg, ""), ROOT)
        for region in around[leg]:
            if region == stop:
                break
            if (scope := structure.scopes.get(region)) is not None and leg in scope.signature:
                seen = scope.signature[leg]
                out[leg] = replace(legs[leg], space=seen.space, variance=seen.variance)
    return out


__all__ = ["Index", "akin", "forget_indices", "index", "whole_index", "wire_text"]
