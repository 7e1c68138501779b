"""What the registry of languages holds: a name, a title, and a function that prints programs.

A language of any kind takes part by one `Printer` in `emit.LANGUAGES`. Those written in Python share `python.printer`,
which makes one from a record of the few things in which they differ; others bring a `print` of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tensordraw.program.statements import Name, Program


@dataclass(frozen=True, slots=True)
class Line:
    """A line of printed code and the values of the program that it stands for."""

    text: str
    values: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Printer:
    """A language: `print(program, module)` gives the lines of a whole file.

    `lexer` is Pygments' name of its syntax, `suffix` that of its files, `modules` whether it can be asked for a
    `torch.nn.Module` (only then is `module` ever true), `forms` whether it has words for recognised forms (others get
    plain statements), `macros` what TeX does with the macros of a document. `print` raises errors.Error, one sentence,
    for what the language cannot say.
    """

    name: str
    title: str
    print: Callable[[Program, bool], tuple[Line, ...]]
    lexer: str = "python"
    suffix: str = ".py"
    modules: bool = False
    forms: bool = False
    macros: Callable[[Program, str], Program] | None = None
