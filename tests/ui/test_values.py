"""The values panel follows the shown document: its own result, marked when the drawing has changed since."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Bubble, Source
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui.bindings import filled
from tensordraw.ui.panels.values import ASK, ValuesPanel
from tensordraw.ui.valued import Value
from tensordraw.ui.window import Window
from tensordraw.ui.wording import duration
from tests.ui.conftest import Hands


def evaluated(window: Window, qtbot: QtBot) -> None:
    """Evaluate the shown document and wait for the result."""
    window.run("evaluate")
    qtbot.waitUntil(lambda: not window.evaluates(), timeout=60_000)


def test_each_document_shows_its_own_result(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=5, inner=3, columns=7))
    evaluated(window, qtbot)
    assert window.values.heatmap.values.shape == (5, 7)
    window.files.new(template("matrix_product", rows=2, inner=3, columns=4))
    assert window.values.said.text() == filled(ASK)
    assert window.values.heatmap.values is None
    assert window.said.text() == ""  # "Evaluated …" was said of the other document
    window.run("evaluate")
    window.tabs.setCurrentIndex(window.tabs.currentIndex() - 1)
    assert window.values.heatmap.values.shape == (5, 7)  # while the other one is evaluated
    qtbot.waitUntil(lambda: not window.evaluates(), timeout=60_000)
    assert window.values.heatmap.values.shape == (5, 7)
    window.tabs.setCurrentIndex(window.tabs.currentIndex() + 1)
    assert window.values.heatmap.values.shape == (2, 4)
    window.performer.evaluation.close()


def test_a_result_is_marked_once_the_drawing_has_changed(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=5, inner=3, columns=7))
    evaluated(window, qtbot)
    assert window.values.age.isHidden()
    window.send(events.Insert("tensor", 500.0, 500.0))
    QTest.qWait(60)
    assert window.values.age.isVisible()
    assert "earlier drawing" in window.values.age.text()
    window.run("undo")
    QTest.qWait(60)
    assert window.values.age.isHidden()
    window.send(events.Insert("tensor", 500.0, 500.0))
    evaluated(window, qtbot)
    assert window.values.age.isHidden()
    window.performer.evaluation.close()


def test_stop_is_enabled_only_while_something_runs(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("matrix_product")
    _, button = window.bar.commands["stop"]
    assert not button.isEnabled()
    assert not window.values.stop.isEnabled()
    window.run("evaluate")
    assert button.isEnabled()
    QTest.mouseClick(window.values.stop, Qt.MouseButton.LeftButton)
    assert not window.evaluates()
    assert not button.isEnabled()
    assert "stopped" in window.values.said.text()
    window.performer.evaluation.close()


def test_a_bubble_in_a_loop_shows_its_own_value_by_layer(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("gpt2", layers=3, heads=2, hidden=8, vocab=11, seq=5))
    assert window.state is not None
    regions = window.state.document.content.regions.values()
    softmax = next(region for region in regions if isinstance(region, Bubble) and region.function == "softmax")
    window.select(frozenset({softmax.id}))
    window.run("inspect_value")
    qtbot.waitUntil(lambda: not window.evaluates(), timeout=60_000)
    panel = window.values
    assert panel.result.currentData() == "pattern"
    assert panel.viewer.value.title == "pattern"
    assert panel.axes["pattern"] == ("layer", "head", "query", "key")
    np.testing.assert_allclose(np.asarray(panel.arrays["pattern"]).sum(-1), 1, rtol=1e-6)
    assert panel.viewer.view is not None
    assert panel.viewer.view.kind == "attention"
    positions = panel.viewer.controls.positions
    assert [axis for axis, holder in positions.items() if not holder.isHidden()] == [0, 1]
    # other values of the drawing stand in the list and are evaluated when they are chosen
    offered = [panel.result.itemData(at) for at in range(panel.result.count())]
    assert "mlp_hidden" in offered
    panel.result.activated.emit(offered.index("mlp_hidden"))
    qtbot.waitUntil(lambda: "mlp_hidden" in panel.arrays, timeout=60_000)
    assert panel.axes["mlp_hidden"] == ("layer", "seq", "mlp")
    assert panel.arrays["mlp_hidden"].shape == (3, 5, 32)
    assert [panel.result.itemData(at) for at in range(panel.result.count())] == offered  # in the same order
    assert panel.result.currentData() == "mlp_hidden"
    assert "pattern" in panel.arrays  # it stays
    panel.viewer.controls.sliders[0].setValue(2)
    panel.result.setCurrentIndex(offered.index("pattern"))
    panel.result.activated.emit(offered.index("pattern"))
    assert not window.evaluates()
    assert panel.viewer.view.at == (2, 0, 0, 0)  # axes of the same name stay where they are
    window.performer.evaluation.close()


def test_the_entry_under_the_pointer_goes_with_its_array(qtbot: QtBot) -> None:
    panel = ValuesPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    panel.show_values({"": Value("", np.arange(6.0) + 1, ("a",), seconds=0.002)})
    QTest.mouseMove(panel.viewer.plot, QPoint(12, 30))
    qtbot.waitUntil(lambda: panel.entry.text() == "a 0: 1", timeout=2000)
    assert "2.0 ms" in panel.said.text()
    panel.show_values({"": Value("", np.ones((2, 3)), ("a", "b"), seconds=26.51)})
    assert panel.entry.text() == ""
    assert "26.5 s" in panel.said.text()
    panel.entry.setText("[0, 0] = 1")
    panel.show_failure("No.")
    assert panel.entry.text() == ""
    assert duration(185) == "3 min 5 s"


def test_a_file_that_comes_back_is_seen_without_an_edit(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.new(template("matrix_product", rows=2, inner=3, columns=4))
    assert window.state is not None
    tensor = next(iter(window.state.document.content.nodes.values()))
    window.send(events.Bind(tensor.name, Source(str(tmp_path / "w.npy"))))  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: any("w.npy" in one.what for one in window.problems.problems), timeout=5000)
    np.save(tmp_path / "w.npy", np.ones((2, 3)))
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))  # the window has the keyboard again
    qtbot.waitUntil(lambda: not window.problems.problems, timeout=5000)
    (tmp_path / "w.npy").unlink()
    evaluated(window, qtbot)
    qtbot.waitUntil(lambda: any("w.npy" in one.what for one in window.problems.problems), timeout=5000)
    window.performer.evaluation.close()
