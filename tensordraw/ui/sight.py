"""Where the view of a canvas goes after an undo: what changed shall be seen, without moving what is seen already."""

from __future__ import annotations

from tensordraw.figure.near import near
from tensordraw.ui.canvas import FOOT, Canvas
from tensordraw.ui.paint import union

HEAD = 70  # pixels at the top where the find field lies, and the bar of what was found below it
REFITS = 1.5  # a view of all is fitted anew where that changes its zoom by this factor


def bring_into_sight(canvas: Canvas) -> None:
    """Go to what the last change changed where nothing of it is seen, and to the whole where nothing at all is."""
    figure, view, width, height = canvas.sheet.figure, canvas.view, canvas.width(), canvas.height()
    if figure is None or not figure.items:
        return
    anew = view.fitted(figure.box, width, height - FOOT).zoom / view.zoom
    grown = canvas.is_fitted and not 1 / REFITS < anew < REFITS
    if grown or not near(figure).touching(view.box(0, 0, width, height)):
        canvas.fit()
        return
    boxes = [made.item.box for made in canvas.sheet.owned(*canvas.changed)]
    box = union(boxes)
    if box is not None and not any(view.sees(one, width, height) for one in boxes):
        canvas.set_view(view.revealing(box, width, height))
