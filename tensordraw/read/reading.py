"""Any text that means a diagram: an einsum string, ncon's lists, an expression such as `A @ B`, or Python source.

What a text is, its syntax says: what is Python and more than a few bare words is source, the rest an einsum string.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.read.einsum import read as read_einsum
from tensordraw.read.lift import lift
from tensordraw.read.ncon import read_ncon
from tensordraw.read.source import trace
from tensordraw.read.source.texts import parsed

Shapes = Mapping[str, Sequence[int]] | Sequence[Sequence[int]]
_EINSUM = re.compile(r"[\w\s,.()>-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A diagram of what was read; `stopped` is the sentence that says where reading stopped, if it did not reach the end."""

    diagram: Diagram
    stopped: str | None = None


def read_text(
    text: str, names: Sequence[str] = (), shapes: Shapes | None = None, sizes: Mapping[str, int] | None = None,
    title: str = "",
) -> Diagram:  # fmt: skip
    """The diagram of a text; `names` are those of an einsum string's operands.

    `shapes` are one an operand, or by the names of arrays; `sizes` are by index or by name. Error: one sentence, with the
    line of what is not understood.
    """
    reading = read_upto(text, names, shapes, sizes, title)
    if reading.stopped is not None:
        raise Error(reading.stopped)
    return reading.diagram


def read_upto(
    text: str, names: Sequence[str] = (), shapes: Shapes | None = None, sizes: Mapping[str, int] | None = None,
    title: str = "",
) -> Reading:  # fmt: skip
    """The diagram of a text up to the first line that is not understood. Error: nothing of it is."""
    if not text.strip():
        raise Error("There is nothing to read: give an einsum string such as 'ij,jk->ik', or Python such as A @ B.")
    tree = _tree(text)
    match tree:
        case ast.Constant(value=str(spec)):
            return Reading(_einsum(spec, names, shapes, sizes))
        case ast.List() | ast.Tuple() if (lists := _lists(tree)) is not None:
            return Reading(read_ncon(lists, names, _in_order(shapes), sizes))
        case None if _is_einsum(text):
            return Reading(_einsum(text.strip(), names, shapes, sizes))
        case _ if tree is not None and _is_bare(tree, text):
            return Reading(_einsum(text.strip(), names, shapes, sizes))
    if names:
        raise Error(
            f"Names are for the operands of an einsum string; Python names its arrays itself: {', '.join(names)}."
        )
    traced = trace(text, shapes, sizes)
    one = text.strip()
    title = title or (one if "\n" not in one and len(one) <= 80 else "")
    return Reading(lift(traced.program, title, traced.sizes), traced.stopped)


def _tree(text: str) -> ast.expr | ast.Module | None:
    """The syntax tree, of a single expression that alone; None where the text is no Python but may be an einsum string."""
    try:
        tree = parsed(text)
    except Error as error:
        if _is_einsum(text):
            return None
        if "\n" in text.strip():
            raise
        shown = text.strip() if len(text.strip()) <= 60 else f"{text.strip()[:57]}..."
        raise Error(
            f"{shown!r} is neither an einsum string such as 'ij,jk->ik' nor Python such as A @ B ({error})."
        ) from error
    match tree.body:
        case [ast.Expr(value=value)]:
            return value
        case _:
            return tree


def _is_einsum(text: str) -> bool:
    return _EINSUM.fullmatch(text) is not None and "\n" not in text.strip()


def _is_bare(tree: ast.AST, text: str) -> bool:
    """Whether an expression is only words, or words with an arrow: `ij, jk`, `i, i ->`."""
    match tree:
        case ast.Name():
            return True
        case ast.Tuple(elts=items):
            return _is_einsum(text) and all(isinstance(item, ast.Name) for item in items)
        case _:
            return False


def _lists(tree: ast.AST) -> list[object] | None:
    """Lists of whole numbers, as ncon takes them."""
    try:
        found = ast.literal_eval(tree)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None
    return list(found) if found and all(isinstance(row, list | tuple) for row in found) else None


def _in_order(shapes: Shapes | None) -> Sequence[Sequence[int]] | None:
    if isinstance(shapes, Mapping):
        raise Error("The shapes of an einsum's operands are a list, one for each operand.")
    return shapes


def _einsum(spec: str, names: Sequence[str], shapes: Shapes | None, sizes: Mapping[str, int] | None) -> Diagram:
    if isinstance(shapes, Mapping):
        # By the names of the operands, if each has one.
        missing = [name for name in names if name not in shapes]
        if not names or missing:
            raise Error("The shapes of an einsum's operands are a list, one for each operand.")
        shapes = [shapes[name] for name in names]
    return read_einsum(spec, *names, shapes=shapes, sizes=sizes)
