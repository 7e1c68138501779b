"""The values panel: what the drawing evaluates to, its shape and statistics, and a heatmap of a chosen 2-D slice.

It shows the `Result` of one document; values inside the drawing stand in its list too and are evaluated when chosen.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSizePolicy, QSlider, QWidget

from tensordraw.ui.heatmap import Heatmap
from tensordraw.ui.widgets import button, column, empty, label, named, row
from tensordraw.ui.wording import STALE, duration

if TYPE_CHECKING:
    from tensordraw.ui.results import Result

ASK = "Press Ctrl+Enter to evaluate the drawing."


class ValuesPanel(QWidget):
    """Shows the results of an evaluation; `run_asked` and `stop_asked` come from its buttons, `capture_asked` gives the
    name of a value inside the drawing."""

    run_asked = Signal()
    stop_asked = Signal()
    capture_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.arrays: dict[str, Any] = {}
        self.axes: dict[str, tuple[str, ...]] = {}
        self.result = QComboBox()
        self.result.setAccessibleName("Result")
        self.result.currentIndexChanged.connect(lambda _: self._show_result())
        self.result.activated.connect(self._choose)
        self.run = button("play", "Evaluate (Ctrl+Enter)", self.run_asked.emit)
        self.stop = button("stop", "Stop the evaluation", self.stop_asked.emit)
        self.stop.setEnabled(False)
        self.cost = label("", "faint")
        self.cost.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # it gives way to the side panels
        self.result.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.result.setMinimumContentsLength(18)
        self.age = label(STALE, "error")
        self.age.setToolTip("The drawing has changed since: Ctrl+Enter evaluates it again")
        self.said = label(ASK, wrap=True)
        self.entry = label("", "faint")
        self.heatmap = Heatmap()
        self.heatmap.pointed.connect(self.entry.setText)
        self.slices = QWidget()
        self.slices_row = QHBoxLayout(self.slices)
        self.slices_row.setContentsMargins(0, 0, 0, 0)
        self.slices.setAccessibleName("Slice")
        self.pickers: list[QComboBox] = []
        self.sliders: dict[int, QSlider] = {}
        self.positions: dict[int, QWidget] = {}  # each slider with its words
        self.rows_columns = (0, 1)
        top = row(self.run, self.stop, self.result, self.age, self.cost)
        top.setStretch(4, 1)
        left = QWidget()
        named(left, "Statistics", column(self.said, self.slices, self.entry, 1, margins=(0, 0, 0, 0)))
        left.setMinimumWidth(240)
        scroll = QScrollArea()
        scroll.setWidget(left)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName("Statistics and slice")
        body = row(scroll, self.heatmap)
        body.setStretch(0, 2)
        body.setStretch(1, 3)
        named(self, "Values panel", column(top, body, margins=(8, 6, 8, 6)))
        self.age.hide()
        self.result.hide()
        self.slices.hide()

    def set_running(self, here: bool, name: str) -> None:
        """Say which document is evaluated ("" for none), and whether it is the shown one."""
        self.run.setEnabled(not here)
        self.stop.setEnabled(bool(name))
        self.stop.setToolTip("Stop the evaluation" if here or not name else f"Stop the evaluation of {name}")

    def set_stale(self, stale: bool) -> None:
        """Say whether the drawing has changed since it was evaluated."""
        self.age.setVisible(stale)

    def show_result(self, result: Result | None) -> None:
        """Show what a document has: nothing, a sentence, or arrays."""
        self.cost.setText(result.cost if result is not None else "")
        if result is not None and result.arrays:
            self.show_results(result.arrays, result.axes, result.seconds or 0.0, result.captures)
        elif result is None:
            self.show_failure(ASK)
        else:
            self.show_failure(result.sentence or "Evaluating…", result.warns)

    def show_failure(self, sentence: str, warns: bool = False) -> None:
        """Say in words why there is no value, or how the sides of the equations compare."""
        self.arrays = {}
        self.result.hide()
        self.slices.hide()
        self.entry.setText("")
        self.heatmap.show_values(None)
        self.said.setText(sentence)
        self._warn(warns)

    def show_results(
        self, arrays: dict[str, Any], axes: dict[str, tuple[str, ...]], seconds: float, captures: tuple[str, ...] = ()
    ) -> None:
        """Show these arrays; `axes` names the axes of each, `captures` are further values that can be asked for."""
        self.arrays, self.axes, self.seconds = arrays, axes, seconds
        self.result.blockSignals(True)
        self.result.clear()
        self.result.addItems([name or "result" for name in arrays])
        for name in captures:
            if name not in arrays:
                self.result.addItem(f"{name} (not evaluated yet)", name)
        self.result.blockSignals(False)
        self.result.setVisible(self.result.count() > 1)
        self._show_result()

    def _choose(self, at: int) -> None:
        if at >= len(self.arrays):
            self.capture_asked.emit(self.result.itemData(at))

    def _show_result(self) -> None:
        import numpy as np

        at = max(self.result.currentIndex(), 0)
        if at >= len(self.arrays):
            return
        self.entry.setText("")
        name = list(self.arrays)[at]
        array = self.array = self.arrays[name]
        names = self.names = self.axes.get(name) or tuple(f"axis {k}" for k in range(array.ndim))
        if array.ndim == 0:
            shape = "A scalar"
        else:
            shape = " × ".join(f"{axis} {size}" for axis, size in zip(names, array.shape, strict=True))
        lines = [shape]
        if array.ndim == 0:
            lines.append(f"value {array[()]:.8g}")
        elif array.size:
            sample = array if array.size <= 4_000_000 else array.reshape(-1)[:4_000_000]
            real = np.abs(sample) if np.iscomplexobj(sample) else sample
            bad = int(np.count_nonzero(~np.isfinite(real)))
            some = " (of the first 4 million)" if sample is not array else ""
            lines.append(
                f"min {real.min():.4g}   max {real.max():.4g}   mean {real.mean():.4g}   std {real.std():.4g}{some}"
            )
            if bad:
                lines.append(f"{bad} entries are not finite numbers")
        lines.append(f"{array.dtype}, evaluated in {duration(self.seconds)}")
        self.said.setText("\n".join(lines))
        self._warn(False)
        self._make_sliders()

    def _warn(self, warns: bool) -> None:
        self.said.setProperty("role", "error" if warns else "")
        self.said.style().polish(self.said)

    def _make_sliders(self) -> None:
        """Two pickers for the axes of the picture, a slider for each other axis."""
        empty(self.slices_row)
        self.pickers, self.sliders, self.positions = [], {}, {}
        self.rows_columns = (self.array.ndim - 2, self.array.ndim - 1)
        rank = self.array.ndim
        self.slices.setVisible(rank > 2)
        if rank > 2:
            form = QWidget()
            self.form = column(margins=(0, 0, 0, 0))
            named(form, "Slice", self.form)
            choices: list[QWidget | int] = []
            for words, start in (("rows", rank - 2), ("columns", rank - 1)):
                picker = QComboBox()
                picker.addItems(list(self.names))
                picker.setCurrentIndex(start)
                picker.setAccessibleName(f"Axis of the {words}")
                picker.currentIndexChanged.connect(partial(self._pick, len(self.pickers)))
                self.pickers.append(picker)
                choices += [label(words, "faint"), picker]
            self.form.addLayout(row(*choices, 1))
            for axis in range(rank):
                slider = QSlider(Qt.Orientation.Horizontal)
                slider.setRange(0, self.array.shape[axis] - 1)
                slider.setAccessibleName(f"Position along {self.names[axis]}")
                value = label("0", "faint")
                slider.valueChanged.connect(lambda at, value=value: value.setText(str(at)))
                slider.valueChanged.connect(lambda _: self._draw())
                holder = named(
                    QWidget(), f"Slice along {self.names[axis]}", row(label(self.names[axis], "faint"), slider, value)
                )
                self.sliders[axis] = slider
                self.positions[axis] = holder
                self.form.addWidget(holder)
            self.slices_row.addWidget(form)
        self._draw()

    def _pick(self, which: int, axis: int) -> None:
        """An axis for the rows (0) or columns (1); the other one gives way where it had that axis."""
        before = self.rows_columns
        other = before[which] if before[1 - which] == axis else before[1 - which]
        self.rows_columns = (axis, other) if which == 0 else (other, axis)
        for picker, at in zip(self.pickers, self.rows_columns, strict=True):
            picker.blockSignals(True)
            picker.setCurrentIndex(at)
            picker.blockSignals(False)
        self._draw()

    def _draw(self) -> None:
        """Show the chosen slice."""
        self.entry.setText("")
        array = self.array
        if array.ndim == 0 or array.size == 0:
            self.heatmap.show_values(None)
            return
        if array.ndim <= 2:
            self.heatmap.show_values(array)
            return
        rows, columns = self.rows_columns
        for axis, holder in self.positions.items():
            holder.setVisible(axis not in (rows, columns))
        at = tuple(slice(None) if axis in (rows, columns) else self.sliders[axis].value() for axis in range(array.ndim))
        picture = array[at]
        self.heatmap.show_values(picture if rows < columns else picture.T)
