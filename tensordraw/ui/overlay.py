"""What the canvas draws over the figure: selection, hover, guides, rubber band, live wire, problem markers, the hint line.

`paint_marks` works in layout units (widths are divided by the scale, so they are the same on the screen at any zoom),
`paint_words` in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen

from tensordraw.diagram.records import ROOT, Content, Id
from tensordraw.diagram.signs import signed
from tensordraw.editor.moving import region_name
from tensordraw.editor.resizing import offered
from tensordraw.editor.state import (
    Banding,
    Cutting,
    Idle,
    Labelling,
    Moving,
    Placing,
    Resizing,
    State,
    Turning,
    Wiring,
)
from tensordraw.figure.display import Anchor, Figure
from tensordraw.ui.bindings import short
from tensordraw.ui.chart_handles import paint_handles
from tensordraw.ui.compiled import Compiled
from tensordraw.ui.fold_button import paint_fold_button
from tensordraw.ui.halos import MANY
from tensordraw.ui.look import Colours
from tensordraw.ui.markers import paint_markers
from tensordraw.ui.paint import Sheet
from tensordraw.ui.presses import Presses
from tensordraw.ui.view import View

CHIP = 8.0  # pixels around the words of a chip
SIGNS = ("relate_add", "relate_subtract", "set_equal", "relate_approximate", "relate_define", "relate_comma")


class Scene(Protocol):
    """What is drawn over: a canvas."""

    state: State | None
    sheet: Sheet
    view: View
    colours: Colours
    marks: dict[Id, str]
    beside: frozenset[Id]
    glow: frozenset[Id]
    presses: Presses
    corner: int

    def width(self) -> int: ...
    def height(self) -> int: ...


def tint(colour: str, alpha: float) -> QColor:
    """A colour with an opacity from 0 to 1."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


def paint_marks(painter: QPainter, canvas: Scene) -> None:
    """Everything of the overlay that lies on the drawing."""
    state, figure, px = canvas.state, canvas.sheet.figure, 1.0 / canvas.view.scale
    assert state is not None
    assert figure is not None
    c = canvas.colours
    many = len(state.selection) > MANY  # these have a layer of their own
    chosen = frozenset() if many else state.selection
    wanted = chosen | canvas.glow | ({state.hover} if state.hover else set())
    owned = {item: canvas.sheet.owned(item) for item in wanted}
    for item in canvas.glow - state.selection:
        _halo(painter, figure, owned, item, tint(c.warning, 0.30), 7 * px, px)
    for item in _members(state):
        _halo(painter, figure, {item: canvas.sheet.owned(item)}, item, tint(c.accent, 0.14), 4 * px, px)
    if state.hover and state.hover not in state.selection:
        _halo(painter, figure, owned, state.hover, tint(c.accent, 0.22), 5 * px, px)
    for item in chosen:
        _halo(painter, figure, owned, item, tint(c.accent, 0.45), 5 * px, px)
    paint_markers(painter, canvas, px)
    paint_fold_button(painter, state, figure, c, px)
    paint_handles(painter, state, c, px)
    _gesture(painter, canvas, state, figure, px)


def _members(state: State) -> list[Id]:
    """The nodes of the region under the pointer, inner regions included."""
    content = state.shown.content
    if state.hover not in content.regions or not isinstance(state.tool, Idle):
        return []
    found = [node.id for node in content.nodes.values() if state.hover in _around(content, node.inside)]
    return found if len(found) <= MANY else []


def _around(content: Content, region: Id) -> set[Id]:
    found = set()
    while region != ROOT:
        found.add(region)
        region = content.regions[region].inside
    return found


