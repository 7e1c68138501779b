"""The keys in use: those of the command table with the user's changes, and the words of the window that name them.

There is one set for the program. It is read from the settings when a window is made, and each change is written there
and told by `changed`. Words that name keys are templates: `{evaluate}` stands for the first keys of that command (or
where it is in the menus, if it has none), `{?evaluate}` for them in brackets (or for nothing). `tell` fills one in and
leaves it at its widget, so that `retell` can fill it in again.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from tensordraw.editor.commands import find
from tensordraw.editor.keys import TABLE, Keymap, decode, encode
from tensordraw.errors import Error
from tensordraw.ui.settings import settings

_HOLE = re.compile(r"(\b[Pp]ress )?\{(\??)(\w+)\}")
_KEPT = "keys in "  # begins the name of the property that holds a template
SHORT = {"Delete": "Del", "Escape": "Esc"}


class Bindings(QObject):
    """The keymap in use."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.keymap: Keymap = TABLE

    def read(self) -> str:
        """Take the keys that the settings hold; a sentence on what cannot be taken of them, "" where all can."""
        text = settings().value("shortcuts", "")
        self.keymap, fault = TABLE, ""
        if text:
            try:
                self.keymap, fault = decode(str(text))
            except Error as error:
                fault = f"The keyboard shortcuts of the settings cannot be read, and are as they were at first. {error}"
        self.changed.emit()
        return fault

    def take(self, keymap: Keymap) -> None:
        """Use these keys from now on, in the next sessions too."""
        self.keymap = keymap
        if keymap.changes:
            settings().setValue("shortcuts", encode(keymap))
        else:
            settings().remove("shortcuts")
        self.changed.emit()


BINDINGS = Bindings()


def keys_of(command: str) -> tuple[str, ...]:
    """All keys of a command as they are now."""
    return BINDINGS.keymap.of(command)


def short(command: str) -> str:
    """The first keys of a command in a hint line, "" where it has none."""
    keys = BINDINGS.keymap.first(command)
    return SHORT.get(keys, keys)


def filled(template: str, markup: bool = False) -> str:
    """The template with its keys filled in; `markup` says that it is HTML."""
    spelled = escape if markup else str

    def fill(found: re.Match[str]) -> str:
        press, bracket, command = found[1] or "", found[2], find(found[3])
        keys = BINDINGS.keymap.first(command.id)
        if bracket:
            return f" ({spelled(keys)})" if keys else ""
        if keys:
            return press + spelled(keys)
        chosen = {"Press ": "Choose ", "press ": "choose "}.get(press, "")  # from a menu
        return f"{chosen}{command.category} → {command.title.rstrip('…')}"

    return _HOLE.sub(fill, template)


def tell(widget: QWidget, template: str, what: str = "toolTip") -> None:
    """Give a property of a widget ("toolTip", "text", "accessibleName") the words of a template, now and after changes."""
    widget.setProperty(_KEPT + what, template)
    widget.setProperty(what, filled(template))


def retell(root: QWidget) -> None:
    """Fill in again the templates of all widgets in this one."""
    for widget in (root, *root.findChildren(QWidget)):
        for name in widget.dynamicPropertyNames():
            kept = bytes(name.data()).decode()
            if kept.startswith(_KEPT):
                widget.setProperty(kept.removeprefix(_KEPT), filled(str(widget.property(kept))))
