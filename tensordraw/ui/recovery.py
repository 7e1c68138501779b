"""Recovery copies: what is not saved yet is written beside the settings within 2 s of a change, and offered after a crash.

A copy is a `.tdraw` file and a `.json` file that says whose document it is and which process keeps it. A copy whose
process still runs belongs to another window and is left alone.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from tensordraw.diagram import file
from tensordraw.diagram.records import Diagram


def folder() -> Path:
    """Where recovery copies lie."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(base) / "recovery"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was left behind: its file, the document's own path ("" for none), and its age in seconds."""

    copy: Path
    path: str
    name: str
    age: float


_forgotten: Counter[str] = Counter()  # how often each copy of this process was removed
_writing = threading.Lock()


def age_of(key: str) -> int:
    """What `write` takes as `age`, so that a copy that is removed in the meantime is not written any more."""
    return _forgotten[key]


def write(key: str, diagram: Diagram, path: str, name: str, age: int | None = None) -> None:
    """Write or replace the copy `key` of this process; on any thread."""
    data = file.encode(diagram).encode()
    about = {"path": path, "name": name, "process": os.getpid(), "home": diagram.home}
    with _writing:
        if age is not None and age != _forgotten[key]:
            return
        where = folder()
        where.mkdir(parents=True, exist_ok=True)
        stem = where / f"{os.getpid()}-{key}"
        file.write_atomically(
            stem.with_suffix(".json"), json.dumps(about).encode()
        )  # first: what is no pair is not offered
        file.write_atomically(stem.with_suffix(".tdraw"), data)


def forget(key: str) -> None:
    """Remove the copy `key` of this process."""
    with _writing:
        _forgotten[key] += 1
        _remove(folder() / f"{os.getpid()}-{key}")


def discard(copy: Copy) -> None:
    """Remove a copy that was left behind."""
    _remove(copy.copy.with_suffix(""))


def _remove(stem: Path) -> None:
    for suffix in (".tdraw", ".json"):
        stem.with_suffix(suffix).unlink(missing_ok=True)


def left_behind() -> list[Copy]:
    """Copies of processes that are gone, newest first."""
    found = []
    for about_file in folder().glob("*.json"):
        copy = about_file.with_suffix(".tdraw")
        try:
            about = json.loads(about_file.read_text())
            age = time.time() - copy.stat().st_mtime
        except (OSError, ValueError):
            continue  # half a pair: written by a process that was killed in between
        if not _alive(int(about.get("process", 0))):
            found.append(Copy(copy, str(about.get("path", "")), str(about.get("name", "Untitled")), age))
    return sorted(found, key=lambda one: one.age)


def opened_as(copy: Copy) -> tuple[int, int]:
    """What orders copies as their documents were opened: the process, and the number that it gave the document."""
    process, _, number = copy.copy.stem.partition("-")
    return (int(process) if process.isdigit() else 0, int(number) if number.isdigit() else 0)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
