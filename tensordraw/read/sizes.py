"""Sizes of indices and shapes of arrays as they are typed: `i=3, x=(3, 4)`."""

from __future__ import annotations

import re

from tensordraw.errors import Error

_SIZE = re.compile(r"([^\s=,]+)\s*=\s*(\d+)")
_SHAPE = re.compile(r"([^\s=,]+)\s*=\s*[(\[]([\d\s,]*)[)\]]")


def sizes_of(text: str) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Sizes and shapes that were typed as `i=3, x=(3, 4)`; Error where that is not what they are."""
    shapes = {name: tuple(int(size) for size in re.findall(r"\d+", sizes)) for name, sizes in _SHAPE.findall(text)}
    rest = _SHAPE.sub("", text)
    sizes = {name: int(size) for name, size in _SIZE.findall(rest)}
    if _SIZE.sub("", rest).strip(" ,;\t"):
        raise Error("Write sizes as i=3, j=4, and shapes of arrays as x=(3, 4).")
    if any(size < 1 for size in (*sizes.values(), *(size for shape in shapes.values() for size in shape))):
        raise Error("A size is a whole number of at least 1.")
    return sizes, shapes
