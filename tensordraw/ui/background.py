"""Work off the window's thread: the newest request wins, a result that came too late is dropped.

Each `Background` runs one job at a time on a pool thread. While one runs, only the last request is kept, so fast typing
never queues up work.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from tensordraw.errors import Error


class _Signals(QObject):
    done = Signal(object, object, object)  # key, result, error sentence


class _Job(QRunnable):
    def __init__(self, key: object, work: Callable[[], Any]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.key, self.work, self.signals = key, work, _Signals()

    def run(self) -> None:
        result, sentence = None, None
        try:
            result = self.work()
        except Error as error:
            sentence = str(error)
        except Exception as error:  # a fault of ours: said in one sentence, printed in full, the window lives on
            traceback.print_exc()
            sentence = f"The program failed here ({type(error).__name__}: {error}); the document is unharmed."
        self.signals.done.emit(self.key, result, sentence)


class Background(QObject):
    """Runs the newest of the requested jobs after `delay` ms of quiet."""

    finished = Signal(object, object, object)  # key, result or None, sentence or None

    def __init__(self, delay: int = 40, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: _Job | None = None
        self._next: tuple[object, Callable[[], Any]] | None = None
        self._timer = QTimer(self, singleShot=True, interval=delay)
        self._timer.timeout.connect(self._start)

    def request(self, key: object, work: Callable[[], Any]) -> None:
        """Run `work` soon, unless another request comes first; `finished` says the key again."""
        self._next = (key, work)
        self._timer.start()

    @property
    def busy(self) -> bool:
        return self._running is not None or self._next is not None

    def _start(self) -> None:
        if self._running is not None or self._next is None:
            return
        (key, work), self._next = self._next, None
        job = _Job(key, work)
        job.signals.done.connect(self._finish)
        self._running = job
        QThreadPool.globalInstance().start(job)

    def _finish(self, key: object, result: object, sentence: object) -> None:
        self._running = None
        if self._next is not None and not self._timer.isActive():
            self._timer.start(0)
        if self._next is None or self._next[0] == key:
            self.finished.emit(key, result, sentence)
