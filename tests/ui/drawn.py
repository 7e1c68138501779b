"""What the tests of the rows ask a canvas: what is in the document, where it is painted, what the editor said."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tensordraw.diagram.records import Content, Diagram, Id, node_legs
from tensordraw.editor import events
from tensordraw.editor.state import State
from tensordraw.ui.popups import FilterList
from tensordraw.ui.tiles import MIME
from tests.ui.conftest import Hands

Point = tuple[float, float]
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def state(hands: Hands) -> State:
    return hands.canvas.session.state


def document(hands: Hands) -> Diagram:
    return state(hands).document


def content(hands: Hands) -> Content:
    return document(hands).content


def entries(hands: Hands) -> int:
    """How many steps can be undone."""
    return len(state(hands).history.past)


def undo(hands: Hands) -> None:
    hands.key(Qt.Key.Key_Z, CTRL)


def put(hands: Hands, kind: str, x: float, y: float) -> Id:
    """A kind at a place; its id."""
    hands.window.send(events.Insert(kind, x, y, scale=hands.canvas.view.scale))
    (item,) = state(hands).selection
    return item


def typed(hands: Hands, *texts: str) -> list[Id]:
    """Tensors written in the quick-insert field, one beside the other."""
    made = []
    for number, text in enumerate(texts):
        hands.window.send(events.Insert("", -60 + 100 * number, 0, text=text, scale=hands.canvas.view.scale))
        made += state(hands).selection
    return made


def pick(hands: Hands, *items: Id) -> None:
    hands.window.send(events.Select(frozenset(items)))
    hands.canvas.setFocus()
    QApplication.processEvents()


def legs(hands: Hands, node: Id) -> list[Id]:
    return [leg.id for leg in node_legs(content(hands).nodes[node])]


def tip(hands: Hands, leg: Id) -> Point:
    """Where a leg is grasped, as it is painted."""
    figure = hands.canvas.sheet.figure
    assert figure is not None
    return figure.anchors[leg].tip


def root(hands: Hands, leg: Id) -> Point:
    figure = hands.canvas.sheet.figure
    assert figure is not None
    return figure.anchors[leg].root


def place(hands: Hands, node: Id) -> Point:
    found = document(hands).layout.places[node]
    return found.x, found.y


def shown_place(hands: Hands, node: Id) -> Point:
    """Where a node is while a gesture is under way."""
    found = state(hands).shown.layout.places[node]
    return found.x, found.y


def join(hands: Hands, one: Id, other: Id) -> Id:
    """Draw a wire by hand; its id."""
    before = set(content(hands).wires)
    hands.drag(tip(hands, one), tip(hands, other))
    (wire,) = set(content(hands).wires) - before
    return wire


def middle_of(hands: Hands, owner: Id) -> Point:
    """A point on the centre line of a wire or on a border."""
    from tensordraw.figure.paths import flattened

    figure = hands.canvas.sheet.figure
    assert figure is not None
    shapes = [s for item in figure.items if item.owner == owner for s in item.shapes if s.role in ("wire", "region")]
    line = flattened(shapes[0].path)[0]
    (ax, ay), (bx, by) = line[(len(line) - 1) // 2], line[(len(line) - 1) // 2 + 1]
    return (ax + bx) / 2, (ay + by) / 2


def drop_kind(hands: Hands, kind: str, at: Point, *, release: bool = True) -> None:
    """Drag a palette tile over the canvas, as the window system tells it."""
    data = QMimeData()
    data.setData(MIME, kind.encode())
    canvas, copy, left = hands.canvas, Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    pixel = hands.pixel(*at)
    QApplication.sendEvent(canvas, QDragEnterEvent(pixel - QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(canvas, QDragMoveEvent(pixel, copy, data, left, none))
    if release:
        QApplication.sendEvent(canvas, QDropEvent(QPointF(pixel), copy, data, left, none))
    QApplication.processEvents()


def popup(hands: Hands) -> FilterList:
    """The open quick-insert menu."""
    (found,) = [one for one in hands.canvas.findChildren(FilterList) if one.isVisible()]
    return found


def rows(found: FilterList) -> list[str]:
    return [found.list.item(k).text() for k in range(found.list.count())]


def said(hands: Hands) -> str:
    return hands.window.said.text()
