"""Frames of gestures in the real window, from the event until it is painted: median and 95th percentile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

pytest.importorskip("PySide6.QtGui", reason="the window needs PySide6")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QThreadPool
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

import tensordraw as td
from tensordraw.editor import events
from tensordraw.editor.state import Banding, Moving
from tensordraw.ui import recovery
from tensordraw.ui.app import application
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.window import Window
from tests.benchmarks.conftest import grid

pytestmark = pytest.mark.timing
Report = Callable[..., None]
FRAMES = 40
SIZES = [300, 1000, 10_000]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Canvas]]:
    """Opens a grid of so many tensors in a window, at natural size about its middle; all of it is fitted with `fit`."""
    monkeypatch.setattr(recovery, "folder", lambda: tmp_path / "recovery")
    application()
    window = Window()
    window.resize(1400, 900)
    window.show()

    def open_grid(tensors: int) -> Canvas:
        path = tmp_path / "grid.tdraw"
        td.save(grid(tensors), path)
        window.files.open(str(path))
        settle(1.0)
        following = window.following
        jobs = [window.code.background, following.checking, following.looking, following.costing]
        for _ in range(200):  # what a person waits for too before the problems of a large drawing are counted
            settle(0.5)
            if not any(job.busy for job in jobs):
                break
        assert window.canvas is not None
        return window.canvas

    yield open_grid
    window.files._may_close = lambda session: True
    window.close()
    window.deleteLater()


def settle(seconds: float) -> None:
    """Let timers and work in the background come to rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.01)


