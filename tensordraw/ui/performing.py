"""Performs the effects that the editor asks for: dialogs, files, clipboard, view changes, evaluation."""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import Any, assert_never

from msgspec.structs import asdict, replace
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from tensordraw.diagram.exports import Export
from tensordraw.diagram.legs import all_legs, leg_name
from tensordraw.diagram.records import Bubble, node_legs
from tensordraw.diagram.sources import path_from
from tensordraw.editor import commands, effects, events, grasp, labels, signing, written
from tensordraw.editor.enabled import nodes, regions
from tensordraw.editor.palette import kind_called, search
from tensordraw.editor.state import Idle, open_state
from tensordraw.errors import Error
from tensordraw.figure.display import Box
from tensordraw.ui import asking, attached, clipping, gliding, look
from tensordraw.ui.beginnings import begin, beginnings
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.evaluation import Evaluation
from tensordraw.ui.function_list import choose_function
from tensordraw.ui.label_field import LabelField
from tensordraw.ui.menus import FREE, NO_DOCUMENT
from tensordraw.ui.paint import union
from tensordraw.ui.panels.entry import Lines
from tensordraw.ui.panels.palette import picture_name
from tensordraw.ui.popups import Choice, FilterList
from tensordraw.ui.results import Results
from tensordraw.ui.session import Session
from tensordraw.ui.sight import HEAD, bring_into_sight


