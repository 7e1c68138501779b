"""Where and how the figure is exported, with the page as it will be. What cannot be written is said in the dialog, which
keeps what was typed; what the printed figure would suffer from is said while it is being chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from tensordraw.diagram.exports import Export
from tensordraw.diagram.fingerprints import charts
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure import export
from tensordraw.figure.lengths import PRESETS
from tensordraw.figure.panels import panel_path, panels
from tensordraw.figure.simulating import KINDS, recolouring
from tensordraw.figure.themes import THEMES
from tensordraw.ui.paint import picture
from tensordraw.ui.widgets import accepting, button, column, fault, label, row

_TRANSPARENT = (
    "The PNG is transparent, so that its black ink cannot be seen on a dark page: "
    "tick “White background” where that may happen."
)
FIGURES = "Figures (*.svg *.pdf *.png *.eps *.tex)"
_FONTS = {"typeface of the theme": "", "Latin Modern": "latin-modern", "STIX Two": "stix", "Fira (sans)": "sans"}
_SCALES = {"lines and letters keep their size": "absolute", "everything is scaled": "all"}
_PREVIEW = (360, 220)
_PAUSE = 150  # ms after the last change before the preview is drawn

Field = TypeVar("Field", bound=QWidget)
Write = Callable[[str, Export], str]  # path, options; what went wrong, "" where nothing did


class ExportDialog(QDialog):
    """Asks for a file and the options of the export, and writes."""

    def __init__(self, parent: QWidget, diagram: Diagram, start: str, write: Write) -> None:
        super().__init__(parent)
        self.diagram, self.write, self.given = diagram, write, export.remembered(diagram)
        self.allowed = ""  # the file dialog has asked already whether this one may be written over
        self.setWindowTitle("Export figure")
        self.setMinimumWidth(880)
        self._make_fields(start)
        self.preview = QLabel()
        self.preview.setAccessibleName("Preview")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setFixedSize(*_PREVIEW)
        self.cautions = label("", "faint", wrap=True)
        self.cautions.setAccessibleName("What to mind")
        self.said = fault()
        seen = column(self.preview, self.simulate, self.cautions, 1, spacing=10)
        layout = column(margins=(18, 16, 18, 14), spacing=12)
        layout.addLayout(row(seen, self._form(), spacing=18))
        layout.addWidget(self.said)
        layout.addWidget(accepting(self, "Export"))
        self.setLayout(layout)
        self.timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self.timer.timeout.connect(self.show_preview)
        self._watch()
        self.show_preview()

    def _make_fields(self, start: str) -> None:
        given = self.given
        self.path = _named(QLineEdit(start), "File")
        self.path.setToolTip("Its name ends in .svg, .pdf, .png, .eps or .tex (TikZ).")
        self.preset = _named(
            _choices([("none", ""), *((p.sentence, p.name) for p in PRESETS.values())], given.width), "Preset"
        )
        self.width_ = _named(QLineEdit(given.width), "Width")
        self.width_.setPlaceholderText(r"natural size, or for example 86mm, 3.4in, 0.5\linewidth")
        self.scale = _named(_choices(list(_SCALES.items()), given.scale), "Scaling")
        self.theme = _named(_choices([(name, name) for name in THEMES], given.theme), "Theme")
        self.font_ = _named(_choices(list(_FONTS.items()), given.font), "Typeface")
        self.label = _named(_number(given.label, 0, 100, "size of the theme"), "Size of labels in points")
        self.padding = _named(_number(given.padding, 0, 1000), "Padding in points")
        self.dpi = _named(_number(given.dpi, 1, 10_000, step=50), "Pixels an inch")
        self.white = _check(
            "White background", given.background == "white", "Without it paper is transparent, also in a PNG."
        )
        self.text = _check(
            "Labels of an SVG as text", given.text, "They can be selected; outlines look the same everywhere."
        )
        self.hatch = _check("Hatching tells fills apart", given.hatch, "For printing in grey.")
        self.standalone = _check(
            "TikZ as a LaTeX document", given.standalone, "Without it a picture to be pasted into one."
        )
        self.source = _check(
            "The figure carries its document, so that it can be opened again", given.source,
            "Without the numbers of its arrays.",
        )  # fmt: skip
        self.values = _check(
            "With the numbers of its charts",
            given.values,
            "Without them its charts are drawn, but not in the document.",
        )
        self.values.setVisible(bool(charts(self.diagram)))
        self.blind = _check(
            "Blind review: no document, title, path or name of this program in the figure", given.blind,
            "The description is made from what is drawn.",
        )  # fmt: skip
        self.frames = _check(
            "A file for each panel, at one scale", given.frames, "Named by their letters: figure-a.pdf."
        )
        self.frames.setVisible(bool(panels(self.diagram)))
        letter = next((note.text for note in panels(self.diagram) if note.id == given.frame), "")
        self.frame_ = _check(f"Only the panel {letter}", bool(letter), "Without it the whole drawing is exported.")
        self.frame_.setVisible(bool(letter))
        self.simulate = _named(_choices([("in colour", ""), *((kind, kind) for kind in KINDS)], ""), "Preview")

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.addRow("File", row(self.path, button("open", "Browse", self._browse)))
        form.addRow("Preset", self.preset)
        form.addRow("Width", self.width_)
        form.addRow("Scaling", self.scale)
        form.addRow("Theme", self.theme)
        form.addRow("Letters", row(self.font_, self.label))
        form.addRow("Padding", row(self.padding, label("Pixels an inch"), self.dpi, 1))
        form.addRow("", row(self.white, self.hatch, 1))
        form.addRow("", row(self.text, self.standalone, 1))
        form.addRow("", row(self.frames, self.frame_, 1))
        form.addRow("", self.source)
        form.addRow("", self.values)
        form.addRow("", self.blind)
        return form

    def _watch(self) -> None:
        self.preset.activated.connect(lambda _: self._take_preset())
        for box in (self.scale, self.theme, self.font_, self.simulate):
            box.currentIndexChanged.connect(lambda _: self.timer.start())
        for field in (self.width_, self.path):
            field.textChanged.connect(lambda _: self.timer.start())
        for number in (self.label, self.padding, self.dpi):
            number.valueChanged.connect(lambda _: self.timer.start())
        for check in (self.white, self.hatch, self.text, self.standalone, self.source, self.values, self.blind,
                      self.frame_):  # fmt: skip
            check.toggled.connect(lambda _: self.timer.start())
        for check in (self.blind, self.source):
            check.toggled.connect(lambda _: self._follow_source())
        self._follow_source()

    def _follow_source(self) -> None:
        self.source.setEnabled(not self.blind.isChecked())
        self.values.setEnabled(self.source.isEnabled() and self.source.isChecked())

    def _take_preset(self) -> None:
        name = str(self.preset.currentData())
        self.width_.setText(name)
        if name:
            found = PRESETS[name]
            self.theme.setCurrentIndex(self.theme.findData(found.theme))
            self.scale.setCurrentIndex(self.scale.findData(found.scale))
            self.dpi.setValue(found.dpi)

    def options(self) -> Export:
        """What is chosen; Error where something typed cannot be read."""
        background = (
            "white" if self.white.isChecked() else "" if self.given.background == "white" else self.given.background
        )
        made: dict[str, object] = {
            "width": self.width_.text().strip(), "scale": self.scale.currentData(), "theme": self.theme.currentData(),
            "font": self.font_.currentData(), "label": _kept(self.label, self.given.label),
            "padding": _kept(self.padding, self.given.padding), "dpi": _kept(self.dpi, self.given.dpi),
            "background": background, "text": self.text.isChecked(), "hatch": self.hatch.isChecked(),
            "standalone": self.standalone.isChecked(), "source": self.source.isChecked(),
            "values": self.values.isChecked(), "blind": self.blind.isChecked(),
            "frames": self.frames.isChecked() and bool(panels(self.diagram)),
            "frame": self.given.frame if self.frame_.isChecked() else "",
        }  # fmt: skip
        return export.options(self.given, **made)  # type: ignore[arg-type]

    def show_preview(self) -> None:
        """Draw the page as it would be, and say what to mind."""
        try:
            chosen = self.options()
            page = export.drawn(self.diagram, chosen)
            found = export.cautions_of(self.diagram, page, chosen, self.path.text())
        except Error as error:
            self.cautions.setText(str(error))
            return
        kind = str(self.simulate.currentData())
        drawn = picture(
            page.figure, *_PREVIEW, self.devicePixelRatioF(), recolouring(page.figure, kind) if kind else None
        )
        sheet = QPixmap(drawn.size())
        sheet.setDevicePixelRatio(drawn.devicePixelRatio())
        sheet.fill(QColor(page.background or "#ffffff"))
        painter = QPainter(sheet)
        painter.drawPixmap(0, 0, drawn)
        painter.end()
        self.preview.setPixmap(sheet)
        left, top, right, bottom = page.figure.box
        wide, high = ((b - a + 2 * chosen.padding) * page.factor / 72 * 25.4 for a, b in ((left, right), (top, bottom)))
        said = [f"{wide:.1f} x {high:.1f} mm", *(caution.sentence for caution in found)]
        if page.background is None and self.path.text().strip().lower().endswith(".png"):
            said.append(_TRANSPARENT)
        self.cautions.setText("\n".join(said))

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export figure", self.path.text(), FIGURES)
        if chosen:
            self.path.setText(chosen)
            self.allowed = str(Path(chosen).expanduser())

    def accept(self) -> None:
        """Write, and close where that worked; over other files only where that is wanted."""
        path = self.path.text().strip()
        try:
            chosen, to = self.options(), str(Path(path).expanduser())
            if path and not self._may_write(to, chosen):
                return
            sentence = self.write(to, chosen) if path else "Say which file the figure goes to."
        except Error as error:
            sentence = str(error)
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        if not sentence:
            super().accept()

    def _may_write(self, path: str, chosen: Export) -> bool:
        """Whether the files may be written: asked where there are some that the document was not exported to last."""
        last = self.given.path and (Path(self.diagram.home) / self.given.path).resolve()
        names = [path]
        if chosen.frames:
            names = [panel_path(path, note, number) for number, note in enumerate(panels(self.diagram), 1)]
        there = [Path(name) for name in names if Path(name).exists()]
        if not there or path == self.allowed or (last and Path(path).resolve() == last):
            return True
        box = QMessageBox(self)
        box.setWindowTitle("Export figure")
        several = f" and {len(there) - 1} more" if len(there) > 1 else ""
        box.setText(f"{there[0].name}{several} {'are' if several else 'is'} there already.")
        box.setInformativeText("Exporting writes over what is in it." if not several else "Exporting writes over them.")
        choice = QMessageBox.StandardButton
        box.setStandardButtons(choice.Save | choice.Cancel)
        box.button(choice.Save).setText("Write over")
        box.setDefaultButton(choice.Cancel)
        return box.exec() == choice.Save


def _named(field: Field, name: str) -> Field:
    field.setAccessibleName(name)
    return field


def _choices(entries: list[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    for words, name in entries:
        box.addItem(words, name)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box


def _number(value: float, least: float, most: float, nothing: str = "", step: float = 1.0) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(least, most)
    box.setDecimals(1)
    box.setSingleStep(step)
    box.setSpecialValueText(nothing)
    box.setValue(value)
    return box


def _kept(box: QDoubleSpinBox, given: float) -> float:
    """The number in the box, or the given one where it shows that, which may have more decimals."""
    return given if abs(box.value() - given) < 0.6 * 10.0 ** -box.decimals() else box.value()


def _check(words: str, on: bool, hint: str) -> QCheckBox:
    box = QCheckBox(words)
    box.setChecked(on)
    box.setToolTip(hint)
    return box
