"""Rows F9, F10 and F19 of the requirements of figures: plain colours, and the same bytes anywhere."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tensordraw as td
from tensordraw.diagram.records import Diagram
from tensordraw.figure.export import SUFFIXES, picture, text
from tensordraw.figure.themes import THEMES

ENDINGS = [suffix[1:] for suffix in SUFFIXES]
SCRIPT = """
import hashlib, locale, sys, time
import tensordraw as td
from tensordraw.figure.export import picture
locale.setlocale(locale.LC_ALL, "")
print(locale.format_string("%.1f", 0.5), time.tzname[0], file=sys.stderr)
diagram = td.template("attention")
for ending in sys.argv[1:]:
    print(ending, hashlib.sha256(picture(diagram, "x." + ending, width="120mm", text=True, hatch=True)).hexdigest())
"""
HERE = {"TZ": "UTC", "LC_ALL": "POSIX", "PYTHONHASHSEED": "1"}
THERE = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1"}


@pytest.fixture(scope="module")
def attention() -> Diagram:
    return td.template("attention")


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_f9_colours_are_plain(attention: Diagram, theme: str) -> None:
    made = text(attention, theme=theme, hatch=True)
    assert not re.search(
        r"<(style|filter|linearGradient|radialGradient|pattern|clipPath|mask|image)\b|class=|style=|opacity", made
    )
    for value in re.findall(r'(?:fill|stroke)="([^"]*)"', made):
        assert value == "none" or re.fullmatch("#[0-9a-f]{6}", value)


@pytest.mark.parametrize(("name", "half"), [("C.UTF-8", "0.5"), ("de_DE.UTF-8", "0,5")])
def test_f10_two_processes_two_time_zones_two_locales_give_the_same_bytes(name: str, half: str, tmp_path: Path) -> None:
    """The locale with a decimal comma is made here, since few machines have it installed."""
    if name != "C.UTF-8" and not made_locale(name, tmp_path):
        pytest.skip("no localedef or no sources of locales (in Debian: locales)")
    more = {} if name == "C.UTF-8" else {"LOCPATH": str(tmp_path)}
    done = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, *ENDINGS], env={**os.environ, **place}, capture_output=True, text=True, check=True,
            cwd=tmp_path,
        )
        for place in (HERE, {**THERE, "LC_ALL": name, **more})
    ]  # fmt: skip
    assert [each.stderr.split() for each in done] == [["0.5", "UTC"], [half, "+14"]]  # they are where they should be
    assert done[0].stdout == done[1].stdout
    assert len(set(done[0].stdout.split()[1::2])) == len(ENDINGS)


def made_locale(name: str, folder: Path) -> bool:
    """Whether the locale could be made in the folder."""
    language, _, charmap = name.partition(".")
    if shutil.which("localedef") is None:
        return False
    command = ["localedef", "-i", language, "-f", charmap, str(folder / name)]
    return subprocess.run(command, capture_output=True).returncode == 0


def test_f10_numbers_have_three_decimals_elements_a_line_each_and_there_are_no_dates(attention: Diagram) -> None:
    svg = text(attention)
    assert not re.search(r"\d\.\d{4,}", svg.split("</desc>")[1])
    assert all(line.count("<path") <= 1 and line.count("<g") <= 1 for line in svg.splitlines())
    pdf = picture(attention, "x.pdf")
    assert b"/CreationDate" not in pdf
    assert b"/ModDate" not in pdf
    assert b"%%CreationDate" not in picture(attention, "x.eps")
    assert b"tIME" not in picture(attention, "x.png")


@pytest.mark.parametrize("ending", ENDINGS)
def test_f19_the_command_line_writes_what_python_writes(attention: Diagram, tmp_path: Path, ending: str) -> None:
    from tensordraw import cli

    td.save(attention, tmp_path / "a.tdraw")
    chosen = ["--width", "120mm", "--font", "stix", "--hatch", "--padding", "2"]
    assert (
        cli.main(["export", str(tmp_path / "a.tdraw"), "-o", str(tmp_path / f"a.{ending}"), *chosen], lambda _: 0) == 0
    )
    td.export(
        td.load(tmp_path / "a.tdraw"), tmp_path / f"b.{ending}", width="120mm", font="stix", hatch=True, padding=2.0
    )
    first, second = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