def mouse(canvas: Canvas, kind: QEvent.Type, x: float, y: float) -> None:
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    at = QPointF(x, y)
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, down, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def wheel(canvas: Canvas, dx: int, dy: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    at = QPointF(600, 300)
    phase, none = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
    pixels = QPoint() if held else QPoint(dx, dy)
    event = QWheelEvent(at, canvas.mapToGlobal(at), pixels, QPoint(dx, dy), none, held, phase, False)
    QApplication.sendEvent(canvas, event)


def frames(canvas: Canvas, act: Callable[[int], None], report: Report, what: str, target: float) -> None:
    """The times of frames after the first three, which start the gesture; events that the gesture brings about count too.

    CPU time is that of this thread, which a busy machine does not stretch.
    """
    taken, spent = [], []
    for step in range(1, FRAMES + 4):
        began, cpu = time.perf_counter(), time.thread_time()
        act(step)
        canvas.repaint()
        QApplication.processEvents()
        taken.append(time.perf_counter() - began)
        spent.append(time.thread_time() - cpu)
    taken, spent = sorted(taken[3:]), sorted(spent[3:])
    report(f"{what}, median", taken[len(taken) // 2], target)
    report(f"{what}, median of CPU time", spent[len(spent) // 2], target)
    report(f"{what}, 95th percentile", taken[int(len(taken) * 0.95)])
    report(f"{what}, 95th percentile of CPU time", spent[int(len(spent) * 0.95)])


@pytest.mark.parametrize("tensors", SIZES)
def test_frames_of_gestures(tensors: int, opened: Callable[[int], Canvas], report: Report) -> None:
    canvas = opened(tensors)
    session = canvas.session
    places = session.state.document.layout.places
    middle = list(places)[len(places) // 2 + round(len(places) ** 0.5 / 2)]
    canvas.set_view(canvas.view.zoomed(1.0, (600, 300)))
    x, y = canvas.view.to_screen(places[middle].x, places[middle].y)
    canvas.set_view(canvas.view.moved(round(600 - x), round(300 - y)))
    settle(0.3)
    press, move, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease

    def drag(what: str) -> None:
        mouse(canvas, press, 600, 300)
        frames(canvas, lambda k: mouse(canvas, move, 600 + 3 * k, 300 + k), report, f"{tensors}: {what}", 0.016)
        assert isinstance(session.state.tool, Moving)
        QApplication.sendEvent(canvas, QMouseEvent(
            release, QPointF(600, 300), canvas.mapToGlobal(QPointF(600, 300)), Qt.MouseButton.LeftButton,
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        ))  # fmt: skip
        settle(0.5)

    drag("drag of one tensor")
    near = sorted(places, key=lambda one: abs(places[one].x - places[middle].x) + abs(places[one].y - places[middle].y))
    session.send(events.Select(frozenset(near[:400])))
    settle(0.5)
    drag("drag of 400 tensors")
    frames(canvas, lambda k: wheel(canvas, 7, 5 if k % 2 else -5), report, f"{tensors}: pan at 100 %", 0.033)
    ctrl = Qt.KeyboardModifier.ControlModifier
    frames(
        canvas, lambda k: wheel(canvas, 0, 60 if k % 2 else -60, ctrl), report, f"{tensors}: zoom about 100 %", 0.033
    )
    canvas.fit()
    settle(0.3)
    frames(canvas, lambda k: wheel(canvas, 7, 5 if k % 2 else -5), report, f"{tensors}: pan, all in view", 0.033)
    frames(
        canvas, lambda k: wheel(canvas, 0, 60 if k % 2 else -60, ctrl), report, f"{tensors}: zoom, all in view", 0.033
    )
    canvas.fit()
    session.send(events.Select(frozenset()))
    settle(0.3)
    mouse(canvas, press, 3, 3)
    wide, high = canvas.width() / (FRAMES + 3), canvas.height() / (FRAMES + 3)
    frames(
        canvas, lambda k: mouse(canvas, move, 3 + wide * k, 3 + high * k), report, f"{tensors}: box select", 0.016,
    )  # fmt: skip
    assert isinstance(session.state.tool, Banding)
    assert len(session.state.selection) > tensors / 2
    mouse(canvas, release, 3 + wide * FRAMES, 3 + high * FRAMES)


@pytest.mark.parametrize("tensors", [1000, 10_000])
def test_edits_of_the_content(tensors: int, opened: Callable[[int], Canvas], report: Report) -> None:
    """From an edit to its pixels, and the longest that the panels then keep the window from answering; CPU time of the
    window's thread, as code and problems are worked out beside it."""
    canvas = opened(tensors)
    session = canvas.session
    places = session.state.document.layout.places
    middle = list(places)[len(places) // 2 + round(len(places) ** 0.5 / 2)]
    x, y = places[middle].x, places[middle].y
    canvas.set_view(canvas.view.zoomed(1.0, (600, 300)))
    wires = list(session.state.document.content.wires)
    edits: dict[str, list[events.Event]] = {
        "a tensor added": [events.Insert("tensor", x + 30, y + 30, scale=canvas.view.scale)],
        "a tensor renamed": [events.Committed(middle, "Q")],
        "a wire deleted": [events.Select(frozenset({wires[len(wires) // 2]})), events.Run("delete")],
        "a tensor deleted": [events.Select(frozenset({middle})), events.Run("delete")],
        "the deletion undone": [events.Run("undo")],
        "the wire's deletion undone": [events.Run("undo")],
    }
    for what, sent in edits.items():
        before = session.state.document.content
        began = time.thread_time()
        for event in sent:
            session.send(event)
        canvas.repaint()
        report(f"{tensors}: {what}, until it is seen, CPU time", time.thread_time() - began, 0.2)
        assert session.state.document.content is not before
        worst, end = 0.0, time.monotonic() + 2
        while time.monotonic() < end:
            began = time.thread_time()
            QApplication.processEvents()
            worst = max(worst, time.thread_time() - began)
            time.sleep(0.005)
        report(f"{tensors}: {what}, longest event after it, CPU time", worst)
    QThreadPool.globalInstance().waitForDone()  # what still works out problems belongs to the window
    settle(0.1)


@pytest.mark.parametrize("nodes", [1000, 10_000])
def test_a_drag_in_zxlive(nodes: int, tmp_path: Path, report: Report) -> None:
    """The same drag in ZXLive, where the Python that has it is given as TENSORDRAW_ZXLIVE (or `zxlive` is on the path)."""
    python = os.environ.get("TENSORDRAW_ZXLIVE")
    program = shutil.which("zxlive")
    if python is None and program is not None:
        python = str(Path(program).resolve().parent / "python")
    if python is None:
        pytest.skip("ZXLive is not here: TENSORDRAW_ZXLIVE is to be the Python of an environment that has it")
    script = Path(__file__).with_name("zxlive_drag.py")
    home = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "QT_LOGGING_RULES": "*=false"}
    asked = [python, str(script), str(nodes), str(FRAMES if nodes < 5000 else 12)]
    done = subprocess.run(asked, env=home, capture_output=True, text=True, check=True, timeout=900)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["moved"][0] > 20, "the spider followed the pointer"
    for what, key in (("", "wall"), (" of CPU time", "cpu")):
        taken = sorted(found[key])
        report(f"ZXLive, {nodes}: drag of one spider, median{what}", taken[len(taken) // 2] / 1000)
        report(f"ZXLive, {nodes}: drag of one spider, 95th percentile{what}", taken[int(len(taken) * 0.95)] / 1000)
