"""Charts in the drawing: added from a viewer, moved, set in the inspector, filled anew, exported with and without numbers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.bundled import bundled
from tensordraw.diagram import edits, edits_layout, file
from tensordraw.diagram.fingerprints import charts
from tensordraw.diagram.records import Note, Tensor
from tensordraw.figure.export import picture
from tensordraw.figure.source import carried
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def settled(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.evaluates(), timeout=60_000)


def svd(window: Window, qtbot: QtBot) -> Note:
    """The drawing of an SVD with a chart of its singular values, put in by the viewer's button."""
    window.files.new(file.load(bundled("gallery") / "22-svd.tdraw"))
    assert window.state is not None
    (values,) = [n.id for n in window.state.document.content.nodes.values() if isinstance(n, Tensor) and n.name == "S"]
    window.select(frozenset({values}))
    window.run("pin_value")
    settled(window, qtbot)
    viewer = window.values.chosen()
    viewer.add.show()
    QTest.mouseClick(viewer.add, Qt.MouseButton.LeftButton)
    (note,) = charts(window.state.document)
    return note


def chart_of(window: Window, note: Note) -> Note:
    assert window.state is not None
    return window.state.document.layout.notes[note.id]


def _named(window: Window, kind: type, name: str) -> list:
    return [field for field in window.inspector.findChildren(kind) if field.accessibleName() == name]


def test_a_viewer_is_added_to_the_figure_below_the_drawing_and_selected(window: Window, qtbot: QtBot) -> None:
    note = svd(window, qtbot)
    assert window.state is not None
    chart = note.chart
    assert chart is not None
    assert window.state.selection == {note.id}
    assert note.text == "S"
    assert (chart.kind, chart.name, [side.size for side in chart.sides]) == ("line", "S", [4])
    document = window.state.document
    array = td.evaluate(document, capture=["S"])[1]["S"]
    np.testing.assert_allclose([float(number) for number in chart.numbers], array, rtol=1e-3)
    assert not td.problems(document)
    assert window.values.chosen().age.isHidden(), "a note in the drawing leaves values as they are"
    window.run("undo")
    assert window.state.document.layout.notes == {}
    window.performer.evaluation.close()


def test_nothing_is_added_where_nothing_was_evaluated(window: Window, qtbot: QtBot) -> None:
    window.files.new(file.load(bundled("gallery") / "22-svd.tdraw"))
    window.run("add_viewer")
    assert window.state is not None
    assert "evaluate the drawing first" in window.said.text()
    assert window.state.document.layout.notes == {}


def test_a_chart_is_dragged_like_a_note(window: Window, hands: Hands, qtbot: QtBot) -> None:
    note = svd(window, qtbot)
    window.run("fit")
    QTest.qWait(30)
    figure = hands.canvas.sheet.figure
    assert figure is not None
    left, top, right, bottom = next(item.box for item in figure.items if item.owner == note.id)
    window.select(frozenset())
    x, y = (left + right) / 2, (top + bottom) / 2
    hands.drag((x, y), (x + 64, y + 32))
    moved = chart_of(window, note)
    assert (moved.x, moved.y) != (note.x, note.y)
    assert moved.chart == note.chart
    window.performer.evaluation.close()


def test_the_inspector_sets_title_width_scale_and_error(window: Window, qtbot: QtBot) -> None:
    note = svd(window, qtbot)

    def field(name: str) -> QLineEdit:
        found: list[QLineEdit] = []
        qtbot.waitUntil(lambda: bool(found.extend(_named(window, QLineEdit, name)) or found), timeout=3000)
        return found[0]

    def tick(name: str) -> None:
        (box,) = _named(window, QCheckBox, name)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        QTest.qWait(20)

    for name, words in (("Title", "Spectrum"), ("Width", "50mm")):
        field(name).selectAll()
        QTest.keyClicks(field(name), words)
        QTest.keyClick(field(name), Qt.Key.Key_Return)
        QTest.qWait(20)
    tick("Logarithmic")
    tick("Error against rank")
    changed = chart_of(window, note)
    assert changed.text == "Spectrum"
    assert changed.chart is not None
    assert round(changed.chart.width, 1) == round(50 / 25.4 * 72, 1)
    assert changed.chart.log
    assert changed.chart.error
    assert changed.chart.numbers == note.chart.numbers  # type: ignore[union-attr]
    window.performer.evaluation.close()


def test_a_chart_of_an_earlier_drawing_says_so_and_is_updated(window: Window, qtbot: QtBot) -> None:
    note = svd(window, qtbot)
    assert window.state is not None
    space = next(s.id for s in window.state.document.content.spaces.values() if s.name == "i")
    window.run("change_space", {"args": (space,), "size": 9})
    qtbot.waitUntil(lambda: any("earlier drawing" in one.what for one in window.problems.problems), timeout=5000)
    (problem,) = [one for one in window.problems.problems if "earlier drawing" in one.what]
    assert problem.items == (note.id,)
    window.run("mend", (problem.remedy, note.id))
    settled(window, qtbot)
    assert window.said.text() == "Updated 1 chart"
    fresh = chart_of(window, note).chart
    assert fresh is not None
    assert note.chart is not None
    assert fresh.numbers != note.chart.numbers
    array = td.evaluate(window.state.document, capture=["S"])[1]["S"]
    np.testing.assert_allclose([float(number) for number in fresh.numbers], array, rtol=1e-3)
    qtbot.waitUntil(lambda: not any("earlier drawing" in one.what for one in window.problems.problems), timeout=5000)
    window.performer.evaluation.close()


def test_f21_numbers_travel_with_the_document_only_where_that_is_ticked(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    svd(window, qtbot)
    assert window.state is not None
    document = window.state.document
    written: list[object] = []
    dialog = ExportDialog(
        window, document, str(tmp_path / "a.svg"), lambda path, chosen: str(written.append(chosen) or "")
    )
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.values.isVisible()
    assert not dialog.values.isChecked()
    assert "without their numbers" in dialog.cautions.text()
    for expected in (False, True):
        if expected:
            QTest.mouseClick(dialog.values, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.values.height() // 2))
        chosen = dialog.options()
        assert chosen.values is expected
        svg = picture(document, "a.svg", values=chosen.values)
        (note,) = charts(carried(svg))
        assert note.chart is not None
        assert bool(note.chart.numbers) is expected
    qtbot.waitUntil(lambda: "without their numbers" not in dialog.cautions.text(), timeout=3000)
    QTest.mouseClick(dialog.source, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.source.height() // 2))
    assert not dialog.values.isEnabled()
    plain = [
        re.sub(r"<td:source.*</td:source>", "", picture(document, "a.svg", values=v).decode(), flags=re.DOTALL)
        for v in (0, 1)
    ]
    assert plain[0] == plain[1]
    bare = ExportDialog(window, edits.remove(document, document.layout.notes), "b.svg", lambda path, chosen: "")
    qtbot.addWidget(bare)
    bare.show()
    assert not bare.values.isVisible()
    window.performer.evaluation.close()


def test_the_text_of_a_note_is_edited_in_the_inspector(window: Window, qtbot: QtBot) -> None:
    note, _ = edits_layout.add_note(td.Diagram(), "old", 0.0, 0.0)
    window.files.new(note)
    (item,) = note.layout.notes
    window.select(frozenset({item}))
    qtbot.waitUntil(lambda: bool(_named(window, QLineEdit, "Text")), timeout=3000)
    (field,) = _named(window, QLineEdit, "Text")
    field.selectAll()
    QTest.keyClicks(field, "new $x$")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.state is not None
    assert window.state.document.layout.notes[item].text == "new $x$"
