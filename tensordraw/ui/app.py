"""Starts the application: look, window, fault handling. What the first paint does not need is loaded after it."""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tensordraw.ui import look
from tensordraw.ui.icons import application_icon
from tensordraw.ui.settings import settings
from tensordraw.ui.window import Window


def application() -> QApplication:
    """The Qt application with its name, look and icon; made once."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    # Figures and documents are trees of records without cycles; a full collection would stop a drag for 0.1 s to find none.
    gc.set_threshold(50_000, 20, 100)
    # Painting lets go of Python's lock at each call of Qt: what works in the background hands it back this soon (seconds).
    sys.setswitchinterval(0.0005)
    made = QApplication(sys.argv[:1])
    made.setOrganizationName("tensordraw")
    made.setApplicationName("tensordraw")
    made.setApplicationDisplayName("tensordraw")
    made.setDesktopFileName("tensordraw")
    look.apply(made, look.THEMES[str(settings().value("theme", "light"))])
    made.setWindowIcon(application_icon())
    return made


def run(path: str | None = None) -> int:
    """Open the window, on a file if one is given; the exit code once it is closed."""
    made = application()
    window = Window()
    _catch_faults(window)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    breath = QTimer(interval=400)  # lets Python see an interrupt while Qt waits for events
    breath.timeout.connect(lambda: None)
    breath.start()
    window.show()
    if path:
        window.files.open(path)
    QTimer.singleShot(200, window.files.offer_recovery)
    return made.exec()


def _catch_faults(window: Window) -> None:
    """A fault of ours is printed in full and said in one sentence; the document stays as it is, with a recovery copy."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        window.files.write_recovery()
        window.say(f"The program made a mistake ({kind.__name__}: {error}). Your drawing is unharmed.", warns=True)

    sys.excepthook = caught
