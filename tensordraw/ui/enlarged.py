"""A viewer of the values panel in a window of its own, as large as one wants: the panel keeps its height.

It looks at what the viewer in the panel looks at: another value or slice in one is shown by the other, a new evaluation by
both, and it closes with the viewer that it belongs to.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from tensordraw.ui.settings import settings
from tensordraw.ui.viewer import BESIDE, Viewer
from tensordraw.ui.widgets import button, column, row

KEPT = "enlarged_viewer"  # in the settings: its size
SHARE = 0.66  # of the window, at first
LEAST = QSize(480, 320)
ENTRY = 120  # pixels of an entry of a heatmap, at most


class Enlarged(QDialog):
    """For one viewer, `source`."""

    def __init__(self, window: QWidget, source: Viewer, looking: Any) -> None:
        super().__init__(window)
        self.source = source
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setMinimumSize(LEAST)
        self.setAccessibleName("Enlarged viewer")
        self.viewer = Viewer()
        self.viewer.is_enlarged = True
        self.viewer.beside.setMaximumWidth(BESIDE)
        self.viewer.heatmap.largest = ENTRY
        self.viewer.same.setChecked(source.same.isChecked())
        self.viewer.viewed.connect(source.take_view)
        self.viewer.pin_asked.connect(source.pin_asked)
        self.viewer.export_asked.connect(lambda: looking.ask_export(self.viewer))
        self.viewer.add_asked.connect(lambda: looking.add_chart(self.viewer))
        self.away = button("close", "Close (Esc)", self.close)
        layout = column(row(*self.viewer.tools, 1, self.away), self.viewer, margins=(12, 10, 12, 12))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        source.shown.connect(self._follow)
        source.destroyed.connect(self.close)
        self._follow()
        kept = settings().value(KEPT)
        self.resize(kept if isinstance(kept, QSize) else window.size() * SHARE)
        self.move(window.mapToGlobal(window.rect().center()) - self.rect().center())

    def _follow(self) -> None:
        """The viewer shows another value or slice."""
        source, viewer = self.source, self.viewer
        if source.value is None:
            viewer.show_words(source.said.text())
        elif viewer.value is not source.value or viewer.view != source.view:
            viewer.show_value(source.value, source.view)
        self.setWindowTitle((source.value.title if source.value is not None else "") or "result")
        viewer.pin.setVisible(not source.pin.isHidden())

    def closeEvent(self, event: QCloseEvent) -> None:
        settings().setValue(KEPT, self.size())
        super().closeEvent(event)


def enlarge(window: QWidget, source: Viewer, looking: Any) -> Enlarged:
    """The window of a viewer, the one that is open already where there is one."""
    for one in window.findChildren(Enlarged):
        if one.source is source and one.isVisible():
            one.raise_()
            one.activateWindow()
            return one
    made = Enlarged(window, source, looking)
    made.show()
    if picture := made.viewer.stack.currentWidget():
        picture.setFocus()
    return made