class Performer:
    """For one window."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.floating: QWidget | None = None
        self.evaluation = Evaluation(window)
        self.results = Results(window, self.evaluation)

    def run_without_document(self, command: str) -> None:
        """Run a command while the start page is shown."""
        if command not in FREE:
            self.window.say(f"{NO_DOCUMENT}: {commands.find(command).title} needs one.", warns=True)
            return
        _, asked = commands.run(open_state(), command)
        for effect in asked:
            self.perform(effect)

    def perform(self, effect: effects.Effect, session: Session | None = None) -> None:
        """Do what the editor asks; `session` is the document that asks."""
        window = self.window
        session = session or window.session
        match effect:
            case effects.Announce(text=text, warns=warns):
                window.say(text, warns)
            case effects.OpenDialog():
                asking.ask(self, effect, session)
            case effects.NewDocument():
                window.files.new()
            case effects.CloseDocument():
                if session is not None:
                    window.files.close(session)
            case effects.SaveFile(path=path):
                if session is not None:
                    window.files.save(session, path)
            case effects.Export(path=path):
                if session is not None:
                    self.export(session, path, session.document.export)
            case effects.EditLabel(item=item, text=text):
                if session is not None:
                    self._edit_label(session, item, text)
            case effects.ChooseFunction():
                if session is not None:
                    self._ask_function(session)
            case effects.QuickInsert():
                if session is not None:
                    self._quick_insert(session, effect)
            case effects.CopyToClipboard(text=text, shown=shown):
                if left_out := clipping.copy(text, shown):
                    window.say(left_out, True)
            case effects.RequestPaste(in_place=in_place):
                if session is not None and window.canvas is not None:
                    clipping.paste(window.canvas, session, in_place)
            case effects.Evaluate(item=item, pins=pins):
                if session is not None and item is not None and pins:
                    window.looking.pin_item(session, item)
                elif session is not None:
                    self.evaluate(session, item)
            case effects.ExportViewer():
                window.looking.ask_export()
            case effects.EnlargeViewer():
                window.looking.enlarge()
            case effects.AddViewer():
                window.looking.add_chart()
            case effects.UpdateCharts():
                if session is not None:
                    self.results.update_charts(session)
            case effects.CheckEquation():
                if session is not None:
                    self.check(session)
            case effects.StopEvaluation():
                if self.results.stop():
                    window.say("Evaluation stopped")
            case effects.ChangeView(change=change):
                self._change_view(change)
            case effects.Glide(before=before):
                if window.canvas is not None and session is window.session:
                    gliding.glide(window.canvas, before)
            case effects.TogglePanel(panel=panel):
                self._toggle(panel)
            case effects.ToggleTheme(name=name):
                window.set_theme(name or ("dark" if window.colours.name != "dark" else "light"))
            case effects.TextSize(step=step):
                look.resize_text(step)
                window.say(f"Text of the window: {look.text_size():g} pt")
            case effects.ToggleMotion():
                still = gliding.toggle_motion()
                window.say("Reduced motion: nothing glides" if still else "Things glide to their places")
            case effects.ResetLayout():
                window.reset_layout()
            case effects.Quit():
                window.close()
            case _:
                assert_never(effect)

    # --------------------------------------------------------------------------------------------------------- files

    def export(self, session: Session, path: str, chosen: Export) -> str:
        """Write the figure, and note in the document how; what went wrong, "" where nothing did."""
        import tensordraw as td

        options = {name: value for name, value in asdict(chosen).items() if name != "path"}
        try:
            found = td.export(session.document, path, **options)
        except Error as error:
            self.window.say(str(error), warns=True)
            return str(error)
        self.window.files.used(path)
        session.send(events.Run("remember_export", replace(chosen, path=path_from(session.document.home, path))))
        minded = " ".join(caution.sentence for caution in found if caution.severity != "note")
        self.window.say(f"Exported {path}{': ' + minded if minded else ''}", warns=bool(minded))
        return ""

    def close_floating(self) -> None:
        """Close the quick-insert menu or the command palette."""
        floating = self.floating
        if isinstance(floating, FilterList):
            self.floating = None
            floating.dismiss()

    def commit_label(self) -> None:
        """Take the label or note that is being typed: commands work on what is seen, and closing loses nothing."""
        if isinstance(self.floating, LabelField):
            self.floating.commit()
        for lines in self.window.inspector.findChildren(Lines):
            lines.finish()

    def hold(self, widget: QWidget) -> None:
        self.close_floating()
        self.floating = widget
        widget.destroyed.connect(lambda: self._floated(widget))

    def _floated(self, widget: QWidget) -> None:
        if self.floating is widget:
            self.floating = None

    def command_palette(self) -> None:
        window = self.window

        def find(text: str) -> list[Choice]:
            state = window.state
            commands_found = [
                Choice(
                    command.id, command.title, BINDINGS.keymap.first(command.id) or command.category,
                    refused=window.actions_.reason(command, state) or "",
                )
                for command in commands.search(text)
            ]  # fmt: skip
            return [*commands_found, *beginnings(text)]

        popup = FilterList(
            window, find, "Type a command", "Command palette", lambda text: False, nothing="No command is called that."
        )
        self.hold(popup)
        popup.chosen.connect(lambda _: self.focus_canvas())
        popup.chosen.connect(partial(begin, window, window.run))
        popup.closed.connect(self.focus_canvas)
        popup.open_at(QPoint((window.width() - 520) // 2, 90), 520, 420)

    def focus_canvas(self) -> None:
        if self.window.canvas is not None:
            self.window.canvas.setFocus()

    # ----------------------------------------------------------------------------------------------- on the canvas

    def _edit_label(self, session: Session, item: str, text: str) -> None:
        canvas = self.window.canvas
        if canvas is None or canvas.sheet.figure is None:
            return
        figure = canvas.sheet.figure
        box = figure.signs.get(item) or union(made.item.box for made in canvas.sheet.owned(item))
        if box is None and item in figure.anchors:
            box = (*figure.anchors[item].tip, *figure.anchors[item].tip)
        at = _middle(session, canvas, box)
        bubble = session.state.document.content.regions.get(item)
        if isinstance(bubble, Bubble):
            choose_function(self, session, at, bubble.function, partial(events.Committed, item))
            return
        document = session.state.document
        field = LabelField(
            canvas, item, text, document.custom.macros,
            lambda words: signing.formula(document, item, words),
            lambda words: labels.refusal(session.state.document, item, words),
        )  # fmt: skip
        self.hold(field)

        def commit(item: str, words: str, goes_on: bool) -> None:
            session.send(events.Committed(item, words))
            canvas.setFocus()
            if goes_on:
                session.send(events.Run("edit_next_label", item))

        field.committed.connect(commit)
        field.left.connect(canvas.setFocus)
        field.open_at(at)

    def _ask_function(self, session: Session) -> None:
        """Ask for the function of a bubble around the selection; nothing is drawn until it is chosen."""
        canvas = self.window.canvas
        if canvas is not None:
            box = union(made.item.box for made in canvas.sheet.owned(*session.state.selection))
            choose_function(self, session, _middle(session, canvas, box), "relu", partial(events.Run, "wrap_bubble"))

    def _quick_insert(self, session: Session, effect: effects.QuickInsert) -> None:
        canvas = self.window.canvas
        if canvas is None:
            return
        diagram = session.state.document
        kinds = [kind_called(kind, diagram) for kind in effect.kinds]
        leg_kind = "" if effect.leg is None else leg_name(diagram, all_legs(diagram)[effect.leg])
        counts = attached.counts(leg_kind)
        around = effect.leg is None and bool(nodes(session.state) or regions(session.state))

        def find(text: str) -> list[Choice]:
            found = search(kinds, text, counts, alphabetic=effect.leg is not None, around=around)
            name = written.plain_name(text) if not found and written.reading(text, effect.leg) == "search" else ""
            if name:
                return [Choice(name, f"Tensor {name}", "Tensors", picture_name("tensor"))]
            return [Choice(kind, kind.title, kind.group, picture_name(kind.id)) for kind in found]

        def tell(text: str) -> tuple[str, bool] | None:
            told = written.preview(session.state, text, effect.leg) if text.strip() else None
            if told is None and not find(text):
                return written.NO_MATCH, True
            return None if told is None else (told.words, told.works)

        popup = FilterList(
            canvas, find, "Insert… or type  W: hidden head", "Quick insert",
            lambda text: written.reading(text, effect.leg) != "search", tell,
        )  # fmt: skip
        self.hold(popup)

        def insert(value: object) -> None:
            kind, text = ("", value) if isinstance(value, str) else (getattr(value, "id", ""), "")
            if kind:
                attached.count(leg_kind, kind)
            session.send(
                events.Insert(
                    kind, effect.x, effect.y, effect.leg, str(text), scale=canvas.view.scale, around=around, beside=True
                )
            )  # fmt: skip
            canvas.setFocus()

        def leave() -> None:
            if not isinstance(session.state.tool, Idle):  # a wire that waits for its other end is dropped
                session.send(events.Key("Escape"))
            canvas.setFocus()

        popup.chosen.connect(insert)
        popup.closed.connect(leave)
        x, y = canvas.view.to_screen(effect.x, effect.y)
        popup.open_at(QPoint(round(x) + 4, round(y) + 4), 290, 330)

    def _change_view(self, change: effects.ViewChange) -> None:
        canvas = self.window.canvas
        if canvas is None:
            return
        view, middle = canvas.view, (canvas.width() / 2, canvas.height() / 2)
        match change:
            case "in" | "out":
                canvas.set_view(view.zoomed(view.zoom * (1.25 if change == "in" else 0.8), middle))
            case "actual":
                canvas.set_view(view.zoomed(1.0, middle))
            case "fit":
                canvas.fit()
            case "refit":
                if canvas.is_fitted:
                    canvas.fit()
            case "sight":
                bring_into_sight(canvas)
            case "fit_selection" | "reveal" | "read":
                state = canvas.session.state
                figure, nodes = grasp.figure_of(state.shown), state.shown.content.nodes
                legs = (leg.id for item in state.selection if item in nodes for leg in node_legs(nodes[item]))
                chosen = {*state.selection, *legs}
                boxes = [item.box for item in figure.items if item.owner in chosen]
                boxes += [
                    (
                        min(a.root[0], a.tip[0]),
                        min(a.root[1], a.tip[1]),
                        max(a.root[0], a.tip[0]),
                        max(a.root[1], a.tip[1]),
                    )
                    for leg, a in figure.anchors.items()
                    if leg in chosen
                ]
                box = union(boxes)
                if box is not None and change == "reveal":
                    canvas.set_view(view.revealing(box, canvas.width(), canvas.height()))
                elif box is not None and change == "read":
                    canvas.set_view(view.reading(box, canvas.width(), canvas.height(), above=HEAD))
                elif box is not None:
                    canvas.fit(box)
            case _:
                assert_never(change)

    def _toggle(self, panel: effects.Panel) -> None:
        window = self.window
        if panel == "grid":
            if window.canvas is not None:
                window.canvas.grid = not window.canvas.grid
                window.canvas.set_colours(window.colours)
            return
        if panel == "palette_icons":
            window.narrowing.toggle()
            return
        if panel == "below" or panel == "all":
            window.put_away.toggle(panel)
            return
        if panel == "code_beneath":
            reason = window.beneath.why_not()
            if reason is None:
                window.put_away.state = None  # the code would come back with the others to where it was
            window.say(reason or window.beneath.toggle(), warns=reason is not None)
            return
        dock = window.docks[panel]
        dock.setVisible(not (dock.isVisible() and dock.property("seen")))
        if dock.isVisible():
            dock.raise_()

    # ---------------------------------------------------------------------------------------------------- evaluation

    def evaluate(self, session: Session, item: str | None = None, capture: str = "") -> None:
        """Evaluate the shown document with its own arrays, and random ones for the rest; the value at `item`, or the one
        called `capture`, is looked at first."""
        window = self.window
        window.docks["values"].show()
        window.docks["values"].raise_()
        window.following.check_sources()
        window.say("Evaluating…")
        self.results.evaluate(session, item, capture)

    def check(self, session: Session) -> None:
        """Compare the sides of the shown document's equations; the verdict stands in the values panel."""
        window = self.window
        window.docks["values"].show()
        window.docks["values"].raise_()
        window.say("Checking the equation…")
        self.results.check(session)

    def evaluate_capture(self, name: str) -> None:
        """Look at the value inside the shown document that the drawing calls so."""
        if self.window.session is not None:
            self.evaluate(self.window.session, capture=name)


def _middle(session: Session, canvas: Canvas, box: Box | None) -> tuple[float, float]:
    """The middle of a box in pixels of the canvas; of what is not drawn, as in a folded region, the pointer's place."""
    shown = box is not None and all(map(isfinite, box))
    at = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box and shown else session.state.pointer
    return canvas.view.to_screen(*at)
