"""A file of MATLAB or Octave code: legal names, and the function `forward` with its help text and what it calls."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from tensordraw.program.emit.forms_octave import PRELUDE, needed
from tensordraw.program.emit.printer import Line
from tensordraw.program.emit.script import INDENT, WIDTH, Written, filled
from tensordraw.program.identifiers import Names

KEYWORDS = frozenset(
    (
        "break", "case", "catch", "classdef", "continue", "do", "else", "elseif", "end", "end_try_catch",
        "end_unwind_protect", "endfor", "endfunction", "endif", "endparfor", "endswitch", "endwhile", "enumeration",
        "events", "for", "function", "global", "if", "methods", "otherwise", "parfor", "persistent", "properties",
        "return", "spmd", "switch", "try", "until", "unwind_protect", "unwind_protect_cleanup", "while",
    )
)  # fmt: skip
# Functions that printed code calls: a variable of that name would hide them.
CALLED = frozenset(
    (
        "abs", "ans", "arrayfun", "conj", "cos", "cosh", "cumsum", "det", "diag", "double", "erf", "exp", "eye", "forward", "full",
        "inv", "ipermute", "linspace", "log", "log1p", "max", "mean", "min", "ncon", "ndims", "num2cell", "numel", "ones",
        "permute", "perms", "pi", "prod", "repmat", "reshape", "setdiff", "sign", "sin", "sinh", "size", "sort", "sqrt",
        "squeeze", "struct", "sum", "tan", "tanh", "trace", "tril", "true", "zeros", *PRELUDE,
    )
)  # fmt: skip
RESERVED = KEYWORDS | CALLED
LONGEST = 60  # characters of a name that MATLAB keeps apart, and some to number them


def spell(name: str) -> str:
    """The name in ASCII letters, digits and underscores, a letter first: `alpha` for the Greek letter."""
    letters = []
    for c in name:
        greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(c, ""))
        if greek:
            letters.append(greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize())
        else:
            plain = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
            letters.append(plain or "_")
    text = re.sub(r"\W", "_", "".join(letters))[:LONGEST]
    return text if text[:1].isalpha() else f"x{text}"


def file(written: Written) -> Iterable[Line]:
    """The function with its explanation, and after it the functions that it calls."""
    result, last = _returned(written)
    start = f"function {result} = forward("
    head = [f"{start}{', '.join(written.parameters)})"]
    if len(head[0]) > WIDTH:
        *others, end = filled(start, written.parameters, ")")
        head = [*(f"{line} ..." for line in others), end]
    yield from (Line(line) for line in head)
    for line in written.explained:
        yield Line(f"% {line.text}".rstrip(), line.values)
    yield Line("%")
    body = "\n".join(line.text for line in written.body)
    if "ncon(" in body:
        yield Line("% ncon.m is the network contractor of arXiv:1402.0939.")
    yield Line("% An array of one axis is a column, one of none a number. Written by tensordraw for MATLAB and Octave.")
    yield from written.body
    yield from last
    yield Line("end")
    for name in needed(body):
        yield Line("")
        yield from (Line(text) for text in PRELUDE[name].split("\n"))


def _returned(written: Written) -> tuple[str, list[Line]]:
    """The variable that is returned, and the lines that fill it: several results are the fields of a struct."""
    results, names = written.results, written.facts.names
    if len(results) == 1:
        [(_, text, value)] = results
        if re.fullmatch(r"\w+", text):
            return text, []
        result = names.take("result")
        return result, [Line(f"{INDENT}{result} = {text};", (value,))]
    result, fields = names.take("results"), Names(KEYWORDS)
    lines = [Line(f"{INDENT}{result}.{fields.take(spell(name))} = {text};", (value,)) for name, text, value in results]
    return result, lines or [Line(f"{INDENT}{result} = struct();")]
