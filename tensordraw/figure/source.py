"""Figures that carry their document, so that one in a paper's folder can be opened and changed without its `.tdraw`.

An SVG has it in an element of its own namespace (a `metadata` element would be stripped by optimisers), a PNG in a text
chunk, a PDF as an attachment, TikZ and EPS in comments at their end. With it goes the hash of what is drawn: where that has
changed since, the file opens with a caution. Documents in figures know arrays by the paths of their files only, and those
that would tell where somebody's home is are cut to the file's name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import struct
import textwrap
import zlib
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure import source_pdf

SUFFIXES = (".svg", ".png", ".pdf", ".tex", ".eps")
_SVG = re.compile(rb"<td:source\b([^>]*)>([A-Za-z0-9+/=\s]*)</td:source>\s*")
_SVG_NAMESPACE = "urn:tensordraw:source"
_ROOT = re.compile(r"<svg\b[^>]*>\s*(?:<title\b[^>]*>.*?</title>\s*)?(?:<desc\b[^>]*>.*?</desc>\s*)?", re.DOTALL)
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK = b"tensordraw\0\1\0\0"  # keyword, compressed, by deflate, no language; then the hash as translated keyword
_COMMENT = re.compile(r"^% ?tensordraw:1:([A-Za-z0-9+/=]+)(?: ([0-9a-f]{64}))?[ \t\r]*$", re.MULTILINE)
_EPS_LINE = "%tensordraw "
_AROUND = (
    "%", r"\providecommand", r"\documentclass[border=0pt]{standalone}", r"\usepackage{tikz}", r"\begin{document}",
    r"\end{document}",
)  # fmt: skip
_LIMIT = 1 << 28  # bytes of a document or a figure: a small picture must not be able to fill the memory
CHANGED = "the picture was changed since it was exported, and its document does not know of that"


class Opened(NamedTuple):
    """A figure's document, and what is to be said about it ("" where nothing is)."""

    diagram: Diagram
    caution: str


# ------------------------------------------------------------------------------------------------------------- writing


def into_svg(picture: str, diagram: Diagram) -> str:
    """The SVG with the document as a child of its root, after title and description."""
    found = _ROOT.search(picture)
    if found is None:
        raise ValueError("this is no SVG")
    lines = textwrap.fill(base64.b64encode(_packed(diagram)).decode(), 76)
    start = (
        f'<td:source xmlns:td="{_SVG_NAMESPACE}" version="1" encoding="deflate+base64" sha256="{_hash_text(picture)}">'
    )
    return f"{picture[: found.end()]}{start}\n{lines}\n</td:source>\n{picture[found.end() :]}"


def into_png(picture: bytes, diagram: Diagram) -> bytes:
    """The PNG with the document in a chunk before its last one (12 bytes, IEND)."""
    body = b"iTXt" + _PNG_CHUNK + _hash_png(picture).encode() + b"\0" + _packed(diagram)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:-12] + chunk + picture[-12:]


def into_tex(picture: str, diagram: Diagram) -> str:
    """The TikZ with the document in a comment, its last line."""
    return f"{picture}% tensordraw:1:{base64.b64encode(_packed(diagram)).decode()} {_hash_tikz(picture)}\n"


def into_eps(picture: str, diagram: Diagram) -> str:
    """The EPS with the document in comments, whose lines may not be long, before its last two lines."""
    packed = f"{base64.b64encode(_packed(diagram)).decode()} {_hash_text(picture)}"
    body, end = picture.removesuffix("showpage\n%%EOF\n"), "showpage\n%%EOF\n"
    return body + "".join(f"{_EPS_LINE}{line}\n" for line in textwrap.wrap(packed, 76)) + end


def attachment(diagram: Diagram) -> bytes:
    """The document as it is attached to a PDF."""
    return encode(private(diagram)).encode()


def private(diagram: Diagram) -> Diagram:
    """The diagram without paths that lead through somebody's home folder, and without the name of its last export."""
    home = os.path.abspath(diagram.home or ".")
    above = {os.path.dirname(os.path.expanduser("~")), os.path.abspath(os.sep)}
    sources = {}
    for name, one in diagram.content.sources.items():
        there = os.path.abspath(os.path.join(home, one.path))
        far = os.path.isabs(one.path) or (one.path.startswith("..") and os.path.commonpath([home, there]) in above)
        sources[name] = replace(one, path=os.path.basename(one.path)) if far else one
    if sources != diagram.content.sources:
        diagram = replace(diagram, content=replace(diagram.content, sources=sources))
    return replace(diagram, export=replace(diagram.export, path="")) if diagram.export.path else diagram


# ------------------------------------------------------------------------------------------------------------- reading


def load(path: str | os.PathLike[str]) -> Diagram:
    """The document in an exported figure. Raises `Error` where there is none."""
    return opened(path).diagram


