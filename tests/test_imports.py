"""What importing the package loads and costs, and who may touch Qt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "tensordraw"


def python(source: str) -> str:
    """What a fresh process prints."""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules(*, ui: bool) -> list[str]:
    """Names of all modules in or outside `ui`."""
    names = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        if ("ui" in parts[1:2]) == ui:
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def test_everything_but_ui_imports_where_qt_is_blocked() -> None:
    names = modules(ui=False)
    assert len(names) > 40
    missing = python(
        "import importlib, sys\n"
        "sys.modules['PySide6'] = sys.modules['shiboken6'] = None\n"
        f"for name in {names!r}:\n"
        "    try: importlib.import_module(name)\n"
        "    except ModuleNotFoundError as error: print(error.name)\n"
    )
    assert set(missing.split()) <= {"torch", "jax"}, "only a library that is an extra may be missing"


def test_the_block_of_qt_is_a_block() -> None:
    with pytest.raises(AssertionError, match="PySide6"):
        python(f"import sys; sys.modules['PySide6'] = None; import {modules(ui=True)[1]}, tensordraw.ui.app")


def test_importing_is_cheap_and_loads_no_heavy_library() -> None:
    source = (
        "import sys, time\n"
        "before = set(sys.modules); start = time.process_time()\n"
        "import tensordraw\n"
        "spent = time.process_time() - start\n"
        "heavy = {'PySide6', 'torch', 'numpy', 'networkx', 'opt_einsum', 'ziamath', 'svgwrite', 'jax'}\n"
        "print(spent, *sorted(heavy & (set(sys.modules) - before)))\n"
    )
    # The least of three, since a busy machine adds to processor time, and never takes from it.
    runs = [python(source).split() for _ in range(3)]
    assert all(len(run) == 1 for run in runs), runs
    assert min(float(run[0]) for run in runs) < 0.3


def test_help_needs_little_processor_time() -> None:
    source = (
        "import time\nfrom tensordraw import cli\ncli.main(['--help'], print)\nprint('spent', time.process_time())\n"
    )
    assert min(float(python(source).split()[-1]) for _ in range(3)) < 0.15


def test_qt_keeps_its_references_to_none() -> None:
    """PySide6 6.12.0 on Python before 3.12 loses one at every call that returns nothing, until the process aborts."""
    qt_gui = pytest.importorskip("PySide6.QtGui", reason="PySide6 is not installed")
    path = qt_gui.QPainterPath()
    before = sys.getrefcount(None)
    for step in range(1000):
        path.moveTo(step, step)
    assert abs(sys.getrefcount(None) - before) <= 50


def test_no_file_is_longer_than_one_can_hold_in_the_head() -> None:
    files = [*PACKAGE.rglob("*.py"), *Path(__file__).parent.rglob("*.py")]
    assert len(files) > 400
    lengths = {file.relative_to(PACKAGE.parent): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {file: lines for file, lines in lengths.items() if lines > 400} == {}
