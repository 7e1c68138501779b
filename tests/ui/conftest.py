"""A window for each test, with settings and recovery copies of its own, and hands that send real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np  # noqa: F401  (else a window's thread may be half through it when `pytest.approx` looks for it)
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.editor.keys import Keymap
from tensordraw.ui import look, recovery
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.window import Window


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    """A shown window on the start page."""
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.NativeFormat, scope, str(tmp_path / "settings"))
    monkeypatch.setattr(recovery, "folder", lambda: tmp_path / "recovery")
    look.apply(qapp, look.LIGHT)
    made = Window()
    qtbot.addWidget(made, before_close_func=lambda w: settle(w, qtbot))
    made.resize(1280, 820)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture(scope="session", autouse=True)
def _clipboard_is_left_empty(qapp: QApplication) -> Iterator[None]:
    """Without a screen Qt frees the clipboard after Python has ended, and crashes at data that Python made."""
    yield
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def _first_keys() -> Iterator[None]:
    """A test that changes keys leaves the others those of the table."""
    yield
    BINDINGS.keymap = Keymap()


def settle(window: Window, qtbot: QtBot) -> None:
    """Let work in the background end, and count every document as saved, so that closing asks nothing."""
    following = window.following
    jobs = [window.code.background, following.checking, following.costing, following.drawing]
    if window.start_page is not None:
        window.start_page._todo.clear()
        window.start_page.thumbnails.waiting.clear()
        jobs += [window.start_page.background, window.start_page.thumbnails.background]
    qtbot.waitUntil(lambda: not any(job.busy for job in jobs), timeout=20_000)
    window.files._may_close = lambda session: True


class Hands:
    """Mouse and keys on the canvas of a window. Points are layout units of the drawing."""

    def __init__(self, window: Window) -> None:
        self.window = window

    @property
    def canvas(self) -> Canvas:
        canvas = self.window.canvas
        assert canvas is not None
        return canvas

    def pixel(self, x: float, y: float) -> QPoint:
        across, down = self.canvas.view.to_screen(x, y)
        return QPoint(round(across), round(down))

    def mouse(self, kind: QEvent.Type, x: float, y: float, held: Qt.KeyboardModifier) -> None:
        at = QPointF(self.pixel(x, y))
        moves, left, none = kind == QEvent.Type.MouseMove, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        down = none if kind == QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, at, self.canvas.mapToGlobal(at), none if moves else left, down, held)
        QApplication.sendEvent(self.canvas, event)

    def drag(
        self, start: tuple[float, float], end: tuple[float, float], held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *, release: bool = True,
    ) -> None:  # fmt: skip
        """Press, move in steps, release."""
        self.mouse(QEvent.Type.MouseButtonPress, *start, held)
        for step in range(1, 9):
            x, y = (a + (b - a) * step / 8 for a, b in zip(start, end, strict=True))
            self.mouse(QEvent.Type.MouseMove, x, y, held)
        if release:
            self.mouse(QEvent.Type.MouseButtonRelease, *end, held)
        QApplication.processEvents()

    def click(self, x: float, y: float, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, x, y, held)
        self.mouse(QEvent.Type.MouseButtonRelease, x, y, held)
        QApplication.processEvents()

    def double_click(self, x: float, y: float) -> None:
        QTest.mouseDClick(self.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self.pixel(x, y))

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key on whatever has the focus."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)
        QApplication.processEvents()


@pytest.fixture
def hands(window: Window) -> Hands:
    """A new blank document, and hands on it."""
    window.files.new()
    window.activateWindow()
    QApplication.processEvents()
    assert window.canvas is not None
    window.canvas.setFocus()
    return Hands(window)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is spoken to a screen reader."""
    spoken: list[str] = []

    def listen(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            spoken.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    return spoken
