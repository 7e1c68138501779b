"""The gallery on the start page: a small card for each figure, by section; its picture is made when it is first in sight."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from tensordraw.diagram import file
from tensordraw.errors import Error
from tensordraw.figure.display import Figure
from tensordraw.gallery import figures, said_and_source, section_of
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import picture
from tensordraw.ui.recolour import recolouring
from tensordraw.ui.thumbnails import FileCard, two_lines
from tensordraw.ui.widgets import label

SPACE = 10
CARD = QSize(176, 124)
TITLE = 40  # height of a card's title, which has two lines at most


class FigureCard(FileCard):
    """A figure's card: picture, title, and its sentence as a tooltip. `seen` says that it is painted for the first time."""

    seen = Signal(str)

    def __init__(self, path: str, title: str, sentence: str, colours: Colours) -> None:
        super().__init__(path, title, sentence, colours)
        self.setFixedSize(CARD)
        self.setToolTip(sentence)
        self.asked = False

    def show_figure(self, figure: Figure) -> None:
        """Paint this figure in it."""
        colours = recolouring(self.colours.figure)
        room = CARD.width() - 16, CARD.height() - TITLE - 12
        self.picture = picture(figure, *room, self.devicePixelRatioF(), colours, margin=2, most=1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.asked:
            self.asked = True
            self.seen.emit(self.path)
        c, painter = self.colours, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = self.hasFocus()
        painter.setPen(QPen(QColor(c.accent if has_focus else c.border), 2.5 if has_focus else 1))
        painter.setBrush(QColor(c.hover if self.underMouse() else c.canvas))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        if not self.picture.isNull():
            painter.drawPixmap(8, 8, self.picture)
        room = self.rect().adjusted(10, CARD.height() - TITLE, -10, -4)
        painter.setPen(QColor(c.text))
        lines = two_lines(self.title, painter.fontMetrics(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "\n".join(lines))


class Shelf(QWidget):
    """`chosen` gives the path of a figure to start from, `wanted` one whose picture is to be made."""

    chosen = Signal(str)
    wanted = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.cards: dict[str, FigureCard] = {}
        self.grids: list[tuple[QGridLayout, list[FigureCard]]] = []
        self.setAccessibleName("Gallery")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(SPACE)

    def load(self, folder: Path | None = None) -> None:
        """Add a card for each figure of the gallery; one that cannot be read is left to the gallery's dialog, which says why."""
        sections: dict[str, list[FigureCard]] = {}
        for path in figures(folder):
            try:
                diagram = file.load(path)
            except Error:
                continue
            sentence, _ = said_and_source(diagram.description)
            card = FigureCard(str(path), diagram.title or path.stem, sentence, self.colours)
            card.chosen.connect(self.chosen.emit)
            card.seen.connect(self.wanted.emit)
            self.cards[card.path] = card
            sections.setdefault(section_of(path), []).append(card)
        for title, cards in sections.items():
            self.rows.addWidget(label(title, "faint"))
            grid = QGridLayout()
            grid.setSpacing(SPACE)
            grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            self.rows.addLayout(grid)
            self.grids.append((grid, cards))

    def arrange(self, width: int) -> None:
        """Put the cards into as many columns as this width has room for."""
        columns = max(1, (width + SPACE) // (CARD.width() + SPACE))
        for grid, cards in self.grids:
            for at, card in enumerate(cards):
                grid.addWidget(card, at // columns, at % columns)

    def show_figure(self, path: str, figure: Figure) -> None:
        """The picture of a figure that was asked for."""
        if path in self.cards:
            self.cards[path].show_figure(figure)

    def set_colours(self, colours: Colours) -> None:
        """Another theme: pictures are made anew when they are in sight."""
        self.colours = colours
        for card in self.cards.values():
            card.colours, card.picture, card.asked = colours, QPixmap(), False
            card.update()
