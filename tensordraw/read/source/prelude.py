"""Our own: the prelude functions of printed code, known by name and exact text, and the sizes in its docstrings."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from tensordraw.program.emit.fixed import PRELUDE
from tensordraw.program.emit.phrases import private
from tensordraw.program.forms import prelude

NAMES = (
    "erf", "gelu", "gelu_tanh", "softmax", "log_softmax", "normalise", "rms_norm", "argmax_one_hot", "top_k", "causal_mask",
    "lower", "strictly_lower", "inverse", "determinant",
)  # fmt: skip
_LINE = re.compile(
    r"^(?P<name>[^\W\d]\w*)\s+(?P<shape>\[[^\]]*\]|scalar)(?P<ids>, integers)?(?P<called> \(called .*)?$"
)
_AXIS = re.compile(
    r"^(?:(?P<name>.*?)\s+)?(?P<size>\d+)$|^(?P<open>\w+)$"
)  # an axis of any size, as of a batch, has none
Axes = tuple[tuple[str, int | None], ...]


@lru_cache
def _sources() -> dict[str, str]:
    """The prelude function by the dump of its definition."""
    found = {}
    for library in ("numpy", "torch", "jax"):
        for name in NAMES:
            try:
                source = prelude(library, name)
            except KeyError:  # not every library needs every one
                continue
            found[ast.dump(ast.parse(private(source, NAMES)).body[0])] = name
    for (_, name), source in PRELUDE.items():
        found[ast.dump(ast.parse(source).body[0])] = name.removeprefix("_")
    return found


def prelude_function(node: ast.FunctionDef) -> str:
    """The function of the table that a definition is, "" where it is none of our own."""
    return _sources().get(ast.dump(node), "") if node.name.startswith("_") else ""


def described(text: str) -> tuple[dict[str, Axes], dict[str, str], set[str]]:
    """Axes with their sizes, document names, and which hold integers, by parameter, from a docstring that we print."""
    axes: dict[str, Axes] = {}
    names: dict[str, str] = {}
    integer: set[str] = set()
    for line in text.splitlines():
        match = _LINE.match(line.strip())
        if match is None:
            continue
        name, shape = match["name"], match["shape"]
        found = [] if shape == "scalar" else [part.strip() for part in shape[1:-1].split(",") if part.strip()]
        sizes = [_AXIS.match(part) for part in found]
        if any(size is None for size in sizes):
            continue
        axes[name] = tuple(
            (size["open"], None) if size["open"] else (size["name"] or "", int(size["size"]))
            for size in sizes
            if size is not None
        )
        if match["ids"]:
            integer.add(name)
        if match["called"]:
            names[name] = (
                match["called"][len(" (called ") : -len(" in the diagram)")].replace('\\"', '"').replace("\\\\", "\\")
            )
    return axes, names, integer
