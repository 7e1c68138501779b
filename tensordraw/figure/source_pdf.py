"""The document attached to a PDF, found without a PDF library: streams are looked at where they stand.

A program that wrote the file anew keeps an attachment a stream of its own, so it is found there too. Nothing is inflated
beyond the limit.
"""

from __future__ import annotations

import hashlib
import re
import zlib

from tensordraw.errors import Error

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_MARK = re.compile(rb"/TDDrawn\s*(?:\(([0-9a-f]{64})\)|<([0-9a-fA-F]{128})>)")
_ENTRIES = 4000  # bytes at most of what stands before a stream
_FORMAT = re.compile(rb'\s*\{\s*"format":\s*"tensordraw"')


def attached(data: bytes, limit: int) -> tuple[bytes, bool]:
    """The attached document's text, and whether the page is as it was exported. Raises `Error` where there is none."""
    document, drawn = b"", ""
    pages: set[str] = set()
    for found in _STREAM.finditer(data):
        entries = data[max(data.rfind(b" obj", 0, found.start()), found.start() - _ENTRIES, 0) : found.start()]
        end = data.find(b"endstream", found.end())
        body = data[found.end() : end if end >= 0 else len(data)]
        if b"/FlateDecode" in entries:
            inflater = zlib.decompressobj()
            try:
                body = inflater.decompress(body, limit)
            except zlib.error:
                continue
            if inflater.unconsumed_tail:
                raise Error("The document in this picture is cut off.")
        if b"/EmbeddedFile" in entries and _FORMAT.match(body):
            document = body
            mark = _MARK.search(entries)
            drawn = "" if mark is None else (mark[1] or bytes.fromhex(mark[2].decode())).decode()
        elif b"/Subtype" not in entries and b"/Length1" not in entries:
            pages.add(hashlib.sha256(body).hexdigest())
    if not document:
        raise Error("It carries no document: only figures that tensordraw exported with their source can be opened.")
    return document, drawn in pages
