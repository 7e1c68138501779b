"""Edits of how a document looks. They leave `Diagram.content` the very same object.

Moving and turning act on nodes, notes and regions; a region stands for all that is in it. Way-points go along with
wires whose two ends go along. Angles are degrees anticlockwise as seen; y grows downwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec.structs import replace

from tensordraw.diagram.chart import Chart, chart_fault
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_regions import contents
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import (
    Curve,
    CurveStyle,
    Diagram,
    Id,
    Layout,
    LegPlace,
    Look,
    Note,
    Place,
    Repeat,
    node_legs,
    port_legs,
)
from tensordraw.errors import Error

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom
Side: TypeAlias = Literal["left", "right", "top", "bottom", "middle", "centre"]
ORIGIN = Place(0.0, 0.0)


def moving_parts(diagram: Diagram, items: Iterable[Id]) -> tuple[frozenset[Id], frozenset[Id]]:
    """What moves when these items are dragged: nodes, regions and notes (contents too), and wires that go along."""
    content = diagram.content
    bodies = contents(content, items) & {*content.nodes, *content.regions, *diagram.layout.notes}
    legs: set[Id] = set()
    for item in bodies:
        if item in content.nodes:
            legs.update(leg.id for leg in node_legs(content.nodes[item]))
        elif item in content.regions:
            region = content.regions[item]
            if isinstance(region, Repeat):
                legs.update(leg.id for port in region.ports for leg in port_legs(port))
    wires = {wire.id for wire in content.wires.values() if wire.ends[0] in legs and wire.ends[1] in legs}
    return frozenset(bodies), frozenset(wires)


def _with_layout(diagram: Diagram, **tables: Any) -> Diagram:
    layout = replace(diagram.layout, **tables)
    return diagram if layout == diagram.layout else replace(diagram, layout=layout)


def move(diagram: Diagram, items: Iterable[Id], dx: float, dy: float) -> Diagram:
    """Shift items by (dx, dy) layout units."""
    if dx == 0 and dy == 0:
        return diagram
    bodies, wires = moving_parts(diagram, items)
    return shift(diagram, bodies, wires, dx, dy)


def shift(diagram: Diagram, bodies: Iterable[Id], wires: Iterable[Id], dx: float, dy: float) -> Diagram:
    """`move` for parts that `moving_parts` gave: cheap enough for each step of a drag."""
    return _transform(diagram, bodies, wires, lambda x, y: (x + dx, y + dy))


def _transform(
    diagram: Diagram, bodies: Iterable[Id], wires: Iterable[Id], point: Callable[[float, float], Point],
    turned: Callable[[Place], Place] | None = None,
) -> Diagram:  # fmt: skip
    layout, nodes = diagram.layout, diagram.content.nodes
    places, notes, curves = dict(layout.places), layout.notes, layout.curves
    for item in bodies:
        if item in places or item in nodes:
            old = places.get(item, ORIGIN)
            x, y = point(old.x, old.y)
            moved = replace(old, x=x, y=y)
            places[item] = moved if turned is None else turned(moved)
        elif item in notes:
            notes = notes if notes is not layout.notes else dict(notes)
            x, y = point(notes[item].x, notes[item].y)
            notes[item] = replace(notes[item], x=x, y=y)
    for wire in wires:
        if wire in curves and curves[wire].points:
            curves = curves if curves is not layout.curves else dict(curves)
            curves[wire] = replace(curves[wire], points=tuple(point(*p) for p in curves[wire].points))
    return _with_layout(diagram, places=places, notes=notes, curves=curves)


def place_at(diagram: Diagram, positions: Mapping[Id, Point]) -> Diagram:
    """Put nodes and notes at these places."""
    places, notes = dict(diagram.layout.places), dict(diagram.layout.notes)
    for item, (x, y) in positions.items():
        if item in notes:
            notes[item] = replace(notes[item], x=x, y=y)
        else:
            places[item] = replace(places.get(item, ORIGIN), x=x, y=y)
    return _with_layout(diagram, places=places, notes=notes)


def position_of(diagram: Diagram, item: Id) -> Point | None:
    """Where a node or note is, None for other items."""
    if item in diagram.layout.notes:
        note = diagram.layout.notes[item]
        return note.x, note.y
    if item in diagram.content.nodes:
        place = diagram.layout.places.get(item, ORIGIN)
        return place.x, place.y
    return None


def centre_of(diagram: Diagram, items: Iterable[Id]) -> Point:
    """Middle of the box around the centres of the items, the origin where there are none."""
    found = [at for at in (position_of(diagram, item) for item in items) if at is not None]
    if not found:
        return 0.0, 0.0
    xs, ys = [x for x, _ in found], [y for _, y in found]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def rotate(diagram: Diagram, items: Iterable[Id], degrees: float = 90.0, grid: float = 0.0) -> Diagram:
    """Turn items about the middle of them all; quarter turns keep items that are on the `grid` on it."""
    bodies, wires = moving_parts(diagram, items)
    cx, cy = _snapped_centre(diagram, bodies, grid)
    quarter = int(degrees // 90) % 4 if degrees % 90 == 0 else None
    cos, sin = (
        (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
        if quarter is None
        else ((1.0, 0.0, -1.0, 0.0)[quarter], (0.0, 1.0, 0.0, -1.0)[quarter])
    )

    def point(x: float, y: float) -> Point:
        return cx + (x - cx) * cos + (y - cy) * sin, cy - (x - cx) * sin + (y - cy) * cos

    return _transform(diagram, bodies, wires, point, lambda place: replace(place, turn=(place.turn + degrees) % 360.0))


def mirror(
    diagram: Diagram, items: Iterable[Id], axis: Literal["horizontal", "vertical"], grid: float = 0.0
) -> Diagram:
    """Exchange left and right (horizontal) or top and bottom (vertical) about the middle of all items."""
    bodies, wires = moving_parts(diagram, items)
    cx, cy = _snapped_centre(diagram, bodies, grid)

    def point(x: float, y: float) -> Point:
        return (2 * cx - x, y) if axis == "horizontal" else (x, 2 * cy - y)

    def turned(place: Place) -> Place:
        turn = -place.turn if axis == "horizontal" else 180.0 - place.turn
        return replace(place, turn=turn % 360.0, flip=not place.flip)

    return _transform(diagram, bodies, wires, point, turned)


def _snapped_centre(diagram: Diagram, bodies: Iterable[Id], grid: float) -> Point:
    x, y = centre_of(diagram, bodies)
    return (round(x / grid) * grid, round(y / grid) * grid) if grid else (x, y)


def align(diagram: Diagram, items: Iterable[Id], side: Side, boxes: Mapping[Id, Box]) -> Diagram:
    """Line up nodes and notes by a side or centre of their boxes (left, top, right, bottom)."""
    found = {item: boxes[item] for item in sorted(items) if item in boxes and position_of(diagram, item) is not None}
    if len(found) < 2:
        raise Error("Aligning needs at least two items.")
    left, top = min(b[0] for b in found.values()), min(b[1] for b in found.values())
    right, bottom = max(b[2] for b in found.values()), max(b[3] for b in found.values())
    for item, box in found.items():
        dx, dy = {
            "left": (left - box[0], 0.0),
            "right": (right - box[2], 0.0),
            "top": (0.0, top - box[1]),
            "bottom": (0.0, bottom - box[3]),
            "centre": ((left + right - box[0] - box[2]) / 2, 0.0),
            "middle": (0.0, (top + bottom - box[1] - box[3]) / 2),
        }[side]
        diagram = shift(diagram, (item,), (), dx, dy)
    return diagram


def distribute(diagram: Diagram, items: Iterable[Id], axis: Literal["horizontal", "vertical"]) -> Diagram:
    """Space the centres of nodes and notes evenly between the two outermost."""
    along = 0 if axis == "horizontal" else 1
    found = [(at[along], item, at) for item in items if (at := position_of(diagram, item)) is not None]
    if len(found) < 3:
        raise Error("Distributing needs at least three items.")
    found.sort()
    first, last = found[0][0], found[-1][0]
    for number, (_, item, at) in enumerate(found):
        wanted = first + (last - first) * number / (len(found) - 1)
        diagram = place_at(diagram, {item: (wanted, at[1]) if along == 0 else (at[0], wanted)})
    return diagram


def to_grid(diagram: Diagram, items: Iterable[Id], grid: float) -> Diagram:
    """Move the centres of nodes and notes to the nearest points of the grid."""
    snapped = {}
    for item in contents(diagram.content, items):
        at = position_of(diagram, item)
        if at is not None:
            snapped[item] = (round(at[0] / grid) * grid, round(at[1] / grid) * grid)
    return place_at(diagram, snapped)


# -------------------------------------------------------------------------------------------------- legs, wires, looks


def place_leg(diagram: Diagram, leg: Id, angle: float, shift: float = 0.0, length: float | None = None) -> Diagram:
    """Let a leg leave its body along `angle` (before the body's own turn)."""
    legs = {**diagram.layout.legs, leg: LegPlace(angle % 360.0, shift, length)}
    return _with_layout(diagram, legs=legs)


def set_curve(
    diagram: Diagram, wires: Iterable[Id], style: CurveStyle | None = None, points: Sequence[Point] | None = None
) -> Diagram:
    """Set the style or the way-points of wires."""
    curves = dict(diagram.layout.curves)
    for wire in wires:
        old = curves.get(wire, Curve())
        new = Curve(old.style if style is None else style, old.points if points is None else tuple(points))
        curves[wire] = new
        if new == Curve():
            del curves[wire]
    return _with_layout(diagram, curves=curves)


def set_look(diagram: Diagram, items: Iterable[Id], **fields: Any) -> Diagram:
    """Set shape, colour, weight or `collapsed` of items."""
    looks = dict(diagram.layout.looks)
    for item in items:
        look = replace(looks.get(item, Look()), **fields)
        looks[item] = look
        if look == Look():
            del looks[item]
    return _with_layout(diagram, looks=looks)


def set_size(diagram: Diagram, node: Id, width: float | None, height: float | None) -> Diagram:
    """Override the size of a body; None lets the label decide."""
    places = dict(diagram.layout.places)
    places[node] = replace(places.get(node, ORIGIN), width=width, height=height)
    return _with_layout(diagram, places=places)


def offset_label(diagram: Diagram, item: Id, offset: Point | None) -> Diagram:
    """Move a label away from its natural place; None puts it back."""
    labels = {owner: at for owner, at in diagram.layout.labels.items() if owner != item}
    if offset is not None:
        labels[item] = offset
    return _with_layout(diagram, labels=labels)


def takes_remarks(diagram: Diagram, item: Id) -> bool:
    """Whether something can be noted of this item: a node, wire, region or leg that is there."""
    content = diagram.content
    known = item in content.nodes or item in content.wires or item in content.regions
    return known or item in all_legs(diagram)


def set_remark(diagram: Diagram, item: Id, text: str) -> Diagram:
    """Note something of a node, wire, region or leg, which is not drawn; an empty text takes the remark away. Raises `Error`
    for any other item."""
    if not takes_remarks(diagram, item):
        raise Error("That item no longer exists, or is none that something can be noted of.")
    remarks = {other: remark for other, remark in diagram.layout.remarks.items() if other != item}
    if text.strip():
        remarks[item] = text.strip()
    return _with_layout(diagram, remarks=remarks)


def add_note(diagram: Diagram, text: str, x: float, y: float) -> tuple[Diagram, Id]:
    """Put free text on the page; returns its id too."""
    draft = Draft(diagram)
    note = draft.note(text, x, y)
    return draft.build(), note.id


def add_table(diagram: Diagram, x: float, y: float, heading: str = "Legs") -> tuple[Diagram, Id]:
    """Put the table of legs on the page, with the left end of its heading's baseline there; returns its id too."""
    draft = Draft(diagram)
    note = draft.note(heading, x, y)
    draft.change(note.id, table=True)
    return draft.build(), note.id


def add_panel(diagram: Diagram, letter: str, frame: Iterable[Id], x: float, y: float) -> tuple[Diagram, Id]:
    """Put the letter of a panel that shows these items on the page; returns its id too."""
    draft = Draft(diagram)
    note = draft.note(letter, x, y)
    draft.change(note.id, frame=tuple(frame))
    return draft.build(), note.id


def add_chart(diagram: Diagram, chart: Chart, title: str, x: float, y: float) -> tuple[Diagram, Id]:
    """Put a chart under its title on the page, with its left upper corner there; returns its id too."""
    draft = Draft(diagram)
    note = draft.note(title, x, y)
    draft.change(note.id, chart=chart)
    return draft.build(), note.id


def set_chart(diagram: Diagram, note: Id, **fields: Any) -> Diagram:
    """Change fields of a chart. Raises `Error` where it then could not be drawn."""
    found = diagram.layout.notes.get(note)
    if found is None or found.chart is None:
        raise Error("That chart no longer exists.")
    made = replace(found.chart, **fields)
    if fault := chart_fault(made):
        raise Error(f"The chart cannot be drawn so: {fault}.")
    return _with_layout(diagram, notes={**diagram.layout.notes, note: replace(found, chart=made)})


def remove_tables(diagram: Diagram) -> Diagram:
    """Take the tables of legs off the page."""
    kept = {item: note for item, note in diagram.layout.notes.items() if not note.table}
    return _with_layout(diagram, notes=kept)


def change_note(diagram: Diagram, note: Id, text: str) -> Diagram:
    """Change the text of a note; an empty text removes it, if it is all there is to it."""
    notes: dict[Id, Note] = dict(diagram.layout.notes)
    if text.strip() or notes[note].table or notes[note].chart is not None:
        notes[note] = replace(notes[note], text=text)
    else:
        del notes[note]
    return _with_layout(diagram, notes=notes)


def forgotten_layout(layout: Layout, kept: set[Id]) -> Layout:
    """The layout without what belongs to items that are not kept."""
    return Layout(
        {item: place for item, place in layout.places.items() if item in kept},
        {item: place for item, place in layout.legs.items() if item in kept},
        {item: curve for item, curve in layout.curves.items() if item in kept},
        {item: look for item, look in layout.looks.items() if item in kept},
        {item: at for item, at in layout.labels.items() if item in kept},
        {item: note for item, note in layout.notes.items() if item in kept},
        {item: text for item, text in layout.remarks.items() if item in kept},
    )
