"""Keeps the panels beside the canvas as wide (below it: as tall) as a person made them, whatever the window's size does.

Qt shrinks docks with a small window and leaves them small when it grows again. Here only a drag of a separator says how
large a panel shall be; after each change of the window's size the panels are brought back to that.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar

from tensordraw.ui.settings import settings

Which: TypeAlias = Literal["below", "all"]
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
FIRST = {
    Qt.DockWidgetArea.LeftDockWidgetArea: (ACROSS, 220),
    Qt.DockWidgetArea.RightDockWidgetArea: (ACROSS, 320),
    Qt.DockWidgetArea.BottomDockWidgetArea: (DOWN, 230),
}  # pixels
ROOMY = 1600  # pixels of a window in which there is room for the code beneath the inspector
SHARES = (3, 2)  # of the height there


class DockSizes(QObject):
    """For one window. `wanted` holds the size of each side of the window."""

    def __init__(self, window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
        super().__init__(window)
        self.window, self.docks = window, docks
        kept = settings().value("sides")
        sizes = [int(size) for size in kept] if isinstance(kept, list) and len(kept) == len(FIRST) else []
        self.wanted = dict(zip(FIRST, sizes or [size for _, size in FIRST.values()], strict=True))
        self.later = QTimer(self, singleShot=True, interval=0)
        self.later.timeout.connect(self.restore)
        for dock in docks.values():
            dock.installEventFilter(self)
        window.installEventFilter(self)

    def forget(self) -> None:
        """The sizes of the first start, also before anything is seen."""
        self.wanted = {side: size for side, (_, size) in FIRST.items()}
        for side, (direction, size) in FIRST.items():
            here = [dock for dock in self.docks.values() if self._side(dock) == side]
            self.window.resizeDocks(here[:1], [size], direction)

    def keep(self) -> None:
        """Remember the sizes for the next start."""
        settings().setValue("sides", list(self.wanted.values()))

    def restore(self) -> None:
        """Bring every side that is shown to its size, as far as there is room."""
        for side, (direction, _) in FIRST.items():
            shown = [dock for dock in self.docks.values() if self._side(dock) == side and not dock.isFloating()]
            seen = [dock for dock in shown if dock.isVisible() and dock.property("seen")]
            if seen and not _fixed(seen[0], direction) and self._extent(seen[0], direction) != self.wanted[side]:
                self.window.resizeDocks(seen[:1], [self.wanted[side]], direction)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            if watched is self.window:
                self.later.start()
            elif isinstance(watched, QDockWidget) and QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
                self._note(watched)
        return False

    def _side(self, dock: QDockWidget) -> Qt.DockWidgetArea:
        return self.window.dockWidgetArea(dock)

    def _note(self, dock: QDockWidget) -> None:
        side = self._side(dock)
        if side not in FIRST or _fixed(dock, FIRST[side][0]):
            return
        if dock.isVisible() and dock.property("seen") and not dock.isFloating():
            self.wanted[side] = self._extent(dock, FIRST[side][0])

    def _extent(self, dock: QDockWidget, direction: Qt.Orientation) -> int:
        """The size that `resizeDocks` speaks of: the height of docks behind tabs is that of the tabs too."""
        if direction == ACROSS:
            return dock.width()
        bars = self.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        above = (bar for bar in bars if bar.isVisible() and bar.x() == dock.x() and bar.y() < dock.y() <= bar.y() + 60)
        return dock.height() + sum(dock.y() - bar.y() for bar in above)


def _fixed(dock: QDockWidget, direction: Qt.Orientation) -> bool:
    """Whether the panel has one width, whatever is wanted."""
    panel = dock.widget()
    return direction == ACROSS and panel is not None and panel.minimumWidth() == panel.maximumWidth()


class PutAway:
    """Hides all panels below the drawing, or all around it, and brings back those that were there. For one window."""

    def __init__(self, window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
        self.window, self.docks = window, docks
        self.state: QByteArray | None = None  # of the docks before they were hidden

    def _chosen(self, which: Which) -> list[QDockWidget]:
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        return [dock for dock in self.docks.values() if which == "all" or self.window.dockWidgetArea(dock) == bottom]

    def shown(self, which: Which) -> list[QDockWidget]:
        """Those of them that are not hidden."""
        return [dock for dock in self._chosen(which) if not dock.isHidden()]

    def toggle(self, which: Which) -> None:
        """Hide them where any is shown; else show what was shown before."""
        if shown := self.shown(which):
            self.state = self.window.saveState()
            for dock in shown:
                dock.hide()
        elif self.state is not None:
            self.window.restoreState(self.state)
            self.state = None
        else:
            for dock in self._chosen(which):
                dock.show()


class Beneath:
    """Puts the code beneath the inspector, in a window with room for that, and back below the drawing. For one window; Qt keeps
    the place with those of the other panels."""

    def __init__(self, window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
        self.window, self.docks = window, docks

    @property
    def there(self) -> bool:
        """Whether the code stands there."""
        code = self.docks["code"]
        return not code.isFloating() and self.window.dockWidgetArea(code) == Qt.DockWidgetArea.RightDockWidgetArea

    def why_not(self) -> str | None:
        """Why it cannot be put there now; None where it can, or back."""
        if self.there or self.window.width() >= ROOMY:
            return None
        return f"The window is narrower than {ROOMY} pixels: below the drawing the code has more room."

    def toggle(self) -> str:
        """Put it on the other place, and show it; a sentence on where it is."""
        code, inspector, area = self.docks["code"], self.docks["inspector"], Qt.DockWidgetArea
        back, high = self.there, inspector.height()
        if back:
            bottom = area.BottomDockWidgetArea
            others = [one for one in self.docks.values() if self.window.dockWidgetArea(one) == bottom]
            self.window.addDockWidget(bottom, code)
            for other in (one for one in others if not one.isFloating()):
                self.window.tabifyDockWidget(code, other)  # so that the code is the first of the tabs again
        else:
            self.window.addDockWidget(area.RightDockWidgetArea, code, DOWN)
        code.setFloating(False)
        code.show()
        code.raise_()
        if not back and inspector.isVisible():
            self.window.resizeDocks([inspector, code], [high * share // sum(SHARES) for share in SHARES], DOWN)
        return "The code stands below the drawing" if back else "The code stands beneath the inspector"
