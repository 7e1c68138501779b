"""How the window looks: two sets of colours, the bundled fonts, and one style sheet made from them.

Fusion with our own palette looks the same on every desktop; the style sheet only flattens frames and sets spacing. The
canvas colours are here too, so that overlays (selection, guides) match the window, while the drawing itself keeps the
colours of its figure theme.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from tensordraw.bundled import bundled
from tensordraw.ui.settings import settings


@dataclass(frozen=True, slots=True)
class Colours:
    """One named set; every colour is `#rrggbb`."""

    name: str
    window: str  # panels
    base: str  # fields and lists
    canvas: str
    dots: str  # grid of the canvas
    text: str
    faint: str  # secondary text
    border: str
    hover: str
    accent: str  # selection, links, the checked tab
    on_accent: str
    guide: str  # alignment guides
    drop: str  # where a drop would connect
    error: str
    warning: str
    note: str
    keyword: str  # of the code panel
    string: str
    comment: str
    number: str
    figure: str  # figure theme that fits


LIGHT = Colours(
    name="light", window="#f5f6f8", base="#ffffff", canvas="#ffffff", dots="#d5d9e0", text="#1d2433", faint="#667085",
    border="#dde1e8", hover="#e9edf4", accent="#2f6fdb", on_accent="#ffffff", guide="#d6409f", drop="#12a150",
    error="#c8362b", warning="#b26a00", note="#2f6fdb", keyword="#8250df", string="#0a6e4f", comment="#7a8394",
    number="#b0480a", figure="paper",
)  # fmt: skip
DARK = Colours(
    name="dark", window="#26282d", base="#1a1b1f", canvas="#1e1f22", dots="#3d4047", text="#e6e7ea", faint="#9a9da3",
    border="#393c43", hover="#33363d", accent="#6ea2ff", on_accent="#0d1420", guide="#ff7ac6", drop="#3ddc84",
    error="#ff7b72", warning="#f0b429", note="#6ea2ff", keyword="#c9a2ff", string="#7ee2b8", comment="#7f8a9c",
    number="#ffb27d", figure="dark",
)  # fmt: skip
# Without colour: what is seen is what a grey printer gives.
PRINT = Colours(
    name="print", window="#f4f4f4", base="#ffffff", canvas="#ffffff", dots="#ffffff", text="#111111", faint="#5c5c5c",
    border="#cfcfcf", hover="#e4e4e4", accent="#3a3a3a", on_accent="#ffffff", guide="#555555", drop="#000000",
    error="#000000", warning="#555555", note="#6a6a6a", keyword="#000000", string="#3d3d3d", comment="#6a6a6a",
    number="#222222", figure="black-and-white",
)  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK, "print": PRINT}


def load_fonts() -> tuple[str, str]:
    """Load the bundled fonts; the family names for text and for code."""
    families = []
    for name in ("Inter-Regular.otf", "JetBrainsMono-Regular.ttf", "Inter-SemiBold.otf"):
        found = QFontDatabase.addApplicationFont(str(bundled(f"fonts/{name}")))
        families += QFontDatabase.applicationFontFamilies(found)[:1] if found >= 0 else ["sans-serif"]
    return families[0], families[1]


def code_font(size: float = 10.0) -> QFont:
    """The fixed-width font of the code panel."""
    font = QFont("JetBrains Mono")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(size)
    return font


def literal(font: QFont) -> QFont:
    """The font without ligatures: `->` stays what is typed."""
    made = QFont(font)
    for feature in ("calt", "liga"):
        made.setFeature(QFont.Tag(feature), 0)
    return made


def palette(colours: Colours) -> QPalette:
    """The Qt palette of a set of colours."""
    made = QPalette()
    role = QPalette.ColorRole
    for part, value in (
        (role.Window, colours.window), (role.WindowText, colours.text), (role.Base, colours.base),
        (role.AlternateBase, colours.window), (role.Text, colours.text), (role.Button, colours.window),
        (role.ButtonText, colours.text), (role.BrightText, colours.error), (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent), (role.Link, colours.accent), (role.ToolTipBase, colours.base),
        (role.ToolTipText, colours.text), (role.PlaceholderText, colours.faint), (role.Mid, colours.border),
        (role.Light, colours.base), (role.Midlight, colours.hover), (role.Dark, colours.border),
        (role.Accent, colours.accent),
    ):  # fmt: skip
        made.setColor(part, QColor(value))
    for part in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, part, QColor(colours.faint))
    return made


def style_sheet(c: Colours) -> str:
    """Flat frames, quiet borders, one accent."""
    chevron = bundled(f"icons/chevron-{'dark' if c.name == 'dark' else 'light'}.svg").as_posix()
    return f"""
    QMainWindow::separator {{ background: {c.border}; width: 1px; height: 1px; }}
    QToolBar {{ background: {c.window}; border: 0; border-bottom: 1px solid {c.border}; padding: 3px 6px; spacing: 2px; }}
    QToolBar::separator {{ background: {c.border}; width: 1px; margin: 5px 6px; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px; }}
    QToolButton:hover {{ background: {c.hover}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {c.border}; }}
    QToolButton:focus {{ border: 1px solid {c.accent}; }}
    QMenuBar {{ background: {c.window}; padding: 1px 4px; }}
    QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {c.hover}; }}
    QMenu {{ background: {c.base}; border: 1px solid {c.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
    QMenu::item:disabled {{ color: {c.faint}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 6px; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ background: transparent; color: {c.faint}; padding: 6px 12px; border: 0;
                    border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
    QTabBar::tab:hover:!selected {{ color: {c.text}; }}
    QTabWidget::pane {{ border: 0; border-top: 1px solid {c.border}; }}
    QLineEdit, QComboBox {{ background: {c.base}; border: 1px solid {c.border};
        border-radius: 5px; padding: 3px 6px; min-height: 18px; selection-background-color: {c.accent}; }}
    QAbstractSpinBox {{ background: {c.base}; border: 1px solid {c.border}; border-radius: 5px; padding: 3px 6px;
        min-height: 18px; selection-background-color: {c.accent}; }}
    QAbstractSpinBox:focus {{ border: 1px solid {c.accent}; }}
    QAbstractSpinBox:disabled {{ color: {c.faint}; background: {c.window}; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; width: 16px; }}
    QAbstractSpinBox::up-arrow {{ image: url("{chevron.replace("chevron", "chevron-up")}"); width: 9px; height: 9px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{chevron}"); width: 9px; height: 9px; }}
    QCheckBox::indicator:unchecked, QGroupBox::indicator:unchecked, QTreeView::indicator:unchecked,
    QListView::indicator:unchecked, QTableView::indicator:unchecked {{ border: 1px solid {c.faint};
        border-radius: 3px; background: {c.base}; width: 12px; height: 12px; }}
    QCheckBox::indicator:unchecked:focus {{ border: 1px solid {c.accent}; }}
    QLineEdit:focus, QComboBox:focus {{ border: 1px solid {c.accent}; }}
    QPlainTextEdit[role="lines"] {{ border: 1px solid {c.border}; border-radius: 5px; padding: 2px; }}
    QPlainTextEdit[role="lines"]:focus {{ border: 1px solid {c.accent}; }}
    QLineEdit[wrong="true"], QPlainTextEdit[role="lines"][wrong="true"] {{
        border: 1px solid {c.error}; color: {c.error}; }}
    QComboBox::drop-down {{ border: 0; width: 20px; }}
    QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {c.base}; border: 1px solid {c.border}; padding: 3px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QPushButton {{ background: {c.base}; border: 1px solid {c.border}; border-radius: 5px; padding: 4px 12px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:focus {{ border: 1px solid {c.accent}; }}
    QPushButton:default {{ background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent}; }}
    QPushButton:disabled {{ color: {c.faint}; background: {c.window}; border: 1px solid {c.border}; }}
    QListView, QTreeView, QTableView, QPlainTextEdit {{ border: 0; background: {c.base}; outline: 0; }}
    QListView::item {{ border-radius: 5px; padding: 3px; }}
    QListView::item:hover, QTreeView::item:hover {{ background: {c.hover}; }}
    QListView::item:selected, QTreeView::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
    QTreeView::item {{ padding: 3px 0; }}
    QHeaderView::section {{ background: {c.window}; color: {c.faint}; border: 0; border-bottom: 1px solid {c.border};
        padding: 4px 6px; }}
    QTableView {{ gridline-color: {c.border}; border: 1px solid {c.border}; border-radius: 5px; }}
    QStatusBar {{ background: {c.window}; border-top: 1px solid {c.border}; color: {c.faint}; }}
    QStatusBar::item {{ border: 0; }}
    QStatusBar QLabel {{ color: {c.faint}; padding: 0 8px; }}
    QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {c.border}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 2px; }}
    QScrollBar::handle:hover {{ background: {c.faint}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: transparent; border: 0; width: 0; height: 0; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {c.accent}; }}
    QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
        background: {c.base}; border: 1px solid {c.faint}; }}
    QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {c.accent};
        border-color: {c.accent}; }}
    QToolTip {{ background: {c.base}; color: {c.text}; border: 1px solid {c.border}; padding: 4px; }}
    QLabel[role="heading"] {{ color: {c.faint}; font-weight: 600; }}
    QLabel[role="faint"] {{ color: {c.faint}; }}
    QLabel[role="title"] {{ font-size: 17pt; font-weight: 600; }}
    QLabel[role="error"] {{ color: {c.error}; }}
    QFrame[role="corner"] {{ background: {c.canvas}; border: 0; border-radius: 6px; }}
    QFrame[role="corner"] QToolButton {{ color: {c.faint}; padding: 3px 5px; }}
    QFrame[role="corner"] QToolButton:hover {{ color: {c.text}; }}
    QFrame[role="popup"] {{ background: {c.base}; border: 1px solid {c.border}; border-radius: 8px; }}
    """


def apply(application: QApplication, colours: Colours) -> None:
    """Give the application Fusion, these colours and the bundled text font."""
    if application.property("system_size") is None:
        size = application.font().pointSizeF()
        application.setProperty("system_size", size if 9.0 <= size <= 16.0 else 10.0)  # where it is sensible
    application.setStyle("Fusion")
    application.setPalette(palette(colours))
    text, _ = load_fonts() if not application.property("fonts") else (application.font().family(), "")
    if not application.property("fonts"):
        font = QFont(text)
        font.setPointSizeF(text_size())
        application.setFont(font)
        application.setProperty("fonts", True)
    application.setStyleSheet(style_sheet(colours))


def text_size() -> float:
    """The size of the window's text in points: as it was chosen, else the system's."""
    chosen = settings().value("text_size")
    return float(str(chosen)) if chosen else float(QApplication.instance().property("system_size") or 10.0)  # type: ignore[union-attr]


def resize_text(step: int) -> None:
    """Make the window's text larger or smaller by so many points (0: as large as the system's), now and from now on.

    Labels of drawings have a size of their own, in the options of an export.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    size = min(max(text_size() + step, 8.0), 20.0) if step else ""
    settings().setValue("text_size", size)
    font = application.font()
    font.setPointSizeF(text_size())
    application.setFont(font)
    application.setStyleSheet(application.styleSheet())  # what it sets in points stays, the rest follows
