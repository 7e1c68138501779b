"""What a source text is before it is traced: its syntax tree, whose functions it calls, and which part of it is meant."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Sequence

from tensordraw.errors import Error


def parsed(text: str) -> ast.Module:
    """The syntax tree. Error: the text is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Python will no longer take some day
            return ast.parse(textwrap.dedent(text.expandtabs()).strip("\n") if text[:1].isspace() else text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        raise Error(f"{where}this is no Python: {str(getattr(error, 'msg', None) or error).rstrip('.?')}.") from error


def libraries_of(tree: ast.Module) -> frozenset[str]:
    """Names that a text calls or takes functions from."""
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    owners = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr not in ("T", "mT", "H", "shape")
    }
    return frozenset(called | owners)


def is_torch(tree: ast.Module, text: str) -> bool:
    """Whether a text is PyTorch, by what it imports or the words it uses."""
    modules = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        for alias in getattr(node, "names", ())
        if isinstance(node, ast.Import | ast.ImportFrom) and isinstance(alias, ast.alias)
    } | {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    if {"torch", "numpy", "jax"} & modules:
        return "torch" in modules
    words = ("torch", "PyTorch", "F.", "nn.", "dim=", "keepdim=", "unsqueeze", "einops", "rearrange", ".view(", "masked_fill",
             ".size(", "permute(")  # fmt: skip
    return any(word in text for word in words) and not any(word in text for word in ("np.", "jnp."))


def means(node: ast.stmt) -> bool:
    """Whether a statement of a script computes something, and does not only set numbers and texts."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return not isinstance(node.value, ast.Constant | ast.Tuple) and node.value is not None
    return not isinstance(node, ast.Pass | ast.Delete)


def chosen(defined: Sequence[ast.FunctionDef | ast.ClassDef]) -> ast.FunctionDef | ast.ClassDef:
    """`forward`, or the last public one that no other one uses."""
    for node in defined:
        if node.name == "forward":
            return node
    used = {
        each.id for node in defined for each in ast.walk(node) if isinstance(each, ast.Name) and each.id != node.name
    }
    free = [node for node in defined if node.name not in used and not node.name.startswith("_")]
    return (free or list(defined))[-1]
