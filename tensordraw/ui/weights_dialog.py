"""The dialog that loads a trained model: its folder or file, what it is, and where its drawing goes."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QWidget

from tensordraw.diagram.records import Diagram
from tensordraw.ui import settings
from tensordraw.ui.model_field import ModelField
from tensordraw.ui.widgets import accepting, column, label

WORDS = (
    "A folder as transformers saves it (config.json beside safetensors), or a .gguf file. The drawing refers to the "
    "arrays in their files, nothing is copied."
)


class WeightsDialog(QDialog):
    """Chooses a model for the shown document, or for a new one."""

    def __init__(self, parent: QWidget, into: Diagram | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Load weights")
        self.setMinimumWidth(600)
        self.model = ModelField(into)
        self.model.changed.connect(self._offer)
        self.new = QCheckBox("Open as a new drawing")
        self.new.setAccessibleName("Open as a new drawing")
        policy = self.new.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.new.setSizePolicy(policy)
        self.buttons = accepting(self, "Load")
        self.setLayout(
            column(
                label(WORDS, "faint", wrap=True),
                self.model,
                self.new,
                self.buttons,
                margins=(18, 16, 18, 14),
                spacing=12,
            )
        )
        self._offer()
        self.model.field.setText(settings.model())
        self.model.field.selectAll()
        self.model.field.setFocus()

    def _offer(self) -> None:
        loaded = self.model.loaded
        self.new.setVisible(loaded is not None and loaded.how != "new")
        for made in self.buttons.buttons():
            if self.buttons.buttonRole(made) == QDialogButtonBox.ButtonRole.AcceptRole:
                made.setEnabled(loaded is not None or self.model.looking)

    def accept(self) -> None:
        """Close once the model is known; what is wrong with it stands beneath the field."""
        self.model.when_loaded(super().accept)
