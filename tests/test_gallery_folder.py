"""The folder of the gallery: every figure as SVG and PNG, and a page that shows all of them and needs nothing else."""

from __future__ import annotations

import base64
import html
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

import tensordraw as td
from tensordraw import gallery


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("gallery") / "figures"
    assert gallery.write(made) == len(gallery.figures())
    return made


class Page(HTMLParser):
    """The tags of a page, each closed; what it takes from elsewhere; its text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in ("meta", "img", "source"):
            self.open.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.pictures += [values[name] for name in ("src", "srcset") if name in values]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(folder: Path) -> Page:
    found = Page()
    found.feed((folder / "index.html").read_text(encoding="utf-8"))
    return found


def test_every_figure_is_there_and_opens_as_its_document(folder: Path) -> None:
    stems = {path.stem for path in gallery.figures()}
    assert {path.stem for path in folder.glob("*.svg")} == {path.stem for path in folder.glob("*.png")} == stems
    for stem in ("05-dot-product", "38-gpt2"):
        diagram = next(td.load(path) for path in gallery.figures() if path.stem == stem)
        for ending in (".svg", ".png"):
            assert td.load(folder / (stem + ending)).content == diagram.content
    for path in folder.glob("*.png"):
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
        assert max(width, height) <= gallery.THUMB + 8


def test_the_page_is_whole_and_stands_alone(folder: Path) -> None:
    found = page(folder)
    paths = gallery.figures()
    assert found.open == []
    assert set(found.ids) == {path.stem for path in paths}
    assert {link.removeprefix("#") for link in found.links if link.startswith("#")} == set(found.ids)
    assert all((folder / link).exists() for link in found.links if not link.startswith("#"))
    kinds = Counter(picture.partition(",")[0] for picture in found.pictures)
    assert kinds == {f"data:image/{kind};base64": 2 * len(paths) for kind in ("svg+xml", "png")}  # light and dark
    for picture in found.pictures:
        head, _, data = picture.partition(",")
        made = base64.b64decode(data)
        if "svg" in head:
            ET.fromstring(made)
        else:
            assert made.startswith(b"\x89PNG")
            assert b"tensordraw" not in made  # no document in what is only looked at
    for path in paths:
        diagram = td.load(path)
        sentence, source = gallery.said_and_source(diagram.description)
        assert source
        assert all(part in found.text for part in (diagram.title, sentence, source))
        assert td.code(diagram, "torch").strip() in found.text
        assert str(td.cost(diagram)).splitlines()[0] in found.text


def test_what_is_one_einsum_is_shown_as_one(folder: Path) -> None:
    text = html.unescape((folder / "index.html").read_text(encoding="utf-8"))
    articles = dict(re.findall(r'<article id="([^"]+)">(.*?)</article>', text, re.DOTALL))
    assert "<pre>torch.einsum('ij,j->i', M, v)</pre>" in articles["06-matrix-vector"].replace('"', "'")
    assert "torch.einsum" not in articles["45-attention-pattern"].partition("<details>")[0]
    assert "U of the singular value decomposition of M" in articles["22-svd"]
    assert articles["13-ladder-good-order"].count(" = ") == 9  # the contractions in order


def test_the_page_takes_nothing_from_elsewhere_and_what_is_code_can_be_copied(folder: Path) -> None:
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert "http" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    assert text.count('<div class="code"><pre>') == text.count("<pre>")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert "clipboard.writeText" in script
    wide = [int(found) for found in re.findall(r'width="(\d+)" src', text)]
    assert len(wide) == len(gallery.figures())
    assert max(wide) < 800


def test_every_section_has_figures_and_every_figure_a_section() -> None:
    sections = [gallery.section_of(path) for path in gallery.figures()]
    assert list(dict.fromkeys(sections)) == [title for _, title in gallery.SECTIONS]
    assert gallery.section_of(Path("notes.tdraw")) == "More"


def test_said_and_source() -> None:
    assert gallery.said_and_source("A line is f(x) (Taylor, arXiv 1).") == ("A line is f(x).", "Taylor, arXiv 1")
    assert gallery.said_and_source("A line.") == ("A line.", "")


def test_the_command_writes_the_same_bytes_in_another_process(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again" / "deep"
    command = [sys.executable, "-m", "tensordraw", "gallery", "-o", str(again)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    )
    assert done.stdout == f"{len(gallery.figures())} figures: {again / 'index.html'}\n"
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(td.Error, match="taken cannot be made"):
        gallery.write(tmp_path / "taken")
