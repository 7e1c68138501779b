"""The outline: the drawing as a tree of text, nested as its regions are; the accessible twin of the canvas.

Regions hold nodes, nodes hold their legs, and a leg says what it is joined to; charts, texts and other notes come last.
Selecting here selects on the canvas and the other way round.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from tensordraw.diagram.records import ROOT, Content, Fixed, Id, Note, Tensor, node_legs
from tensordraw.diagram.signs import equation_of, sign_id, written
from tensordraw.editor.sourcing import words_of
from tensordraw.ui.icons import icon
from tensordraw.ui.widgets import column, named
from tensordraw.ui.wording import leg_words, node_words, note_words, region_words

MANY = 300  # selected rows; more are not marked
ITEM = Qt.ItemDataRole.UserRole


class OutlinePanel(QWidget):
    """Shows one content and the notes beside it; `picked` says which items were selected here."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.tree.setAccessibleName("Outline of the drawing")
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.itemSelectionChanged.connect(self._pick)
        named(self, "Outline panel", column(self.tree, margins=(4, 4, 4, 0)))
        self.content: Content | None = None
        self.rows: dict[Id, QTreeWidgetItem] = {}
        self.marked: frozenset[Id] | None = None
        self._quiet = False
        self.notes: dict[Id, Note] = {}
        self._said: dict[Id, tuple[str, str]] = {}  # the words and icons of the notes
        self._wanted: tuple[Content, frozenset[Id], dict[Id, Note]] | None = None

    def show_content(self, content: Content, selection: frozenset[Id], notes: dict[Id, Note] | None = None) -> None:
        """Show this content and these notes; the tree is rebuilt only when it reads otherwise, and only while it can be seen."""
        notes = notes or {}
        self._wanted = (content, selection, notes)
        if not self.isVisible():
            return
        self._quiet = True
        said = self._said if notes is self.notes else {item: note_words(note) for item, note in notes.items()}
        if content is not self.content or said != self._said:
            self._said = said
            self._build(content)
        self.notes = notes
        self._mark(selection)
        self._quiet = False

    def showEvent(self, event: object) -> None:
        if self._wanted is not None:
            self.show_content(*self._wanted)

    def _build(self, content: Content) -> None:
        closed = {item for item, row in self.rows.items() if row.childCount() and not row.isExpanded()}
        known = set(self.rows)
        self.tree.clear()
        self.rows, self.content, self.marked = {}, content, None
        roots: dict[Id, QTreeWidgetItem] = {ROOT: self.tree.invisibleRootItem()}
        waiting = list(content.regions.values())
        signs = {part.term: part for equation in content.equations.values() for part in equation.parts}
        for equation in content.equations.values():
            row = self._row(roots[ROOT], equation.id, "equation", "equation")
            roots.update({sign_id(equation.id, part.term): row for part in equation.parts})
        while waiting:
            ready = [region for region in waiting if region.inside in roots]
            for region in ready:
                words, icon_name = region_words(region)
                parent = roots[region.inside]
                if (equated := equation_of(content, region.id) if region.id in signs else None) is not None:
                    parent = roots[sign_id(equated.id, region.id)]
                    words = f"{written(signs[region.id])} {words}"
                roots[region.id] = self._row(parent, region.id, words, icon_name)
            waiting = [region for region in waiting if region.id not in roots]
            if not ready:
                break
        partners: dict[Id, Id] = {}
        for wire in content.wires.values():
            partners[wire.ends[0]], partners[wire.ends[1]] = wire.ends[1], wire.ends[0]
        owners = {leg.id: node for node in content.nodes.values() for leg in node_legs(node)}
        for node in content.nodes.values():
            words, icon_name = node_words(node, content)
            if isinstance(node, Tensor | Fixed) and (source := words_of(content, node.name)):
                words = f"{words}  =  {source}"
            row = self._row(roots.get(node.inside, roots[ROOT]), node.id, words, icon_name)
            for leg in node_legs(node):
                other = partners.get(leg.id)
                to = ""
                if other is not None:
                    to = f"  →  {node_words(owners[other], content)[0]}" if other in owners else "  →  repeat"
                elif leg.index is not None:
                    to = f"  =  {leg.index}"
                self._row(row, leg.id, leg_words(leg, content) + to, "leg")
        for item, (words, icon_name) in self._said.items():
            self._row(roots[ROOT], item, words, icon_name)
        for item, row in self.rows.items():
            is_region = item in content.regions or item in content.equations
            row.setExpanded(item not in closed and (is_region or (item in known and item not in closed)))
            if item in content.nodes:
                row.setExpanded(item in known and item not in closed)

    def _row(self, parent: QTreeWidgetItem, item: Id, words: str, icon_name: str) -> QTreeWidgetItem:
        row = QTreeWidgetItem(parent, [words])
        row.setIcon(0, icon(icon_name))
        row.setData(0, ITEM, item)
        self.rows[item] = row
        return row

    def _mark(self, selection: frozenset[Id]) -> None:
        if selection is self.marked:
            return
        self.marked = selection
        if len(selection) > MANY:  # nobody reads so many rows, and marking each takes long
            self.tree.clearSelection()
            return
        have = {row.data(0, ITEM) for row in self.tree.selectedItems()}
        if have == selection & set(self.rows):
            return
        self.tree.clearSelection()
        first = None
        for item in selection:
            row = self.rows.get(item)
            if row is not None:
                row.setSelected(True)
                first = first or row
        if first is not None:
            self.tree.setCurrentItem(first, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.tree.scrollToItem(first)

    def _pick(self) -> None:
        if not self._quiet:
            self.picked.emit(frozenset(row.data(0, ITEM) for row in self.tree.selectedItems()))
