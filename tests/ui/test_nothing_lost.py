"""Nothing is lost: kill -9 while editing and saving, a full disk, two instances on one file, a file changed outside."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tensordraw.diagram import file
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui import recovery
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

CTRL = Qt.KeyboardModifier.ControlModifier
EDITOR = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from tensordraw.ui import app, recovery
path, folder, log, seed = sys.argv[1:]
recovery.folder = lambda: Path(folder)
application = app.application()
window = app.Window()
window.show()
assert window.files.open(path)
out = open(log, "w", buffering=1)
count = 0
def edit():
    global count
    count += 1
    window.run("set_text", (str(count), None))
    if int(seed) % 2 == 0 and count % (7 + int(seed) % 5) == 0:  # the others live on their recovery copies
        window.files.save(window.session, path)
    out.write(f"{count} {time.monotonic()}\\n")
timer = QTimer(interval=15)
timer.timeout.connect(edit)
timer.start()
application.exec()
"""


def killed_once(tmp_path: Path, number: int, dice: random.Random) -> None:
    """Edit and save in a process of its own, kill it, and look at what is left."""
    home = tmp_path / str(number)
    home.mkdir()
    path, folder, log = home / "d.tdraw", home / "recovery", home / "log"
    document = template("attention")
    file.save(replace(document, title="0"), path)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(home), "HOME": str(home)}
    command = [sys.executable, "-c", EDITOR, str(path), str(folder), str(log), str(number)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2])
    try:
        end = time.monotonic() + 120
        while not (log.exists() and log.read_text().count("\n") > 2):
            assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
            assert time.monotonic() < end
            time.sleep(0.02)
        time.sleep(dice.uniform(0.05, 3.0))
        died = time.monotonic()
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
        process.stderr.close()  # type: ignore[union-attr]
    edits = [(int(n), float(at)) for n, at in (line.split() for line in log.read_text().splitlines() if " " in line)]
    kept = int(file.load(path).title)  # it is a whole document, or this raises
    assert file.load(path).content == document.content
    for about in folder.glob("*.json"):
        copy = about.with_suffix(".tdraw")
        if copy.exists() and json.loads(about.read_text())["process"] == process.pid:
            kept = max(kept, int(file.load(copy).title))
    late = max((b - a for (_, a), (_, b) in pairwise(edits)), default=0.0)  # a busy machine
    missing = [at for n, at in edits if n > kept]
    assert not missing or died - missing[0] <= 2.0 + late, f"{died - missing[0]:.2f} s of work are gone"


def test_a_killed_program_leaves_whole_files_and_at_most_two_seconds_unsaved(tmp_path: Path) -> None:
    dice = random.Random(5)
    for number in range(3):
        killed_once(tmp_path, number, dice)


@pytest.mark.slow
def test_fifty_kills(tmp_path: Path) -> None:
    dice = random.Random(50)
    for number in range(50):
        killed_once(tmp_path, number, dice)


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_the_old_file_and_the_document(window: Window, hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "d.tdraw"
    file.save(template("attention"), path)
    before = path.read_bytes()
    assert window.files.open(str(path))
    window.send(events.Insert("", 900, 900, text="extra: e=2"))
    hands.canvas.setFocus()
    with full_disk(2000):
        hands.key(Qt.Key.Key_S, CTRL)
        window.files.write_recovery()
    assert path.read_bytes() == before
    assert "d.tdraw cannot be written" in window.log.text.toPlainText()
    assert "recovery copy could not be written" in window.said.text()
    assert window.session is not None
    assert window.session.unsaved
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".d.tdraw")] == [], "no half file is left"
    hands.key(Qt.Key.Key_S, CTRL)
    assert not window.session.unsaved
    assert "extra" in path.read_text()


def test_an_export_to_a_full_disk_leaves_the_old_figure(window: Window, hands: Hands, tmp_path: Path) -> None:
    window.files.new(template("attention"))
    path = tmp_path / "f.svg"
    path.write_text("old")
    with full_disk(1000):
        window.run("export", str(path))
    assert path.read_text() == "old"
    assert "f.svg" in window.said.text()
    assert window.said.property("role") == "error"


def opened(window: Window, tmp_path: Path) -> Path:
    path = tmp_path / "shared.tdraw"
    file.save(template("matrix_product"), path)
    assert window.files.open(str(path))
    return path


def by_another(path: Path, title: str) -> None:
    """Another instance saves the file."""
    file.save(replace(file.load(path), title=title), path)


def test_a_file_changed_outside_is_taken_as_a_step_that_can_be_undone(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    path = opened(window, tmp_path)
    by_another(path, "theirs")
    assert window.session is not None
    qtbot.waitUntil(lambda: window.session.document.title == "theirs", timeout=5000)  # seen without being asked
    assert not window.session.unsaved
    assert "reloaded" in window.said.text()
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Z, CTRL)
    assert window.session.document.title != "theirs"
    assert window.session.unsaved


def test_two_instances_on_one_file_lose_neither_ones_work(
    window: Window, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = opened(window, tmp_path)
    assert window.session is not None
    window.send(events.Insert("", 0, 200, text="mine: m=2"))
    by_another(path, "theirs")
    window.files.outside.look()
    assert "was changed outside" in window.said.text()
    assert "mine" in {getattr(node, "name", "") for node in window.session.document.content.nodes.values()}
    asked: list[str] = []
    answer = QMessageBox.StandardButton.Cancel

    def choose(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return answer

    monkeypatch.setattr(QMessageBox, "exec", choose)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_S, CTRL)
    assert len(asked) == 1
    assert file.load(path).title == "theirs"
    assert window.session.unsaved
    other = tmp_path / "mine.tdraw"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(other), ""))
    hands.key(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert "mine" in other.read_text()
    assert file.load(path).title == "theirs"
    by_another(other, "again")
    window.run("reload")
    assert window.session.document.title == "again"
    answer = QMessageBox.StandardButton.Save
    window.send(events.Insert("tensor", 0, 300))
    by_another(other, "third")
    hands.key(Qt.Key.Key_S, CTRL)
    assert len(asked) == 2
    assert file.load(other).title == "again"


def test_recovery_copies_of_two_processes_lie_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "folder", lambda: tmp_path)
    drawn = template("svd")
    recovery.write("1", drawn, "", "mine")
    monkeypatch.setattr(os, "getpid", lambda: 2**22 + 7)
    recovery.write("1", drawn, "", "theirs")
    assert len(list(tmp_path.glob("*.tdraw"))) == 2
