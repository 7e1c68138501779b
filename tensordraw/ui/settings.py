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
    settings().setValue("recent", [path, *(other for other in recent() if other != path)][:RECENT])
