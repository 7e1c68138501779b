"""A viewer of one array: what it is, a picture of a slice of it, and the controls that choose slice and picture.

The array may be large and lie in a file: only the slice that is seen is read. The view is a value (`program.viewing`);
controls change it and everything follows.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QScrollArea, QStackedWidget, QWidget

from tensordraw.editor.commands import find
from tensordraw.figure.heat_colours import Scale, scale_between
from tensordraw.program import viewing
from tensordraw.program.viewing import KINDS, Kind, View
from tensordraw.ui.bindings import tell
from tensordraw.ui.heatmap import Heatmap
from tensordraw.ui.line_plot import LinePlot
from tensordraw.ui.menus import keyed
from tensordraw.ui.number_lists import NumberTable, TopList
from tensordraw.ui.slice_controls import SliceControls
from tensordraw.ui.valued import Value, quoted
from tensordraw.ui.widgets import button, column, label, named, row
from tensordraw.ui.wording import duration

BESIDE, LEAST = 240, 150  # pixels of controls and statistics, and beside a list
TOP = 20  # largest entries that are listed
MANY = 4_000_000  # entries of a slice whose statistics are taken


class Viewer(QWidget):
    """Shows a `Value` in a `View`. `viewed` tells each other view; the buttons ask for a pin, a figure,
    a chart in the drawing, a window of its own, or its end. `shown` says that there is something else to be seen."""

    viewed = Signal(object)
    pin_asked = Signal()
    export_asked = Signal()
    add_asked = Signal()
    enlarge_asked = Signal()
    close_asked = Signal()
    shown = Signal()

    def __init__(self, title: str = "", pinned: bool = False) -> None:
        super().__init__()
        self.is_enlarged = False  # it stands in a window of its own
        self.value: Value | None = None
        self.view: View | None = None
        self.picture: Any = None  # the slice that is shown
        self.title = label(title, "heading")
        self.title.setVisible(pinned)
        self.age = label("", "error")
        self.age.hide()
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of picture")
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.kind.activated.connect(self._choose_kind)
        self.same = QCheckBox("Same colours in all slices")
        self.same.setAccessibleName("One scale for all slices")
        self.same.setToolTip("Colours in the scale of the whole array, so that slices can be compared")
        self.same.toggled.connect(lambda _: self._draw())
        self.pin = button("pin", "Pin this viewer", self.pin_asked.emit)
        self.export = button("export", "Export viewer…", self.export_asked.emit)
        tell(self.export, keyed(find("export_viewer")))
        self.add = button("insert_chart", "Add to the figure", self.add_asked.emit)
        tell(self.add, keyed(find("add_viewer")))
        self.enlarge = button("enlarge", "Enlarge viewer", self.enlarge_asked.emit)
        tell(self.enlarge, keyed(find("enlarge_viewer")))
        self.close_ = button("close", "Take this viewer away", self.close_asked.emit)
        self.pin.setVisible(not pinned)
        self.close_.setVisible(pinned)
        self.said = label("", wrap=True)
        self.said.setAccessibleName("Statistics")
        self.entry = label("", "faint", wrap=True)
        self.entry.setAccessibleName("Entry")
        self.controls = SliceControls()
        self.controls.changed.connect(self._change)
        self.heatmap, self.plot, self.top, self.table = Heatmap(), LinePlot(), TopList(), NumberTable()
        self.heatmap.pointed.connect(self._point)
        self.plot.pointed.connect(lambda at: self._point(0, at) if at >= 0 else self._point(-1, -1))
        self.stack = QStackedWidget()
        for widget in (self.heatmap, self.plot, self.top, self.table):
            self.stack.addWidget(widget)
        self.tools = (
            self.kind,
            self.same,
            self.pin,
            self.add,
            self.export,
            self.enlarge,
        )  # of the first viewer, the panel lays them out
        left = QWidget()
        named(left, "Statistics", column(self.controls, self.said, self.entry, 1, spacing=4))
        scroll = QScrollArea()
        scroll.setWidget(left)
        scroll.setWidgetResizable(True)
        scroll.setMinimumWidth(BESIDE)
        self.beside = scroll
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName("Statistics and slice")
        body = row(scroll, self.stack)
        body.setStretch(0, 2)
        body.setStretch(1, 3)
        head = [row(self.title, self.age, 1, *self.tools, self.close_)] if pinned else []
        layout = column(*head, body, spacing=4)
        layout.setStretch(len(head), 1)
        named(self, title or "Viewer", layout)
        self.show_words("")

    # ------------------------------------------------------------------------------------------------------- showing

    def show_words(self, sentence: str, warns: bool = False) -> None:
        """Say in words why there is no value."""
        self.value = self.view = self.picture = None
        for widget in (*self.tools, self.controls, self.stack):
            widget.hide()
        self.entry.setText("")
        self.heatmap.show_values(None)
        self.said.setText(sentence)
        self._warn(warns)
        self.shown.emit()

    def show_value(self, value: Value, view: View | None = None) -> None:
        """Show an array, in this view as far as it suits."""
        self.value = value
        shape = value.array.shape
        offered = viewing.kinds(value.axes, shape)
        self.kind.clear()
        for kind in offered:
            self.kind.addItem(KINDS[kind], kind)
        self.view = viewing.fitting(view, value.axes, shape)
        self.stack.setVisible(bool(value.array.ndim and value.array.size))
        self.kind.setVisible(bool(value.array.ndim and value.array.size))
        self.export.setVisible(bool(value.array.ndim and value.array.size))
        self.add.setVisible(bool(value.array.ndim and value.array.size and value.content is not None))
        self.enlarge.setVisible(not self.is_enlarged and bool(value.array.ndim and value.array.size))
        self.pin.setVisible(self.close_.isHidden() and bool(value.key))
        self._warn(False)
        self._draw()
        self.shown.emit()

    def take_view(self, view: View) -> None:
        """Look at the value in this view."""
        if self.value is not None and view != self.view:
            self._change(view)

    def set_age(self, words: str) -> None:
        """Say that the value is not of the drawing as it is now, or "" that it is."""
        self.age.setText(words)
        self.age.setVisible(bool(words))

    def _words(self, value: Value) -> str:
        array = value.array
        sizes = [f"{axis} {size}" for axis, size in zip(value.axes, array.shape, strict=True)]
        lines = [f"{' × '.join(sizes) or 'A scalar'}   {array.dtype}"]
        known = value.statistics
        if known is None:
            known = viewing.statistics(array)
        part = self.picture
        if part is not None and part.size < array.size:
            lines.append(f"whole: {known.sentence}")
            if part.size <= MANY:  # more take too long while a slider moves
                lines.append(f"slice: {viewing.statistics(part).sentence}")
        else:
            lines.append(known.sentence)
        lines.append(f"evaluated in {duration(value.seconds)}")
        return "\n".join(lines)

    def _warn(self, warns: bool) -> None:
        self.said.setProperty("role", "error" if warns else "")
        self.said.style().polish(self.said)

    # ------------------------------------------------------------------------------------------------------ controls

    def _choose_kind(self, at: int) -> None:
        if self.value is not None and self.view is not None:
            kind: Kind = self.kind.itemData(at)
            self._change(viewing.of_kind(self.view, kind, self.value.axes, self.value.array.shape))

    def _change(self, view: View) -> None:
        self.view = view
        self._draw()
        self.viewed.emit(view)
        self.shown.emit()

    def _draw(self) -> None:
        """Show the chosen slice."""
        value, view = self.value, self.view
        if value is None or view is None:
            return
        self.kind.setCurrentIndex(max(self.kind.findData(view.kind), 0))
        self.controls.show_view(view, value)
        self.controls.setVisible(value.array.ndim > 1 and value.array.size > 0)
        self.entry.setText("")
        listed = view.kind == "top"
        self.beside.setMinimumWidth(LEAST if listed else BESIDE)
        self.same.setVisible(view.kind in ("heatmap", "attention") and value.array.ndim > 2)
        if value.array.ndim == 0 or value.array.size == 0:
            self.heatmap.show_values(None)
            self.picture = None
            self.said.setText(self._words(value))
            return
        self.picture = viewing.cut(value.array, view)
        self.stack.setMinimumWidth(0)  # a list says below how wide its columns are
        self.said.setText(self._words(value))
        texts = [value.texts(axis) for axis in viewing.shown(view)]
        match view.kind:
            case "heatmap" | "attention":
                rows, columns = texts if len(texts) == 2 else ((), texts[0])
                self.heatmap.show_values(self.picture, rows, columns, self.scale())
                self.stack.setCurrentWidget(self.heatmap)
            case "line":
                self.plot.show_values(self.picture, texts[0])
                self.stack.setCurrentWidget(self.plot)
            case "top":
                self._draw_top(value, view)
                self.stack.setCurrentWidget(self.top)
            case "table":
                rows, columns = texts if len(texts) == 2 else ((), texts[0])
                self.table.show_values(self.picture, rows, columns)
                self.stack.setCurrentWidget(self.table)

    def scale(self) -> Scale | None:
        """The colours' scale where it is that of the whole array, None for the slice's own."""
        known = self.value.statistics if self.value is not None else None
        if known is None or not self.same.isChecked() or self.same.isHidden():
            return None
        return scale_between(known.low, known.high)

    def _draw_top(self, value: Value, view: View) -> None:
        axis = value.axes[view.columns]
        found = self.entries()
        shares = viewing.shares(self.picture)
        rows = [(place, text, number, float(shares[place])) for place, text, number in found]
        self.top.show_entries(rows, axis, "probability" if viewing.is_classes(axis) else "softmax")
        self.stack.setMinimumWidth(self.top.whole_width())

    def entries(self) -> list[tuple[int, str, float]]:
        """The largest entries of the vector that is shown: position, text, value."""
        value, view = self.value, self.view
        assert value is not None
        assert view is not None
        found = viewing.largest(self.picture, TOP)
        places = [place for place, _ in found]
        known = value.texts(view.columns)
        classes = viewing.is_classes(value.axes[view.columns])
        texts = (
            [known[place] for place in places] if known else value.texts_of(places) if classes else [""] * len(places)
        )
        return [(place, text, number) for (place, number), text in zip(found, texts, strict=True)]

    # ------------------------------------------------------------------------------------------------------ pointing

    def _point(self, row: int, column: int) -> None:
        value, view = self.value, self.view
        if row < 0 or value is None or view is None or self.picture is None:
            self.entry.setText("")
            return
        axes = viewing.shown(view)
        places = (row, column) if len(axes) == 2 else (column,)
        number = viewing.number(float(self.picture[places]))
        texts = [value.texts(axis) for axis in axes]
        if len(axes) == 2 and all(texts):
            where = viewing.where(view, value.axes)
            first, second = (
                f"{value.axes[axis]} {at} {quoted(words[at])}"
                for axis, at, words in zip(axes, places, texts, strict=True)
            )
            self.entry.setText(f"{f'{where}: ' if where else ''}{first} → {second}: {number}")
            return
        parts = [
            f"{value.axes[axis]} {at}{f' {quoted(words[at])}' if words else ''}"
            for axis, at, words in zip(axes, places, texts, strict=True)
        ]
        self.entry.setText(f"{', '.join(parts)}: {number}")
