"""The levels of a document, from the inside out: which items each has, how they are linked, and what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tensordraw.diagram.records import (
    ROOT,
    Add,
    Bubble,
    Content,
    Copy,
    Id,
    Look,
    Region,
    Repeat,
    Tensor,
    id_order,
    node_legs,
    port_legs,
)
from tensordraw.figure.arranging_document import Levels, across, leaf
from tensordraw.figure.arranging_net import GAP, LEFT, RIGHT
from tensordraw.figure.arranging_parts import Link, Part, absorb
from tensordraw.figure.arranging_sizes import body_half, caption_size, wire_width
from tensordraw.figure.arranging_terms import with_terms
from tensordraw.figure.display import Box
from tensordraw.figure.index import index
from tensordraw.figure.regions import MARGIN, kind
from tensordraw.figure.sums import in_front

EMPTY = (-30.0, -20.0, 30.0, 20.0)  # a region without content
_LAST = float("inf")


def lay_out(content: Content, looks: Mapping[Id, Look]) -> tuple[Part, dict[Id, tuple[float, float]], list[Id]]:
    """The whole document as one part, half the size of each node's body, and what is best drawn as a box."""
    found = index(content)
    levels = Levels(content, found, looks)
    for node in content.nodes.values():
        levels.halves[node.id] = body_half(node, content, across(node, found), looks.get(node.id))
    order = {leg: float(place) for place, leg in enumerate(content.open_order)}
    for leg in found.open_legs:
        levels.ranks[leg] = order.get(leg, 1e6 + id_order(leg))
    for wire in content.wires.values():
        for end in wire.ends:
            for region in found.chain[levels.home(end)]:
                if region == found.level[wire.id]:
                    break
                levels.leaving.setdefault(region, []).append(end)
    _find_streams(levels)
    done: dict[Id, Part] = {}
    for region in (*reversed(found.regions), ROOT):
        made = _level(levels, region, done)
        done[region] = made if region == ROOT else _framed(levels, content.regions[region], made)
    boxed = [node for node in content.nodes if node in levels.boxed]
    boxed += [region.id for region in content.regions.values() if isinstance(region, Bubble)]
    return done[ROOT], levels.halves, boxed


def _find_streams(levels: Levels) -> None:
    """Which levels flow: those of a document with operations; each term of an equation is one by itself."""
    content, found = levels.content, levels.found
    terms = {part.term for equation in content.equations.values() for part in equation.parts}

    def whole(region: Id) -> Id:
        return next((around for around in found.chain[region] if around in terms), ROOT)

    flowing: set[Id] = set()
    for node in content.nodes.values():
        if isinstance(node, Add) and any(operand.legs for operand in node.operands):
            for k, operand in enumerate(node.operands):
                levels.incoming.update((leg.id, f"{node.id}.{k}") for leg in operand.legs)
            flowing.add(whole(node.inside))
        elif isinstance(node, Copy) and node.into:
            levels.incoming.update((leg.id, node.id) for leg in node.into)
            flowing.add(whole(node.inside))
    for region in content.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                levels.incoming.update({port.outer_in.id: region.id, port.inner_out.id: region.id})
            flowing.add(whole(region.inside))
    levels.flows = {region: whole(region) in flowing for region in (ROOT, *content.regions)}
    names = Counter(node.name for node in content.nodes.values() if isinstance(node, Tensor))
    levels.repeated = {name for name, count in names.items() if count > 1}


def _level(levels: Levels, level: Id, done: Mapping[Id, Part]) -> Part:
    """Everything directly in a region, laid out."""
    content, found = levels.content, levels.found
    nodes, regions = found.members[level]
    signs = set(found.signs)
    keys = [*(node for node in nodes if node not in signs), *regions]
    number = {key: k for k, key in enumerate(keys)}
    parts = [done[key] if key in done else leaf(levels, content.nodes[key]) for key in keys]
    links: list[Link] = []
    outs: dict[int, list[tuple[float, Id]]] = {}
    for wire in found.inside_wires[level]:
        record = content.wires[wire]
        items = [levels.item(end, level) for end in record.ends]
        for k in (0, 1):
            own, other = items[k], items[1 - k]
            if other is None and own is not None:  # to an inner end of this repeat's port
                rank = -1.0 if _comes_in(levels, record.ends[1 - k]) else _LAST
                outs.setdefault(number[own], []).append((rank, record.ends[k]))
                levels.gaps[record.ends[k]] = wire_width(record, *(found.legs[end] for end in record.ends))
        first, second = items
        if first is None or second is None:
            continue
        wide = wire_width(record, *(found.legs[end] for end in record.ends))
        links.append(Link(record.ends, (number[first], number[second]), max(GAP, wide + 12.0)))
    for key in keys:
        if key in content.nodes:
            every = [leg.id for leg in node_legs(content.nodes[key])]
            legs = [leg for leg in every if leg not in found.partner and found.legs[leg].index is None]
            legs += [leg for leg in every if leg in found.partner and _leaves(levels, leg, level)]
        else:
            legs = [leg for leg in done[key].exits if leg not in found.partner or _leaves(levels, leg, level)]
        if legs:
            outs.setdefault(number[key], []).extend((levels.ranks.get(leg, _LAST), leg) for leg in legs)
    return with_terms(levels, level, keys, parts, links, outs)


