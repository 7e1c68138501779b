"""Key strokes and buttons of Qt in the words of the command table ("Ctrl+Shift+P", "Delete", "Left", "?")."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputEvent, QKeyEvent, QKeySequence

from tensordraw.editor.events import Button, Modifier
from tensordraw.editor.keys import strokes

BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.RightButton: "right",
}
# Where the table's word for a key differs from Qt's portable one.
NAMES = {"Del": "Delete", "Esc": "Escape", "Return": "Enter", "Ins": "Insert", "PgUp": "PageUp", "PgDown": "PageDown"}
PORTABLE = QKeySequence.SequenceFormat.PortableText
# Codes of the keys 0 to 9 above the letters: virtual keys of macOS, scan codes of Windows, and those of X11 and Wayland.
DIGITS = {
    "darwin": (29, 18, 19, 20, 21, 23, 22, 26, 28, 25), "win32": (11, *range(2, 11)),
}.get(sys.platform, (19, *range(10, 19)))  # fmt: skip
BARE = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown)


def modifiers(event: QInputEvent) -> frozenset[Modifier]:
    """The modifier keys that were down."""
    return words(event.modifiers())


def words(down: Qt.KeyboardModifier) -> frozenset[Modifier]:
    """Modifier keys by name."""
    names: list[tuple[Qt.KeyboardModifier, Modifier]] = [
        (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
        (Qt.KeyboardModifier.ShiftModifier, "Shift"),
        (Qt.KeyboardModifier.AltModifier, "Alt"),
    ]
    return frozenset(name for bit, name in names if down & bit)


def stroke(event: QKeyEvent) -> str:
    """A key stroke as the command table writes it; "" for a modifier alone and for a key without a name."""
    key = Qt.Key(event.key())
    if key in BARE:
        return ""
    down = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.GroupSwitchModifier
    name = QKeySequence(key).toString(PORTABLE)
    name = NAMES.get(name, name)
    text = event.text()
    written = text if text and text.isprintable() else name if len(name) == 1 else ""  # no text comes with Ctrl
    if written and not written.isalnum() and written != " ":
        down &= ~Qt.KeyboardModifier.ShiftModifier  # "?" is "?", wherever it lies on the keyboard
    parts = [
        word
        for bit, word in (
            (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
            (Qt.KeyboardModifier.MetaModifier, "Meta"),
            (Qt.KeyboardModifier.AltModifier, "Alt"),
            (Qt.KeyboardModifier.ShiftModifier, "Shift"),
        )
        if down & bit
    ]
    return "+".join([*parts, name]) if name else ""


def sequence(keys: str) -> QKeySequence:
    """The Qt sequence of the table's keys."""
    back = {word: name for name, word in NAMES.items()}
    said = ["+".join(back.get(word, word) for word in one.split("+")) for one in strokes(keys)]
    return QKeySequence.fromString(", ".join(said), PORTABLE)


def digit_stroke(event: QKeyEvent) -> str:
    """The stroke of Shift and a digit by the place of the key ("Shift+3" where "#" is written there), else "".

    Shortcuts of the window know a key by that name too; the canvas knows it by what it writes.
    """
    written = stroke(event)
    if len(written) != 1 or written.isalnum() or not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return ""
    code = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
    return f"Shift+{DIGITS.index(code)}" if code in DIGITS else ""
