"""The window's side of evaluation: starts, feeds and stops the process of `evaluator`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from tensordraw.diagram import file
from tensordraw.diagram.records import Diagram

PATIENCE = 1500  # ms for one statement of a text that is being stopped


class Evaluation(QObject):
    """One evaluation at a time, in a process that can be stopped."""

    costed = Signal(str)  # in words
    stepped = Signal(int, int, str, object)  # number of the statement, of how many, its name, its shape
    finished = Signal(
        object, object, float
    )  # [{"name", "file", "axes", "statistics"}], names that can be captured, seconds
    failed = Signal(str)
    checked = Signal(object, bool, float)  # lines of the verdict, whether it holds, seconds
    pinned = Signal(object)  # {pin: {"name", "file", "axes", "statistics"} or {"why"}}, before `finished`
    ranked = Signal(object)  # [[id, probability]] of the next token, before `finished`
    token = Signal(int)  # one more of a text
    generated = Signal(float)  # seconds: the text is at its end
    peeked = Signal(object)  # {"peeked": item, "title", "where", "statistics", "picture"} or {"peeked", "why"}
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process: QProcess | None = None
        self.busy = False
        self._folder = tempfile.TemporaryDirectory(prefix="tensordraw-")
        self._serial = 0
        self._errors = ""

    def start(
        self, diagram: Diagram, item: str | None = None, seed: int = 0, capture: str = "",
        ids: dict[str, list[int]] | None = None, pins: list[str] | None = None, upto: bool = False,
    ) -> None:  # fmt: skip
        """Evaluate this document, and the value at an item of it or called `capture` where one is given; what runs is
        stopped first. `ids` are token ids by the name of their array, `pins` what viewers stay on; `upto` evaluates only
        what these need."""
        wanted = {"seed": seed, "item": item, "capture": capture, "ids": ids or {}, "pins": pins or [], "upto": upto}
        self._request(diagram, **wanted)

    def peek(self, diagram: Diagram, item: str, ids: dict[str, list[int]]) -> bool:
        """Ask what the value at an item is, without counting as busy; whether anybody is there to answer."""
        if self.process is None or self.busy:
            return False
        wanted = {"peek": item, "ids": ids, "seed": 0, "document": file.encode(diagram), "home": diagram.home}
        self.process.write((json.dumps(wanted) + "\n").encode())
        return True

    def generate(self, diagram: Diagram, ids: list[int], count: int, temperature: float, seed: int) -> None:
        """Continue a text; what runs is stopped first."""
        wanted = {"ids": ids, "count": count, "temperature": temperature, "seed": seed}
        self._request(diagram, generate=wanted)

    def halt(self) -> None:
        """End a text after the statement that is being computed; one that takes long is given up with the process."""
        serial = self._serial
        (Path(self._folder.name) / str(serial) / "stop").touch()
        QTimer.singleShot(PATIENCE, self, lambda: self._give_up(serial))

    def _give_up(self, serial: int) -> None:
        if self.busy and self._serial == serial:
            self.stop()
            self.generated.emit(0.0)

    def check(self, diagram: Diagram) -> None:
        """Compare the sides of this document's equations; what runs is stopped first."""
        self._request(diagram, check=True)

    def _request(self, diagram: Diagram, **fields: object) -> None:
        if self.busy:
            self.stop()
        if self.process is None:
            self._launch()
        assert self.process is not None
        self._serial += 1
        folder = Path(self._folder.name) / str(self._serial)
        folder.mkdir()
        request = {"document": file.encode(diagram), "home": diagram.home, "folder": str(folder), **fields}
        self._set_busy(True)
        self.process.write((json.dumps(request) + "\n").encode())

    def stop(self) -> None:
        """Stop what runs."""
        if self.process is not None:
            process, self.process = self.process, None
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()
        if self.busy:
            self._set_busy(False)

    def clear(self) -> None:
        """Remove the files of what was evaluated; those that are mapped stay for as long as they are looked at."""
        for folder in Path(self._folder.name).iterdir():
            shutil.rmtree(folder, ignore_errors=True)  # some systems keep mapped files: they go at the end

    def close(self) -> None:
        """Stop for good and remove the results."""
        self.stop()
        self._folder.cleanup()

    def _launch(self) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        root = str(Path(__file__).parents[2])
        paths = [root, environment.value("PYTHONPATH")]
        environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._ended)
        process.start(sys.executable, ["-m", "tensordraw.ui.evaluator"])
        self.process = process

    def _read(self) -> None:
        while self.process is not None and self.process.canReadLine():
            answer = json.loads(bytes(self.process.readLine().data()))
            if "cost" in answer:
                self.costed.emit(answer["cost"])
            elif "step" in answer:
                self.stepped.emit(answer["step"], answer["of"], answer["name"], answer["shape"])
            elif "verdict" in answer:
                self._set_busy(False)
                self.checked.emit(answer["verdict"], answer["holds"], answer["seconds"])
            elif "peeked" in answer:
                self.peeked.emit(answer)
            elif "pinned" in answer:
                self.pinned.emit(answer["pinned"])
            elif "next" in answer:
                self.ranked.emit(answer["next"])
            elif "token" in answer:
                self.token.emit(answer["token"])
            elif "generated" in answer:
                self._set_busy(False)
                self.generated.emit(answer["seconds"])
            elif "error" in answer:
                self._set_busy(False)
                self.failed.emit(answer["error"])
            else:
                self._set_busy(False)
                self.finished.emit(answer["results"], answer["captures"], answer["seconds"])

    def _read_errors(self) -> None:
        if self.process is not None:
            text = bytes(self.process.readAllStandardError().data()).decode(errors="replace")
            self._errors = (self._errors + text)[-20000:]
            sys.stderr.write(text)

    def _ended(self) -> None:
        self.process = None
        if self.busy:
            self._set_busy(False)
            self.failed.emit("The evaluation ended early: it may have run out of memory.")

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
