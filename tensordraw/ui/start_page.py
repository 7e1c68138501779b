"""The start page: a blank document, recent files, the templates and the gallery, each with a thumbnail drawn when it is
first seen.

It stands where the canvas will be. Thumbnails are built one at a time on a pool thread and painted here.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QWidget

from tensordraw.editor.commands import find
from tensordraw.figure.display import Figure
from tensordraw.ui.background import Background
from tensordraw.ui.bindings import tell
from tensordraw.ui.gallery_shelf import Shelf
from tensordraw.ui.icons import icon
from tensordraw.ui.look import Colours
from tensordraw.ui.menus import keyed
from tensordraw.ui.thumbnails import FileCard, Thumbnails, two_lines
from tensordraw.ui.widgets import button, column, empty, label, row

CARD = QSize(212, 176)
RECENT = 12  # files that are shown
FIRST = ("gpt2",)  # templates that stand before the others: what most people come for


class Card(QWidget):
    """One template: a picture, a title and a sentence; a click, Enter or Space opens it."""

    chosen = Signal(str)
    sizes_asked = Signal(str)

    def __init__(self, name: str, title: str, sentence: str, colours: Colours, has_sizes: bool = False) -> None:
        super().__init__()
        if has_sizes:
            sizes = button("sliders", f"Choose the sizes of {title}", lambda: self.sizes_asked.emit(self.name), self)
            sizes.move(CARD.width() - 34, 8)
        self.name, self.title, self.sentence, self.colours = name, title, sentence, colours
        self.picture = QPixmap()
        self.setFixedSize(CARD)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().adjusted(1, 1, -1, -1)
        has_focus = self.hasFocus()
        painter.setPen(QPen(QColor(c.accent if has_focus else c.border), 2.5 if has_focus else 1))
        painter.setBrush(QColor(c.hover if self.underMouse() else c.canvas))
        painter.drawRoundedRect(frame, 9, 9)
        if not self.picture.isNull():
            ratio = self.picture.devicePixelRatio()
            x = (self.width() - self.picture.width() / ratio) / 2
            painter.drawPixmap(round(x), 10, self.picture)
        elif self.name == "":
            icon("plus", c.faint).paint(painter, QRect(self.width() // 2 - 18, 46, 36, 36))
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(c.text))
        room = QRect(12, CARD.height() - 56, CARD.width() - 24, 18)
        painter.drawText(
            room,
            Qt.AlignmentFlag.AlignLeft,
            painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, room.width()),
        )
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        painter.setPen(QColor(c.faint))
        room = QRect(12, CARD.height() - 37, CARD.width() - 24, 30)
        lines = two_lines(self.sentence, painter.fontMetrics(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, "\n".join(lines))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.name)
        else:
            super().keyPressEvent(event)  # arrows are the page's, which knows the neighbours


ARROWS = {
    Qt.Key.Key_Left.value: (-1, 0), Qt.Key.Key_Right.value: (1, 0), Qt.Key.Key_Up.value: (0, -1), Qt.Key.Key_Down.value: (0, 1),
}  # fmt: skip


class StartPage(QScrollArea):
    """`template_chosen` gives a template's name ("" for a blank document), `file_chosen` a path, `figure_chosen` that of a
    figure of the gallery."""

    template_chosen = Signal(str)
    sizes_asked = Signal(str)
    file_chosen = Signal(str)
    figure_chosen = Signal(str)
    open_asked = Signal()
    code_asked = Signal()
    command_asked = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Start page")
        self.body = QWidget()
        self.body.setAccessibleName("Start page contents")
        self.recent_box = QGridLayout()
        self.recent_box.setSpacing(10)
        self.recent_box.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.files: dict[str, FileCard] = {}
        self.thumbnails = Thumbnails(self)
        self.thumbnails.made.connect(self._show_thumbnail)
        self.grid = QGridLayout()
        self.grid.setSpacing(14)
        self.grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.open_button = QPushButton(icon("open"), "Open…")
        self.open_button.setAccessibleName("Open a file")
        tell(self.open_button, keyed(find("open")))
        self.open_button.clicked.connect(self.open_asked.emit)
        self.code_button = QPushButton(icon("code"), "From code…")
        self.code_button.setAccessibleName("New from code")
        tell(self.code_button, keyed(find("new_from_code")))
        self.code_button.clicked.connect(self.code_asked.emit)
        self.recover_button = self._command("warning", "Recover…", "recover")
        self.recover_button.hide()
        self.tour_button = self._command("info", "Tour", "tour")
        self.gallery_button = self._command("sliders", "Gallery…", "gallery")
        buttons = (self.recover_button, self.tour_button, self.gallery_button, self.code_button, self.open_button)
        head = row(label("tensordraw", "title"), 1, *buttons)
        words = label(
            "Draw tensor networks that run: choose a drawing to start from, or a blank page; or drop the folder of a model.",
            "faint",
        )
        hint = label("", "faint")
        for what in ("text", "accessibleName"):
            tell(hint, "{command_palette} finds every command by name; {shortcuts} lists the keys.", what)
        self.recent_title = label("Recent", "heading")
        templates = label("Templates", "heading")
        self.gallery_title = label("Gallery", "heading")
        self.gallery_title.hide()
        self.shelf = Shelf(colours)
        self.shelf.chosen.connect(self.figure_chosen.emit)
        self.shelf.wanted.connect(lambda path: self.thumbnails.ask([path]))
        column_ = column(
            head, words, hint, 0, self.recent_title, self.recent_box, templates, self.grid, self.gallery_title, self.shelf, 1,
            margins=(36, 28, 36, 28), spacing=10,
        )  # fmt: skip
        self.body.setLayout(column_)
        self.setWidget(self.body)
        self.cards: list[Card] = []
        self._todo: list[Card] = []
        self._columns = 0
        self.background = Background(delay=1, parent=self)
        self.background.finished.connect(self._take)
        self.add_card("", "Blank", "An empty page")

    def _command(self, picture: str, title: str, command: str) -> QPushButton:
        """A button that runs a command of the table; its tooltip is that of the menus."""
        made = QPushButton(icon(picture), title)
        made.setAccessibleName(find(command).title)
        tell(made, keyed(find(command)))
        made.clicked.connect(lambda: self.command_asked.emit(command))
        return made

    def add_card(self, name: str, title: str, sentence: str, has_sizes: bool = False) -> None:
        card = Card(name, title, sentence, self.colours, has_sizes)
        card.sizes_asked.connect(self.sizes_asked.emit)
        card.chosen.connect(self.template_chosen.emit)
        self.cards.append(card)
        if name:
            self._todo.append(card)
        self._columns = 0
        self._arrange()

    def load_templates(self) -> None:
        """Add a card for each template, and start drawing their pictures."""
        from tensordraw.templates import templates

        for entry in sorted(templates(), key=lambda entry: entry.name not in FIRST):
            self.add_card(entry.name, entry.title, entry.sentence, bool(entry.parameters))
        self._draw_next()
        self.shelf.load()
        self.gallery_title.setVisible(bool(self.shelf.cards))
        self.shelf.arrange(self._width())

    def show_recent(self, paths: list[str]) -> None:
        """A card for each of these files, its picture as soon as it is read."""
        empty(self.recent_box)
        self.files = {}
        for path in paths[:RECENT]:
            card = FileCard(path, Path(path).name, str(Path(path).parent), self.colours)
            card.chosen.connect(self.file_chosen.emit)
            self.files[path] = card
        self._arrange_files()
        self.recent_title.setVisible(bool(paths))
        self.thumbnails.ask(list(self.files))

    def _show_thumbnail(self, path: str, figure: Figure) -> None:
        if path in self.files:
            self.files[path].show_figure(figure)
        self.shelf.show_figure(path, figure)

    def _arrange_files(self) -> None:
        for at, card in enumerate(self.files.values()):
            self.recent_box.addWidget(card, at // max(self._columns, 1), at % max(self._columns, 1))

    def set_colours(self, colours: Colours) -> None:
        """Another theme: the pictures are drawn anew."""
        self.colours = colours
        for card in self.cards:
            card.colours, card.picture = colours, QPixmap()
            card.update()
        self._todo = [card for card in self.cards if card.name]
        self._draw_next()
        self.show_recent(list(self.files))
        self.shelf.set_colours(colours)

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, (self._width() + 14) // (CARD.width() + 14))
        if columns == self._columns:
            return
        self._columns = columns
        for at, card in enumerate(self.cards):
            self.grid.addWidget(card, at // columns, at % columns)
        self._arrange_files()
        self.shelf.arrange(self._width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk among the cards of all sections."""
        if event.key() not in ARROWS or not self._walk(*ARROWS[event.key()]):
            super().keyPressEvent(event)

    def _walk(self, across: int, down: int) -> bool:
        """Give the focus to the nearest card in a direction; whether a card has it."""
        cards: list[QWidget] = [*self.files.values(), *self.cards, *self.shelf.cards.values()]
        here = self.focusWidget()
        if here is None or here not in cards:
            return False
        centre = {card: card.mapTo(self.body, card.rect().center()) for card in cards}
        found = []
        for card in cards:
            away = centre[card] - centre[here]
            ahead, aside = away.x() * across + away.y() * down, abs(away.x() * down) + abs(away.y() * across)
            if ahead > 0 and (down or aside < card.height() / 2):
                found.append((ahead + 0.4 * aside, card))
        if found:
            nearest = min(found, key=lambda entry: entry[0])[1]
            nearest.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(nearest)
        return True

    def focus_first(self) -> None:
        """Give the focus to the first template, from which arrows go on."""
        self.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _width(self) -> int:
        """Room for cards between the margins."""
        return self.viewport().width() - 72

    def _draw_next(self) -> None:
        if not self._todo:
            return
        card, theme = self._todo[0], self.colours.figure
        name = card.name

        def build() -> Figure:
            from tensordraw.figure.build import build as build_figure
            from tensordraw.templates import template

            return build_figure(template(name))

        self.background.request((name, theme), build)

    def _take(self, key: tuple[str, str], figure: Figure | None, sentence: str | None) -> None:
        from tensordraw.ui.paint import picture
        from tensordraw.ui.recolour import recolouring

        if self._todo and self._todo[0].name == key[0] and key[1] == self.colours.figure:
            card = self._todo.pop(0)
            colours = recolouring(self.colours.figure)
            if figure is not None:
                card.picture = picture(figure, CARD.width() - 20, CARD.height() - 74, self.devicePixelRatioF(), colours)
            card.update()
        self._draw_next()
