"""The two forms of a model's figure, upright and on its side, and its layers as one region that repeats or drawn out."""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.edits_layout import remove_tables
from tensordraw.diagram.edits_unroll import unroll as draw_out
from tensordraw.diagram.records import Add, Diagram, Repeat, Tensor, node_legs
from tensordraw.figure.turning import turned
from tensordraw.templates.scene import HALF

TABLE_BELOW = (-40.0, 145.0)  # where the table of legs stands on a side: at the embedding
_PLUS = 10.5  # half the height of a plus on the stream


def in_form(made: Diagram, *, unroll: bool, sideways: bool) -> Diagram:
    """A model drawn upright with one repeat: `unroll` draws each of its turns, `sideways` lays the drawing on its side."""
    if unroll:
        (repeat,) = (region.id for region in made.content.regions.values() if isinstance(region, Repeat))
        made = _level(draw_out(made, repeat))
    return _lying(made) if sideways else made


def _lying(made: Diagram) -> Diagram:
    """The drawing on its side; the table of legs makes no room between its bodies, it stands below the embedding."""
    x, y = TABLE_BELOW
    tables = {item: replace(note, x=x, y=y) for item, note in made.layout.notes.items() if note.table}
    made = turned(remove_tables(made))
    return replace(made, layout=replace(made.layout, notes={**made.layout.notes, **tables}))


def _level(made: Diagram) -> Diagram:
    """Where the last plus of the stream took the place of the repeat's border, its open leg ends at the height of the others."""
    places, legs = made.layout.places, dict(made.layout.legs)
    joined = {end for wire in made.content.wires.values() for end in wire.ends}
    tips, short = [], []
    for node in made.content.nodes.values():
        for leg in node_legs(node):
            at = legs.get(leg.id)
            if at is None or at.angle != 90.0 or leg.index is not None or leg.id in joined:
                continue
            if isinstance(node, Add):
                short.append((leg.id, places[node.id].y - _PLUS))
            elif isinstance(node, Tensor) and at.length is not None:
                tips.append(places[node.id].y - HALF - at.length)
    for leg_id, top in short if tips else ():
        legs[leg_id] = replace(legs[leg_id], length=top - min(tips))
    return replace(made, layout=replace(made.layout, legs=legs))


__all__ = ["in_form"]
