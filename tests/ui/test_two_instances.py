"""Two programs on one screen: what is copied in one is pasted in the other, with its names, sizes and regions."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ui.screen import MISSING, Screen, wait_until

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


def test_ux_46_a_fragment_is_pasted_into_another_running_instance(tmp_path: Path) -> None:
    screen = Screen(tmp_path, tmp_path / "shots")
    other: subprocess.Popen[bytes] | None = None
    try:
        screen.start()
        screen.keys("ctrl+n")
        wait_until(lambda: screen.title().startswith("Untitled"), "no new document")
        screen.click(700, 300)
        screen.keys("space", pause=0.8)
        screen.type("W: hidden=6 head=3")
        screen.keys("Return", pause=0.8)
        wait_until(lambda: screen.title().startswith("*"), "nothing was written")
        screen.keys("b", pause=0.8)
        screen.type("tanh")
        screen.keys("Return", "ctrl+a", "ctrl+c", pause=0.8)
        wait_until(lambda: "tensordraw" in screen.clipboard(), "nothing was copied")
        first = screen.window
        environment = {**screen.environment, "XDG_CONFIG_HOME": str(tmp_path / "second")}
        command = [sys.executable, "-m", "tensordraw"]
        other = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2])

        def seen() -> list[str]:
            return [w for w in screen.do("search", "--onlyvisible", "--name", "tensordraw").split() if w != first]

        wait_until(lambda: bool(seen()), "no second window", 30)
        screen.window = seen()[-1]
        screen.focus(screen.window)
        time.sleep(1.5)
        screen.keys("ctrl+n", pause=0.8)
        screen.click(700, 300)
        screen.keys("ctrl+v", pause=1.0)
        screen.shoot("pasted")
        path = tmp_path / "pasted.tdraw"
        screen.keys("ctrl+shift+s")
        screen.fill_dialog("Save as", path)
        wait_until(path.is_file, "nothing was saved")
        drawn = json.loads(path.read_text())
        assert [node["name"] for node in drawn["nodes"]] == ["W"]
        assert [region["function"] for region in drawn["regions"]] == ["tanh"]
        assert drawn["nodes"][0]["inside"] == drawn["regions"][0]["id"]
        assert [space["size"] for space in drawn["spaces"]] == [6, 3]
        assert "Traceback" not in screen.log.read_text()
    finally:
        if other is not None:
            other.terminate()
            other.wait(10)
        screen.close()
