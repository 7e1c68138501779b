"""Small builders of widgets that every panel uses: each gives its widget an accessible name and its spacing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QLayout, QToolButton, QVBoxLayout, QWidget

from tensordraw.ui.icons import icon


def button(icon_name: str, words: str, act: Callable[[], object], parent: QWidget | None = None) -> QToolButton:
    """A flat button with an icon; `words` is its tooltip and accessible name."""
    made = QToolButton(parent)
    made.setIcon(icon(icon_name))
    made.setIconSize(QSize(16, 16))
    made.setToolTip(words)
    made.setAccessibleName(words)
    made.setAutoRaise(True)
    made.clicked.connect(lambda: act())
    return made


def label(text: str, role: str = "", wrap: bool = False) -> QLabel:
    """A label; `role` is one of the style sheet's: heading, faint, title, error."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    made.setAccessibleName(text or "Text")
    return made


def fault() -> QLabel:
    """An empty line of a dialog that says what is wrong with what was typed; hidden until then."""
    made = label("", "error", wrap=True)
    made.setAccessibleName("What is wrong")
    made.hide()
    return made


def accepting(dialog: QDialog, words: str) -> QDialogButtonBox:
    """The buttons of a dialog: `words` accepts it, Cancel leaves it."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)  # only a child can be the dialog's default
    done = box.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
    done.setDefault(True)
    done.setAccessibleName(words)
    box.accepted.connect(lambda: dialog.accept())
    box.rejected.connect(dialog.reject)
    box.setAccessibleName("Buttons")
    return box


def column(
    *parts: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 6
) -> QVBoxLayout:
    """A vertical layout; a number is a stretch."""
    made = QVBoxLayout()
    _fill(made, parts, margins, spacing)
    return made


def row(
    *parts: QWidget | QLayout | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 6
) -> QHBoxLayout:
    """A horizontal layout; a number is a stretch."""
    made = QHBoxLayout()
    _fill(made, parts, margins, spacing)
    return made


def _fill(made, parts, margins, spacing) -> None:  # type: ignore[no-untyped-def]
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        elif isinstance(part, QWidget):
            made.addWidget(part)
        else:
            made.addLayout(part)


def named(widget: QWidget, name: str, layout: QVBoxLayout | QHBoxLayout | None = None) -> QWidget:
    """Give a widget its accessible name (and layout)."""
    widget.setAccessibleName(name)
    if layout is not None:
        widget.setLayout(layout)
    return widget


def empty(layout: QLayout) -> None:
    """Take all widgets out of a layout."""
    while layout.count():
        entry = layout.takeAt(0)
        gone = entry.widget() if entry is not None else None
        if gone is not None:
            gone.deleteLater()
