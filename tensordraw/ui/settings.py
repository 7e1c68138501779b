"""What the program remembers between runs: window places, theme, recent files. Kept by QSettings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

RECENT = 15


def settings() -> QSettings:
    """The program's settings."""
    return QSettings("tensordraw", "tensordraw")


def recent() -> list[str]:
    """Files used last, newest first; those that are gone are dropped."""
    found = settings().value("recent", [])
    paths = [found] if isinstance(found, str) else [str(path) for path in found] if isinstance(found, list) else []
    return [path for path in paths if Path(path).is_file()]


def remember(path: str) -> None:
    """Put a file first among the recent ones."""
    path = str(Path(path).resolve())
    remember_folder(str(Path(path).parent))
    settings().setValue("recent", [path, *(other for other in recent() if other != path)][:RECENT])


def model() -> str:
    """The model that was loaded last, "" where there is none or it is gone."""
    found = str(settings().value("model", ""))
    return found if found and Path(found).exists() else ""


def remember_model(path: str) -> None:
    """The dialog of weights offers this one next time."""
    settings().setValue("model", str(Path(path).resolve()))


def folder() -> str:
    """The folder that a file was opened from or written to last, "" where there is none or it is gone."""
    found = str(settings().value("folder", ""))
    return found if found and Path(found).is_dir() else ""


def remember_folder(path: str) -> None:
    """Dialogs start in this folder."""
    settings().setValue("folder", path)
