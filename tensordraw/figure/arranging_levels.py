"""The levels of a document, from the inside out: which items each has, how they are linked, and what leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tensordraw.diagram.records import (
    ROOT,
    Add,
    Bubble,
    Content,
    Copy,
    Delta,
    Equation,
    Group,
    Id,
    Look,
    Node,
    Region,
    Repeat,
    id_order,
    node_legs,
    port_legs,
)
from tensordraw.figure.arranging_net import GAP, LEFT, RIGHT
from tensordraw.figure.arranging_parts import Link, Part, absorb, compose, side_by_side
from tensordraw.figure.arranging_sizes import LEG, body_half, caption_size, leg_width, text_size, wire_width
from tensordraw.figure.index import Index, index
from tensordraw.figure.names import latex
from tensordraw.figure.regions import MARGIN, kind
from tensordraw.figure.themes import PITCH

EMPTY = (-30.0, -20.0, 30.0, 20.0)  # a region without content
TERMS = 34.0  # between terms, for the sign
_STUB = 16.0  # an open leg without its label
_LAST = float("inf")


@dataclass(slots=True)
class Levels:
    """What all levels ask for: the content and its index, sizes of bodies, ranks of open legs, legs that leave regions."""

    content: Content
    found: Index
    looks: Mapping[Id, Look]
    halves: dict[Id, tuple[float, float]] = field(default_factory=dict)
    ranks: dict[Id, float] = field(default_factory=dict)
    leaving: dict[Id, list[Id]] = field(default_factory=dict)  # region -> legs whose wires cross its border

    def home(self, leg: Id) -> Id:
        """The region that a leg's end lies in."""
        owner = self.found.owner[leg]
        node = self.content.nodes.get(owner)
        if node is not None:
            return node.inside
        port = self.found.ports[leg][1]
        return owner if leg in (port.inner_in.id, port.inner_out.id) else self.content.regions[owner].inside

    def item(self, leg: Id, level: Id) -> Id | None:
        """The node or region directly in the level that a leg belongs to; None for an inner end of the level's own port."""
        owner, home = self.found.owner[leg], self.home(leg)
        if home == level:
            return None if owner == level else owner
        chain = self.found.chain[home]
        return chain[chain.index(level) - 1]


def lay_out(content: Content, looks: Mapping[Id, Look]) -> tuple[Part, dict[Id, tuple[float, float]]]:
    """The whole document as one part, and half the size of each node's body."""
    found = index(content)
    levels = Levels(content, found, looks)
    for node in content.nodes.values():
        levels.halves[node.id] = body_half(node, content, _across(node, found), looks.get(node.id))
    order = {leg: float(place) for place, leg in enumerate(content.open_order)}
    for leg in found.open_legs:
        levels.ranks[leg] = order.get(leg, 1e6 + id_order(leg))
    for wire in content.wires.values():
        for end in wire.ends:
            for region in found.chain[levels.home(end)]:
                if region == found.level[wire.id]:
                    break
                levels.leaving.setdefault(region, []).append(end)
    done: dict[Id, Part] = {}
    for region in (*reversed(found.regions), ROOT):
        made = _level(levels, region, done)
        done[region] = made if region == ROOT else _framed(levels, content.regions[region], made)
    return done[ROOT], levels.halves


def _across(node: Node, found: Index) -> float:
    """How far the parallel legs of a node reach from the middle of its side."""
    match node:
        case Copy():
            return (max(len(node.into), len(node.out), 1) - 1) / 2 * PITCH
        case Group():
            return (max(len(node.parts), 1) - 1) / 2 * PITCH
        case Add():
            return (max([len(node.out), *(len(o.legs) for o in node.operands)]) - 1) / 2 * PITCH
        case _:
            pass
    towards: dict[Id, int] = {}
    free = 0
    for leg in node_legs(node):
        partner = found.partner.get(leg.id)
        if partner is None:
            free += leg.index is None
        else:
            towards[found.owner[partner]] = towards.get(found.owner[partner], 0) + 1
    return (max([free - 2, *towards.values(), 1]) - 1) / 2 * PITCH


