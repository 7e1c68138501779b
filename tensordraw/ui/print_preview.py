"""The figure as it is printed: the true output on its page, in the export's theme and size, whatever the window's theme is.

Printing paints the same display list that every export writes, at its natural size, or smaller where the page is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF, QPointF, QRectF
from PySide6.QtGui import QColor, QPageLayout, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure import export
from tensordraw.ui.paint import Sheet
from tensordraw.ui.session import Session
from tensordraw.ui.widgets import column, label, named

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

MARGIN = 15.0  # mm around the page's picture
POINT = 25.4 / 72  # mm
SHEETS = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}  # mm


def page(diagram: Diagram) -> export.Drawn:
    """The figure with the options of the document's exports."""
    return export.drawn(diagram, export.options_of(diagram))


def size_of(drawn: export.Drawn) -> tuple[float, float]:
    """Width and height of the printed figure in mm."""
    left, top, right, bottom = drawn.figure.box
    return (right - left) * drawn.factor * POINT, (bottom - top) * drawn.factor * POINT


def paint_page(painter: QPainter, drawn: export.Drawn, room: QRectF, per_mm: float) -> float:
    """Paint the figure in the middle of `room` (in units of the painter, of which `per_mm` are a mm), at its natural size or as
    small as the room wants it; the factor that it was made smaller by."""
    wide, high = size_of(drawn)
    less = min(1.0, room.width() / max(wide * per_mm, 1e-6), room.height() / max(high * per_mm, 1e-6))
    scale = drawn.factor * POINT * per_mm * less
    left, top, right, bottom = drawn.figure.box
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(room.center())
    painter.scale(scale, scale)
    painter.translate(QPointF(-(left + right) / 2, -(top + bottom) / 2))
    if drawn.background:
        painter.fillRect(QRectF(left, top, right - left, bottom - top), QColor(drawn.background))
    sheet = Sheet()
    sheet.show(drawn.figure)
    sheet.paint(painter, drawn.figure.box, scale, sketch=False)
    painter.restore()
    return less


class Page(QWidget):
    """A sheet of paper with the figure on it, as large as there is room."""

    def __init__(self, drawn: export.Drawn, sheet: tuple[float, float]) -> None:
        super().__init__()
        self.drawn, self.sheet = drawn, sheet
        self.setMinimumSize(420, 520)
        self.setAccessibleName("The page as it is printed")
        self.setAccessibleDescription(drawn.description)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#8a8d93"))
        room = self.rect().adjusted(14, 14, -14, -14)
        per_mm = min(room.width() / self.sheet[0], room.height() / self.sheet[1])
        paper = QRectF(0, 0, self.sheet[0] * per_mm, self.sheet[1] * per_mm)
        paper.moveCenter(QPointF(room.center()))
        painter.fillRect(paper, QColor("#ffffff"))
        painter.setPen(QPen(QColor("#5f6268"), 1))
        painter.drawRect(paper)
        inner = paper.marginsRemoved(QMarginsF(*[MARGIN * per_mm] * 4))
        paint_page(painter, self.drawn, inner, per_mm)


class PrintPreview(QDialog):
    """Shows the page; prints, or goes to the export dialog."""

    def __init__(self, window: Any, session: Session) -> None:
        super().__init__(window)
        self.window_, self.session = window, session
        self.drawn = page(session.document)
        self.setWindowTitle("Print preview")
        self.resize(560, 760)
        wide, high = size_of(self.drawn)
        self.page = Page(self.drawn, SHEETS["A4"] if wide <= high * 1.4 else SHEETS["A4"][::-1])
        theme = session.document.export.theme
        words = f"{wide:.0f} × {high:.0f} mm in the theme {theme}; the export dialog changes both."
        buttons = QDialogButtonBox(self)
        buttons.setAccessibleName("Buttons")
        role = QDialogButtonBox.ButtonRole
        self.print_button = buttons.addButton("Print…", role.AcceptRole)
        self.print_button.setDefault(True)
        self.export_button = buttons.addButton("Export…", role.ActionRole)
        buttons.addButton("Close", role.RejectRole)
        buttons.accepted.connect(self.ask)
        buttons.rejected.connect(self.reject)
        self.export_button.clicked.connect(self._export)
        layout = column(self.page, label(words, "faint", wrap=True), buttons, margins=(14, 14, 14, 12), spacing=10)
        layout.setStretch(0, 1)
        named(self, "Print preview", layout)

    def ask(self) -> None:
        """Choose a printer, and print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_to(printer)
            self.accept()

    def print_to(self, printer: QPrinter) -> None:
        """Print the page."""
        from PySide6.QtPrintSupport import QPrinter

        wide, high = size_of(self.drawn)
        turned = QPageLayout.Orientation.Landscape if wide > high * 1.4 else QPageLayout.Orientation.Portrait
        printer.setPageOrientation(turned)
        painter = QPainter()
        if not painter.begin(printer):
            self.window_.say("The printer does not answer: nothing was printed.", warns=True)
            return
        per_mm = printer.resolution() / 25.4
        room = QRectF(QPointF(0, 0), printer.pageRect(QPrinter.Unit.DevicePixel).size())
        less = paint_page(painter, self.drawn, room, per_mm)
        painter.end()
        smaller = f", made smaller to {less * 100:.0f} % to fit the page" if less < 1 else ""
        self.window_.say(f"Printed{smaller}")

    def _export(self) -> None:
        self.reject()
        self.window_.run("export")


def preview(window: Any, session: Session) -> None:
    """Open the preview; where the figure cannot be made, say why."""
    try:
        dialog = PrintPreview(window, session)
    except Error as error:
        window.say(str(error), warns=True)
        return
    dialog.exec()
