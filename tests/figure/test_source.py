"""Documents inside pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure import source

SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>\n'
END = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 1) + b"abCd" + b"!" + struct.pack(">I", zlib.crc32(b"abCd!")) + END


@pytest.fixture
def diagram() -> Diagram:
    draft = Draft()
    draft.tensor("W_{<Q>} & ξ ]]>", [draft.leg("hidden", "a")], (1, 2))
    return draft.build()


def test_svg_gives_back_its_document_and_stays_xml(diagram: Diagram, tmp_path: Path) -> None:
    from xml.etree import ElementTree

    text = source.into_svg(SVG, diagram)
    root = ElementTree.fromstring(text)
    assert [child.tag for child in root] == ["{urn:tensordraw:source}source", "{http://www.w3.org/2000/svg}path"]
    (tmp_path / "x.svg").write_text(text)
    assert source.load(tmp_path / "x.svg") == replace(diagram, home=str(tmp_path))


def test_png_gives_back_its_document_and_stays_a_chain_of_chunks(diagram: Diagram, tmp_path: Path) -> None:
    data = source.into_png(PNG, diagram)
    at, kinds = 8, []
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        assert struct.pack(">I", zlib.crc32(data[at + 4 : at + 8 + length])) == data[at + 8 + length : at + 12 + length]
        kinds.append(kind)
        at += 12 + length
    assert kinds == [b"abCd", b"iTXt", b"IEND"]
    (tmp_path / "x.png").write_bytes(data)
    assert source.load(tmp_path / "x.png") == replace(diagram, home=str(tmp_path))


def test_pictures_without_a_document_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text(SVG)
    (tmp_path / "x.png").write_bytes(PNG)
    for name in ("x.svg", "x.png"):
        with pytest.raises(Error, match="carries no document"):
            source.load(tmp_path / name)


def test_damaged_and_cut_documents_are_refused(diagram: Diagram, tmp_path: Path) -> None:
    whole = source.into_svg(SVG, diagram)
    start = whole.index(">\n", whole.index("<td:source")) + 2
    (tmp_path / "damaged.svg").write_text(whole[:start] + "AAAA" + whole[start + 4 :])
    cut = whole[: start + 40] + "\n" + whole[whole.index("</td:source>") :]
    (tmp_path / "cut.svg").write_text(cut)
    for name, what in (("damaged.svg", "damaged"), ("cut.svg", "cut off")):
        with pytest.raises(Error, match=what):
            source.load(tmp_path / name)


def test_a_small_picture_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_LIMIT", 1 << 10)
    draft = Draft()
    draft.note("x" * 5000, 0, 0)
    (tmp_path / "x.svg").write_text(source.into_svg(SVG, draft.build()))
    with pytest.raises(Error, match="cut off"):
        source.load(tmp_path / "x.svg")
