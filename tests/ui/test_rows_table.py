"""The table of rows in README.md names tests that exist, and every test that bears a row's number in these files is named."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
_ROW = re.compile(r"^\| (\d+|A\d) \| ([MSD]) \| .*\| (.*) \|$", re.MULTILINE)
_NAMED = re.compile(r"`([\w/]+\.py)` `(test_\w+)`")


def test_the_table_and_the_tests_agree() -> None:
    table = _ROW.findall((HERE / "README.md").read_text())
    assert [row for row, _, _ in table][:64] == [str(number) for number in range(1, 65)]
    for row, _, tests in table:
        named = _NAMED.findall(tests)
        assert named or tests.startswith("left out: "), row
        for file, test in named:
            assert re.search(rf"^def {test}\(", (HERE / file).read_text(), re.MULTILINE), f"{file}: {test}"
            if row.isdigit():
                assert test.startswith(f"test_ux_{int(row):02d}_"), test


def test_every_numbered_test_is_in_the_table() -> None:
    written = (HERE / "README.md").read_text()
    for path in HERE.glob("test_rows_*.py"):
        for test in re.findall(r"^def (test_(?:ux_\d+|a\d)_\w+)\(", path.read_text(), re.MULTILINE):
            assert f"`{path.name}` `{test}`" in written, test
