"""The view transform of a canvas: zoom and offset, between layout units (points) and screen pixels.

The offset is kept in whole pixels, so that scrolling can move what is already painted. 100 % is natural size on a screen
of 96 dots an inch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tensordraw.figure.display import Box

NATURAL = 96 / 72  # px per layout unit at 100 %
LEAST, MOST = 0.10, 8.0
READABLE = 0.6  # labels are hard to read below it
START = 1.5  # zoom of an empty document
FIT_MOST = 2.0  # fitting enlarges small drawings no further
FIT_LEAST = 0.002  # and shrinks large ones to this, below what zooming by hand does
FAR = 2.0**28  # pixels; what lies farther out is told as lying there: the whole numbers of Qt's points end at 2**31


@dataclass(frozen=True, slots=True)
class View:
    """`zoom` 1.0 is 100 %; the layout's origin is at pixel (x, y)."""

    zoom: float = START
    x: int = 0
    y: int = 0

    @property
    def scale(self) -> float:
        """Pixels per layout unit."""
        return self.zoom * NATURAL

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        across, down = x * self.scale + self.x, y * self.scale + self.y
        return min(max(across, -FAR), FAR), min(max(down, -FAR), FAR)

    def to_layout(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.x) / self.scale, (y - self.y) / self.scale

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A rectangle of pixels in layout units."""
        return (*self.to_layout(left, top), *self.to_layout(right, bottom))

    def zoomed(self, zoom: float, at: tuple[float, float]) -> View:
        """At another zoom (kept within the limits, unless fitting went below them), with what is at pixel `at` staying there."""
        zoom = min(max(zoom, min(LEAST, self.zoom)), MOST)
        x, y = self.to_layout(*at)
        return View(zoom, round(at[0] - x * zoom * NATURAL), round(at[1] - y * zoom * NATURAL))

    def moved(self, dx: int, dy: int) -> View:
        return replace(self, x=self.x + dx, y=self.y + dy)

    def fitted(self, box: Box, width: int, height: int, margin: int = 16, most: float = FIT_MOST) -> View:
        """So that the box lies centred in a window of that size, enlarged to `most` at most."""
        wide, high = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
        zoom = min((width - 2 * margin) / wide, (height - 2 * margin) / high) / NATURAL
        zoom = min(max(zoom, FIT_LEAST), most)
        scale = zoom * NATURAL
        return View(
            zoom, round(width / 2 - scale * (box[0] + box[2]) / 2), round(height / 2 - scale * (box[1] + box[3]) / 2)
        )

    def reading(self, box: Box, width: int, height: int, margin: int = 40, above: int = 0) -> View:
        """Where the box is seen and can be read: as it is where that is so already; else with the box in the middle, enlarged
        to natural size where what is written could not be read. `above` are pixels at the top that something else covers."""
        if self.zoom < READABLE:
            return self.fitted(box, width, height, margin, 1.0)
        left, top = self.to_screen(box[0], box[1])
        right, bottom = self.to_screen(box[2], box[3])
        if left >= margin and right <= width - margin and top >= margin + above and bottom <= height - margin:
            return self
        if right - left > width - 2 * margin or bottom - top > height - 2 * margin - above:
            return self.fitted(box, width, height, margin)
        return self.moved(round((width - left - right) / 2), round((above + height - top - bottom) / 2))

    def sees(self, box: Box, width: int, height: int) -> bool:
        """Whether some of the box lies in a window of that size."""
        left, top, right, bottom = self.box(0, 0, width, height)
        return box[0] <= right and box[2] >= left and box[1] <= bottom and box[3] >= top

    def revealing(self, box: Box, width: int, height: int, margin: int = 40) -> View:
        """Scrolled as little as needed for the box to be seen, and zoomed out where it is too large for that."""
        left, top = self.to_screen(box[0], box[1])
        right, bottom = self.to_screen(box[2], box[3])
        if right - left > width - 2 * margin or bottom - top > height - 2 * margin:
            return self.fitted(box, width, height, margin)

        def shift(low: float, high: float, size: int) -> int:
            if low >= margin and high <= size - margin:
                return 0
            return round(margin - low) if low < margin else round(size - margin - high)

        return self.moved(shift(left, right, width), shift(top, bottom, height))
