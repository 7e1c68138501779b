"""The palette: what can be put on the canvas, each kind drawn as it will look; dragged, or clicked to insert."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QIcon, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QScrollArea, QSizePolicy, QToolButton, QWidget

from tensordraw.editor.palette import KINDS, Kind, search
from tensordraw.ui.bindings import filled, tell
from tensordraw.ui.icons import ICONS, icon
from tensordraw.ui.panels import icon_bar
from tensordraw.ui.tiles import MIME
from tensordraw.ui.widgets import button, column, label, named, row

DrawIcons: TypeAlias = Callable[[], dict[str, QPixmap]]
TILE = QSize(66, 64)
CHIP = QSize(99, 26)
SHORT = {
    "tensor3": "Three legs",
    "tensor4": "Four legs",
    "ones": "All ones",
    "causal_mask": "Mask",
    "identity": "Identity",
    "inverse_metric": "Inverse",
}
IN_ICONS = {
    "gelu_tanh": "GELU tanh", "abs": "|x|", "square": "x²", "sqrt": "√x", "reciprocal": "1/x", "power": "xⁿ", "expression": "f(x)",
    "log_softmax": "log soft", "normalise": "layer norm", "l2_normalise": "length = 1", "sum_normalise": "sum = 1",
    "max": "max", "cumulative_sum": "cum sum", "argmax_one_hot": "arg max", "strictly_lower": "strict lower",
    "inverse": "inverse", "determinant": "det", "transpose": "transp.",
}  # fmt: skip
INSERTS = {name: f"insert_{name}" for name in ("tensor", "dot", "isometry", "add", "note")}
INSERTS["bubble:relu"] = "insert_bubble"  # the commands that insert a kind
ALIAS = {
    "dot": "delta", "identity": "identity", "split": "split", "vector": "vector", "ones": "ones", "bubble": "bubble",
}  # fmt: skip


def picture_name(kind: str) -> str:
    """The icon of a kind until it is drawn at its true style."""
    name = kind.partition(":")[0]
    name = ALIAS.get(name, name)
    return name if name in ICONS else "tensor"


class Tile(QToolButton):
    """One kind. A click inserts it in the middle of the canvas, a drag places it."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind
        self._down: QPoint | None = None
        chip = kind.group == "Bubbles"
        self.setText(SHORT.get(kind.id, kind.title if chip else kind.title.partition(" (")[0]))
        command = INSERTS.get(kind.id, "")
        tell(self, f"{kind.title}: drag it onto the canvas{f'{{?{command}}}' if command else ''}")
        self.setAccessibleName(kind.title)
        self.setAutoRaise(True)
        self.setFixedSize(CHIP if chip else TILE)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * (0.88 if chip else 0.8))
        self.setFont(font)
        if chip:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        else:
            self.setIcon(icon(picture_name(kind.id)))
            self.setIconSize(QSize(58, 38))
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._down = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._down is None:
            return
        if (event.position().toPoint() - self._down).manhattanLength() < QApplication.startDragDistance():
            return
        self._down = None
        data = QMimeData()
        data.setData(MIME, self.kind.id.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        blank = QPixmap(1, 1)  # the canvas shows the real shape instead
        blank.fill(Qt.GlobalColor.transparent)
        drag.setPixmap(blank)
        self.setDown(False)
        drag.exec(Qt.DropAction.CopyAction)


class IconTile(Tile):
    """One kind as a picture alone, of the narrow palette."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.setFixedSize(icon_bar.TILE)
        self.setIconSize(icon_bar.PICTURE)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setStyleSheet("QToolButton { padding: 0; }")
        if kind.group == "Bubbles":
            self.setIcon(icon("bubble"))


class PalettePanel(QWidget):
    """Kinds in groups with a search field on top, or narrow: as a column of icons. `chosen` is a kind to insert in the
    middle of the canvas, `narrow_asked` wants the panel narrow or wide, `outline_asked` the outline behind it."""

    chosen = Signal(str)
    narrow_asked = Signal(bool)
    outline_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_narrow = False
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the palette")
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose_first)
        self.tiles: dict[str, Tile] = {}
        self.heads: dict[str, QWidget] = {}
        self.grids: dict[str, tuple[QWidget, QGridLayout]] = {}
        holder = QWidget()
        layout = column(margins=(2, 2, 2, 8), spacing=2)
        for group in dict.fromkeys(str(kind.group) for kind in KINDS):
            head = label(group, "heading")
            head.setContentsMargins(5, 7, 0, 1)
            grid_widget = QWidget()
            grid = QGridLayout(grid_widget)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setSpacing(0)
            grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            named(grid_widget, group)
            self.heads[group], self.grids[group] = head, (grid_widget, grid)
            layout.addWidget(head)
            layout.addWidget(grid_widget)
        layout.addStretch(1)
        named(holder, "Kinds", layout)
        for kind in KINDS:
            tile = self.tiles[kind.id] = Tile(kind)
            tile.clicked.connect(lambda _=False, name=kind.id: self.chosen.emit(name))
        self.none = label("", "faint", wrap=True)
        self.none.setContentsMargins(10, 4, 8, 4)
        scroll = QScrollArea()
        scroll.setWidget(holder)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Kinds to insert")
        self.collapse = button("chevron_left", "Collapse palette to icons", lambda: self.narrow_asked.emit(True))
        tell(self.collapse, "Collapse palette to icons{?toggle_palette_icons}")
        layout = column(spacing=2)
        layout.addLayout(row(self.search, self.collapse, margins=(8, 8, 4, 2), spacing=2))
        layout.addWidget(self.none)
        layout.addWidget(scroll)
        self.whole = named(QWidget(), "Whole palette", layout)
        self.icons: dict[str, IconTile] = {}
        self.bar: icon_bar.IconBar | None = None  # the column of icons, made when it is first wanted
        self._colours: dict[str, str] = {}
        self._draw_icons: DrawIcons = dict
        self.inside = column(self.whole, spacing=0)
        named(self, "Palette panel", self.inside)
        self._fill("")

    def _make_bar(self) -> icon_bar.IconBar:
        for kind in KINDS:
            tile = self.icons[kind.id] = IconTile(kind)
            tile.clicked.connect(lambda _=False, name=kind.id: self.chosen.emit(name))
        groups = [(group, [tile for tile in self.icons.values() if tile.kind.group == group]) for group in self.heads]
        bar = icon_bar.IconBar(groups)
        bar.widen_asked.connect(lambda: self.narrow_asked.emit(False))
        bar.outline_asked.connect(self.outline_asked)
        tell(bar.widen, "Expand the palette{?toggle_palette_icons}")
        self.inside.addWidget(bar)
        self._colour_icons()
        self._picture_icons()
        return bar

    def set_narrow(self, narrow: bool) -> None:
        """Be a column of icons, or the whole palette; the focus stays in the panel if it was there."""
        focus = QApplication.focusWidget()
        focused = focus is not None and self.isAncestorOf(focus)
        if self.bar is None:
            self.bar = self._make_bar()
        self.is_narrow = narrow
        self.whole.setVisible(not narrow)
        self.bar.setVisible(narrow)
        if focused:
            (self.bar.widen if narrow else self.collapse).setFocus()

    def set_pictures(self, pictures: dict[str, QPixmap], draw_icons: DrawIcons) -> None:
        """Show kinds as the figure draws them, in the whole palette and, as `draw_icons` makes them, as icons."""
        for name, picture in pictures.items():
            if name in self.tiles and self.tiles[name].kind.group != "Bubbles":
                self.tiles[name].setIcon(QIcon(picture))
        self._draw_icons = draw_icons
        self._picture_icons()

    def _picture_icons(self) -> None:
        for name, picture in self._draw_icons().items() if self.icons else ():
            if name in self.icons and self.icons[name].kind.group != "Bubbles":
                self.icons[name].setIcon(QIcon(picture))

    def set_colours(self, colours: dict[str, str]) -> None:
        """Give each function's tile a bar in the colour of its bubble, and its icon that colour."""
        for name, colour in colours.items():
            tile = self.tiles.get(name)
            if tile is not None:
                tint = QColor(colour)
                tile.setStyleSheet(
                    f"QToolButton {{ border-left: 3px solid {colour}; border-radius: 0; padding-left: 4px; text-align: left; }}"
                    f"QToolButton:hover {{ background: rgba({tint.red()},{tint.green()},{tint.blue()},40); }}"
                )

        self._colours = colours
        self._colour_icons()

    def _colour_icons(self) -> None:
        for name, small in self.icons.items():
            if name in self._colours:
                words = IN_ICONS.get(small.kind.function, small.kind.title)
                small.setIcon(icon_bar.function_icon(words, self._colours[name], self.devicePixelRatioF()))

    def _fill(self, text: str) -> None:
        """Lay out the kinds that fit the search, in rows of three (functions in rows of two)."""
        wanted = {kind.id for kind in search(KINDS, text)} if text.strip() else set(self.tiles)
        counts: dict[str, int] = {}
        for name, tile in self.tiles.items():
            group = tile.kind.group
            grid_widget, grid = self.grids[group]
            grid.removeWidget(tile)
            if name not in wanted:
                tile.hide()
                continue
            at = counts.get(group, 0)
            columns = 2 if group == "Bubbles" else 3
            grid.addWidget(tile, at // columns, at % columns)
            tile.setParent(grid_widget)
            tile.show()
            counts[group] = at + 1
        takes = filled("{quick_insert} on the drawing takes formulas too.")
        self.none.setText(f"No kind is called “{text.strip()}”. {takes}")
        self.none.setVisible(not counts)
        for title, head in self.heads.items():
            head.setVisible(title in counts)
            self.grids[title][0].setVisible(title in counts)

    def say_again(self) -> None:
        """Say what is said anew: the keys have changed."""
        self._fill(self.search.text())

    def _choose_first(self) -> None:
        found = search(KINDS, self.search.text())
        if found:
            self.chosen.emit(found[0].id)
