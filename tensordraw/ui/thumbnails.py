"""Small pictures of documents: read and built one after the other off the window's thread, painted when they are there."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from tensordraw.figure.display import Figure
from tensordraw.ui.background import Background
from tensordraw.ui.icons import icon
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import picture
from tensordraw.ui.recolour import recolouring

LARGEST = 3_000_000  # bytes of a file; a larger one keeps its icon
CARD = QSize(212, 60)
PICTURE = QSize(64, 48)


def figure_of_file(path: str) -> Figure | None:
    """The picture of the document in a file, None where it is large or cannot be read."""
    from tensordraw.diagram import file
    from tensordraw.errors import Error
    from tensordraw.figure import source
    from tensordraw.figure.build import build

    try:
        if Path(path).stat().st_size > LARGEST:
            return None
        known = Path(path).suffix.lower() in source.SUFFIXES
        return build(source.load(path) if known else file.load(path))
    except (Error, OSError):
        return None  # a thumbnail is no place to complain: opening the file says what is wrong


def two_lines(sentence: str, metrics: QFontMetrics, width: int) -> list[str]:
    """A sentence in at most two lines; what does not fit ends in an ellipsis."""
    words = sentence.split()
    first = words[:1]
    while len(first) < len(words) and metrics.horizontalAdvance(" ".join(words[: len(first) + 1])) <= width:
        first = words[: len(first) + 1]
    rest = " ".join(words[len(first) :])
    lines = [" ".join(first), metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return [line for line in lines if line]


class Thumbnails(QObject):
    """Makes pictures of files in turn; `made` gives the path and the figure."""

    made = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting: deque[str] = deque()
        self.background = Background(delay=1, parent=self)
        self.background.finished.connect(self._take)

    def ask(self, paths: list[str]) -> None:
        """Make pictures of these files."""
        self.waiting.extend(paths)
        if not self.background.busy:
            self._next()

    def _next(self) -> None:
        if self.waiting:
            path = self.waiting.popleft()
            self.background.request(path, lambda: figure_of_file(path))

    def _take(self, path: str, figure: Figure | None, sentence: str | None) -> None:
        if figure is not None:
            self.made.emit(path, figure)
        self._next()


class FileCard(QWidget):
    """A file as a small card: picture, name, where it lies (or how old it is). A click, Enter or Space chooses it."""

    chosen = Signal(str)

    def __init__(self, path: str, title: str, words: str, colours: Colours) -> None:
        super().__init__()
        self.path, self.title, self.words, self.colours = path, title, words, colours
        self.picture = QPixmap()
        self.setFixedSize(CARD)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Open {title}")
        self.setAccessibleDescription(words)
        self.setToolTip(path)

    def show_figure(self, figure: Figure) -> None:
        """Paint this figure in it."""
        colours = recolouring(self.colours.figure)
        self.picture = picture(
            figure, PICTURE.width(), PICTURE.height(), self.devicePixelRatioF(), colours, margin=2, most=1.0
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter = self.colours, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(QColor(c.accent if lit else c.border), 1.5 if lit else 1))
        painter.setBrush(QColor(c.canvas))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        if self.picture.isNull():
            icon("new", c.faint).paint(painter, QRect(26, 18, 24, 24))
        else:
            painter.drawPixmap(6, (self.height() - PICTURE.height()) // 2, self.picture)
        left = PICTURE.width() + 12
        metrics, room = painter.fontMetrics(), self.width() - left - 8
        painter.setPen(QColor(c.text))
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(left, 11, room, 18), Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QColor(c.faint))
        words = metrics.elidedText(self.words, Qt.TextElideMode.ElideLeft, room)
        painter.drawText(QRect(left, 31, room, 18), Qt.AlignmentFlag.AlignLeft, words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.path)
        else:
            super().keyPressEvent(event)
