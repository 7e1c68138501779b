"""The code panel: the program of the drawing in one language, kept up to date off the window's thread.

A line under the pointer, or clicked and so pinned, is tinted here and what it stands for on the canvas, in one colour; what
is hovered or selected on the canvas is tinted here in another, the canvas's own.

It asks for code only when the content is another object than the one whose code it shows, so moving things costs nothing.
Scroll position and focus stay where they are. The language is remembered; arrays can be chosen that come in batches.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QMenu,
    QPlainTextEdit,
    QSizePolicy,
    QTextEdit,
    QToolButton,
    QWidget,
)

from tensordraw.diagram.records import Content, Diagram, Id
from tensordraw.ui import look
from tensordraw.ui.background import Background
from tensordraw.ui.highlight import Highlighter, Span, coloured
from tensordraw.ui.look import Colours
from tensordraw.ui.panels.einsum_field import EinsumField
from tensordraw.ui.settings import folder, remember_folder, settings
from tensordraw.ui.widgets import button, column, label, named, row
from tensordraw.ui.wording import STALE
from tensordraw.ui.writing import Spoken, Written

Origins = list[tuple[Id, ...]]  # for each line of code, the items that it stands for
Spans = list[list[Span]]  # for each line of code, the parts that have a colour
Write = Callable[[Diagram, str, tuple[str, ...]], Written]
MARKED, POINTED = 0.16, 0.30  # opacity of the tints of lines
Key = tuple[Content, str, tuple[str, ...], str]  # what code is of: a drawing, a language, arrays in batches, macros


class CodePanel(QWidget):
    """Shows code; `pointed` says which items the line under the cursor stands for."""

    pointed = Signal(object)
    spoken_chosen = Signal(str)  # the name of a language that a hand chose for this document

    def __init__(self, write: Write, languages: Callable[[], list[Spoken]], colours: Colours) -> None:
        super().__init__()
        self.write, self.colours = write, colours
        self.shown: Key | None = None
        self.diagram: Diagram | None = None
        self.origins: Origins = []
        self.written_in = ""
        self.written_for: set[str] | None = None  # the document that the code is of, by its set of batches
        self.language = QComboBox()
        self.language.setAccessibleName("Language of the code")
        self.language.setToolTip(
            "PyTorch module: a class that holds the arrays as parameters; the others: a function of them"
        )
        self.language.setMaxVisibleItems(24)
        self.language.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.language.setMinimumWidth(120)  # in a small window it gives way to the side panels
        self.language.currentIndexChanged.connect(self._choose)
        self._languages = languages
        self.batch: set[str] = set()
        self.batches = QToolButton()
        self.batches.setText("Batch")
        self.batches.setAccessibleName("Arrays that come in batches")
        self.batches.setToolTip("Arrays that come in batches: the code takes them with a leading axis")
        self.batches.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.batches.setMenu(QMenu(self.batches))
        self._list_arrays(())
        self.age = label(STALE, "error")
        self.age.hide()
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
        self.einsum = EinsumField()
        self.highlighter = Highlighter(self.text.document(), colours)
        self.text.viewport().setMouseTracking(True)
        self.text.viewport().installEventFilter(self)
        self.text.cursorPositionChanged.connect(self._walk)
        self.marked: frozenset[Id] = frozenset()  # hovered or selected on the canvas
        self.hovered = self.pinned = self._pinned_before = -1  # lines
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # it never widens the window
        bar = row(
            self.language, self.batches, button("clipboard", "Copy the code", self.copy),
            button("export", "Save the code…", self.save), self.age, self.said, margins=(8, 6, 8, 6),
        )  # fmt: skip
        bar.setStretch(5, 1)
        named(self, "Code panel", column(bar, self.einsum, self.text, spacing=0))
        self.background = Background(parent=self)
        self.background.finished.connect(self._take)
        self._refreshing = False

    def copy(self) -> None:
        """Put all the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.setText("Copied")

    @property
    def spoken(self) -> Spoken | None:
        """The chosen language."""
        found = self.language.currentData()
        return found if isinstance(found, Spoken) else None

    def save(self) -> None:
        """Write the code to a file that is asked for."""
        if self.spoken is None or not self.text.toPlainText():
            self.said.setText("There is no code to save")
        elif path := self._ask_file(self.spoken):
            self.write_to(path)

    def save_in(self, name: str = "") -> str:
        """Write the code in the language of this name, "" for the chosen one, to a file that is asked for; whether the panel
        is seen or not. What was done in one sentence. Error where the drawing means nothing yet."""
        self.choose(name)
        spoken = self.spoken
        if self.diagram is None or spoken is None:
            return ""
        code = self.write(self.diagram, spoken.name, tuple(sorted(self.batch))).code
        path = self._ask_file(spoken)
        if path is None:
            return ""
        self.write_to(path, code)
        return self.said.text()

    def _ask_file(self, spoken: Spoken) -> Path | None:
        start = str(Path(folder()) / f"{spoken.stem}{spoken.suffix}")
        path, _ = QFileDialog.getSaveFileName(self, "Save the code", start, f"{spoken.title} (*{spoken.suffix})")
        if not path:
            return None
        return Path(path) if Path(path).suffix else Path(path + spoken.suffix)

    def write_to(self, path: Path, code: str = "") -> None:
        """Write this code, or that which is shown, to a file, and say so."""
        try:
            path.write_text(code or self.text.toPlainText(), encoding="utf-8")
        except OSError as error:
            self.said.setText(f"{path.name} was not written: {error.strerror}")
            return
        remember_folder(str(path.parent))
        self.said.setText(f"Saved {path.name}")

    def choose(self, name: str) -> None:
        """Show the code in the language of this name."""
        self._list_languages()
        names = [self.language.itemData(at).name for at in range(self.language.count())]
        if name in names:
            self.language.setCurrentIndex(names.index(name))

    def _choose(self, _: int) -> None:
        if self.spoken is not None:
            settings().setValue("language", self.spoken.name)
            self.spoken_chosen.emit(self.spoken.name)
        self.refresh()

    def _list_languages(self) -> None:
        """List the languages once the panel is seen: the start of the window does not wait for them."""
        if self.language.count():
            return
        found = self._languages()
        names = [one.name for one in found]
        kept = str(settings().value("language", ""))
        self.language.blockSignals(True)
        for one in found:
            self.language.addItem(one.title, one)
        self.language.setCurrentIndex(names.index(kept) if kept in names else 0)
        self.language.blockSignals(False)

    def _list_arrays(self, arrays: tuple[str, ...]) -> None:
        """Offer these arrays as ones that come in batches."""
        menu = self.batches.menu()
        self.batches.setEnabled(bool(arrays))
        if tuple(action.text() for action in menu.actions()) != arrays:
            menu.clear()
            for name in arrays:
                action = menu.addAction(name)
                action.setCheckable(True)
                action.setChecked(name in self.batch)
                action.toggled.connect(lambda on, name=name: self._batch(name, on))
        chosen = [name for name in arrays if name in self.batch]
        self.batches.setText(f"Batch: {', '.join(chosen)}" if chosen else "Batch")

    def _batch(self, name: str, on: bool) -> None:
        (self.batch.add if on else self.batch.discard)(name)
        self.refresh()

    def show_diagram(self, diagram: Diagram | None, batch: set[str] | None = None, language: str = "") -> None:
        """Show the code of this diagram soon; the arrays in `batch`, which the panel changes, come in batches. `language` was
        chosen for the document, "" for none: then it is the last one."""
        self.diagram = diagram
        if batch is None or batch is not self.batch:
            self.batch = set() if batch is None else batch
            self.shown = None
            self._list_arrays(())  # they are listed anew, with what is chosen in this document
            if language and self.language.count():
                self.language.blockSignals(True)
                self.choose(language)
                self.language.blockSignals(False)
        self.refresh()

    def refresh(self) -> None:
        """Ask for code where what is shown is that of other content or another language."""
        if self.diagram is None:
            self.shown = None
            self._put("", [], [])
            self.einsum.show_text("", None)
            self._dim(False)
            self.said.setText("")
            self._list_arrays(())
            return
        if not self.isVisible():
            return
        self._list_languages()
        language = self.spoken.name if self.spoken is not None else ""
        key = (self.diagram.content, language, tuple(sorted(self.batch)), self.diagram.custom.macros)
        if self.shown is not None and self.shown[0] is key[0] and self.shown[1:] == key[1:]:
            return
        self.shown = key
        diagram, write = self.diagram, self.write

        def work() -> tuple[Written, Spans]:
            written = write(diagram, language, key[2])
            return written, coloured(written.code, written.lexer)

        self.background.request(key, work)

    def showEvent(self, event: object) -> None:
        self.refresh()

    def set_colours(self, colours: Colours) -> None:
        self.colours = colours
        self.highlighter.set_colours(colours)

    def _take(self, key: Key, result: tuple[Written, Spans] | None, sentence: str | None) -> None:
        if self.shown is None or key[0] is not self.shown[0] or key[1:] != self.shown[1:]:
            return
        if result is None:
            self.said.setText(sentence or "")
            self.said.setToolTip(sentence or "")
            self.einsum.show_text("", None)
            if key[1] != self.written_in or self.written_for is not self.batch:  # another language, another document
                self._put("", [], [])
            self._dim(bool(self.text.toPlainText()))
            return
        self.said.setText("")
        self._dim(False)
        written, spans = result
        self.written_in, self.written_for = key[1], self.batch
        self._list_arrays(written.arrays)
        self.einsum.show_text(written.einsum, self.diagram)
        self._put(written.code, written.origins, spans)

    def _dim(self, stale: bool) -> None:
        """Show the code as that of an earlier drawing, or as that of this one."""
        if stale != self.highlighter.dim:
            self.highlighter.set_dim(stale)
        self.age.setVisible(stale)
        self.text.setAccessibleDescription(STALE if stale else "")

    def _put(self, code: str, origins: Origins, spans: Spans) -> None:
        if code == self.text.toPlainText():
            self.origins = origins
            self._tint()
            return
        self.hovered = self.pinned = -1
        self._refreshing = True
        bars = self.text.verticalScrollBar(), self.text.horizontalScrollBar()
        places = [bar.value() for bar in bars]
        self.highlighter.spans = spans
        self.text.setPlainText(code)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)
        self.origins = origins
        self._refreshing = False
        self._point()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            self._hover(self._line_at(event.position().toPoint()))
        elif event.type() == QEvent.Type.Leave:
            self._hover(-1)
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self._pinned_before = self.pinned
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            line = self._line_at(event.position().toPoint())
            if not self.text.textCursor().hasSelection():
                self._pin(-1 if line == self._pinned_before else line)
        return super().eventFilter(watched, event)

    def _line_at(self, at: QPoint) -> int:
        """The line at a point of the text that stands for something, -1 where there is none."""
        cursor = self.text.cursorForPosition(at)
        line, box = cursor.blockNumber(), self.text.cursorRect(cursor)
        seen = box.top() - 2 <= at.y() <= box.bottom() + 2
        return line if seen and line < len(self.origins) and self.origins[line] else -1

    def _walk(self) -> None:
        """The cursor was moved by keys: the line it is in is pinned."""
        line = self.text.textCursor().blockNumber()
        if not self._refreshing and self.text.hasFocus() and line < len(self.origins) and self.origins[line]:
            self._pin(line)

    def _hover(self, line: int) -> None:
        if line != self.hovered:
            self.hovered = line
            self._point()

    def _pin(self, line: int) -> None:
        if line != self.pinned:
            self.pinned = line
            self._point()

    def _point(self) -> None:
        """Say which items the line under the pointer stands for, else the pinned one."""
        line = self.hovered if self.hovered >= 0 else self.pinned
        self.pointed.emit(frozenset(self.origins[line]) if 0 <= line < len(self.origins) else frozenset())
        self._tint()

    def reveal(self, items: frozenset[Id]) -> bool:
        """Put the cursor into the first line that stands for any of these items, and give the text the focus; whether there is
        one."""
        line = next((at for at, ids in enumerate(self.origins) if not items.isdisjoint(ids)), -1)
        if line < 0:
            return False
        self.text.setFocus()
        self.text.setTextCursor(QTextCursor(self.text.document().findBlockByNumber(line)))
        self.text.ensureCursorVisible()
        self._pin(line)
        return True

    def items_at_cursor(self) -> frozenset[Id]:
        """What the line of the cursor stands for."""
        line = self.text.textCursor().blockNumber()
        return frozenset(self.origins[line]) if line < len(self.origins) else frozenset()

    def mark(self, items: frozenset[Id]) -> None:
        """Tint the lines that stand for any of these items, which are hovered or selected on the canvas."""
        if items != self.marked:
            self.marked = items
            self._tint()

    def _tint(self) -> None:
        pointed = {line for line in (self.hovered, self.pinned) if line >= 0}
        selections = []
        for line, ids in enumerate(self.origins):
            if line in pointed:
                selections.append(self._band(line, self.colours.warning, POINTED))
            elif not self.marked.isdisjoint(ids):
                selections.append(self._band(line, self.colours.accent, MARKED))
        self.text.setExtraSelections(selections)

    def _band(self, line: int, colour: str, alpha: float) -> QTextEdit.ExtraSelection:
        """A tint behind a whole line."""
        ground = QColor(colour)
        ground.setAlphaF(alpha)
        extra = QTextEdit.ExtraSelection()
        extra.format.setBackground(ground)
        extra.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        extra.cursor = QTextCursor(self.text.document().findBlockByNumber(line))
        return extra