def _leaf(levels: Levels, node: Node) -> Part:
    """A node with room for its loops and its bound legs."""
    half_x, half_y = levels.halves[node.id]
    left, top, right, bottom = -half_x, -half_y, half_x, half_y
    found = levels.found
    loops = 0
    for leg in node_legs(node):
        partner = found.partner.get(leg.id)
        if partner is not None and found.owner[partner] == node.id:
            loops += 1
        elif partner is None and leg.index is not None:
            bottom = half_y + 20.0
            wide = leg_width(leg, levels.content) / 2 + 1.0
            left, right = min(left, -wide), max(right, wide)
    if loops:
        reach = 12.0 + 2.5 * loops
        left, top, right = left - reach, top - reach, right + reach
    if isinstance(node, Copy) and node.name:
        wide = text_size(latex(node.name), 8.0)[0] + 4.0
        left, right = min(left, -wide / 2), max(right, wide / 2)
        top -= 13.0
    return Part(
        (left, top, right, bottom), {node.id: (0.0, 0.0)}, light=isinstance(node, Delta) and len(node.legs) != 2
    )


def _level(levels: Levels, level: Id, done: Mapping[Id, Part]) -> Part:
    """Everything directly in a region, laid out."""
    content, found = levels.content, levels.found
    nodes, regions = found.members[level]
    signs = set(found.signs)
    keys = [*(node for node in nodes if node not in signs), *regions]
    number = {key: k for k, key in enumerate(keys)}
    parts = [done[key] if key in done else _leaf(levels, content.nodes[key]) for key in keys]
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
    return _with_terms(levels, level, keys, parts, links, outs)


def _leaves(levels: Levels, leg: Id, level: Id) -> bool:
    """Whether a wired leg's wire crosses the border of the level."""
    return level != ROOT and level not in levels.found.chain[levels.found.level[levels.found.wire[leg]]]


def _comes_in(levels: Levels, leg: Id) -> bool:
    return leg == levels.found.ports[leg][1].inner_in.id


def _with_terms(
    levels: Levels, level: Id, keys: list[Id], parts: list[Part], links: list[Link],
    outs: dict[int, list[tuple[float, Id]]],
) -> Part:  # fmt: skip
    """The level's networks side by side, with sums of terms and equations as rows of their own."""
    rows: list[Part] = []
    used: set[Id] = set()
    here = set(keys)
    for sign in levels.found.signs:
        node = levels.content.nodes[sign]
        if node.inside == level and isinstance(node, Add):
            terms = [o for o in node.operands if o.of in here and o.of not in used]
            row = [parts[keys.index(o.of)] for o in terms if o.of is not None]
            wide = [text_size(latex(o.coefficient), LEG * 1.4)[0] if o.coefficient != "1" else 0.0 for o in terms]
            used.update(o.of for o in terms if o.of is not None)
            made = _terms_row(levels, row, wide)
            made.spots[sign] = (0.0, 0.0)
            rows.append(made)
    equations: list[Part] = []
    for equation in levels.content.equations.values():
        made_rows = _equation(
            levels, equation, {key: part for key, part in zip(keys, parts, strict=True) if key in here - used}
        )
        used.update(part.term for part in equation.parts)
        equations += made_rows
    kept = [k for k, key in enumerate(keys) if key not in used]
    renumbered = {k: n for n, k in enumerate(kept)}
    inner = [
        Link(link.ends, (renumbered[link.items[0]], renumbered[link.items[1]]), link.gap)
        for link in links
        if link.items[0] in renumbered and link.items[1] in renumbered
    ]
    made = compose(
        [parts[k] for k in kept], inner, {renumbered[k]: legs for k, legs in outs.items() if k in renumbered}
    )
    if rows:
        made = side_by_side([*([made] if kept else []), *rows])
    if equations:
        made = _stacked([*([made] if kept or rows else []), *equations])
    return made


