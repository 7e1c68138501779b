"""Makes scenes: `scene` computes all of a diagram, `follow` only the neighbourhood of what a move or an edit touched.

Stages run in the order in which they need each other: bodies and legs of nodes; wires between nodes; regions from the
inside out, with the ports on their borders and the wires that end there; open legs, which reach out of the regions; labels
of wires, which keep clear of all that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from tensordraw.diagram.records import ROOT, Content, Diagram, Id, Place
from tensordraw.figure import captions, chart_items, legend
from tensordraw.figure.amending import amendment, put_in_order, take_out
from tensordraw.figure.changes import changed
from tensordraw.figure.display import Box, Item, Shape
from tensordraw.figure.ends import CLEAR
from tensordraw.figure.folding import draw_fronts, fronts_of, hide
from tensordraw.figure.grid import Grid
from tensordraw.figure.hulls import draw_region, ports_of
from tensordraw.figure.index import Index, index
from tensordraw.figure.labels import note
from tensordraw.figure.lines import draw_path, open_leg, span
from tensordraw.figure.nodes import aims_of, geometry, node_anchors, node_item, node_text
from tensordraw.figure.paths import grown, overlap, shifted
from tensordraw.figure.placing import copy_item, place_labels, region_item, wire_item
from tensordraw.figure.scene import NOTHING, NOWHERE, Scene
from tensordraw.figure.signs import draw_signs, place_signs
from tensordraw.figure.themes import Theme, space_strokes


def _ranks(found: Index, diagram: Diagram) -> dict[Id, int]:
    """Tie-breaks of parallel wires: the wire's number at one end and its negative at the other, so that they do not cross."""
    ranks: dict[Id, int] = {}
    for number, wire in enumerate(diagram.content.wires.values(), 1):
        first, second = wire.ends
        ranks[first], ranks[second] = number, -number
        if found.owner[first] > found.owner[second]:
            ranks[first], ranks[second] = -number, number
    return ranks


def scene(diagram: Diagram, theme: Theme, places: Mapping[Id, Place]) -> Scene:
    """The scene of a diagram, computed in full; `places` holds a place for every node."""
    content, found = diagram.content, index(diagram.content)
    fronts = fronts_of(diagram, found)
    made = Scene(
        diagram=diagram, theme=theme, index=found, strokes=space_strokes(content, theme), places=dict(places),
        ranks=_ranks(found, diagram), fronts=fronts, bodies={}, angles={}, anchors={}, paths={}, outlines={}, placed={},
        grid=Grid(), words=Grid(), reach=Grid(), spans=Grid(), looks=Grid(), region_items={}, wire_items={}, leg_items={},
        node_items={}, note_items={}, equation_items={}, signs={}, routes={}, fresh=set(),
    )  # fmt: skip
    hidden = hide(made)
    _nodes(made, [node for node in content.nodes if node not in hidden])
    draw_fronts(made, dict.fromkeys(fronts.values()))
    shown = [region for region in found.regions if region not in fronts]
    made.region_items.update(dict.fromkeys(shown, NOTHING))  # in drawing order: outer ones lie beneath inner ones
    made.wire_items.update(dict.fromkeys(content.wires, NOTHING))
    _rest(made, made.node_items, content.wires, shown, found.open_legs)
    made.region_items.update({front: made.region_items.pop(front) for front in dict.fromkeys(fronts.values())})
    for item in diagram.layout.notes:
        _note(made, item)
    return made


