"""The public functions: each is one path through the layers, from a document to what is asked of it.

`tensordraw/__init__.py` re-exports them. The layers are imported when a function first needs them, since NumPy and the
planner cost more time than a list of templates or a help text is worth. Every mistake of the caller raises `Error`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

# At once: when a folder of the package is first imported, Python puts it into the package under its name, and these two have
# the names of public functions. `tensordraw/__init__.py` puts the functions in their place, and there they stay.
from tensordraw import read as _read_folder  # noqa: F401
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.templates import catalog

if TYPE_CHECKING:
    import numpy as np

    from tensordraw.diagram.problems import Problem
    from tensordraw.figure.cautions import Caution
    from tensordraw.program.cost import Cost
    from tensordraw.program.statements import Program
    from tensordraw.program.verdict import Verdict

FilePath = str | os.PathLike[str]
Results = Any  # one array of the backend, or a dictionary of arrays by name

# ------------------------------------------------------------------------------------------------- documents


def einsum(
    spec: str,
    *names: str,
    shapes: Sequence[Sequence[int]] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Diagram:
    """The diagram of an einsum, einops style ("i j, j k -> i k") or classic ("ij,jk->ik"), its operands called `names`.

    Sizes of indices come from `shapes` (one for each operand) or `sizes` (by index); an ellipsis needs shapes.
    """
    from tensordraw.read.einsum import read

    return read(spec, *names, shapes=shapes, sizes=sizes)


def ncon(
    lists: Sequence[Sequence[int]],
    *names: str,
    shapes: Sequence[Sequence[int]] | None = None,
    sizes: Mapping[str, int] | None = None,
    order: Sequence[int] | None = None,
    conj: Sequence[bool] | None = None,
) -> Diagram:
    """The diagram of ncon's index lists, `[[-1, 1], [1, -2]]`: equal positive labels are joined, negative ones are open.

    The tensors are called `names`; `conj` says which of them are conjugated. Sizes come from `shapes` (one for each tensor)
    or `sizes` (`b1` of the label 1, `o1` of -1). `order` is that of ncon's contractions, which is checked and has no meaning.
    """
    from tensordraw.read.ncon import read_ncon

    return read_ncon(lists, names, shapes, sizes, order, conj=conj)


def read(
    text_or_path: str | os.PathLike[str],
    *names: str,
    shapes: Mapping[str, Sequence[int]] | Sequence[Sequence[int]] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Diagram:
    """The diagram of a text: an einsum string, whose operands are called `names`, an expression such as "A @ B", or Python.

    Python source (numpy, torch, jax.numpy, einops, opt_einsum, ncon) is parsed and never run; a path, or text that ends in
    ".py", is a file of it. `shapes` are by the arrays' names or in order, `sizes` by index. Raises `Error` with the line of
    what is not understood.
    """
    from tensordraw.read.reading import read_text

    text, title = os.fspath(text_or_path), ""
    if not isinstance(text_or_path, str) or ("\n" not in text and text.endswith(".py")):
        path = Path(text)
        title = path.stem
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
            raise Error(f"{os.fspath(text_or_path)!r} cannot be read: {reason}.") from error
    return read_text(text, names, shapes, sizes, title)


def template(name: str, **parameters: object) -> Diagram:
    """A ready-made diagram; `templates()` lists the names and parameters.

    `weights` is a trained model, which gives the template its sizes and arrays: a Hugging Face folder (gpt2, llama, bert), or a
    .gguf file of llama.cpp (llama); of the other parameters only `unroll` and `sideways` go with it.
    """
    weights = parameters.pop("weights", None)
    if weights is None:
        return catalog.template(name, **parameters)
    if not isinstance(weights, str | os.PathLike):
        raise Error(f"weights= is the path of a folder or a file, not {weights!r}.")
    from tensordraw.templates.filled import filled

    return filled(name, Path(weights), parameters)


def templates() -> list[catalog.Template]:
    """All templates, each with its name, sentence and parameters."""
    return catalog.templates()


def load(path: FilePath) -> Diagram:
    """The document in a `.tdraw` file, or in a figure (SVG, PDF, PNG, EPS, TikZ) that was exported from one.

    Where the picture of a figure was changed since, a warning says so.
    """
    diagram, caution = opened(path)
    if caution:
        import warnings

        warnings.warn(caution, stacklevel=2)
    return diagram


def opened(path: FilePath) -> tuple[Diagram, str]:
    """The document in a file, as `load` reads it, and what is to be said about it ("" where nothing is)."""
    from tensordraw.diagram import file
    from tensordraw.figure import source

    if Path(path).suffix.lower() in source.SUFFIXES:
        return source.opened(path)
    return file.load(path), ""


def save(diagram: Diagram, path: FilePath) -> None:
    """Write the document; an unchanged one gives the same bytes again."""
    from tensordraw.diagram.file import save

    save(diagram, path)


def problems(diagram: Diagram) -> list[Problem]:
    """What is wrong with the diagram, errors first."""
    from tensordraw.program.findings import findings

    return list(findings(diagram))


# ------------------------------------------------------------------------------------------------------ code


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
    return emit(recognised(program, language, module) if fuse else program, language, module=module)


def _simple(diagram: Diagram) -> Program:
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify

    return simplify(lower(diagram.content))


# --------------------------------------------------------------------------------------------------- numbers


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
    `Error` for an unknown name or a wrong shape. Captures are named as drawn or in the code, or by the ids of items.
    On a `device` of torch ("cuda", "cuda:1", "mps") a model's arrays stay there; results come back, except to tensors given there.
    """
    from tensordraw.program.arrays import inputs
    from tensordraw.program.devices import run_on
    from tensordraw.program.flexible import shortened
    from tensordraw.program.lower import lower
    from tensordraw.program.memory import check_memory
    from tensordraw.program.seeing import wanted

    given = arrays or {}
    short = shortened(diagram, given)
    program = _simple(short) if fuse else lower(short.content)
    if fuse:
        check_memory(program, diagram, given)
    asked = wanted(program, short.content, capture or ())
    values = dict.fromkeys(asked.values())
    whole = inputs(program, diagram, given, seed, short)
    results = run_on(device, program, whole, backend, values, fuse=fuse, given=given)
    value = results.outputs[""] if list(results.outputs) == [""] else results.outputs
    return value if capture is None else (value, {name: results.captures[asked[name]] for name in asked})


