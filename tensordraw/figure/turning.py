"""The whole drawing by a quarter turn: a stream that ran upwards then runs to the right, on its side, and back.

Words stay level, so bodies keep their form and only their legs and places turn. Words are wider than high: what was a
distance upwards needs more room as a distance to the right, and less the other way round. Gaps up to `NEAR` stay, so
that legs that were level with each other still are; of a longer one only what is beyond is stretched, by `WIDER`, and
more where bodies would stand in each other's way. Where that is not so, turning there and back gives the same places.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from tensordraw.diagram.records import Add, Diagram, Id, LegPlace, Look, Node, Place, Tensor, node_legs
from tensordraw.figure.angles import absolute
from tensordraw.figure.arranging_sizes import body_half, wire_width
from tensordraw.figure.index import index
from tensordraw.figure.paths import Point, tidy
from tensordraw.figure.regions import MARGIN, kind

NEAR = 16.0
WIDER = 1.4
_APART = 9.0  # between bodies behind each other
_FREE = 22.0  # beside the borders between bodies, which keep away from lines and words as well
_BESIDE = 60.0  # from the outermost bodies to the table of legs
_REACH = 160.0  # bodies that are farther from each other than this are not asked for their sizes
_NOWHERE, _PLAIN = Place(0.0, 0.0), Look()


def turned(diagram: Diagram, *, upright: bool = False, open_legs: Mapping[Id, LegPlace] | None = None) -> Diagram:
    """The diagram turned by 90 degrees: clockwise, what ran upwards runs to the right; or with `upright` the other way.

    `open_legs` says where legs leave that lead nowhere and that the layout has no place for.
    """
    if not upright:
        diagram = _centred(diagram)
    content, layout = diagram.content, diagram.layout
    places = {node: layout.places.get(node, _NOWHERE) for node in content.nodes} | layout.places
    spots = [
        *((place.x, place.y) for place in places.values()),
        *(point for curve in layout.curves.values() for point in curve.points),
    ]
    if not spots:
        return diagram
    sign = 1.0 if upright else -1.0  # clockwise, with y downwards, (x, y) goes to (-y, x)
    below: Sequence[tuple[float, float, float]] = ()
    needs: Sequence[tuple[float, float, float]] = ()
    if not upright:
        below = list(_below(diagram, {node: (-places[node].y, places[node].x) for node in content.nodes}))
    down = respaced((-sign * x for x, _ in spots), 1.0 / WIDER, below)
    if not upright:
        needs = list(_needs(diagram, {node: (-places[node].y, down(places[node].x)) for node in content.nodes}))
    across = respaced((sign * y for _, y in spots), WIDER, needs)

    def point(x: float, y: float) -> Point:
        return across(sign * y), down(-sign * x)

    given = {**(open_legs or {}), **layout.legs}
    legs: dict[Id, LegPlace] = {}
    for item, place in places.items():
        x, y = point(place.x, place.y)
        node = content.nodes.get(item)
        angle = sign * 90.0
        if node is None or _wide_as_its_legs(node, place):
            place = replace(place, width=place.height, height=place.width)
        if node is not None and _has_a_tip(node, layout.looks.get(item, _PLAIN)):
            place = replace(place, turn=(place.turn + angle) % 360.0)
            angle = 0.0
        elif place.flip:
            angle = -angle
        places[item] = replace(place, x=x, y=y)
        for leg in node_legs(node) if node is not None else ():
            if leg.id in given:
                legs[leg.id] = replace(given[leg.id], angle=(given[leg.id].angle + angle) % 360.0)
    for port_leg, at in given.items():
        legs.setdefault(port_leg, replace(at, angle=(at.angle + sign * 90.0) % 360.0))
    notes, charts = {}, 0.0
    for note in layout.notes.values():
        x, y = point(note.x, note.y)
        xs, ys = [place.x for place in places.values()] or [0.0], [place.y for place in places.values()] or [0.0]
        if note.table or note.chart is not None:  # no room where it was: below what is wide, beside what is high
            x, y = (max(xs) + _BESIDE, max(ys) - _BESIDE) if upright else (min(xs) - 10.0, max(ys) + _BESIDE)
        if note.chart is not None:  # one beside the other, or below it
            x, y = (x, min(ys) + charts) if upright else (x + charts, y)
            charts += note.chart.width + 24.0
        notes[note.id] = replace(note, x=x, y=y)
    curves = {
        wire: replace(curve, points=tuple(point(*p) for p in curve.points)) for wire, curve in layout.curves.items()
    }
    labels = {owner: (sign * dy, -sign * dx) for owner, (dx, dy) in layout.labels.items()}
    return replace(diagram, layout=replace(layout, places=places, legs=legs, notes=notes, curves=curves, labels=labels))


def respaced(
    coordinates: Iterable[float], factor: float, needs: Sequence[tuple[float, float, float]] = ()
) -> Callable[[float], float]:  # fmt: skip
    """A map of one coordinate that keeps order and gaps up to `NEAR`, and multiplies what longer ones have beyond that.

    The least coordinate stays. `needs` are (from, to, least distance between what these become), `from` being the lesser.
    """
    knots: list[float] = []
    for value in sorted(coordinates):
        if not knots or value - knots[-1] > 1e-6:
            knots.append(value)
    wanted: dict[int, list[tuple[int, float]]] = {}
    for start, end, least in needs:
        before, after = (bisect_right(knots, value + 1e-6) - 1 for value in (start, end))
        wanted.setdefault(after, []).append((before, least))
    moved = knots[:1]
    for k in range(1, len(knots)):
        gap = knots[k] - knots[k - 1]
        usual = moved[-1] + min(gap, NEAR) + max(0.0, gap - NEAR) * factor
        moved.append(max([usual, *(moved[before] + least for before, least in wanted.get(k, ()))]))

    def at(value: float) -> float:
        place = bisect_right(knots, value + 1e-6) - 1
        if place < 0:
            return tidy(value - knots[0] + moved[0])
        if place + 1 == len(knots):
            return tidy(moved[place] + value - knots[place])
        share = (value - knots[place]) / (knots[place + 1] - knots[place])
        return tidy(moved[place] + share * (moved[place + 1] - moved[place]))

    return at


def _needs(diagram: Diagram, spots: Mapping[Id, Point]) -> Iterator[tuple[float, float, float]]:
    """How far bodies that stand behind each other must be apart to the right, with the words at the wire between them."""
    content, found, halves = diagram.content, index(diagram.content), _halves(diagram)
    words: dict[tuple[Id, Id], float] = {}
    for wire in content.wires.values():
        first, second = (found.owner[end] for end in wire.ends)
        wide = wire_width(wire, *(found.legs[end] for end in wire.ends))
        for pair in ((first, second), (second, first)):
            words[pair] = max(words.get(pair, 0.0), wide + 3.0)
    order = sorted(spots, key=lambda node: spots[node][0])
    for k, one in enumerate(order):
        for other in order[k + 1 :]:
            (x, y), (x2, y2) = spots[one], spots[other]
            if x2 - x > _REACH:
                break
            if x2 - x > 1e-6 and abs(y2 - y) < halves[one][1] + halves[other][1]:
                room = max(_APART, words.get((one, other), 0.0))
                yield x, x2, halves[one][0] + halves[other][0] + room


def _below(diagram: Diagram, spots: Mapping[Id, Point]) -> Iterator[tuple[float, float, float]]:
    """How far bodies of different regions must stay apart above each other, for the borders between them: not squeezed there."""
    content, halves = diagram.content, _halves(diagram)
    order = sorted(spots, key=lambda node: spots[node][1])
    chain = index(content).chain
    inside = {node: set(chain[content.nodes[node].inside]) for node in order}
    for k, one in enumerate(order):
        for other in order[k + 1 :]:
            (x, y), (x2, y2) = spots[one], spots[other]
            if y2 - y > _REACH:
                break
            borders = sum(MARGIN[kind(content.regions[region])] for region in inside[one] ^ inside[other])
            if borders and y2 - y > 1e-6 and abs(x2 - x) < halves[one][0] + halves[other][0] + borders:
                yield y, y2, min(y2 - y, halves[one][1] + halves[other][1] + borders + _FREE)


def _halves(diagram: Diagram) -> dict[Id, Point]:
    """Half width and half height of each body once it lies on its side."""
    content, layout, halves = diagram.content, diagram.layout, {}
    for node in content.nodes.values():
        shifts = [abs(layout.legs[leg.id].shift) for leg in node_legs(node) if leg.id in layout.legs]
        wide, high = body_half(node, content, max(shifts, default=0.0), layout.looks.get(node.id))
        halves[node.id] = (wide if not isinstance(node, Add) else 10.5, high)
    return halves


def _centred(diagram: Diagram) -> Diagram:
    """Wide bodies whose legs up and down stand aside from their middle, as room for the word, stand over their legs."""
    content, layout = diagram.content, diagram.layout
    places, legs = dict(layout.places), dict(layout.legs)
    for node in content.nodes.values():
        place = places.get(node.id)
        upright = {leg.id: legs[leg.id] for leg in node_legs(node) if leg.id in legs and leg.index is None}
        if place is None or not isinstance(node, Tensor) or len(upright) < sum(leg.index is None for leg in node.legs):
            continue
        aside = set()
        for at in upright.values():
            angle, shift = absolute(at, place)
            aside.add(-shift if angle == 90.0 else shift if angle == 270.0 else 0.0)
        if len(aside) == 1 and (offset := aside.pop()):
            places[node.id] = replace(place, x=place.x + offset)
            legs.update({leg: replace(at, shift=0.0) for leg, at in upright.items()})
    return replace(diagram, layout=replace(layout, places=places, legs=legs))


def _wide_as_its_legs(node: Node, place: Place) -> bool:
    """Whether the size that was set is for the legs, not for the words."""
    return isinstance(node, Add) or (place.width is not None and place.height is not None)


def _has_a_tip(node: Node, look: Look) -> bool:
    """Whether the node is a triangle, which turns with its legs."""
    return isinstance(node, Tensor) and (look.shape == "triangle" or (look.shape is None and node.form == "isometry"))


__all__ = ["respaced", "turned"]
