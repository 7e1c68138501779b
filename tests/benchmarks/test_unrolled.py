"""GPT-2 small with its twelve layers drawn one by one: code after an edit, and a frame of a drag in the window.

Prints medians of the CPU time of the thread, which other work on the machine leaves as it is; nothing is asserted of
seconds. Targets: code within 200 ms of an edit, a frame within 16 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tensordraw as td
from tensordraw.diagram.records import Diagram
from tensordraw.diagram.structure import analyse
from tests.benchmarks.conftest import fresh

pytestmark = pytest.mark.timing
Report = Callable[..., None]
EXTRAS: list[dict[str, Any]] = [{}, {"layer_norm": True, "bias": True}]
ids = pytest.mark.parametrize("extras", EXTRAS, ids=["plain", "norms and biases"])


def unrolled(extras: dict[str, Any]) -> Diagram:
    return td.template("gpt2", unroll=True, **extras)


def median(work: Callable[[Diagram], object], diagram: Diagram, times: int = 9) -> float:
    """The median time of the work on the diagram as an edit leaves it: nothing of it is known yet."""
    taken = []
    for _ in range(times):
        edited = fresh(diagram)
        began = time.thread_time()
        work(edited)
        taken.append(time.thread_time() - began)
    return statistics.median(taken)


@ids
def test_code_after_an_edit(extras: dict[str, Any], report: Report) -> None:
    diagram = unrolled(extras)
    nodes = len(diagram.content.nodes)
    assert nodes > (300 if extras else 200)
    report(f"{nodes} nodes: structure", median(lambda d: analyse(d.content), diagram))
    report(f"{nodes} nodes: problems", median(td.problems, diagram))
    report(f"{nodes} nodes: code in PyTorch", median(lambda d: td.code(d, "torch"), diagram), 0.2)
    report(f"{nodes} nodes: code as a module", median(lambda d: td.code(d, "torch", module=True), diagram), 0.2)


@ids
def test_drag_frame(extras: dict[str, Any], tmp_path: Path, report: Report) -> None:
    """From the mouse event to pixels: a tensor in the middle of the drawing."""
    pytest.importorskip("PySide6.QtGui", reason="the window needs PySide6")
    from PySide6.QtCore import QEvent, QPointF, QThreadPool
    from PySide6.QtWidgets import QApplication

    from tensordraw.diagram.records import Tensor
    from tensordraw.ui.app import application
    from tensordraw.ui.view import View
    from tensordraw.ui.window import Window
    from tests.benchmarks.test_window import mouse

    application()
    window = Window()
    window.resize(1400, 900)
    window.show()
    diagram = unrolled(extras)
    nodes = len(diagram.content.nodes)
    td.save(diagram, tmp_path / "unrolled.tdraw")
    began = time.thread_time()
    window.files.open(str(tmp_path / "unrolled.tdraw"))
    QApplication.processEvents()
    report(f"{nodes} nodes: opening", time.thread_time() - began)
    canvas = window.canvas
    assert canvas is not None
    tensors = [node.id for node in diagram.content.nodes.values() if isinstance(node, Tensor)]
    place = diagram.layout.places[tensors[len(tensors) // 2]]
    for zoom in (1.0, 0.4):
        view = View(zoom, 0, 0)
        x, y = view.to_screen(place.x, place.y)
        view = view.moved(round(700 - x), round(300 - y))
        canvas.set_view(view)
        at = QPointF(*canvas.view.to_screen(place.x, place.y))
        before = canvas.session.state.document
        mouse(canvas, QEvent.Type.MouseButtonPress, at)
        frames = []
        for step in range(1, 25):
            began = time.thread_time()
            mouse(canvas, QEvent.Type.MouseMove, at + QPointF(3.0 * step, 1.0 * step))
            frames.append(time.thread_time() - began)
        mouse(canvas, QEvent.Type.MouseButtonRelease, at + QPointF(75, 25))
        assert canvas.session.state.document.layout != before.layout
        report(f"{nodes} nodes at {zoom:.0%}: a frame of a drag", statistics.median(frames[2:]), 0.016)
        place = canvas.session.state.document.layout.places[tensors[len(tensors) // 2]]
    window.hide()
    for _ in range(3):  # what the last edit asked of the threads, and what that asks for
        time.sleep(0.1)
        QApplication.processEvents()
        QThreadPool.globalInstance().waitForDone()
    window.deleteLater()
