"""The question whether changes are saved: of one document, or of several that are closed together."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtWidgets import QMessageBox, QWidget

Answer: TypeAlias = Literal["save", "discard", "cancel"]
CHOICE = QMessageBox.StandardButton


class Asking:
    """Asks about each document; where there are `several`, an answer may be for all that are left (`known`)."""

    def __init__(self, several: bool = False) -> None:
        self.several = several
        self.known: Answer | None = None

    def about(self, window: QWidget, name: str) -> Answer:
        """What shall become of the changes to the document of this name."""
        if self.known is not None:
            return self.known
        box = QMessageBox(window)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to {name}?")
        box.setInformativeText("They are lost if you do not save them.")
        buttons = CHOICE.Save | CHOICE.Discard | CHOICE.Cancel
        if self.several:
            buttons |= CHOICE.SaveAll | CHOICE.NoToAll
        box.setStandardButtons(buttons)
        if self.several:
            for button, words in ((CHOICE.SaveAll, "Save all"), (CHOICE.NoToAll, "Discard all")):
                box.button(button).setText(words)
        box.setDefaultButton(CHOICE.Save)
        answer = box.exec()
        if answer in (CHOICE.SaveAll, CHOICE.NoToAll):
            self.known = "save" if answer == CHOICE.SaveAll else "discard"
            return self.known
        return "save" if answer == CHOICE.Save else "discard" if answer == CHOICE.Discard else "cancel"
