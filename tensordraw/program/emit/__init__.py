"""Code that a program gives, one file a language.

`emit(program, "torch")` is a Python module with one function `forward`, whose parameters are the document's arrays; it
needs nothing but the library it is written for. `emit_lines` says for each line which values it stands for. A language
is a `Printer` in `LANGUAGES`: those of Python come from a `Language`, others (of any syntax) bring a `print` of their own.

Arrays of one dtype are expected, as networks have them. Where dtypes are mixed, real arrays with complex ones included,
NumPy and `*`, `+` in torch promote as the evaluator does, but contractions in torch refuse: convert the arrays first (`.to`).
A conversion on every line would hide what the code has to teach.
"""

from __future__ import annotations

from tensordraw.errors import Error
from tensordraw.program.emit.einops import EINOPS
from tensordraw.program.emit.jax import JAX
from tensordraw.program.emit.julia import JULIA_TENSOR
from tensordraw.program.emit.latex import LATEX
from tensordraw.program.emit.ncon import NCON
from tensordraw.program.emit.numpy import NUMPY
from tensordraw.program.emit.octave import MATLAB
from tensordraw.program.emit.opt_einsum import OPT_EINSUM
from tensordraw.program.emit.printer import Line, Printer
from tensordraw.program.emit.python import printer
from tensordraw.program.emit.quimb import QUIMB
from tensordraw.program.emit.torch import TORCH
from tensordraw.program.emit.torch_einsum import TORCH_EINSUM
from tensordraw.program.fuse import fused, unfused
from tensordraw.program.identifiers import parameters
from tensordraw.program.statements import Program

__all__ = ["LANGUAGES", "Line", "Printer", "emit", "emit_lines", "languages", "parameters", "recognised"]

_PYTHON = (TORCH, TORCH_EINSUM, NUMPY, EINOPS, OPT_EINSUM, JAX, NCON, QUIMB)
_OTHERS: tuple[Printer, ...] = (
    JULIA_TENSOR,
    MATLAB,
    LATEX,
)  # languages with a printer of their own, in the order in which people see them
LANGUAGES: dict[str, Printer] = {each.name: each for each in (*map(printer, _PYTHON), *_OTHERS)}


def languages() -> list[str]:
    """The names of all languages, the default reading first."""
    return list(LANGUAGES)


def recognised(program: Program, language: str, module: bool = False) -> Program:
    """The program with the forms that a language has words for: attention, and in modules, which are to be fast, linear
    layers and norms too; in functions, which are to be read, those keep the names of their axes."""
    found = LANGUAGES.get(language)
    return fused(program, layers=module, turns=module) if found is not None and found.forms else program


def emit(program: Program, language: str, module: bool = False, macros: str = "") -> str:
    """The code of a program in a language, a whole Python module; with `module` its arrays are held by an `nn.Module`.

    `macros` are the document's lines of `\\newcommand`, which are expanded where names become formulas. Raises errors.Error
    for a language that is not there, or that has no modules.
    """
    return "\n".join(line.text for line in emit_lines(program, language, module, macros)) + "\n"


def emit_lines(program: Program, language: str, module: bool = False, macros: str = "") -> tuple[Line, ...]:
    """The lines of `emit`, each with the values of the program that it stands for."""
    if language not in LANGUAGES:
        raise Error(f"There is no language {language!r}: the languages are {', '.join(LANGUAGES)}.")
    found = LANGUAGES[language]
    if module and not found.modules:
        able = ", ".join(each.name for each in LANGUAGES.values() if each.modules)
        raise Error(f"{language} has no nn.Module: choose one of {able}.")
    if macros and found.macros is not None:
        program = found.macros(program, macros)
    return found.print(program if found.forms else unfused(program), module)
