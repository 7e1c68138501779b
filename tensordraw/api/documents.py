"""Documents: made from einsums, code and templates, read and written, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.templates import catalog

if TYPE_CHECKING:
    from tensordraw.diagram.problems import Problem

FilePath: TypeAlias = str | os.PathLike[str]


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


def problems(diagram: Diagram, *, excluded: bool = True) -> list[Problem]:
    """What is wrong with the diagram, errors first; with `excluded=False` without what the document excludes."""
    from tensordraw.diagram.finding import exclusion
    from tensordraw.diagram.fingerprints import chart_problems
    from tensordraw.program.findings import findings

    found = [*findings(diagram), *chart_problems(diagram)]
    return found if excluded else [problem for problem in found if exclusion(diagram, problem) is None]
