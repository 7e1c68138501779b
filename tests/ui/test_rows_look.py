"""Rows 62 and 63 of the editor's behaviour: themes, the page as it is printed, colours that everybody tells apart."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Diagram, Leg
from tensordraw.editor import events
from tensordraw.figure.export import picture
from tensordraw.figure.simulating import seen
from tensordraw.figure.themes import SPACE_COLOURS, THEMES
from tensordraw.templates import template
from tensordraw.ui import look
from tensordraw.ui.print_preview import PrintPreview, size_of
from tensordraw.ui.window import Window
from tests.sketch import Sketch
from tests.ui.conftest import Hands

CTRL = Qt.KeyboardModifier.ControlModifier
SEEING = ("", "protanopia", "deuteranopia", "tritanopia")


def linear(colour: str) -> list[float]:
    values = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(colour: str) -> float:
    return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    """CIE L*a*b* (D65)."""
    r, g, b = linear(colour)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: str, other: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


def painted(hands: Hands) -> QImage:
    hands.canvas.repaint()
    return hands.canvas.grab().toImage()


def test_ux_62_light_dark_and_print_change_the_view_alone(window: Window, hands: Hands, tmp_path: Path) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    figure, document = hands.canvas.sheet.figure, hands.canvas.session.state.document
    light, exported = painted(hands), picture(document, "x.svg")
    for name in ("dark", "print", "light"):
        window.run(f"theme_{name}")
        assert window.colours.name == name
        assert hands.canvas.sheet.figure is figure
        assert hands.canvas.session.state.document is document
        assert picture(document, "x.svg") == exported
        assert (painted(hands) == light) is (name == "light")
    assert b"#000000" in exported, "default black stays black"
    window.run("theme_print")
    image = painted(hands)
    inks = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert all(abs(QColor(ink).red() - QColor(ink).blue()) < 3 for ink in inks), "no colour"
    window.run("theme_light")


def test_ux_62_print_preview_shows_the_true_output_in_the_dark_too(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("attention")
    window.run("theme_dark")
    hands.canvas.setFocus()
    shots: list[QImage] = []
    dialogs: list[PrintPreview] = []

    def look_at() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PrintPreview)
        dialogs.append(dialog)
        shots.append(dialog.page.grab().toImage())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    QTimer.singleShot(300, look_at)
    hands.key(Qt.Key.Key_R, CTRL)
    (shot,) = shots
    middle = [shot.pixelColor(x, y) for x in range(60, shot.width() - 60, 3) for y in range(60, shot.height() - 60, 3)]
    assert sum(ink.lightness() > 250 for ink in middle) > 0.5 * len(middle), "paper is white"
    assert any(ink.lightness() < 110 for ink in middle), "ink is black"
    window.run("theme_light")
    QTimer.singleShot(300, look_at)
    window.run("print_preview")
    assert shots[1] == shots[0]


def test_ux_62_the_page_is_printed_at_its_size(window: Window, hands: Hands, tmp_path: Path) -> None:
    window.files.new(template("matrix_product"))
    assert window.session is not None
    dialog = PrintPreview(window, window.session)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    dialog.print_to(printer)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert window.said.text() == "Printed"
    left, _, right, _ = dialog.drawn.figure.box
    assert size_of(dialog.drawn)[0] == pytest.approx((right - left) * 25.4 / 72)
    dialog.deleteLater()


@pytest.mark.parametrize("name", ["paper", "dark"])
def test_ux_63_colours_of_spaces_are_told_apart_by_every_eye_and_stand_out(name: str) -> None:
    theme = THEMES[name]
    colours = [theme.colours[each] for each in SPACE_COLOURS]
    for kind in SEEING:
        shown = [seen(colour, kind) if kind else colour for colour in colours]
        assert min(apart(a, b) for a, b in combinations(shown, 2)) > 11, kind
    weak = {"paper", "body", "diagonal"}
    assert all(contrast(ink, theme.colours["paper"]) >= 3 for each, ink in theme.colours.items() if each not in weak)


@pytest.mark.parametrize("name", list(look.THEMES))
def test_ux_63_words_and_marks_of_the_window_stand_out(name: str) -> None:
    colours = look.THEMES[name]
    for ground in (colours.window, colours.base, colours.canvas):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.faint, ground) >= 4.5
        for mark in ("accent", "error", "warning", "note", "drop", "guide"):
            assert contrast(getattr(colours, mark), ground) >= 3, mark
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_ux_63_a_black_and_white_style_says_all_that_colour_says(tmp_path: Path) -> None:
    """Spaces are told by labels and widths, functions by their captions and hatching."""
    drawn = template("attention")
    image = QImage.fromData(picture(drawn, "x.png", theme="black-and-white", hatch=True, background="white", dpi=72))
    inks = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert all(QColor(ink).red() == QColor(ink).green() == QColor(ink).blue() for ink in inks)
    text = picture(drawn, "x.svg", theme="black-and-white", text=True).decode()
    for words in ("softmax", "query", "key"):
        assert words in text


def _drawn_as(kind: str) -> Diagram:
    """One thing beside a tensor and a copy, at one place whatever it is."""
    s = Sketch(i=3)
    d = s.draft

    def leg(angle: float) -> Leg:
        return d.leg("i", angle=angle)

    source = d.tensor("y", [leg(0)], (0, 80))
    copy = d.copy("x", [leg(180)], [leg(0)] if kind == "copy" else [], (60, 80))
    d.wire(source.legs[0], copy.into[0])
    legs = [leg(180), leg(0)]
    match kind:
        case "tensor" | "copy":
            d.tensor("x", legs[:1], (100, 0))
        case "paste":
            d.paste(copy.id, legs[:1], (100, 0))
        case "isometry":
            d.tensor("x", legs, (100, 0), form="isometry", tip=[legs[1].id])
        case "matrix":
            d.tensor("x", legs, (100, 0))
        case "delta":
            d.delta([*legs, leg(90)], (100, 0))
        case "add":
            d.add([[legs[0]], [leg(90)]], legs[1:], (100, 0))
        case "bubble" | "block" | "sum" | "repeat":
            made = {"bubble": d.bubble, "block": d.block}
            region = made[kind]("f") if kind in made else getattr(d, kind)("f", "i")
            d.tensor("x", legs[:1], (100, 0), inside=region.id)
    return s.build()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tensor", "paste"), ("tensor", "copy"), ("matrix", "isometry"), ("delta", "add"), ("bubble", "block"),
        ("bubble", "sum"), ("sum", "repeat"), ("block", "repeat"),
    ],
)  # fmt: skip
def test_ux_63_what_means_something_else_looks_otherwise_without_colour(one: str, other: str) -> None:
    """Nothing is said by colour alone: in black and white the two pictures differ beyond the edges of their lines."""
    options = {"theme": "black-and-white", "background": "white", "dpi": 144}
    first, second = (QImage.fromData(picture(_drawn_as(kind), "x.png", **options)) for kind in (one, other))
    assert first.allGray()
    assert second.allGray()
    different = first.size() != second.size() or sum(
        abs(first.pixelColor(x, y).red() - second.pixelColor(x, y).red()) > 8
        for x in range(first.width())
        for y in range(first.height())
    )
    assert different is True or different > 60
