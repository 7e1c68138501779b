"""The index of a content after a small edit, from the index before it: tables are copied as a whole, which is quick, and only
the rows of the nodes and wires that the edit touched are made anew.

What is seldom edited is left to the full computation: regions, equations, documents with repeats, functions that trade legs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tensordraw.diagram.records import Content, Id, Repeat, id_order, node_legs
from tensordraw.figure.changes import changed
from tensordraw.figure.indexed import Index, bundles, consumed, labelled, signs, trades, wire_text

_SHARE = 8  # more than an eighth of all nodes and wires is no small edit


def reindexed(known: Index, old: Content, content: Content) -> Index | None:
    """The index of `content`, where that of `old` is `known`; None where it is better computed from nothing."""
    if changed(old.regions, content.regions) or changed(old.equations, content.equations):
        return None
    if any(isinstance(region, Repeat) or trades(region) for region in content.regions.values()):
        return None
    nodes, edited = changed(old.nodes, content.nodes), changed(old.wires, content.wires)
    if _SHARE * (len(nodes) + len(edited)) > len(content.nodes) + len(content.wires):
        return None
    made = known._replace(
        legs=dict(known.legs), owner=dict(known.owner), bundles=dict(known.bundles), wire=dict(known.wire),
        partner=dict(known.partner), target=dict(known.target), aims=dict(known.aims), level=dict(known.level),
        members=dict(known.members), inside_wires=dict(known.inside_wires), crossing=dict(known.crossing),
    )  # fmt: skip
    # Wires of the edited nodes are entered anew too: their ends may lie in other regions now.
    tied = {
        known.wire[leg.id]
        for table in (old.nodes, content.nodes)
        for node in nodes
        if node in table
        for leg in node_legs(table[node])
        if leg.id in known.wire
    }
    wires = {*edited, *tied}
    gone = [one for one in wires if one in old.wires]
    come = [one for one in wires if one in content.wires]
    around = {known.owner[end] for one in gone for end in old.wires[one].ends}
    levels, crossed = {known.level[one] for one in gone}, {r for one in gone for r in _crossed(known, old, one)}
    _drop(made, old, nodes, gone)
    _enter(made, content, nodes, come)
    around |= {made.owner[end] for one in come for end in content.wires[one].ends if end in made.owner}
    levels |= {made.level[one] for one in come}
    place = {one: k for k, one in enumerate(content.nodes)}
    for region in {t[node].inside for t in (old.nodes, content.nodes) for node in nodes if node in t}:
        there = {n for n in (*known.members[region][0], *nodes) if n in place and content.nodes[n].inside == region}
        made.members[region] = sorted(there, key=place.__getitem__), known.members[region][1]
    _list_wires(made, content, wires, come, levels, crossed)
    for node in around & place.keys():
        made.aims.pop(node, None)
        others = {made.target[leg.id] for leg in node_legs(content.nodes[node]) if leg.id in made.target}
        if others:
            made.aims[node] = tuple(sorted(others, key=id_order))
    return _closed(made, content, wires, {*nodes, *around} & place.keys(), place)


def _crossed(found: Index, content: Content, wire: Id) -> Iterator[Id]:
    """The regions whose border a wire crosses."""
    for end in content.wires[wire].ends:
        for region in found.chain[content.nodes[found.owner[end]].inside]:
            if region == found.level[wire]:
                break
            yield region


def _drop(made: Index, old: Content, nodes: Collection[Id], wires: Collection[Id]) -> None:
    for wire in wires:
        del made.level[wire]
        for end in old.wires[wire].ends:
            del made.wire[end], made.partner[end], made.target[end]
    for node in nodes:
        if node in old.nodes:
            del made.bundles[node]
            made.aims.pop(node, None)
            for leg in node_legs(old.nodes[node]):
                del made.legs[leg.id], made.owner[leg.id]


def _enter(made: Index, content: Content, nodes: Collection[Id], wires: Collection[Id]) -> None:
    for node in nodes:
        if node in content.nodes:
            made.bundles[node] = bundles(content.nodes[node])
            for leg in node_legs(content.nodes[node]):
                made.legs[leg.id], made.owner[leg.id] = leg, node
    for wire in wires:
        first, second = content.wires[wire].ends
        made.wire[first] = made.wire[second] = wire
        made.partner[first], made.partner[second] = second, first
        made.target[first], made.target[second] = made.owner[second], made.owner[first]
        one, other = (made.chain[content.nodes[made.owner[end]].inside] for end in (first, second))
        made.level[wire] = next(region for region in one if region in other)


def _list_wires(
    made: Index, content: Content, wires: Collection[Id], come: Collection[Id], levels: Collection[Id], left: set[Id]
) -> None:
    """The lists of wires inside of regions and across their borders, in the order of all wires."""
    number = {one: k for k, one in enumerate(content.wires)}
    crossings: dict[Id, list[Id]] = {}
    for wire in come:
        for region in _crossed(made, content, wire):
            crossings.setdefault(region, []).append(wire)
    for region in levels:
        entered = [wire for wire in come if made.level[wire] == region]
        kept = [wire for wire in made.inside_wires[region] if wire not in wires]
        made.inside_wires[region] = sorted([*kept, *entered], key=number.__getitem__)
    for region in left | crossings.keys():
        kept = [wire for wire in made.crossing[region] if wire not in wires]
        made.crossing[region] = sorted([*kept, *crossings.get(region, ())], key=number.__getitem__)


def _closed(
    made: Index, content: Content, wires: Collection[Id], touched: set[Id], place: dict[Id, int]
) -> Index:  # fmt: skip
    """With the lists that run over the whole document: open legs, what is labelled, signs."""
    # A node that was edited may have its open legs in another order.
    owners = touched | {made.owner[leg] for leg in made.open_legs if leg in made.owner}
    open_legs = tuple(
        leg.id
        for node in sorted(owners, key=place.__getitem__)
        for leg in node_legs(content.nodes[node])
        if leg.id not in made.partner
    )
    around = {leg: made.chain[content.nodes[made.owner[leg]].inside] for leg in open_legs}
    open_in: dict[Id, list[Id]] = {region: [] for region in made.chain}
    for leg, regions in around.items():
        for region in regions[:-1]:
            open_in[region].append(leg)
    known = made.turns
    texts = (w for w, r in content.wires.items() if (any(wire_text(r, made.legs)) if w in wires else w in known))
    named = labelled(content, made.regions, texts)
    return made._replace(
        open_legs=open_legs, open_in=open_in, labelled=named, turns={item: turn for turn, item in enumerate(named)},
        consumed=consumed(content, around), signs=signs(content, made.bundles),
    )  # fmt: skip
