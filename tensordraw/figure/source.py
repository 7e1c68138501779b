"""Pictures that carry their document: an SVG in its `metadata` element, a PNG in a compressed text chunk.

Other programs ignore both, so that a figure in a paper's folder can be opened and changed without its `.tdraw`.
"""

from __future__ import annotations

import html
import os
import re
import struct
import zlib
from pathlib import Path

from msgspec.structs import replace

from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error

SUFFIXES = (".svg", ".png")
_SVG = re.compile(r'<metadata id="tensordraw-document">(.*?)</metadata>', re.DOTALL)
_PNG_START = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"tensordraw"


def into_svg(picture: str, diagram: Diagram) -> str:
    """The SVG with the document in it."""
    start, end, rest = picture.rpartition("</svg>")
    text = html.escape(encode(diagram), quote=False)
    return f'{start}<metadata id="tensordraw-document">{text}</metadata>{end}{rest}'


def into_png(picture: bytes, diagram: Diagram) -> bytes:
    """The PNG with the document in it, before its last chunk (12 bytes, IEND)."""
    # An international text chunk: keyword, compressed, method 0, no language, no translated keyword.
    body = b"iTXt" + _KEYWORD + b"\0\1\0\0\0" + zlib.compress(encode(diagram).encode(), 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:-12] + chunk + picture[-12:]


def load(path: str | os.PathLike[str]) -> Diagram:
    """The document in an SVG or PNG file. Raises `Error` where there is none."""
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Error(f"{file} cannot be read: {error.strerror or error}.") from None
    text = _in_png(data) if data.startswith(_PNG_START) else _in_svg(data)
    if text is None:
        raise Error(f"{file} carries no document: only pictures that tensordraw exported can be opened.")
    try:
        diagram = decode(text)
    except Error as error:
        raise Error(f"{file}: {error}") from None
    return replace(diagram, home=str(file.resolve().parent))


def _in_svg(data: bytes) -> str | None:
    found = _SVG.search(data.decode("utf-8", errors="replace"))
    return None if found is None else html.unescape(found[1])


def _in_png(data: bytes) -> str | None:
    """The text of our chunk; None where it is missing or broken."""
    at = len(_PNG_START)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(_KEYWORD + b"\0\1\0\0\0"):
            try:
                return zlib.decompress(body[len(_KEYWORD) + 5 :]).decode()
            except (zlib.error, UnicodeDecodeError):
                return None
        at += 12 + length
    return None
