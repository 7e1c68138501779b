"""Figures rendered by programs that did not make them: poppler, librsvg, pdflatex, Ghostscript; and compared.

A picture is an array of inkedness [row, column], 0 for white paper and 1 for black.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

Picture = np.ndarray[Any, np.dtype[np.float64]]
DPI = 200
INKED = 0.3


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where one of these programs is missing."""
    missing = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")


def has_tex(*packages: str) -> bool:
    """Whether pdflatex is there with these packages."""
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return False
    return all(run(["kpsewhich", name], check=False).returncode == 0 for name in packages)


def run(command: list[str], folder: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=check)


def compiled(text: str, folder: Path, name: str = "figure") -> Path:
    """The PDF that pdflatex makes of a document."""
    (folder / f"{name}.tex").write_text(text, encoding="utf-8")
    made = run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"], folder, check=False)
    assert made.returncode == 0, made.stdout[-2000:]
    return folder / f"{name}.pdf"


def of_pdf(path: Path) -> Picture:
    run(["pdftocairo", "-png", "-singlefile", "-r", str(DPI), path.name, path.stem], path.parent)
    return of_png(path.with_suffix(".png"))


def of_svg(path: Path) -> Picture:
    out = path.with_name(f"{path.stem}-svg.png")
    run(["rsvg-convert", "-d", str(DPI), "-p", str(DPI), "-b", "white", str(path), "-o", str(out)])
    return of_png(out)


def of_eps(path: Path) -> Picture:
    out = path.with_name(f"{path.stem}-eps.png")
    run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-dEPSCrop", "-sDEVICE=png16m", f"-r{DPI}", "-dGraphicsAlphaBits=4",
         f"-sOutputFile={out}", str(path)])  # fmt: skip
    return of_png(out)


def of_png(path: Path) -> Picture:
    """The picture on white paper."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGBA8888)
    assert not image.isNull(), path
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4) / 255.0
    grey = pixels[:, :, :3].mean(axis=2)
    return (1.0 - grey) * pixels[:, :, 3]


def difference(first: Picture, second: Picture) -> float:
    """Share of the inked pixels of either picture that have no inked pixel of the other within one pixel."""
    high, wide = (min(a, b) for a, b in zip(first.shape, second.shape, strict=True))
    assert max(abs(a - b) for a, b in zip(first.shape, second.shape, strict=True)) <= 1
    a, b = first[:high, :wide] > INKED, second[:high, :wide] > INKED
    lonely = (a & ~_wider(b)) | (b & ~_wider(a))
    return float(lonely.sum() / max(1, (a | b).sum()))


def _wider(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The mask with all neighbours of its pixels."""
    grown = np.pad(mask, 1)
    high, wide = mask.shape
    return np.logical_or.reduce([grown[y : y + high, x : x + wide] for y in range(3) for x in range(3)])
