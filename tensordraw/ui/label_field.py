"""The text field over the canvas that edits a label in place, with the rendered mathematics beneath it while typing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QWidget

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Path
from tensordraw.ui.compiled import qt_path
from tensordraw.ui.widgets import column, label, named

_SHORT = 30  # characters; a longer sentence is set in lines
_SENTENCE = 340  # pixels that they are wide


class Rendered(QWidget):
    """Paints glyph outlines; keeps the last good ones."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(60, 34)
        self.setAccessibleName("Preview of the label")
        self.path: Path = ()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.path:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = qt_path(self.path)
        box = path.boundingRect()
        scale = min(2.4, (self.width() - 8) / max(box.width(), 1), (self.height() - 6) / max(box.height(), 1))
        painter.translate(QRectF(self.rect()).center())
        painter.scale(scale, scale)
        painter.translate(QPointF(-box.center().x(), -box.center().y()))
        painter.fillPath(path, QColor(self.palette().windowText().color()))


class LabelField(QFrame):
    """Edits one label. Enter commits, Tab commits and asks for the next, Escape leaves it as it was."""

    committed = Signal(str, str, bool)  # item, text, go on to the next
    left = Signal()

    def __init__(
        self, parent: QWidget, item: Id, text: str, macros: str = "", formula: Callable[[str], str | None] | None = None,
        refusal: Callable[[str], str] | None = None,
    ) -> None:  # fmt: skip
        """`formula` gives the LaTeX that the figure will set for a text (None: the text is a name), or raises `Error`;
        `refusal` says why a text cannot stand here, "" where it can. What is refused stays in the field."""
        super().__init__(parent)
        self.item, self.macros, self.formula, self.refusal = item, macros, formula, refusal
        self.setProperty("role", "popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit(text)
        self.field.setAccessibleName("Label")
        self.field.installEventFilter(self)
        self.preview = Rendered()
        self.fault: QLabel = label("", "error", wrap=True)
        self.fault.hide()
        named(self, "Label editor", column(self.field, self.preview, self.fault, margins=(6, 6, 6, 4), spacing=2))
        self._done = False
        self._render_soon = QTimer(self, singleShot=True, interval=30)
        self._render_soon.timeout.connect(self._render)
        self.field.textChanged.connect(lambda _: self._render_soon.start())
        self._render_soon.start()

    def open_at(self, centre: tuple[float, float]) -> None:
        """Show it with its field over that point of the parent."""
        parent = self.parentWidget()
        assert parent is not None
        self.resize(200, self.sizeHint().height())
        x = min(max(round(centre[0] - 100), 4), max(parent.width() - 204, 4))
        y = min(max(round(centre[1] - 20), 4), max(parent.height() - self.height() - 4, 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.selectAll()
        self.field.setFocus()

    def _render(self) -> None:
        from tensordraw.ui.typeset import typeset

        path, fault = typeset(self.field.text(), self.macros, self.formula)
        self._show(path, fault)

    def _show(self, path: Path | None, fault: str) -> None:
        if path is not None:
            self.preview.path = path
            self.preview.update()
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.fault.setMinimumWidth(_SENTENCE if len(fault) > _SHORT else 0)
        self.adjustSize()
        self.resize(max(200, self.width()), self.sizeHint().height())

    def _finish(self, on: bool) -> None:
        if not self._done:
            self._done = True
            self.hide()
            self.committed.emit(self.item, self.field.text(), on)
            self.deleteLater()

    def commit(self) -> None:
        """Take what was typed, as Enter does."""
        self._finish(False)

    def dismiss(self) -> None:
        """Leave the label as it was."""
        if not self._done:
            self._done = True
            self.hide()
            self.left.emit()
            self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._finish(False)
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and not event.modifiers():
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self.dismiss()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                if self.refusal is not None and (why := self.refusal(self.field.text())):
                    self._render_soon.stop()
                    self._show(None, why)
                    return True
                self._finish(key == Qt.Key.Key_Tab)
                return True
        return super().eventFilter(watched, event)
