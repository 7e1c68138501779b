"""Row F21 of the requirements of figures and its acceptance: exports open again, say when they were changed, and can be
anonymous."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.bundled import bundled
from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.exports import Export
from tensordraw.diagram.records import Diagram, Source
from tensordraw.editor import events
from tensordraw.editor.state import open_state
from tensordraw.editor.update import update
from tensordraw.errors import Error
from tensordraw.figure import source
from tensordraw.figure.export import SUFFIXES, picture, text
from tests.figure.rendering import compiled, has_tex, needs, run

GALLERY = sorted(bundled("gallery").glob("*.tdraw"))
SVGO = Path(__file__).with_name("data") / "03-scalar-product-svgo.svg"  # by svgo 4 with its default plugins
OPTIONS = {"width": "120mm", "font": "stix", "hatch": True, "padding": 3.0, "dpi": 150.0, "text": True, "label": 9.0}


@pytest.fixture(scope="module")
def attention() -> Diagram:
    return replace(td.template("attention"), title="Alice's attention", description="Drawn by Alice.")


@pytest.mark.parametrize("ending", SUFFIXES)
def test_f21_export_open_export_gives_the_same_bytes(attention: Diagram, tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    td.export(attention, first, **OPTIONS)
    opened = td.load(first)
    assert opened == replace(attention, export=replace(Export(), **OPTIONS))
    td.export(opened, second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("ending", SUFFIXES)
def test_f21_a_picture_that_was_changed_opens_with_a_caution(attention: Diagram, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    td.export(attention, path)
    original = path.read_bytes()
    path.write_bytes(changed(original, ending))
    assert path.read_bytes() != original
    with pytest.warns(UserWarning, match="changed since it was exported"):
        opened = td.load(path)
    td.export(opened, path)
    assert path.read_bytes() == original


def changed(data: bytes, ending: str) -> bytes:
    """The file with another picture."""
    if ending == ".png":  # one byte of its pixels
        at = data.index(b"IDAT")
        length = struct.unpack(">I", data[at - 4 : at])[0]
        raw = bytearray(zlib.decompress(data[at + 4 : at + 4 + length]))
        raw[-1] ^= 255
        body = b"IDAT" + zlib.compress(bytes(raw), 9)
        chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        return data[: at - 4] + chunk + data[at + 8 + length :]
    if ending == ".pdf":
        for found in re.finditer(rb"(?<!end)stream\n", data):
            end = data.index(b"\nendstream", found.end())
            inner = zlib.decompress(data[found.end() : end])
            if b" cm\n" in inner:
                return data[: found.end()] + zlib.compress(inner.replace(b"0.6 w", b"0.7 w")) + data[end:]
    old, new = {
        ".svg": (b'fill="#ffffff"', b'fill="#fffff0"'),
        ".tex": (b"0.6bp", b"0.7bp"),
        ".eps": (b"0.6 w", b"0.7 w"),
    }[ending]
    return data.replace(old, new, 1)


def test_f21_what_svgo_leaves_opens_with_a_caution_and_exports_the_original(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="changed since"):
        opened = td.load(SVGO)
    td.export(opened, tmp_path / "a.svg")
    td.export(td.load(SVGO.with_name("03-scalar-product.tdraw")), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@needs("svgo")
@pytest.mark.slow
def test_f21_svgo_on_all_the_gallery(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    for path in GALLERY:
        td.export(td.load(path), tmp_path / "ours" / f"{path.stem}.svg")
    run(["svgo", "-q", "-f", str(tmp_path / "ours"), "-o", str(tmp_path / "smaller")])
    for path in GALLERY:
        with pytest.warns(UserWarning, match="changed since"):
            opened = td.load(tmp_path / "smaller" / f"{path.stem}.svg")
        td.export(opened, tmp_path / "again.svg")
        assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "ours" / f"{path.stem}.svg").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("ending", SUFFIXES)
def test_f21_all_the_gallery_opens_exports_the_same_and_can_be_anonymous(tmp_path: Path, ending: str) -> None:
    for path in GALLERY:
        diagram, first, again, blind = td.load(path), *(tmp_path / f"{name}{ending}" for name in ("a", "b", "c"))
        td.export(diagram, first)
        td.export(td.load(first), again)
        assert first.read_bytes() == again.read_bytes(), path.stem
        td.export(replace(diagram, description="Drawn by Alice."), blind, blind=True)
        everything = blind.read_bytes() + b"".join(inflated(blind.read_bytes()))
        for word in (
            b"alice",
            b"tensordraw",
            td.__version__.encode(),
            str(tmp_path).encode(),
            b"source.tdraw",
            b"urn:",
        ):
            assert word not in everything.lower(), (path.stem, word)


def test_f21_ends_of_lines_are_no_change(attention: Diagram, tmp_path: Path) -> None:
    for ending in (".svg", ".tex", ".eps"):
        path = tmp_path / f"a{ending}"
        path.write_bytes(picture(attention, str(path)).replace(b"\n", b"\r\n"))
        assert source.opened(path).caution == "", ending


def test_f21_tikz_in_a_paper_is_found_and_pasted(attention: Diagram, tmp_path: Path) -> None:
    block = picture(attention, "a.tex").decode()
    paper = tmp_path / "paper.tex"
    indented = "".join(
        f"  {line}\n" if "tikzpicture" not in line and line[0] == "\\" else f"{line}\n" for line in block.splitlines()
    )
    paper.write_text("\\documentclass{article}\n\\begin{document}\n" + indented + "\\end{document}\n")
    assert source.opened(paper) == (replace(attention), "")
    state, _ = update(open_state(), events.Pasted(block, 0.0, 0.0))
    assert len(state.document.content.nodes) == len(attention.content.nodes)
    paper.write_text(block + block)
    with pytest.raises(Error, match="holds 2 figures"):
        td.load(paper)


@needs("pdfdetach")
def test_f21_a_pdf_carries_the_document_as_an_attachment(attention: Diagram, tmp_path: Path) -> None:
    td.export(attention, tmp_path / "a.pdf")
    assert "1: source.tdraw" in run(["pdfdetach", "-list", str(tmp_path / "a.pdf")]).stdout
    run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(tmp_path / "a.pdf")])
    assert td.load(tmp_path / "source.tdraw") == attention


@pytest.mark.parametrize("ending", SUFFIXES)
def test_f21_blind_review_leaves_nothing_that_says_whose_it_is(attention: Diagram, tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "alice" / "paper"
    folder.mkdir(parents=True)
    path = folder / f"a{ending}"
    custom = replace(attention.custom, macros=r"\newcommand{\alice}{x}")
    owned = replace(
        attention, title="Alice", description="By Alice.", custom=custom, export=Export(path="../home/alice/x.svg")
    )
    td.export(owned, path, blind=True)
    with pytest.raises(Error, match="no document"):
        td.load(path)
    everything = path.read_bytes() + b"".join(inflated(path.read_bytes()))
    for word in (b"alice", b"tensordraw", td.__version__.encode(), str(tmp_path).encode(), b"source.tdraw", b"urn:"):
        assert word not in everything.lower(), word
    if ending in (".svg", ".eps", ".tex"):
        assert re.search(rb"(?<![a-z])td(?![a-z])", everything) is None
        assert b"td label" not in everything
        td.export(owned, folder / f"b{ending}", blind=True)
        assert (folder / f"b{ending}").read_bytes() == path.read_bytes()


def test_f21_numbers_of_charts_are_told_in_words_only_where_values_are_wanted() -> None:
    chart = Chart("bars", (Side("j", 2),), (0.123, 4.567), name="S")
    diagram, _ = edits_layout.add_chart(replace(td.template("svd"), description=""), chart, "", 0.0, 90.0)
    for values in (False, True):
        assert ("4.567" in text(diagram, values=values)) == values


@pytest.mark.skipif(not has_tex("graphicx.sty"), reason="pdflatex not installed")
def test_f21_a_paper_that_includes_the_figure_does_not_carry_its_document(attention: Diagram, tmp_path: Path) -> None:
    td.export(attention, tmp_path / "figure.pdf")
    page = r"\documentclass{article}\usepackage{graphicx}\begin{document}\includegraphics{figure.pdf}\end{document}"
    paper = compiled(page, tmp_path, "paper").read_bytes()
    everything = paper + b"".join(inflated(paper))
    assert b" cm\n" in everything  # the drawing is there
    for word in (b"source.tdraw", b"Drawn by", b'"format": "tensordraw"', b"EmbeddedFile"):
        assert word not in everything  # the title is: pdfTeX keeps it beside the picture


def inflated(data: bytes) -> list[bytes]:
    """What is in the compressed streams of a PDF."""
    out = []
    for found in re.finditer(rb"(?<!end)stream\n", data):
        try:
            out.append(zlib.decompress(data[found.end() : data.index(b"\nendstream", found.end())]))
        except zlib.error:
            continue
    return out


@pytest.mark.parametrize("ending", SUFFIXES)
def test_f21_the_document_can_stay_out(attention: Diagram, tmp_path: Path, ending: str) -> None:
    td.export(attention, tmp_path / f"a{ending}", source=False)
    with pytest.raises(Error, match="no document"):
        td.load(tmp_path / f"a{ending}")


def test_f21_no_path_leads_through_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    draft = Draft()
    draft.tensor("A", [draft.leg("s", "i")], (0, 0))
    built = draft.build()
    sources = {"A": Source("/home/alice/models/a.npy"), "B": Source("arrays/b.npy"), "C": Source("../c.npy")}
    carried = source.private(replace(built, content=replace(built.content, sources=sources), home="/srv/papers/one"))
    assert {name: one.path for name, one in carried.content.sources.items()} == {
        "A": "a.npy", "B": "arrays/b.npy", "C": "../c.npy",
    }  # fmt: skip


def test_f21_a_small_file_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = replace(td.template("svd"), description="x" * 50_000)
    for ending in SUFFIXES:
        (tmp_path / f"a{ending}").write_bytes(picture(diagram, str(tmp_path / f"a{ending}")))
    monkeypatch.setattr(source, "_LIMIT", 20_000)
    monkeypatch.setattr(Path, "stat", lambda self, **_: type("S", (), {"st_size": 1})())
    for ending in SUFFIXES:
        with pytest.raises(Error, match="cut off"):
            source.load(tmp_path / f"a{ending}")


def test_f21_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.svg").write_text("<svg/>" * 10)
    monkeypatch.setattr(source, "_LIMIT", 20)
    with pytest.raises(Error, match="too large to be a figure"):
        source.load(tmp_path / "a.svg")
