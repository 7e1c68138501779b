"""The accessibility rows A1 to A5, and the rules of the shortcut table: everything has a name, a key, and words."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import node_legs
from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.state import open_state
from tensordraw.ui import gliding, look
from tensordraw.ui.menus import with_keys
from tensordraw.ui.print_preview import PrintPreview
from tensordraw.ui.tour import take_tour
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.test_window import unnamed

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


# ------------------------------------------------------------------------------------------------------------- commands


def test_every_command_has_a_title_words_for_its_button_and_a_reason_when_it_cannot_run() -> None:
    empty = open_state()
    for command in COMMANDS:
        assert command.title[:1].isupper(), command.id
        assert command.category
        tip = with_keys(command)
        assert command.title.rstrip("…") in tip
        if command.keys:
            assert command.keys[0] in tip, command.id
        reason = command.enabled(empty)
        assert reason is None or (reason[:1].isupper() and reason.endswith(".")), command.id
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    titles = Counter(command.title for command in COMMANDS if not command.hidden)
    assert [title for title, count in titles.items() if count > 1] == []


def test_menus_palette_and_shortcut_sheet_are_the_table(window: Window, hands: Hands) -> None:
    shown = {command.id for command in COMMANDS if not command.hidden}
    assert set(window.actions_.actions) == shown
    for name, action in window.actions_.actions.items():
        command = next(one for one in COMMANDS if one.id == name)
        assert with_keys(command) in action.toolTip()
        assert action in window.actions_.menus[command.category].actions()
    hands.key(Qt.Key.Key_Question, SHIFT)
    table = next(one for one in window.findChildren(QTableWidget) if one.accessibleName() == "Shortcuts")
    shown_rows = [at for at in range(table.rowCount()) if not table.isRowHidden(at)]
    rows = {table.item(at, 0).text(): table.item(at, 1).text() for at in shown_rows}
    assert rows == {one.title: "   ".join(one.keys) for one in COMMANDS if one.keys and not one.hidden}
    table.window().close()


SHORTCUTS = """
new Ctrl+N|open Ctrl+O|save Ctrl+S|save_as Ctrl+Shift+S|close Ctrl+W|export Ctrl+E|command_palette Ctrl+Shift+P
command_palette Ctrl+/|shortcuts ?|quick_insert Space|undo Ctrl+Z|redo Ctrl+Shift+Z|redo Ctrl+Y|copy Ctrl+C|cut Ctrl+X
paste Ctrl+V|copy_as Ctrl+Shift+C|paste_in_place Ctrl+Shift+V|duplicate Ctrl+D|delete Delete|delete Backspace
delete_and_rejoin Ctrl+Delete|select_all Ctrl+A|cancel Escape|select_connected Ctrl+K, C|select_upstream Ctrl+K, U
select_downstream Ctrl+K, D|nudge_left Left|nudge_left_fine Shift+Left|go_left Alt+Left|neighbour_left Ctrl+Left
edit_label Enter|edit_label F2|wire_style W|wire_style_back Shift+W|rotate R|mirror_horizontal Shift+H
mirror_vertical Shift+V|flip_isometry T|wrap_bubble B|release Shift+B|wrap_block Ctrl+G|ungroup Ctrl+Shift+G
insert_tensor 1|insert_dot 2|insert_isometry 3|insert_bubble 4|insert_add 5|insert_note 6|align_left Ctrl+Shift+Left
align_right Ctrl+Shift+Right|align_top Ctrl+Shift+Up|align_bottom Ctrl+Shift+Down|align_grid Shift+A|zoom_in Ctrl+=
zoom_out Ctrl+-|zoom_actual Ctrl+0|fit Ctrl+1|fit Home|fit Shift+1|fit_selection Ctrl+2|fit_selection Shift+2
toggle_grid G|toggle_snapping Shift+G|find Ctrl+F|find_next F3|find_previous Shift+F3|next_problem F8
previous_problem Shift+F8|to_code Ctrl+J|evaluate Ctrl+Enter|print_preview Ctrl+R|toggle_palette F5|toggle_inspector F6
toggle_code F7|toggle_problems F9|tags ;|wire_to_tag /|arrange Ctrl+L
"""


@pytest.mark.parametrize("words", SHORTCUTS.strip().replace("\n", "|").split("|"))
def test_the_shortcut_table(words: str) -> None:
    name, keys = words.split(" ", 1)
    assert keys in next(command for command in COMMANDS if command.id == name).keys


# ---------------------------------------------------------------------------------------------------------------- names


def test_a1_every_widget_has_a_name_also_in_what_opens(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("dense_network")
    take_tour(window)
    window.run("find")
    window.run("command_palette")
    window.run("shortcuts")
    assert window.session is not None
    dialog = PrintPreview(window, window.session)
    for panel in window.docks:
        window.docks[panel].raise_()
        qtbot.wait(30)
        assert unnamed(window) == []
    assert unnamed(dialog) == []
    dialog.deleteLater()


def test_a2_the_outline_is_the_canvas_in_words_and_both_select_each_other(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new_from("attention")
    window.docks["outline"].raise_()
    qtbot.wait(80)
    outline, session = window.outline, window.session
    assert session is not None
    content = session.state.document.content
    legs = {leg.id for node in content.nodes.values() for leg in node_legs(node)}
    assert set(outline.rows) >= {*content.nodes, *content.regions, *legs}
    for region in content.regions.values():
        parent = outline.rows[region.id].parent()
        assert (None if parent is None else parent) is outline.rows.get(region.inside) or region.inside == "root"
    joined = [
        row.text(0) for item, row in outline.rows.items() if item in {e for w in content.wires.values() for e in w.ends}
    ]
    assert all("→" in words for words in joined)
    outline.tree.setFocus()
    outline.tree.setCurrentItem(outline.tree.topLevelItem(0))
    seen = []
    for _ in range(4):
        QTest.keyClick(outline.tree, Qt.Key.Key_Down)
        seen.append(session.state.selection)
        assert len(session.state.selection) == 1
        (item,) = session.state.selection
        assert outline.rows[item].isSelected()
    assert len(set(seen)) == 4
    node = next(iter(content.nodes))
    window.select(frozenset({node}))
    qtbot.waitUntil(lambda: outline.rows[node].isSelected(), timeout=2000)


def test_a2_what_is_selected_in_the_outline_is_edited_and_deleted_there(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new_from("matrix_product")
    window.docks["outline"].raise_()
    qtbot.wait(80)
    assert window.session is not None
    tree, content = window.outline.tree, window.session.state.document.content
    first, second = content.nodes
    tree.setFocus()
    tree.setCurrentItem(window.outline.rows[first])
    hands.key(Qt.Key.Key_F2)
    hands.type("Q")
    hands.key(Qt.Key.Key_Return)
    assert getattr(window.session.state.document.content.nodes[first], "name", "") == "Q"
    tree.setFocus()
    hands.key(Qt.Key.Key_Down)
    assert window.session.state.selection != {first}, "arrows walk through the rows"
    tree.setCurrentItem(window.outline.rows[second])
    hands.key(Qt.Key.Key_B)
    assert not window.session.state.document.content.regions, "letters look for a row"
    tree.setCurrentItem(window.outline.rows[second])
    hands.key(Qt.Key.Key_Delete)
    assert set(window.session.state.document.content.nodes) == {first}
    assert QApplication.focusWidget() is tree, "one can go on there"


def test_a3_connecting_deleting_problems_and_results_are_spoken(
    window: Window, hands: Hands, qtbot: QtBot, heard: list[str]
) -> None:
    window.send(events.Insert("", 0, 0, text="A: i=2 j=3"))
    window.send(events.Insert("", 120, 0, text="B: j=3 k=4"))
    figure = hands.canvas.sheet.figure
    assert figure is not None
    first, second = hands.canvas.session.state.document.content.nodes.values()
    hands.drag(figure.anchors[list(node_legs(first))[1].id].tip, figure.anchors[next(node_legs(second)).id].tip)
    assert heard[-1] == "Connect A.j to B.j"
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: any(words.startswith("Evaluated") for words in heard), timeout=60_000)
    assert any("[2, 4]" in words for words in heard)
    window.select(frozenset({second.id}))
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Delete)
    assert heard[-1] == "Delete one item"
    window.send(events.Insert("bubble:softmax", 300, 300))
    (region,) = hands.canvas.session.state.document.content.regions
    window.run("set_function", {"args": (region, "softmax"), "axes": ()})
    qtbot.waitUntil(lambda: any("1 error" in words for words in heard), timeout=5000)
    hands.key(Qt.Key.Key_F8)
    assert "softmax runs along" in heard[-1]
    window.performer.evaluation.close()


@pytest.mark.parametrize("name", list(look.THEMES))
def test_a4_the_focus_is_seen_in_every_theme(window: Window, hands: Hands, qtbot: QtBot, name: str) -> None:
    window.run(f"theme_{name}")
    window.resize(1280, 820)

    def shot(widget: QWidget) -> QImage:
        QApplication.processEvents()
        return widget.grab().toImage()

    fields = [window.palette_panel.search, window.code.language, window.bar.commands["new"][1], window.canvas]
    for widget in fields:
        assert widget is not None
        window.log.text.setFocus()
        window.outline.tree.setFocus()
        without = shot(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget.hasFocus():
            assert shot(widget) != without, widget.accessibleName()
    window.run("theme_light")


def test_a4_page_keys_go_through_the_items_in_the_order_of_the_outline(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new_from("dense_network")
    window.docks["outline"].raise_()
    qtbot.wait(80)
    assert window.session is not None
    hands.canvas.setFocus()
    rows, queue = [], [window.outline.tree.topLevelItem(at) for at in range(window.outline.tree.topLevelItemCount())]
    while queue:
        row = queue.pop(0)
        rows.append(str(row.data(0, Qt.ItemDataRole.UserRole)))
        queue = [row.child(at) for at in range(row.childCount())] + queue
    content = window.session.state.document.content
    wanted = [item for item in rows if item in content.nodes or item in content.regions]
    seen = []
    for _ in wanted:
        hands.key(Qt.Key.Key_PageDown)
        seen += window.session.state.selection
    assert seen == wanted
    hands.key(Qt.Key.Key_PageUp)
    assert list(window.session.state.selection) == wanted[-2:-1]


GESTURES = {
    "wire two legs": "connect", "detach": "disconnect", "move": "nudge_left", "insert": "quick_insert",
    "insert beside": "neighbour_right", "select": "next_item", "band": "select_all", "label": "edit_label",
    "into a region": "put_into_region", "out of a region": "take_out", "bend a wire": "wire_style", "zoom": "zoom_in",
    "pan": "reveal", "fold": "collapse", "look at a value": "pin_value", "turn a leg": "turn_leg",
}  # fmt: skip


@pytest.mark.parametrize("gesture", GESTURES)
def test_a4_every_gesture_of_the_mouse_has_a_command(gesture: str) -> None:
    assert GESTURES[gesture] in {command.id for command in COMMANDS if not command.hidden}, "in the menus"


def test_a5_the_text_is_as_large_as_the_systems_or_as_one_wants_apart_from_the_drawing(
    window: Window, hands: Hands
) -> None:
    before = QApplication.font().pointSizeF()
    assert before == look.text_size() == QApplication.instance().property("system_size")  # type: ignore[union-attr]
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    figure = hands.canvas.sheet.figure
    for _ in range(3):
        window.run("text_larger")
    assert QApplication.font().pointSizeF() == window.palette_panel.search.font().pointSizeF() == before + 3
    assert hands.canvas.sheet.figure is figure
    assert f"{before + 3:g} pt" in window.said.text()
    window.run("text_system")
    assert QApplication.font().pointSizeF() == before


def test_a5_motion_can_be_reduced(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk,kl->il"))
    window.run("toggle_motion")
    assert gliding.is_still()
    window.run("arrange")
    assert not hands.canvas.findChildren(gliding.Gliding)
    window.run("toggle_motion")
    assert "glide" in window.said.text()
