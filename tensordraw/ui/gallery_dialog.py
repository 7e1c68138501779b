"""The gallery: the figures that the program carries, listed by section with their titles, and seen before one is opened.

The files are small and read when the dialog opens; their numbers, which their names begin with, say the section.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from tensordraw.diagram import file
from tensordraw.diagram.records import Diagram
from tensordraw.editor import grasp
from tensordraw.errors import Error
from tensordraw.gallery import section_of
from tensordraw.ui.code_dialog import Preview
from tensordraw.ui.look import Colours
from tensordraw.ui.widgets import accepting, column, fault, label, named

PATH = Qt.ItemDataRole.UserRole


class GalleryDialog(QDialog):
    """Gives `paths`, the figures to open, once it is accepted."""

    def __init__(self, parent: QWidget | None, colours: Colours, folder: Path) -> None:
        super().__init__(parent)
        self.paths: list[str] = []
        self.figures: dict[str, Diagram] = {}
        self.setWindowTitle("New from the gallery")
        self.resize(860, 540)
        self.said = fault()
        self.list = QTreeWidget()
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Figures")
        self.preview = Preview(colours)
        self.about = label("", "faint", wrap=True)
        self.about.setMinimumHeight(self.fontMetrics().height() * 4)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        side = QWidget()
        drawn = column(self.preview, self.about)
        drawn.setStretch(0, 1)
        named(side, "The chosen figure", drawn)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setAccessibleName("Figures and the chosen one")
        split.addWidget(self.list)
        split.addWidget(side)
        split.setSizes([340, 520])
        split.setChildrenCollapsible(False)
        self.box = accepting(self, "Open")
        self.button = next(one for one in self.box.buttons() if isinstance(one, QPushButton) and one.text() == "Open")
        form = column(split, self.said, self.box, margins=(16, 14, 16, 14), spacing=9)
        form.setStretch(0, 1)
        named(self, "New from the gallery", form)
        self.list.itemSelectionChanged.connect(self._show)
        self.list.itemActivated.connect(lambda *_: self.accept())
        self._fill(folder)
        self.list.setFocus()

    def _fill(self, folder: Path) -> None:
        sections: dict[str, QTreeWidgetItem] = {}
        unread = []
        for path in sorted(folder.glob("*.tdraw")):
            try:
                diagram = file.load(str(path))
            except Error as error:
                unread.append(str(error))
                continue
            self.figures[str(path)] = diagram
            title = section_of(path)
            if title not in sections:
                heading = sections[title] = QTreeWidgetItem([title])
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = self.list.font()
                font.setBold(True)
                heading.setFont(0, font)
                self.list.addTopLevelItem(heading)
            entry = QTreeWidgetItem([diagram.title or path.stem])
            entry.setData(0, PATH, str(path))
            sections[title].addChild(entry)
        self.list.expandAll()
        section = self.list.topLevelItem(0)
        first = None if section is None else section.child(0)
        if first is not None:
            self.list.setCurrentItem(first)
        words = unread or ([] if self.figures else [f"There are no figures in {folder}."])
        self.said.setText("\n".join(words))
        self.said.setVisible(bool(words))
        self._show()

    def chosen(self) -> list[str]:
        """The paths of the selected figures, in the order of the list."""
        found = {str(item.data(0, PATH)) for item in self.list.selectedItems() if item.data(0, PATH)}
        return [path for path in self.figures if path in found]

    def _show(self) -> None:
        chosen = self.chosen()
        diagram = self.figures[chosen[-1]] if chosen else None
        self.preview.show_figure(None if diagram is None else grasp.figure_of(diagram))
        self.about.setText("" if diagram is None else diagram.description)
        self.button.setEnabled(bool(chosen))

    def accept(self) -> None:
        """Close with the selected figures."""
        self.paths = self.chosen()
        if self.paths:
            super().accept()