def follow(old: Scene, diagram: Diagram, places: dict[Id, Place]) -> Scene | None:
    """The scene of a diagram that is another state of that of `old`; None where that takes a whole new one.

    It takes over the tables of `old` that no figure shows, so only one scene can follow another.
    """
    content, before, after = diagram.content, old.diagram.layout, diagram.layout
    edited = content is not old.diagram.content
    if not edited and before.looks is not after.looks and fronts_of(diagram, old.index) != old.fronts:
        return None
    amended = amendment(old, diagram)
    if amended is None:
        return None
    found = amended.index
    new = replace(
        old, diagram=diagram, index=found, strokes=amended.strokes, places=places, anchors=dict(old.anchors),
        region_items=dict(old.region_items), wire_items=dict(old.wire_items), leg_items=dict(old.leg_items),
        node_items=dict(old.node_items), note_items=dict(old.note_items), equation_items=dict(old.equation_items),
        signs=dict(old.signs), fresh=set(),
    )  # fmt: skip
    if edited:
        if content.wires is not old.diagram.content.wires or changed(old.index.owner, found.owner):
            new.ranks = _ranks(found, diagram)
        take_out(new, old, amended)
    hidden: set[Id] = set()
    if old.fronts:
        new.places = dict(places)
        hidden = hide(new)
    displaced = set(changed(old.places, new.places))
    others = {*changed(before.curves, after.curves), *changed(before.looks, after.looks)}
    others |= set(changed(before.labels, after.labels))
    turned = {found.owner[leg] for leg in changed(before.legs, after.legs) if leg in found.owner}
    touched = amended.nodes | {item for item in (*displaced, *turned, *others) if item in content.nodes}
    dirty = touched | {
        node
        for item in displaced
        for node in found.aims.get(item, ())
        if any(leg.id not in after.legs for bundle in found.bundles[node] for leg in bundle)  # looks where it leads
    }
    within = hidden.intersection(changed(before.places, after.places)) if hidden else hidden
    folded = _folded(new, displaced | dirty | others | turned | within, hidden)
    dirty -= hidden
    moved = amended.moved + [box for node in dirty for box in new.grid.boxes.get(node, ())]
    _nodes(new, dirty)
    moved += [box for node in dirty for box in new.grid.boxes.get(node, ())]
    folded |= {front for node in dirty for leg in new.angles[node] if (front := _joined_front(new, leg)) is not None}
    draw_fronts(new, folded)
    legs = {leg for owner in (*dirty, *folded) for leg in new.angles[owner]}
    legs |= {leg for leg in others if leg in found.legs}
    wires = {found.wire[leg] for leg in legs if leg in found.wire} | {w for w in others if w in content.wires}
    wires |= amended.wires
    wires |= {wire for wire, area in new.routes.items() if any(overlap(area, box) for box in moved)}
    placed = {*displaced, *turned, *others}
    if places is not after.places:
        placed |= set(changed(before.places, after.places))
    regions = {content.nodes[node].inside for node in dirty} | {found.level[wire] for wire in wires}
    regions |= {region for region in placed if region in content.regions}
    bent = {wire for wire in others if wire in before.curves or wire in after.curves}
    regions |= {region for region in found.crossing if bent and not bent.isdisjoint(found.crossing[region])}
    regions |= {found.owner[end] for wire in wires for end in content.wires[wire].ends if end in found.ports}
    regions |= {content.regions[front].inside for front in folded} | amended.regions
    regions = {region for region in _touched(regions, found, content) if region not in new.fronts}
    _rest(
        new, dirty, wires, [r for r in found.regions if r in regions], [leg for leg in legs if leg not in found.partner],
        amended.freed,
    )  # fmt: skip
    new.fresh |= folded | amended.gone
    if before.notes is not after.notes or (edited and any(note.table for note in after.notes.values())):
        new.note_items = {}
        for item in after.notes:
            _note(new, item)
    if edited:
        put_in_order(new)
    return new


def _folded(made: Scene, items: Iterable[Id], hidden: Collection[Id]) -> set[Id]:
    """The collapsed regions that these items are, or are hidden in."""
    content, fronts = made.diagram.content, made.fronts
    seen = {fronts[content.nodes[item].inside] for item in items if item in hidden}
    return seen | {fronts[item] for item in items if item in fronts}


def _joined_front(made: Scene, leg: Id) -> Id | None:
    """The collapsed region that a leg is joined to."""
    partner = made.index.partner.get(leg)
    if partner is None or not made.fronts:
        return None
    owner = made.index.owner[partner]
    node = made.diagram.content.nodes.get(owner)
    return made.fronts.get(owner if node is None else node.inside)


def _touched(regions: Iterable[Id], found: Index, content: Content) -> set[Id]:
    """These regions, all around them, and the repeats whose ports follow ports of theirs."""
    out: set[Id] = set()
    waiting = list(regions)
    while waiting:
        region = waiting.pop()
        if region in out or region == ROOT:
            continue
        out.add(region)
        waiting += found.chain[region]
        for leg in ports_of(content.regions[region]):
            partner = found.partner.get(leg)
            if partner in found.ports:
                waiting.append(found.owner[partner])
    return out


