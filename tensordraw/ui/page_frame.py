"""The page of the figure on the canvas: the edges of the column that it is exported for, with what comes out named at the
corner. It follows the drawing; its right edge is dragged to choose another width, which is an option of the document.

The page is measured off the window's thread (`figure.page`), because a drawing is laid out several times to find what its
column does to it; meanwhile the last measure stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tensordraw.diagram.exports import Export
from tensordraw.diagram.records import Diagram
from tensordraw.editor import events
from tensordraw.figure.display import Box
from tensordraw.figure.lengths import PRESETS, points
from tensordraw.ui.background import Background
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.overlay import CHIP, tint

if TYPE_CHECKING:
    from tensordraw.figure.page import Page

SOON = 120  # ms after a change until the page is measured
EDGE = 9  # pixels beside the right edge that take hold of it
BESIDE = 1  # pixels between the right edge and the strip that takes hold of it: what ends there can be grasped
NEAR = 5  # pixels within which a drag takes a preset's width
GRIP = 34.0  # pixels, the height of the mark at the edge
EMPTY = 80.0  # units, the height of a page without a drawing
NARROWEST = 20.0  # mm
_MM = 25.4 / 72
CTRL = Qt.KeyboardModifier.ControlModifier


def _measured(document: Diagram) -> Page:
    """The page of the document's export; how figures are exported is read by layers that the first paint does not wait for."""
    from tensordraw.figure.page import page

    return page(document)


class Edge(QWidget):
    """The strip beside the page's right edge: `dragged` tells each x of a drag in pixels of the canvas and whether Ctrl is
    held, `dropped` its end, `left` that it was given up."""

    dragged = Signal(float, bool)
    dropped = Signal()
    left = Signal()

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName("Right edge of the figure's page")
        self.setToolTip(
            "Drag to set the width of the figure, Ctrl: to any width; the document's properties have it as a field"
        )
        self.begun: float | None = None  # where the pointer holds it

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.begun = event.position().x() + BESIDE
            self.setFocus()  # for Esc

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.begun is not None:
            x = self.mapToParent(event.position()).x() - self.begun
            self.dragged.emit(x, bool(event.modifiers() & CTRL))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.begun is not None and event.button() == Qt.MouseButton.LeftButton:
            self._end()
            self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.begun is not None and event.key() == Qt.Key.Key_Escape:
            self._end()
            self.left.emit()

    def _end(self) -> None:
        self.begun = None
        self.canvas.setFocus()


def _share(begun: Page, reach: float) -> float:
    """Points of the page's width for a unit between its edges, while they are dragged: one beyond the drawing, where the page
    then ends; within it the page stays around the drawing, and becomes narrower from what it was."""
    if begun.whole:
        return begun.width / begun.reach
    return 1.0 if reach >= begun.least else min(1.0, begun.width / max(begun.least, 1.0))


