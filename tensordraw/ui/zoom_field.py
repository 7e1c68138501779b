"""The zoom in the toolbar: it shows the canvas's, and takes another (80, 80 %, fit)."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from tensordraw.ui.canvas import Canvas
from tensordraw.ui.view import LEAST, MOST


def zoom_words(zoom: float) -> str:
    """A zoom in percent."""
    return f"{zoom * 100:.0f} %" if zoom >= 0.01 else f"{zoom * 100:.1f} %"


def set_zoom(canvas: Canvas, zoom: float) -> None:
    """Another zoom about the middle of what is seen; one beyond the limits is brought to them."""
    canvas.set_view(canvas.view.zoomed(zoom, (canvas.width() / 2, canvas.height() / 2)))


class ZoomField(QLineEdit):
    """For one window."""

    def __init__(self, window: Any) -> None:
        super().__init__()
        self.window_ = window
        self.setAccessibleName("Zoom")
        self.setToolTip(f"Zoom in percent, {LEAST * 100:.0f} to {MOST * 100:.0f}, or fit")
        self.setFixedWidth(62)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.returnPressed.connect(self._take)
        self.editingFinished.connect(self.follow)

    def follow(self) -> None:
        """Show the zoom of the shown canvas."""
        canvas = self.window_.canvas
        self.setEnabled(canvas is not None)
        if canvas is None:
            self.setText("")
        elif not (self.hasFocus() and self.isModified()) and self.text() != zoom_words(canvas.view.zoom):
            self.setText(zoom_words(canvas.view.zoom))  # which forgets what is selected in it

    def ask(self) -> None:
        """Let a zoom be typed."""
        self.setFocus()
        self.selectAll()

    def _take(self) -> None:
        canvas, text = self.window_.canvas, self.text().strip().lower()
        found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%?", text)
        self.setModified(False)
        if canvas is None:
            return
        if text in ("fit", "all"):
            canvas.fit()
        elif found is None:
            self.window_.say(f"{text or 'Nothing'} is no zoom: write percent, such as 80, or fit.", warns=True)
        else:
            set_zoom(canvas, float(found[1].replace(",", ".")) / 100)
        canvas.setFocus()
        self.follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.follow()
            if self.window_.canvas is not None:
                self.window_.canvas.setFocus()
        else:
            super().keyPressEvent(event)
