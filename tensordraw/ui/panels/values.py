"""The values panel: what the drawing evaluates to, and viewers that were pinned beside it.

The first viewer shows the `Result` of the document; values inside the drawing stand in its list too and are evaluated
when chosen. Each pin has a viewer of its own, which stays while the drawing is edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSplitter, QTabBar, QWidget

from tensordraw.diagram.fingerprints import same_meaning
from tensordraw.program import viewing
from tensordraw.program.viewing import View
from tensordraw.ui.bindings import filled, tell
from tensordraw.ui.valued import Pin, Value
from tensordraw.ui.viewer import Viewer
from tensordraw.ui.widgets import button, column, label, named, row
from tensordraw.ui.wording import STALE, duration

if TYPE_CHECKING:
    from tensordraw.diagram.records import Content
    from tensordraw.ui.results import Result

ASK = "Press {evaluate} to evaluate the drawing."  # a template of keys
NARROWEST = 430  # pixels of a viewer among others


class ValuesPanel(QWidget):
    """Shows the results of an evaluation and the pinned viewers.

    `run_asked` and `stop_asked` come from its buttons, `capture_asked` gives the name of a value inside the drawing,
    `pin_asked` that of a value to pin with how it is looked at, `unpin_asked` a pin, `export_asked`, `add_asked` (to the
    drawing) and `enlarge_asked` a viewer.
    """

    run_asked = Signal()
    stop_asked = Signal()
    capture_asked = Signal(str)
    pin_asked = Signal(object, object)
    unpin_asked = Signal(object)
    export_asked = Signal(object)
    add_asked = Signal(object)
    enlarge_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Value] = {}
        self.views: dict[str, View] = {}  # how each was looked at last
        self.places: dict[str, int] = {}  # where the slider of each axis was left, by its name
        self.asked = ""  # the name of the value that was chosen last
        self.sentence = ""  # what stands there instead of values
        self.looked: Result | None = None  # the result whose value was shown because it was asked for
        self.pinned: dict[Pin, Viewer] = {}
        self.tabs = QTabBar()
        self.result = QComboBox()
        self.result.setAccessibleName("Result")
        self.result.currentIndexChanged.connect(lambda _: self._show_result())
        self.result.activated.connect(self._choose)
        self.result.activated.connect(lambda _: self.tabs.setCurrentIndex(0))
        self.run = button("play", "Evaluate", self.run_asked.emit)
        tell(self.run, "Evaluate{?evaluate}")
        self.stop = button("stop", "Stop the evaluation", self.stop_asked.emit)
        self.stop.setEnabled(False)
        self.cost = label("", "faint")
        self.cost.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # it gives way to the side panels
        self.result.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.result.setMinimumContentsLength(18)
        self.step = ""  # which statement is being computed, in words
        self.elapsed = QElapsedTimer()
        self.clock = QTimer(self)  # of what is evaluated, while that lasts
        self.clock.setInterval(1000)
        self.clock.timeout.connect(self._tick)
        self.age = label(STALE, "error")
        tell(self.age, "The drawing has changed since: {evaluate} evaluates it again")
        self.viewer = Viewer()
        self.viewer.viewed.connect(self._viewed)
        self.viewer.pin_asked.connect(self._pin)
        self.viewer.export_asked.connect(lambda: self.export_asked.emit(self.viewer))
        self.viewer.add_asked.connect(lambda: self.add_asked.emit(self.viewer))
        self.viewer.enlarge_asked.connect(lambda: self.enlarge_asked.emit(self.viewer))
        self.said, self.entry, self.heatmap = self.viewer.said, self.viewer.entry, self.viewer.heatmap
        self.tools = named(QWidget(), "First viewer", row(*self.viewer.tools))
        self.tabs.setAccessibleName("Viewers")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tabs.addTab("Result")
        self.tabs.currentChanged.connect(lambda _: self._arrange())
        top = row(self.run, self.stop, self.result, self.age, self.cost, self.tabs, self.tools)
        top.setStretch(4, 1)
        top.setStretch(5, 1)
        self.shelf = QSplitter(Qt.Orientation.Horizontal)
        self.shelf.setAccessibleName("Viewers")
        self.shelf.setChildrenCollapsible(False)
        self.shelf.setHandleWidth(9)
        self.shelf.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)  # fewer fit a narrower panel
        self.shelf.addWidget(self.viewer)
        layout = column(top, self.shelf, margins=(8, 6, 8, 6))
        layout.setStretch(1, 1)
        named(self, "Values panel", layout)
        self.age.hide()
        self.result.hide()
        self.tabs.hide()

    # What stands in the first viewer's list.

    @property
    def arrays(self) -> dict[str, Any]:
        return {name: value.array for name, value in self.values.items()}

    @property
    def axes(self) -> dict[str, tuple[str, ...]]:
        return {name: value.axes for name, value in self.values.items()}

    def set_running(self, here: bool, name: str) -> None:
        """Say which document is evaluated ("" for none), and whether it is the shown one."""
        if not here:
            self.clock.stop()
            self.step = ""
        elif not self.clock.isActive():
            self.elapsed.start()
            self.clock.start()
        self.run.setEnabled(not here)
        self.stop.setEnabled(bool(name))
        self.stop.setToolTip("Stop the evaluation" if here or not name else f"Stop the evaluation of {name}")

    def show_step(self, words: str) -> None:
        """Say which statement of the shown document is being computed."""
        if self.clock.isActive():
            self.step = words
            self._tick()

    def _tick(self) -> None:
        """Another second of an evaluation: say how many and where it is, in the viewer's words or, beside values, at the head."""
        passed = self.elapsed.elapsed() // 1000
        seconds = f"{passed} s" if passed < 60 else duration(passed)
        if self.values:
            self.cost.setText(f"Evaluating… {self.step or seconds}")
        else:
            self.viewer.said.setText("\n".join(filter(None, (f"{self.sentence} {seconds}", self.step))))

    def set_stale(self, stale: bool, words: str = STALE) -> None:
        """Say whether the drawing has changed since it was evaluated."""
        self.age.setText(words)
        self.age.setVisible(stale)

    # ---------------------------------------------------------------------------------------------------- the result

    def show_result(self, result: Result | None) -> None:
        """Show what a document has: nothing, a sentence, or arrays."""
        words = result.cost if result is not None else ""
        self.cost.setText(words.partition(",")[0])  # the rest is for who points at it: nothing is cut off
        self.cost.setToolTip(words)
        if result is not None and result.values:
            if result is not self.looked:
                self.looked, self.asked = result, result.looked or self.asked
            self.show_values(result.values, result.captures)
        elif result is None:
            self.show_failure(filled(ASK))
        else:
            self.show_failure(result.sentence or "Evaluating…", result.warns)

    def show_failure(self, sentence: str, warns: bool = False) -> None:
        """Say in words why there is no value, or how the sides of the equations compare."""
        self.values, self.sentence = {}, sentence
        self.result.hide()
        self.viewer.show_words(sentence, warns)

    def show_values(self, values: dict[str, Value], captures: tuple[str, ...] = ()) -> None:
        """Show these values; `captures` are further ones that can be asked for."""
        self.values = values
        self.result.blockSignals(True)
        self.result.clear()
        names = [*(name for name in values if name not in captures), *captures]
        for name in names:
            self.result.addItem((name or "result") + ("" if name in values else " (not evaluated yet)"), name)
        first = next(iter(values))
        self.result.setCurrentIndex(names.index(self.asked if self.asked in values else first))
        self.result.blockSignals(False)
        self.result.setVisible(self.result.count() > 1)
        self._show_result()

    def _choose(self, at: int) -> None:
        self.asked = self.result.itemData(at)
        if self.asked not in self.values:
            self.capture_asked.emit(self.asked)

    def _show_result(self) -> None:
        name = self.result.currentData()
        if name in self.values:
            value = self.values[name]
            view = viewing.fitting(self.views.get(name), value.axes, value.array.shape)
            self.viewer.show_value(value, viewing.carried(view, self.places, value.axes, value.array.shape))

    def _viewed(self, view: View) -> None:
        value = self.viewer.value
        if value is not None:
            old = self.views.get(value.title, viewing.first_view(value.axes, value.array.shape))
            moved = [
                axis
                for axis in range(len(view.at))
                if view.at[axis] != old.at[axis] and axis not in viewing.shown(view)
            ]
            self.places |= {value.axes[axis]: view.at[axis] for axis in moved}
            self.views[value.title] = view

    # ------------------------------------------------------------------------------------------------------- the pins

    def _pin(self) -> None:
        if self.viewer.value is not None:
            self.pin_asked.emit(self.viewer.value, self.viewer.view)

    def show_pins(self, pins: Sequence[Pin], content: Content | None) -> None:
        """Show a viewer for each pin, those of another document away; `content` is the drawing as it is now."""
        for pin in [pin for pin in self.pinned if pin not in pins]:
            viewer = self.pinned.pop(pin)
            viewer.hide()
            viewer.deleteLater()
        for pin in pins:
            if pin not in self.pinned:
                self._add(pin)
            viewer, value = self.pinned[pin], pin.value
            viewer.title.setText(pin.title)
            if value is None:
                viewer.show_words(pin.missing or filled("Press {evaluate} to evaluate it."), bool(pin.missing))
                viewer.set_age("")
                continue
            if viewer.value is not value:
                viewer.show_value(value, pin.view)
            stale = content is None or value.content is None or not same_meaning(value.content, content)
            viewer.set_age(pin.missing or (STALE if stale else ""))
        titles = ["Result", *(pin.title for pin in self.pinned)]
        while self.tabs.count() > len(titles):
            self.tabs.removeTab(self.tabs.count() - 1)
        for at, title in enumerate(titles):
            if at >= self.tabs.count():
                self.tabs.addTab(title)
            elif self.tabs.tabText(at) != title:
                self.tabs.setTabText(at, title)
        self._arrange()

    def _arrange(self) -> None:
        """As many viewers side by side as there is room for, the chosen one among them."""
        viewers = [self.viewer, *self.pinned.values()]
        room = max(self.width() // NARROWEST, 1)
        first = min(max(self.tabs.currentIndex() + 1 - room, 0), max(len(viewers) - room, 0))
        if self.tabs.currentIndex() < room:
            first = 0
        for at, viewer in enumerate(viewers):
            viewer.setVisible(first <= at < first + room)
        self.tabs.setVisible(len(viewers) > 1)
        self.cost.setVisible(len(viewers) == 1)
        self.tools.setVisible(not self.viewer.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _add(self, pin: Pin) -> None:
        viewer = self.pinned[pin] = Viewer(pin.title, pinned=True)

        def viewed(view: View) -> None:
            pin.view = view

        viewer.viewed.connect(viewed)
        viewer.close_asked.connect(lambda: self.unpin_asked.emit(pin))
        viewer.export_asked.connect(lambda: self.export_asked.emit(viewer))
        viewer.add_asked.connect(lambda: self.add_asked.emit(viewer))
        viewer.enlarge_asked.connect(lambda: self.enlarge_asked.emit(viewer))
        self.shelf.addWidget(viewer)

    def reveal(self, pin: Pin) -> None:
        """Let the viewer of a pin be seen."""
        if pin in self.pinned:
            self.tabs.setCurrentIndex(1 + list(self.pinned).index(pin))

    def chosen(self) -> Viewer:
        """The viewer whose tab is chosen."""
        return [self.viewer, *self.pinned.values()][max(self.tabs.currentIndex(), 0)]
