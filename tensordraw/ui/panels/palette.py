"""The palette: what can be put on the canvas, each kind drawn as it will look; dragged, or clicked to insert."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QScrollArea, QSizePolicy, QToolButton, QWidget

from tensordraw.editor.palette import KINDS, Kind, search
from tensordraw.ui.bindings import filled, tell
from tensordraw.ui.icons import ICONS, icon
from tensordraw.ui.tiles import MIME
from tensordraw.ui.widgets import column, label, named

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


class PalettePanel(QWidget):
    """Kinds in groups with a search field on top; `chosen` is a kind to insert in the middle of the canvas."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
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
            tile = Tile(kind)
            tile.clicked.connect(lambda _=False, name=kind.id: self.chosen.emit(name))
            self.tiles[kind.id] = tile
        self.none = label("", "faint", wrap=True)
        self.none.setContentsMargins(10, 4, 8, 4)
        scroll = QScrollArea()
        scroll.setWidget(holder)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Kinds to insert")
        top = column(self.search, margins=(8, 8, 8, 2))
        layout = column(spacing=2)
        layout.addLayout(top)
        layout.addWidget(self.none)
        layout.addWidget(scroll)
        named(self, "Palette panel", layout)
        self._fill("")

    def set_pictures(self, pictures: dict[str, QPixmap]) -> None:
        """Show kinds as the figure draws them."""
        for name, picture in pictures.items():
            if name in self.tiles and self.tiles[name].kind.group != "Bubbles":
                self.tiles[name].setIcon(QIcon(picture))

    def set_colours(self, colours: dict[str, str]) -> None:
        """Give each function's tile a bar in the colour of its bubble."""
        for name, colour in colours.items():
            tile = self.tiles.get(name)
            if tile is not None:
                tint = QColor(colour)
                tile.setStyleSheet(
                    f"QToolButton {{ border-left: 3px solid {colour}; border-radius: 0; padding-left: 4px; text-align: left; }}"
                    f"QToolButton:hover {{ background: rgba({tint.red()},{tint.green()},{tint.blue()},40); }}"
                )

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