def _halo(
    painter: QPainter,
    figure: Figure,
    owned: dict[Id, list[Compiled]],
    item: Id,
    colour: QColor,
    width: float,
    px: float,
) -> None:
    """A soft band along the outlines of an item, or around the tip of a leg."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for sign, (left, top, right, bottom) in figure.signs.items():
        if sign == item or sign.startswith(f"{item}."):
            painter.setPen(QPen(colour, width))
            box = QRectF(left, top, right - left, bottom - top)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 3, 3)
    anchor = figure.anchors.get(item)
    if anchor is not None:
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        line = QPainterPath(QPointF(*anchor.root))
        line.lineTo(*anchor.tip)
        for made in owned.get(item, ()):  # an open leg, which may be bent
            line = next(
                (path for s, (path, *_) in zip(made.item.shapes, made.detailed(), strict=True) if s.role == "leg"), line
            )
        painter.drawPath(line)
        painter.setPen(QPen(colour, 2 * px))
        painter.drawEllipse(QPointF(*anchor.tip), 6 * px, 6 * px)
        return
    bare = all(shape.role in ("label", "mark") for made in owned.get(item, ()) for shape in made.item.shapes)
    for made in owned.get(item, ()):
        if bare:  # a constant is nothing but its number
            left, top, right, bottom = made.item.box
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top).adjusted(-3, -3, 3, 3), 3, 3)
            continue
        for shape, (path, pen, _, _) in zip(made.item.shapes, made.detailed(), strict=True):
            if shape.role in ("label", "mark", "sign"):
                continue
            if shape.role == "note":
                left, top, right, bottom = made.item.box
                path = QPainterPath()
                path.addRoundedRect(QRectF(left, top, right - left, bottom - top).adjusted(-3, -2, 3, 2), 3, 3)
            halo = QPen(colour, (pen.widthF() if shape.stroke else 0) + width)
            halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            halo.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(halo)
            painter.drawPath(path)


def _gesture(painter: QPainter, canvas: Scene, state: State, figure: Figure, px: float) -> None:
    c = canvas.colours
    match state.tool:
        case Wiring() as wiring:
            _wire(painter, figure, wiring, c.accent, c.drop, c.error, c.canvas, px)
            if wiring.onto is not None and wiring.onto not in figure.anchors:
                _halo_of(painter, canvas, wiring.onto, tint(c.drop, 0.5), 7 * px, px)
        case Moving() as moving:
            painter.setPen(QPen(QColor(c.guide), px))
            for x1, y1, x2, y2 in moving.guides:
                painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
            for target in (moving.region, moving.splice):
                if target is not None:
                    _halo_of(painter, canvas, target, tint(c.drop, 0.5), 6 * px, px)
        case Cutting(points=points, wires=wires):
            for wire in wires:
                _halo_of(painter, canvas, wire, tint(c.error, 0.5), 6 * px, px)
            painter.setPen(QPen(QColor(c.error), 1.5 * px, Qt.PenStyle.DashLine))
            painter.drawPolyline([QPointF(*point) for point in points])
        case Placing(splice=splice) if splice is not None:
            _halo_of(painter, canvas, splice, tint(c.drop, 0.5), 6 * px, px)
        case Banding(origin=(x1, y1), at=(x2, y2)):
            painter.setPen(QPen(QColor(c.accent), px))
            painter.setBrush(tint(c.accent, 0.10))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # several times faster over a large area
            painter.drawRect(QRectF(QPointF(x1, y1), QPointF(x2, y2)).normalized())
        case _:
            _tips(painter, figure, state, c.accent, c.canvas, px)


def _halo_of(painter: QPainter, canvas: Scene, item: Id, colour: QColor, width: float, px: float) -> None:
    figure = canvas.sheet.figure
    assert figure is not None
    owned = {item: canvas.sheet.owned(item)}
    _halo(painter, figure, owned, item, colour, width, px)


def _wire(
    painter: QPainter, figure: Figure, wiring: Wiring, line: str, drop: str, bad: str, ground: str, px: float
) -> None:
    """The wire under the hand, the leg that it would join, and legs that it cannot."""
    start = figure.anchors.get(wiring.leg)
    end = figure.anchors.get(wiring.onto) if wiring.onto else None
    for leg in wiring.reasons:
        anchor = figure.anchors.get(leg)
        if anchor is not None:
            painter.setPen(QPen(tint(ground, 0.72), 5 * px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(*anchor.root), QPointF(*anchor.tip))
    if start is not None:
        to = QPointF(*(end.tip if end else wiring.tip))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(QColor(drop if wiring.onto else line), 2.2 * px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.drawPath(joining_curve(start, to, end))
        for leg in wiring.others:
            other = figure.anchors.get(leg)
            if other is not None:
                painter.drawPath(joining_curve(other, to, end))
        painter.setBrush(QColor(drop if wiring.onto else line))
        painter.drawEllipse(to, 3 * px, 3 * px)
    if end is not None:
        painter.setBrush(tint(drop, 0.25))
        painter.setPen(QPen(QColor(drop), 2 * px))
        painter.drawEllipse(QPointF(*end.tip), 9 * px, 9 * px)
    refused = figure.anchors.get(wiring.refused) if wiring.refused else None
    if refused is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(bad), 2 * px))
        painter.drawEllipse(QPointF(*refused.tip), 8 * px, 8 * px)
        painter.drawLine(
            QPointF(*refused.tip) + QPointF(-5.6 * px, 5.6 * px), QPointF(*refused.tip) + QPointF(5.6 * px, -5.6 * px)
        )


def joining_curve(start: Anchor, to: QPointF, end: Anchor | None) -> QPainterPath:
    """A cubic that leaves along the leg's direction."""
    path = QPainterPath(QPointF(*start.tip))
    reach = 0.45 * math.hypot(to.x() - start.tip[0], to.y() - start.tip[1])
    turn = math.radians(start.angle)
    first = QPointF(start.tip[0] + reach * math.cos(turn), start.tip[1] - reach * math.sin(turn))
    second = to
    if end is not None:
        turn = math.radians(end.angle)
        second = QPointF(to.x() + reach * math.cos(turn), to.y() - reach * math.sin(turn))
    path.cubicTo(first, second, to)
    return path


