"""Icons, drawn as paths on a 20 x 20 grid in the text colour of the theme, so that they are sharp at any scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication

# Each icon is a list of strokes in SVG path words (M L C Q Z with absolute numbers, and "O x y r" for a circle); a leading
# "F" fills it.
ICONS: dict[str, tuple[str, ...]] = {
    "undo": ("M 8 4 L 4 8 L 8 12", "M 4 8 L 12 8 C 18 8 18 16 12 16 L 8 16"),
    "redo": ("M 12 4 L 16 8 L 12 12", "M 16 8 L 8 8 C 2 8 2 16 8 16 L 12 16"),
    "tensor": ("O 10 10 4.5", "M 1.5 10 L 5.5 10", "M 14.5 10 L 18.5 10"),
    "delta": ("F O 10 10 2.6", "M 2 10 L 18 10", "M 10 10 L 10 2"),
    "isometry": ("M 5 4 L 15 10 L 5 16 Z", "M 1.5 10 L 5 10", "M 15 10 L 18.5 10"),
    "bubble": ("M 10 3 C 16 3 17.5 7 17 11 C 16.5 15.5 13 17 9 16.8 C 4.5 16.5 2.6 13.5 3 9.5 C 3.4 5.5 6 3 10 3 Z", "O 10 10 2.4"),
    "add": ("O 10 10 5", "M 10 7 L 10 13", "M 7 10 L 13 10", "M 10 1.5 L 10 5", "M 10 15 L 10 18.5"),
    "copy": ("M 10 2 L 10 18", "M 5 8.5 L 15 8.5", "M 5 11.5 L 15 11.5"),
    "paste": ("M 5 5 L 15 5 L 15 15 L 5 15 Z", "M 10 15 L 10 19", "M 8 9 L 12 9", "M 8 11.5 L 12 11.5"),
    "note": ("M 4 5 L 16 5", "M 10 5 L 10 16", "M 8 16 L 12 16"),
    "constant": ("O 10 10 6", "M 8 8 L 10.3 6.8 L 10.3 13.4"),
    "one_hot": ("M 4 4 L 16 4 L 16 16 L 4 16 Z", "M 8 4 L 8 16", "M 12 4 L 12 16", "F M 8 8 L 12 8 L 12 12 L 8 12 Z"),
    "causal_mask": ("M 4 4 L 16 4 L 16 16 L 4 16 Z", "F M 4 4 L 16 16 L 4 16 Z"),
    "group": ("M 10 3 L 10 17", "M 2 10 L 10 10", "M 10 6 L 18 6", "M 10 14 L 18 14"),
    "sum": ("M 15 5 L 15 3.5 L 5 3.5 L 10.5 10 L 5 16.5 L 15 16.5 L 15 15",),
    "repeat": ("M 15 7 L 5 7 C 2 7 2 13 5 13 L 8 13", "M 12.5 4.5 L 15 7 L 12.5 9.5", "M 12 13 L 15 13 C 18 13 18 9 16.6 8.4"),
    "block": ("M 4 5 L 8 5", "M 12 5 L 16 5", "M 4 15 L 8 15", "M 12 15 L 16 15", "M 3 7 L 3 13", "M 17 7 L 17 13"),
    "term": ("M 7 3 C 3.5 7 3.5 13 7 17", "M 13 3 C 16.5 7 16.5 13 13 17"),
    "code": ("M 7 5 L 2.5 10 L 7 15", "M 13 5 L 17.5 10 L 13 15", "M 11.2 4 L 8.8 16"),
    "equation": ("M 4 8 L 16 8", "M 4 12 L 16 12"),
    "play": ("F M 6 4 L 16 10 L 6 16 Z",),
    "stop": ("F M 5.5 5.5 L 14.5 5.5 L 14.5 14.5 L 5.5 14.5 Z",),
    "fit": ("M 3 7 L 3 3 L 7 3", "M 13 3 L 17 3 L 17 7", "M 17 13 L 17 17 L 13 17", "M 7 17 L 3 17 L 3 13",
        "M 7.5 7.5 L 12.5 7.5 L 12.5 12.5 L 7.5 12.5 Z"),
    "insert_chart": ("M 4 3 L 4 17 L 17 17", "M 7.5 14 L 7.5 10", "M 11 14 L 11 5", "M 14.5 14 L 14.5 8"),
    "export": ("M 10 12 L 10 2.5", "M 6.5 6 L 10 2.5 L 13.5 6", "M 4 10 L 4 16.5 L 16 16.5 L 16 10"),
    "new": ("M 5 2.5 L 11.5 2.5 L 15.5 6.5 L 15.5 17.5 L 5 17.5 Z", "M 11.5 2.5 L 11.5 6.5 L 15.5 6.5"),
    "open": ("M 2.5 16 L 2.5 4.5 L 8 4.5 L 10 6.5 L 16 6.5 L 16 9", "M 2.5 16 L 5 9 L 18 9 L 15.5 16 Z"),
    "search": ("O 8.5 8.5 5", "M 12.3 12.3 L 17 17"),
    "clipboard": ("M 7 6 L 7 3 L 16 3 L 16 13 L 13 13", "M 4 7 L 13 7 L 13 17 L 4 17 Z"),
    "plus": ("M 10 4 L 10 16", "M 4 10 L 16 10"),
    "minus": ("M 4 10 L 16 10",),
    "up": ("M 10 16 L 10 4", "M 5.5 8.5 L 10 4 L 14.5 8.5"),
    "down": ("M 10 4 L 10 16", "M 5.5 11.5 L 10 16 L 14.5 11.5"),
    "error": ("O 10 10 6.5", "M 10 6.5 L 10 10.8", "F O 10 13.4 0.6"),
    "warning": ("M 10 3 L 17.5 16.5 L 2.5 16.5 Z", "M 10 8 L 10 12", "F O 10 14.3 0.6"),
    "pin": ("M 7 3 L 13 3", "M 8.5 3 L 8 9 L 5.5 12 L 14.5 12 L 12 9 L 11.5 3", "M 10 12 L 10 18"),
    "info": ("M 4 4 L 16 4 L 16 16 L 4 16 Z", "M 10 9 L 10 13.4", "F O 10 6.6 0.6"),
    "leg": ("F O 4 10 1.4", "M 5 10 L 17 10"),
    "align_left": ("M 3 3 L 3 17", "M 6 7 L 17 7", "M 6 13 L 12 13"),
    "align_centre": ("M 10 3 L 10 17", "M 4.5 7 L 15.5 7", "M 7 13 L 13 13"),
    "align_right": ("M 17 3 L 17 17", "M 3 7 L 14 7", "M 8 13 L 14 13"),
    "align_top": ("M 3 3 L 17 3", "M 7 6 L 7 17", "M 13 6 L 13 12"),
    "align_middle": ("M 3 10 L 17 10", "M 7 4.5 L 7 15.5", "M 13 7 L 13 13"),
    "align_bottom": ("M 3 17 L 17 17", "M 7 3 L 7 14", "M 13 8 L 13 14"),
    "distribute_horizontal": ("M 3 4 L 3 16", "M 10 6 L 10 14", "M 17 4 L 17 16"),
    "distribute_vertical": ("M 4 3 L 16 3", "M 6 10 L 14 10", "M 4 17 L 16 17"),
    "close": ("M 4 4 L 16 16", "M 16 4 L 4 16"),
    "vector": ("O 13 10 4.5", "M 1.5 10 L 8.5 10"),
    "scalar": ("O 10 10 4.5",),
    "tensor3": ("O 10 11 4.5", "M 1.5 11 L 5.5 11", "M 14.5 11 L 18.5 11", "M 10 2 L 10 6.5"),
    "tensor4": ("O 10 10 4.5", "M 1.5 10 L 5.5 10", "M 14.5 10 L 18.5 10", "M 10 1.5 L 10 5.5", "M 10 14.5 L 10 18.5"),
    "unitary": ("M 6 6 L 14 6 L 14 14 L 6 14 Z", "M 1.5 10 L 6 10", "M 14 10 L 18.5 10"),
    "identity": ("M 2 10 L 18 10",),
    "ones": ("F O 14 10 2.6", "M 2 10 L 14 10"),
    "shift": ("M 4 4 L 16 4 L 16 16 L 4 16 Z", "M 4 8 L 12 16"),
    "split": ("M 10 3 L 10 17", "M 10 10 L 18 10", "M 2 6 L 10 6", "M 2 14 L 10 14"),
    "sliders": ("M 3 6 L 10 6", "O 12.5 6 2", "M 15 6 L 17 6", "M 3 14 L 5 14", "O 7.5 14 2", "M 10 14 L 17 14"),
    "style": ("M 16.5 3.5 L 9.5 10.5", "M 9.5 10.5 C 6 10 6.5 14.5 3 15.5 C 6 17.5 11 16.5 11.5 12.5 Z"),
    "chevron_left": ("M 12 5 L 7 10 L 12 15",),
    "chevron_right": ("M 8 5 L 13 10 L 8 15",),
    "outline": ("M 3 4.5 L 8 4.5", "M 5 4.5 L 5 15.5 L 8 15.5", "M 5 10 L 8 10", "M 10 10 L 17 10", "M 10 15.5 L 17 15.5",
        "M 10 4.5 L 14 4.5"),
    "enlarge": ("M 11.5 3 L 17 3 L 17 8.5", "M 17 3 L 11 9", "M 8.5 17 L 3 17 L 3 11.5", "M 3 17 L 9 11"),
    "space": ("M 4 5 L 16 5", "M 4 10 L 16 10", "M 4 15 L 16 15"),
}  # fmt: skip


def parse(words: str) -> tuple[QPainterPath, bool]:
    """The path of one stroke and whether it is filled."""
    parts = words.split()
    filled = parts[0] == "F"
    parts = parts[1:] if filled else parts
    path = QPainterPath()
    at = 0
    while at < len(parts):
        word = parts[at]
        count = {"M": 2, "L": 2, "C": 6, "Q": 4, "O": 3, "Z": 0}[word]
        numbers = [float(part) for part in parts[at + 1 : at + 1 + count]]
        match word:
            case "M":
                path.moveTo(*numbers)
            case "L":
                path.lineTo(*numbers)
            case "C":
                path.cubicTo(*numbers)
            case "Q":
                path.quadTo(*numbers)
            case "O":
                path.addEllipse(QPointF(numbers[0], numbers[1]), numbers[2], numbers[2])
            case _:
                path.closeSubpath()
        at += 1 + count
    return path, filled


class _Engine(QIconEngine):
    """Paints an icon in the palette's text colour, so that a change of theme changes it."""

    def __init__(self, name: str, colour: str | None) -> None:
        super().__init__()
        self.name, self.colour = name, colour
        self.paths = [parse(words) for words in ICONS[name]]
        # By width, height and colour: a button over a canvas is painted with each move of the mouse.
        self.made: dict[tuple[int, int, int], QPixmap] = {}

    def _ink(self, mode: QIcon.Mode) -> QColor:
        if mode == QIcon.Mode.Selected:
            return QApplication.palette().color(QPalette.ColorRole.HighlightedText)
        colour = QColor(self.colour) if self.colour else QApplication.palette().color(QPalette.ColorRole.WindowText)
        if mode == QIcon.Mode.Disabled:
            colour.setAlphaF(0.35)
        return colour

    def paint(self, painter: QPainter, rect, mode: QIcon.Mode, state: QIcon.State) -> None:  # type: ignore[no-untyped-def]
        colour, box = self._ink(mode), QRectF(rect)
        size = min(box.width(), box.height())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(box.center() - QPointF(size / 2, size / 2))
        painter.scale(size / 20, size / 20)
        pen = QPen(
            colour,
            1.5 * (20 / max(size, 20)) ** 0.7,
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
            Qt.PenJoinStyle.RoundJoin,
        )
        for path, filled in self.paths:
            painter.setPen(pen)
            painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = (size.width(), size.height(), self._ink(mode).rgba())
        if key not in self.made:
            made = self.made[key] = QPixmap(size)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            self.paint(painter, made.rect(), mode, state)
            painter.end()
        return self.made[key]

    def clone(self) -> QIconEngine:
        return _Engine(self.name, self.colour)

    def key(self) -> str:
        return f"tensordraw-{self.name}"

    def iconName(self) -> str:
        return self.name

    def read(self, stream: object) -> bool:
        return False

    def write(self, stream: object) -> bool:
        return False


_MADE: dict[tuple[str, str | None], QIcon] = {}


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon with this name, "tensor" where there is none; in the theme's text colour unless one is given."""
    name = name if name in ICONS else "tensor"
    if (name, colour) not in _MADE:
        _MADE[name, colour] = QIcon(_Engine(name, colour))
    return _MADE[name, colour]


def application_icon() -> QIcon:
    """Two joined tensors, in the accent colour."""
    made = QIcon()
    for size in (16, 32, 64, 128):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(size / 20, size / 20)
        painter.setPen(QPen(QColor("#2f6fdb"), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(6, 10), QPointF(14, 10))
        painter.setBrush(QColor("#2f6fdb"))
        painter.drawEllipse(QPointF(5.5, 10), 4, 4)
        painter.setBrush(QColor("#ffb454"))
        painter.setPen(QPen(QColor("#b26a00"), 1.0))
        triangle, _ = parse("M 11 5 L 18.5 10 L 11 15 Z")
        painter.drawPath(triangle)
        painter.end()
        made.addPixmap(pixmap)
    return made


__all__ = ["ICONS", "application_icon", "icon", "parse"]
