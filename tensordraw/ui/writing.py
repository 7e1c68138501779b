"""Code for the panel: the lines of the program of a drawing, and for each line the items that it stands for."""

from __future__ import annotations

from tensordraw.diagram.records import Diagram, Id


def languages() -> list[str]:
    """The languages of the code panel, the default first."""
    from tensordraw.program import emit

    return emit.languages()


def write_code(diagram: Diagram, language: str) -> tuple[str, list[tuple[Id, ...]]]:
    """The code of the drawing and the items of each of its lines; Error where the drawing means nothing yet."""
    from tensordraw.program.emit import emit_lines
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify

    if not diagram.content.nodes:
        return "", []
    program = simplify(lower(diagram.content))
    lines = emit_lines(program, language)
    origins = [
        tuple(dict.fromkeys(item for value in line.values for item in program.origin.get(value, ()))) for line in lines
    ]
    return "\n".join(line.text for line in lines) + "\n", origins
