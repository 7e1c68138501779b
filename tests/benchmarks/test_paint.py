"""Painting: a full repaint, a frame of a drag from the mouse event until it is on the screen, and the start of the window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tensordraw.editor import grasp
from tensordraw.editor.state import Moving
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.look import LIGHT
from tensordraw.ui.session import Session
from tests.benchmarks.conftest import grid, seconds

pytestmark = pytest.mark.timing
Report = Callable[..., None]
SIZES = [(300, 0.016), (1000, 0.016), (10_000, 0.016)]


def shown(qapp: QApplication, tensors: int) -> Canvas:
    """A canvas of 1200 x 800 that shows the whole of a document of so many tensors."""
    session = Session(grid(tensors))
    canvas = Canvas(LIGHT, session)
    canvas.resize(1200, 800)

    def follow() -> None:
        canvas.show_state(session.state, grasp.figure_of(session.state.shown))

    session.changed.connect(follow)
    canvas.happened.connect(session.send)
    canvas.show()
    follow()
    canvas.fit(grasp.figure_of(session.state.shown).box)
    qapp.processEvents()
    return canvas


def mouse(canvas: Canvas, kind: QEvent.Type, x: float, y: float) -> None:
    """One mouse event, as the window system sends it."""
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    at = QPointF(x, y)
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, down, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize("tensors", [300, 1000, 10_000])
def test_full_repaint(tensors: int, qapp: QApplication, report: Report) -> None:
    canvas = shown(qapp, tensors)

    def whole() -> None:
        canvas.set_colours(LIGHT)
        canvas.repaint()

    def again() -> None:
        canvas.backing.forget()
        canvas.repaint()

    report(f"{tensors} tensors in view, first paint", seconds(whole, 2))
    report(f"{tensors} tensors in view, repaint", seconds(again, 5))
    canvas.set_view(canvas.view.zoomed(1.5, (600.0, 400.0)))
    canvas.repaint()
    report(f"{tensors} tensors, repaint at 150 %", seconds(again, 5))
    canvas.close()


@pytest.mark.parametrize(("tensors", "target"), SIZES)
def test_drag_frame(tensors: int, target: float | None, qapp: QApplication, report: Report) -> None:
    canvas = shown(qapp, tensors)
    if tensors > 300:
        canvas.set_view(canvas.view.zoomed(max(canvas.view.zoom, 0.35), (600.0, 400.0)))
    document = canvas.session.state.document
    places = document.layout.places
    middle = list(places)[len(places) // 2 + 7]
    x, y = canvas.view.to_screen(places[middle].x, places[middle].y)
    canvas.set_view(canvas.view.moved(round(600 - x), round(400 - y)))
    canvas.repaint()
    mouse(canvas, QEvent.Type.MouseButtonPress, 600, 400)
    for step in range(1, 6):
        mouse(canvas, QEvent.Type.MouseMove, 600 + 3 * step, 400)
        canvas.repaint()
    steps = iter(range(20, 200))

    def frame() -> None:
        mouse(canvas, QEvent.Type.MouseMove, 600 + next(steps), 400)
        canvas.repaint()

    report(f"{tensors} tensors, a frame of a drag until painted", seconds(frame, 20), target)
    assert isinstance(canvas.session.state.tool, Moving)
    mouse(canvas, QEvent.Type.MouseButtonRelease, 640, 400)
    assert canvas.session.state.history.undo_name is not None
    canvas.close()


START = """
import time
from tensordraw.ui import app
from PySide6.QtWidgets import QApplication
application = app.application()
window = app.Window()
window.show()
application.processEvents()
print(time.process_time(), flush=True)
import os
os._exit(0)
"""


def test_window_start(tmp_path: Path, report: Report) -> None:
    """CPU time of a new process until its window is painted."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)}
    taken = []
    for _ in range(3):
        command = [sys.executable, "-c", START]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
        taken.append(float(done.stdout.split()[-1]))
    report("window on the screen, CPU time of the process", min(taken), 0.5)
