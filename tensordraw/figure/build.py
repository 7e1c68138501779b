"""From a diagram to its figure: the display list that every printer draws.

`build` is a pure function of the document and the theme. It remembers the last figures of documents that are alive, and where
the new document is another state of one whose scene is known (a step of a drag, an edit), it recomputes only the neighbourhood of
what is other there.
"""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tensordraw.diagram.macros import applied
from tensordraw.diagram.records import Content, Diagram, Id, Place
from tensordraw.figure.assembly import follow, scene
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.display import Box, Figure, Item
from tensordraw.figure.index import akin, forget_indices
from tensordraw.figure.paths import EMPTY, grown, union
from tensordraw.figure.scene import Scene
from tensordraw.figure.signs import is_bare
from tensordraw.figure.themes import Theme
from tensordraw.figure.themes import theme as find_theme

_EMPTY_BOX: Box = (0.0, 0.0, 40.0, 20.0)

_KEPT = 32  # figures: a history of hundreds of large documents must not hold one each
_figures: dict[tuple[int, str], tuple[weakref.ref[Diagram], Figure]] = {}
_SCENES = 3  # of each theme: a thumbnail that is drawn meanwhile must not cost a large document its scene


class _Scenes(threading.local):
    """The last scenes of each theme, newest last. Each thread has its own: following a scene takes its tables over, and what
    is measured beside the window must not take that of the drawing that is edited there."""

    def __init__(self) -> None:
        self.kept: dict[str, list[tuple[Scene, Figure]]] = {}


_scenes = _Scenes()


def build(diagram: Diagram, theme: str = "paper") -> Figure:
    """The figure of a diagram in a theme; Error for an unknown theme."""
    key = (id(diagram), theme)
    known = _figures.get(key)
    if known is not None and known[0]() is diagram:
        return known[1]
    look, drawn = find_theme(theme), applied(diagram)
    last = _take_scene(theme, drawn)
    places = _places(drawn)
    made = None if last is None else follow(last[0], drawn, places)
    if made is not None and last is not None:
        figure = _figure(made, last[0], last[1])
    else:
        made = _whole(drawn, look, places)
        if last is not None:
            made.keep(last[0])
        figure = _figure(made, None, None)
    _scenes.kept.setdefault(theme, []).append((made, figure))
    for oldest in list(_figures)[: max(len(_figures) + 1 - _KEPT, 0)]:  # a copy: other threads draw too
        _figures.pop(oldest, None)
    _figures[key] = (weakref.ref(diagram, lambda _: _figures.pop(key, None)), figure)
    return figure


def from_nothing(diagram: Diagram, theme: str = "paper") -> Figure:
    """The same figure, computed in full: what `build` must give, however it came there."""
    drawn = applied(diagram)
    return _figure(_whole(drawn, find_theme(theme), _places(drawn)), None, None)


def _whole(drawn: Diagram, look: Theme, places: Mapping[Id, Place]) -> Scene:
    with _uncollected():
        return scene(drawn, look, places)


def scene_of(figure: Figure) -> Scene | None:
    """The scene that the figure shows, while it is among the last that this thread built in its theme."""
    return next((made for found in _scenes.kept.values() for made, shown in found if shown is figure), None)


def scene_for(diagram: Diagram, theme: str = "paper") -> Scene:
    """The scene of a diagram: that of its figure, or where that is gone one from nothing."""
    made = scene_of(build(diagram, theme))
    if made is None:
        drawn = applied(diagram)
        made = _whole(drawn, find_theme(theme), _places(drawn))
    return made


def _take_scene(theme: str, diagram: Diagram) -> tuple[Scene, Figure] | None:
    """The scene of the same content, which `follow` takes over, or of another state of the same drawing, if any."""
    found = _scenes.kept.get(theme, [])
    for place in reversed(range(len(found))):
        if found[place][0].diagram.content is diagram.content:
            return found.pop(place)
    for place in reversed(range(len(found))):
        if akin(found[place][0].diagram.content, diagram.content):
            return found.pop(place)
    while len(found) >= _SCENES:  # the small ones are made anew soonest
        del found[min(range(len(found)), key=lambda place: len(found[place][0].node_items))]
    return None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the cycle collector away: a scene makes a million tuples and no cycle, and scanning them takes as long again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def forget() -> None:
    """Drop all remembered figures and scenes, and the indices that others could follow."""
    _figures.clear()
    _scenes.kept.clear()
    forget_indices()


def _places(diagram: Diagram) -> dict[Id, Place]:
    """A place for each node: the layout's own table where it is complete."""
    places, nodes = diagram.layout.places, diagram.content.nodes
    if nodes.keys() <= places.keys():
        return places
    return places | _row([node for node in nodes if node not in places], diagram.content)


def _row(missing: list[Id], content: Content) -> dict[Id, Place]:
    return {node: Place(44.0 * k, 0.0) for k, node in enumerate(missing)}


def _figure(made: Scene, old: Scene | None, before: Figure | None) -> Figure:
    items = made.items()
    box = None
    if old is not None and before is not None:
        box = _box_after(made, old, before.box)
    if box is None:
        boxes = (_printed(item, made) for item in items)
        box = union(box for box in boxes if box[0] <= box[2])
    return Figure(items, _EMPTY_BOX if box == EMPTY else box, made.anchors, made.theme.background, made.signs)


def _printed(item: Item, made: Scene) -> Box:
    """The box of what is printed of an item: the border of a term in an equation is not, nor that of a sum with its sigma in
    front of one."""
    return ink_box(item.shapes) if item.owner in made.outlines and is_bare(made, item.owner) else item.box


def _box_after(made: Scene, old: Scene, box: Box) -> Box | None:
    """The box after a small change; None where something that reached its border changed."""
    tables = (
        (old.region_items, made.region_items), (old.wire_items, made.wire_items), (old.leg_items, made.leg_items),
        (old.node_items, made.node_items), (old.equation_items, made.equation_items),
    )  # fmt: skip
    if old.note_items is not made.note_items and old.note_items != made.note_items:
        return None
    fresh: list[Box] = []
    for owner in made.fresh:
        for was, now in tables:
            if owner in was and not _well_inside(_printed(was[owner], old), box):
                return None
            if owner in now:
                fresh.append(_printed(now[owner], made))
    return union([box, *(b for b in fresh if b[0] <= b[2])])


def _well_inside(inner: Box, outer: Box) -> bool:
    a, b = inner, grown(outer, -1e-6)  # an empty box is inside too
    return a[0] > b[0] and a[1] > b[1] and a[2] < b[2] and a[3] < b[3]
