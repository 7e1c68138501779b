"""The library forms of the table at work: the text that emitters print, and the same text computed on arrays.

`written` fills a form in and says which prelude functions and imports it needs. `apply` computes it: the text is parsed
once with `ast` and turned into a closure over the few node kinds that the table's own texts use (never `eval`).
"""

from __future__ import annotations

import ast
import importlib
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from tensordraw.errors import Error
from tensordraw.program.expressions import Expr, elementwise, variables
from tensordraw.program.formulas import number, python
from tensordraw.program.functions import AXES, Function

IMPORTS = {
    "math.": "import math",
    "np.": "import numpy as np",
    "jax.": "import jax",
    "jnp.": "import jax.numpy as jnp",
    "torch.": "import torch",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A form filled in: an expression, the names of the prelude functions it calls (in order of definition, with what
    they call), and the import lines that both need."""

    text: str
    prelude: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


def written(
    function: Function, library: str, x: str, axes: Sequence[int] = (), ndim: int = 0,
    params: Mapping[str, float] | None = None, expression: str = "",
) -> Written:  # fmt: skip
    """The function of the value called `x` in "numpy", "torch" or "jax", along `axes` of its `ndim` axes."""
    if function.name == "expression":
        text = _written_expression(elementwise(expression), library, x)
    else:
        values = {name: number(float(value)) for name, value in parameters(function, params).items()}
        values = {name: f"({value})" if value.startswith("-") else value for name, value in values.items()}
        text = _template(function, library, axes, ndim).format(x=x, **values, **_axis_texts(function, axes, ndim))
    names = _needed(text, library)
    return Written(text, names, imports_of("\n".join([text, *(prelude(library, name) for name in names)])))


def _written_expression(tree: Expr, library: str, x: str) -> str:
    text = python(tree, library, {"x": x})  # type: ignore[arg-type]
    if "x" in variables(tree):
        return text
    module = {"numpy": "np", "torch": "torch", "jax": "jnp"}[library]
    return f"{module}.full_like({x}, {text})"


def parameters(function: Function, params: Mapping[str, float] | None) -> dict[str, float]:
    """The function's parameters with defaults filled in; errors.Error for a parameter it does not have."""
    unknown = sorted(set(params or {}) - set(function.params))
    if unknown:
        known = f"has {', '.join(function.params)}" if function.params else "has no parameters"
        raise Error(f"The function {function.name} has no parameter {unknown[0]!r}: it {known}.")
    values = {**function.params, **(params or {})}
    if "k" in values and (values["k"] < 1 or values["k"] != int(values["k"])):
        raise Error(
            f"The k of {function.name} has to be a whole number of 1 or more, not {number(float(values['k']))}."
        )
    return values


def _template(function: Function, library: str, axes: Sequence[int], ndim: int) -> str:
    form = function.form(library)
    at_end = tuple(axes) == tuple(range(ndim - len(axes), ndim)) and ndim > 0
    return form.last if form.last and at_end else form.text


def _axis_texts(function: Function, axes: Sequence[int], ndim: int) -> dict[str, str]:
    """The last axis reads -1; a pair among the last two reads -2 and -1."""
    last = ndim - len(axes)
    negative = ndim > 0 and all(axis >= last for axis in axes)
    return {name: str(axis - ndim if negative else axis) for name, axis in zip(AXES[function.rule], axes, strict=True)}


def imports_of(code: str) -> tuple[str, ...]:
    """The import lines for the modules that stand in the code."""
    return tuple(line for word, line in IMPORTS.items() if re.search(rf"(?<![\w.]){re.escape(word)}", code))


# ---------------------------------------------------------------------------------------------------------- prelude


@lru_cache
def _sources(library: str) -> dict[str, str]:
    """Source text of the functions of forms_<library>.py, read as text because the library may not be installed."""
    text = Path(__file__).with_name(f"forms_{library}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {node.name: _bare(ast.get_source_segment(text, node) or "") for node in found}


def _bare(source: str) -> str:
    """A function without the annotations of its signature, which stands on one line."""
    head, _, body = source.partition("\n")
    head = re.sub(r": (?:Any|int|float)\b", "", head.replace(" -> Any", "")).replace(" = ", "=")
    return f"{head}\n{body}"


def prelude(library: str, name: str) -> str:
    """The source of a prelude function, as emitters copy it."""
    return _sources(library)[name]


def _needed(text: str, library: str) -> tuple[str, ...]:
    """Prelude functions that the text calls, those that they call first."""
    sources, found = _sources(library), dict[str, None]()
    for name in re.findall(r"(?<![\w.])([a-z]\w*)\(", text):
        if name in sources and name not in found:
            body = sources[name].partition(":\n")[2]
            found.update(dict.fromkeys((*_needed(body, library), name)))
    return tuple(found)


# -------------------------------------------------------------------------------------------------------- computing

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.Gt: operator.gt,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """A part of an expression that is a name or a number: the same for every `x`."""

    value: Any


_Part: TypeAlias = _Known | Callable[[Any], Any]


def _computed(text: str, names: Mapping[str, Any]) -> Callable[[Any], Any]:
    """The text as a function of `x`, all other names being known."""
    return _changing(_compiled(ast.parse(text, mode="eval").body, names))


def _changing(part: _Part) -> Callable[[Any], Any]:
    return (lambda x: part.value) if isinstance(part, _Known) else part


def _compiled(node: ast.expr, names: Mapping[str, Any]) -> _Part:
    """What computes one of the node kinds of the table's own texts."""
    match node:
        case ast.Constant(value):
            return _Known(value)
        case ast.Name("x"):
            return lambda x: x
        case ast.Name(name):
            return _Known(names[name])
        case ast.Attribute(owner, name):
            of = _compiled(owner, names)
            return _Known(getattr(of.value, name)) if isinstance(of, _Known) else lambda x: getattr(of(x), name)
        case ast.UnaryOp(ast.USub(), operand):
            negated = _changing(_compiled(operand, names))
            return lambda x: -negated(x)
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            a, b = (_changing(_compiled(side, names)) for side in (left, right))
            act = _OPERATORS[type(op)]
            return lambda x: act(a(x), b(x))
        case ast.Subscript(value, ast.Slice(ast.expr() as lower, None)):
            sliced, start = (_changing(_compiled(part, names)) for part in (value, lower))
            return lambda x: sliced(x)[start(x) :]
        case ast.Call(func, args, keywords):
            called = _compiled(func, names)
            given = [_compiled(arg, names) for arg in args]
            named = {str(keyword.arg): _compiled(keyword.value, names) for keyword in keywords}
            return _call(called, given, named)
        case _:
            raise TypeError(f"the table of functions uses {ast.dump(node)}")


def _call(called: _Part, given: Sequence[_Part], named: Mapping[str, _Part]) -> Callable[[Any], Any]:
    """A call; where only its first argument changes, the others are put together once."""
    if isinstance(called, _Known) and given and all(isinstance(p, _Known) for p in (*given[1:], *named.values())):
        act, first = called.value, _changing(given[0])
        others = [part.value for part in given[1:] if isinstance(part, _Known)]
        settings = {name: part.value for name, part in named.items() if isinstance(part, _Known)}
        return lambda x: act(first(x), *others, **settings)
    of, all_given = _changing(called), [_changing(part) for part in given]
    all_named = {name: _changing(part) for name, part in named.items()}
    return lambda x: of(x)(*(g(x) for g in all_given), **{name: v(x) for name, v in all_named.items()})


@lru_cache
def _library_names(library: str) -> dict[str, Any]:
    """What a bare name in a form means: the library's modules and the prelude functions."""
    forms = importlib.import_module(f"tensordraw.program.forms_{library}")
    names = {name: getattr(forms, name) for name in _sources(library)}
    modules = {"numpy": {"np": "numpy"}, "torch": {"torch": "torch"}, "jax": {"jax": "jax", "jnp": "jax.numpy"}}
    return {**names, **{name: importlib.import_module(path) for name, path in modules[library].items()}, "math": math}


def apply(
    function: Function, library: str, axes: Sequence[int] = (), ndim: int = 0,
    params: Mapping[str, float] | None = None, expression: str = "",
) -> Callable[[Any], Any]:  # fmt: skip
    """The function as a callable on arrays of the library, along `axes` of their `ndim` axes."""
    library_names = _library_names(library)
    if function.name == "expression":
        return _applied_expression(expression, library)
    values = {n: int(v) if float(v).is_integer() else float(v) for n, v in parameters(function, params).items()}
    letters = {name: name for name in ("x", *AXES[function.rule], *values)}
    text = _template(function, library, axes, ndim).format(**letters)
    return _computed(text, {**library_names, **values, **dict(zip(AXES[function.rule], axes, strict=True))})


def _applied_expression(text: str, library: str) -> Callable[[Any], Any]:
    names = {**_library_names(library), "float": float, "abs": abs, "max": max, "min": min}
    return _computed(_written_expression(elementwise(text), library, "x"), names)