def _nodes(made: Scene, nodes: Collection[Id]) -> None:
    """Bodies, anchors and items of nodes."""
    content, layout, found, theme = made.diagram.content, made.diagram.layout, made.index, made.theme
    for node_id in nodes:
        node, place = content.nodes[node_id], made.places.get(node_id, NOWHERE)
        aims = aims_of(node_id, found, layout.legs, made.places)
        body, angles = geometry(
            node, content, found, place, layout.legs, aims, made.ranks, layout.looks.get(node_id), made.strokes, theme
        )
        known = made.bodies.get(node_id)
        made.bodies[node_id], made.angles[node_id] = body, angles
        for anchor in node_anchors(body, angles, place, layout.legs, found.legs, found.partner):
            made.anchors[anchor.leg] = anchor
        if node_id in made.node_items:
            made.grid.take(node_id)
        item = node_item(
            node, body, angles, place, node_text(node, content), theme, layout.labels.get(node_id, (0.0, 0.0))
        )
        made.node_items[node_id] = item
        if node_id not in found.signs:
            made.grid.put(node_id, [item.box])
            if known is not None and known.hull != body.hull:
                made.grid.disturb(item.box)  # a square fills the box of a circle


def _rest(
    made: Scene, nodes: Collection[Id], wires: Collection[Id], regions: Collection[Id], open_legs: Collection[Id],
    freed: Collection[Box] = (),
) -> None:  # fmt: skip
    """Wires, regions (given from outer to inner), open legs and labels, in the order in which they need each other; `freed`
    are boxes where labels stood that are gone."""
    content, found = made.diagram.content, made.index
    affected, stubs = dict.fromkeys(wires), dict.fromkeys(open_legs)
    for region_id in regions:
        made.outlines.pop(region_id, None)
        made.grid.take(region_id)
        region = content.regions[region_id]
        stubs.update(dict.fromkeys(found.open_in[region_id]))
        for leg in ports_of(region):
            made.anchors.pop(leg, None)
            if leg in found.wire:
                affected[found.wire[leg]] = None
            else:
                stubs[leg] = None
    for wire in affected:
        made.grid.take(wire)
        made.paths.pop(wire, None)
    for wire in affected:
        draw_path(made, wire)
    for leg in stubs:
        span(made, leg)  # as nothing bends it: so far a border reaches around what ends inside
    for region_id in reversed(list(regions)):
        draw_region(made, region_id)
    for leg in stubs:
        if leg in found.ports:  # they have their places now
            span(made, leg)
    equations = _equations(made, regions)
    for equation in equations:
        place_signs(made, content.equations[equation])
    changes, ahead = made.grid.changes(), made.spans.changes()
    if made.looks.boxes:
        for box in (*changes, *ahead):
            stubs.update(dict.fromkeys(made.looks.inside(grown(box, CLEAR))))
    for leg in stubs:
        open_leg(made, leg)
    dirty = {*affected, *regions, *nodes}
    # Open legs that bent enter the grid too, after the changes that made them bend.
    dirty |= place_labels(made, dirty, (*freed, *changes, *made.grid.changes()))
    for grid in (made.looks, made.words, made.reach):
        grid.changes()  # nobody asks these what changed
    for item in dirty:
        if item in content.wires:
            wire_item(made, item)
        elif item in content.regions and item not in made.fronts:
            region_item(made, item)
        elif item in made.node_items:
            copy_item(made, item)
    for node in found.signs:
        draw_signs(made, node)
    made.fresh = {*dirty, *stubs, *found.signs, *equations}


def _equations(made: Scene, regions: Collection[Id]) -> list[Id]:
    """The equations that have one of these regions as a term, or one that is collapsed."""
    around = {*regions, *made.fronts}
    return [e.id for e in made.diagram.content.equations.values() if any(part.term in around for part in e.parts)]


def _note(made: Scene, note_id: Id) -> None:
    """Free text; its place is the left end of the first baseline."""
    item, theme = made.diagram.layout.notes[note_id], made.theme
    if item.chart is not None:
        made.note_items[note_id] = chart_items.item(item, theme)
        return
    if item.table:
        table = legend.item(made.diagram, item, theme)
        if table is not None:
            made.note_items[note_id] = table
        return
    words = note(item.text, theme.region, theme.font)
    if words.path:
        shape, box = captions.drawn(words, shifted(words.line, item.x, item.y), theme.colour("ink"))
        made.note_items[note_id] = Item(
            note_id, (Shape(shape.path, "note", fill=shape.fill, words=shape.words),), box, item.text
        )
