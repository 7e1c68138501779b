"""A document's picture as the bytes of a file, the same from the command line, from Python and from the window."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import fields, replace

from tensordraw.diagram.exports import Export
from tensordraw.diagram.fingerprints import charts, without_numbers
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import Diagram, Id
from tensordraw.diagram.sources import rehomed
from tensordraw.diagram.words import item_words
from tensordraw.errors import Error
from tensordraw.figure import source
from tensordraw.figure.build import build
from tensordraw.figure.cautions import Caution, cautions
from tensordraw.figure.crowding import crowding
from tensordraw.figure.describe import describe
from tensordraw.figure.display import Figure
from tensordraw.figure.eps import eps
from tensordraw.figure.fit import fitted
from tensordraw.figure.hatching import hatched
from tensordraw.figure.lengths import PRESETS, highest, points
from tensordraw.figure.panels import panel, panel_path, panels, widths
from tensordraw.figure.paths import union
from tensordraw.figure.pdf import pdf
from tensordraw.figure.png import png
from tensordraw.figure.svg import PREFIX, svg
from tensordraw.figure.themes import styled, theme
from tensordraw.figure.tikz import limits, tikz

SUFFIXES = (".svg", ".png", ".pdf", ".eps", ".tex")
LEFT_OUT = "The document in the figure has its charts without their numbers, which are array values: choose values to keep them."
_MAKER = "tensordraw"
_BLIND = "figure"
_UNTITLED = "Tensor network"
_OPTIONS = frozenset(field.name for field in fields(Export)) - {"path"}


class Drawn(NamedTuple):
    """A figure for a page: all its lengths are multiplied by `factor`, and `background` lies behind it."""

    figure: Figure
    factor: float
    background: str | None
    title: str
    description: str
    macros: str = ""
    names: Mapping[Id, str] = MappingProxyType({})  # what owners are called where objects are listed


def options(given: Export, preset: str = "", **chosen: object) -> Export:
    """Options of an export: those of the document, a preset's width, theme and scale over them, and over these what is
    chosen (None: not). Raises `Error` for an unknown option or preset, and for a value that is none."""
    if preset:
        found = PRESETS.get(preset)
        if found is None:
            raise Error(f"There is no preset {preset!r}: choose one of {', '.join(PRESETS)}.")
        given = replace(given, width=preset, theme=found.theme, scale=found.scale, dpi=found.dpi)
    wrong = chosen.keys() - _OPTIONS
    if wrong:
        raise Error(f"Exports have no option {min(wrong)}: choose one of {', '.join(sorted(_OPTIONS))}.")
    made = {name: value for name, value in chosen.items() if value is not None}
    if "frames" in made:  # said of the whole drawing: what was opened from a panel's file is no longer that panel only
        made.setdefault("frame", "")
    if isinstance(made.get("width"), int | float):
        made["width"] = f"{made['width']}pt"
    out = replace(given, **made)
    if out.width:
        points(out.width)
    theme(styled(out.theme, out.font))
    _colour(out.background)
    if out.scale not in ("absolute", "all"):
        raise Error(f"A figure's scale is absolute (lines and letters keep their size) or all, not {out.scale!r}.")
    if not 0 <= out.padding <= 1000:
        raise Error(f"A padding of {out.padding:g} points is not between 0 and 1000.")
    if out.label and not 1 <= out.label <= 100:
        raise Error(f"Labels of {out.label:g} points are not between 1 and 100.")
    return out


def remembered(diagram: Diagram) -> Export:
    """The options of the document, without a panel that is no longer there."""
    given = diagram.export
    gone = bool(given.frame) and all(given.frame != note.id for note in panels(diagram))
    return replace(given, frame="") if gone else given


def options_of(diagram: Diagram, **chosen: object) -> Export:
    """The options of the document with those that are chosen over them; raises as `options` does."""
    return options(remembered(diagram), **chosen)  # type: ignore[arg-type]


def scaled(diagram: Diagram, chosen: Export) -> tuple[Figure, float]:
    """The figure as these options want it laid out, and the factor of all its lengths on the page."""
    look = styled(chosen.theme, chosen.font, chosen.label)
    pad = chosen.padding
    wanted = points(chosen.width) if chosen.width else None
    if chosen.frame:
        return _panel(diagram, chosen, look, wanted)
    if wanted is None or chosen.scale == "all":
        figure = build(diagram, look)
    else:
        figure = fitted(diagram, look, wanted, pad)
    left, top, right, bottom = figure.box
    factor = 1.0 if wanted is None else wanted / (right - left + 2 * pad)
    most = highest(chosen.width)
    if math.isfinite(most):
        factor = min(factor, most / (bottom - top + 2 * pad))
    return figure, factor


def drawn(diagram: Diagram, chosen: Export) -> Drawn:
    """The figure as these options want it."""
    figure, factor = scaled(diagram, chosen)
    if chosen.hatch:
        figure = hatched(figure, theme(styled(chosen.theme, chosen.font, chosen.label)))
    title = "" if chosen.blind else diagram.title
    said = "" if chosen.blind else diagram.description
    return Drawn(
        figure,
        factor,
        _colour(chosen.background) or figure.background,
        title or _UNTITLED,
        said or describe(diagram if chosen.values else without_numbers(diagram)),
        "" if chosen.blind else diagram.custom.macros,
        _names(diagram, figure),
    )


def _names(diagram: Diagram, figure: Figure) -> dict[Id, str]:
    """What the owners of a figure's items are called: kind and name, of a note its first words."""
    out: dict[Id, str] = {}
    for item in figure.items:
        words = item_words(item.owner, diagram.content)
        if words == item.owner:
            words = readable(" ".join(item.text.split()))[:60] or "note"
        out[item.owner] = words
    return out


