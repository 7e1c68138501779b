"""The left side of the window as a column of icons, and wide again; remembered from one session to the next.

Panels that stand behind the palette's tab (the outline) have no room in a narrow column: they are put away with it, come
back with it, and whoever asks for one of them meanwhile widens the side.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow

from tensordraw.ui.dock_sizes import DockSizes
from tensordraw.ui.panels.icon_bar import WIDE
from tensordraw.ui.panels.palette import PalettePanel
from tensordraw.ui.settings import settings

KEPT = "palette_icons"  # in the settings: the panels put away, with commas between; nothing while the palette is wide
MOST = 16_777_215  # pixels, Qt's own limit


class Narrowing(QObject):
    """For one window; `least` is the least width of the whole palette in pixels."""

    def __init__(
        self, window: QMainWindow, palette: PalettePanel, docks: dict[str, QDockWidget], sizes: DockSizes, least: int
    ) -> None:
        super().__init__(window)
        self.window, self.palette, self.docks, self.sizes, self.least = window, palette, docks, sizes, least
        self.away: list[str] = []
        self._busy = False
        palette.narrow_asked.connect(self.set)
        palette.outline_asked.connect(self.show_outline)
        for name, dock in docks.items():
            if name != "palette":
                dock.visibilityChanged.connect(lambda seen, dock=dock: self._shown(dock, seen))

    @property
    def narrow(self) -> bool:
        return self.palette.is_narrow

    def toggle(self) -> None:
        """The other of the two; a palette that was hidden is shown."""
        self.set(not self.narrow)
        self.docks["palette"].show()

    def set(self, narrow: bool) -> None:
        """Make the palette a column of icons, or whole."""
        dock = self.docks["palette"]
        if narrow != self.narrow:
            self._busy = True
            behind = [name for name, one in self.docks.items() if one in self.window.tabifiedDockWidgets(dock)]
            if narrow:
                self.away = [name for name in behind if not self.docks[name].isHidden()]
                for name in self.away:
                    self.docks[name].hide()
            self.palette.set_narrow(narrow)
            self.palette.setMinimumWidth(WIDE if narrow else self.least)
            self.palette.setMaximumWidth(WIDE if narrow else MOST)
            if not narrow:
                for name in self.away:
                    self.docks[name].show()
            self._busy = False
            self._keep()
        dock.raise_()
        self.sizes.later.start()

    def show_outline(self) -> None:
        """The outline, in the wide side."""
        self.set(False)
        self.docks["outline"].show()
        self.docks["outline"].raise_()

    def restore(self) -> None:
        """As it was in the last session; after the window's docks are put where they were."""
        kept = str(settings().value(KEPT, ""))
        if kept:
            self.set(True)
            away = [name for name in kept.split(",") if name in self.docks and name != "palette"]
            self.away = list(dict.fromkeys((*self.away, *away)))

    def _keep(self) -> None:
        settings().setValue(KEPT, ",".join(self.away) or "palette" if self.narrow else "")

    def _shown(self, dock: QDockWidget, seen: bool) -> None:
        """Another panel came to stand behind or before the narrow palette: the side needs its width."""
        if seen and self.narrow and not self._busy:
            QTimer.singleShot(0, self, lambda: self._widen_for(dock))

    def _widen_for(self, dock: QDockWidget) -> None:
        if self.narrow and dock.isVisible() and dock in self.window.tabifiedDockWidgets(self.docks["palette"]):
            self.set(False)
            dock.show()
            dock.raise_()
