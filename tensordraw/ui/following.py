"""Keeps canvas, panels, title and status line in step with the shown document.

The canvas follows every event at once; panels follow the document (not the preview of a gesture), a moment later and only
when it is another object.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from tensordraw.diagram.finding import exclusion
from tensordraw.diagram.fingerprints import chart_problems
from tensordraw.diagram.problems import Problem
from tensordraw.diagram.records import Content, Diagram, Id
from tensordraw.editor import events, grasp
from tensordraw.editor.state import Banding, Moving, State
from tensordraw.figure.display import Figure
from tensordraw.figure.misplaced import misplaced
from tensordraw.ui import kind_pictures, wording
from tensordraw.ui.background import Background
from tensordraw.ui.badges import Badges
from tensordraw.ui.bindings import retell
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import union
from tensordraw.ui.session import Session

SOON = 15  # ms after a change until the panels follow
DURING = 200  # ms during a drag, of which they show little


def _findings(document: Diagram) -> tuple[Problem, ...]:
    """What is wrong with the document; arithmetic and files are read by layers that the first paint does not wait for."""
    from tensordraw.program.findings import findings

    return findings(document)


class Following(QObject):
    """For one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.soon = QTimer(self, singleShot=True, interval=SOON)
        self.soon.timeout.connect(self.follow)
        self.checking = Background(delay=20, parent=self)
        self.checking.finished.connect(self._take_problems)
        self.looking = Background(delay=100, parent=self)
        self.looking.finished.connect(self._take_misplaced)
        self.costing = Background(delay=500, parent=self)
        self.costing.finished.connect(self._take_cost)
        self.drawing = Background(delay=1, parent=self)
        self.drawing.finished.connect(self._take_kinds)
        self.kinds: dict[str, Figure] = {}
        self.checked: Content | None = None
        self.looked: Diagram | None = None
        self.found: tuple[Problem, ...] = ()  # in the content
        self.misplaced: tuple[Problem, ...] = ()  # in the picture
        self.costed: Content | None = None
        self.said_for: Session | None = None
        self.hover: Id | None = None
        self.left_out: object = ()

    def figure(self, diagram: Diagram) -> Figure:
        """The picture of a diagram."""
        return grasp.figure_of(diagram)

    def equip(self, canvas: Canvas) -> None:
        """Give a new canvas what it needs of the window."""
        canvas.rested.connect(lambda item, at: self.window.hovering.rest(canvas.session, item, at))
        canvas.file_dropped.connect(self.file_dropped)
        canvas.marker_pressed.connect(self.show_problem)
        Badges(canvas)
        canvas.menu_asked.connect(lambda at: self.window.actions_.context_menu().popup(at))
        canvas.set_colours(self.window.colours)

    # ------------------------------------------------------------------------------------------------------- changes

    def changed(self, session: Session) -> None:
        """A session has another state."""
        self.window.files.changed(session)
        if session is self.window.session:
            canvas = cast(Canvas, self.window.canvas)
            hover = session.state.hover
            canvas.show_state(session.state, self.figure(session.state.shown))
            if hover != self.hover:
                self.hover = hover
                self._mark_code(session.state)
            wait = DURING if isinstance(session.state.tool, Banding | Moving) else SOON
            if not self.soon.isActive() or self.soon.remainingTime() > wait:
                self.soon.start(wait)

    def follow(self) -> None:
        """Bring the panels up to date with the shown document."""
        window, session, canvas = self.window, self.window.session, self.window.canvas
        state = None if session is None else session.state
        window.bar.refresh(state, window.evaluates())
        window.performer.results.show()
        window.typing.follow()
        window.zoom_field.follow()
        if session is not self.said_for:  # what was said of another document is in the log
            self.said_for = session
            self.misplaced = ()
            window.said.setText("")
        if session is None or state is None or canvas is None:
            window.code.show_diagram(None)
            window.outline.show_content(Content(), frozenset())
            window.inspector.show_state(None)
            window.problems.show_problems(())
            self.checked = self.looked = None
            for words in (window.problem_count, window.signature, window.cost, window.saved):
                words.setText("")
            window.setWindowTitle("tensordraw")
            return
        if canvas.state is not state:
            canvas.show_state(state, self.figure(state.shown))
        document = state.document
        window.code.show_diagram(document, session.batch, session.language)
        self._mark_code(state)
        window.problems.show_selection(state.selection)
        window.outline.show_content(document.content, state.selection, document.layout.notes, document.layout.remarks)
        window.inspector.show_state(state)
        if document.content is not self.checked:
            self.checked = document.content
            located = session.document
            self.checking.request(document.content, lambda: _findings(located))
        if document.custom.excluded is not self.left_out:
            self.left_out = document.custom.excluded
            self._show_problems()
        if document is not self.looked:
            self.looked = document
            figure = self.figure(document)
            self.looking.request(document, lambda: (*chart_problems(document), *misplaced(document, figure)))
        window.signature.setText(wording.selection(state))
        self.show_saved()

    def _mark_code(self, state: State) -> None:
        """Tint the lines of code of what is selected or under the pointer."""
        self.window.code.mark(state.selection | ({state.hover} if state.hover is not None else frozenset()))

    def keep_language(self, name: str) -> None:
        """The shown document's code is read in this language from now on."""
        if self.window.session is not None:
            self.window.session.language = name

    def check_sources(self) -> None:
        """Look again whether the files of arrays are there: they come and go without an edit."""
        session = self.window.session
        if session is not None and session.state.document.content.sources:
            self.checked = None
            self.soon.start(SOON)

    def show_saved(self) -> None:
        """Title, tab and status line say whether the document is saved."""
        window = self.window
        for at in range(window.tabs.count()):
            page = window.tabs.widget(at)
            if isinstance(page, Canvas):
                star = " •" if page.session.unsaved else ""
                if window.tabs.tabText(at) != page.session.name + star:
                    window.tabs.setTabText(at, page.session.name + star)
        session = window.session
        if session is not None:
            if not session.unsaved:
                words = "Saved" if session.state.path else "Unchanged"
            else:
                words = "Unsaved" if session in window.files.dirty else "Unsaved, recovery copy written"
            window.saved.setText(words)
            star = "*" if session.unsaved else ""
            window.setWindowTitle(f"{star}{session.name} – tensordraw")

    def _take_problems(self, content: Content, found: tuple[Problem, ...] | None, sentence: str | None) -> None:
        window = self.window
        state = window.state
        if state is None or window.canvas is None or state.document.content is not content:
            return
        if found is None:
            window.say(sentence or "", warns=True)
            return
        self.found = found
        alive = content.nodes.keys() | content.wires.keys()
        self.misplaced = tuple(one for one in self.misplaced if alive.issuperset(one.items))  # until it is looked again
        self._show_problems()
        window.cost.setText("")
        if content.nodes and not any(problem.severity == "error" for problem in found):
            document = state.document
            self.costing.request(content, lambda: wording.cost(document))

    def _take_misplaced(self, document: Diagram, found: tuple[Problem, ...] | None, sentence: str | None) -> None:
        state = self.window.state
        if found is None:
            self.window.say(sentence or "", warns=True)
        elif state is not None and state.document is document and found != self.misplaced:
            self.misplaced = found
            self._show_problems()

    def _show_problems(self) -> None:
        window, canvas = self.window, self.window.canvas
        found = (*self.found, *self.misplaced)
        document = window.state.document
        left_out = ((one, exclusion(document, one)) for one in found) if document.custom.excluded else ()
        comments = {one: kept.comment for one, kept in left_out if kept is not None}
        known = set(window.problems.found)
        new = [one for one in found if one not in known]
        window.problems.show_problems(found, comments)
        found = window.problems.problems
        if new and new[0].severity != "note":
            self.speak(f"{window.problems.summary()}: {new[0].what}")
        window.problem_count.setText(window.problems.summary())
        window.docks["problems"].setWindowTitle(f"Problems ({len(found)})" if found else "Problems")
        canvas.marks = window.problems.marks()
        seeming = (item for one in set(found).intersection(self.misplaced) for item in one.items)
        canvas.beside = frozenset(item for item in seeming if item in document.content.nodes)
        canvas.update()

    def _take_cost(self, content: Content, words: str | None, sentence: str | None) -> None:
        state = self.window.state
        if state is not None and state.document.content is content and words:
            self.window.cost.setText(words.replace("largest array", "largest").removesuffix(" entries"))
            self.window.cost.setToolTip(f"Evaluating it takes {words}")

    def draw_kinds(self) -> None:
        """Draw the palette's kinds at their true style."""
        self.window.palette_panel.set_colours(kind_pictures.function_colours(self.window.colours))
        self.drawing.request("kinds", kind_pictures.figures)

    def _take_kinds(self, key: object, made: dict[str, Figure] | None, sentence: str | None) -> None:
        self.kinds = made or {}
        self._show_kinds()

    def _show_kinds(self) -> None:
        window = self.window
        ratio = window.devicePixelRatioF()
        window.palette_panel.set_pictures(
            kind_pictures.pictures(self.kinds, window.colours, ratio),
            lambda: kind_pictures.icons(self.kinds, window.colours, ratio),
        )

    # ------------------------------------------------------------------------------------------------------- actions

    def say(self, words: str, warns: bool = False) -> None:
        window = self.window
        window.said.setText(words)
        window.said.setProperty("role", "error" if warns else "")
        window.said.style().polish(window.said)
        window.log.add(words, warns)
        self.speak(words)

    def speak(self, words: str) -> None:
        """Say something to screen readers alone."""
        event = QAccessibleAnnouncementEvent(self.window, words)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(event)

    def go_to(self, items: frozenset[Id]) -> None:
        """Select items and scroll until they are seen."""
        canvas = self.window.canvas
        if canvas is None or canvas.sheet.figure is None:
            return
        self.window.select(items)
        figure = canvas.sheet.figure
        boxes = [item.box for item in figure.items if item.owner in items]
        boxes += [(*figure.anchors[i].root, *figure.anchors[i].tip) for i in items if i in figure.anchors]
        box = union((min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in boxes)
        if box is not None:
            canvas.set_view(canvas.view.revealing(box, canvas.width(), canvas.height()))

    def show_problem(self, item: Id) -> None:
        """The marker of an item's problem was pressed: select the item, and show the row that says what is wrong."""
        window = self.window
        window.select(frozenset({item}))
        window.docks["problems"].show()
        window.docks["problems"].raise_()
        window.problems.show_selection(frozenset({item}))

    def glow(self, items: frozenset[Id]) -> None:
        """Show on the canvas what a line of code stands for."""
        canvas = self.window.canvas
        if canvas is not None and canvas.glow != items:
            canvas.glow = items
            canvas.update()

    def insert_in_middle(self, kind: str) -> None:
        """Insert a kind where the middle of the canvas is."""
        canvas = self.window.canvas
        if canvas is None:
            self.window.files.new()
            canvas = self.window.canvas
        if canvas is not None:
            x, y = canvas.view.to_layout(canvas.width() / 2, canvas.height() / 2)
            self.window.send(events.Insert(kind, x, y, scale=canvas.view.scale, beside=True))
            canvas.setFocus()

    def file_dropped(self, path: str, x: float, y: float) -> None:
        """A file was dropped on the canvas: a model is loaded, a document is opened, arrays go to the editor."""
        from tensordraw.ui.files import ARRAYS

        canvas = self.window.canvas
        if canvas is not None and self.window.loading.look(path, partial(self.file_dropped, path, x, y)):
            return
        arrays = Path(path).suffix.lower() in ARRAYS
        if canvas is not None and arrays and not self.window.loading.takes(path):
            self.window.send(events.FileDropped(path, x, y, canvas.view.scale))
        else:
            self.window.files.open(path)

    def view_changed(self) -> None:
        """Another zoom or place: floating editors go."""
        self.window.zoom_field.follow()
        self.window.performer.close_floating()

    def rekey(self) -> None:
        """Other keys: menus, tooltips and hints name them from now on."""
        self.window.actions_.rekey()
        retell(self.window)
        self.window.palette_panel.say_again()
        self.window.performer.results.show_again()
        if self.window.canvas is not None:
            self.window.canvas.update()
        self.soon.start(SOON)

    def recolour(self, colours: Colours) -> None:
        """Another theme."""
        window = self.window
        for at in range(window.tabs.count()):
            page = window.tabs.widget(at)
            if isinstance(page, Canvas):
                page.set_colours(colours)
        if window.start_page is not None:
            window.start_page.set_colours(colours)
        window.code.set_colours(colours)
        window.tokens.set_colours(colours)
        window.palette_panel.set_colours(kind_pictures.function_colours(colours))
        self._show_kinds()
        window.inspector.forget()
        self.soon.start(SOON)
        window.problems.colours = colours
        window.problems.show_problems(window.problems.found, window.problems.comments)
