"""Code for the panel: the lines of the program of a drawing, and for each line the items that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tensordraw.diagram.records import Diagram, Id


@dataclass(frozen=True, slots=True)
class Written:
    """Code, the items that each of its lines stands for, and Pygments' name of its language."""

    code: str
    origins: list[tuple[Id, ...]]
    lexer: str


def languages() -> list[str]:
    """The languages of the code panel, the default first."""
    from tensordraw.program import emit

    return emit.languages()


def write_code(diagram: Diagram, language: str, batch: Sequence[str] = ()) -> Written:
    """The code of the drawing, on batches of these arrays; Error where the drawing means nothing yet."""
    from tensordraw.program.batch import batched
    from tensordraw.program.emit import LANGUAGES, emit_lines
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify

    if not diagram.content.nodes:
        return Written("", [], LANGUAGES[language].lexer)
    program = batched(simplify(lower(diagram.content)), batch)
    lines = emit_lines(program, language)
    origins = [
        tuple(dict.fromkeys(item for value in line.values for item in program.origin.get(value, ()))) for line in lines
    ]
    return Written("\n".join(line.text for line in lines) + "\n", origins, LANGUAGES[language].lexer)
