"""The verbs `view` and `charts`: a slice of a value of the drawing as a figure, or put into the drawing. Nothing but click is
imported before they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import tensordraw as td
from tensordraw.cli_reading import sound, start

if TYPE_CHECKING:
    from tensordraw.figure.charts import Chart
    from tensordraw.program.viewing import View

KINDS = click.Choice(["attention", "heatmap", "line", "top"])
TOP = 10  # bars of the largest entries


class _Looked(NamedTuple):
    """A value that was evaluated: its name, the array, its axes, the texts of the tokens along the sequence, and what looks
    up the texts of token ids."""

    name: str
    array: Any
    axes: tuple[str, ...]
    tokens: tuple[str, ...]
    texts_of: Callable[[list[int]], Sequence[str]]


@click.command("view")
@click.argument("path", metavar="FILE")
@click.option("--value", metavar="NAME", help="A value of the drawing: its name, or an item's id; else the result.")
@click.option("--at", multiple=True, metavar="AXIS=N", help="Where other axes are fixed, such as 'layer=1,head=3'.")
@click.option("--kind", type=KINDS, help="What picture; else what suits the value best.")
@click.option("--arrays", "given", metavar="FILE", help="Arrays by name, in a .npz or .safetensors file.")
@click.option("--text", metavar="TEXT", help="What a language model reads; needs a tokenizer beside its weights.")
@click.option("--ids", metavar="IDS", help="The same as token ids, such as '464 3139'.")
@click.option("--seed", default=0, show_default=True, help="Where the random numbers of missing arrays start.")
@click.option("--backend", default="numpy", show_default=True, help="numpy, torch or jax.")
@click.option("--width", default="86mm", show_default=True, metavar="LENGTH", help="Width on paper.")
@click.option("--title", metavar="TEXT", help="What stands above; else the value and where the slice lies.")
@click.option("--bars", is_flag=True, help="Bars in place of a line.")
@click.option("--log", is_flag=True, help="A logarithmic axis for the values of a line or bars.")
@click.option("--error", is_flag=True, help="Of singular values: the relative error of what keeps the first so many.")
@click.option("--background", metavar="COLOUR", help="A colour like #ffffff; transparent without.")
@click.option(
    "-o",
    "output",
    required=True,
    metavar="FILE",
    help="A name that ends in .svg, .pdf, .png, .eps or .tex; one in .tdraw puts the picture into the drawing.",
)
def view(
    path: str, value: str | None, at: tuple[str, ...], kind: Any, given: str | None, text: str | None, ids: str | None,
    seed: int, backend: str, width: str, title: str | None, bars: bool, log: bool, error: bool, background: str | None,
    output: str,
) -> None:  # fmt: skip
    """Write a heatmap, attention pattern, line plot or list of the largest entries of a value of the drawing."""
    if Path(output).suffix == ".tdraw":
        begun = start(text, ids) if text is not None or ids is not None else None
        look = {"kind": kind, "title": title, "width": width, "bars": bars, "log": log, "error": error}
        _add(path, value or "", at, given, begun, seed, backend, look, output)
        return
    from msgspec.structs import replace

    from tensordraw.diagram.file import write_atomically
    from tensordraw.figure import charts
    from tensordraw.program import viewing

    positions = _positions(at)
    looked = _evaluated(sound(path), value, given, text, ids, seed, backend)
    shape = looked.array.shape
    if not shape:
        raise td.Error(f"The value {looked.name} is a number, {looked.array.item():.8g}: there is no picture of it.")
    if kind == "attention" and "attention" not in viewing.kinds(looked.axes, shape):
        raise td.Error(f"The value {looked.name} has axes {', '.join(looked.axes)}, so it is no attention pattern.")
    chosen = viewing.located(viewing.first_view(looked.axes, shape, kind), positions, looked.axes, shape)
    if chosen.kind == "table":
        chosen = viewing.of_kind(chosen, "heatmap", looked.axes, shape)
    part = viewing.cut(looked.array, chosen)
    shown = _chart(looked, chosen, part, title)
    if (bars or log or error) and (part.ndim != 1 or shown.entries):
        raise td.Error("Only a line has bars, a logarithmic axis or an error against rank: choose --kind line.")
    shown = replace(shown, form="bars" if bars else "line", log=log, error=error)
    write_atomically(output, charts.picture(part, shown, output, width=width, background=background))
    click.echo(f"{shown.title or looked.name}: {viewing.statistics(part).sentence}")


def _add(
    path: str, value: str, at: tuple[str, ...], given: str | None, begun: str | list[int] | None, seed: int, backend: str,
    look: dict[str, Any], output: str,
) -> None:  # fmt: skip
    """Write the document with the picture as a chart beside the drawing."""
    from tensordraw.api.charts import add_chart
    from tensordraw.program import archive

    arrays = {} if given is None else dict(archive.read(given))
    diagram = sound(path)
    made = add_chart(
        diagram, value, at=_positions(at), arrays=arrays, start=begun, seed=seed, backend=backend, **look
    )  # fmt: skip
    td.save(made, output)


@click.command("charts")
@click.argument("path", metavar="FILE")
@click.option("--arrays", "given", metavar="FILE", help="Arrays by name, in a .npz or .safetensors file.")
@click.option("--text", metavar="TEXT", help="What a language model reads; needs a tokenizer beside its weights.")
@click.option("--ids", metavar="IDS", help="The same as token ids, such as '464 3139'.")
@click.option("--seed", default=0, show_default=True, help="Where the random numbers of missing arrays start.")
@click.option("--backend", default="numpy", show_default=True, help="numpy, torch or jax.")
@click.option("-o", "output", metavar="FILE", help="Where to write the document; without it, where it is.")
def update(
    path: str, given: str | None, text: str | None, ids: str | None, seed: int, backend: str, output: str | None
) -> None:
    """Compute the charts of a document anew."""
    from tensordraw.api.charts import update_charts
    from tensordraw.diagram.fingerprints import charts
    from tensordraw.program import archive

    diagram = sound(path)
    if Path(output or path).suffix != ".tdraw":
        raise td.Error(f"A document's name ends in .tdraw, and {output or path!r} does not.")
    arrays = {} if given is None else dict(archive.read(given))
    begun = start(text, ids) if text is not None or ids is not None else None
    td.save(update_charts(diagram, arrays, start=begun, seed=seed, backend=backend), output or path)
    count = len(charts(diagram))
    click.echo(f"{count} chart{'s' * (count != 1)} updated.")


def _chart(looked: _Looked, chosen: View, part: Any, title: str | None) -> Chart:
    from tensordraw.diagram.visible import visible
    from tensordraw.figure.chart_parts import Axis
    from tensordraw.figure.charts import Chart
    from tensordraw.program import viewing

    texts = [
        viewing.texts_at(axis, size, looked.tokens) for axis, size in zip(looked.axes, looked.array.shape, strict=True)
    ]
    axes = tuple(Axis(looked.axes[axis], tuple(map(visible, texts[axis]))) for axis in viewing.shown(chosen))
    if title is None:
        title = ", ".join(words for words in (looked.name, viewing.where(chosen, looked.axes)) if words)
    if chosen.kind != "top":
        return Chart(title, axes, looked.name)
    found = viewing.largest(part, TOP)
    known = texts[viewing.shown(chosen)[0]]
    places = [place for place, _ in found]
    classes = viewing.is_classes(axes[0].name)
    named = (
        [known[place] for place in places] if known else looked.texts_of(places) if classes else list(map(str, places))
    )
    entries = tuple(zip(map(visible, named), (number for _, number in found), strict=True))
    return Chart(title, name=looked.name, entries=entries)


def _positions(at: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for setting in (part for each in at for part in each.split(",") if part.strip()):
        name, _, number = setting.partition("=")
        if not re.fullmatch(r"-?\d{1,18}", number.strip()):
            raise td.Error(f"--at takes AXIS=NUMBER, such as layer=1,head=3, not {setting.strip()!r}.")
        found[name.strip()] = int(number)
    return found


def _evaluated(
    diagram: td.Diagram,
    value: str | None,
    given: str | None,
    text: str | None,
    ids: str | None,
    seed: int,
    backend: str,
) -> _Looked:
    import numpy as np

    from tensordraw.api import given_tokens
    from tensordraw.program import archive
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify
    from tensordraw.program.seeing import axis_names, wanted

    program = simplify(lower(diagram.content))
    arrays: dict[str, Any] = {} if given is None else dict(archive.read(given))
    tokens: tuple[str, ...] = ()
    if text is not None or ids is not None:
        told = given_tokens(diagram, start(text, ids))
        arrays |= told
        tokens = tuple(_texts(diagram, next(iter(told.values())).tolist()))
    key = wanted(program, diagram.content, [value])[value] if value else program.outputs[0].value
    _, captures = td.evaluate(diagram, arrays, backend=backend, seed=seed, capture=[key])
    array = np.asarray(captures[key])
    names = axis_names(program)[key]
    title = next((name for name, of in program.captures.items() if of == key), key)
    return _Looked(value if value in program.captures else title, array, names, tokens, partial(_texts, diagram))


def _texts(diagram: td.Diagram, ids: list[int]) -> list[str]:
    """The texts of the tokens, or the ids themselves where there is no tokenizer."""
    from tensordraw.program.generate import tokenizer_of
    from tensordraw.program.tokens import pieces, why_no_text

    return list(map(str, ids)) if why_no_text(diagram) else pieces(tokenizer_of(diagram), ids)
