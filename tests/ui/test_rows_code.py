"""Rows 54 to 58 of the editor's behaviour: problems with their markers, the code beside the drawing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.diagram import file
from tensordraw.editor import events
from tensordraw.ui import markers
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def hover(widget, at: QPoint) -> None:  # type: ignore[no-untyped-def]
    """The mouse moves to this point of a widget, without a button."""
    none, local = Qt.MouseButton.NoButton, QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, local, QPointF(widget.mapToGlobal(at)), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)
    QApplication.processEvents()


def line_point(window: Window, line: int) -> QPoint:
    """The middle of a line of code, in the viewport."""
    cursor = QTextCursor(window.code.text.document().findBlockByNumber(line))
    return window.code.text.cursorRect(cursor).center() + QPoint(30, 0)


def tinted(window: Window) -> dict[int, str]:
    """The colour of each tinted line."""
    found = window.code.text.extraSelections()
    return {
        one.cursor.blockNumber(): one.format.background().color().name()  # type: ignore[attr-defined]
        for one in found
    }


def a_problem(window: Window, qtbot: QtBot) -> str:
    """A bubble that says nothing of its leg, far away; its id."""
    window.send(events.Insert("tensor", 3000, 2000))
    window.send(events.Insert("bubble:softmax", 0, 0))
    assert window.state is not None
    (region,) = window.state.document.content.regions.values()
    window.run("set_function", {"args": (region.id, "softmax"), "axes": ()})
    qtbot.waitUntil(lambda: bool(window.problems.problems), timeout=5000)
    return region.id


def test_ux_54_a_problem_is_marked_and_listed_and_each_leads_to_the_other(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    bubble = a_problem(window, qtbot)
    canvas = hands.canvas
    qtbot.waitUntil(lambda: canvas.marks.get(bubble) == "error", timeout=2000)
    window.docks["problems"].raise_()
    canvas.set_view(canvas.view.moved(-4000, -3000))  # far from it
    window.select(frozenset())
    row = window.problems.list.visualItemRect(window.problems.list.item(0))
    QTest.mouseClick(window.problems.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert window.state is not None
    assert bubble in window.state.selection
    place = next((x, y) for item, x, y in markers.places(canvas) if item == bubble)
    pixel = QPoint(*map(round, canvas.view.to_screen(*place)))
    assert canvas.rect().contains(pixel), "it was scrolled to"
    window.select(frozenset())
    window.docks["code"].raise_()
    qtbot.waitUntil(lambda: window.problems.list.currentRow() == -1, timeout=2000)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=pixel)
    assert window.state.selection == {bubble}
    assert window.docks["problems"].property("seen")
    assert bubble in window.problems.problems[window.problems.list.currentRow()].items
    canvas.setFocus()
    hands.key(Qt.Key.Key_Escape)
    hands.key(Qt.Key.Key_F8)
    assert bubble in window.state.selection


def test_ux_54_severities_differ_in_shape() -> None:
    from PySide6.QtGui import QImage, QPainter

    shapes = set()
    for severity in ("error", "warning", "note"):
        image = QImage(30, 30, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        markers.paint_marker(painter, QPointF(15, 15), 10, severity, "#000000")
        painter.end()
        shapes.add(tuple(image.pixelColor(x, y).alpha() > 127 for x in range(30) for y in range(30)))
    assert len(shapes) == 3


def test_ux_55_a_problem_is_excluded_with_a_comment_that_the_document_keeps(
    window: Window, hands: Hands, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bubble = a_problem(window, qtbot)
    panel = window.problems
    window.docks["problems"].raise_()
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: ("drawn so in the paper", True))
    menu = panel.context_menu(panel.list.item(0))
    assert menu is not None
    (action,) = menu.actions()
    action.trigger()
    qtbot.waitUntil(lambda: panel.problems == (), timeout=5000)
    qtbot.waitUntil(lambda: bubble not in hands.canvas.marks, timeout=2000)
    assert "error" not in window.problem_count.text()
    assert panel.hidden.isVisible()
    assert panel.hidden.text() == "Show 1 excluded"
    QTest.mouseClick(panel.hidden, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.hidden.height() // 2))
    assert "Excluded: drawn so in the paper" in panel.list.item(0).text()
    assert window.state is not None
    kept = file.decode(file.encode(window.state.document))
    assert kept == window.state.document
    assert kept.custom.excluded[0].comment == "drawn so in the paper"
    menu = panel.context_menu(panel.list.item(0))
    assert menu is not None
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: len(panel.problems) == 1, timeout=5000)
    assert bubble in hands.canvas.marks
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.problems == (), timeout=5000)


def test_ux_56_a_problem_says_what_where_why_and_mends_itself_by_a_button(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("", 0, 0, text="u: a=2"))
    window.send(events.Insert("", 120, 0, text="v: a=2"))
    assert window.state is not None
    (space,) = window.state.document.content.spaces
    window.run("change_space", {"args": (space,), "metric": "general"})
    qtbot.waitUntil(lambda: any(one.remedy for one in window.problems.problems), timeout=5000)
    window.docks["problems"].raise_()
    qtbot.wait(60)
    buttons = [one for one in window.problems.list.findChildren(QPushButton) if one.isVisible()]
    assert buttons
    assert all(one.accessibleName() for one in buttons)
    for problem in window.problems.problems:
        assert problem.what
        assert problem.why
        assert problem.fix
    first = window.problems.problems[0]
    window.select(frozenset())
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: first not in window.problems.problems, timeout=5000)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: first in window.problems.problems, timeout=5000)


def test_ux_57_code_follows_with_the_same_names_and_takes_neither_focus_nor_scroll(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new_from("attention")
    qtbot.waitUntil(lambda: len(window.code.text.toPlainText()) > 200, timeout=20_000)
    before = window.code.text.toPlainText()
    bar = window.code.text.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    assert place > 0
    canvas = window.canvas
    assert canvas is not None
    canvas.setFocus()
    window.send(events.Insert("", 900, 900, text="extra: e=2"))
    qtbot.waitUntil(lambda: "extra" in window.code.text.toPlainText(), timeout=5000)
    assert QApplication.focusWidget() is canvas
    assert bar.value() == place
    names = {line.split(" = ")[0].strip() for line in before.splitlines() if " = " in line}
    after = {line.split(" = ")[0].strip() for line in window.code.text.toPlainText().splitlines() if " = " in line}
    assert names <= after


def test_ux_58_a_hovered_line_glows_on_the_canvas_in_its_colour_and_a_click_pins_it(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new_from("dense_network")
    qtbot.waitUntil(lambda: bool(window.code.origins), timeout=20_000)
    canvas, code = window.canvas, window.code
    assert canvas is not None
    line = next(at for at in reversed(range(len(code.origins))) if code.origins[at])
    cursor = QTextCursor(code.text.document().findBlockByNumber(line))
    code.text.setTextCursor(cursor)
    code.text.ensureCursorVisible()
    hover(code.text.viewport(), line_point(window, line))
    assert canvas.glow == frozenset(code.origins[line])
    assert tinted(window)[line] == window.colours.warning
    QApplication.sendEvent(code.text.viewport(), QEvent(QEvent.Type.Leave))
    assert canvas.glow == frozenset()
    QTest.mouseClick(code.text.viewport(), Qt.MouseButton.LeftButton, pos=line_point(window, line))
    QApplication.sendEvent(code.text.viewport(), QEvent(QEvent.Type.Leave))
    assert canvas.glow == frozenset(code.origins[line]), "pinned"
    QTest.mouseClick(code.text.viewport(), Qt.MouseButton.LeftButton, pos=line_point(window, line))
    QApplication.sendEvent(code.text.viewport(), QEvent(QEvent.Type.Leave))
    assert canvas.glow == frozenset(), "a second click lets go"


def test_ux_58_what_is_hovered_on_the_canvas_is_tinted_in_the_code(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("dense_network")
    qtbot.waitUntil(lambda: bool(window.code.origins), timeout=20_000)
    canvas = window.canvas
    assert canvas is not None
    QApplication.processEvents()
    canvas.fit()
    content, places = canvas.session.state.document.content, canvas.session.state.document.layout.places
    item = next(node for node in content.nodes if any(node in ids for ids in window.code.origins) and node in places)
    place = canvas.view.to_screen(places[item].x, places[item].y)
    hover(canvas, QPoint(*map(round, place)))
    assert canvas.session.state.hover == item
    lines = {at for at, ids in enumerate(window.code.origins) if item in ids}
    assert {at for at, colour in tinted(window).items() if colour == window.colours.accent} == lines != set()
    hover(canvas, QPoint(3, 3))
    assert not tinted(window)


def test_letters_typed_into_fields_leave_the_code_alone(window: Window, hands: Hands) -> None:
    for field in window.findChildren(QLineEdit):
        if field.isVisible():
            field.setFocus()
            QTest.keyClicks(field, "xyz")
    assert not hands.canvas.session.state.document.content.nodes
