"""A tour of the window in six steps, offered on the start page and in the View menu; it can be left and taken again.

A card beside a part of the window says what it is for, and a frame shows which part. Nothing is blocked meanwhile: what the
card says can be tried at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QTextDocumentFragment
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from tensordraw.ui.bindings import filled
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.overlay import tint
from tensordraw.ui.widgets import column, label, named, row

WIDE = 330  # pixels
UNJOINED = "\u200c"
GAP = 14  # pixels between the card and what it is about
SETTLED = 60  # ms until panels that come or grow are where they stay
EDGE = 8  # pixels between the card and the edge of the window


@dataclass(frozen=True, slots=True)
class Stop:
    """One step: what it is called, what it says (a template of keys), and the part of the window it is about."""

    title: str
    words: str
    place: Callable[[Any], QWidget | None]


def _typed(text: str) -> str:
    """What is typed, letter by letter in the font of code: a mark that joins nothing keeps `->` from becoming an arrow."""
    return f'<span style="font-family: JetBrains Mono">{escape(text.replace("->", f"-{UNJOINED}>"))}</span>'


STOPS = (
    Stop(
        "1 of 6: Put tensors down",
        "Drag a kind from the palette onto the canvas, or click it. Or type: press {quick_insert} on the canvas and write"
        f" {_typed('W: hidden head')}, or {_typed('ij,jk->ik')}.",
        lambda window: window.palette_panel,
    ),
    Stop(
        "2 of 6: Connect",
        "Drag from the end of a leg to another leg: the wire is an index that is summed over. Nothing connects by lying"
        " near. Drag a body to move it, the empty canvas to select.",
        lambda window: window.canvas,
    ),
    Stop(
        "3 of 6: Functions",
        "Select tensors and press {wrap_bubble} for a bubble: what is inside is contracted, then the function is"
        " applied. {edit_label} edits a label, and {undo} takes anything back.",
        lambda window: window.canvas,
    ),
    Stop(
        "4 of 6: The drawing is a program",
        "Its code is here, in the language you choose. Point at a line to see what it stands for.",
        lambda window: window.code,
    ),
    Stop(
        "5 of 6: Properties",
        "What is selected can be changed here: names, legs, spaces and their sizes, arrays from files.",
        lambda window: window.inspector,
    ),
    Stop(
        "6 of 6: Run and export",
        "{evaluate} evaluates, {export} exports the figure, and {command_palette} finds every command by name.",
        lambda window: window.bar,
    ),
)


class Frame(QWidget):
    """A frame around a part of the window; the mouse goes through it."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window_ = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("What the tour is about")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tint(self.window_.colours.accent, 0.9), 2.5))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 7, 7)