def _equation(levels: Levels, equation: Equation, here: Mapping[Id, Part]) -> list[Part]:
    """Rows of terms: a comma begins a new one, where the terms before it are an equation with sides."""
    rows: list[list[tuple[Part, float]]] = [[]]
    related = any(part.sign in ("=", "≈", ":=") for part in equation.parts)
    for part in equation.parts:
        if part.term not in here:
            continue
        if part.sign == "," and related and rows[-1]:
            rows.append([])
        coefficient = text_size(latex(part.coefficient), 11.0)[0] if part.coefficient.strip() != "1" else 0.0
        rows[-1].append((here[part.term], coefficient))
    return [_terms_row(levels, [part for part, _ in row], [wide for _, wide in row]) for row in rows if row]


def _terms_row(levels: Levels, parts: list[Part], wide: list[float]) -> Part:
    """Terms in a row on the middles of their boxes, with room for open legs and the signs between."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    x, boxes = 0.0, []
    for k, part in enumerate(parts):
        left, right = _reach(levels, part)
        middle = (part.box[1] + part.box[3]) / 2
        x += (TERMS if k else 0.0) + wide[k] + left - part.box[0]
        absorb(made, part, x, -middle)
        boxes.append((x + part.box[0] - left, part.box[1] - middle, x + part.box[2] + right, part.box[3] - middle))
        x += part.box[2] + right
    made.exits = {}
    if boxes:
        made.box = (boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes))
    return made


def _reach(levels: Levels, part: Part) -> tuple[float, float]:
    """How far open legs with their labels reach out of a part to the left and to the right."""
    reach = [0.0, 0.0]
    for leg in part.exits:
        aim = part.aims.get(leg)
        if leg not in levels.found.partner and aim in (LEFT, RIGHT):
            side = 0 if aim == LEFT else 1
            reach[side] = max(reach[side], _STUB + leg_width(levels.found.legs[leg], levels.content))
    return reach[0], reach[1]


def _stacked(parts: list[Part]) -> Part:
    """Parts below each other, from the same left side."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    y = 0.0
    for k, part in enumerate(parts):
        y += (70.0 if k else 0.0) - part.box[1]
        absorb(made, part, -part.box[0], y)
        y += part.box[3]
    made.box = (0.0, 0.0, max(part.box[2] - part.box[0] for part in parts), y)
    return made


def _framed(levels: Levels, region: Region, inner: Part) -> Part:
    """A region around its laid-out content: its border, room for its caption, and its legs as exits."""
    content, found = levels.content, levels.found
    box = inner.box if inner.spots else EMPTY
    margin = MARGIN[kind(region)] + 1.0
    left, top, right, bottom = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
    middle = (left + right) / 2
    frame = (left - middle, top, right - middle, bottom)
    wide, high = caption_size(region, content)
    room = high + 4.0 if wide else 2.0
    aside = room if isinstance(region, Bubble) and isinstance(content.regions.get(region.inside), Bubble) else 0.0
    half = max(frame[2] + aside, wide / 2 + 2.0)
    made = Part((-half, top - room, half, bottom + room), {}, {region.id: frame})
    absorb(made, inner, -middle, 0.0)
    made.spots[region.id] = (0.0, 0.0)
    exits: dict[Id, tuple[float, float]] = {}
    legs = [leg for leg in found.open_in[region.id] if found.legs[leg].index is None] + levels.leaving.get(
        region.id, []
    )
    for leg in legs:
        owner = found.owner[leg]
        exits[leg] = made.spots.get(owner, (0.0, 0.0))
    if isinstance(region, Repeat):
        for port in region.ports:
            for outer, within, side in (
                (port.outer_in.id, port.inner_in.id, -1.0),
                (port.outer_out.id, port.inner_out.id, 1.0),
            ):
                partner = found.partner.get(within)
                y = (
                    made.spots[found.owner[partner]][1]
                    if partner is not None and found.owner[partner] in made.spots
                    else 0.0
                )
                exits[outer] = (side * half, y)
                made.aims[outer] = LEFT if side < 0 else RIGHT
        own = {leg.id for port in region.ports for leg in port_legs(port)}
        exits = {leg: at for leg, at in exits.items() if leg not in own or leg in made.aims}
    made.exits = exits
    made.aims = dict(made.aims.items())
    return made
