"""Charts in a document: pictures of what it evaluates to, put beside the drawing, and computed anew when it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tensordraw.api.programs import evaluate
from tensordraw.api.texts import given_tokens
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error

if TYPE_CHECKING:
    from tensordraw.program.viewing import Kind


def add_chart(
    diagram: Diagram,
    value: str = "",
    kind: Kind | None = None,
    *,
    at: Mapping[str, int] | None = None,
    title: str | None = None,
    log: bool = False,
    error: bool = False,
    bars: bool = False,
    width: str | float | None = None,
    arrays: Mapping[str, Any] | None = None,
    start: str | Sequence[int] | None = None,
    seed: int = 0,
    backend: str = "numpy",
) -> Diagram:
    """The document with a chart of one of its values (a name, the id of an item; else the result) beside the drawing.

    `kind` is "heatmap", "attention", "line" or "top", `at` fixes other axes, as in `tensordraw view`; a line may be `bars`, on a
    `log` scale, or of singular values the relative `error` against rank. The few numbers that it draws are part of the document.
    `start` is the text or the token ids for a language model. `Error` where there is no such value, or no such picture of it.
    """
    from msgspec.structs import replace

    from tensordraw.charting import MOST_BARS, added, charted
    from tensordraw.diagram.chart import chart_fault
    from tensordraw.figure.lengths import points
    from tensordraw.program import viewing

    given = {**(arrays or {}), **({} if start is None else given_tokens(diagram, start))}
    array, axes = _values(diagram, [value], given, seed, backend)[value]
    view = viewing.located(viewing.first_view(axes, array.shape, kind), at or {}, axes, array.shape)
    made = charted(
        array, view, axes, diagram.content, value=value, name=value, tokens=_tokens(diagram, start),
        texts_of=lambda ids: _texts(diagram, ids),
    )  # fmt: skip
    if bars and made.kind == "line" and made.sides[0].size <= MOST_BARS:
        made = replace(made, kind="bars")
    if (log or error or bars) and made.kind not in ("line", "bars"):
        raise Error(f"A {made.kind} has neither bars nor a scale: choose the kind line.")
    made = replace(made, log=log, error=error, width=made.width if width is None else points(width))
    if fault := chart_fault(made):
        raise Error(f"The chart cannot be drawn so: {fault}.")
    if title is None:
        title = ", ".join(words for words in (value or "result", viewing.where(view, axes)) if words)
    return added(diagram, made, title)[0]


def update_charts(
    diagram: Diagram,
    arrays: Mapping[str, Any] | None = None,
    *,
    start: str | Sequence[int] | None = None,
    seed: int = 0,
    backend: str = "numpy",
) -> Diagram:
    """The document with the numbers of all its charts computed anew. `Error` where a value is gone or has other axes."""
    from tensordraw.charting import renewed, with_charts
    from tensordraw.diagram.fingerprints import charts

    given = {**(arrays or {}), **({} if start is None else given_tokens(diagram, start))}
    shown = {note.id: note.chart for note in charts(diagram) if note.chart is not None}
    if not shown:
        return diagram
    found = _values(diagram, [chart.value for chart in shown.values()], given, seed, backend)
    known: dict[str, Any] = {"tokens": _tokens(diagram, start), "texts_of": lambda ids: _texts(diagram, ids)}
    return with_charts(
        diagram,
        {note: renewed(chart, *found[chart.value], diagram.content, **known) for note, chart in shown.items()},
    )


def _values(
    diagram: Diagram, names: Sequence[str], arrays: Mapping[str, Any], seed: int, backend: str
) -> dict[str, tuple[Any, tuple[str, ...]]]:
    """Values by what asks for them ("" for the first result), each with the names of its axes."""
    import numpy as np

    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify
    from tensordraw.program.seeing import axis_names, wanted

    program = simplify(lower(diagram.content))
    keys = {"": program.outputs[0].value} | wanted(program, diagram.content, [name for name in names if name])
    known = axis_names(program)
    asked = list(dict.fromkeys(keys[name] for name in names))
    _, captures = evaluate(diagram, arrays, backend=backend, seed=seed, capture=asked)
    return {name: (np.asarray(captures[keys[name]]), known[keys[name]]) for name in names}


def _tokens(diagram: Diagram, start: str | Sequence[int] | None) -> tuple[str, ...]:
    """The texts along the sequence."""
    if start is None:
        return ()
    ids = next(iter(given_tokens(diagram, start).values())).tolist()
    return tuple(_texts(diagram, ids))


def _texts(diagram: Diagram, ids: Sequence[int]) -> Sequence[str]:
    """The texts of token ids, or the ids themselves where there is no tokenizer."""
    from tensordraw.program.generate import tokenizer_of
    from tensordraw.program.tokens import pieces, why_no_text

    return list(map(str, ids)) if why_no_text(diagram) else pieces(tokenizer_of(diagram), list(ids))
