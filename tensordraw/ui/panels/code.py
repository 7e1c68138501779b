"""The code panel: the program of the drawing in one language, kept up to date off the window's thread.

It asks for code only when the content is another object than the one whose code it shows, so moving things costs nothing.
Scroll position and focus stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor, QTextFormat
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QTextEdit, QWidget

from tensordraw.diagram.records import Content, Diagram, Id
from tensordraw.ui import look
from tensordraw.ui.background import Background
from tensordraw.ui.highlight import Highlighter, Span, coloured
from tensordraw.ui.look import Colours
from tensordraw.ui.widgets import button, column, label, named, row
from tensordraw.ui.writing import Written

Origins = list[tuple[Id, ...]]  # for each line of code, the items that it stands for
Spans = list[list[Span]]  # for each line of code, the parts that have a colour
Write = Callable[[Diagram, str], Written]


class CodePanel(QWidget):
    """Shows code; `pointed` says which items the line under the cursor stands for."""

    pointed = Signal(object)

    def __init__(self, write: Write, languages: list[str], colours: Colours) -> None:
        super().__init__()
        self.write, self.colours = write, colours
        self.shown: tuple[Content, str] | None = None
        self.diagram: Diagram | None = None
        self.origins: Origins = []
        self.language = QComboBox()
        self.language.addItems(languages)
        self.language.setAccessibleName("Language of the code")
        self.language.currentTextChanged.connect(lambda _: self.refresh())
        self.said = label("", "faint")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(look.code_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("Code")
        self.text.setPlaceholderText("The code of the drawing appears here.")
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.highlighter = Highlighter(self.text.document(), colours)
        self.text.cursorPositionChanged.connect(self._point)
        bar = row(
            self.language, button("clipboard", "Copy the code", self.copy), self.said, 1, margins=(8, 6, 8, 6)
        )  # fmt: skip
        named(self, "Code panel", column(bar, self.text, spacing=0))
        self.background = Background(parent=self)
        self.background.finished.connect(self._take)
        self._refreshing = False

    def copy(self) -> None:
        """Put all the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.setText("Copied")

    def show_diagram(self, diagram: Diagram | None) -> None:
        """Show the code of this diagram soon."""
        self.diagram = diagram
        self.refresh()

    def refresh(self) -> None:
        """Ask for code where what is shown is that of other content or another language."""
        language = self.language.currentText()
        if self.diagram is None:
            self.shown = None
            self._put("", [], [])
            self.said.setText("")
            return
        if not self.isVisible() or not language:
            return
        key = (self.diagram.content, language)
        if self.shown is not None and self.shown[0] is key[0] and self.shown[1] == language:
            return
        self.shown = key
        diagram, write = self.diagram, self.write

        def work() -> tuple[str, Origins, Spans]:
            written = write(diagram, language)
            return written.code, written.origins, coloured(written.code, written.lexer)

        self.background.request(key, work)

    def showEvent(self, event: object) -> None:
        self.refresh()

    def set_colours(self, colours: Colours) -> None:
        self.colours = colours
        self.highlighter.set_colours(colours)

    def _take(self, key: tuple[Content, str], result: tuple[str, Origins, Spans] | None, sentence: str | None) -> None:
        if self.shown is None or key[0] is not self.shown[0]:
            return
        if result is None:
            self.said.setText(sentence or "")
            self.said.setToolTip(sentence or "")
            if not self.diagram or not self.diagram.content.nodes:
                self._put("", [], [])
            return
        self.said.setText("")
        self._put(*result)

    def _put(self, code: str, origins: Origins, spans: Spans) -> None:
        if code == self.text.toPlainText():
            self.origins = origins
            return
        self._refreshing = True
        bars = self.text.verticalScrollBar(), self.text.horizontalScrollBar()
        places = [bar.value() for bar in bars]
        self.highlighter.spans = spans
        self.text.setPlainText(code)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)
        self.origins = origins
        self._refreshing = False

    def _point(self) -> None:
        line = self.text.textCursor().blockNumber()
        if not self._refreshing and line < len(self.origins) and self.text.hasFocus():
            self.pointed.emit(frozenset(self.origins[line]))

    def mark(self, items: frozenset[Id]) -> None:
        """Tint the lines that stand for any of these items."""
        selections = []
        ground = QColor(self.colours.accent)
        ground.setAlphaF(0.16)
        for line, ids in enumerate(self.origins):
            if items and not items.isdisjoint(ids):
                extra = QTextEdit.ExtraSelection()
                extra.format.setBackground(ground)
                extra.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                extra.cursor = QTextCursor(self.text.document().findBlockByNumber(line))
                selections.append(extra)
        self.text.setExtraSelections(selections)
