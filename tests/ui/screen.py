"""A screen of its own with the program on it, driven as a person would: mouse, keys, files, clipboard. No model is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
READ_CLIPBOARD = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(sys.argv)
sys.stdout.write(application.clipboard().text())
"""


class Screen:
    """An X server, the program, and hands."""

    def __init__(self, home: Path, shots: Path, width: int = 1280, height: int = 820) -> None:
        self.home, self.shots = home, shots
        shots.mkdir(parents=True, exist_ok=True)
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=(write,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"
        kept = {name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
        folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(home))
        self.environment = {**kept, **folders, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}
        self.log = home / "program.log"
        self.program: subprocess.Popen[bytes] | None = None
        self.window = ""

    def start(self, *arguments: str) -> None:
        """Start the program and wait for its window."""
        with self.log.open("ab") as log:
            self.program = subprocess.Popen(
                [sys.executable, "-m", "tensordraw", *arguments], env=self.environment, stdout=log, stderr=log,
                cwd=Path(__file__).parents[2],
            )  # fmt: skip
        self.window = self.wait_for_window("tensordraw")
        self.focus(self.window)
        time.sleep(1.5)  # the start page fills itself

    def close(self) -> None:
        """End the program and the server."""
        for process in (self.program, self.server):
            if process is not None:
                process.terminate()
                process.wait(10)

    # --------------------------------------------------------------------------------------------------------- hands

    def do(self, *words: str | int, check: bool = True) -> str:
        """One xdotool command."""
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30, check=check)
        return done.stdout.strip()

    def wait_for_window(self, name: str, seconds: float = 20.0) -> str:
        """The id of the visible window whose title holds `name`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.do("search", "--onlyvisible", "--name", name, check=False).split()
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no window called {name} appeared; the program said: {self.log.read_text()}")

    def focus(self, window: str) -> None:
        """Give a window the keyboard, which a window manager would do."""
        self.do("windowfocus", "--sync", window)
        time.sleep(0.2)

    def keys(self, *strokes: str, pause: float = 0.35) -> None:
        """Press keys, one stroke after the other."""
        for stroke in strokes:
            self.do("key", "--clearmodifiers", stroke)
            time.sleep(pause)

    def type(self, text: str) -> None:
        self.do("type", "--delay", 15, text)
        time.sleep(0.3)

    def click(self, x: int, y: int) -> None:
        self.do("mousemove", x, y)
        time.sleep(0.15)
        self.do("click", 1)
        time.sleep(0.4)

    def drag(self, start: tuple[int, int], end: tuple[int, int], shot: str = "") -> None:
        """Press at one place, move in several steps, release at another."""
        self.do("mousemove", *start)
        time.sleep(0.2)
        self.do("mousedown", 1)
        time.sleep(0.15)
        for step in range(1, 7):
            at = [round(a + (b - a) * step / 6) for a, b in zip(start, end, strict=True)]
            self.do("mousemove", *at)
            time.sleep(0.1)
        time.sleep(0.2)
        if shot:
            self.shoot(shot)
        self.do("mouseup", 1)
        time.sleep(0.5)

    # ---------------------------------------------------------------------------------------------------------- eyes

    def shoot(self, name: str) -> Path:
        """A picture of the screen."""
        path = self.shots / f"{name}.png"
        if shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(path)], env=self.environment, timeout=30, check=True)
        return path

    def title(self) -> str:
        """The window's title."""
        return self.do("getwindowname", self.window)

    def clipboard(self) -> str:
        """What another program reads from the clipboard."""
        command = [sys.executable, "-c", READ_CLIPBOARD]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30, check=True)
        return done.stdout

    def fill_dialog(self, name: str, path: Path) -> None:
        """Type a path into a file dialog and accept it."""
        self.focus(self.wait_for_window(name))
        time.sleep(0.4)
        self.keys("ctrl+a", pause=0.15)
        self.type(str(path))
        self.keys("Return")
        self.focus(self.window)


def wait_until(condition, what: str, seconds: float = 10.0) -> None:  # type: ignore[no-untyped-def]
    """Wait for something that the program does a moment later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(what)