class Tour(QFrame):
    """The card of the tour. `at` is the step that is shown."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window_, self.at = window, 0
        self.setProperty("role", "popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.frame = Frame(window)
        self.title = label("", "heading")
        self.words = label("", wrap=True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.back = QPushButton("Back")
        self.back.clicked.connect(lambda: self.show_stop(self.at - 1))
        self.on = QPushButton("Next")
        self.on.setDefault(True)
        self.on.clicked.connect(lambda: self.show_stop(self.at + 1))
        self.away = QPushButton("Close")
        self.away.clicked.connect(self.leave)
        buttons = row(self.away, 1, self.back, self.on)
        self.inside = column(self.title, self.words, margins=(14, 12, 14, 12), spacing=8)
        self.inside.addLayout(buttons)
        named(self, "Tour", self.inside)
        self.setFixedWidth(WIDE)
        self.again = QTimer(self, singleShot=True, interval=SETTLED)
        self.again.timeout.connect(self._place)
        window.installEventFilter(self)

    def show_stop(self, at: int) -> None:
        """Show a step; after the last one the tour is over."""
        if at >= len(STOPS):
            self.leave()
            return
        self.at = max(at, 0)
        stop = STOPS[self.at]
        self.title.setText(stop.title)
        self.title.setAccessibleName(stop.title)
        self.words.setText(filled(stop.words, markup=True))
        plain = QTextDocumentFragment.fromHtml(self.words.text()).toPlainText().replace(UNJOINED, "")
        self.words.setAccessibleName(plain)
        self.back.setEnabled(self.at > 0)
        self.on.setText("Done" if self.at == len(STOPS) - 1 else "Next")
        self.window_.following.speak(f"{stop.title}. {plain}")
        for dock in self.window_.docks.values():
            if dock.widget() is stop.place(self.window_):
                dock.show()
                dock.raise_()
        self._place()
        self.again.start()
        self.on.setFocus()

    def _place(self) -> None:
        window, part = self.window_, STOPS[self.at].place(self.window_)
        if part is None:
            return
        around = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
        self.frame.setGeometry(around)
        self.frame.show()
        self.frame.raise_()
        self.setFixedHeight(self.inside.totalHeightForWidth(WIDE))
        self.move(
            place_beside(window.rect(), around, self.size(), drawing_in(window) if part is window.canvas else None)
        )
        self.show()
        self.raise_()

    def leave(self) -> None:
        """End the tour."""
        self.window_.removeEventFilter(self)
        self.frame.hide()
        self.frame.deleteLater()
        self.hide()
        self.deleteLater()
        if self.window_.canvas is not None:
            self.window_.canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
            self.again.start()
        return False


def drawing_in(window: Any) -> QRect:
    """The part of the window, in its pixels, that the shown drawing takes."""
    canvas: Canvas = window.canvas
    figure = canvas.sheet.figure
    if figure is None or not figure.items:
        return QRect(canvas.mapTo(window, canvas.rect().center()), QSize(1, 1))
    left, top = canvas.view.to_screen(*figure.box[:2])
    right, bottom = canvas.view.to_screen(*figure.box[2:])
    seen = QRect(QPoint(round(left), round(top)), QPoint(round(right), round(bottom))) & canvas.rect()
    return seen.translated(canvas.mapTo(window, QPoint(0, 0)))


def place_beside(window: QRect, part: QRect, card: QSize, drawing: QRect | None = None) -> QPoint:
    """Where a card that is about a part of the window lies: it covers nothing of it, if the window has room for that.

    Of a canvas the `drawing` on it counts: the card lies in a corner of it, where it covers none of the drawing, else over
    the panels around it.
    """
    room = window.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    wide, high = card.width(), card.height()
    level = min(max(part.top() + 40, room.top()), room.bottom() - high + 1)
    under = min(max(part.center().x() - wide // 2, room.left()), room.right() - wide + 1)
    beside = [
        QPoint(part.right() + GAP, level), QPoint(part.left() - wide - GAP, level),
        QPoint(under, part.bottom() + GAP), QPoint(under, part.top() - high - GAP),
    ]  # fmt: skip
    low, right = part.bottom() - high - 46, part.right() - wide - 24
    corners = [QPoint(right, low), QPoint(part.left() + 24, low)]
    corners += [QPoint(right, part.top() + 24), QPoint(part.left() + 24, part.top() + 24)]
    outer = [QPoint(room.right() - wide + 1, room.bottom() - high + 1), QPoint(room.left(), room.bottom() - high + 1)]
    kept = part if drawing is None else drawing.adjusted(-GAP, -GAP, GAP, GAP)
    offered = [*beside, *outer, *corners] if drawing is None else [*corners, *outer, *beside]
    inside = [at for at in offered if room.contains(QRect(at, card))] or outer[:1]

    def covered(at: QPoint) -> int:
        both = QRect(at, card) & kept
        return max(both.width(), 0) * max(both.height(), 0)

    return min(inside, key=covered)  # the first of those that cover least


def take_tour(window: Any) -> Tour:
    """Start the tour, on a small drawing where no document is open."""
    for old in window.findChildren(Tour):
        old.leave()
    if window.canvas is None:
        window.files.new_from("matrix_product")
    tour = Tour(window)
    tour.show_stop(0)
    return tour
