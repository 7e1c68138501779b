"""The window: painting, a frame of a drag from mouse event to pixels, and how soon it is there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tensordraw as td
from tests.benchmarks.conftest import grid, seconds

pytest.importorskip("PySide6.QtGui", reason="the window needs PySide6")

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tensordraw.ui.app import application
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.view import View
from tensordraw.ui.window import Window

pytestmark = pytest.mark.timing
Report = Callable[..., None]


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    application()
    made = Window()
    made.resize(1400, 900)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def mouse(canvas: Canvas, kind: QEvent.Type, at: QPointF) -> None:
    """One mouse event with the left button, and the paint that it asks for."""
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)
    canvas.repaint()


@pytest.mark.parametrize(("tensors", "target"), [(300, None), (600, 0.016), (1000, 0.016), (10_000, None)])
def test_painting_and_dragging(
    tensors: int, target: float | None, window: Window, tmp_path: Path, report: Report
) -> None:
    unrolled = tensors == 600  # all of GPT-2, each layer for itself
    diagram = td.template("gpt2", unroll=True, layer_norm=True, bias=True) if unrolled else grid(tensors)
    td.save(diagram, tmp_path / "grid.tdraw")
    began = time.perf_counter()
    window.files.open(str(tmp_path / "grid.tdraw"))
    QApplication.processEvents()
    canvas = window.canvas
    assert canvas is not None
    assert canvas.sheet.figure is not None
    report(f"opening {tensors} tensors", time.perf_counter() - began)

    def whole() -> None:
        canvas._stale = None
        canvas.repaint()

    report(f"painting {tensors} tensors, all in view", seconds(whole, 5))
    place = list(diagram.layout.places.values())[tensors // 2]
    canvas.set_view(View(1.0, round(700 - place.x * 4 / 3), round(300 - place.y * 4 / 3)))
    report(f"painting {tensors} tensors, at natural size", seconds(whole, 5))
    at = QPointF(*canvas.view.to_screen(place.x, place.y))
    mouse(canvas, QEvent.Type.MouseButtonPress, at)
    frames = []
    for step in range(1, 25):
        began = time.perf_counter()
        mouse(canvas, QEvent.Type.MouseMove, at + QPointF(3.0 * step, 1.0 * step))
        frames.append(time.perf_counter() - began)
    before = canvas.session.state.document
    mouse(canvas, QEvent.Type.MouseButtonRelease, at + QPointF(75, 25))
    assert unrolled or canvas.session.state.document.content is before.content  # there it may leave its block
    assert canvas.session.state.document.layout != diagram.layout
    # The middle one of the frames once the gesture runs: the first also starts it.
    report(
        f"a drag frame at {tensors} tensors, mouse event to pixels", sorted(frames[2:])[len(frames[2:]) // 2], target
    )


def test_start_up(tmp_path: Path, report: Report) -> None:
    """From the start of the process to a painted window, from bytecode; CPU time is that of the whole process."""
    script = (
        "import time\n"
        "import tensordraw.__main__\n"
        "from tensordraw.ui.app import application\n"
        "from tensordraw.ui.window import Window\n"
        "app = application(); window = Window(); window.show(); app.processEvents()\n"
        "print(time.time(), time.process_time())\n"
    )
    home = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    home["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    taken, spent = [], []
    for _ in range(5):  # the first one writes the bytecode
        began = time.time()
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=home, check=True)
        shown, cpu = map(float, done.stdout.split())
        taken.append(shown - began)
        spent.append(cpu)
    report("window start-up (on an idle machine)", min(taken[1:]), 0.5)
    report("window start-up, CPU time", min(spent[1:]), 0.5)