def _tips(painter: QPainter, figure: Figure, state: State, colour: str, ground: str, px: float) -> None:
    """Small rings at the free leg tips of what is hovered or selected: here a wire can be started."""
    if state.hover is None and not state.selection:
        return
    if len(state.selection) > 40:
        return
    near = _legs_of(state, {state.hover, *state.selection})
    painter.setBrush(QColor(ground))
    painter.setPen(QPen(QColor(colour), 1.5 * px))
    for leg in near:
        anchor = figure.anchors.get(leg)
        if anchor is not None:
            painter.drawEllipse(QPointF(*anchor.tip), 3.2 * px, 3.2 * px)


def _legs_of(state: State, items: Iterable[Id | None]) -> set[Id]:
    from tensordraw.diagram.records import node_legs

    nodes = state.shown.content.nodes
    wired = {end for wire in state.shown.content.wires.values() for end in wire.ends}
    return {leg.id for item in items if item in nodes for leg in node_legs(nodes[item])} - wired


def paint_words(painter: QPainter, canvas: Scene) -> None:
    """The hint line at the lower left, the reason of a refused connection at the pointer."""
    c, state = canvas.colours, canvas.state
    assert state is not None
    height, metrics = canvas.height(), painter.fontMetrics()
    words = shown_hint(canvas, metrics)
    if words:
        _chip(painter, 12, height - 12, words, c.faint, c.canvas)
    if isinstance(state.tool, Moving) and state.tool.region is not None:
        x, y = canvas.view.to_screen(*state.pointer)
        words = goes_where(state, state.tool.region)
        left = chip_left(x + 16, metrics.horizontalAdvance(words) + 2 * CHIP, canvas.width())
        _chip(painter, left, y + metrics.height() + 24, words, c.on_accent, c.drop)
    if isinstance(state.tool, Wiring) and state.tool.refused is not None:
        reason = state.tool.reasons.get(state.tool.refused, "")
        x, y = canvas.view.to_screen(*state.tool.tip)
        if reason:
            left = chip_left(x + 16, metrics.horizontalAdvance(reason) + 2 * CHIP, canvas.width())
            _chip(painter, left, y + metrics.height() + 14, reason, c.on_accent, c.error)


def goes_where(state: State, region: Id) -> str:
    """What a release does to the region of what is dragged: "enters the relu bubble"."""
    return "leaves the region" if region == ROOT else f"enters {region_name(state.document, region)}"


def chip_left(x: float, wide: float, room: float) -> float:
    """Where a chip that should begin at x begins, so that it is read whole at the right edge of the canvas too (pixels)."""
    return max(CHIP, min(x, room - CHIP - wide))