def _panel(diagram: Diagram, chosen: Export, look: str, wanted: float | None) -> tuple[Figure, float]:
    """A panel at the scale of all: the widest one is as wide as was asked for."""
    whole = build(diagram, look)
    widest = max(widths(whole, diagram).values())
    factor = 1.0 if wanted is None else wanted / (widest + 2 * chosen.padding)
    return panel(whole, diagram, chosen.frame), factor


def files(diagram: Diagram, path: str, **chosen: object) -> list[tuple[str, bytes, tuple[Caution, ...]]]:
    """The files of an export, each with its content and what it would suffer from: one, or one for each panel.

    Raises `Error` as `picture` does, and where panels are wanted of a document that has none.
    """
    given = options_of(diagram, **chosen)
    if not given.frames:
        return [_file(diagram, path, given)]
    found = panels(diagram)
    if not found:
        raise Error("The document has no panels: select a part of the drawing and frame it as one.")
    return [
        _file(diagram, panel_path(path, note, number), replace(given, frames=False, frame=note.id))
        for number, note in enumerate(found, 1)
    ]


def _file(diagram: Diagram, name: str, given: Export) -> tuple[str, bytes, tuple[Caution, ...]]:
    ending = _ending(name)
    page = drawn(diagram, given)
    return name, _written(page, given, ending, _carried(diagram, name, given)), cautions_of(diagram, page, given, name)


def text(diagram: Diagram, **chosen: object) -> str:
    """The picture as SVG text without the document, by the document's options and those that are chosen."""
    given = options_of(diagram, **chosen)
    return _svg(drawn(diagram, given), given)


def tikz_text(diagram: Diagram, **chosen: object) -> str:
    """The picture as TikZ without the document."""
    given = options_of(diagram, **chosen)
    return _tikz(drawn(diagram, given), given)


def picture(diagram: Diagram, name: str, *, carries: Diagram | None = None, **chosen: object) -> bytes:
    """The bytes of a file of this name (a path), which says the format, by the document's options and those chosen.

    The document travels in them with the options, and the paths of its arrays as they lead from the file's folder, unless
    that is switched off; the numbers of its charts only where they are asked for. Raises `Error` for another format, an
    unknown option, theme or typeface, a width that is no length. Where another document than the drawn one travels,
    `carries` says which.
    """
    given, ending = options_of(diagram, **chosen), _ending(name)
    page = drawn(diagram, given)
    return _written(page, given, ending, _carried(diagram if carries is None else carries, name, given))


def _ending(name: str) -> str:
    ending = Path(name).suffix.lower()
    if ending not in SUFFIXES:
        raise Error(f"A figure's name ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, and {name!r} does not.")
    return ending


def _carried(diagram: Diagram, name: str, given: Export) -> Diagram | None:
    """The document as it travels in a file of this name; None where none does."""
    if not given.source or given.blind:
        return None
    shared = diagram if given.values else without_numbers(diagram)
    return replace(rehomed(shared, str(Path(name).resolve().parent)), export=replace(given, path=""))


