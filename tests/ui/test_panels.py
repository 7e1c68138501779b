"""Code, problems, values and the inspector beside a drawing that changes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Bubble, Tensor
from tensordraw.editor import events
from tensordraw.figure.heat_colours import COLOUR, colours, scale_of
from tensordraw.program.emit import languages
from tensordraw.templates import template
from tensordraw.ui.array_files import fitting_axes, mismatch, relative
from tensordraw.ui.highlight import coloured
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.panels.values import ValuesPanel
from tensordraw.ui.valued import Value
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def named(parent: QWidget, kind: type, name: str):  # type: ignore[no-untyped-def]
    """The widget of that kind with that accessible name, once it is there; the newest where old ones wait to be deleted."""
    for _ in range(250):
        found = [one for one in parent.findChildren(kind) if one.accessibleName() == name and one.isVisible()]
        if found:
            return found[-1]
        QTest.qWait(20)  # panels follow the document a moment later
    raise AssertionError(f"no {kind.__name__} called {name}")


# ----------------------------------------------------------------------------------------------------------------- code


def test_ux_57_code_follows_an_edit_and_keeps_the_focus(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("W: hidden head", 0, 0, text="W: hidden head"))
    qtbot.waitUntil(lambda: "def forward(W)" in window.code.text.toPlainText(), timeout=20_000)
    focus = window.focusWidget()
    window.send(events.Insert("", 80, 0, text="x: head"))
    qtbot.waitUntil(
        lambda: "x" in window.code.text.toPlainText().partition("forward(")[2].partition(")")[0], timeout=2000
    )
    assert window.focusWidget() is focus
    window.code.copy()
    assert QGuiApplication.clipboard().text() == window.code.text.toPlainText()


def test_moving_things_asks_for_no_code(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("matrix_product")
    qtbot.waitUntil(lambda: bool(window.code.text.toPlainText()), timeout=20_000)
    shown, asked = window.code.shown, []
    window.code.background.finished.connect(lambda *_: asked.append(1))
    window.run("select_all")
    for _ in range(5):
        window.run("nudge_right")
    QTest.qWait(150)
    assert asked == []
    assert window.code.shown is shown


def test_ux_58_code_and_canvas_point_at_each_other(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("dense_network")
    qtbot.waitUntil(lambda: bool(window.code.origins), timeout=20_000)
    line = next(at for at, items in enumerate(window.code.origins) if items)
    window.code.text.setFocus()
    cursor = window.code.text.textCursor()
    cursor.setPosition(window.code.text.document().findBlockByNumber(line).position())
    window.code.text.setTextCursor(cursor)
    canvas = window.canvas
    assert canvas is not None
    assert canvas.glow == frozenset(window.code.origins[line])
    window.select(frozenset(window.code.origins[line]))
    QTest.qWait(60)
    assert window.code.text.extraSelections()


@pytest.mark.parametrize("language", languages())
def test_every_language_of_the_panel_can_be_written(language: str) -> None:
    from tensordraw.ui import writing

    written = writing.write_code(template("attention"), language)
    assert len(written.code.splitlines()) == len(written.origins)
    assert any(written.origins)
    lines = coloured(written.code, written.lexer)
    assert len(lines) == len(written.code.split("\n"))
    kinds = {kind for spans in lines for _, _, kind in spans}
    assert {"comment", "keyword"} <= kinds if language != "latex" else kinds
    for spans, line in zip(lines, written.code.split("\n"), strict=True):
        assert all(0 <= start < start + length <= len(line) for start, length, _ in spans)


def test_colours_of_python() -> None:
    code = 'import numpy as np\n\n\ndef f(x):\n    """Two\n    lines."""\n    return np.einsum(\'i->\', x) * 2  # [i]\n'
    found = [
        {line[start : start + length]: kind for start, length, kind in spans}
        for spans, line in zip(coloured(code, "python"), code.split("\n"), strict=True)
    ]
    assert found[4:6] == [{'"""Two': "string"}, {'    lines."""': "string"}]
    assert found[6]["np.einsum"] == "call"
    assert found[6]["return"] == "keyword"
    assert found[6]["2"] == "number"
    assert found[6]["# [i]"] == "comment"


# ------------------------------------------------------------------------------------------------------------- problems


def test_ux_54_a_problem_is_listed_marked_and_selects(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("tensor", 0, 0))
    window.send(events.Insert("bubble:softmax", 0, 0))
    (region,) = window.state.document.content.regions.values()  # type: ignore[union-attr]
    window.run("set_function", {"args": (region.id, "softmax"), "axes": ()})
    qtbot.waitUntil(lambda: bool(window.problems.problems), timeout=2000)
    row = window.problems.list.item(0)
    assert row.data(Qt.ItemDataRole.AccessibleTextRole).startswith("error")
    assert window.canvas is not None
    assert window.canvas.marks == window.problems.marks() != {}
    assert "error" in window.problem_count.text()
    window.select(frozenset())
    window.problems.list.itemClicked.emit(row)
    assert window.state is not None
    assert window.state.selection == set(window.problems.problems[0].items)


# --------------------------------------------------------------------------------------------------------------- values


def test_evaluation_shows_shape_and_heatmap(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=5, inner=3, columns=7))
    window.run("evaluate")
    assert window.performer.evaluation.busy
    qtbot.waitUntil(lambda: bool(window.values.arrays), timeout=60_000)
    (array,) = window.values.arrays.values()
    assert array.shape == (5, 7)
    assert "5" in window.values.said.text()
    assert "7" in window.values.said.text()
    assert "operations" in window.values.cost.text()
    assert window.values.heatmap.values.shape == (5, 7)
    window.performer.evaluation.close()


def test_ux_61_an_evaluation_can_be_stopped_and_another_started(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("matrix_product", rows=4, inner=3, columns=2))
    window.run("evaluate")
    process = window.performer.evaluation.process
    assert process is not None
    window.run("stop")
    assert not window.performer.evaluation.busy
    assert "stopped" in window.values.said.text()
    window.run("evaluate")
    qtbot.waitUntil(lambda: bool(window.values.arrays), timeout=60_000)
    window.performer.evaluation.close()


def test_what_cannot_be_evaluated_is_said_in_words(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("matrix_product")
    name = next(iter(window.state.document.content.nodes.values())).name  # type: ignore[union-attr]
    from tensordraw.diagram.records import Source

    window.send(events.Bind(name, Source("gone.npy")))
    window.run("evaluate")
    qtbot.waitUntil(lambda: not window.performer.evaluation.busy, timeout=60_000)
    assert "gone.npy" in window.values.said.text()
    assert window.said.property("role") == "error"
    window.performer.evaluation.close()


def test_slices_of_an_array_with_four_axes(qtbot: QtBot) -> None:
    panel = ValuesPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    array = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    panel.show_values({"": Value("", array, ("a", "b", "c", "d"))})
    controls = panel.viewer.controls
    assert np.array_equal(panel.heatmap.values, array[0, 0])
    controls.sliders[0].setValue(1)
    controls.sliders[1].setValue(2)
    assert np.array_equal(panel.heatmap.values, array[1, 2])
    controls.pickers[0].activated.emit(0)
    assert np.array_equal(panel.heatmap.values, array[:, 2, 0, :])
    controls.pickers[0].activated.emit(3)
    controls.pickers[1].activated.emit(1)
    assert np.array_equal(panel.heatmap.values, array[1, :, 0, :].T)


@pytest.mark.parametrize(
    "array", [np.float32(3.5) * np.ones(()), np.zeros(4), np.zeros((0, 3)), np.full((2, 2), np.nan)]
)
def test_odd_arrays_are_shown(qtbot: QtBot, array: np.ndarray) -> None:
    panel = ValuesPanel()
    qtbot.addWidget(panel)
    panel.show_values({"y": Value("y", array, tuple("abc"[: array.ndim]))})
    assert panel.said.text()


def test_the_colour_table_centres_on_zero_and_marks_what_is_no_number() -> None:
    values = np.array([[-1.0, 0.0, 4.0, np.nan, -np.inf, np.inf]])
    scale = scale_of(values)
    assert (scale.low, scale.high) == (-4.0, 4.0)
    pixels = colours(values, scale)
    assert tuple(pixels[0, 1]) == pytest.approx((245, 245, 245), abs=3)
    assert tuple(pixels[0, 3]) == COLOUR.missing
    assert len({tuple(pixel) for pixel in pixels[0]}) == 6


# ------------------------------------------------------------------------------------------------------------ inspector


def test_the_inspector_renames_and_edits_legs(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("tensor", 0, 0))
    QTest.qWait(60)
    field = named(window.inspector, QLineEdit, "Name")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "W_O")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.qWait(60)

    def tensor() -> Tensor:
        (node,) = window.state.document.content.nodes.values()  # type: ignore[union-attr]
        assert isinstance(node, Tensor)
        return node

    assert tensor().name == "W_O"
    table = named(window.inspector, Table, "Legs")
    table.item(0, 0).setText("out")
    table = named(window.inspector, Table, "Legs")
    table.item(0, 1).setText("hidden=768")
    QTest.qWait(60)
    content = window.state.document.content  # type: ignore[union-attr]
    assert tensor().legs[0].label == "out"
    assert content.spaces[tensor().legs[0].space].size == 768
    QTest.mouseClick(named(window.inspector, QToolButton, "Add a leg"), Qt.MouseButton.LeftButton)
    QTest.qWait(60)
    assert len(tensor().legs) == 3
    order = [leg.id for leg in tensor().legs]
    table = named(window.inspector, Table, "Legs")
    table.setCurrentCell(2, 0)
    QTest.mouseClick(named(window.inspector, QToolButton, "Move the leg up"), Qt.MouseButton.LeftButton)
    assert [leg.id for leg in tensor().legs] == [order[0], order[2], order[1]]
    assert window.state.history.undo_name == "Reorder legs"  # type: ignore[union-attr]
    # The row goes with the leg, for the next move; the panel follows the document in its own time.
    qtbot.waitUntil(lambda: named(window.inspector, Table, "Legs").currentRow() == 1)
    up = named(window.inspector, QToolButton, "Move the leg up")
    QTest.mouseClick(up, Qt.MouseButton.LeftButton)
    assert [leg.id for leg in tensor().legs] == [order[2], order[0], order[1]]
    qtbot.waitUntil(lambda: [cell.row() for cell in named(window.inspector, Table, "Legs").selectedItems()][:1] == [0])
    down = named(window.inspector, QToolButton, "Move the leg down")
    down.setFocus()
    QTest.keyClick(down, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: named(window.inspector, QToolButton, "Move the leg down").hasFocus())


def test_a_wrong_size_is_refused_in_words(window: Window, hands: Hands) -> None:
    window.send(events.Insert("tensor", 0, 0))
    QTest.qWait(60)
    before = window.state.document  # type: ignore[union-attr]
    named(window.inspector, Table, "Legs").item(0, 2).setText("many")
    assert window.state.document is before  # type: ignore[union-attr]
    assert window.said.property("role") == "error"


def test_the_inspector_chooses_a_function_and_its_axis(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="W: hidden head"))
    window.send(events.Insert("bubble:relu", 0, 0))
    QTest.qWait(60)
    combo = named(window.inspector, QComboBox, "Function")
    combo.setCurrentIndex(combo.findData("softmax"))
    combo.activated.emit(combo.currentIndex())
    QTest.qWait(60)

    def bubble() -> Bubble:
        (region,) = window.state.document.content.regions.values()  # type: ignore[union-attr]
        assert isinstance(region, Bubble)
        return region

    assert bubble().function == "softmax"
    first = bubble().axes
    assert len(first) == 1
    along = [box for box in window.inspector.findChildren(QComboBox) if box.count() == 2 and box.isVisible()]
    other = next(at for at in range(2) if along[0].itemData(at) != first[0])
    along[0].activated.emit(other)
    assert bubble().axes != first


def test_the_document_form_orders_axes_and_sizes_spaces(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="W: hidden head"))
    window.select(frozenset())
    QTest.qWait(60)
    spaces = named(window.inspector, Table, "Spaces")
    spaces.item(0, 1).setText("12")
    assert next(iter(window.state.document.content.spaces.values())).size == 12  # type: ignore[union-attr]
    QTest.qWait(60)
    axes = named(window.inspector, QListWidget, "Open legs in order")
    words = [axes.item(at).text() for at in range(axes.count())]
    axes.setCurrentRow(1)
    QTest.mouseClick(named(window.inspector, QToolButton, "Move the axis up"), Qt.MouseButton.LeftButton)
    QTest.qWait(60)
    axes = named(window.inspector, QListWidget, "Open legs in order")
    assert [axes.item(at).text() for at in range(axes.count())] == words[::-1]
    assert axes.currentRow() == 0


def test_ux_29_a_tensor_on_another_is_noted_and_marked(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("tensor", 0, 0))
    window.send(events.Insert("tensor", 10, 0))
    assert window.state is not None
    second = next(iter(window.state.selection))
    qtbot.waitUntil(lambda: any("lie on each other" in one.what for one in window.problems.problems), timeout=5000)
    assert window.canvas.marks[second] == "note"
    window.run("delete")
    qtbot.waitUntil(lambda: not any("lie on" in one.what for one in window.problems.problems), timeout=5000)
    assert second not in window.canvas.marks


def test_a_space_that_is_not_chosen_yet_is_called_provisional(window: Window, hands: Hands) -> None:
    window.send(events.Insert("tensor", 0, 0))
    window.select(frozenset())
    QTest.qWait(60)
    assert named(window.inspector, Table, "Spaces").item(0, 2).text().startswith("provisional")


def test_showing_the_inspector_changes_nothing(window: Window, hands: Hands) -> None:
    window.files.new_from("gpt2")
    state = window.state
    assert state is not None
    content = state.document.content
    for item in [*content.nodes, *content.regions, *content.wires][:60]:
        window.select(frozenset({item}))
        window.following.follow()
        assert window.state is not None
        assert window.state.document is state.document
        assert window.said.property("role") != "error"


# ----------------------------------------------------------------------------------------------------- arrays and legs


def test_axes_that_fit() -> None:
    assert fitting_axes((2, 3), [2, 3]) == (0, 1)
    assert fitting_axes((3, 2), [2, 3]) == (1, 0)
    assert fitting_axes((2, 3, 2), [2, 2, 3]) == (0, 2, 1)
    assert mismatch((3, 2), [("a", 2), ("b", 3)], (1, 0)) == ""
    assert "axes" in mismatch((3,), [("a", 3), ("b", 3)], (0,))
    assert "size 2" in mismatch((3, 3), [("a", 2), ("b", 3)], (0, 1))
    assert "own" in mismatch((3, 3), [("a", 3), ("b", 3)], (0, 0))
    assert relative("/a/b/c.npy", "/a/b") == "c.npy"
    assert relative("/a/c.npy", "/a/b") == "../c.npy"


def test_ux_60_the_value_at_an_item(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("dense_network"))
    state = window.state
    assert state is not None
    bubble = next(item for item in state.document.content.regions)
    window.select(frozenset({bubble}))
    window.run("inspect_value")
    qtbot.waitUntil(lambda: len(window.values.arrays) == 2, timeout=60_000)
    result, inspected = window.values.arrays  # the result keeps its place; what was inspected stands after it
    assert result == ""
    assert inspected
    assert len(window.values.axes[inspected]) == window.values.arrays[inspected].ndim
    window.performer.evaluation.close()


def test_all_that_is_selected_is_named(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    window.run("wrap_bubble", "relu")
    window.send(events.Insert("note", 200, 0))
    assert window.state is not None
    content, notes = window.state.document.content, window.state.document.layout.notes
    window.select(frozenset({*content.nodes, *content.regions, *content.wires, *notes}))
    qtbot.wait(50)
    words = [one.text() for one in window.inspector.findChildren(QLabel)]
    assert "5 items selected" in words
    assert "A, B, relu, text: text, wire j between tensor A and tensor B" in words


def test_the_palette_says_that_nothing_is_called_so(window: Window, hands: Hands) -> None:
    panel = window.palette_panel
    panel.search.setText("zzz")
    assert panel.none.isVisible()
    assert "“zzz”" in panel.none.text()
    panel.search.setText("tensor")
    assert not panel.none.isVisible()
