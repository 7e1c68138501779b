"""The inspector marks what is refused where it was typed, and its legs are dragged into another order."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTableWidgetItem
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import content, document, entries, legs, put


def table(window: Window, name: str = "Legs") -> Table:
    return next(one for one in window.inspector.findChildren(Table) if one.accessibleName() == name)


def cell_of(window: Window, row: int, column: int) -> QTableWidgetItem:
    found = table(window).item(row, column)
    assert found is not None
    return found


def test_what_a_row_refuses_is_marked_in_the_row_and_changes_nothing(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("", 0, 0, text="W: m=7 n=5"))
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))
    before, cell = document(hands), cell_of(window, 0, 2)
    cell.setText("zero")
    assert document(hands) is before
    assert "whole number" in cell.toolTip()
    assert cell.font().underline()
    assert cell.foreground().color() == QColor(window.colours.error)
    assert cell.data(Qt.ItemDataRole.AccessibleDescriptionRole) == cell.toolTip()
    cell.setText("7")
    assert (cell.toolTip(), cell.font().underline()) == ("", False), "what it was is no fault"
    cell.setText("9")
    assert [space.size for space in content(hands).spaces.values()] == [9, 5]
    qtbot.waitUntil(lambda: cell_of(window, 0, 2).text() == "9")
    assert not cell_of(window, 0, 2).toolTip()


def test_what_a_field_refuses_is_marked_in_the_field(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    (wire,) = content(hands).wires
    window.select(frozenset({wire}))
    qtbot.wait(60)
    size = next(one for one in window.inspector.findChildren(QLineEdit) if one.accessibleName() == "Size")
    before = document(hands)
    size.setFocus()
    size.selectAll()
    QTest.keyClicks(size, "-3")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert document(hands) is before
    assert size.property("wrong")
    assert "whole number" in size.toolTip()
    size.selectAll()
    QTest.keyClicks(size, "6")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert not size.property("wrong")
    assert document(hands) is not before


def test_a_leg_is_dragged_to_another_place_among_the_legs(window: Window, hands: Hands, qtbot: QtBot) -> None:
    node = put(hands, "tensor4", 0, 0)
    one, two, three, four = legs(hands, node)
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))

    def drop(row: int, at: int, part: float) -> None:
        """Drag a row to that part (0 above, 1 below) of the row at which it is dropped."""
        rows = table(window)
        rows.setCurrentCell(row, 0)
        data = rows.model().mimeData(rows.selectedIndexes())
        y = rows.rowViewportPosition(at) + part * rows.rowHeight(at)
        both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QDropEvent(QPointF(10, y), both, data, left, none)
        rows.dropEvent(event)  # a drag within the table, which only the window system can begin
        assert event.dropAction() == Qt.DropAction.CopyAction, "the table keeps its rows, the document changes them"
        qtbot.wait(60)

    assert table(window).dragEnabled()
    before = entries(hands)
    drop(0, 2, 0.8)
    assert legs(hands, node) == [two, three, one, four]
    drop(3, 0, 0.2)
    assert legs(hands, node) == [four, two, three, one]
    assert entries(hands) == before + 2
    drop(1, 1, 0.8)
    drop(1, 0, 0.8)
    assert entries(hands) == before + 2, "where it was is no change"
    assert table(window).rowCount() == 4
