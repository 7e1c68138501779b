"""All that is wrong with a document: the drawing's problems, expressions that cannot be read, files that are missing.

The diagram layer knows neither arithmetic nor files, so the whole list is put together here; the window, `td.problems`
and `tensordraw check` show it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tensordraw.diagram.identity import cached
from tensordraw.diagram.problems import Problem, problems
from tensordraw.diagram.records import Add, Bubble, Content, Diagram, Fixed, Id
from tensordraw.errors import Error
from tensordraw.program import expressions


def findings(diagram: Diagram) -> tuple[Problem, ...]:
    """Every problem of a document, errors first; files are looked at anew each time."""
    found = list(_of_content(diagram.content))
    if diagram.content.sources:
        from tensordraw.program.sourced import source_problems  # late: it needs NumPy, and the window opens without it

        found += source_problems(diagram)
    if diagram.content.recipes:
        from tensordraw.program.recipes import recipe_problems  # late, as above

        found += recipe_problems(diagram.content)
    return tuple(sorted(found, key=lambda problem: ("error", "warning", "note").index(problem.severity)))


@cached
def _of_content(content: Content) -> tuple[Problem, ...]:
    return (*problems(content), *_expressions(content))


def _expressions(content: Content) -> Iterator[Problem]:
    sizes = {space.name: space.size for space in content.spaces.values()}
    for item, text in _constants(content):
        try:
            expressions.constant(text, sizes)
        except Error as error:
            yield Problem(
                "error", (item,), _sentence(error), "A constant is arithmetic in numbers and the sizes of spaces.",
                "Write it as in 1/sqrt(head_size).",
            )  # fmt: skip
    for region in content.regions.values():
        if isinstance(region, Bubble) and region.function == "expression" and region.expression.strip():
            try:
                expressions.elementwise(region.expression)
            except Error as error:
                yield Problem(
                    "error", (region.id,), _sentence(error), "A bubble's expression says what becomes of each entry x.",
                    "Write it as in x**2 + 1.",
                )  # fmt: skip


def _constants(content: Content) -> Iterator[tuple[Id, str]]:
    for node in content.nodes.values():
        if isinstance(node, Fixed) and node.kind == "constant":
            yield node.id, node.expression
        elif isinstance(node, Add):
            yield from ((node.id, operand.coefficient) for operand in node.operands)
    for equation in content.equations.values():
        yield from ((equation.id, part.coefficient) for part in equation.parts)


def _sentence(error: Error) -> str:
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
