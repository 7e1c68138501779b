"""A figure of a given width: the layout is stretched or squeezed, lines and letters keep their size.

It is squeezed as far as nothing is pushed onto anything else, signs of equations keep air around them and wires can be seen
between their ends, and the printer scales the rest; it is stretched to at most `MOST`, and stands in the middle of a wider page.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tensordraw.diagram.records import Diagram, Id, Note, Place, node_legs
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.display import Figure
from tensordraw.figure.paths import bounds, grown, overlap

MOST = 1.6
AIR = 4.0  # points beside a sign
SHORTEST = 6.0  # points of a wire that was longer
_CLOSE = 0.02  # points
_TRIES = 8
_STEPS = (0.6, 0.7, 0.8, 0.9)  # how far to squeeze where the whole way is too far


def stretched(diagram: Diagram, factor: float, natural: Figure | None = None) -> Diagram:
    """The diagram with all places, way-points, lengths of open legs and distances of parallel legs multiplied. Sizes of
    bodies stay, but one whose size is given grows where its legs move apart, so that their wires stay straight; where the
    `natural` figure says how large notes are, their middles are what moves."""
    layout = diagram.layout
    return replace(
        diagram,
        layout=replace(
            layout,
            places={k: _moved(diagram, k, p, factor) for k, p in layout.places.items()},
            legs={
                k: replace(p, shift=p.shift * factor, length=_long(p.length, factor)) for k, p in layout.legs.items()
            },
            curves={
                k: replace(c, points=tuple((x * factor, y * factor) for x, y in c.points))
                for k, c in layout.curves.items()
            },
            notes=_noted(layout.notes, factor, natural),
        ),
    )


def _long(length: float | None, factor: float) -> float | None:
    return None if length is None else max(min(length, SHORTEST), length * factor)


def _noted(notes: Mapping[Id, Note], factor: float, natural: Figure | None) -> dict[Id, Note]:
    found = {item.owner: item.box for item in natural.items if item.owner in notes} if natural is not None else {}
    out = {}
    for item, note in notes.items():
        left, top, right, bottom = found.get(item, (note.x, note.y, note.x, note.y))
        more = factor - 1.0
        out[item] = replace(note, x=note.x + more * (left + right) / 2, y=note.y + more * (top + bottom) / 2)
    return out


def _moved(diagram: Diagram, item: Id, place: Place, factor: float) -> Place:
    width, height = place.width, place.height
    if factor > 1.0 and (width is not None or height is not None) and item in diagram.content.nodes:
        found = [diagram.layout.legs.get(leg.id) for leg in node_legs(diagram.content.nodes[item])]
        more = 2.0 * (factor - 1.0)
        if width is not None:
            width += more * max((abs(p.shift) for p in found if p and p.angle % 180.0 == 90.0), default=0.0)
        if height is not None:
            height += more * max((abs(p.shift) for p in found if p and p.angle % 180.0 == 0.0), default=0.0)
    return replace(place, x=place.x * factor, y=place.y * factor, width=width, height=height)


def fitted(diagram: Diagram, theme: str, width: float, padding: float = 1.0) -> Figure:
    """The figure for a page `width` points wide, padding included; wider than that where it cannot be squeezed so far."""
    natural = build(diagram, theme)
    wanted = width - 2 * padding
    reach = natural.box[2] - natural.box[0]
    if abs(reach - wanted) < _CLOSE or not diagram.layout.places:
        return natural
    if wanted > reach:
        widest = _of_width(diagram, theme, wanted, natural) or build(stretched(diagram, MOST, natural), theme)
        return _centred(widest, wanted)
    known, airless, short = set(clashes(diagram, natural)), _airless(natural), _short(diagram, natural)
    exact = _of_width(diagram, theme, wanted, natural)
    for made in (exact, *(build(stretched(diagram, step, natural), theme) for step in _STEPS)):
        if (
            made is not None
            and made.box[2] - made.box[0] >= wanted - _CLOSE
            and airless.issuperset(_airless(made))
            and short.issuperset(_short(diagram, made))
            and known.issuperset(clashes(diagram, made))
        ):
            return made
    return natural


def _airless(figure: Figure) -> set[tuple[Id, Id]]:
    """Signs with the labels and bodies that stand too near them."""
    boxes = [
        (item.owner, bounds(shape.path))
        for item in figure.items
        for shape in item.shapes
        if shape.role in ("label", "body") and shape.path
    ]
    return {
        (sign, owner) for sign, box in figure.signs.items() for owner, other in boxes if overlap(grown(box, AIR), other)
    }


def _short(diagram: Diagram, figure: Figure) -> set[Id]:
    """Wires of which next to nothing is seen."""
    return {
        item.owner
        for item in figure.items
        if item.owner in diagram.content.wires
        for left, top, right, bottom in (
            bounds(shape.path) for shape in item.shapes if shape.role == "wire" and shape.path
        )
        if max(right - left, bottom - top) < SHORTEST
    }


def _of_width(diagram: Diagram, theme: str, wanted: float, natural: Figure) -> Figure | None:
    """The figure stretched to just this width, by the secant method; None where that is more than `MOST`."""
    reach = _width(natural)
    before, factor = (1.0, reach), wanted / reach
    for _ in range(_TRIES):
        if not 0.2 < factor <= 2 * MOST:
            return None
        made = build(stretched(diagram, factor, natural), theme)
        reach = _width(made)
        if abs(reach - wanted) < _CLOSE:
            return made if factor <= MOST else None
        slope = (reach - before[1]) / (factor - before[0])
        if slope <= 0:
            return None
        before, factor = (factor, reach), factor + (wanted - reach) / slope
    return None


def _width(figure: Figure) -> float:
    return figure.box[2] - figure.box[0]


def _centred(figure: Figure, wanted: float) -> Figure:
    left, top, right, bottom = figure.box
    spare = max(0.0, wanted - (right - left)) / 2
    return replace(figure, box=(left - spare, top, right + spare, bottom))
