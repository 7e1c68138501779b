"""Strokes of keys on the canvas: each runs a command, or is the first of two that do."""

from __future__ import annotations

from tensordraw.ui.bindings import BINDINGS


class Presses:
    """`begun` is the first of two strokes while the second is waited for, else ""."""

    def __init__(self) -> None:
        self.begun = ""

    def takes(self, stroke: str) -> bool:
        """Whether the stroke is for the canvas, and not for the shortcuts of the window."""
        return bool(self.begun) or stroke in BINDINGS.keymap.taken_by_canvas

    def press(self, stroke: str) -> str | None:
        """The command that the stroke runs, "" where it runs none, None where it is not for the canvas."""
        begun, self.begun = self.begun, ""
        if not begun and BINDINGS.keymap.following(stroke):
            self.begun = stroke
            return ""
        if not begun and stroke not in BINDINGS.keymap.taken_by_canvas:
            return None
        command = BINDINGS.keymap.command(f"{begun}, {stroke}" if begun else stroke)
        return "" if command is None else command.id

    def hint(self) -> str:
        """What may follow the first of two strokes, "" where none is pressed."""
        if not self.begun:
            return ""
        found = [f"{stroke} {command.title}" for stroke, command in BINDINGS.keymap.following(self.begun)]
        return f"{self.begun}, then:  {' · '.join(found[:5])}{' …' if len(found) > 5 else ''}"
