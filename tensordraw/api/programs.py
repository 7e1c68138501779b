"""What a document means: its code, its value, its cost, and whether its equations hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error

if TYPE_CHECKING:
    import numpy as np

    from tensordraw.program.cost import Cost
    from tensordraw.program.statements import Program
    from tensordraw.program.verdict import Verdict

Results: TypeAlias = Any  # one array of the backend, or a dictionary of arrays by name


def languages() -> list[str]:
    """The languages that `code` prints."""
    from tensordraw.program.emit import languages

    return languages()


def code(
    diagram: Diagram, language: str = "torch", *, module: bool = False, batch: Sequence[str] = (), fuse: bool = True
) -> str:
    """Source text whose function `forward` computes the diagram; with `module`, an `nn.Module` that holds the arrays.

    `batch` names arrays that come with a first axis more, of any size, which what depends on them then has too. PyTorch's own
    forms are used where they are recognised: attention, in a module also linear layers and norms; not with `fuse=False`.
    """
    from tensordraw.program.batch import batched
    from tensordraw.program.emit import emit, languages, recognised
    from tensordraw.program.lengths import with_lengths, with_sources

    if language not in languages():
        raise Error(f"{language!r} is not a language: choose one of {', '.join(languages())}.")
    names = [batch] if isinstance(batch, str) else batch
    program = batched(with_lengths(with_sources(_simple(diagram), diagram.content), diagram.content), names)
    if fuse:
        program = recognised(program, language, module)
    return emit(program, language, module=module, macros=diagram.custom.macros)


def _simple(diagram: Diagram) -> Program:
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify

    return simplify(lower(diagram.content))


def evaluate(
    diagram: Diagram,
    arrays: Mapping[str, Any] | None = None,
    backend: str = "numpy",
    seed: int = 0,
    capture: Sequence[str] | None = None,
    fuse: bool = True,
    device: str | None = None,
) -> Results:
    """The diagram's value: one array, axes in the order of the open legs; several results as a dictionary by name.

    Arrays that are not given come from the files that the document names, else at random from `seed`. With `capture`, a
    pair: the value, and a dictionary of the captured arrays by name. `fuse=False` evaluates the statements as drawn,
    without recognising cheaper forms. Along a flexible space (positions of a model) given arrays may be shorter. Raises
    `Error` for an unknown name or a wrong shape. Captures are named as drawn or in the code, or by the ids of items; those in
    layers have an axis of layers in front, also where the layers are drawn one by one ("pattern 1" is then the one of layer 1).
    On a `device` of torch ("cuda", "cuda:1", "mps") a model's arrays stay there; results come back, except to tensors given there.
    """
    from tensordraw.program import backends
    from tensordraw.program.arrays import inputs
    from tensordraw.program.devices import run_on
    from tensordraw.program.flexible import shortened
    from tensordraw.program.lower import lower
    from tensordraw.program.memory import check_memory
    from tensordraw.program.seeing import drawn_out, wanted

    given = arrays or {}
    short = shortened(diagram, given)
    program = _simple(short) if fuse else lower(short.content)
    if fuse:
        check_memory(program, diagram, given)
    names = [capture] if isinstance(capture, str) else capture or ()
    layers = {name: found for name in names if (found := drawn_out(program, name))}
    asked = wanted(program, short.content, [name for name in names if name not in layers])
    values = dict.fromkeys((*asked.values(), *chain.from_iterable(layers.values())))
    whole = inputs(program, diagram, given, seed, short)
    results = run_on(device, program, whole, backend, values, fuse=fuse, given=given)
    value = results.outputs[""] if list(results.outputs) == [""] else results.outputs
    if capture is None:
        return value
    stack = backends.backend(backend).stack
    captured = {name: stack([results.captures[each] for each in found]) for name, found in layers.items()}
    captured |= {name: results.captures[found] for name, found in asked.items()}
    return value, {name: captured[name] for name in names}


def named_results(value: Results) -> dict[str, np.ndarray[Any, Any]]:
    """What `evaluate` gave as NumPy arrays by name, a single one called "result"."""
    import numpy as np

    named = value if isinstance(value, dict) else {"result": value}
    return {name: np.asarray(array) for name, array in named.items()}


def summary(name: str, array: np.ndarray[Any, Any]) -> str:
    """One line on an array: its shape, its type and the statistics of its finite entries (of complex ones, of their
    absolute values)."""
    from tensordraw.program.viewing import statistics

    told = statistics(array)
    line = f"{name}: {' x '.join(map(str, told.shape)) or 'a number'}, {told.dtype or array.dtype}"
    if array.ndim == 0:
        return f"{line}, {array.item():.6g}"
    if array.size == 0:
        return f"{line}, empty"
    line += ", absolute values" if array.dtype.kind == "c" else ""
    if told.nan + told.infinite < array.size:
        line += (
            f", mean {told.mean:.6g}, standard deviation {told.deviation:.6g}, from {told.low:.6g} to {told.high:.6g}"
        )
    return line + "".join(
        f", {count} {what}" for count, what in ((told.nan, "NaN"), (told.infinite, "infinite")) if count
    )


def arrays(diagram: Diagram, seed: int = 0) -> dict[str, np.ndarray[Any, Any]]:
    """The random arrays that `evaluate` would use, by name: those of all inputs that no file of the document gives."""
    from tensordraw.program.arrays import random_arrays

    names = [item.array for item in _simple(diagram).inputs if item.array not in diagram.content.sources]
    return random_arrays(diagram.content, seed, names)


def cost(diagram: Diagram) -> Cost:
    """What evaluation costs: `.flops`, `.largest` (entries of the largest array), `.path` (the contractions in order)."""
    from tensordraw.program.cost import cost

    return cost(_simple(diagram))


def check_equation(diagram: Diagram) -> Verdict:
    """Whether the sides of the diagram's equations are equal, on the same random arrays in float64, several times.

    `.equal`, `.digits` that they share, `.worst` entry, `.sentence` for people. `Error` where there is no equation.
    """
    from tensordraw.program.verdict import check_equation

    return check_equation(diagram)