class PageFrame(QWidget):
    """For one canvas, which it covers without taking the mouse. `page` is the last measure, None before the first."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.setAccessibleName("Page of the figure")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.page: Page | None = None
        self.fault = ""  # why there is none
        self.measured: Diagram | None = None
        self.width_ = ""  # while the edge is dragged: the width it would set
        self._begun: Page | None = None  # the page before the drag
        self._asked = False  # it was called for just now
        self.edge = Edge(canvas)
        self.edge.dragged.connect(self._drag)
        self.edge.dropped.connect(self._drop)
        self.edge.left.connect(self._leave)
        self.measuring = Background(delay=SOON, parent=self)
        self.measuring.finished.connect(self._take)
        canvas.session.changed.connect(self.follow)
        canvas.view_changed.connect(self.place)
        canvas.installEventFilter(self)
        self.hide()
        self.edge.hide()
        self.lower()

    # ------------------------------------------------------------------------------------------------------ measuring

    def follow(self) -> None:
        """The document or what is shown of it changed."""
        state = self.canvas.session.state
        if not state.page:
            self.hide()
            self.edge.hide()
            self.measured = None
            return
        if self.isHidden():
            self._asked = True
            self.show()
        if state.document is not self.measured and not self.width_:
            self._measure(state.document)
        self.place()

    def _measure(self, document: Diagram) -> None:
        self.measured = document
        self.measuring.request(document, lambda: _measured(document))

    def _take(self, document: Diagram, found: Page | None, sentence: str | None) -> None:
        if document is not self.measured:
            return
        self.fault = sentence or ""
        self.page = found
        self.place()
        if self._asked and found is not None:
            self._asked = False
            canvas = self.canvas
            canvas.set_view(canvas.view.revealing(self.box(), canvas.width(), canvas.height(), 34))

    # ------------------------------------------------------------------------------------------------------- geometry

    def box(self) -> Box:
        """The page in units of the drawing, around the middle of what is drawn."""
        figure, reach = self.canvas.sheet.figure, 1.0 if self.page is None else self.page.reach
        if figure is None or not figure.items:
            return (-reach / 2, -EMPTY / 2, reach / 2, EMPTY / 2)
        left, top, right, bottom = figure.box
        pad = self.canvas.session.state.document.export.padding
        x, y, high = (left + right) / 2, (top + bottom) / 2, (bottom - top) + 2 * pad
        if self.page is not None and self.page.height:
            high = self.page.height
        return (x - reach / 2, y - high / 2, x + reach / 2, y + high / 2)

    def on_screen(self) -> QRectF:
        """The page in pixels of the canvas."""
        left, top, right, bottom = self.box()
        view = self.canvas.view
        return QRectF(QPointF(*view.to_screen(left, top)), QPointF(*view.to_screen(right, bottom)))

    def place(self) -> None:
        """Lie over the canvas, with the edge where the page ends."""
        if self.isHidden():
            return
        self.setGeometry(self.canvas.rect())
        rect = self.on_screen()
        self.edge.setGeometry(round(rect.right()) + BESIDE, round(rect.top()), EDGE, max(round(rect.height()), 12))
        self.edge.setVisible(self.page is not None)
        self.update()

    # ------------------------------------------------------------------------------------------------------- painting

    def words(self) -> str:
        """What is written at the corner."""
        if self.fault:
            return self.fault
        return "measuring the page…" if self.page is None else self.page.words

    def paintEvent(self, event: QPaintEvent) -> None:
        c, rect = self.canvas.colours, self.on_screen()
        warns = bool(self.fault) or (self.page is not None and self.page.warns)
        ink = QColor(c.warning if warns else c.faint)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.page is not None:
            painter.setPen(QPen(ink, 1.2))
            painter.drawRect(rect)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            middle = QPointF(rect.right() + EDGE / 2 + 0.5, min(max(rect.center().y(), GRIP), self.height() - GRIP))
            painter.drawRoundedRect(QRectF(middle.x() - 2, middle.y() - GRIP / 2, 4, GRIP), 2, 2)
        metrics, words = painter.fontMetrics(), self.words()
        wide, high = metrics.horizontalAdvance(words) + 2 * CHIP, metrics.height() + 4
        x = min(max(rect.left(), CHIP), max(self.width() - wide - CHIP, CHIP))
        y = min(max(rect.top() - high - 3, CHIP), self.height() - high - CHIP)
        label = QRectF(x, y, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint(c.canvas, 0.92))
        painter.drawRoundedRect(label, 5, 5)
        painter.setPen(ink)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)

    # ------------------------------------------------------------------------------------------------------- dragging

    def _drag(self, x: float, free: bool) -> None:
        """The right edge is at pixel x: say which width that is, in whole millimetres or a preset's."""
        from tensordraw.figure.page import named

        if self._begun is None:
            self._begun = self.page
        begun = self._begun
        if begun is None or self.page is None:
            return
        left, _, right, _ = self.box()
        middle = self.canvas.view.to_screen((left + right) / 2, 0)[0]
        reach = 2 * (x - middle) / self.canvas.view.scale
        share = _share(begun, reach)
        unit = self.canvas.view.scale / share  # pixels of half a point of the page's width
        millimetres = max(reach * share * _MM, NARROWEST)
        rounded = round(millimetres, 1) if free else round(millimetres)
        for preset in () if free else PRESETS.values():
            if not preset.height and abs(preset.width * _MM - millimetres) / _MM * unit / 2 < NEAR:
                rounded = round(preset.width * _MM, 1)
        self.width_ = f"{rounded:g}mm"
        points_ = points(self.width_)
        reach = begun.reach if begun.whole else max(points_, begun.least)  # as it will be when it is measured
        told = named(Export(width=self.width_), points_)
        self.page = replace(self.page, reach=reach, width=points_, words=told, warns=False)
        document = self.canvas.session.state.document
        self._measure(replace(document, export=replace(document.export, width=self.width_)))
        self.place()

    def _drop(self) -> None:
        width, self.width_, self._begun = self.width_, "", None
        if width:
            self.canvas.happened.emit(events.Run("set_figure_width", width))
        self.follow()

    def _leave(self) -> None:
        self.page, self.width_, self._begun = self._begun or self.page, "", None
        self.follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False