def _leaves(levels: Levels, leg: Id, level: Id) -> bool:
    """Whether a wired leg's wire crosses the border of the level."""
    return level != ROOT and level not in levels.found.chain[levels.found.level[levels.found.wire[leg]]]


def _comes_in(levels: Levels, leg: Id) -> bool:
    return leg == levels.found.ports[leg][1].inner_in.id


def _framed(levels: Levels, region: Region, inner: Part) -> Part:
    """A region around its laid-out content: its border, room for its caption, and its legs as exits."""
    content, found = levels.content, levels.found
    nodes, regions = found.members[region.id]
    box = inner.box if regions or not set(nodes) <= set(found.signs) else EMPTY
    heights = _port_heights(levels, region, inner, box) if isinstance(region, Repeat) else {}
    box = (box[0], min([box[1], *(y - 8.0 for y in heights.values())]), box[2], box[3])
    margin = MARGIN[kind(region)] + 1.0
    left, top, right, bottom = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
    middle = (left + right) / 2
    frame = (left - middle, top, right - middle, bottom)
    wide, high = (0.0, 0.0) if in_front(content, found, region) else caption_size(region, content)
    room = high + 4.0 if wide else 2.0
    aside = room if isinstance(region, Bubble) and isinstance(content.regions.get(region.inside), Bubble) else 0.0
    half = max(frame[2] + aside, wide / 2 + 2.0)
    made = Part((-half, top - room, half, bottom + room), {}, {region.id: frame})
    absorb(made, inner, -middle, 0.0)
    made.spots[region.id] = (0.0, 0.0)
    exits: dict[Id, tuple[float, float]] = {}
    for leg in (*found.open_in[region.id], *levels.leaving.get(region.id, ())):
        if found.legs[leg].index is None and leg not in heights:
            x, y = made.spots.get(found.owner[leg], (0.0, 0.0))
            exits[leg] = (x, made.ends.get(leg, y))
    if isinstance(region, Repeat):
        own = {leg.id for port in region.ports for leg in port_legs(port)}
        exits = {leg: at for leg, at in exits.items() if leg not in own}
        for port in region.ports:
            for outer, side in ((port.outer_in.id, -1.0), (port.outer_out.id, 1.0)):
                made.ends[outer] = heights[outer]
                exits[outer] = (side * half, heights[outer])
                made.aims[outer] = LEFT if side < 0 else RIGHT
    made.exits = exits
    return made


def _port_heights(levels: Levels, region: Repeat, inner: Part, box: Box) -> dict[Id, float]:
    """Where the legs of ports cross the border: where the stream inside does, a stream that only passes on top."""
    found = levels.found
    heights: dict[Id, float] = {}
    top = box[1]
    for port in region.ports:
        for outer, within in ((port.outer_in.id, port.inner_in.id), (port.outer_out.id, port.inner_out.id)):
            partner = found.partner.get(within)
            if partner is not None and partner in inner.ends:
                heights[outer] = inner.ends[partner]
            elif partner is not None and found.owner[partner] in inner.spots:
                heights[outer] = inner.spots[found.owner[partner]][1]
    for port in region.ports:
        for outer, within in ((port.outer_in.id, port.inner_in.id), (port.outer_out.id, port.inner_out.id)):
            if outer not in heights:
                top -= 10.0
                heights[outer] = top
                partner = found.partner.get(within)
                if partner is not None and found.owner[partner] == region.id:  # straight through
                    other = found.ports[partner][1]
                    heights[other.outer_out.id if partner == other.inner_out.id else other.outer_in.id] = top
    return heights
