"""Opens the dialogs, fields and pages that the editor asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_never

from PySide6.QtCore import QPoint

from tensordraw.diagram.exports import Export
from tensordraw.editor import effects, events
from tensordraw.errors import Error
from tensordraw.ui.session import Session


def ask(performer: Any, effect: effects.OpenDialog, session: Session | None) -> None:
    """Open what `effect` names for the document that asks, or for none."""
    window = performer.window
    match effect.kind:
        case "open":
            window.files.ask_open()
        case "gallery":
            window.files.ask_gallery()
        case "templates" | "recent":
            window.show_start()
            window.start_page.focus_first()
        case "command_palette":
            performer.command_palette()
        case "shortcuts" | "about":
            from tensordraw.ui import dialogs, help_sheets

            if effect.kind == "about":
                dialogs.show_about(window)
            else:
                help_sheets.show_shortcuts(window)
        case "change_shortcuts":
            from tensordraw.ui import rebinding

            rebinding.show_rebinding(window)
        case "notation":
            from tensordraw.ui import help_sheets

            help_sheets.show_notation(window)
        case "space":
            window.docks["inspector"].show()
            window.docks["inspector"].raise_()
            window.inspector.show_spaces()
        case "code":
            window.files.ask_code(effect.text)
        case "weights":
            window.loading.ask()
        case "recover":
            window.files.offer_recovery(asked=True)
        case "tour":
            from tensordraw.ui.tour import take_tour

            take_tour(window)
        case (
            "save_as" | "export" | "bind" | "paste_code" | "copy_as" | "find" | "array" | "print_preview" | "to_code"
            | "undo_history" | "tags" | "wire_to_tag" | "reload" | "save_code" | "save_module"
        ):  # fmt: skip
            if session is not None:
                _of_document(performer, effect, session)
        case _:
            assert_never(effect.kind)


def _of_document(performer: Any, effect: effects.OpenDialog, session: Session) -> None:
    from tensordraw.ui import clipping, copying, dialogs
    from tensordraw.ui.writing import MODULE

    window = performer.window
    match effect.kind:
        case "save_as":
            window.files.ask_save(session)
        case "export":
            _ask_export(performer, session)
        case "bind":
            dialogs.bind_array(window, session, effect.item, effect.path)
        case "reload":
            window.files.outside.reload(session)
        case "tags" | "wire_to_tag":
            _tags(performer, session, effect.kind == "wire_to_tag")
        case "undo_history":
            _undo_history(performer, session)
        case "to_code":
            _to_code(performer, session)
        case "save_code" | "save_module":
            window.docks["code"].show()
            window.docks["code"].raise_()
            _save_code(performer, MODULE.name if effect.kind == "save_module" else "")
        case "print_preview":
            from tensordraw.ui.print_preview import preview

            preview(window, session)
        case "array":
            dialogs.drop_array(window, session, effect.path)
        case "paste_code":
            clipping.paste_code(window, session, effect.text)
        case "copy_as":
            copying.copy_as(window, session)
        case _:
            _find(performer, session, effect.text)


def _ask_export(performer: Any, session: Session) -> None:
    from tensordraw.ui.export_dialog import ExportDialog

    last = session.document.export.path
    start = Path(performer.window.files.folder(session)) / (last or f"{Path(session.name).stem}.svg")

    def write(path: str, chosen: Export) -> str:
        return str(performer.export(session, path, chosen))

    ExportDialog(performer.window, session.document, str(start), write).exec()


def _undo_history(performer: Any, session: Session) -> None:
    """The list of changes, newest first; choosing one goes to the drawing as it was after it."""
    from tensordraw.ui.popups import Choice, FilterList

    history = session.state.history
    names = ["As it was opened", *(entry.name for entry in (*history.past, *history.future))]
    rows = [
        Choice(steps, name, "now" if steps == 0 else f"undo {-steps}" if steps < 0 else f"redo {steps}")
        for steps, name in reversed(list(enumerate(names, -len(history.past))))
    ]
    window = performer.window
    popup = FilterList(
        window, lambda text: [row for row in rows if text.lower() in row.title.lower()], "Go to a change", "Undo history",
        lambda text: False,
    )  # fmt: skip
    performer.hold(popup)
    popup.chosen.connect(lambda steps: session.send(events.Run("go_in_history", steps)))
    popup.chosen.connect(lambda _: performer.focus_canvas())
    popup.closed.connect(performer.focus_canvas)
    popup.open_at(QPoint((window.width() - 420) // 2, 90), 420, 420)
    popup.start_at(0)


def _find(performer: Any, session: Session, text: str) -> None:
    from tensordraw.ui.find_bar import FindBar

    canvas: Any = performer.window.canvas
    if canvas is None:
        return
    for old in canvas.findChildren(FindBar):
        old.dismiss()
    bar = FindBar(canvas, session, text)
    bar.left.connect(performer.focus_canvas)
    bar.open_in(canvas)


def _to_code(performer: Any, session: Session) -> None:
    """From the drawing to the line of what is selected; from the code to the drawing of its line."""
    window = performer.window
    if window.code.text.hasFocus():
        items = window.code.items_at_cursor()
        if items:
            window.following.go_to(items)
        performer.focus_canvas()
        return
    window.docks["code"].show()
    window.docks["code"].raise_()
    if not window.code.reveal(session.state.selection):
        window.say("No line of the code stands for what is selected.", warns=True)


def _save_code(performer: Any, language: str) -> None:
    try:
        said = performer.window.code.save_in(language)
    except Error as error:
        performer.window.say(str(error), warns=True)
        return
    if said:
        performer.window.say(said)


def _tags(performer: Any, session: Session, connects: bool) -> None:
    from tensordraw.ui.tags import Tags

    canvas = performer.window.canvas
    if canvas is None:
        return
    layer = Tags(canvas, connects)
    count, what = len(layer.named), "connect" if connects else "select"
    performer.window.say(f"{count} tags: type one to {what}{'' if connects else ', / and one to connect'}")

    def picked(item: str, wires: bool) -> None:
        session.send(events.Run("wire_to_tag", item) if wires else events.Select(frozenset({item})))

    layer.picked.connect(picked)
    layer.left.connect(performer.focus_canvas)