def opened(path: str | os.PathLike[str]) -> Opened:
    """The document in an exported figure, with a caution where the picture was changed. Raises `Error` where there is none."""
    file = Path(path)
    try:
        if file.stat().st_size > _LIMIT:
            raise Error(f"{file} is too large to be a figure: {file.stat().st_size >> 20} MB.")
        data = file.read_bytes()
    except OSError as error:
        raise Error(f"{file} cannot be read: {error.strerror or error}.") from None
    try:
        text, unchanged = _found(data)
        diagram = decode(text)
    except Error as error:
        raise Error(f"{file}: {error}") from None
    caution = "" if unchanged else f"{file.name}: {CHANGED}."
    return Opened(replace(diagram, home=str(file.resolve().parent)), caution)


def carried(data: bytes) -> Diagram:
    """The document in the bytes of a figure. Raises `Error` where there is none."""
    return decode(_found(data)[0])


def is_figure_alone(path: str | os.PathLike[str]) -> bool:
    """Whether a file is the figure and nothing else, so that exporting again may write over it: TikZ can stand in a paper."""
    file = Path(path)
    if file.suffix.lower() != ".tex":
        return True
    before, _, rest = file.read_text(encoding="utf-8", errors="replace").partition(r"\begin{tikzpicture}")
    after = rest.rpartition(r"\end{tikzpicture}")[2]
    lines = [line.strip() for line in (*before.split("\n"), *after.split("\n"))]
    return all(not line or line.startswith(_AROUND) for line in lines) and before.count("documentclass") < 2


def pasted(text: str) -> Diagram | None:
    """The document in a block of TikZ that was copied from somewhere; None where there is none."""
    found = _COMMENT.search(text)
    return None if found is None else decode(_unpacked(_decoded(found[1])))


def _found(data: bytes) -> tuple[bytes, bool]:
    """The document's text, and whether the picture is as it was exported. Raises `Error` where there is none."""
    if data.startswith(_PNG_START):
        packed, drawn = _in_png(data)
        return _unpacked(packed), drawn in ("", _hash_png(data))
    if b"%PDF-" in data[:1024]:
        text, unchanged = source_pdf.attached(data, _LIMIT)
        return text, unchanged
    if data.startswith(b"%!PS"):
        return _in_eps(data.decode("latin-1"))
    if found := _SVG.search(data):
        mark = re.search(rb'sha256="([0-9a-f]*)"', found[1])
        rest = (data[: found.start()] + data[found.end() :]).decode("utf-8", "replace")
        return _unpacked(_decoded(found[2])), mark is None or mark[1].decode() == _hash_text(rest)
    return _in_tex(data.decode("utf-8", "replace"))


def _none() -> Error:
    return Error("It carries no document: only figures that tensordraw exported with their source can be opened.")


def _in_png(data: bytes) -> tuple[bytes, str]:
    at = len(_PNG_START)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(_PNG_CHUNK):
            drawn, _, packed = body[len(_PNG_CHUNK) :].partition(b"\0")
            return packed, drawn.decode("latin-1")
        at += 12 + length
    raise _none()


def _in_tex(text: str) -> tuple[bytes, bool]:
    found = list(_COMMENT.finditer(text))
    if not found:
        raise _none()
    if len(found) > 1:
        raise Error(f"It holds {len(found)} figures: copy one with its last line into a file of its own.")
    return _unpacked(_decoded(found[0][1])), found[0][2] in (None, _hash_tikz(text[: found[0].start()]))


def _in_eps(text: str) -> tuple[bytes, bool]:
    lines = [line.rstrip() for line in text.split("\n")]
    packed, _, drawn = " ".join(
        line.removeprefix(_EPS_LINE) for line in lines if line.startswith(_EPS_LINE)
    ).rpartition(" ")
    if not packed:
        raise _none()
    rest = "\n".join(line for line in lines if not line.startswith(_EPS_LINE))
    return _unpacked(_decoded(packed.replace(" ", ""))), drawn == _hash_text(rest)


def _packed(diagram: Diagram) -> bytes:
    return zlib.compress(encode(private(diagram)).encode(), 9)


def _decoded(text: str | bytes) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise Error("The document in this picture is damaged.") from None


def _unpacked(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(packed, _LIMIT)
    except zlib.error:
        raise Error("The document in this picture is damaged.") from None
    if not inflater.eof:
        raise Error("The document in this picture is cut off.")
    return text


# ------------------------------------------------------------------------------------------------- what is drawn


def _hash_text(text: str) -> str:
    """Of a picture that is text: ends of lines may differ."""
    return hashlib.sha256(text.replace("\r\n", "\n").rstrip().encode()).hexdigest()


def _hash_tikz(text: str) -> str:
    """Of the last picture in a text, wherever it was pasted: indents may differ, and what is around it."""
    start, end = text.rfind(r"\begin{tikzpicture}"), text.rfind(r"\end{tikzpicture}")
    lines = text[start if start >= 0 else 0 : end if end >= 0 else len(text)].split("\n")
    return hashlib.sha256("\n".join(line.strip() for line in lines).encode()).hexdigest()


def _hash_png(data: bytes) -> str:
    """Of the chunks that hold the picture."""
    made = hashlib.sha256()
    at = len(_PNG_START)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind in (b"IHDR", b"PLTE", b"IDAT"):
            made.update(data[at + 8 : at + 8 + length])
        at += 12 + length
    return made.hexdigest()
