"""What others do with figures: Inkscape edits them, LaTeX includes them, a notebook shows them by itself.

Inkscape (169 MB on disk) and Jupyter are no part of the test set-up: `apt-get install --no-install-recommends inkscape` and
`pip install nbconvert ipykernel`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tensordraw as td
from tensordraw.diagram.records import Diagram
from tensordraw.figure.export import picture
from tests.figure import rendering, samples
from tests.figure.rendering import DPI, compiled, difference, has_tex, needs

TEX = pytest.mark.skipif(not has_tex("graphicx.sty", "standalone.cls"), reason="pdflatex or standalone not installed")
JUPYTER = all(find_spec(name) for name in ("nbconvert", "ipykernel"))
SVG = "{http://www.w3.org/2000/svg}"
DRAWINGS: dict[str, Callable[[], Diagram]] = {"svd": samples.svd, "attention": lambda: td.template("attention")}


def groups(path: Path) -> dict[str, tuple[str, list[str | None]]]:
    """The groups of an SVG by id, each with its name and the names of its parts."""
    return {
        group.attrib["id"]: (group.findtext(f"{SVG}title") or "", [part.get("aria-label") for part in group.iter(f"{SVG}path")])
        for group in ElementTree.parse(path).iter(f"{SVG}g")
    }  # fmt: skip


def inkscape(folder: Path, *arguments: str) -> str:
    """What Inkscape prints; its settings go into the folder."""
    homes = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(
        ["inkscape", *arguments], cwd=folder, env=os.environ | homes, capture_output=True, text=True, check=True
    )
    return done.stdout


@needs("inkscape", "rsvg-convert")
@pytest.mark.parametrize("name", DRAWINGS)
def test_inkscape_keeps_groups_names_and_document(name: str, tmp_path: Path) -> None:
    diagram = DRAWINGS[name]()
    ours = tmp_path / "figure.svg"
    td.export(diagram, ours)
    wanted = groups(ours)
    assert any(title for title, _ in wanted.values())
    found = {line.split(",")[0] for line in inkscape(tmp_path, "--query-all", ours.name).splitlines()}
    assert wanted.keys() <= found
    inkscape(tmp_path, "--export-plain-svg", "--export-filename=saved.svg", ours.name)
    assert groups(tmp_path / "saved.svg") == wanted
    inkscape(tmp_path, "--export-type=png", f"--export-dpi={DPI}", "--export-filename=saved.png", ours.name)
    assert difference(rendering.of_svg(ours), rendering.of_png(tmp_path / "saved.png")) < 0.02
    with pytest.warns(UserWarning, match="changed since"):
        opened = td.load(tmp_path / "saved.svg")
    assert opened.content == diagram.content
    assert opened.layout == diagram.layout


@TEX
@needs("pdftocairo", "pdffonts")
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_pdf_in_a_latex_document_looks_as_it_does_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / "figure.pdf").write_bytes(picture(DRAWINGS[name](), "figure.pdf", width="86mm"))
    paper = compiled(
        "\\documentclass{standalone}\n\\usepackage{graphicx}\n\\begin{document}\n"
        "\\includegraphics{figure.pdf}\n\\end{document}\n",
        tmp_path,
        "paper",
    )
    assert difference(rendering.of_pdf(tmp_path / "figure.pdf"), rendering.of_pdf(paper)) < 0.02
    fonts = rendering.run(["pdffonts", "paper.pdf"], tmp_path).stdout.splitlines()[2:]
    assert fonts
    assert all("Type 3" not in line and " yes yes " in line for line in fonts)  # embedded, and only what is used


@pytest.mark.slow
@pytest.mark.skipif(not JUPYTER, reason="nbconvert or ipykernel not installed")
def test_a_notebook_shows_a_diagram_by_itself(tmp_path: Path) -> None:
    source = 'import tensordraw as td\ntd.einsum("i j, j k -> i k", "A", "B", sizes={"i": 2, "j": 3, "k": 4})'
    cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "note.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    homes = {
        "HOME": str(tmp_path),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
    }
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook", "--output", "done.ipynb", "note.ipynb"],
        cwd=tmp_path, env=os.environ | homes, check=True, capture_output=True,
    )  # fmt: skip
    (shown,) = json.loads((tmp_path / "done.ipynb").read_text(encoding="utf-8"))["cells"][0]["outputs"]
    assert shown["output_type"] == "execute_result"
    text = "".join(shown["data"]["image/svg+xml"])
    assert text.startswith("<svg ")
    names = {group.findtext(f"{SVG}title") for group in ElementTree.fromstring(text).iter(f"{SVG}g")}
    assert {"A", "B"} <= names
