"""The main window: menu bar, toolbar, tabs of documents, docks, status bar. It lays out and connects; what things do is
decided by the editor (`update`), and effects are performed by `performing`.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow, QTabBar, QTabWidget, QWidget

from tensordraw.diagram.problems import Problem
from tensordraw.diagram.records import Id
from tensordraw.editor import events
from tensordraw.editor.state import State
from tensordraw.figure.display import Figure
from tensordraw.ui import keys, look, recovery
from tensordraw.ui.attention import Attention
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.corner import Corner
from tensordraw.ui.dock_sizes import Beneath, DockSizes, PutAway
from tensordraw.ui.files import Files
from tensordraw.ui.floating_bar import FloatingBar
from tensordraw.ui.following import Following
from tensordraw.ui.hovering import Hovering
from tensordraw.ui.loading import Loading
from tensordraw.ui.look import THEMES, Colours
from tensordraw.ui.looking import Looking
from tensordraw.ui.menus import FREE, Actions, Bar
from tensordraw.ui.narrowing import Narrowing
from tensordraw.ui.page_frame import PageFrame
from tensordraw.ui.panels.code import CodePanel
from tensordraw.ui.panels.fields import answer
from tensordraw.ui.panels.inspector import InspectorPanel
from tensordraw.ui.panels.log import LogPanel
from tensordraw.ui.panels.outline import OutlinePanel
from tensordraw.ui.panels.palette import PalettePanel
from tensordraw.ui.panels.problems import ProblemsPanel
from tensordraw.ui.panels.tokens import TokensBar
from tensordraw.ui.panels.values import ValuesPanel
from tensordraw.ui.performing import Performer
from tensordraw.ui.session import Session
from tensordraw.ui.settings import settings
from tensordraw.ui.start_page import StartPage
from tensordraw.ui.typed import Typing
from tensordraw.ui.widgets import button, column, named
from tensordraw.ui.writing import languages, write_code
from tensordraw.ui.zoom_field import ZoomField

TOOLBAR = [
    [("new", "new"), ("open", "open")],
    [("undo", "undo"), ("redo", "redo")],
    [
        ("insert_tensor", "tensor"), ("insert_dot", "delta"), ("insert_isometry", "isometry"), ("insert_bubble", "bubble"),
        ("insert_add", "add"), ("insert_note", "note"),
    ],
    [("evaluate", "play"), ("stop", "stop")],
    [("zoom_out", "minus"), ("zoom_in", "plus"), ("fit", "fit")],
    [("export", "export")],
]  # fmt: skip

NARROWEST = {"palette": 220, "outline": 160, "inspector": 280}  # pixels: three columns of tiles, a table of legs
LOWEST = 56  # pixels of a panel below the drawing: its buttons


class Window(QMainWindow):
    """One main window."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("tensordraw")
        self.setMinimumSize(1024, 640)
        self.setAcceptDrops(True)
        fault = BINDINGS.read()
        self.colours: Colours = THEMES[str(settings().value("theme", "light"))]
        self.setAccessibleName("tensordraw")
        self.untitled = 0
        self.performer = Performer(self)
        self.tokens = TokensBar()
        self.tokens.set_colours(self.colours)
        self.typing = Typing(self, self.tokens)
        self.files = Files(self)
        self.loading = Loading(self)
        self.following = Following(self)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setMovable(True)
        self.tabs.setAccessibleName("Documents")
        self.tabs.tabBar().setAccessibleName("Document tabs")
        self.tabs.currentChanged.connect(lambda _: self._show_panels())
        self.tabs.currentChanged.connect(lambda _: self.following.follow())
        self.setCentralWidget(named(QWidget(), "Document", column(self.tabs, self.tokens, spacing=0)))
        self.actions_ = Actions(self, self.run, lambda: self.state, self.evaluates)
        self.bar = Bar(self, TOOLBAR, self.run)
        self.zoom_field = ZoomField(self)
        self.bar.put_before("zoom_in", self.zoom_field)
        self.addToolBar(self.bar)
        self._make_docks()
        self._make_status()
        self._restore_layout()
        self._panels: QByteArray | None = None
        self.start_page: StartPage | None = None
        self.show_start()
        BINDINGS.changed.connect(self.following.rekey)
        if fault:
            self.say(fault, warns=True)

    # -------------------------------------------------------------------------------------------------------- layout

    def _make_docks(self) -> None:
        self.palette_panel = PalettePanel()
        self.outline = OutlinePanel()
        self.inspector = InspectorPanel()
        self.code = CodePanel(write_code, languages, self.colours)
        self.problems = ProblemsPanel(self.colours)
        self.values = ValuesPanel()
        self.log = LogPanel()
        area = Qt.DockWidgetArea
        for corner, side in (
            (Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea),
            (Qt.Corner.BottomRightCorner, area.RightDockWidgetArea),
        ):
            self.setCorner(corner, side)
        self.setDockNestingEnabled(True)
        self.setTabPosition(area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.docks: dict[str, QDockWidget] = {}
        for name, title, widget, where in (
            ("palette", "Palette", self.palette_panel, area.LeftDockWidgetArea),
            ("outline", "Outline", self.outline, area.LeftDockWidgetArea),
            ("inspector", "Inspector", self.inspector, area.RightDockWidgetArea),
            ("code", "Code", self.code, area.BottomDockWidgetArea),
            ("problems", "Problems", self.problems, area.BottomDockWidgetArea),
            ("values", "Values", self.values, area.BottomDockWidgetArea),
            ("log", "Log", self.log, area.BottomDockWidgetArea),
        ):
            self.docks[name] = self._dock(name, title, cast(QWidget, widget), where)
        self.dock_sizes = DockSizes(self, self.docks)
        self.put_away, self.beneath = PutAway(self, self.docks), Beneath(self, self.docks)
        self.narrowing = Narrowing(self, self.palette_panel, self.docks, self.dock_sizes, NARROWEST["palette"])
        self.palette_panel.chosen.connect(self.following.insert_in_middle)
        self.outline.picked.connect(self.select)
        self.outline.tree.pressed.connect(self.run)
        self.problems.picked.connect(self.following.go_to)
        self.problems.excluded.connect(self._exclude)
        self.code.einsum.changed.connect(lambda text: self.run("edit_einsum", text))
        self.code.pointed.connect(self.following.glow)
        self.code.spoken_chosen.connect(self.following.keep_language)
        self.inspector.happened.connect(self._set)
        self.attention = Attention(self)
        self.inspector.asked.connect(self.performer.perform)
        self.values.run_asked.connect(lambda: self.run("evaluate"))
        self.values.stop_asked.connect(lambda: self.run("stop"))
        self.values.capture_asked.connect(self.performer.evaluate_capture)
        self.looking = Looking(self)
        self.hovering = Hovering(self)

    def _dock(self, name: str, title: str, widget: QWidget, where: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        dock.setWidget(widget)
        if name in NARROWEST:
            widget.setMinimumWidth(NARROWEST[name])
        if where == Qt.DockWidgetArea.BottomDockWidgetArea:
            widget.setMinimumHeight(LOWEST)
        dock.visibilityChanged.connect(lambda seen: dock.setProperty("seen", seen))  # False behind another tab
        dock.setTitleBarWidget(QWidget())  # the tabs say what it is
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )
        self.addDockWidget(where, dock)
        return dock

    def _default_layout(self) -> None:
        left, right, bottom = ["palette", "outline"], ["inspector"], ["code", "problems", "values", "log"]
        area = Qt.DockWidgetArea
        for names, where in (
            (left, area.LeftDockWidgetArea), (right, area.RightDockWidgetArea), (bottom, area.BottomDockWidgetArea),
        ):  # fmt: skip
            for name in names:
                self.addDockWidget(where, self.docks[name])
                self.docks[name].setFloating(False)
                self.docks[name].show()
            for name in names[1:]:
                self.tabifyDockWidget(self.docks[names[0]], self.docks[name])
            self.docks[names[0]].raise_()
        self.dock_sizes.forget()
        for bar in self.findChildren(QTabBar):
            if not bar.accessibleName():
                bar.setAccessibleName("Panel tabs")

    def reset_layout(self) -> None:
        """All docks where they were at first."""
        self.narrowing.set(False)
        self._default_layout()

    def _show_panels(self) -> None:
        """The start page has the window to itself; with a document the panels are where they were."""
        alone = self.canvas is None
        if alone and self._panels is None:
            self._panels = self.saveState()
            for dock in self.docks.values():
                dock.hide()
        elif not alone and self._panels is not None:
            state, self._panels = self._panels, None
            self.restoreState(state)
            self.dock_sizes.later.start()

    def _restore_layout(self) -> None:
        self.resize(1280, 820)
        geometry, state = settings().value("geometry"), settings().value("state")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(state, QByteArray):
            self.restoreState(state)
        else:
            self._default_layout()
        self.narrowing.restore()

    def _make_status(self) -> None:
        self.said = QLabel("")
        self.problem_count, self.signature, self.cost, self.saved = QLabel(""), QLabel(""), QLabel(""), QLabel("")
        status = self.statusBar()
        status.setAccessibleName("Status")
        status.setSizeGripEnabled(False)
        for widget, name in (
            (self.said, "Message"), (self.signature, "Selection"), (self.cost, "Cost"),
            (self.problem_count, "Problems"), (self.saved, "Saved state"),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            status.addPermanentWidget(widget, 1 if widget is self.said else 0)

    # ----------------------------------------------------------------------------------------------------- documents

    @property
    def canvas(self) -> Canvas | None:
        """The canvas of the shown document, None on the start page."""
        shown = self.tabs.currentWidget()
        return shown if isinstance(shown, Canvas) else None

    @property
    def session(self) -> Session | None:
        """The shown document, None on the start page."""
        canvas = self.canvas
        return None if canvas is None else canvas.session

    @property
    def state(self) -> State | None:
        session = self.session
        return None if session is None else session.state

    def sessions(self) -> list[Session]:
        """All open documents in the order of their tabs."""
        pages = (self.tabs.widget(at) for at in range(self.tabs.count()))
        return [page.session for page in pages if isinstance(page, Canvas)]

    def add_session(self, session: Session) -> None:
        """Open a tab for a document and show it."""
        canvas = Canvas(self.colours, session)
        canvas.happened.connect(session.send)
        canvas.view_changed.connect(self.following.view_changed)
        self.following.equip(canvas)
        PageFrame(canvas)
        canvas.bar, canvas.map = FloatingBar(self, canvas), Corner(self, canvas).map
        session.changed.connect(lambda: self.following.changed(session))
        session.asked.connect(lambda effect: self.performer.perform(effect, session))
        self._add_tab(canvas, session.name)
        self.close_start()
        self.tabs.setCurrentIndex(self.tabs.indexOf(canvas))
        self.following.follow()
        canvas.fit_when_shown()
        canvas.setFocus()

    def _add_tab(self, page: QWidget, title: str) -> None:
        at = self.tabs.addTab(page, title)
        close = button("close", f"Close {title}", lambda: self.files.close_tab(self.tabs.indexOf(page)))
        close.setFixedSize(20, 20)
        close.setIconSize(QSize(12, 12))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.tabBar().setTabButton(at, QTabBar.ButtonPosition.RightSide, close)

    def show_start(self) -> None:
        """Show the start page (it is one of the tabs)."""
        if self.start_page is None:
            page = self.start_page = StartPage(self.colours)
            page.template_chosen.connect(self.files.new_from)
            page.sizes_asked.connect(self.files.ask_sizes)
            page.file_chosen.connect(self.files.open)
            page.figure_chosen.connect(self.files.new_from_figure)
            page.open_asked.connect(lambda: self.files.ask_open())
            page.code_asked.connect(lambda: self.files.ask_code())
            page.command_asked.connect(self.run)
            self._add_tab(page, "Start")
            QTimer.singleShot(60, self._fill_start)
        self.tabs.setCurrentWidget(self.start_page)
        self._show_panels()
        self.following.follow()

    def _fill_start(self) -> None:
        if not self.following.kinds:
            self.following.draw_kinds()
        if self.start_page is not None and len(self.start_page.cards) == 1:
            self.start_page.show_recent(self.files.recent())
            self.start_page.recover_button.setVisible(bool(recovery.left_behind()))
            self.start_page.load_templates()

    def close_start(self) -> None:
        """Take the start page away."""
        if self.start_page is not None:
            page, self.start_page = self.start_page, None
            self.tabs.removeTab(self.tabs.indexOf(page))
            page.deleteLater()

    # --------------------------------------------------------------------------------------------------------- doing

    def evaluates(self) -> bool:
        """Whether an evaluation runs, of any document."""
        return self.performer.results.running is not None

    def run(self, command: str, argument: object = None) -> None:
        """Run a command of the table on the shown document, or on none where it needs none."""
        self.performer.commit_label()
        session = self.session
        if session is not None:
            session.send(events.Run(command, argument))
        else:
            self.performer.run_without_document(command)

    def _exclude(self, problem: Problem, comment: str | None) -> None:
        if comment is None:
            self.run("include_problem", problem)
        else:
            self.run("exclude_problem", (problem, comment))

    def send(self, event: events.Event) -> None:
        """Give the shown document an event."""
        if self.session is not None:
            self.session.send(event)

    def _set(self, event: events.Event) -> None:
        """The inspector sets something; what is refused is marked there."""
        self.send(event)
        if self.session is not None:
            answer(self.inspector, self.session.refusal, self.colours.error)

    def select(self, items: frozenset[Id]) -> None:
        self.send(events.Select(items))

    def say(self, words: str, warns: bool = False) -> None:
        """Say something in the status line and to screen readers, and keep it in the log."""
        self.following.say(words, warns)

    def figure_of(self, state: State) -> Figure:
        """The picture of what a state shows."""
        return self.following.figure(state.shown)

    def set_theme(self, name: str) -> None:
        """Light or dark, everywhere."""
        self.colours = THEMES[name]
        settings().setValue("theme", name)
        application = cast(QApplication, QApplication.instance())
        look.apply(application, self.colours)
        self.following.recolour(self.colours)

    # -------------------------------------------------------------------------------------------------------- events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On the start page the canvas's keys that need no document work too."""
        command = BINDINGS.keymap.command(keys.stroke(event)) if self.canvas is None else None
        if command is not None and command.id in FREE:
            self.run(command.id)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.close_all():
            event.ignore()
            return
        self.dock_sizes.keep()
        settings().setValue("geometry", self.saveGeometry())
        settings().setValue("state", self._panels or self.saveState())
        self.performer.evaluation.close()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.following.check_sources()
            self.files.outside.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.files.open(url.toLocalFile())
