"""The controls of a slice: which axes the picture shows, and a slider for each other axis, named as the axes are."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSlider, QWidget

from tensordraw.program import viewing
from tensordraw.program.viewing import View
from tensordraw.ui.valued import Value, quoted
from tensordraw.ui.widgets import column, label, named, row


class SliceControls(QWidget):
    """Shows a view's axes and positions; `changed` gives the view that a hand asks for."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.view: View | None = None
        self.value: Value | None = None
        self.pickers: list[QComboBox] = []
        self.words: list[QLabel] = []
        choices: list[QWidget | int] = []
        for which, name in enumerate(("rows", "columns")):
            picker = QComboBox()
            picker.setAccessibleName(f"Axis of the {name}")
            picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            picker.activated.connect(partial(self._pick, which))
            self.pickers.append(picker)
            self.words.append(label(name, "faint"))
            choices += [self.words[-1], picker]
        self.sliders: dict[int, QSlider] = {}
        self.positions: dict[int, QWidget] = {}  # each slider with its words
        self.numbers: dict[int, QLabel] = {}
        self.grid = QGridLayout()
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setVerticalSpacing(2)
        named(self, "Slice", column(row(*choices, 1), self.grid, spacing=4))
        self._shape: tuple[tuple[str, int], ...] = ()

    def show_view(self, view: View, value: Value) -> None:
        """Show this view of this value; sliders are made anew where the axes are others."""
        self.view, self.value = view, value
        shape = tuple(zip(value.axes, value.array.shape, strict=True))
        if shape != self._shape:
            self._shape = shape
            self._make()
        shown = viewing.shown(view)
        two = len(shown) == 2
        for which, axis in enumerate((view.rows, view.columns)):
            self.pickers[which].setCurrentIndex(axis)
            seen = len(shape) > 1 and (two or which == 1) and (len(shape) > 2 or not two)
            self.pickers[which].setVisible(seen)
            self.words[which].setVisible(seen)
        self.words[1].setText("columns" if two else "along")
        for axis, slider in self.sliders.items():
            slider.blockSignals(True)
            slider.setValue(view.at[axis])
            slider.blockSignals(False)
            self.positions[axis].setVisible(axis not in shown)
            texts = value.texts(axis)
            self.numbers[axis].setText(
                f"{view.at[axis]} {quoted(texts[view.at[axis]])}" if texts else str(view.at[axis])
            )

    def _make(self) -> None:
        for picker in self.pickers:
            picker.clear()
            picker.addItems([axis for axis, _ in self._shape])
        for holder in self.positions.values():
            self.grid.removeWidget(holder)
            holder.deleteLater()
        self.sliders, self.positions, self.numbers = {}, {}, {}
        for axis, (name, size) in enumerate(self._shape):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, max(size - 1, 0))
            slider.setPageStep(max(size // 10, 1))
            slider.setAccessibleName(f"Position along {name}")
            slider.setToolTip(f"Position along {name}: 0 to {size - 1}. Arrow keys and the wheel move it.")
            slider.setMinimumWidth(70)
            slider.valueChanged.connect(partial(self._slide, axis))
            number = label("0", "faint")
            number.setMinimumWidth(28)
            name_label = label(name, "faint")
            name_label.setMinimumWidth(48)
            holder = named(QWidget(), f"Slice along {name}", row(name_label, slider, number))
            self.sliders[axis], self.positions[axis], self.numbers[axis] = slider, holder, number
            self.grid.addWidget(holder, axis, 0)

    def _slide(self, axis: int, position: int) -> None:
        if self.view is not None:
            at = (*self.view.at[:axis], position, *self.view.at[axis + 1 :])
            self.changed.emit(replace(self.view, at=at))

    def _pick(self, which: int, axis: int) -> None:
        """An axis for the rows (0) or columns (1); the other one gives way where it had that axis."""
        view = self.view
        if view is None:
            return
        rows, columns = view.rows, view.columns
        if which == 0:
            rows, columns = axis, rows if columns == axis else columns
        else:
            rows, columns = columns if rows == axis else rows, axis
        kind = "heatmap" if view.kind == "attention" else view.kind
        self.changed.emit(replace(view, rows=rows, columns=columns, kind=kind))
