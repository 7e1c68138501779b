"""How a tile that is dragged from the palette names its kind to the canvas."""

from __future__ import annotations

MIME = "application/x-tensordraw-kind"
