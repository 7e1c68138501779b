"""Code for the panel: the lines of the program of a drawing, and for each line the items that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tensordraw.diagram.records import Diagram, Id


@dataclass(frozen=True, slots=True)
class Written:
    """Code, the items that each of its lines stands for, Pygments' name of its language, the arrays that it takes, and the
    einsum string of a drawing that is one contraction ("" for others)."""

    code: str
    origins: list[tuple[Id, ...]]
    lexer: str
    arrays: tuple[str, ...] = ()
    einsum: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language as the panel lists it; `suffix` ends the names of its files, `stem` begins them."""

    name: str
    title: str
    suffix: str
    stem: str = "forward"


MODULE = Spoken("torch module", "PyTorch module", ".py", "network")  # torch with the arrays held by an `nn.Module`


def languages() -> list[Spoken]:
    """The languages of the code panel, the default first."""
    from tensordraw.program.emit import LANGUAGES

    found = [Spoken(one.name, one.title, one.suffix) for one in LANGUAGES.values()]
    return [*found[:1], MODULE, *found[1:]]


def write_code(diagram: Diagram, language: str, batch: Sequence[str] = ()) -> Written:
    """The code of the drawing in a language or as a `MODULE`, on batches of these arrays; Error where the drawing means
    nothing yet."""
    from tensordraw.program.batch import batched
    from tensordraw.program.emit import LANGUAGES, emit_lines, recognised
    from tensordraw.program.lengths import with_lengths, with_sources
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify

    module, language = language == MODULE.name, "torch" if language == MODULE.name else language
    if not diagram.content.nodes:
        return Written("", [], LANGUAGES[language].lexer)
    plain = simplify(lower(diagram.content))
    arrays = tuple(dict.fromkeys(given.array for given in plain.inputs))
    plain = with_lengths(with_sources(plain, diagram.content), diagram.content)
    program = recognised(batched(plain, [name for name in batch if name in arrays]), language, module)
    lines = emit_lines(program, language, module, diagram.custom.macros)
    origins = [
        tuple(dict.fromkeys(item for value in line.values for item in program.origin.get(value, ()))) for line in lines
    ]
    return Written(
        "\n".join(line.text for line in lines) + "\n", origins, LANGUAGES[language].lexer, arrays, einsum_of(diagram)
    )


def einsum_of(diagram: Diagram) -> str:
    """The einsum string of a drawing that has one which can be edited, else ""."""
    from tensordraw.editor.respelling import simple
    from tensordraw.errors import Error

    try:
        return simple(diagram).text
    except Error:
        return ""
