"""Viewers of values: pinned from the drawing, moved by keys and wheel, told entry by entry, exported as figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Bubble, Copy, Tensor, node_legs
from tensordraw.editor import events, grasp
from tensordraw.figure import heat_colours
from tensordraw.figure.paths import flattened
from tensordraw.program import viewing
from tensordraw.templates import template
from tensordraw.ui.heatmap import Heatmap
from tensordraw.ui.panels.values import ValuesPanel
from tensordraw.ui.valued import Pin, Value
from tensordraw.ui.viewer import Viewer
from tensordraw.ui.viewer_export import ViewerExport, chart_of, title_of
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

AXES = ("layer", "head", "query", "key")
TOKENS = ("The", " capital", " of", " France", " is")
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def pattern() -> Any:
    made = np.random.default_rng(0).random((2, 4, 5, 5)).astype(np.float32)
    return made / made.sum(axis=-1, keepdims=True)


def viewer_of(value: Value, qtbot: QtBot) -> Viewer:
    viewer = Viewer("pinned", pinned=True)
    qtbot.addWidget(viewer)
    viewer.resize(760, 320)
    viewer.show()
    viewer.show_value(value)
    QTest.qWait(10)
    return viewer


def settled(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.evaluates(), timeout=60_000)


def small_model(window: Window) -> Any:
    window.files.new(template("gpt2", layers=2, heads=4, hidden=8, vocab=11, seq=5))
    assert window.state is not None
    return window.state.document.content


# ---------------------------------------------------------------------------------------------------------- one viewer


def test_layer_and_head_are_chosen_by_arrow_keys_and_wheel(qtbot: QtBot) -> None:
    array = pattern()
    viewer = viewer_of(Value("pattern", array, AXES), qtbot)
    assert viewer.kind.currentText() == "Attention pattern"
    layer, head = viewer.controls.sliders[0], viewer.controls.sliders[1]
    assert layer.accessibleName() == "Position along layer"
    QTest.keyClick(layer, Qt.Key.Key_Right)
    for _ in range(3):
        QTest.keyClick(head, Qt.Key.Key_Right)
    np.testing.assert_array_equal(viewer.heatmap.values, array[1, 3])
    here = QPointF(head.rect().center())
    turn = QWheelEvent(
        here, head.mapToGlobal(here), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(head, turn)
    assert head.value() < 3
    np.testing.assert_array_equal(viewer.heatmap.values, array[1, head.value()])


def test_an_entry_of_an_attention_pattern_is_told_with_its_tokens(qtbot: QtBot) -> None:
    array = pattern()
    viewer = viewer_of(Value("pattern", array, AXES, tokens=TOKENS), qtbot)
    assert viewer.heatmap.rows == TOKENS
    assert viewer.heatmap.columns == TOKENS
    for slider in (0, 1):
        QTest.keyClick(viewer.controls.sliders[slider], Qt.Key.Key_Right)
    viewer.heatmap.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(viewer.heatmap, key)
    assert viewer.entry.text() == f"layer 1, head 1: query 3 “␣France” → key 1 “␣capital”: {array[1, 1, 3, 1]:.4g}"
    whole, part = viewer.said.text().split("\n")[1:3]
    assert whole.startswith("whole: min ")
    assert part == f"slice: {viewing.statistics(array[1, 1]).sentence}"
    frame = viewer.heatmap._frame()
    QTest.mouseMove(viewer.heatmap, QPoint(frame.left() + 2, frame.top() + 2))
    qtbot.waitUntil(lambda: "query 0 “The” → key 0 “The”" in viewer.entry.text(), timeout=2000)


@pytest.mark.parametrize(
    ("kind", "shown"), [("Heatmap", "heatmap"), ("Line plot", "plot"), ("Largest entries", "top"), ("Numbers", "table")]
)
def test_the_kind_of_picture_is_switched_by_keys(kind: str, shown: str, qtbot: QtBot) -> None:
    viewer = viewer_of(Value("pattern", pattern(), AXES, tokens=TOKENS), qtbot)
    viewer.kind.setFocus()
    for _ in range(viewer.kind.findText(kind)):
        QTest.keyClick(viewer.kind, Qt.Key.Key_Down)
    assert viewer.kind.currentText() == kind
    assert viewer.stack.currentWidget() is getattr(viewer, shown)
    viewer.kind.setCurrentIndex(0)


def test_logits_are_listed_by_their_texts_and_shares(qtbot: QtBot) -> None:
    logits = np.zeros((5, 50), np.float32)
    logits[4, 7], logits[4, 9], logits[2, 3] = 6.0, 5.0, 9.0
    asked: list[Sequence[int]] = []

    def texts_of(ids: Sequence[int]) -> Sequence[str]:
        asked.append(ids)
        return [f" t{each}" for each in ids]

    viewer = viewer_of(Value("", logits, ("seq", "vocab"), tokens=TOKENS, texts_of=texts_of), qtbot)
    top = viewer.top

    def words(at: int, column: int) -> str:
        row = top.topLevelItem(at)
        assert row is not None
        return row.text(column)

    rows = [[words(at, column) for column in range(4)] for at in range(2)]
    share = np.exp(6) / (np.exp(6) + np.exp(5) + 48)
    assert rows[0] == ["“␣t7”", "7", "6", f"{100 * share:.2f} %"]
    assert rows[1][:3] == ["“␣t9”", "9", "5"]
    assert len(asked[-1]) == 20
    assert viewer.controls.numbers[0].text() == "4 “␣is”"
    viewer.controls.sliders[0].setValue(2)
    assert words(0, 1) == "3"


def test_one_scale_compares_slices(qtbot: QtBot) -> None:
    array = np.stack([np.full((3, 3), 1.0), np.full((3, 3), 10.0)])
    array[0, 0, 0] = 0.0
    from tensordraw.program.viewing import statistics

    viewer = viewer_of(Value("x", array, ("layer", "i", "j"), statistics(array)), qtbot)
    assert viewer.heatmap.scale.high == 1.0
    QTest.mouseClick(viewer.same, Qt.MouseButton.LeftButton, pos=QPoint(8, viewer.same.height() // 2))
    assert viewer.heatmap.scale == heat_colours.Scale(0.0, 10.0, False)


@pytest.mark.parametrize(
    "array",
    [np.full((3, 3), np.nan), np.array([[np.inf, -np.inf], [1.0, np.nan]]), np.zeros((2, 0)), np.ones((2, 2), bool)],
)
def test_pictures_do_not_mind_what_is_not_finite(array: np.ndarray, qtbot: QtBot) -> None:
    viewer = viewer_of(Value("x", array, ("i", "j")), qtbot)
    for at in range(viewer.kind.count()):
        viewer.kind.activated.emit(at)
        viewer.grab()
    assert viewer.said.text()


def test_a_large_slice_is_thinned_and_its_entries_keep_their_places(qtbot: QtBot) -> None:
    heatmap = Heatmap()
    qtbot.addWidget(heatmap)
    heatmap.resize(400, 300)
    heatmap.show_values(np.arange(3000.0 * 20).reshape(3000, 20))
    assert heatmap.values.shape == (1000, 20)
    told: list[tuple[int, int]] = []
    heatmap.pointed.connect(lambda row, column: told.append((row, column)))
    heatmap.point((5, 2))
    assert told == [(15, 2)]


def test_every_part_of_a_viewer_has_a_name_for_screen_readers(qtbot: QtBot) -> None:
    viewer = viewer_of(Value("pattern", pattern(), AXES), qtbot)
    for widget in viewer.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(viewer):
            assert widget.accessibleName() or isinstance(widget, QLineEdit), widget


# ---------------------------------------------------------------------------------------------------------------- pins


def test_ux_60_ctrl_shift_click_pins_a_viewer_that_stays_while_the_drawing_is_edited(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    content = small_model(window)
    QTest.qWait(50)
    softmax = next(r.id for r in content.regions.values() if isinstance(r, Bubble) and r.function == "softmax")
    figure = hands.canvas.sheet.figure
    assert figure is not None
    border = next(s.path for item in figure.items if item.owner == softmax for s in item.shapes if s.role == "region")
    hits = ((p, grasp.target_at(window.state.document, p, hands.canvas.view.scale)) for p in flattened(border)[0])
    hands.click(*next(point for point, hit in hits if hit.item == softmax), BOTH)
    settled(window, qtbot)
    (pin,) = window.performer.results.pins.of(window.session)
    assert pin.key == softmax
    viewer = window.values.pinned[pin]
    assert viewer.isVisible()
    assert viewer.title.text() == "pattern"
    assert viewer.value is not None
    assert viewer.value.axes == AXES
    viewer.controls.sliders[1].setValue(3)
    shown = viewer.heatmap.values.copy()
    window.send(events.Insert("tensor", 500.0, 500.0))
    QTest.qWait(60)
    assert viewer.isVisible()
    assert "earlier" in viewer.age.text()
    np.testing.assert_array_equal(viewer.heatmap.values, shown)
    window.run("undo")
    window.run("evaluate")
    settled(window, qtbot)
    assert viewer.age.isHidden()
    assert viewer.controls.sliders[1].value() == 3
    np.testing.assert_array_equal(viewer.heatmap.values, shown)
    QTest.mouseClick(viewer.close_, Qt.MouseButton.LeftButton)
    assert window.performer.results.pins.of(window.session) == ()
    assert window.values.viewer.isVisible()
    window.performer.evaluation.close()


def test_wires_and_several_items_are_pinned_and_words_say_what_has_no_value(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    content = small_model(window)
    copy = next(n for n in content.nodes.values() if isinstance(n, Copy) and n.name == "resid_mid")
    stream = next(w.id for w in content.wires.values() if any(leg.id in w.ends for leg in copy.out))
    matrices = [n for n in content.nodes.values() if isinstance(n, Tensor) and n.name in ("W_Q", "W_K")]
    ends = [{leg.id for leg in node_legs(node)} for node in matrices]
    bond = next(w.id for w in content.wires.values() if all(set(w.ends) & legs for legs in ends))
    for item in (stream, bond):
        window.select(frozenset({item}))
        window.run("pin_value")
        settled(window, qtbot)
    first, second = window.performer.results.pins.of(window.session)
    assert first.title == "resid_mid"
    assert first.value is not None
    assert first.value.array.shape == (2, 5, 8)
    assert second.value is None
    said = window.values.pinned[second].said.text()
    assert "inside one contraction" in said
    assert window.values.tabs.count() == 3
    window.files.new(template("matrix_product", rows=2, inner=3, columns=4))
    assert not window.values.pinned
    window.performer.evaluation.close()


def test_a_pin_whose_item_is_gone_keeps_its_last_value_and_says_so(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=5, inner=3, columns=7))
    assert window.state is not None
    item = next(iter(window.state.document.content.nodes))
    window.select(frozenset({item}))
    window.run("pin_value")
    settled(window, qtbot)
    window.run("delete")
    window.run("evaluate")
    settled(window, qtbot)
    (pin,) = window.performer.results.pins.of(window.session)
    viewer = window.values.pinned[pin]
    assert "not in the drawing any more" in viewer.age.text()
    assert viewer.picture is not None
    assert viewer.picture.shape == (5, 3)
    window.performer.evaluation.close()


def test_the_first_viewer_is_pinned_as_it_is_looked_at(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=5, inner=3, columns=7))
    window.run("evaluate")
    settled(window, qtbot)
    panel = window.values
    panel.viewer.kind.activated.emit(panel.viewer.kind.findText("Numbers"))
    QTest.mouseClick(panel.viewer.pin, Qt.MouseButton.LeftButton)
    (pin,) = window.performer.results.pins.of(window.session)
    assert panel.pinned[pin].view == panel.viewer.view
    assert panel.pinned[pin].stack.currentWidget() is panel.pinned[pin].table
    window.run("evaluate")
    settled(window, qtbot)
    assert pin.value is not None
    assert not pin.missing
    window.performer.evaluation.close()


def test_viewers_stand_side_by_side_where_there_is_room(qtbot: QtBot) -> None:
    panel = ValuesPanel()
    qtbot.addWidget(panel)
    panel.resize(1400, 300)
    panel.show()
    value = Value("pattern", pattern(), AXES)
    pins = [Pin(name, name, value) for name in "abc"]
    panel.show_pins(pins, None)
    panel.reveal(pins[2])
    viewers = [panel.viewer, *panel.pinned.values()]
    assert [viewer.isHidden() for viewer in viewers] == [True, False, False, False]
    panel.resize(600, 300)
    QTest.qWait(10)
    assert [viewer.isHidden() for viewer in viewers] == [True, True, True, False]
    panel.show_pins(pins[:1], None)
    assert not panel.viewer.isHidden() or not panel.pinned[pins[0]].isHidden()


# -------------------------------------------------------------------------------------------------------------- export


def test_a_viewer_is_exported_as_the_figure_of_what_it_shows(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = small_model(window)
    softmax = next(r.id for r in content.regions.values() if isinstance(r, Bubble) and r.function == "softmax")
    window.select(frozenset({softmax}))
    window.run("pin_value")
    settled(window, qtbot)
    viewer = window.values.chosen()
    viewer.controls.sliders[0].setValue(1)
    viewer.controls.sliders[1].setValue(3)
    asked: list[ViewerExport] = []
    monkeypatch.setattr(ViewerExport, "exec", lambda self: asked.append(self))
    window.run("export_viewer")
    (dialog,) = asked
    assert dialog.title.text() == "pattern, layer 1, head 3"
    assert Path(dialog.path.text()).name == "pattern-layer1-head3.svg"
    dialog.path.setText(str(tmp_path / "p.gif"))
    dialog.accept()
    assert "ends in .svg" in dialog.said.text()
    dialog.path.setText(str(tmp_path / "p.svg"))
    dialog.width_.setCurrentText("60 mm")
    dialog.accept()
    text = (tmp_path / "p.svg").read_text()
    assert "pattern, layer 1, head 3" in text
    assert 'width="170.079pt"' in text
    window.performer.evaluation.close()


def test_there_is_something_to_export_only_once_there_is_a_value(window: Window, hands: Hands) -> None:
    small_model(window)
    window.run("export_viewer")
    assert "evaluate" in window.said.text()
    assert window.said.property("role") == "error"


def test_a_chart_of_largest_entries_has_their_texts(qtbot: QtBot) -> None:
    logits = np.zeros((5, 50), np.float32)
    logits[4, 7] = 6.0
    viewer = viewer_of(Value("result", logits, ("seq", "vocab"), texts_of=lambda ids: [f" t{i}" for i in ids]), qtbot)
    shown = chart_of(viewer, title_of(viewer))
    assert shown.title == "result, seq 4"
    assert shown.entries[0] == ("␣t7", 6.0)


def test_a_pin_evaluates_what_it_looks_at_and_no_more(window: Window, hands: Hands, qtbot: QtBot) -> None:
    """The MLP of this model would need terabytes; its table of positions does not."""
    window.files.new(template("gpt2", layers=2, heads=4, hidden=10**6, mlp=10**6, vocab=11, seq=5))
    assert window.state is not None
    content = window.state.document.content
    positions = next(id for id, node in content.nodes.items() if isinstance(node, Tensor) and node.name == "W_P")
    window.select(frozenset({positions}))
    window.run("pin_value")
    settled(window, qtbot)
    (pin,) = window.performer.results.pins.of(window.session)
    assert pin.value is not None
    assert pin.value.array.shape == (5, 10**6)
    result = window.performer.results.found[window.session]
    assert result.upto
    assert not result.values
    assert "Ctrl+Enter evaluates the whole" in window.values.viewer.said.text()
    assert "resid_mid" in result.captures
    window.performer.evaluation.close()


def test_a_pin_leaves_the_result_of_the_same_drawing(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=5, inner=3, columns=7))
    window.run("evaluate")
    settled(window, qtbot)
    before = window.performer.results.found[window.session]
    assert window.state is not None
    window.select(frozenset({next(iter(window.state.document.content.nodes))}))
    window.run("pin_value")
    settled(window, qtbot)
    assert window.performer.results.found[window.session] is before
    assert window.performer.results.pins.of(window.session)[0].value is not None
    window.performer.evaluation.close()


def test_the_probabilities_are_seen_in_a_narrow_viewer(qtbot: QtBot) -> None:
    logits = np.random.default_rng(0).normal(size=(13, 300))
    viewer = viewer_of(
        Value("", logits, ("seq", "vocab"), texts_of=lambda ids: [f"\\x{each:02x}" for each in ids]), qtbot
    )
    viewer.resize(430, 260)
    qtbot.wait(10)
    assert viewer.width() == 430
    assert viewer.stack.currentWidget() is viewer.top
    header = viewer.top.header()
    assert header.length() <= viewer.top.viewport().width()
    viewer.kind.setCurrentIndex(viewer.kind.findText("Heatmap"))
    viewer.kind.activated.emit(viewer.kind.currentIndex())
    assert viewer.stack.minimumWidth() == 0
