"""Colours as they are printed in grey, or seen by people who tell some of them apart badly.

The matrices are those of Machado, Oliveira and Fernandes (2009) for full severity, on linear RGB.
"""

from __future__ import annotations

from collections.abc import Mapping

from tensordraw.errors import Error
from tensordraw.figure.display import Figure

_Row = tuple[float, float, float]
_MATRICES: Mapping[str, tuple[_Row, _Row, _Row]] = {
    "greyscale": ((0.2126, 0.7152, 0.0722),) * 3,
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
KINDS = tuple(_MATRICES)


def seen(colour: str, kind: str) -> str:
    """`#rrggbb` as it is seen; Error for a kind of seeing that there is none of."""
    if kind not in _MATRICES:
        raise Error(f"There is no simulation {kind!r}: choose one of {', '.join(KINDS)}.")
    given = [_linear(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5)]
    mixed = (sum(share * value for share, value in zip(row, given, strict=True)) for row in _MATRICES[kind])
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, value)))):02x}" for value in mixed)


def recolouring(figure: Figure, kind: str) -> dict[str, str]:
    """From each colour of the figure to how it is seen."""
    shapes = [shape for item in figure.items for shape in item.shapes]
    used = {shape.fill for shape in shapes if shape.fill} | {shape.stroke.colour for shape in shapes if shape.stroke}
    return {colour: seen(colour, kind) for colour in sorted(used)}


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
