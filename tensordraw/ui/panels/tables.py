"""The two tables of the inspector: legs of a node, spaces of the document. Cells are edited in place, and what is refused is
marked there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QDropEvent, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from tensordraw.diagram.legs import UNCHOSEN
from tensordraw.diagram.records import Content, Id, Leg, Space
from tensordraw.ui.panels.entry import Cells

PROVISIONAL = "provisional: takes the space it is joined to"

Edited = Callable[[int, int, str], object]  # row, column, text


class Table(QTableWidget):
    """A table of texts; `edited` hears of each finished edit, and `asking` is its cell meanwhile. Where rows can be dragged,
    `moved` says from which place to which (that of the row before which it was dropped, the number of rows for the end).
    `stepped` comes when Tab leaves a cell for the next (1) or the one before (-1), `let_go` after Enter and Escape."""

    moved = Signal(int, int)
    stepped = Signal(int)
    let_go = Signal()

    def __init__(
        self, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], edited: Edited, stretch: int
    ) -> None:
        super().__init__(len(rows), len(heads))
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(heads))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(27)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(Cells(self))
        self.setShowGrid(False)
        for at, row in enumerate(rows):
            for place, words in enumerate(row):
                self.setItem(at, place, QTableWidgetItem(words))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place in range(len(heads)):
            mode = QHeaderView.ResizeMode.Stretch if place <= stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(place, mode)
        header.setMinimumSectionSize(30)
        self.setFixedHeight(header.sizeHint().height() + 27 * max(len(rows), 1) + 4)
        self.asking: QTableWidgetItem | None = None
        self.edited = edited
        self.itemChanged.connect(self._tell)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        hints = QAbstractItemDelegate.EndEditHint
        steps = {hints.EditNextItem: 1, hints.EditPreviousItem: -1}
        wrong = (item := self.currentItem()) is not None and bool(item.toolTip()) and item.font().underline()
        super().closeEditor(editor, hints.NoHint if hint in steps else hint)
        if hint in steps:
            self.stepped.emit(steps[hint])
        elif hint == hints.RevertModelCache or (hint == hints.SubmitModelCache and not wrong):
            self.let_go.emit()

    def edit_after(self, row: int, column: int, step: int) -> bool:
        """Edit the cell that many places on, in the order of reading; False where the table ends there or it cannot be."""
        at = row * self.columnCount() + column + step
        item = self.item(*divmod(at, self.columnCount())) if 0 <= at < self.rowCount() * self.columnCount() else None
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEditable:
            return False
        self.setFocus()
        self.setCurrentItem(item)
        self.editItem(item)
        return True

    def edit_on(self, typed: str) -> None:
        """Go on with the editing of the current cell, in which this was typed, "" for nothing yet."""
        item = self.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEditable:
            self.editItem(item)
            editor = QApplication.focusWidget()
            if typed and isinstance(editor, QLineEdit):
                editor.selectAll()
                editor.insert(typed)

    def _tell(self, item: QTableWidgetItem) -> None:
        self.mark(item, "")
        self.asking = item
        self.edited(item.row(), item.column(), said(item))
        self.asking = None

    def mark(self, item: QTableWidgetItem, fault: str, colour: str = "") -> None:
        """Say at a cell what is wrong with it, "" for nothing: underlined, and in this colour."""
        self.blockSignals(True)
        font = item.font()
        font.setUnderline(bool(fault))
        item.setFont(font)
        item.setForeground(QColor(colour) if fault else QBrush())
        item.setToolTip(fault)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, fault)
        self.blockSignals(False)
        if fault:
            self.clearSelection()  # its colour would hide that of the fault
        self.viewport().update()

    def let_drag(self) -> None:
        """Rows can be dragged to another place."""
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)

    def startDrag(self, actions: Qt.DropAction) -> None:
        super().startDrag(actions | Qt.DropAction.CopyAction)

    def dropEvent(self, event: QDropEvent) -> None:
        y = event.position().toPoint().y()
        row = self.rowAt(y)
        below = row >= 0 and y > self.rowViewportPosition(row) + self.rowHeight(row) / 2
        to = self.rowCount() if row < 0 else row + below
        event.setDropAction(Qt.DropAction.CopyAction)  # else Qt takes the row out of the table
        event.accept()
        if to not in (self.currentRow(), self.currentRow() + 1):
            self.moved.emit(self.currentRow(), to)

    def freeze(self, column: int) -> None:
        """Cells of this column cannot be edited."""
        for at in range(self.rowCount()):
            item = self.item(at, column)
            if item is not None:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)


def said(item: QTableWidgetItem) -> str:
    """What a cell says: its text, or whether it is ticked."""
    if item.data(Qt.ItemDataRole.CheckStateRole) is not None:
        return "yes" if item.checkState() == Qt.CheckState.Checked else "no"
    return item.text()


def swatch(colour: str) -> QIcon:
    """A small square of a colour."""
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


def index_words(leg: Leg, content: Content) -> str:
    """What a leg is fixed to: a number, or the index of a sum or repeat."""
    if leg.index is None:
        return ""
    if isinstance(leg.index, int):
        return str(leg.index)
    region = content.regions.get(leg.index)
    return str(getattr(region, "index", leg.index))


def legs_table(
    legs: Sequence[Leg], content: Content, edited: Edited, tip: Collection[Id] | None = None
) -> Table:  # fmt: skip
    """Label, space, size and bound index of each leg, in the order of the array's axes, and a column for the side where it
    leaves (`side_cells`); of a triangle also which legs are at its `tip`."""
    rows = []
    for leg in legs:
        space = content.spaces.get(leg.space)
        rows.append(
            [leg.label, space.name if space else "", str(space.size) if space else "", index_words(leg, content), ""]
        )
    heads = ["Label", "Space", "Size", "Index", "Side"]
    if tip is not None:
        heads, rows = [*heads, "Tip"], [[*words, ""] for words in rows]
    table = Table("Legs", heads, rows, edited, 1)
    table.let_drag()
    for at, leg in enumerate(legs if tip is not None else ()):
        assert tip is not None
        tick(table, at, 5, leg.id in tip, f"Whether the triangle points to {leg.label or rows[at][1]}")
    head = table.horizontalHeaderItem(5)
    if head is not None:
        head.setToolTip("Ticked for the legs at the triangle's tip; contracted over the others it is the identity")
    return table


def tick(table: Table, row: int, column: int, on: bool, tip: str) -> None:
    """Make a cell of a table one that is ticked, not typed."""
    item = table.item(row, column)
    assert item is not None
    table.blockSignals(True)
    item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    item.setToolTip(tip)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, "at the tip" if on else "at the base")
    table.blockSignals(False)


def spaces_table(spaces: Sequence[Space], colours: Sequence[str], edited: Edited) -> Table:
    """Name, size, description of each space, and whether its metric is general, with the colour of its wires."""
    rows = [
        [space.name, str(space.size), PROVISIONAL if space.description == UNCHOSEN else space.description, ""]
        for space in spaces
    ]
    table = Table("Spaces", ["Space", "Size", "Description", "Metric"], rows, edited, 0)
    head = table.horizontalHeaderItem(3)
    if head is not None:
        head.setToolTip("Ticked where the space has a metric of its own: its legs are then upper or lower")
    table.blockSignals(True)  # an icon is no edit, nor is a tip
    for at, row in enumerate(rows):
        cell = table.item(at, 2)
        if cell is not None:
            cell.setToolTip(row[2])
        tick = table.item(at, 3)
        if tick is not None:
            general = spaces[at].metric == "general"
            tick.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            tick.setCheckState(Qt.CheckState.Checked if general else Qt.CheckState.Unchecked)
            words = "general" if general else "euclidean"
            tick.setToolTip(f"The metric of {row[0]} is {words}: tick for a general one, with upper and lower legs")
            tick.setData(Qt.ItemDataRole.AccessibleTextRole, f"metric {words}")
    for at, colour in enumerate(colours):
        item = table.item(at, 0)
        if item is not None:
            item.setIcon(swatch(colour))
    table.blockSignals(False)
    table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    return table
