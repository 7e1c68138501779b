"""The inspector marks what is refused where it was typed, its legs are dragged into another order and
put on another side."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidgetItem
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.figure.build import build
from tensordraw.ui.panels.side_cells import SIDE, SideList
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import ALT, content, document, entries, legs, pick, put


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


def side_of(window: Window, row: int) -> QTableWidgetItem:
    return cell_of(window, row, SIDE)


def click_cell(window: Window, row: int, column: int) -> None:
    rows = table(window)
    item = rows.item(row, column)
    window.inspector.ensureWidgetVisible(rows)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(item).center())
    QApplication.processEvents()


def test_the_side_of_a_leg_is_chosen_in_its_row_with_the_mouse(window: Window, hands: Hands, qtbot: QtBot) -> None:
    node = put(hands, "tensor", 0, 0)
    one, _ = legs(hands, node)
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))
    assert [side_of(window, row).text() for row in (0, 1)] == ["left", "right"]
    assert side_of(window, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "leaves on the left"
    before, content_before = entries(hands), content(hands)
    click_cell(window, 0, SIDE)
    chosen = table(window).findChild(SideList)
    assert chosen is not None
    assert chosen.accessibleName() == "Side on which the leg leaves"
    qtbot.waitUntil(chosen.view().isVisible)
    assert [chosen.itemText(at) for at in range(4)] == ["left", "right", "up", "down"]
    at = chosen.view().visualRect(chosen.model().index(2, 0)).center()
    qtbot.wait(
        QApplication.doubleClickInterval() + 50
    )  # a release sooner than that is still of the click that opened it
    QTest.mouseMove(chosen.view().viewport(), at)
    QTest.mouseClick(chosen.view().viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: side_of(window, 0).text() == "up")
    assert entries(hands) == before + 1
    assert content(hands) is content_before, "only where it is drawn"
    assert build(document(hands)).anchors[one].angle == 90.0
    qtbot.wait(60)  # the form is made anew
    assert table(window).findChild(SideList) is None
    window.run("undo")
    qtbot.waitUntil(lambda: side_of(window, 0).text() == "left")


def test_the_side_of_a_leg_is_chosen_by_keys(window: Window, hands: Hands, qtbot: QtBot) -> None:
    node = put(hands, "tensor", 0, 0)
    one, other = legs(hands, node)
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))
    before = entries(hands)
    table(window).setFocus()
    table(window).setCurrentCell(0, SIDE)
    hands.type("u")
    assert isinstance(QApplication.focusWidget(), SideList)
    assert entries(hands) == before, "not before Enter"
    hands.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: side_of(window, 0).text() == "up")
    assert entries(hands) == before + 1
    qtbot.waitUntil(hands.canvas.hasFocus)
    qtbot.wait(60)  # the form is made anew
    table(window).setFocus()
    table(window).setCurrentCell(1, SIDE)
    hands.key(Qt.Key.Key_F2)
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: side_of(window, 1).text() == "up")
    qtbot.wait(60)
    assert entries(hands) == before + 2
    angles = [build(document(hands)).anchors[leg].angle for leg in (one, other)]
    assert angles[0] - angles[1] == 32.0, "beside the other, not on it"
    table(window).setFocus()
    table(window).setCurrentCell(1, SIDE)
    hands.key(Qt.Key.Key_F2)
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Escape)
    assert entries(hands) == before + 2
    assert side_of(window, 1).text() == "up"


def test_the_sides_follow_what_is_done_on_the_canvas(window: Window, hands: Hands, qtbot: QtBot) -> None:
    node = put(hands, "tensor", 0, 0)
    one, _ = legs(hands, node)
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))
    hands.drag(build(document(hands)).anchors[one].tip, (0, 40), ALT)
    window.select(frozenset({node}))
    qtbot.waitUntil(lambda: side_of(window, 0).text() == "down")
    window.run("rotate")
    qtbot.waitUntil(lambda: side_of(window, 0).text() in ("left", "right"))


def test_a_leg_without_a_place_of_its_own_has_a_grey_cell_that_says_why(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    node = put(hands, "tensor", 0, 0)
    window.run("wrap_block")
    (block,) = content(hands).regions
    pick(hands, block)
    window.run("collapse")
    window.select(frozenset({node}))
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))
    assert not side_of(window, 0).flags() & Qt.ItemFlag.ItemIsEditable
    assert not side_of(window, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    assert "expand" in side_of(window, 0).toolTip()
    click_cell(window, 0, SIDE)
    assert table(window).findChild(SideList) is None


def test_the_columns_of_the_legs_can_be_read_at_the_panels_first_width(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    put(hands, "isometry", 0, 0)
    window.run("reset_layout")
    qtbot.waitUntil(lambda: bool(window.inspector.findChildren(Table)))
    qtbot.waitUntil(lambda: window.docks["inspector"].width() == 320)
    rows = table(window)
    assert [rows.horizontalHeaderItem(at).text() for at in range(6)] == [
        "Label", "Space", "Size", "Index", "Side", "Tip",
    ]  # fmt: skip
    metrics = rows.fontMetrics()
    for column in range(6):
        words = [rows.horizontalHeaderItem(column).text(), *(rows.item(row, column).text() for row in range(2))]
        assert rows.columnWidth(column) >= max(metrics.horizontalAdvance(word) for word in words) + 4
    assert sum(rows.columnWidth(column) for column in range(6)) <= rows.viewport().width()