def named_results(value: Results) -> dict[str, np.ndarray[Any, Any]]:
    """What `evaluate` gave as NumPy arrays by name, a single one called "result"."""
    import numpy as np

    named = value if isinstance(value, dict) else {"result": value}
    return {name: np.asarray(array) for name, array in named.items()}


def summary(name: str, array: np.ndarray[Any, Any]) -> str:
    """One line on an array: its shape, its type and its statistics."""
    import numpy as np

    shape = " x ".join(map(str, array.shape)) or "a number"
    line = f"{name}: {shape}, {array.dtype}"
    if array.ndim == 0:
        return f"{line}, {array.item():.6g}"
    if array.size == 0:
        return f"{line}, empty"
    wide: np.ndarray[Any, Any] = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    statistics = f"mean {wide.mean():.6g}, standard deviation {wide.std():.6g}"
    if array.dtype.kind != "c":
        statistics += f", from {wide.min():.6g} to {wide.max():.6g}"
    return f"{line}, {statistics}"


def arrays(diagram: Diagram, seed: int = 0) -> dict[str, np.ndarray[Any, Any]]:
    """The random arrays that `evaluate` would use, by name: those of all inputs that no file of the document gives."""
    from tensordraw.program.arrays import random_arrays

    names = [item.array for item in _simple(diagram).inputs if item.array not in diagram.content.sources]
    return random_arrays(diagram.content, seed, names)


def generate(
    diagram: Diagram,
    start: str | Sequence[int],
    tokens: int = 20,
    *,
    temperature: float = 0.0,
    seed: int = 0,
    backend: str = "numpy",
    cache: bool = True,
) -> str | list[int]:
    """A text, or token ids, continued by a diagram that is a language model: as text, or as all ids.

    The most likely token each time, or with a temperature drawn from `seed`. A text needs the tokenizer beside the model's
    weights. Where the diagram is causal, each token costs one row, with what earlier rows gave kept; `cache=False` computes
    everything anew.
    """
    from tensordraw.program import generate as generation
    from tensordraw.program.tokens import ids_of

    tokenizer = generation.tokenizer_of(diagram) if isinstance(start, str) else None
    ids = ids_of(start) if tokenizer is None else tokenizer.encode(start).ids  # type: ignore[arg-type]
    settings = {"temperature": temperature, "seed": seed, "backend": backend, "cache": cache}
    found = [*ids, *generation.generate(diagram, ids, tokens, **settings)]  # type: ignore[arg-type]
    return found if tokenizer is None else str(tokenizer.decode(found))


