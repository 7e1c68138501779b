"""The strip beneath the canvas of a language model: its text, the tokens as chips, what may come next, and generation.

It only shows and asks; what is typed and what it means is kept by `typing`, for each document its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from tensordraw.editor.commands import find
from tensordraw.ui.bindings import tell
from tensordraw.ui.look import Colours
from tensordraw.ui.menus import keyed
from tensordraw.ui.panels.chips import Chip, ChipRow
from tensordraw.ui.widgets import button, column, label, named, row

TEXT, IDS = "Text", "Ids"


class TokensBar(QFrame):
    """`typed` gives the field's text, `kind_chosen` whether it is a text (else ids), `generate_asked` how many tokens, at
    which temperature and seed, `next_chosen` the place of a next token that was clicked."""

    typed = Signal(str)
    kind_chosen = Signal(bool)
    run_asked = Signal()
    generate_asked = Signal(int, float, int)
    stop_asked = Signal()
    next_chosen = Signal(int)
    shorter_asked = Signal()
    weights_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.generating = self._showing = False
        self.kind = QComboBox()
        self.kind.addItems([TEXT, IDS])
        self.kind.setAccessibleName("Text or ids")
        self.kind.activated.connect(lambda at: self.kind_chosen.emit(at == 0))
        self.field = QLineEdit()
        self.field.setAccessibleName("Text")
        self.field.setAcceptDrops(False)  # a folder that is dropped here is one that is dropped on the window
        self.field.setClearButtonEnabled(True)
        self.field.textEdited.connect(self.typed.emit)
        self.field.textChanged.connect(self._cleared)
        self.field.returnPressed.connect(self.run_asked.emit)
        self.field.installEventFilter(self)
        self.run = button("play", "Run the text", self.run_asked.emit)
        tell(self.run, "Run the text (Enter, or {evaluate})")
        self.weights = QPushButton("Load weights…")
        self.weights.setAccessibleName("Load weights")
        tell(self.weights, keyed(find("load_weights")))
        self.weights.clicked.connect(lambda: self.weights_asked.emit())
        self.chips = ChipRow("Tokens")
        self.counted = label("", "faint")
        self.said = label("", "error", wrap=True)
        self.said.setMinimumHeight(self.chips.height())
        self.shorter = QPushButton("Allow shorter texts")
        self.shorter.setAccessibleName("Allow shorter texts")
        self.shorter.clicked.connect(lambda: self.shorter_asked.emit())
        self.next = ChipRow("Next tokens")
        self.next.chips.pressed.connect(self.next_chosen.emit)
        self.next_title = label("Next", "faint")
        self._make_generation()
        first = row(self.kind, self.field, self.run, self.weights, spacing=6)
        first.setStretch(1, 1)
        # The rows are there from the start, and what is wrong stands where the next tokens would: nothing jumps.
        second = row(self.chips, self.counted, spacing=8)
        last = row(self.next_title, self.next, self.said, self.shorter, self.waiting, self.generation, spacing=6)
        last.setStretch(1, 1)
        last.setStretch(2, 1)
        named(self, "Tokens", column(first, second, last, margins=(10, 6, 10, 6), spacing=5))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_chips((), 0, 0)
        self.show_fault("", False)
        self.show_next(())
        self.hide()

    def _make_generation(self) -> None:
        self.count, self.temperature, self.seed = QSpinBox(), QDoubleSpinBox(), QSpinBox()
        self.count.setRange(1, 100_000)
        self.count.setValue(20)
        self.count.setAccessibleName("Tokens to generate")
        self.temperature.setRange(0.0, 10.0)
        self.temperature.setSingleStep(0.1)
        self.temperature.setAccessibleName("Temperature")
        self.temperature.setToolTip("Temperature: 0 takes the likeliest token each time; higher draws more freely")
        self.temperature.valueChanged.connect(self._warm)
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed draws the same tokens, where the temperature is above 0")
        self.count.setSuffix(" tokens")
        for field, width in ((self.count, 104), (self.temperature, 76), (self.seed, 92)):
            field.setFixedWidth(width)
            field.setKeyboardTracking(False)
        self.drawing = button("sliders", "Temperature and seed", lambda: None)
        fields = row(label("Temperature"), self.temperature, label("Seed"), self.seed, margins=(10, 6, 10, 6))
        action = QWidgetAction(self.drawing)
        action.setDefaultWidget(named(QWidget(), "Temperature and seed", fields))
        menu = QMenu(self.drawing)
        menu.setAccessibleName("Temperature and seed")
        menu.addAction(action)
        self.drawing.setMenu(menu)
        self.drawing.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.drawing.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.generate = QPushButton("Generate")
        self.generate.setAccessibleName("Generate")
        self.generate.clicked.connect(lambda: self._press())
        self.waiting = label("", "faint")
        self.generation = named(QWidget(), "Generation", row(self.generate, self.count, self.drawing))

    def _warm(self, temperature: float) -> None:
        """Only a temperature draws at random; the button says it."""
        self.drawing.setText(f"T {temperature:g}")
        shows = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if temperature > 0 else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        self.drawing.setToolButtonStyle(shows)

    def _press(self) -> None:
        if self.generating:
            self.stop_asked.emit()
        else:
            self.generate_asked.emit(self.count.value(), self.temperature.value(), self.seed.value())

    def _cleared(self, text: str) -> None:
        """The clear button is no typing to Qt."""
        if not text and self.field.hasFocus() and not self._showing:
            self.typed.emit("")

    # ------------------------------------------------------------------------------------------------------- showing

    def show_kind(self, as_text: bool, why_not: str, loads: bool) -> None:
        """Whether the field takes a text or ids; `why_not` says why a text cannot be typed; `loads`: there are no weights yet."""
        self.kind.setCurrentIndex(0 if as_text else 1)
        self.kind.setEnabled(not why_not)
        self.kind.setToolTip(why_not)
        self.field.setAccessibleName("Text" if as_text else "Token ids")
        self.field.setPlaceholderText(
            "Type a text to run"
            if as_text
            else "Token ids, such as 464 3139 286 4881"
            if not why_not or loads
            else why_not
        )
        self.field.setToolTip("" if as_text else why_not)
        self.weights.setText("Load weights…" if loads else "Other weights…")

    def show_text(self, text: str) -> None:
        """Put a text into the field, unless it is there."""
        if self.field.text() != text:
            self._showing = True  # signals are not blocked: the clear button listens to them
            self.field.setText(text)
            self._showing = False

    def show_chips(self, chips: Sequence[Chip], count: int, positions: int) -> None:
        """The tokens, how many there are and can be."""
        self.chips.show_chips(chips, at_end=True)
        self.counted.setText(f"{count:,} of {positions:,} positions" if chips else f"{positions:,} positions")

    def show_fault(self, sentence: str, shorter: bool) -> None:
        """What is wrong, "" for nothing; `shorter` offers to allow fewer tokens than positions."""
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        self.next.setVisible(not sentence)
        self.generation.setVisible(not sentence or self.generating)
        self.shorter.setVisible(shorter)

    def show_next(self, chips: Sequence[Chip], earlier: bool = False) -> None:
        """The likeliest next tokens; `earlier`: of a text that has changed since, so that none can be chosen."""
        self.next.show_chips(chips)
        self.next.setEnabled(not earlier)
        self.next.chips.faint = earlier
        self.next.chips.update()
        self.next_title.setText("Next (earlier text)" if earlier else "Next")
        self.next_title.setVisible(bool(chips))

    def show_generating(self, generating: bool, words: str, may: bool) -> None:
        """Whether a text is being continued, what is said of it, and whether one may be."""
        self.generating = generating
        self.generate.setText("Stop" if generating else "Generate")
        self.generate.setAccessibleName("Stop generating" if generating else "Generate")
        self.generate.setToolTip("Escape stops" if generating else "Continue the text")
        self.generate.setEnabled(generating or may)
        self.field.setReadOnly(generating)
        self.waiting.setText(words)
        application = QApplication.instance()
        if application is not None:
            (application.installEventFilter if generating else application.removeEventFilter)(self)

    def set_colours(self, colours: Colours) -> None:
        self.chips.set_colours(colours)
        self.next.set_colours(colours)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.generating:
            if event.type() == QEvent.Type.KeyPress:
                self.stop_asked.emit()
            event.accept()
            return True
        return super().eventFilter(watched, event)
