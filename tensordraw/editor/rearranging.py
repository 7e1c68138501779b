"""Laying out anew what is drawn: all of it, only the selection, or all but the selection.

How is decided by what the diagram is (`figure.arranging`): streams upright, networks on their side, trees, rings, lattices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from tensordraw.diagram import edits_layout, fragments
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Diagram, Id, Layout, node_legs
from tensordraw.figure.arranging import arranged
from tensordraw.figure.build import build
from tensordraw.figure.panels import extent, panels
from tensordraw.figure.paths import EMPTY

Value = TypeVar("Value")


def rearranged(diagram: Diagram, items: Iterable[Id] = ()) -> Diagram:
    """The diagram laid out anew about the same middle; only these nodes and regions where some are given."""
    bodies, _ = edits_layout.moving_parts(diagram, items)
    nodes = bodies & diagram.content.nodes.keys()
    if len(nodes) in (0, len(diagram.content.nodes)):
        made = arranged(diagram)
        return _with_letters(_shifted_to(made, diagram, made.content.nodes), diagram)
    part = fragments.extract(diagram, bodies, at_home=True)
    inner = part.content.nodes.keys() & nodes
    made = _shifted_to(arranged(part), diagram, inner)
    wired = joined(part)  # legs that lead out of the part are aimed by what they lead to
    own = {leg.id for node in inner for leg in node_legs(diagram.content.nodes[node])}
    ports = made.layout.legs.keys() - own
    legs = {leg: place for leg, place in made.layout.legs.items() if leg in wired or leg not in joined(diagram)}
    regions = part.content.regions.keys()
    old = diagram.layout
    layout = replace(
        old, places=_put(old.places, inner | regions, made.layout.places), legs=_put(old.legs, own | ports, legs),
        curves=_put(old.curves, part.content.wires.keys(), made.layout.curves),
        labels=_put(old.labels, inner | regions | own | part.content.wires.keys(), {}), looks=made.layout.looks | old.looks,
    )  # fmt: skip
    after = _with(diagram, layout)
    return after if after is diagram else _with_letters(after, diagram)


def rearranged_around(diagram: Diagram, kept: Iterable[Id]) -> Diagram:
    """All laid out anew but these nodes and regions, which stay as they are."""
    bodies, wires = edits_layout.moving_parts(diagram, kept)
    nodes = bodies & diagram.content.nodes.keys()
    made = _shifted_to(arranged(diagram), diagram, nodes)
    old, new = diagram.layout, made.layout
    legs = {leg.id for node in nodes for leg in node_legs(diagram.content.nodes[node])}
    layout = replace(
        new, places=_put(new.places, bodies, old.places), legs=_put(new.legs, legs, old.legs),
        curves=_put(new.curves, wires, old.curves), labels=_put(new.labels, bodies | legs | wires, old.labels),
    )  # fmt: skip
    after = _with(diagram, layout)
    return after if after is diagram else _with_letters(after, diagram)


def _with_letters(made: Diagram, old: Diagram) -> Diagram:
    """The letters of panels where they were beside what the panels show: at its upper left corner."""
    for note in panels(old):
        before, after = extent(build(old), old, note.id), extent(build(made), made, note.id)
        if EMPTY not in (before, after):
            made = edits_layout.move(made, (note.id,), round(after[0] - before[0]), round(after[1] - before[1]))
    return made


def _with(diagram: Diagram, layout: Layout) -> Diagram:
    return diagram if layout == diagram.layout else replace(diagram, layout=layout)


def _put(table: Mapping[Id, Value], keys: Iterable[Id], values: Mapping[Id, Value]) -> dict[Id, Value]:
    """The table with these keys as in `values`, without those that are not there."""
    gone = set(keys)
    kept = {key: value for key, value in table.items() if key not in gone}
    return kept | {key: values[key] for key in values if key in gone}


def _shifted_to(made: Diagram, old: Diagram, nodes: Iterable[Id]) -> Diagram:
    """The new drawing moved so that the middle of these nodes is where it was, to whole units."""
    nodes = list(nodes)
    was, now = edits_layout.centre_of(old, nodes), edits_layout.centre_of(made, nodes)
    dx, dy = round(was[0] - now[0]), round(was[1] - now[1])
    return edits_layout.shift(made, {*made.content.nodes, *made.content.regions}, made.content.wires, dx, dy)
