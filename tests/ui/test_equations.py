"""Equations and variance in the window: keys, double clicks, the inspector, the check in its process, problems that mend."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Fixed, Sum
from tensordraw.diagram.signs import sign_id, written
from tensordraw.editor import events, grasp
from tensordraw.ui.label_field import LabelField
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def put(window: Window, *texts: str) -> list[str]:
    """Tensors as they are written, side by side; their ids."""
    for number, text in enumerate(texts):
        window.send(events.Insert("", 120.0 * number, 0.0, text=text))
    assert window.state is not None
    return list(window.state.document.content.nodes)


def equation(window: Window):  # type: ignore[no-untyped-def]
    assert window.state is not None
    (found,) = window.state.document.content.equations.values()
    return found


def signs(window: Window) -> list[str]:
    return [written(part, first=not place) for place, part in enumerate(equation(window).parts)]


def equate(window: Window, hands: Hands, *texts: str) -> str:
    window.select(frozenset(put(window, *texts)))
    hands.key(Qt.Key.Key_Equal)
    return sign_id(equation(window).id, equation(window).parts[1].term)


def named(window: Window, kind: type, name: str):  # type: ignore[no-untyped-def]
    found = [one for one in window.findChildren(kind) if one.accessibleName() == name and one.isVisible()]
    assert found, name
    return found[-1]


def test_equal_by_a_key_edited_by_a_double_click(window: Window, hands: Hands, qtbot: QtBot) -> None:
    sign = equate(window, hands, "v: n=3", "w: n")
    assert signs(window) == ["", "="]
    assert window.state is not None
    left, top, right, bottom = grasp.figure_of(window.state.document).signs[sign]
    hands.double_click((left + right) / 2, (top + bottom) / 2)
    field = window.performer.floating
    assert isinstance(field, LabelField)
    assert field.field.text() == "="
    hands.type("- 1/n")
    hands.key(Qt.Key.Key_Return)
    assert signs(window) == ["", "- 1/n"]
    window.run("undo")
    assert signs(window) == ["", "="]


def test_the_inspector_shows_the_parts_and_changes_them(window: Window, hands: Hands, qtbot: QtBot) -> None:
    equate(window, hands, "v: n=3", "w: n")
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)), timeout=5000)
    table = named(window, Table, "Terms of the equation")
    assert [[table.item(at, place).text() for place in (0, 1)] for at in (0, 1)] == [["", "v"], ["=", "w"]]
    table.item(1, 0).setText("~ 2")
    assert signs(window) == ["", "~ 2"]
    qtbot.waitUntil(lambda: named(window, Table, "Terms of the equation").item(1, 0).text() == "~ 2", timeout=5000)
    window.run("equation_earlier", sign_id(equation(window).id, equation(window).parts[1].term))
    assert signs(window) == ["2", "~"]
    window.select(frozenset({equation(window).parts[1].term}))
    qtbot.waitUntil(lambda: any(one.accessibleName() == "Sign" for one in window.findChildren(QLineEdit)), timeout=5000)


@pytest.mark.parametrize(("second", "words"), [("v: n", "Equal to 16 digits"), ("w: n", "Different")])
def test_checking_says_whether_the_sides_are_equal(
    window: Window, hands: Hands, qtbot: QtBot, second: str, words: str
) -> None:
    equate(window, hands, "v: n=3", second)
    window.run("check_equation")
    assert window.performer.results.running is not None
    qtbot.waitUntil(lambda: window.performer.results.running is None, timeout=60_000)
    assert window.values.said.text().startswith(words)
    assert window.said.text().startswith(words)
    assert (window.values.said.property("role") == "error") is (words == "Different")
    window.run("evaluate")
    qtbot.waitUntil(lambda: window.performer.results.running is None, timeout=60_000)
    assert set(window.values.arrays) == {"left", "right"}


def test_a_check_that_cannot_be_made_says_why(window: Window, hands: Hands, qtbot: QtBot) -> None:
    equate(window, hands, "v: n=3", "w: m=4")
    window.run("check_equation")
    qtbot.waitUntil(lambda: window.performer.results.running is None, timeout=60_000)
    assert "different open legs" in window.values.said.text()
    qtbot.waitUntil(lambda: window.problems.list.count() == 1 and bool(window.problems.problems), timeout=20_000)
    assert window.canvas is not None
    assert any(item.startswith("l") for item in window.canvas.marks)


def test_a_problem_is_mended_by_its_button(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.docks["problems"].raise_()
    v, w = put(window, "v: n=3", "w: n")
    content = window.state.document.content  # type: ignore[union-attr]
    window.select(frozenset({content.nodes[v].legs[0].id, content.nodes[w].legs[0].id}))
    window.run("connect")
    window.select(frozenset())
    qtbot.waitUntil(lambda: any(one.accessibleName() == "Spaces" for one in window.findChildren(Table)), timeout=5000)
    named(window, Table, "Spaces").item(0, 3).setCheckState(Qt.CheckState.Checked)
    assert next(iter(window.state.document.content.spaces.values())).metric == "general"  # type: ignore[union-attr]

    def buttons() -> list[str]:
        return [one.text() for one in window.problems.list.findChildren(QPushButton) if one.isVisible()]

    qtbot.waitUntil(lambda: buttons() == ["Make all upper and lower"] * 2, timeout=20_000)
    window.select(frozenset({v, w}))
    window.run("make_upper")
    qtbot.waitUntil(lambda: buttons() == ["Insert the metric"], timeout=20_000)
    (button,) = [one for one in window.problems.list.findChildren(QPushButton) if one.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    nodes = window.state.document.content.nodes.values()  # type: ignore[union-attr]
    assert [node.kind for node in nodes if isinstance(node, Fixed)] == ["metric"]
    qtbot.waitUntil(lambda: not window.problems.problems, timeout=20_000)


def test_the_outline_holds_the_terms_in_their_equation(window: Window, hands: Hands, qtbot: QtBot) -> None:
    equate(window, hands, "v: n=3", "w: n")
    window.docks["outline"].raise_()
    qtbot.waitUntil(lambda: equation(window).id in window.outline.rows, timeout=5000)
    row = window.outline.rows[equation(window).id]
    assert [row.child(at).text(0) for at in range(row.childCount())] == ["+ term", "= term"]


def test_a_selected_sign_has_a_halo(window: Window, hands: Hands, qtbot: QtBot) -> None:
    sign = equate(window, hands, "v: n=3", "w: n")
    assert window.state is not None
    assert window.canvas is not None
    left, top, _, bottom = grasp.figure_of(window.state.document).signs[sign]
    hands.key(Qt.Key.Key_Escape)
    QApplication.processEvents()
    at = hands.pixel(left - 3.0, (top + bottom) / 2)
    before = QColor(window.canvas.grab().toImage().pixel(at))
    window.select(frozenset({sign}))
    QApplication.processEvents()
    assert QColor(window.canvas.grab().toImage().pixel(at)) != before


def test_what_is_refused_at_a_sign_stays_in_its_field_and_the_preview_shows_what_will_be_set(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    sign = equate(window, hands, "v: n=3", "w: n")
    assert window.state is not None
    left, top, right, bottom = grasp.figure_of(window.state.document).signs[sign]
    hands.double_click((left + right) / 2, (top + bottom) / 2)
    field = window.performer.floating
    assert isinstance(field, LabelField)
    hands.type(r"= \lambda")
    hands.key(Qt.Key.Key_Return)
    assert field.isVisible()
    assert field.field.text() == r"= \lambda"
    assert "lambda: with the colon" in field.fault.text()
    assert signs(window) == ["", "="]
    shown = []
    for text in (r"= \frac{1}{\sqrt{2}}", "= 1/sqrt(2)"):
        field.field.setText(text)
        qtbot.waitUntil(lambda: field.fault.isHidden(), timeout=5000)
        field._render()
        shown.append(field.preview.path)
    assert shown[0] == shown[1], "an expression is set as the figure sets it, however it is typed"
    field.field.selectAll()
    hands.type(r"= \frac12")
    hands.key(Qt.Key.Key_Return)
    assert signs(window) == ["", "= 1/2"]


def test_a_term_is_named_by_what_is_in_it_however_deep(window: Window, hands: Hands, qtbot: QtBot) -> None:
    sign = equate(window, hands, "v: n=3", "w: n")
    window.send(events.Committed(sign, r"= \sum_k"))
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)), timeout=5000)
    qtbot.waitUntil(lambda: named(window, Table, "Terms of the equation").item(1, 1).text() == "Σ k w", timeout=5000)
    table = named(window, Table, "Terms of the equation")
    assert table.item(1, 0).text() == r"= \sum_k"
    table.item(1, 0).setText("= 2")
    assert window.state is not None
    assert not [one for one in window.state.document.content.regions.values() if isinstance(one, Sum)]
