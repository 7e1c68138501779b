"""Names of the axes of results, for the values panel."""

from __future__ import annotations

from tensordraw.diagram.records import Content


def results(content: Content, names: list[str]) -> dict[str, tuple[str, ...]]:
    """For each result the labels (else space names) of its open legs, as the program gives them."""
    from tensordraw.program.lower import lower

    program = lower(content)
    types = {statement.out: statement.type for statement in (*program.inputs, *program.body)}
    made = {}
    for output in program.outputs:
        type_ = types.get(output.value)
        if type_ is not None and output.name in names:
            made[output.name] = tuple(axis.name for axis in type_.axes)
    return made
