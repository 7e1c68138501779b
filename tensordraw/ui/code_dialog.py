"""New from code: an einsum string or Python source typed or pasted, with the drawing that it gives shown as one types.

Text is parsed and never run. Where it is not understood, the line is marked and said in words, and what was read before it
can be taken all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTextEdit,
    QWidget,
)

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure.display import Figure
from tensordraw.read.sizes import sizes_of
from tensordraw.ui import look
from tensordraw.ui.background import Background
from tensordraw.ui.highlight import Highlighter, Span, coloured
from tensordraw.ui.look import Colours
from tensordraw.ui.recolour import recolouring
from tensordraw.ui.widgets import accepting, column, fault, label, named, row

EXAMPLE = """scores = einsum(Q, K, 'query head_size, key head_size -> query key') / sqrt(head_size)
pattern = softmax(scores, dim=-1)
pattern @ V"""
FADED = 0.35  # opacity of a drawing of an earlier text
DELAY = 150  # ms of quiet before the text is read
_LINE = re.compile(r"\bline (\d+)")


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a text: a drawing with its picture, where reading stopped, and the colours of the text."""

    diagram: Diagram | None
    figure: Figure | None
    sentence: str
    spans: list[list[Span]]


def see(text: str, sizes: str) -> Seen:
    """Read the text, and draw what it gives."""
    from tensordraw.figure.build import build
    from tensordraw.read.reading import read_upto

    spans = coloured(text, "python")
    if not text.strip():
        return Seen(None, None, "", spans)
    try:
        lengths, shapes = sizes_of(sizes)
        reading = read_upto(text, shapes=shapes or None, sizes=lengths or None)
    except Error as error:
        return Seen(None, None, str(error), spans)
    return Seen(reading.diagram, build(reading.diagram), reading.stopped or "", spans)


class Preview(QWidget):
    """A figure, fitted."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.figure: Figure | None = None
        self.stale = False
        self.setMinimumSize(220, 160)
        self.setAccessibleName("Preview of the drawing")

    def show_figure(self, figure: Figure | None) -> None:
        self.figure, self.stale = figure, False
        self.update()

    def fade(self) -> None:
        """Show the figure faintly: it is of an earlier text."""
        self.stale = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        from tensordraw.ui.paint import picture

        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colours.canvas))
        if self.figure is not None and self.figure.items:
            colours = recolouring(self.colours.figure)
            pixmap = picture(
                self.figure, self.width(), self.height(), self.devicePixelRatioF(), colours, margin=14, most=1.6
            )
            painter.setOpacity(FADED if self.stale else 1.0)
            painter.drawPixmap(0, 0, pixmap)


class CodeField(QPlainTextEdit):
    """A field for code: Tab indents by four spaces, Shift+Tab leaves it, Ctrl+Enter takes what it says."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers():
            self.taken.emit()
            return
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText("    ")
            return
        super().keyPressEvent(event)


class CodeDialog(QDialog):
    """Gives `diagram`, what the text means, once it is accepted."""

    def __init__(
        self, parent: QWidget | None, colours: Colours, text: str = "", title: str = "New from code", take: str = "Open"
    ) -> None:
        super().__init__(parent)
        self.colours, self.take = colours, take
        self.diagram: Diagram | None = None
        self.seen: Seen | None = None
        self._asked: tuple[str, str] | None = None
        self.setWindowTitle(title)
        self.resize(920, 520)
        self.text = CodeField()
        self.text.setFont(look.code_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Code to read")
        self.text.setPlaceholderText(EXAMPLE)
        self.highlighter = Highlighter(self.text.document(), colours)
        self.sizes = QLineEdit()
        self.sizes.setAccessibleName("Sizes")
        self.sizes.setPlaceholderText("i=3, j=4, x=(10, 64)")
        self.preview = Preview(colours)
        self.said = fault()
        self.said.setMinimumHeight(self.fontMetrics().height() * 2 + 4)
        self.said.show()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setAccessibleName("Code and drawing")
        split.addWidget(self.text)
        split.addWidget(self.preview)
        split.setSizes([500, 420])
        split.setChildrenCollapsible(False)
        words = "An einsum string, ncon lists, A @ B, or Python with NumPy, PyTorch, einops: it is read, never run."
        self.box: QDialogButtonBox = accepting(self, take)
        self.button = next(one for one in self.box.buttons() if isinstance(one, QPushButton) and one.text() == take)
        form = column(
            label(words, "faint", wrap=True), split, row(label("Sizes", "faint"), self.sizes), self.said, self.box,
            margins=(16, 14, 16, 14), spacing=9,
        )  # fmt: skip
        form.setStretch(1, 1)
        named(self, title, form)
        self.background = Background(delay=DELAY, parent=self)
        self.background.finished.connect(self._take)
        self.text.textChanged.connect(self._ask)
        self.sizes.textChanged.connect(self._ask)
        self.text.taken.connect(self.accept)
        self.button.setEnabled(False)
        self.setTabOrder(self.text, self.sizes)
        self.setTabOrder(self.sizes, self.box)
        self.text.setFocus()
        self.text.setPlainText(text)
        self._ask()

    def _ask(self) -> None:
        key = (self.text.toPlainText(), self.sizes.text())
        if key != self._asked:  # colouring is a change of the document too
            self._asked = key
            self.background.request(key, lambda: see(*key))

    def _take(self, key: tuple[str, str], seen: Seen | None, sentence: str | None) -> None:
        if key != self._asked:
            return
        self.seen = seen
        words = seen.sentence if seen is not None else sentence or ""
        self.said.setText(words)
        self.said.setAccessibleName(words or "What is wrong")
        self._mark(words)
        diagram = seen.diagram if seen is not None else None
        if seen is not None:
            self.highlighter.spans = seen.spans
            self.highlighter.rehighlight()
        if seen is not None and ((seen.figure is not None and seen.figure.items) or not key[0].strip()):
            self.preview.show_figure(seen.figure)
        else:  # the last good drawing stays while one types
            self.preview.fade()
        self.button.setEnabled(diagram is not None and bool(diagram.content.nodes or diagram.content.regions))
        self.button.setText(f"{self.take} what was read" if diagram is not None and words else self.take)
        self.button.setAccessibleName(self.button.text())

    def _mark(self, words: str) -> None:
        """Tint the line that the sentence names."""
        found = _LINE.search(words)
        marks = []
        if found is not None:
            mark = QTextEdit.ExtraSelection()
            ground = QColor(self.colours.error)
            ground.setAlphaF(0.18)
            mark.format.setBackground(ground)
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            mark.cursor = QTextCursor(self.text.document().findBlockByNumber(int(found[1]) - 1))
            marks.append(mark)
        self.text.setExtraSelections(marks)

    def accept(self) -> None:
        """Close with the drawing."""
        if (
            self.seen is None
            or self.seen.diagram is None
            or self._asked != (self.text.toPlainText(), self.sizes.text())
        ):
            return
        self.diagram = self.seen.diagram
        super().accept()
