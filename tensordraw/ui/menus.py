"""Menu bar, toolbar and shortcuts, all made from the command table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from tensordraw.editor.command import Command
from tensordraw.editor.commands import COMMANDS, find
from tensordraw.editor.state import State
from tensordraw.ui import gliding, keys
from tensordraw.ui.bindings import filled, keys_of, tell
from tensordraw.ui.icons import ICONS, icon

Run = Callable[[str], None]
Current = Callable[[], State | None]

CONTEXT = (
    ("edit_label", "duplicate", "copy", "cut", "delete", "delete_and_rejoin", "disconnect"),
    (
        "wrap_bubble",
        "wrap_sum",
        "wrap_repeat",
        "wrap_block",
        "wrap_term",
        "release",
        "collapse",
        "collapse_close",
        "unroll",
        "take_out",
    ),
    (
        "set_equal",
        "relate_add",
        "one_term",
        "sum_in_front",
        "check_equation",
        "equation_earlier",
        "equation_later",
        "equation_take_out",
    ),
    (
        "raise_leg",
        "lower_leg",
        "insert_metric",
        "fix_leg",
        "bind_around",
        "sum_over",
        "group_legs",
        "split_leg",
        "mend",
    ),
    (
        "add_leg",
        "put_at_tip",
        "flip_isometry",
        "transpose",
        "conjugate",
        "load_array",
        "inspect_value",
        "pin_value",
        "wire_style",
    ),
    ("rotate", "mirror_horizontal", "fit_selection"),
    ("quick_insert", "paste", "select_all", "fit"),
)
# Commands before which a menu has a line.
GROUPS = {
    "new_from_code", "save", "export", "reload", "close", "cut", "duplicate", "edit_label", "connect", "find",
    "next_problem", "select_connected", "go_left", "to_code", "next_item", "wrap_bubble", "release", "reverse_repeat",
    "collapse", "insert_tensor", "insert_bubble", "neighbour_right", "put_vector", "put_identity", "put_group",
    "insert_copy", "frame", "add_leg", "make_isometry", "load_array", "equation_earlier", "check_equation",
    "make_upper", "fix_leg", "group_legs", "nudge_left", "rotate", "align_left", "distribute_horizontal", "arrange",
    "wire_style", "turn_side", "zoom_in", "toggle_grid", "toggle_palette", "toggle_below", "text_larger",
    "toggle_motion", "inspect_value", "enlarge_viewer", "about",
}  # fmt: skip
LAST = "Help"  # of the menu bar
NO_DOCUMENT = "Open or make a document first"
# Commands that work without a document (they are about the window, or make one).
FREE = {
    "notation",
    "new",
    "toggle_below",
    "toggle_all",
    "new_from_code",
    "open",
    "open_recent",
    "templates",
    "gallery",
    "load_weights",
    "command_palette",
    "shortcuts",
    "change_shortcuts",
    "about",
    "tour",
    "recover",
    "reset_layout",
    "quit",
}
FREE |= {f"toggle_{panel}" for panel in ("palette", "inspector", "code", "problems", "values", "outline", "theme")}
FREE |= {"text_larger", "text_smaller", "text_system", "toggle_motion"}
FREE |= {f"theme_{name}" for name in ("light", "dark", "print")}


def with_keys(command: Command) -> str:
    """The title with its first keys, for tooltips."""
    return filled(keyed(command))


def keyed(command: Command) -> str:
    """The template of the title with its first keys, for tooltips that follow changes of keys."""
    return f"{command.title}{{?{command.id}}}"


def reason_against(command: Command, state: State | None, running: bool) -> str | None:
    """Why the command cannot run now, None where it can; `running` says whether anything is being evaluated."""
    if command.id == "stop":
        return None if running else "Nothing is being evaluated"
    if state is None:
        return None if command.id in FREE else NO_DOCUMENT
    return command.enabled(state)


class Actions:
    """One `QAction` a command, in menus by category. Actions carry the shortcuts of the window; keys of the canvas are
    only shown, the canvas takes them itself."""

    def __init__(self, window: Any, run: Run, current: Current, running: Callable[[], bool]) -> None:
        self.window, self.run, self.current, self.running = window, run, current, running
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        for command in sorted(COMMANDS, key=lambda command: command.category == LAST):
            if command.hidden:
                continue
            action = QAction(command.title, window)
            action.setShortcutContext(
                Qt.ShortcutContext.WidgetShortcut if command.context == "canvas" else Qt.ShortcutContext.WindowShortcut
            )
            action.setStatusTip(command.title)
            action.triggered.connect(lambda _=False, name=command.id: self.run(name))
            action.setIconVisibleInMenu(False)
            self.actions[command.id] = action
            menu = self.menus.get(command.category)
            if menu is None:
                menu = self.menus[command.category] = window.menuBar().addMenu(f"&{command.category}")
                menu.setAccessibleName(command.category)
                menu.aboutToShow.connect(lambda category=command.category: self._refresh(category))
                menu.aboutToHide.connect(lambda category=command.category: self._release(category))
            if command.id in GROUPS and menu.actions():
                menu.addSeparator()
            menu.addAction(action)
        window.menuBar().setAccessibleName("Menu bar")
        self.rekey()

    def rekey(self) -> None:
        """Give the actions the keys that their commands have now."""
        for action in self.actions.values():
            action.setShortcuts([])  # first all of them: none is to be had twice meanwhile
        for name, action in self.actions.items():
            action.setShortcuts([keys.sequence(one) for one in keys_of(name)])
            action.setToolTip(with_keys(find(name)))

    def _refresh(self, category: str) -> None:
        """Grey out what cannot run, and say the reason as its tooltip."""
        state = self.current()
        for command in COMMANDS:
            if command.category == category and not command.hidden:
                reason = self.reason(command, state)
                action = self.actions[command.id]
                action.setEnabled(reason is None)
                action.setStatusTip(reason or command.title)
                action.setText(title_now(command, state))
                ticked = self.ticked(command.id, state)
                action.setCheckable(ticked is not None)
                action.setChecked(bool(ticked))

    def reason(self, command: Command, state: State | None) -> str | None:
        """Why a command cannot run now in this window, None where it can."""
        reason = reason_against(command, state, self.running())
        return self.window.beneath.why_not() if reason is None and command.id == "toggle_code_beneath" else reason

    def ticked(self, command: str, state: State | None) -> bool | None:
        """Whether what a command switches is on; None for one that switches nothing."""
        if command in ("toggle_grid", "toggle_snapping"):
            return None if state is None else state.snap_grid if command == "toggle_grid" else state.snap_objects
        for_all = {"toggle_below": "below", "toggle_all": "all"}
        if command in for_all:
            shown = bool(self.window.put_away.shown(for_all[command]))
            return shown if command == "toggle_below" else not shown
        if command == "toggle_page":
            return None if state is None else state.page
        if command == "toggle_palette_icons":
            return bool(self.window.narrowing.narrow)
        if command == "toggle_code_beneath":
            return bool(self.window.beneath.there)
        if command == "toggle_motion":
            return gliding.is_still()
        kind, _, name = command.partition("_")
        if kind == "theme":
            return bool(self.window.colours.name == name)
        if kind == "toggle" and name in self.window.docks:
            return not self.window.docks[name].isHidden()
        return None

    def _release(self, category: str) -> None:
        """Shortcuts of greyed-out commands work again: the editor then says why it refuses."""
        for command in COMMANDS:
            if command.category == category and not command.hidden:
                self.actions[command.id].setEnabled(True)

    def context_menu(self) -> QMenu:
        """What can be done with the selection, or with the canvas where nothing is selected."""
        menu = QMenu(self.window)
        menu.setAccessibleName("Context menu")
        state = self.current()
        for group in CONTEXT:
            menu.addSeparator()
            for name in group:
                command = find(name)
                if reason_against(command, state, self.running()) is None:
                    made = menu.addAction(command.title, partial(self.run, name))
                    made.setShortcuts([keys.sequence(one) for one in keys_of(name)[:1]])
                    made.setShortcutVisibleInContextMenu(True)
        return menu


def title_now(command: Command, state: State | None) -> str:
    """The title; undo and redo name the change."""
    if state is not None and command.id == "undo" and state.history.undo_name:
        return f"Undo {state.history.undo_name}"
    if state is not None and command.id == "redo" and state.history.redo_name:
        return f"Redo {state.history.redo_name}"
    return command.title


class Bar(QToolBar):
    """The slim toolbar. `groups` are command ids between separators; "insert_3" takes its icon from `icons`."""

    def __init__(self, window: QMainWindow, groups: list[list[tuple[str, str]]], run: Run) -> None:
        super().__init__("Toolbar", window)
        self.setObjectName("toolbar")
        self.setAccessibleName("Toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(19, 19))
        self.toggleViewAction().setVisible(False)
        self.commands: dict[str, tuple[Command, QToolButton]] = {}
        table = {command.id: command for command in COMMANDS}
        for number, group in enumerate(groups):
            if number:
                self.addSeparator()
            for name, picture in group:
                command = table.get(name)
                if command is None:
                    continue
                button = QToolButton()
                button.setIcon(icon(picture if picture in ICONS else name))
                tell(button, keyed(command))
                button.setAccessibleName(command.title)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.clicked.connect(lambda _=False, name=name: run(name))
                self.addWidget(button)
                self.commands[name] = (command, button)

    def put_before(self, command: str, widget: QWidget) -> None:
        """Put a widget before the button of a command."""
        own = self.commands[command][1]
        self.insertWidget(next(one for one in self.actions() if self.widgetForAction(one) is own), widget)

    def refresh(self, state: State | None, running: bool) -> None:
        """Grey out what cannot run now."""
        for command, button in self.commands.values():
            reason = reason_against(command, state, running)
            button.setEnabled(reason is None)
            button.setToolTip(f"{with_keys(command)}\n{reason}" if reason else with_keys(command))
