"""The cells that say on which side of its body a leg leaves: a list to choose from, opened by a click, by Enter's edit key or
by the first letter of a side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QStyleOptionViewItem, QTableWidgetItem, QWidget

from tensordraw.diagram.records import Id, Leg
from tensordraw.editor.siding import SIDES, Side
from tensordraw.ui.panels.entry import Cells
from tensordraw.ui.panels.tables import Table

SIDE = 4  # the column
ORDER = ("left", "right", "up", "down")


class SideList(QComboBox):
    """The sides; `opened` while what is chosen was chosen in the open list, not by an arrow key in the closed one."""

    opened = False

    def showPopup(self) -> None:
        self.opened = True
        super().showPopup()

    def hidePopup(self) -> None:
        super().hidePopup()
        QTimer.singleShot(0, self, self._closed)  # what was chosen is told after this

    def _closed(self) -> None:
        self.opened = False


class SideCells(Cells):
    """Edits the cells of the column."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        made = SideList(parent)
        made.setAccessibleName("Side on which the leg leaves")
        made.addItems(ORDER)
        made.setFrame(False)
        made.activated.connect(lambda _: self._chosen(made))
        return made

    def _chosen(self, made: SideList) -> None:
        if made.opened:
            self.commitData.emit(made)
            self.closeEditor.emit(made)


def let_choose(table: Table, legs: Sequence[Leg], sides: Mapping[Id, Side], reason: str) -> None:
    """Fill the column of a table of legs; where a leg has no side, its cell is grey and tells the reason."""
    table.setItemDelegateForColumn(SIDE, SideCells(table))
    head = table.horizontalHeaderItem(SIDE)
    if head is not None:
        head.setToolTip("Where the leg leaves its body, as it is seen: click to choose another side")
    table.blockSignals(True)  # words for who hears them are no edit
    for at, leg in enumerate(legs):
        item = table.item(at, SIDE)
        assert item is not None
        side = sides.get(leg.id)
        item.setText(side or "–")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"leaves {_AS_HEARD[side]}" if side else "no side")
        item.setToolTip("" if side else reason)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, "" if side else reason)
        if not side:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
    table.blockSignals(False)
    table.cellClicked.connect(lambda row, column: _open(table, row, column))


_AS_HEARD = dict(zip(SIDES, ("on the right", "upwards", "on the left", "downwards"), strict=True))


def _open(table: Table, row: int, column: int) -> None:
    """A click on a cell of the column opens its list."""
    item: QTableWidgetItem | None = table.item(row, column)
    if column == SIDE and item is not None and item.flags() & Qt.ItemFlag.ItemIsEditable:
        table.editItem(item)
        made = table.viewport().findChild(SideList)
        if made is not None:
            made.showPopup()
