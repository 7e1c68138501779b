"""What opening a file comes to before there is a window: whether it can be read, whether there is a display, and where there
is none the main job done into a folder instead.

Qt ends the process where it finds no display, so that is looked at before Qt is imported.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import tensordraw as td
from tensordraw.api import named_results, opened, summary
from tensordraw.diagram.file import write_atomically

FOLDER = "tensordraw-out"
FEW = 8  # tokens
MODELS = (".safetensors", ".gguf", ".pt", ".pth", ".bin", ".json")  # files that are models, or belong to one
# Big enough to show every part, small enough to be evaluated at once.
SMALL = {"layers": 2, "heads": 2, "hidden": 16, "vocab": 50, "seq": 8}


def why_no_window() -> str | None:
    """One sentence that says why no window can be opened here; None where one can."""
    if sys.platform in ("win32", "darwin"):
        return None
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal"):
        return f"QT_QPA_PLATFORM={os.environ['QT_QPA_PLATFORM']} shows no window."
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not wayland and not x11:
        return "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if wayland and _answers(os.path.join(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland)):
        return None
    if not x11 or not _answers_x11(x11):
        return f"The display {x11 or wayland} does not answer."
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return "A window needs the library libxcb-cursor0, which is not installed."
    return None


def _answers(path: str) -> bool:
    """Whether a local socket takes a connection; a path that starts with a zero byte is an abstract one."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        return connection.connect_ex(path) == 0


def _answers_x11(display: str) -> bool:
    found = re.fullmatch(r"(?:unix/?)?([^:/]*):(\d+)(?:\.\d+)?", display)
    if found is None:
        return False
    host, number = found[1], int(found[2])
    if not host:
        local = f"/tmp/.X11-unix/X{number}"
        return _answers(local) or _answers("\0" + local)
    try:
        with socket.create_connection((host, 6000 + number), timeout=2):
            return True
    except OSError:
        return False


def look_at(path: str) -> None:
    """Error where a file or folder is nothing that a window opens: no document, figure, model or file of code."""
    if _is_model(path):
        from tensordraw.templates.loading import template_of

        template_of(Path(path))
    elif not _is_code(path):  # which the window shows where it is not understood
        opened(path)


def _is_model(path: str) -> bool:
    return Path(path).is_dir() or Path(path).suffix.lower() in MODELS


def _is_code(path: str) -> bool:
    return Path(path).suffix.lower() == ".py"


def _drawn(path: str) -> td.Diagram:
    """The document in a file, that of a model, or what code draws."""
    if _is_model(path):
        from tensordraw.templates.loading import load_model

        return load_model(Path(path)).diagram
    return td.read(Path(path)) if _is_code(path) else td.load(path)


def demonstrate(path: str | None) -> Iterator[str]:
    """Evaluate the document (a small GPT-2 without one), and write it, its PyTorch code and its SVG into a folder.

    Yields what was done, line by line. Raises `Error` where the document means nothing or the folder cannot be written.
    """
    if path is None:
        diagram, name = td.template("gpt2", **SMALL), "gpt2"
        sizes = ", ".join(f"{key} {value}" for key, value in SMALL.items())
        yield f"Built the gpt2 template ({sizes})."
    else:
        diagram, name = _drawn(path), Path(path).resolve().stem
        yield f"Read {path}."
    given = _few_tokens(diagram)
    arrays = " ".join(("with", "its" if diagram.content.sources else "random", "arrays"))
    for result, array in named_results(td.evaluate(diagram, given)).items():
        yield f"Evaluated {arrays}: {summary(result, array)}"
    folder = Path(FOLDER)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise td.Error(f"The folder {folder.absolute()} cannot be made: {error.strerror or error}.") from None
    td.save(diagram, folder / f"{name}.tdraw")
    write_atomically(folder / f"{name}.py", td.code(diagram, "torch").encode())
    td.export(diagram, folder / f"{name}.svg")
    yield f"Wrote {name}.tdraw, {name}.py (PyTorch) and {name}.svg into {folder.absolute()}."


def _few_tokens(diagram: td.Diagram) -> dict[str, list[int]]:
    """Ids of a few tokens for a trained model that takes fewer than it has positions; nothing for others."""
    from tensordraw.program.tokens import token_ids

    known = token_ids(diagram.content)
    if known is None or not known.flexible or not diagram.content.sources:
        return {}
    return {known.name: list(range(min(FEW, known.positions, known.classes)))}
