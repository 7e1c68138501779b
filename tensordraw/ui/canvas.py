"""The canvas: a widget that paints the figure of an editor state and turns mouse and keys into editor events.

What is painted is kept in a pixmap (the backing). An edit repaints only the boxes of changed items, scrolling moves the
pixmap, and during a gesture the items that move are taken out of it and painted on top, so a drag frame costs what the
moving items cost, however large the rest is.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QWidget

from tensordraw.diagram.records import Id
from tensordraw.editor import events
from tensordraw.editor.state import Banding, Idle, Moving, State
from tensordraw.figure.display import Box, Figure
from tensordraw.ui import chart_handles, keys, overlay
from tensordraw.ui.backing import Backing
from tensordraw.ui.carrying import Carrying
from tensordraw.ui.halos import MANY, Halos
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import Sheet
from tensordraw.ui.presses import Presses
from tensordraw.ui.recolour import recolouring
from tensordraw.ui.session import Session
from tensordraw.ui.tiles import MIME
from tensordraw.ui.view import View

FOOT = 34  # pixels at the bottom that a fitted drawing leaves to the hint line
HOVER_DELAY = 500  # ms until a tooltip


class Canvas(QWidget):
    """Paints `state`; emits editor events as `happened`."""

    happened = Signal(object)
    view_changed = Signal()
    file_dropped = Signal(str, float, float)
    menu_asked = Signal(object)
    marker_pressed = Signal(str)  # the item whose problem was pressed on
    rested = Signal(object, object)  # the pointer rests on an item, there; None: it does not any more

    def __init__(self, colours: Colours, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("The drawing. The Outline lists the same tensors and legs as text.")
        self.colours = colours
        self.view = View()
        self.state: State | None = None
        self.sheet = Sheet()
        self.backing = Backing(self.sheet)
        self.hot: set[Id] = set()
        self.carrying: Carrying | None = None
        self.halos = Halos()
        self.grid = True
        self.presses = Presses()
        self.marks: dict[Id, str] = {}  # severity of the worst problem of an item
        self.beside: frozenset[Id] = frozenset()  # nodes that look attached to what they are not
        self.glow: frozenset[Id] = frozenset()  # highlighted from the code panel
        self.last_paint = 0.0  # ms, for the benchmark
        self._grip: QPoint | None = None  # where a panning drag was last
        self._space = False  # Space is down
        self._space_used = False
        self._sent_press = False
        self._fit_pending = False
        self._fitted: View | None = None  # the view of all, as long as it is that: it follows the canvas's size
        self._fitted_box: Box | None = None  # what it showed
        self.changed: frozenset[Id] = frozenset()  # the items that the last change of the drawing changed
        self._ringed = False  # the focus came by a key: show where it is
        self._hover_timer = QTimer(self, singleShot=True, interval=HOVER_DELAY)
        self._hover_timer.timeout.connect(self._rest)
        self._rests: Id | None = None  # the item that the pointer rests on
        self.bar: QWidget | None = None  # above the selection
        self.map: QWidget | None = None  # of the whole drawing
        self.corner = 0  # pixels from the right that the hint line leaves free

    # ------------------------------------------------------------------------------------------------------- showing

    def show_state(self, state: State, figure: Figure) -> None:
        """Paint this state, whose picture is `figure`."""
        live = not isinstance(state.tool, Idle | Banding) and state.preview is not None
        changed = self.sheet.show(figure)
        self.state = state
        chart_handles.point(self, self.cursor().shape())
        self._carry(state)
        if changed:
            owners = {item.owner for item in changed}
            self.changed = frozenset(owners)
            if live:
                if not owners <= self.hot:
                    now = self.sheet.owned(*(owners - self.hot))
                    self.backing.damage(self.view, [*(i.box for i in changed), *(made.item.box for made in now)])
                    self.hot |= owners
            else:
                self.backing.damage(self.view, [item.box for item in changed])
        if not live and self.hot and self.carrying is None:
            self.backing.damage(self.view, [made.item.box for made in self.sheet.owned(*self.hot)])
            self.hot = set()
        self.update()

    def _carry(self, state: State) -> None:
        """Begin or end to carry a large selection as a sprite."""
        carried = isinstance(state.tool, Moving) and state.tool.carried
        if carried and self.carrying is None:
            assert isinstance(state.tool, Moving)
            self.hot = set(state.tool.owners)
            self.carrying = Carrying(state.tool.owners)
            self._spoil(state.tool.owners)
        elif not carried and self.carrying is not None:
            self._spoil(self.carrying.owners)
            self.hot, self.carrying = set(), None

    def _spoil(self, owners: frozenset[Id]) -> None:
        """What these items cover is to be painted anew."""
        self.backing.damage(self.view, [made.item.box for made in self.sheet.owned(*owners)])

    def repaint_all(self) -> None:
        """Paint everything anew."""
        self.backing.forget()
        self.update()

    def set_colours(self, colours: Colours) -> None:
        """Another theme: everything is painted anew."""
        self.colours = colours
        self.sheet.recolour(recolouring(colours.figure))
        self.repaint_all()

    def set_view(self, view: View) -> None:
        """Show another part or zoom."""
        old, self.view = self.view, view
        if view == old:
            return
        if view.zoom == old.zoom:
            self.backing.scroll(view.x - old.x, view.y - old.y)
        else:
            self.backing.forget()
        self.update()
        self.view_changed.emit()

    def fit(self, box: Box | None = None) -> None:
        """Show the whole drawing, or this box; waits until the widget has its size."""
        if not self.isVisible() and box is None:
            self._fit_pending = True
            return
        self._fit_pending = False
        whole, figure = box is None, self.sheet.figure
        if box is None and figure is not None and figure.items:
            box = figure.box
        if box is None:
            self.set_view(View(x=self.width() // 2, y=self.height() // 2))
        else:
            self.set_view(self.view.fitted(box, self.width(), self.height() - FOOT))
        self._fitted, self._fitted_box = (self.view, box) if whole else (None, None)

    @property
    def is_fitted(self) -> bool:
        """Whether the view is the one that fitting gave."""
        return self.view == self._fitted

    def fit_when_shown(self) -> None:
        self._fit_pending = True
        if self.isVisible():
            self.fit()

    # ------------------------------------------------------------------------------------------------------ painting

    def paintEvent(self, event: object) -> None:
        clock = QElapsedTimer()
        clock.start()
        seen = self.backing.refresh(
            self.size(), self.devicePixelRatioF(), self.view, self.colours, grid=self.grid, without=self.hot
        )
        painter = QPainter(self)
        try:
            painter.drawPixmap(0, 0, seen)
            self._paint(painter)
        finally:
            painter.end()  # also after a fault of ours, else nothing could be painted any more
        self.last_paint = clock.nsecsElapsed() / 1e6

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.state is not None and self.sheet.figure is not None:
            moving, accent = self.state.tool, overlay.tint(self.colours.accent, 0.45)
            if self.carrying is not None and isinstance(moving, Moving):
                self.carrying.paint(painter, self.sheet, moving, self.view, self.size(), self.colours.faint)
            elif len(self.state.selection) > MANY:
                self.halos.paint(painter, self.sheet, self.view, self.size(), accent, self.state.selection)
            painter.save()
            painter.translate(self.view.x, self.view.y)
            painter.scale(self.view.scale, self.view.scale)
            if self.hot and self.carrying is None:
                box = self.view.box(0, 0, self.width(), self.height())
                self.sheet.paint(painter, box, self.view.scale, items=self.sheet.owned(*self.hot))
            overlay.paint_marks(painter, self)
            painter.restore()
            overlay.paint_words(painter, self)
        if self._ringed:
            painter.setPen(overlay.tint(self.colours.accent, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: object) -> None:
        figure = self.sheet.figure
        box = figure.box if figure is not None and figure.items else None
        # Who has drawn since chose to do so at this zoom: it stays.
        if (self._fit_pending or (self.is_fitted and box == self._fitted_box)) and self.isVisible():
            self.fit()

    def showEvent(self, event: object) -> None:
        if self._fit_pending:
            QTimer.singleShot(0, self.fit)

    # --------------------------------------------------------------------------------------------------------- mouse

    @property
    def pans(self) -> bool:
        """Whether Space is held, so that a drag moves the view."""
        return self._space

    def _at(self, position: QPointF) -> tuple[float, float]:
        return self.view.to_layout(position.x(), position.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._stir()
        if event.button() == Qt.MouseButton.MiddleButton or (
            self._space and event.button() == Qt.MouseButton.LeftButton
        ):
            self._grip, self._space_used = event.position().toPoint(), True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        x, y = self._at(event.position())
        button = keys.BUTTONS.get(event.button())
        if button:
            self._sent_press = True
            self.happened.emit(events.Press(x, y, self.view.scale, keys.modifiers(event), button))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            here = event.position().toPoint()
            self.set_view(self.view.moved(here.x() - self._grip.x(), here.y() - self._grip.y()))
            self._grip = here
            return
        x, y = self._at(event.position())
        self.happened.emit(events.Move(x, y, self.view.scale, keys.modifiers(event)))
        if self.state is None or self.state.hover != self._rests:
            self._stir()
        if self._rests is None:
            self._hover_timer.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self.setCursor(Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.ArrowCursor)
            return
        x, y = self._at(event.position())
        button = keys.BUTTONS.get(event.button())
        if button and self._sent_press:
            self._sent_press = False
            self.happened.emit(events.Release(x, y, self.view.scale, keys.modifiers(event), button))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x, y = self._at(event.position())
            self.happened.emit(events.DoubleClick(x, y, self.view.scale, keys.modifiers(event)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_timer.stop()
        self._stir()
        self.happened.emit(events.Leave())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._stir()
        at = (event.position().x(), event.position().y())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_view(self.view.zoomed(self.view.zoom * 1.0015 ** event.angleDelta().y(), at))
        else:
            delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and delta.x() == 0:
                delta = QPoint(delta.y(), 0)
            self.set_view(self.view.moved(delta.x(), delta.y()))
        event.accept()

    # ---------------------------------------------------------------------------------------------------- drag and drop

    def _kind(self, event: QDragMoveEvent | QDropEvent) -> str | None:
        return bytes(event.mimeData().data(MIME).data()).decode() if event.mimeData().hasFormat(MIME) else None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._kind(event) is not None or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        kind = self._kind(event)
        if kind is not None:
            x, y = self._at(event.position())
            self.happened.emit(events.DragKind(kind, x, y, self.view.scale, keys.words(event.modifiers())))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QEvent) -> None:
        self.happened.emit(events.DragKind(None))

    def dropEvent(self, event: QDropEvent) -> None:
        kind = self._kind(event)
        x, y = self._at(event.position())
        if kind is not None:
            self.happened.emit(events.DragKind(None))
            held = keys.words(event.modifiers())
            self.happened.emit(events.Insert(kind, x, y, modifiers=held, scale=self.view.scale))
            self.setFocus()
        else:
            for url in event.mimeData().urls():
                if url.isLocalFile():
                    self.file_dropped.emit(url.toLocalFile(), x, y)
        event.acceptProposedAction()

    # ---------------------------------------------------------------------------------------------------------- keys

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self.presses.takes(keys.stroke(event)):
            event.accept()  # then it comes as a key press, and no window shortcut fires
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            at = event.position()
            self.set_view(self.view.zoomed(self.view.zoom * (1 + event.value()), (at.x(), at.y())))
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed, self._space, self.presses.begun = False, False, ""
        self.unsetCursor()  # the hand of Space, whose release goes elsewhere now
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._stir()
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and not self.presses.begun:
            if not event.isAutoRepeat():
                self._space, self._space_used = True, False
                self.setCursor(Qt.CursorShape.OpenHandCursor)
            return
        if not self._press(keys.stroke(event)):
            super().keyPressEvent(event)

    def _press(self, stroke: str) -> bool:
        """Run the command of a stroke; whether it is for the canvas (a modifier alone is, while a second is waited for)."""
        command = self.presses.press(stroke) if stroke else None if not self.presses.begun else ""
        self.update()  # the hint says what may follow
        if command:
            self.happened.emit(events.Run(command))
        return command is not None

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and self._space:
            self._space = False
            self.unsetCursor()
            if not self._space_used:
                self._press("Space")
            return
        super().keyReleaseEvent(event)

    # ------------------------------------------------------------------------------------------------------- resting

    def _rest(self) -> None:
        if self.state is None or self.state.hover is None or not isinstance(self.state.tool, Idle):
            return
        self._rests = self.state.hover
        x, y = self.view.to_screen(*self.state.pointer)
        self.rested.emit(self._rests, self.mapToGlobal(QPoint(round(x), round(y))))

    def _stir(self) -> None:
        """The pointer does not rest any more."""
        if self._rests is not None:
            self._rests = None
            self.rested.emit(None, QPoint())
