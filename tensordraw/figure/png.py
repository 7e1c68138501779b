"""PNG of a figure, drawn by resvg from our own SVG, with its resolution written into the file."""

from __future__ import annotations

import struct
import zlib

from tensordraw.errors import Error
from tensordraw.figure.display import Figure
from tensordraw.figure.svg import PADDING, points, svg

_LIMIT = 200_000_000  # pixels
_SIDE = 65_535  # pixels; what opens pictures seldom takes a longer side


def png(
    figure: Figure, dpi: float = 200.0, *, width: str | float | None = None, background: str | None = None,
    padding: float = PADDING,
) -> bytes:  # fmt: skip
    """The figure as a PNG file at `dpi`; without a background, paper stays transparent. Error where it would be too large."""
    if not 1 <= dpi <= 10_000:
        raise Error(f"A resolution of {dpi} dpi is not between 1 and 10000.")
    import resvg_py

    text = svg(figure, width=width, background=background, padding=padding)
    left, top, right, bottom = figure.box
    wide, high = right - left + 2 * padding, bottom - top + 2 * padding
    scale = dpi / 72.0 * (1.0 if width is None else points(width) / wide)
    if wide * high * scale * scale > _LIMIT:
        raise Error(
            f"The picture would have more than {_LIMIT // 1_000_000} million pixels: choose fewer than {dpi:g} dpi, "
            "or a smaller width."
        )
    if max(wide, high) * scale > _SIDE:
        raise Error(
            f"The picture would be {max(wide, high) * scale:.0f} pixels long, and {_SIDE} is the most: choose fewer than "
            f"{dpi:g} dpi, or a smaller width."
        )
    data = bytes(resvg_py.svg_to_bytes(svg_string=text, dpi=dpi, skip_system_fonts=True))
    return _with_resolution(data, dpi)


def _with_resolution(data: bytes, dpi: float) -> bytes:
    """The file with a pHYs chunk (pixels a metre) after its header chunk."""
    per_metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    end = 8 + 8 + 13 + 4  # signature and IHDR
    return data[:end] + chunk + data[end:]
