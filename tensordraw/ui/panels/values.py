"""The values panel: what the drawing evaluates to, its shape and statistics, and a heatmap of a chosen 2-D slice."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSlider, QWidget

from tensordraw.ui.heatmap import Heatmap
from tensordraw.ui.widgets import button, column, empty, label, named, row
from tensordraw.ui.wording import count


class ValuesPanel(QWidget):
    """Shows the results of an evaluation; `run_asked` and `stop_asked` come from its buttons."""

    run_asked = Signal()
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.arrays: dict[str, Any] = {}
        self.axes: dict[str, tuple[str, ...]] = {}
        self.result = QComboBox()
        self.result.setAccessibleName("Result")
        self.result.currentIndexChanged.connect(lambda _: self._show_result())
        self.run = button("play", "Evaluate (Ctrl+Enter)", self.run_asked.emit)
        self.stop = button("stop", "Stop the evaluation", self.stop_asked.emit)
        self.stop.setEnabled(False)
        self.cost = label("", "faint")
        self.said = label("Press Ctrl+Enter to evaluate the drawing.", wrap=True)
        self.entry = label("", "faint")
        self.heatmap = Heatmap()
        self.heatmap.pointed.connect(self.entry.setText)
        self.slices = QWidget()
        self.slices_row = QHBoxLayout(self.slices)
        self.slices_row.setContentsMargins(0, 0, 0, 0)
        self.slices.setAccessibleName("Slice")
        self.pickers: list[QComboBox] = []
        self.sliders: dict[int, QSlider] = {}
        top = row(self.run, self.stop, self.result, self.cost, 1)
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
        self.result.hide()
        self.slices.hide()

    def set_busy(self, busy: bool) -> None:
        self.run.setEnabled(not busy)
        self.stop.setEnabled(busy)
        if busy:
            self.said.setText("Evaluating…")
            self.cost.setText("")

    def show_cost(self, flops: float, largest: float) -> None:
        """Say what the evaluation costs, before its result."""
        self.cost.setText(f"{count(flops, 'operations')}, largest intermediate {count(largest, 'entries')}")

    def show_failure(self, sentence: str) -> None:
        """Say in words why there is no value."""
        self.arrays = {}
        self.result.hide()
        self.slices.hide()
        self.heatmap.show_values(None)
        self.said.setText(sentence)

    def show_results(self, arrays: dict[str, Any], axes: dict[str, tuple[str, ...]], seconds: float) -> None:
        """Show these arrays; `axes` names the axes of each."""
        self.arrays, self.axes, self.seconds = arrays, axes, seconds
        self.result.blockSignals(True)
        self.result.clear()
        self.result.addItems([name or "result" for name in arrays])
        self.result.blockSignals(False)
        self.result.setVisible(len(arrays) > 1)
        self._show_result()

    def _show_result(self) -> None:
        import numpy as np

        if not self.arrays:
            return
        name = list(self.arrays)[max(self.result.currentIndex(), 0)]
        array = self.array = self.arrays[name]
        names = self.names = self.axes.get(name) or tuple(f"axis {k}" for k in range(array.ndim))
        if array.ndim == 0:
            shape = "A scalar"
        else:
            shape = " × ".join(f"{axis} {size}" for axis, size in zip(names, array.shape, strict=True))
        lines = [f"{shape}   ({array.dtype}, {self.seconds * 1000:.3g} ms)"]
        if array.ndim == 0:
            lines.append(f"value {array[()]:.8g}")
        elif array.size:
            sample = array if array.size <= 4_000_000 else array.reshape(-1)[:4_000_000]
            real = np.abs(sample) if np.iscomplexobj(sample) else sample
            bad = int(np.count_nonzero(~np.isfinite(real)))
            some = " (of the first 4 million)" if sample is not array else ""
            lines.append(
                f"min {real.min():.5g}   max {real.max():.5g}\nmean {real.mean():.5g}   std {real.std():.5g}{some}"
            )
            if bad:
                lines.append(f"{bad} entries are not finite numbers")
        self.said.setText("\n".join(lines))
        self._make_sliders()

    def _make_sliders(self) -> None:
        """Two pickers for the axes of the picture, a slider for each other axis."""
        empty(self.slices_row)
        self.pickers, self.sliders = [], {}
        rank = self.array.ndim
        self.slices.setVisible(rank > 2)
        if rank > 2:
            form = QWidget()
            self.form = column(margins=(0, 0, 0, 0))
            named(form, "Slice", self.form)
            for words, start in (("rows", rank - 2), ("columns", rank - 1)):
                picker = QComboBox()
                picker.addItems(list(self.names))
                picker.setCurrentIndex(start)
                picker.setAccessibleName(f"Axis of the {words}")
                picker.currentIndexChanged.connect(lambda _: self._draw())
                self.pickers.append(picker)
                self.form.addLayout(row(label(words, "faint"), picker, 1))
            for axis in range(rank):
                slider = QSlider(Qt.Orientation.Horizontal)
                slider.setRange(0, self.array.shape[axis] - 1)
                slider.setAccessibleName(f"Position along {self.names[axis]}")
                value = label("0", "faint")
                slider.valueChanged.connect(lambda at, value=value: value.setText(str(at)))
                slider.valueChanged.connect(lambda _: self._draw())
                slider.setProperty("axis", axis)
                self.sliders[axis] = slider
                self.form.addLayout(row(label(self.names[axis], "faint"), slider, value))
            self.slices_row.addWidget(form)
        self._draw()

    def _draw(self) -> None:
        """Show the chosen slice."""
        array = self.array
        if array.ndim == 0 or array.size == 0:
            self.heatmap.show_values(None)
            return
        if array.ndim == 1:
            self.heatmap.show_values(array[None, :])
            return
        if array.ndim == 2:
            self.heatmap.show_values(array)
            return
        rows, columns = (picker.currentIndex() for picker in self.pickers)
        for axis, slider in self.sliders.items():
            slider.setEnabled(axis not in (rows, columns))
        if rows == columns:
            self.heatmap.show_values(None)
            return
        at = tuple(slice(None) if axis in (rows, columns) else self.sliders[axis].value() for axis in range(array.ndim))
        picture = array[at]
        self.heatmap.show_values(picture if rows < columns else picture.T)