def _written(page: Drawn, wanted: Export, ending: str, carried: Diagram | None) -> bytes:
    maker = "" if wanted.blind else _MAKER
    sized = {"factor": page.factor, "padding": wanted.padding, "background": page.background}
    match ending:
        case ".svg":
            made = _svg(page, wanted)
            return (made if carried is None else source.into_svg(made, carried)).encode()
        case ".png":
            raster = png(
                page.figure, wanted.dpi, width=_width(page, wanted), background=page.background, padding=wanted.padding
            )
            return raster if carried is None else source.into_png(raster, carried)
        case ".pdf":
            document = b"" if carried is None else source.attachment(carried)
            return pdf(
                page.figure,
                title=page.title,
                description=page.description,
                producer=maker,
                source=document,
                **sized,  # type: ignore[arg-type]
            )
        case ".eps":
            script = eps(page.figure, title=page.title, creator=maker, prefix=_prefix(wanted), **sized)  # type: ignore[arg-type]
            return (script if carried is None else source.into_eps(script, carried)).encode()
        case _:
            made = _tikz(page, wanted)
            return (made if carried is None else source.into_tex(made, carried)).encode()


def warnings(diagram: Diagram, name: str = "", **chosen: object) -> tuple[Caution, ...]:
    """What the printed figure would suffer from, by the document's options and those that are chosen."""
    given = options_of(diagram, **chosen)
    return cautions_of(diagram, drawn(diagram, given), given, name)


def cautions_of(diagram: Diagram, page: Drawn, given: Export, name: str = "") -> tuple[Caution, ...]:
    """What a figure that is `drawn` by these options would suffer from, the worst first; for TikZ also what it cannot show,
    and what of the document is left out."""
    found = cautions(page.figure, page.factor, _words(given.width), _without_tables(diagram, given, page))
    found += crowding(diagram, page.figure)
    if Path(name).suffix.lower() == ".tex":
        found += tuple(Caution("note", sentence) for sentence in limits(page.figure))
    if charts(diagram) and given.source and not (given.blind or given.values):
        found += (Caution("note", LEFT_OUT),)
    return found + _unframed(diagram, given)


def _unframed(diagram: Diagram, given: Export) -> tuple[Caution, ...]:
    """The charts that stand in no panel, told of with the first panel: none of the files shows them."""
    found = panels(diagram)
    if not found or given.frame != found[0].id:
        return ()
    framed = {item for note in found for item in note.frame}
    return tuple(
        Caution("warning", f"The chart {note.text or note.id} stands in no panel: frame it, or no file shows it.")
        for note in diagram.layout.notes.values()
        if note.chart is not None and note.id not in framed
    )


def _words(width: str) -> str:
    """A width as people say it: with a space before its unit, a preset's or a share's in millimetres; empty for a page."""
    if not width or math.isfinite(highest(width)):
        return ""  # a slide: its height may be what limits
    with_unit = re.fullmatch(r"\s*([\d.]+)\s*(pt|mm|cm|in|px)\s*", width)
    return f"{with_unit[1]} {with_unit[2]}" if with_unit else f"{points(width) / 72 * 25.4:.1f} mm"


def _without_tables(diagram: Diagram, wanted: Export, page: Drawn) -> str:
    """A sentence on how much less is scaled without the tables of legs, after a space; empty where it is nearly the same."""
    tables = {note.id for note in diagram.layout.notes.values() if note.table}
    others = [item.box for item in page.figure.items if item.owner not in tables]
    if not tables or not others or not wanted.width or wanted.frame or page.factor >= 1 - 1e-3:
        return ""
    left, _, right, _ = union(others)
    factor = min(1.0, points(wanted.width) / (right - left + 2 * wanted.padding))
    return f" Without the table of legs it is {factor * 100:.0f} %." if factor > page.factor + 0.02 else ""


def _width(page: Drawn, wanted: Export) -> float:
    left, _, right, _ = page.figure.box
    return (right - left + 2 * wanted.padding) * page.factor


def _prefix(wanted: Export) -> str:
    """What begins the names that a file needs for itself; in blind review one that does not say whose they are."""
    return _BLIND if wanted.blind else PREFIX


def _svg(page: Drawn, wanted: Export) -> str:
    return svg(
        page.figure, title=page.title, description=page.description, width=_width(page, wanted),
        background=page.background, padding=wanted.padding, text=wanted.text,
        names=page.names, prefix=_prefix(wanted),
    )  # fmt: skip


def _tikz(page: Drawn, wanted: Export) -> str:
    look = theme(styled(wanted.theme))
    colours = {colour: name for name, colour in reversed(look.colours.items())}
    colours = {look.tints[name]: f"{name}tint" for name in reversed(look.tints)} | colours
    return tikz(
        page.figure, factor=page.factor, padding=wanted.padding, background=page.background, colours=colours,
        standalone=wanted.standalone, title=page.title, description=page.description, macros=page.macros,
        prefix=_prefix(wanted),
    )  # fmt: skip


def _colour(background: str) -> str | None:
    if not background or re.fullmatch("#[0-9a-fA-F]{6}", background):
        return background.lower() or None
    if background == "white":
        return "#ffffff"
    raise Error(f"The background is white or a colour like #f0e68c, not {background!r}.")
