"""Calls: which row of the table a function is, and its arguments by parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tensordraw.read.source.machine import Machine
from tensordraw.read.source.rows import KNOWN
from tensordraw.read.source.table import Bound, Row, default
from tensordraw.read.source.values import Refusal, Seq, Table, Value

# What libraries call the same parameter.
ALIASES = {
    "dim": "axis", "keepdim": "keepdims", "input": "x", "a": "x", "self": "x", "tensor": "x", "array": "x", "arr": "x",
    "A": "x", "other": "y", "b": "y", "x1": "x", "x2": "y", "vec2": "y", "mat2": "y", "tensors": "items", "arrays": "items",
    "diagonal": "k", "dims": "axis", "normalized_shape": "shape",
    "split_size_or_sections": "sizes", "indices_or_sections": "sizes", "fill_value": "value", "size": "shape", "N": "n", "M": "m",
    "indices": "ids", "index": "ids", "exponent": "y", "query": "q", "key": "k", "newshape": "shape", "axes": "shape",
    "sections": "chunks", "reduction": "how", "min_val": "min", "max_val": "max", "a_min": "min", "a_max": "max",
    "tensor1": "x", "tensor2": "y", "end": "stop", "num_segments": "chunks",
}  # fmt: skip
MORE = {"dim1": "axis1", "dim2": "axis2", "dims": "axes"}
# What changes how a value is computed or kept, and not the value.
IGNORED = frozenset(
    ("dtype", "device", "out", "optimize", "memory_limit", "backend", "requires_grad", "copy", "layout", "like", "precision",
     "preferred_element_type", "inplace", "non_blocking", "generator", "path", "order", "casting", "subok", "pin_memory",
     "memory_format", "use_blas", "strategy", "indices_are_sorted", "mode", "unique_indices", "ndmin", "stable",
     "enable_gqa", "training", "out_sharding")
)  # fmt: skip
LIBRARIES = {
    "numpy": "numpy", "torch": "torch", "jax": "jax", "einops": "einops", "opt_einsum": "opt_einsum", "math": "math",
    "scipy": "numpy", "autograd": "numpy", "cupy": "numpy", "cmath": "math", "prelude": "prelude", "python": "python",
    "tensorflow": "tensorflow", "ncon": "ncon", "equinox": "jax", "functools": "functools", "operator": "python",
}  # fmt: skip


def library(path: str) -> str:
    """The library that a path belongs to."""
    return LIBRARIES.get(path.partition(".")[0], "")


def row(path: str, torch: bool) -> Row | None:
    """The row of a function by its path, of a method by `method.name`."""
    name = path.rpartition(".")[2]
    root = path.partition(".")[0]
    own = ("torch" if torch else "numpy") if root == "method" else library(path)
    if own == "einops" and name in ("einsum", "repeat"):
        return KNOWN[f"einops.{name}"]
    if root == "prelude":
        return KNOWN.get(path)
    return KNOWN.get(f"{own}.{name}") or KNOWN.get(name)


@lru_cache
def _parameters(text: str) -> tuple[tuple[str, str | None], ...]:
    found = []
    for part in text.split():
        name, equals, literal = part.partition("=")
        found.append((name, literal if equals else None))
    return tuple(found)


def bound(row: Row, arguments: Sequence[Value], keywords: Mapping[str, Value], name: str) -> Bound:
    """The arguments by parameter, defaults filled in."""
    made, waiting, left = Bound(), list(arguments), dict(keywords)
    parameters = _parameters(row.parameters)
    names = [each.lstrip("*") for each, _ in parameters]
    rest = next((name for name, _ in parameters if name.startswith("**")), None)
    for key in list(left):
        # Where all keywords are taken, `a=2` is the size of an axis called a.
        other = next((each for each in (ALIASES.get(key), MORE.get(key)) if each in names), None)
        if rest is None and key not in names and other is not None:
            left[other] = left.pop(key)
    for each, literal in parameters:
        bare = each.lstrip("*")
        if each.startswith("**"):
            continue
        if each.startswith("*"):
            given = left.pop(bare, None)
            made[bare] = Seq(tuple(waiting)) if given is None or waiting else given
            if isinstance(given, Seq) or given is None:
                made[bare] = Seq(tuple(waiting)) if given is None else given
            else:
                made[bare] = Seq((given,))
            waiting = []
        elif waiting and rest is not None:
            made[bare] = waiting.pop(0)  # a keyword of this name is one of the rest
        elif bare in left:
            made[bare] = left.pop(bare)
        elif waiting:
            made[bare] = waiting.pop(0)
        elif literal is not None:
            made[bare] = default(literal)
        else:
            raise Refusal(f"{name} lacks its argument {bare!r}")
    if waiting:
        raise Refusal(f"{name} is understood with {len(parameters)} arguments, and has {len(arguments)}")
    if rest is not None:
        made[rest.lstrip("*")] = Table(left)
        return made
    for key in left:
        if key not in IGNORED:
            raise Refusal(f"the argument {key!r} of {name} is not understood")
    return made


def call(
    m: Machine, path: str, arguments: Sequence[Value], keywords: Mapping[str, Value], targets: int | None = None
) -> Value:
    """The value of a known function. Refusal where it is not known."""
    shown = path.removeprefix("method.").removeprefix("prelude.").removeprefix("python.")
    found = row(path, m.facts.torch)
    if found is None:
        raise Refusal(f"{shown} is not understood")
    given = bound(found, arguments, keywords, shown)
    root = library(path)
    spelled = {"dim", "keepdim"} & set(keywords)
    given.torch = root == "torch" or (not root and m.facts.torch) or bool(spelled)
    given.torch = given.torch and not {"axis", "keepdims"} & set(keywords)
    given.method = path.startswith("method.")
    given.targets = targets
    return found.meaning(m, given)
