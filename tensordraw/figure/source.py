"""Pictures that carry their document: an SVG in an element of our own, a PNG in a compressed text chunk.

Other programs ignore both (a `metadata` element would be stripped by optimisers, one in a namespace of its own is not), so
that a figure in a paper's folder can be opened and changed without its `.tdraw`.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import struct
import textwrap
import zlib
from pathlib import Path

from msgspec.structs import replace

from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error

SUFFIXES = (".svg", ".png")
_SVG = re.compile(rb'<td:source [^>]*version="1"[^>]*>([A-Za-z0-9+/=\s]*)</td:source>')
_SVG_START = '<td:source xmlns:td="urn:tensordraw:source" version="1" encoding="deflate+base64">'
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK = b"tensordraw\0\1\0\0\0"  # keyword, compressed, by deflate, no language, no translated keyword
_LIMIT = 1 << 28  # bytes of a document: a small picture must not be able to fill the memory


def into_svg(picture: str, diagram: Diagram) -> str:
    """The SVG with the document as the last child of its root."""
    before, end, rest = picture.rpartition("</svg>")
    lines = textwrap.fill(base64.b64encode(_packed(diagram)).decode(), 76)
    return f"{before}{_SVG_START}\n{lines}\n</td:source>\n{end}{rest}"


def into_png(picture: bytes, diagram: Diagram) -> bytes:
    """The PNG with the document in a chunk before its last one (12 bytes, IEND)."""
    body = b"iTXt" + _PNG_CHUNK + _packed(diagram)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:-12] + chunk + picture[-12:]


def load(path: str | os.PathLike[str]) -> Diagram:
    """The document in an SVG or PNG file. Raises `Error` where there is none."""
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Error(f"{file} cannot be read: {error.strerror or error}.") from None
    packed = _in_png(data) if data.startswith(_PNG_START) else _in_svg(data)
    if packed is None:
        raise Error(f"{file} carries no document: only pictures that tensordraw exported can be opened.")
    try:
        diagram = decode(_unpacked(packed))
    except Error as error:
        raise Error(f"{file}: {error}") from None
    return replace(diagram, home=str(file.resolve().parent))


def _packed(diagram: Diagram) -> bytes:
    return zlib.compress(encode(diagram).encode(), 9)


def _unpacked(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(packed, _LIMIT)
    except zlib.error:
        raise Error("The document in this picture is damaged.") from None
    if not inflater.eof:
        raise Error("The document in this picture is cut off.")
    return text


def _in_svg(data: bytes) -> bytes | None:
    found = _SVG.search(data)
    try:
        return None if found is None else base64.b64decode(found[1])
    except binascii.Error:
        return None


def _in_png(data: bytes) -> bytes | None:
    at = len(_PNG_START)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(_PNG_CHUNK):
            return body[len(_PNG_CHUNK) :]
        at += 12 + length
    return None
