"""The outline: the drawing as a tree of text, nested as its regions are; the accessible twin of the canvas.

Regions hold nodes, nodes hold their legs, and a leg says what it is joined to; charts, texts and other notes come last.
Selecting here selects on the canvas and the other way round, and what is selected is edited and deleted with the canvas's
keys, as far as the tree does not need them itself. After a small edit only the rows of nodes that read otherwise are
made anew; another nesting or another document makes the whole tree anew.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from tensordraw.diagram.records import ROOT, Content, Copy, Fixed, Id, Leg, Node, Note, Paste, Tensor, node_legs
from tensordraw.diagram.signs import equation_of, sign_id, written
from tensordraw.editor.keys import parts
from tensordraw.editor.sourcing import words_of
from tensordraw.figure.changes import changed, same_order
from tensordraw.figure.index import Index, index
from tensordraw.ui import keys
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.icons import icon
from tensordraw.ui.widgets import column, named
from tensordraw.ui.wording import leg_words, node_words, note_words, region_words

MANY = 300  # selected rows; more are not marked
ITEM = Qt.ItemDataRole.UserRole
WALKING = {
    "Left",
    "Right",
    "Up",
    "Down",
    "PageUp",
    "PageDown",
    "Home",
    "End",
    "Space",
}  # keys that trees are worked with


class Tree(QTreeWidget):
    """A tree in which keys of the canvas run their commands (`pressed` says which): all but those that it is walked with, and
    letters, which look for a row."""

    pressed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stroke = keys.stroke(event)
        command, (held, key) = BINDINGS.keymap.command(stroke), parts(stroke)
        if command is None or command.context != "canvas" or (key in WALKING and "Alt" not in held) or len(key) == 1:
            super().keyPressEvent(event)
        else:
            self.pressed.emit(command.id)


class OutlinePanel(QWidget):
    """Shows one content and the notes beside it; `picked` says which items were selected here."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tree = Tree()
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
        self.remarks: dict[Id, str] = {}
        self._wanted: tuple[Content, frozenset[Id], dict[Id, Note], dict[Id, str]] | None = None

    def show_content(
        self, content: Content, selection: frozenset[Id], notes: dict[Id, Note] | None = None,
        remarks: dict[Id, str] | None = None,
    ) -> None:  # fmt: skip
        """Show this content, these notes and (where the pointer rests) what is noted of items; the tree is rebuilt only when it
        reads otherwise, and only while it can be seen."""
        notes, remarks = notes or {}, remarks or {}
        self._wanted = (content, selection, notes, remarks)
        if not self.isVisible():
            return
        self._quiet = True
        said = self._said if notes is self.notes else {item: note_words(note) for item, note in notes.items()}
        if said != self._said or (content is not self.content and not self._follow(content)):
            self._said = said
            self._build(content)
        self.notes = notes
        for item in {*self.remarks, *remarks} if remarks is not self.remarks else ():
            if item in self.rows and self.remarks.get(item) != remarks.get(item):
                _tell(self.rows[item], remarks.get(item, ""))
        self.remarks = remarks
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
        partner, owner = index(content).partner, index(content).owner
        names = {node.id: node_words(node, content)[0] for node in content.nodes.values()}
        for node in content.nodes.values():
            row = self._row(roots.get(node.inside, roots[ROOT]), node.id, *_said_of(node, content))
            for leg in node_legs(node):
                to = names.get(owner[partner[leg.id]]) if leg.id in partner else None
                self._row(row, leg.id, _leg_said(leg, content, leg.id in partner, to), "leg")
        for item, (words, icon_name) in self._said.items():
            self._row(roots[ROOT], item, words, icon_name)
        for item, row in self.rows.items():
            is_region = item in content.regions or item in content.equations
            if item not in closed and (is_region or item in known):
                row.setExpanded(True)

    def _follow(self, content: Content) -> bool:
        """Show another state of the content that is shown by mending its rows; False where the tree is better made anew."""
        old = self.content
        if old is None or any(
            changed(getattr(old, part), getattr(content, part))
            for part in ("regions", "equations", "sources", "recipes")
        ):
            return False
        if any(space in old.spaces for space in changed(old.spaces, content.spaces)):
            return False
        edited = changed(old.nodes, content.nodes)
        if len(edited) > MANY or not same_order(old.nodes, content.nodes):
            return False
        known, found = index(old), index(content)
        rejoined = changed(known.partner, found.partner)
        renamed = set(edited)
        if any(isinstance(table.get(node), Copy) for node in edited for table in (old.nodes, content.nodes)):
            renamed.update(node.id for node in content.nodes.values() if isinstance(node, Paste))
        nodes = renamed | {found.owner[leg] for leg in rejoined if leg in found.owner}
        for node in renamed:  # those joined to it say its name
            nodes.update(known.aims.get(node, ()), found.aims.get(node, ()))
        nodes &= old.nodes.keys() | content.nodes.keys()
        if len(nodes) > MANY:
            return False
        expanded = {item for item in nodes if item in self.rows and self.rows[item].isExpanded()}
        for item in nodes & old.nodes.keys():
            self._take(item, old.nodes[item])
        order = {node: k for k, node in enumerate(content.nodes)}
        for item in sorted(nodes & order.keys(), key=order.__getitem__):
            self._put(content, found, content.nodes[item], item in expanded)
        self.content, self.marked = content, None
        return True

    def _take(self, item: Id, node: Node) -> None:
        row = self.rows.pop(item)
        for leg in node_legs(node):
            self.rows.pop(leg.id, None)
        (row.parent() or self.tree.invisibleRootItem()).removeChild(row)

    def _put(self, content: Content, found: Index, node: Node, expanded: bool) -> None:
        """Enter the rows of a node behind that of the node before it in its region; those before it are there."""
        parent = self.rows.get(node.inside) or self.tree.invisibleRootItem()
        siblings = found.members[node.inside][0]
        before = siblings.index(node.id) - 1
        if before >= 0:
            at = parent.indexOfChild(self.rows[siblings[before]]) + 1
        else:  # regions and equations come first
            there = [row.data(0, ITEM) for k in range(parent.childCount()) if (row := parent.child(k)) is not None]
            at = sum(item in content.regions or item in content.equations for item in there)
        row = self._row(None, node.id, *_said_of(node, content))
        parent.insertChild(at, row)
        for leg in node_legs(node):
            to = content.nodes.get(found.owner[found.partner[leg.id]]) if leg.id in found.partner else None
            name = None if to is None else node_words(to, content)[0]
            self._row(row, leg.id, _leg_said(leg, content, leg.id in found.partner, name), "leg")
        row.setExpanded(expanded)

    def _row(self, parent: QTreeWidgetItem | None, item: Id, words: str, icon_name: str) -> QTreeWidgetItem:
        row = QTreeWidgetItem([words]) if parent is None else QTreeWidgetItem(parent, [words])
        row.setIcon(0, icon(icon_name))
        row.setData(0, ITEM, item)
        if item in self.remarks:
            _tell(row, self.remarks[item])
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


def _tell(row: QTreeWidgetItem, remark: str) -> None:
    """Say at a row what is noted of its item."""
    row.setToolTip(0, f'<p style="white-space: pre-wrap">{escape(remark)}</p>' if remark else "")
    row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, remark)


def _said_of(node: Node, content: Content) -> tuple[str, str]:
    """What the row of a node says, and its icon."""
    words, icon_name = node_words(node, content)
    source = words_of(content, node.name) if isinstance(node, Tensor | Fixed) else ""
    return (f"{words}  =  {source}" if source else words), icon_name


def _leg_said(leg: Leg, content: Content, joined: bool, to: str | None) -> str:
    """What the row of a leg says: itself, and the node that it is joined to or the index that it is bound to."""
    words = leg_words(leg, content)
    if joined:
        return f"{words}  →  {'repeat' if to is None else to}"
    return f"{words}  =  {leg.index}" if leg.index is not None else words
