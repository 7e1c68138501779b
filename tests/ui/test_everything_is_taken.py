"""Whatever is drawn can be clicked, hovered, dragged and double-clicked where it is seen, at every zoom."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt

from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Diagram, Id, LegPlace, Operand, Tensor
from tensordraw.diagram.signs import sign_id
from tensordraw.editor import events
from tensordraw.editor.palette import KINDS
from tensordraw.figure.display import Figure
from tensordraw.figure.paths import bounds, flattened
from tests.ui.conftest import Hands
from tests.ui.drawn import Point, content, document, entries, place, put, state, undo

CHART = Chart("line", (Side("j", 5),), (3.0, 1.0, 0.5, 0.2, 0.1), name="S")
ZOOMS = (0.5, 1.0, 3.0)


def middle(figure: Figure, owner: Id, *roles: str) -> Point:
    """The middle of the largest shape of an item."""
    shapes = [
        bounds(s.path)
        for item in figure.items
        if item.owner == owner
        for s in item.shapes
        if s.role in roles and s.path
    ]
    left, top, right, bottom = max(shapes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
    return (left + right) / 2, (top + bottom) / 2


def on_border(figure: Figure, region: Id) -> Point:
    """The leftmost point of a region's border."""
    shapes = [s for item in figure.items if item.owner == region for s in item.shapes if s.role == "region"]
    return min(point for line in flattened(shapes[0].path) for point in line)


def seen(hands: Hands) -> Figure:
    figure = hands.canvas.sheet.figure
    assert figure is not None
    return figure


def look(hands: Hands, zoom: float, at: Point) -> None:
    """Show this point in the middle of the canvas."""
    canvas = hands.canvas
    canvas.set_view(canvas.view.zoomed(zoom, (0.0, 0.0)))
    x, y = canvas.view.to_screen(*at)
    canvas.set_view(canvas.view.moved(round(canvas.width() / 2 - x), round(canvas.height() / 2 - y)))


def take(hands: Hands, item: Id, at: Point, zoom: float, *, moves: bool = True) -> None:
    """Hover, click, double-click and drag an item there."""
    hands.window.send(events.Select(frozenset()))
    look(hands, zoom, at)
    hands.mouse(QEvent.Type.MouseMove, *at, Qt.KeyboardModifier.NoModifier)
    assert state(hands).hover == item
    hands.click(*at)
    assert state(hands).selection == {item}
    hands.window.send(events.Select(frozenset()))
    hands.double_click(*at)
    assert state(hands).selection == {item}
    hands.key(Qt.Key.Key_Escape)
    hands.window.send(events.Select(frozenset()))
    hands.canvas.setFocus()
    before, number = document(hands), entries(hands)
    hands.drag(at, (at[0] + 60 / zoom, at[1] + 90 / zoom))
    assert state(hands).selection == {item}
    if moves:
        assert entries(hands) == number + 1
        assert document(hands) != before
        undo(hands)
        assert document(hands) == before


NODES = tuple(kind.id for kind in KINDS if kind.region is None and kind.id != "paste")


BODIES = {"constant": ("label",)}  # the others have one


@pytest.mark.parametrize("kind", NODES)
def test_every_kind_is_taken_where_it_is_seen(hands: Hands, kind: str) -> None:
    item = put(hands, kind, 40.0, 24.0)
    for zoom in ZOOMS:
        at = (
            place(hands, item) if kind == "identity" else middle(seen(hands), item, *BODIES.get(kind, ("body", "note")))
        )
        take(hands, item, at, zoom)


def test_a_typed_constant_is_taken_anywhere_on_its_glyphs(hands: Hands) -> None:
    hands.window.send(events.Insert("", 40.0, 24.0, text="1/sqrt(head_size)"))
    (item,) = content(hands).nodes
    left, top, right, bottom = next(one.box for one in seen(hands).items if one.owner == item)
    for zoom in ZOOMS:
        for at in ((left, top), (right, bottom), (left, bottom), ((left + right) / 2, (top + bottom) / 2)):
            take(hands, item, at, zoom)
    far = (right + 14.0, top)
    look(hands, 1.0, far)
    hands.click(*far)
    assert not state(hands).selection


def test_a_pasted_value_is_taken(hands: Hands) -> None:
    put(hands, "copy", 0.0, 0.0)
    item = put(hands, "paste", 90.0, 0.0)
    for zoom in ZOOMS:
        take(hands, item, middle(seen(hands), item, "body"), zoom)


def whole() -> tuple[Diagram, dict[str, Id]]:
    """A drawing with a region of each kind, an add of terms, an equation, a note and a chart, far enough apart."""
    d = Draft()
    n, h = d.space("n", 3), d.space("h", 2)
    ids: dict[str, Id] = {}

    def vector(name: str, at: Point, inside: Id = ROOT) -> Tensor:
        made = d.tensor(name, [d.leg(n)], at, inside=inside)
        d.leg_places[made.legs[0].id] = LegPlace(90.0)  # away from where things are taken
        return made

    ids["bubble"] = d.bubble("relu").id
    vector("b", (0.0, 0.0), ids["bubble"])
    ids["sum"] = d.sum("i", h).id
    vector("s", (150.0, 0.0), ids["sum"])
    ids["repeat"] = d.repeat("l", h).id
    vector("r", (300.0, 0.0), ids["repeat"])
    ids["block"] = d.block("Block").id
    vector("k", (450.0, 0.0), ids["block"])
    first, second = d.term(), d.term()
    d.tensor("p", (), (0.0, 150.0), inside=first.id)
    d.tensor("q", (), (120.0, 150.0), inside=second.id)
    add = d.add([Operand(of=first.id), Operand((), "-1", of=second.id)], (), (60.0, 150.0))
    ids["add of terms"], ids["term"] = add.id, first.id
    one, other = d.term(), d.term()
    vector("v", (0.0, 300.0), one.id)
    vector("w", (120.0, 300.0), other.id)
    equation = d.equation([(one.id, "="), (other.id, "=")])
    ids["sign"], ids["bare term"] = sign_id(equation.id, other.id), one.id
    ids["note"] = d.note("some words", 300.0, 150.0).id
    made, ids["chart"] = edits_layout.add_chart(d.build(), CHART, "", 300.0, 250.0)
    return made, ids


@pytest.mark.parametrize(
    "what", ["bubble", "sum", "repeat", "block", "add of terms", "term", "sign", "bare term", "note", "chart"]
)
def test_regions_signs_notes_and_charts_are_taken(hands: Hands, what: str) -> None:
    made, ids = whole()
    hands.window.files.new(made)
    item = ids[what]
    for zoom in ZOOMS:
        figure = seen(hands)
        if what == "sign":
            left, top, right, bottom = figure.signs[item]
            at = (left + right) / 2, (top + bottom) / 2
        elif item in content(hands).regions:
            at = on_border(figure, item)
        else:
            at = middle(figure, item, "label") if what == "add of terms" else middle(figure, item, "body", "note")
        take(hands, item, at, zoom, moves=what not in ("sign", "add of terms"))
