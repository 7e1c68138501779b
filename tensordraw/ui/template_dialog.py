"""The sizes and switches of a template, asked for before it is opened."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QGridLayout, QLineEdit, QWidget

from tensordraw.templates import Parameter, templates
from tensordraw.ui.widgets import column, label


def _field(parameter: Parameter) -> QWidget:
    """A switch, or a number; one that follows from the others may stay empty."""
    made: QCheckBox | QLineEdit
    if parameter.kind == "switch":
        made = QCheckBox()
        made.setChecked(bool(parameter.default))
    else:
        made = QLineEdit("" if parameter.default is None else str(parameter.default))
        made.setPlaceholderText("follows")
        made.setValidator(QIntValidator(parameter.minimum, parameter.maximum, made))
        made.setFixedWidth(96)
    made.setAccessibleName(parameter.name)
    made.setToolTip(parameter.meaning)
    return made


def _value(field: QWidget) -> Any:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    assert isinstance(field, QLineEdit)
    words = field.text().strip()
    return int(words) if words else None


class TemplateDialog(QDialog):
    """A form with a field for each parameter."""

    def __init__(self, parent: QWidget, template: str) -> None:
        super().__init__(parent)
        entry = next(one for one in templates() if one.name == template)
        self.setWindowTitle(entry.title)
        self.setMinimumWidth(600)
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(7)
        self.fields: dict[str, QWidget] = {}
        for at, parameter in enumerate(entry.parameters):
            field = _field(parameter)
            self.fields[parameter.name] = field
            form.addWidget(label(parameter.name), at, 0)
            form.addWidget(field, at, 1)
            form.addWidget(label(parameter.meaning, "faint"), at, 2)
        form.setColumnStretch(2, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        create = buttons.addButton("Create", QDialogButtonBox.ButtonRole.AcceptRole)
        create.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = column(label(entry.sentence, "faint", wrap=True), margins=(18, 16, 18, 14), spacing=12)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setLayout(layout)

    def values(self) -> dict[str, Any]:
        """What was chosen, by parameter."""
        found = {name: _value(field) for name, field in self.fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def ask_parameters(parent: QWidget, template: str) -> dict[str, Any] | None:
    """The parameters that a person chose, None where it was called off."""
    dialog = TemplateDialog(parent, template)
    return dialog.values() if dialog.exec() == QDialog.DialogCode.Accepted else None
