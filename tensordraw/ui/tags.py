"""Letter tags over the visible items of a canvas: typing one selects its item, or connects the selection to it.

The key of connecting (`/`) and a tag connect where that of selecting (`;`) has shown the tags, unless it is a letter. Escape,
a click or a letter that no tag begins with takes them away.
"""

from __future__ import annotations

from itertools import product

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Id
from tensordraw.editor.actions.tagging import free_legs
from tensordraw.ui import keys
from tensordraw.ui.bindings import keys_of
from tensordraw.ui.canvas import Canvas

LETTERS = "asdfghjklqwertyuiopzxcvbnm"  # the home row first


def tags(count: int) -> list[str]:
    """So many different tags of the same length, as short as they can be."""
    length = 1
    while len(LETTERS) ** length < count:
        length += 1
    return ["".join(letters) for letters, _ in zip(product(LETTERS, repeat=length), range(count), strict=False)]


def visible_items(canvas: Canvas, connects: bool) -> dict[Id, tuple[float, float]]:
    """The items that are seen, with the pixel of their tag: nodes, regions and wires, or what has a free leg."""
    figure, state = canvas.sheet.figure, canvas.session.state
    if figure is None:
        return {}
    content, found = state.document.content, {}
    for item in figure.items:
        if item.owner in found or not (item.owner in content.nodes or item.owner in content.regions):
            continue
        if connects and (item.owner in state.selection or not free_legs(state.document, item.owner)):
            continue
        found[item.owner] = canvas.view.to_screen(item.box[0], item.box[1])
    wired = joined(state.document)
    for leg, anchor in figure.anchors.items():
        if connects and leg not in wired and leg not in state.selection:
            found[leg] = canvas.view.to_screen(*anchor.tip)
        if not connects and leg in wired and wired[leg] not in found and wired[leg] in content.wires:
            ends = [figure.anchors[end].tip for end in content.wires[wired[leg]].ends if end in figure.anchors]
            middle = [sum(values) / len(ends) for values in zip(*ends, strict=True)]
            found[wired[leg]] = canvas.view.to_screen(*middle)
    return {
        item: (x, y)
        for item, (x, y) in found.items()
        if -4 <= x <= canvas.width() - 4 and -4 <= y <= canvas.height() - 4
    }


class Tags(QWidget):
    """Lies over a canvas while a tag is typed. `picked` says the item, and whether it shall be connected."""

    picked = Signal(str, bool)
    left = Signal()

    def __init__(self, canvas: Canvas, connects: bool) -> None:
        super().__init__(canvas)
        self.canvas, self.connects, self.typed = canvas, connects, ""
        self.setAccessibleName("Tags of items")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGeometry(canvas.rect())
        self._done = False
        self._list()
        self.show()
        self.raise_()
        self.setFocus()

    def _list(self) -> None:
        self.places = visible_items(self.canvas, self.connects)
        self.named = dict(zip(tags(len(self.places)), self.places, strict=True))
        self.typed = ""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter = self.canvas.colours, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        for tag, item in self.named.items():
            if not tag.startswith(self.typed):
                continue
            x, y = self.places[item]
            box = QRectF(max(x - 6, 1), max(y - 8, 1), metrics.horizontalAdvance(tag.upper()) + 8, metrics.height() + 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.drop if self.connects else c.accent))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(c.on_accent))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tag.upper())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().lower()
        if not self.connects and letter not in list(LETTERS) and keys.stroke(event) in keys_of("wire_to_tag"):
            self.connects = True
            self._list()
            return
        if event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            return
        fitting = [tag for tag in self.named if letter and tag.startswith(self.typed + letter)]
        if event.key() == Qt.Key.Key_Escape or not fitting:
            self.leave()
        elif fitting == [self.typed + letter]:
            item = self.named[fitting[0]]
            self.leave()
            self.picked.emit(item, self.connects)
        else:
            self.typed += letter
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.leave()

    def leave(self) -> None:
        """Take the tags away."""
        if not self._done:
            self._done = True
            self.hide()
            self.left.emit()
            self.deleteLater()