def next_tokens(
    diagram: Diagram, start: str | Sequence[int], count: int = 10, *, backend: str = "numpy", seed: int = 0
) -> list[tuple[str | int, float]]:
    """The likeliest next tokens after a text (as texts) or token ids (as ids), each with its probability, best first.

    `Error` where the diagram is no language model, or a token is out of range.
    """
    from tensordraw.program.generate import model_of

    model_of(diagram)
    logits = evaluate(diagram, given_tokens(diagram, start), backend=backend, seed=seed)
    return likeliest(diagram, logits, count, as_text=isinstance(start, str))


def given_tokens(diagram: Diagram, start: str | Sequence[int]) -> dict[str, np.ndarray[Any, Any]]:
    """A text or token ids as the array that `evaluate` takes, by its name. `Error` where one is out of range."""
    import numpy as np

    from tensordraw.program.generate import tokenizer_of
    from tensordraw.program.tokens import fault, ids_of, token_ids

    known = token_ids(diagram.content)
    if known is None:
        raise Error("This diagram has no array of token ids with one axis, or several: give its arrays by name.")
    ids = list(tokenizer_of(diagram).encode(start).ids) if isinstance(start, str) else ids_of(start)
    sentence = fault(known, ids)[0] if ids else "There are no tokens: give a text or ids of one token at least."
    if sentence:
        raise Error(sentence)
    return {known.name: np.asarray(ids, np.int64)}


def likeliest(diagram: Diagram, logits: Any, count: int, *, as_text: bool) -> list[tuple[str | int, float]]:
    """The next tokens that logits [position, class] make likeliest, as ids or as the tokenizer's texts."""
    from tensordraw.program.generate import tokenizer_of
    from tensordraw.program.tokens import UNTOLD, pieces, ranked

    if count < 1:
        raise Error(f"The number of next tokens is {count}; it must be 1 or more.")
    found = ranked(logits, count)
    if not found:
        raise Error(UNTOLD)
    ids = [each for each, _ in found]
    names: Sequence[str | int] = pieces(tokenizer_of(diagram), ids) if as_text else ids
    return [(name, probability) for name, (_, probability) in zip(names, found, strict=True)]


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


# -------------------------------------------------------------------------------------------------- pictures


def svg(diagram: Diagram, theme: str | None = None) -> str:
    """The figure as SVG text, at its natural size."""
    from tensordraw.figure import export

    return export.text(diagram, theme=theme, width="")


def tikz(diagram: Diagram, *, standalone: bool = False, width: str | float | None = None) -> str:
    """The figure as TikZ, to be pasted into a LaTeX document that uses tikz; with `standalone`, as a document of its own."""
    from tensordraw.figure import export

    return export.tikz_text(diagram, standalone=standalone, width="" if width is None else width)


def show_in_notebooks() -> None:
    """Let a notebook show diagrams as figures; the records themselves know nothing of pictures."""
    Diagram._repr_svg_ = svg  # type: ignore[attr-defined]


def export(
    diagram: Diagram,
    path: FilePath,
    *,
    preset: str | None = None,
    theme: str | None = None,
    width: str | float | None = None,
    dpi: float | None = None,
    background: str | None = None,
    **options: Any,
) -> tuple[Caution, ...]:
    r"""Write the figure to a file whose name ends in .svg, .pdf, .png, .eps or .tex; returns what the printed figure would
    suffer from (lines too thin, letters too small).

    The file carries the document, so that `load` opens it. What is not given is as the document's `export` says. `width` is
    a length such as "86mm" or "0.5\linewidth" ("": the natural size), `preset` a journal's width ("nature"), `dpi` are a
    PNG's pixels an inch, `background` is "white" or a colour like "#f0e68c" (paper is transparent). Further options are the
    fields of `tensordraw.diagram.exports.Export`: `scale`, `font`, `label`, `text`, `hatch`, `padding`, `standalone`,
    `source`, `blind`, `frames` (a file for each panel).
    """
    from tensordraw.diagram.file import write_atomically
    from tensordraw.figure.export import files

    given = {"preset": preset or "", "theme": theme, "width": width, "dpi": dpi, "background": background, **options}
    made = files(diagram, os.fspath(path), **given)
    for name, data, _ in made:
        write_atomically(name, data)
    return tuple(dict.fromkeys(caution for _, _, found in made for caution in found))
