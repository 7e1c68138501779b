"""The problems panel: what is wrong, why, and how to mend it; clicking a row selects the items it is about.

Where a command can do what would mend it, the row has a button that does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QWidget,
)

from tensordraw.diagram.problems import Problem
from tensordraw.diagram.records import Id
from tensordraw.editor.actions.mending import remedies_of
from tensordraw.ui.icons import icon
from tensordraw.ui.look import Colours
from tensordraw.ui.widgets import column, named

PROBLEM = Qt.ItemDataRole.UserRole + 1
RANK = {"error": 0, "warning": 1, "note": 2}


class ProblemsPanel(QWidget):
    """A list of problems; `picked` says the items of the row that was chosen, `mended` what shall be done about one,
    `excluded` that one shall be left out (with a comment; None: listed again)."""

    picked = Signal(object)
    mended = Signal(str, str)  # a remedy, and the item that it is for
    excluded = Signal(object, object)  # a problem, and a comment or None

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.list = QListWidget()
        self.list.setAccessibleName("Problems")
        self.list.setWordWrap(True)
        self.list.itemClicked.connect(self._pick)
        self.list.itemActivated.connect(self._pick)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.hidden = QCheckBox()
        self.hidden.setAccessibleName("Show excluded problems")
        self.hidden.toggled.connect(lambda _: self.show_problems(self.found, self.comments))
        self.hidden.hide()
        inside = column(self.list, self.hidden, margins=(4, 4, 4, 4), spacing=2)
        named(self, "Problems panel", inside)
        self.found: tuple[Problem, ...] = ()  # with those that are excluded
        self.comments: dict[Problem, str] = {}  # of those that are excluded
        self.problems: tuple[Problem, ...] = ()
        self._shown_for: frozenset[Id] = frozenset()

    def show_problems(self, problems: Sequence[Problem], comments: dict[Problem, str] | None = None) -> None:
        """List these problems, errors first; those with a comment are excluded, and listed below where that is wanted."""
        self.found, self.comments = tuple(problems), comments or {}
        ranked = sorted(problems, key=lambda problem: RANK[problem.severity])
        self.problems = tuple(one for one in ranked if one not in self.comments)
        count = len(ranked) - len(self.problems)
        self.hidden.setText(f"Show {count} excluded")
        self.hidden.setVisible(count > 0)
        focus = self.focusWidget()
        if focus is not None and focus.hasFocus():
            self.list.setFocus()  # a button that goes would give it to what comes next in the window
        self.list.clear()
        names = {"error": "error", "warning": "warning", "note": "info"}
        for problem in self.problems:
            rest = " ".join(part for part in (problem.why, problem.fix) if part)
            row = QListWidgetItem(problem.what + (f"\n{rest}" if rest else ""))
            row.setIcon(icon(names[problem.severity], getattr(self.colours, problem.severity)))
            row.setData(Qt.ItemDataRole.AccessibleTextRole, f"{problem.severity}: {problem.what}")
            row.setData(Qt.ItemDataRole.UserRole, problem.items)
            row.setData(PROBLEM, problem)
            self.list.addItem(row)
            self._offer(row, problem)
        for problem in ranked if self.hidden.isChecked() else ():
            if problem in self.comments:
                row = QListWidgetItem(f"{problem.what}\nExcluded: {self.comments[problem] or 'without a comment'}")
                row.setIcon(icon(names[problem.severity], self.colours.faint))
                row.setForeground(QColor(self.colours.faint))
                row.setData(Qt.ItemDataRole.AccessibleTextRole, f"excluded {problem.severity}: {problem.what}")
                row.setData(Qt.ItemDataRole.UserRole, problem.items)
                row.setData(PROBLEM, problem)
                self.list.addItem(row)
        if not self.problems:
            row = QListWidgetItem("No problems")
            row.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(row)

    def _offer(self, row: QListWidgetItem, problem: Problem) -> None:
        offered = remedies_of(problem)
        if not offered:
            return
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 2, 8, 2)
        layout.addStretch(1)
        for remedy, title in offered:
            button = QPushButton(title)
            button.setAccessibleName(f"{title}: {problem.what}")
            button.clicked.connect(partial(self._mend, remedy, problem.items[0]))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.list.setItemWidget(row, holder)

    def _mend(self, remedy: str, item: Id, _checked: bool = False) -> None:
        self.mended.emit(remedy, item)

    def context_menu(self, row: QListWidgetItem | None) -> QMenu | None:
        """What can be done about the problem of a row."""
        problem = None if row is None else row.data(PROBLEM)
        if problem is None:
            return None
        menu = QMenu(self)
        menu.setAccessibleName("About the problem")
        if problem in self.comments:
            menu.addAction("List it again", lambda: self.excluded.emit(problem, None))
        else:
            menu.addAction("Exclude with a comment…", lambda: self._exclude(problem))
        return menu

    def _menu(self, at: QPoint) -> None:
        menu = self.context_menu(self.list.itemAt(at))
        if menu is not None:
            menu.popup(self.list.viewport().mapToGlobal(at))

    def _exclude(self, problem: Problem) -> None:
        comment, chosen = QInputDialog.getText(
            self, "Exclude the problem", f"{problem.what}\nWhy is it no problem here?"
        )
        if chosen:
            self.excluded.emit(problem, comment)

    def marks(self) -> dict[Id, str]:
        """The worst severity of each item that has a problem."""
        found: dict[Id, str] = {}
        for problem in self.problems:
            for item in problem.items:
                found.setdefault(item, problem.severity)
        return found

    def summary(self) -> str:
        """The counts in words."""
        counts = Counter(problem.severity for problem in self.problems)
        words = [f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in sorted(counts.items(), key=lambda kv: RANK[kv[0]])]
        return ", ".join(words) or "No problems"

    def show_selection(self, items: frozenset[Id]) -> None:
        """Make the row about what is selected on the canvas the current one, and scroll to it."""
        if items == self._shown_for:
            return
        self._shown_for = items
        current = self.list.currentRow()
        if 0 <= current < len(self.problems) and not items.isdisjoint(self.problems[current].items):
            return
        at = next((at for at, one in enumerate(self.problems) if not items.isdisjoint(one.items)), -1)
        self.list.setCurrentRow(at)
        if at >= 0:
            self.list.scrollToItem(self.list.item(at))

    def _pick(self, row: QListWidgetItem) -> None:
        items: tuple[Id, ...] | None = row.data(Qt.ItemDataRole.UserRole)
        if items:
            self.picked.emit(frozenset(items))
