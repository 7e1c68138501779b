"""Numbers as text: the largest entries of a vector, and a table of a slice, whose cells are made when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QTreeWidget, QTreeWidgetItem, QWidget

from tensordraw.diagram.visible import visible
from tensordraw.program.viewing import number
from tensordraw.ui.valued import quoted

Index = QModelIndex | QPersistentModelIndex


class TopList(QTreeWidget):
    """Rows of position, text, value, and the value's share in percent."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Largest entries")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setColumnCount(4)

    def show_entries(self, entries: Sequence[tuple[int, str, float, float]], axis: str, shared: str) -> None:
        """Show positions, texts, values and shares (0 to 1); `axis` is what is ranked, `shared` what a share is."""
        self.clear()
        self.setHeaderLabels(["text", axis or "position", "value", shared])
        for place, text, value, share in entries:
            words = [quoted(text) if text else "", str(place), number(value), f"{100 * share:.2f} %"]
            row = QTreeWidgetItem(words)
            for column in (1, 2, 3):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(words))
            self.addTopLevelItem(row)
        self.setColumnHidden(0, not any(text for _, text, _, _ in entries))
        self.header().setStretchLastSection(False)
        for column in range(4):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleDescription(f"The {len(entries)} largest entries along {axis}" if axis else "")

    def whole_width(self) -> int:
        """Pixels that all columns need, with the scroll bar."""
        return self.header().length() + self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()


class _Slice(QAbstractTableModel):
    """A 2-D array as a table; rows and columns are called by their axes' positions."""

    def __init__(self, values: Any, rows: Sequence[str], columns: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.values, self.rows, self.columns = values, rows, columns

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else int(self.values.shape[0])

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else int(self.values.shape[1])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            value = self.values[index.row(), index.column()]
            return str(value) if self.values.dtype.kind in "iub" else number(float(value))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        texts = self.columns if orientation == Qt.Orientation.Horizontal else self.rows
        return f"{section} {visible(texts[section])}" if section < len(texts) else str(section)


class NumberTable(QTableView):
    """The numbers of a slice."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Numbers")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setDefaultSectionSize(84)

    def show_values(self, values: Any, rows: Sequence[str] = (), columns: Sequence[str] = ()) -> None:
        """Show a real array of at most two axes (None: nothing)."""
        old = self.model()
        if values is None:
            self.setModel(None)
        else:
            import numpy as np

            self.setModel(_Slice(np.atleast_2d(values), rows, columns, self))
            self.setAccessibleDescription(" by ".join(str(size) for size in values.shape) + " numbers")
        if old is not None:
            old.deleteLater()
