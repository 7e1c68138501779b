"""The dialog in which keys are given to commands: a list of all commands, and beneath it the field that records keys.

What may be bound, and what is bound already, says `editor.keys`; a change is in use and in the settings at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from tensordraw.editor import keys as rules
from tensordraw.editor.command import Command
from tensordraw.editor.keys import Keymap
from tensordraw.errors import Error
from tensordraw.ui import keys
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.key_field import KeyField
from tensordraw.ui.widgets import column, label, named, row

ID = Qt.ItemDataRole.UserRole
WHERE = {"canvas": "canvas", "window": "everywhere"}
FILES = "Keyboard shortcuts (*.json)"
APART = "   "  # between the keys of a command
HOW = "After a key with Ctrl or Alt a second one may follow. Enter takes them, Tab goes on, Escape leaves."


def where(command: Command) -> str:
    """The menu of a command, and where its keys work."""
    return f"{command.category}, {WHERE[command.context]}"


class RebindingDialog(QDialog):
    """Shows the keys of all commands and changes them. `recorded` is the command that the field records keys for."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window_ = window
        self.recorded: Command | None = None
        self.setWindowTitle("Change keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(780, 700)
        self._make_search()
        self._make_list()
        self._make_recorder()
        self.said = label("", wrap=True)
        self.said.setAccessibleName("What was changed")
        self.said.hide()
        self.change = self._button("Change…", lambda: self.begin())
        self.unbind = self._button("Remove keys", self._unbind)
        self.reset = self._button("Reset", self._reset)
        self.reset.setToolTip("The keys that the command had at first")
        self.reset_all = self._button("Reset all…", self._reset_all)
        save, load = self._button("Export…", self._export), self._button("Import…", self._import)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.setAccessibleName("Buttons")
        box.rejected.connect(self.reject)
        for made in box.buttons():
            if isinstance(made, QPushButton):
                made.setAutoDefault(False)
        layout = column(
            row(self.search, self.pressed, self.by_key), self.list,
            row(self.change, self.unbind, self.reset, 1, self.reset_all), self.recorder, self.said,
            row(save, load, 1, box), margins=(14, 14, 14, 14), spacing=8,
        )  # fmt: skip
        layout.setStretch(1, 1)
        self.setLayout(layout)
        BINDINGS.changed.connect(self.refresh)
        self.refresh()
        self.list.setCurrentItem(next(iter(self.rows.values())))
        self.search.setFocus()

    def _button(self, words: str, act: Any) -> QPushButton:
        made = QPushButton(words)
        made.setAutoDefault(False)  # Enter belongs to the field and the list
        made.setAccessibleName(words.rstrip("…"))
        made.clicked.connect(lambda: act())
        return made

    def _make_search(self) -> None:
        self.by_key: QPushButton = self._button("By pressing keys", lambda: None)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by name or keys")
        self.search.setAccessibleName("Search the commands")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._narrow(chooses=True))
        self.search.installEventFilter(self)
        self.pressed = KeyField("Search by pressing keys")
        self.pressed.pressed.connect(lambda _: self._narrow())
        self.pressed.left.connect(lambda: self.by_key.setChecked(False))
        self.pressed.accepted.connect(lambda: self.list.setFocus())
        self.pressed.hide()
        self.by_key.setCheckable(True)
        self.by_key.toggled.connect(self._search_by)

    def _make_list(self) -> None:
        self.list = QTreeWidget()
        self.list.setAccessibleName("Commands and their keys")
        self.list.setHeaderLabels(["Command", "Keys", "Where", ""])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for at, wide in enumerate((300, 190, 150)):
            self.list.setColumnWidth(at, wide)
        self.rows: dict[str, QTreeWidgetItem] = {}
        for command in rules.bindable():
            line = self.rows[command.id] = QTreeWidgetItem(self.list, [command.title, "", where(command), ""])
            line.setData(0, ID, command)
            line.setToolTip(0, command.title)
            line.setSizeHint(0, QSize(0, self.fontMetrics().height() + 10))
        self.list.itemActivated.connect(lambda line, _: self.begin(line.data(0, ID)))
        self.list.currentItemChanged.connect(lambda *_: self._enable())
        self.list.installEventFilter(self)

    def _make_recorder(self) -> None:
        self.heading = label("", "heading")
        self.field = KeyField("New keys")
        self.field.pressed.connect(self._judge)
        self.field.accepted.connect(self._use)
        self.field.left.connect(self.leave)
        self.use = self._button("Use", self._use)
        self.take = self._button("Take it from there", self._bind)
        self.besides = QCheckBox("Keep its other keys too")
        self.besides.setAccessibleName("Keep its other keys too")
        self.besides.toggled.connect(lambda _: self._judge(self.field.text()))
        self.wrong = label("", "error", wrap=True)
        self.wrong.setAccessibleName("What is wrong")
        self.recorder = QFrame()
        self.recorder.setFrameShape(QFrame.Shape.StyledPanel)
        self.recorder.setProperty("role", "popup")
        line = row(self.wrong, self.take)
        line.setStretch(0, 1)
        inside = column(
            self.heading, row(self.field, self.use, self._button("Cancel", self.leave)), line,
            row(label(HOW, "faint"), 1, self.besides), margins=(12, 10, 12, 10),
        )  # fmt: skip
        named(self.recorder, "New keys of a command", inside)
        self.recorder.setEnabled(False)
        self.recorder.hide()

    # ------------------------------------------------------------------------------------------------------- the list

    def refresh(self) -> None:
        """Show the keys as they are now."""
        keymap = BINDINGS.keymap
        for name, line in self.rows.items():
            changed = keymap.changed(name)
            line.setText(1, APART.join(keymap.of(name)))
            line.setText(3, "changed" if changed else "")
            for at in range(4):
                font = line.font(at)
                font.setBold(changed)
                line.setFont(at, font)
        self._narrow()

    def _narrow(self, chooses: bool = False) -> None:
        """Show the commands that fit the words, or that have the keys that were pressed, and go to one of them: to the one
        that is called so where it shall be chosen anew."""
        searched = (self.pressed.text(), self.pressed.other) if self.by_key.isChecked() else ()
        pressed = [stroke for stroke in searched if stroke]
        sought = [] if self.by_key.isChecked() else self.search.text().lower().split()
        for line in self.rows.values():
            command: Command = line.data(0, ID)
            own = BINDINGS.keymap.of(command.id)
            said = " ".join((command.title, where(command), line.text(3), *own, *command.words)).lower()
            fits = all(word in said for word in sought)
            has = any(rules.overlap(stroke, one) for stroke in pressed for one in own)
            line.setHidden(not fits or (bool(pressed) and not has))
        shown = [line for line in self.rows.values() if not line.isHidden()]
        called = [line for line in shown if line.text(0).lower().startswith(" ".join(sought) or "\n")]
        if (chooses and called) or (shown and self.list.currentItem() not in shown):
            self.list.setCurrentItem((called or shown)[0])
        self._enable()

    def _search_by(self, keys: bool) -> None:
        self.search.setVisible(not keys)
        self.pressed.setVisible(keys)
        self.pressed.clear()
        (self.pressed if keys else self.search).setFocus()
        self._narrow()

    def chosen(self) -> Command | None:
        """The command of the current row, None where no row is seen."""
        line = self.list.currentItem()
        return None if line is None or line.isHidden() else line.data(0, ID)

    def choose(self, command: str) -> None:
        """Go to the row of a command."""
        self.by_key.setChecked(False)
        self.search.clear()
        self.list.setCurrentItem(self.rows[command])
        self.list.setFocus()

    def _enable(self) -> None:
        if not hasattr(self, "reset_all"):  # while it is being made
            return
        command, keymap = self.chosen(), BINDINGS.keymap
        self.change.setEnabled(command is not None)
        self.unbind.setEnabled(command is not None and bool(keymap.of(command.id)))
        self.reset.setEnabled(command is not None and keymap.changed(command.id))
        self.reset_all.setEnabled(bool(keymap.changes))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            stroke = keys.stroke(event)
            if watched is self.search and stroke in ("Down", "Enter"):
                self.list.setFocus()
                return True
            if watched is self.list and stroke in ("Delete", "Backspace"):
                self._unbind()
                return True
        return super().eventFilter(watched, event)

    # -------------------------------------------------------------------------------------------------------- changes

    def begin(self, command: Command | None = None) -> None:
        """Record keys for a command, or for the one of the current row."""
        command = command or self.chosen()
        if command is None:
            return
        if command.id == rules.FIXED:
            self._say(rules.refusal(command, "") or "", wrong=True)
            return
        self.recorded = command
        self.heading.setText(f"New keys of “{command.title}”")
        self.heading.setAccessibleName(self.heading.text())
        self.field.clear()
        self.field.by_place = command.context == "window"
        self.field.setAccessibleName(f"New keys of {command.title}")
        self.besides.setChecked(False)
        self.besides.setVisible(bool(BINDINGS.keymap.of(command.id)))
        self.said.hide()
        self._judge("")
        self.recorder.setEnabled(True)
        self.recorder.show()
        self.list.scrollToItem(self.rows[command.id])
        self.field.setFocus()

    def _judge(self, pressed: str) -> None:
        """Say at once why the keys cannot be used, and offer to take them from where they are."""
        command, reason, found = self.recorded, "", []
        if command is not None and pressed:
            reason = rules.refusal(command, pressed) or ""
            if not reason:
                found = rules.clashes(BINDINGS.keymap, command, pressed, self.besides.isChecked())
                reason = rules.said(command, pressed, found) if found else ""
        self.wrong.setText(reason)
        self.wrong.setVisible(bool(reason))
        self.take.setVisible(bool(found))
        self.use.setEnabled(bool(pressed) and not reason)
        if reason:
            self.window_.following.speak(reason)

    def _use(self) -> None:
        if self.use.isEnabled():
            self._bind()
        elif self.take.isVisible():
            self.take.setFocus()  # a second Enter or Space takes the keys away, never the first

    def _bind(self) -> None:
        command, pressed, keymap = self.recorded, self.field.text(), BINDINGS.keymap
        assert command is not None
        besides = self.besides.isChecked()
        taken = rules.clashes(keymap, command, pressed, besides)
        BINDINGS.take(rules.rebound(keymap, command, pressed, besides))
        self.leave()
        self._say(f"{pressed} runs “{command.title}” now.{_lost(taken)}")

    def leave(self) -> None:
        """Record nothing any more."""
        self.recorded = None
        self.recorder.setEnabled(False)  # keys may still come to what had the focus
        self.recorder.hide()
        self.list.setFocus()

    def _unbind(self) -> None:
        command = self.chosen()
        if command is None:
            return
        try:
            BINDINGS.take(rules.unbound(BINDINGS.keymap, command))
        except Error as error:
            self._say(str(error), wrong=True)
            return
        self._say(f"“{command.title}” has no keys now.")

    def _reset(self) -> None:
        command = self.chosen()
        if command is None:
            return
        keymap, taken = rules.reset(BINDINGS.keymap, command)
        BINDINGS.take(keymap)
        self._say(f"“{command.title}” has its first keys again.{_lost(taken)}")

    def _reset_all(self) -> None:
        count = len(BINDINGS.keymap.changes)
        words = f"Give {count} changed commands" if count > 1 else "Give the changed command"
        if QMessageBox.question(self, "Reset all", f"{words} the keys of the first start again?") in (
            QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.Ok,
        ):  # fmt: skip
            BINDINGS.take(Keymap())
            self._say("All commands have their first keys again.")

    def _say(self, words: str, wrong: bool = False) -> None:
        self.said.setText(words)
        self.said.setProperty("role", "error" if wrong else "faint")
        self.said.style().polish(self.said)
        self.said.show()
        self.window_.following.speak(words)

    # ---------------------------------------------------------------------------------------------------------- files

    def _export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Export keyboard shortcuts", "shortcuts.json", FILES)
        if not path:
            return
        try:
            Path(path).write_text(rules.encode(BINDINGS.keymap), "utf-8")
        except OSError as error:
            self._say(f"{path} could not be written: {error.strerror}.", wrong=True)
            return
        self._say(f"The changes are in {path}.")

    def _import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Import keyboard shortcuts", "", FILES)
        if not path:
            return
        try:
            keymap, fault = rules.decode(Path(path).read_bytes().decode())
        except OSError as error:
            self._say(f"{path} could not be read: {error.strerror}.", wrong=True)
        except (UnicodeDecodeError, Error) as error:
            self._say(f"{path} was not taken. {error if isinstance(error, Error) else 'It is no text.'}", wrong=True)
        else:
            BINDINGS.take(keymap)
            self._say(fault or f"The shortcuts of {path} are in use.", wrong=bool(fault))


def _lost(taken: list[rules.Clash]) -> str:
    """What lost its keys, in words."""
    lost = dict.fromkeys(clash.command for clash in taken)
    words = []
    for command in lost:
        left = BINDINGS.keymap.first(command.id)
        words.append(f" “{command.title}” {f'still has {left}' if left else 'has none any more'}.")
    return "".join(words)


def show_rebinding(window: Any, command: str = "") -> RebindingDialog:
    """Open the dialog, or bring the open one to the front, at the row of a command."""
    found = next((one for one in window.findChildren(RebindingDialog) if one.isVisible()), None)
    dialog: RebindingDialog = found or RebindingDialog(window)
    if command:
        dialog.choose(command)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog
