"""What all tests share: Qt without a screen or the user's settings, hypothesis's profiles, PyTorch if it is there."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt: no window on the developer's screen, and no settings read from or written to their home.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_HOME = tempfile.mkdtemp(prefix="tensordraw-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = _HOME

settings.register_profile(
    "fast",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # a change is judged by what it changes, not by luck
)
settings.register_profile("thorough", settings.get_profile("fast"), max_examples=1000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture
def torch() -> ModuleType:
    """PyTorch, which the test extra installs on Python 3.11 only."""
    return pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
