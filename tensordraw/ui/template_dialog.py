"""The sizes and switches of a template, asked for before it is opened. Sizes that do not fit are said in the dialog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QLineEdit, QWidget

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.templates import Parameter, templates
from tensordraw.templates import template as build
from tensordraw.templates.filled import FORMS, LOADERS, UNSAID, filled
from tensordraw.templates.loading import Loaded
from tensordraw.ui.model_field import ModelField
from tensordraw.ui.widgets import accepting, column, fault, label


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
    try:
        return int(words) if words else None
    except ValueError:
        raise Error(f"{field.accessibleName()} is a whole number, not {words!r}.") from None


class TemplateDialog(QDialog):
    """A form with a field for each parameter."""

    def __init__(self, parent: QWidget, template: str) -> None:
        super().__init__(parent)
        entry = next(one for one in templates() if one.name == template)
        self.template = template
        self.diagram: Diagram | None = None  # what was made
        self.loaded: Loaded | None = None  # of a trained model, where one was given
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
        self._forms = (*FORMS, *UNSAID.get(template, ()))  # that a model's files do not say
        self.weights: ModelField | None = None  # for templates that take a trained model, whose sizes then count
        if template in LOADERS:
            self.weights = ModelField(template=template)
            self.weights.changed.connect(self._follow_weights)
        self.said = fault()
        layout = column(label(entry.sentence, "faint", wrap=True), margins=(18, 16, 18, 14), spacing=12)
        layout.addLayout(form)
        if self.weights is not None:
            layout.addWidget(label("Weights", "heading"))
            layout.addWidget(self.weights)
        layout.addWidget(self.said)
        layout.addWidget(accepting(self, "Create"))
        self.setLayout(layout)

    def _follow_weights(self) -> None:
        """The sizes are the model's where one is given; how it is drawn may still be chosen."""
        for name, field in self.fields.items():
            field.setEnabled(self.weights is None or not self.weights.path or name in self._forms)

    def accept(self) -> None:
        """Make the drawing and close, or say what is wrong with the sizes or the model."""
        if self.weights is not None and self.weights.path:
            loaded = self.weights.loaded
            if loaded is None:
                self.weights.when_loaded(self.accept)  # what is wrong stands beneath the field
                return
            forms = {name: value for name, value in self.values().items() if name in self._forms}
            try:
                diagram = (
                    filled(self.template, Path(self.weights.path), forms) if any(forms.values()) else loaded.diagram
                )
            except Error as error:
                self._refuse(error)
                return
            self.loaded = replace(loaded, diagram=diagram)
            super().accept()
            return
        try:
            self.diagram = build(self.template, **self.values())
        except Error as error:
            self._refuse(error)
            return
        super().accept()

    def _refuse(self, error: Error) -> None:
        self.said.setText(str(error))
        self.said.show()

    def values(self) -> dict[str, Any]:
        """What was chosen, by parameter."""
        found = {name: _value(field) for name, field in self.fields.items()}
        return {name: value for name, value in found.items() if value is not None}
