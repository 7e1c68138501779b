"""The whole job in a real window under Xvfb, by mouse and keys alone: draw, connect, bubble, code, undo, redo, save, reopen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.screen import MISSING, Screen, wait_until

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

# Places in a fresh window of 1280 x 820.
TENSOR_TILE = (35, 190)
FIRST, SECOND = (420, 300), (600, 300)  # where the tensors are dropped; they snap to the grid
RIGHT_TIP_OF_FIRST, LEFT_TIP_OF_SECOND = (482, 296), (538, 296)
COPY_CODE = (571, 619)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """The program in a window of its own."""
    made = Screen(tmp_path, tmp_path / "shots")
    try:
        made.start()
        yield made
    finally:
        made.close()


def nodes(path: Path) -> list[dict[str, object]]:
    """The nodes in a saved file, read as plain JSON."""
    found: list[dict[str, object]] = json.loads(path.read_text()).get("nodes", [])
    return found


def save_as(screen: Screen, path: Path) -> Path:
    """Save under a name, through the dialog."""
    screen.keys("ctrl+shift+s")
    screen.fill_dialog("Save as", path)
    wait_until(path.is_file, f"{path.name} was not written")
    return path


def test_draw_connect_bubble_code_undo_redo_save_reopen(screen: Screen, tmp_path: Path) -> None:
    screen.shoot("0-start")
    screen.keys("ctrl+n")
    wait_until(lambda: screen.title().startswith("Untitled"), "no new document")
    screen.drag(TENSOR_TILE, FIRST, "1-dragging-in")
    wait_until(lambda: screen.title().startswith("*"), "no tensor was dragged in")
    screen.drag(TENSOR_TILE, SECOND)
    screen.drag(RIGHT_TIP_OF_FIRST, LEFT_TIP_OF_SECOND, "2-connecting")
    screen.drag((350, 230), (700, 360), "3-rubber-band")
    screen.keys("b", pause=0.8)
    screen.shoot("4-choosing-a-function")
    screen.type("relu")
    screen.keys("Return", pause=0.8)
    screen.shoot("5-bubble")

    def code_says_relu() -> bool:
        screen.click(*COPY_CODE)
        return "relu" in screen.clipboard()

    wait_until(code_says_relu, "the code has no relu", 20)
    code = screen.clipboard()
    assert "def forward(A, B):" in code
    assert "einsum" in code or "@" in code

    full = save_as(screen, tmp_path / "full.tdraw")
    assert [node["name"] for node in nodes(full)] == ["A", "B"]
    drawn = json.loads(full.read_text())
    assert len(drawn["wires"]) == 1
    assert [region["function"] for region in drawn["regions"]] == ["relu"]

    screen.click(760, 480)  # the canvas has the keyboard again
    screen.keys("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z")
    screen.shoot("6-undone")
    assert nodes(save_as(screen, tmp_path / "undone.tdraw")) == []
    screen.keys("ctrl+shift+z", "ctrl+y", "ctrl+shift+z", "ctrl+y")
    again = save_as(screen, tmp_path / "redone.tdraw")
    assert again.read_bytes() == full.read_bytes()

    screen.keys("ctrl+w", pause=0.6)
    screen.keys("ctrl+o")
    screen.fill_dialog("Open", full)
    wait_until(lambda: "full.tdraw" in screen.title(), "the file was not opened")
    screen.shoot("7-reopened")
    assert save_as(screen, tmp_path / "reopened.tdraw").read_bytes() == full.read_bytes()
    assert "Traceback" not in screen.log.read_text()


def test_an_equation_by_keys_alone(screen: Screen, tmp_path: Path) -> None:
    screen.keys("ctrl+n")
    wait_until(lambda: screen.title().startswith("Untitled"), "no new document")
    screen.drag(TENSOR_TILE, FIRST)
    wait_until(lambda: screen.title().startswith("*"), "no tensor was dragged in")
    screen.drag(TENSOR_TILE, (720, 300))
    screen.keys("ctrl+a", "equal", "ctrl+period", "ctrl+shift+Return")
    screen.shoot("8-equation")
    drawn = json.loads(save_as(screen, tmp_path / "equation.tdraw").read_text())
    (equation,) = drawn["equations"]
    assert [part.get("sign", "+") for part in equation["parts"]] == ["+", "="]
    labels = {leg["label"] for node in drawn["nodes"] for leg in node["legs"]}
    assert labels == {"i", "j"}, "Ctrl+. has matched the legs"
    screen.click(760, 480)
    screen.keys("ctrl+a", "ctrl+c", "ctrl+shift+v")
    twice = json.loads(save_as(screen, tmp_path / "twice.tdraw").read_text())
    assert len(twice["equations"]) == 2
    screen.click(760, 480)
    screen.keys("ctrl+z", "ctrl+z", "ctrl+z")  # the paste, the labels, the equation
    undone = json.loads(save_as(screen, tmp_path / "undone.tdraw").read_text())
    assert undone["equations"] == undone["regions"] == []
    assert len(undone["nodes"]) == 2
    assert "Traceback" not in screen.log.read_text()
