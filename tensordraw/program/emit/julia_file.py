"""A file of Julia code: legal names, the module's head, and the function `forward` with its docstring."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tensordraw.program.emit.forms_julia import PRELUDE, needed, using
from tensordraw.program.emit.printer import Line
from tensordraw.program.emit.script import INDENT, WIDTH, Written, filled
from tensordraw.program.identifiers import Names

KEYWORDS = frozenset(
    (
        "abstract", "baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export",
        "false", "finally", "for", "function", "global", "if", "import", "in", "isa", "let", "local", "macro", "module",
        "mutable", "outer", "primitive", "public", "quote", "return", "struct", "true", "try", "type", "using", "where",
        "while",
    )
)  # fmt: skip
# Functions and constants that printed code uses: a variable of that name would hide them.
CALLED = frozenset(
    (
        "abs", "abs2", "argmax", "axes", "conj", "cos", "cosh", "cumsum", "det", "dropdims", "eltype", "erf", "exp", "fill",
        "first", "float", "forward", "im", "inv", "log", "log1p", "mapslices", "max", "maximum", "mean", "min", "one", "ones",
        "only", "oftype", "permutedims", "pi", "prod", "reshape", "sign", "sin", "sinh", "size", "sortperm", "sqrt", "sum",
        "tan", "tanh", "vec", "zero", "zeros", "CartesianIndices", "Inf", "NaN", "π", "ℯ", *PRELUDE,
    )
)  # fmt: skip
RESERVED = KEYWORDS | CALLED
GREEK = {
    word if letter.isupper() else word.lower(): letter
    for letter in "αβγδεζηθικλμνξρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
    for word in [unicodedata.name(letter).split()[-1].replace("LAMDA", "LAMBDA").capitalize()]
}


def spell(name: str) -> str:
    """The name as Julia takes it: Python's identifiers are legal."""
    return name


def index_letter(name: str) -> str:
    """An index as Julia users write it: `α` for `alpha`, `λ0` for `lambda0`."""
    found = re.fullmatch(r"([A-Za-z]+)(\d*)", name)
    return GREEK[found[1]] + found[2] if found and found[1] in GREEK else name


def file(written: Written) -> Iterable[Line]:
    """What is used, the functions that `forward` calls, and `forward` itself."""
    body = "\n".join(line.text for line in written.body)
    called = needed(body)
    yield Line("# Julia with TensorOperations.jl, written by tensordraw.")
    if lines := using("\n".join([body, *(PRELUDE[name] for name in called)])):
        yield Line("")
        yield from (Line(text) for text in lines)
    for name in called:
        yield Line("")
        yield from (Line(text) for text in PRELUDE[name].split("\n"))
    start = "function forward("
    head = [f"{start}{', '.join(written.parameters)})"]
    if len(head[0]) > WIDTH:
        head = filled(start, written.parameters, ")")
    yield Line("")
    yield Line('"""')
    for line in written.explained:
        # Indented by four, the arrays are code in Julia's help.
        text = f"  {line.text}" if line.text.startswith(" ") else line.text
        yield Line(re.sub(r'([\\"$])', r"\\\1", text), line.values)
    yield Line('"""')
    yield from (Line(line) for line in head)
    for need in written.needs:
        if need.startswith("type "):
            yield Line(f"{INDENT}{need.removeprefix('type ')} = {_type(written)}")
    yield from written.body
    yield _returned(written)
    yield Line("end")


def _type(written: Written) -> str:
    """The type of the entries, by the first array that holds none of ids."""
    facts = written.facts
    given = next((each for each in facts.program.inputs if not each.type.integer), None)
    return "Float64" if given is None else f"eltype({facts.variables[given.out]})"


def _returned(written: Written) -> Line:
    """The last line: several results are a named tuple."""
    results = written.results
    values = tuple(value for _, _, value in results)
    if len(results) == 1:
        return Line(f"{INDENT}return {results[0][1]}", values)
    fields = Names(KEYWORDS)
    named = [(fields.take(name if name.isidentifier() else _field(name)), text) for name, text, _ in results]
    items = [name if name == text else f"{name} = {text}" for name, text in named]
    return Line(f"{INDENT}return (; {', '.join(items)})", values)


def _field(name: str) -> str:
    text = re.sub(r"\W", "_", name)
    return text if text.isidentifier() else f"x{text}"