def shown_hint(canvas: Scene, metrics: QFontMetrics) -> str:
    """The hint line, less those of its parts at the end that would run into the corner at the lower right."""
    parts = "" if canvas.state is None else canvas.presses.hint() or hint(canvas.state)
    room = canvas.width() - canvas.corner - 12 - 2 * CHIP
    while " · " in parts and metrics.horizontalAdvance(parts) > room:
        parts = parts.rpartition(" · ")[0]
    return parts


def _chip(painter: QPainter, x: float, y: float, words: str, ink: str, ground: str) -> None:
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(words) + 2 * CHIP, metrics.height() + 8
    box = QRectF(x, y - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint(ground, 0.9))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(QColor(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def hint(state: State) -> str:
    """What the hand can do now, in words."""
    match state.tool:
        case Wiring(others=others) if others:
            return f"Release on a leg, wire or dot to connect all {len(others) + 1} · Esc cancels"
        case Wiring(clicked=clicked):
            do = "Click" if clicked else "Release on"
            return f"{do} a leg or wire to connect, empty canvas to insert · Esc cancels"
        case Moving(region=region, splice=splice):
            if splice:
                return "Release to put it into the wire · hold Ctrl to move without"
            return (
                f"Release: {goes_where(state, region)} · hold Ctrl to stay where it is"
                if region
                else "Hold Ctrl to move without snapping · Esc cancels"
            )
        case Labelling():
            return "Release to leave the label here, near its usual place it goes back there · Esc cancels"
        case Resizing(note=note):
            return hint_of_chart(state, note)
        case Turning():
            return "Release to set the direction of the leg · Esc cancels"
        case Placing():
            return "Release to place it"
        case Cutting(wires=wires):
            return f"Release to cut {len(wires)} wires · Esc cancels" if wires else "Draw across wires to cut them"
        case Banding():
            return "Release to select · Shift adds"
    if state.selection:
        return _of_selection(state)
    if not state.shown.content.nodes:
        inserts = short("quick_insert")
        return f"Double-click{f' or press {inserts}' if inserts else ''} to insert · drag kinds in from the palette"
    return _line("Drag from a leg to connect · drag on empty canvas to select", ("quick_insert", "inserts"))


def _line(first: str, *actions: tuple[str, str]) -> str:
    """What can be done, with the keys of commands as they are now; those that have none are left out."""
    return " · ".join(filter(None, (first, *(f"{short(name)} {does}" for name, does in actions if short(name)))))


def hint_of_chart(state: State, note: Id) -> str:
    """What the keys do while a corner of a chart is dragged."""
    chart = state.document.layout.notes[note].chart
    if chart is None or chart.kind == "top":
        return "Release to set the width · hold Ctrl to size without snapping · Esc cancels"
    does = "change width and height apart" if chart.kind == "heatmap" else "keep the proportions"
    return f"Hold Shift to {does}, Ctrl to size without snapping · Esc cancels"


def _of_selection(state: State) -> str:
    """What can be done with what is selected."""
    content, chosen = state.document.content, state.selection
    ends = (("edit_label", "edits the label"), ("delete", "deletes"))
    if chosen & (content.nodes.keys() | content.regions.keys()):
        return _line("Drag to move", ("wrap_bubble", "draws a bubble"), *ends)
    if offered(state) is not None:
        return _line("Drag to move, a corner to resize", ("edit_label", "edits the title"), ("delete", "deletes"))
    if chosen & state.document.layout.notes.keys():
        return _line("Drag to move", ("edit_label", "edits the text"), ("delete", "deletes"))
    if chosen & content.wires.keys():
        return _line("Drag to bend", ("wire_style", "changes the style"), *ends)
    if any(signed(content, item) is not None for item in chosen):
        signs = " ".join(filter(None, map(short, SIGNS)))
        change = f"{signs} change the sign" if signs else ""
        return _line(change, ("edit_label", "edits it"), ("delete", "takes its term out of the equation"))
    if chosen & content.equations.keys():
        return _line("", ("delete", "takes the equation apart"))
    return _line("Drag to connect · Alt+drag turns it", *ends)
