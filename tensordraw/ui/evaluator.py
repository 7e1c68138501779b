"""The process that evaluates for the window: documents in, results out, one JSON line each way. It imports no Qt.

A process of its own can be stopped at any moment, uses the other processor core, and takes its memory with it. It stays
warm between evaluations, because importing numpy and the planner costs more than most drawings do.

Request: {"document": text, "home": folder, "seed": int, "folder": where to put results, "item": an id or null, "capture":
the drawn name of a value or ""}. With an item or a capture its value comes first among the results.
With "check" the sides of the equations are compared instead.
Answers, in order: {"cost": words}, then {"results": [{"name", "file", "axes"}], "captures": [names that can be asked
for], "seconds": n} or {"error": sentence}; to "check" {"verdict": sentences, "holds": bool, "seconds": n}.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram.file import decode
from tensordraw.diagram.records import Add, Copy, Diagram, Paste
from tensordraw.errors import Error
from tensordraw.program.statements import Program, Repeat, Statement


def answer(line: dict[str, Any], out: Any) -> None:
    """Write one answer."""
    out.write(json.dumps(line) + "\n")
    out.flush()


def evaluate(request: dict[str, Any], out: Any) -> None:
    """Serve one request."""
    import numpy as np

    from tensordraw.program.arrays import inputs
    from tensordraw.program.cost import cost
    from tensordraw.program.evaluate import run
    from tensordraw.program.lower import lower
    from tensordraw.program.memory import check_memory
    from tensordraw.program.passes import simplify
    from tensordraw.program.plan import plan

    diagram = replace(decode(request["document"]), home=request["home"])
    program = simplify(lower(diagram.content))
    answer({"cost": str(cost(plan(program))).splitlines()[0]}, out)
    wanted = request["capture"] or (value_of(request["item"], diagram, program) if request["item"] else None)
    check_memory(program, diagram, {})
    arrays = inputs(program, diagram, {}, request["seed"])
    began = time.perf_counter()
    results = run(program, arrays, capture=() if wanted is None else (wanted,))
    seconds = time.perf_counter() - began
    names = axis_names(program)
    values = {output.name: output.value for output in program.outputs}
    made = [(name, values[name], array) for name, array in results.outputs.items()]
    made = [
        (wanted or "", program.captures.get(wanted or "", wanted or ""), array) for array in results.captures.values()
    ] + made
    written = []
    for number, (name, value, array) in enumerate(made):
        file = str(Path(request["folder"]) / f"result{number}.npy")
        np.save(file, np.asarray(array))
        axes = names.get(value, [])
        written.append({"name": name, "file": file, "axes": axes[max(len(axes) - np.ndim(array), 0) :]})
    given = {entry.out for entry in program.inputs}
    inner = [name for name, value in program.captures.items() if value not in given and value not in values.values()]
    answer({"results": written, "captures": inner, "seconds": seconds}, out)


def check(request: dict[str, Any], out: Any) -> None:
    """Compare the sides of the document's equations: the verdict, and a line for each pair of sides where there are more."""
    from tensordraw.program.verdict import check_equation

    began = time.perf_counter()
    verdict = check_equation(replace(decode(request["document"]), home=request["home"]))
    lines = [verdict.sentence]
    if len(verdict.comparisons) > 1:
        for one in verdict.comparisons:
            words = f"equal to {one.digits} digits" if one.holds or one.digits else "different"
            lines.append(f"{one.left} {one.relation} {one.right}: {words}")
    answer({"verdict": lines, "holds": verdict.equal, "seconds": time.perf_counter() - began}, out)


def value_of(item: str, diagram: Diagram, program: Program) -> str:
    """What stands for an item: its array, else the value that bears its drawn name, else the statement that is made of the
    fewest other items (a bubble's own function comes before the contraction that its result goes into)."""
    node = diagram.content.nodes.get(item)
    if isinstance(node, Paste):
        return value_of(node.copy, diagram, program)
    there = axis_names(program)  # values that were folded away have an origin still
    for given in program.inputs:
        if getattr(node, "name", "") == given.array:
            return given.out
    found = [value for value, items in program.origin.items() if item in items and value in there]
    drawn = getattr(node or diagram.content.regions.get(item), "name", "")
    if program.captures.get(drawn, "") in found or (drawn in program.captures and item in diagram.content.regions):
        return drawn
    for maker in diagram.content.nodes.values() if not found and item in diagram.content.wires else ():
        made = maker.out if isinstance(maker, Add | Copy) else maker.legs if isinstance(maker, Paste) else ()
        if any(leg.id in diagram.content.wires[item].ends for leg in made):  # the wire carries what this node gives
            return value_of(maker.id, diagram, program)
    if not found:
        raise Error("This item has no value of its own: choose a tensor, a wire, a bubble or an operation.")
    return min(reversed(found), key=lambda value: len(program.origin[value]))


def axis_names(program: Program) -> dict[str, list[str]]:
    """Names of the axes of every value; before those of a value in loops stand the indices of the loops."""
    found = {given.out: [axis.name for axis in given.type.axes] for given in program.inputs}

    def visit(body: tuple[Statement, ...], loops: list[str]) -> None:
        for statement in body:
            found[statement.out] = [*loops, *(axis.name for axis in statement.type.axes)]
            if isinstance(statement, Repeat):
                found[statement.state] = [*loops, statement.index, *(axis.name for axis in statement.type.axes)]
                visit(statement.body, [*loops, statement.index])

    visit(program.body, [])
    return found


def main() -> None:
    """Serve requests until the input ends."""
    for line in sys.stdin:
        try:
            request = json.loads(line)
            (check if request.get("check") else evaluate)(request, sys.stdout)
        except Error as error:
            answer({"error": str(error)}, sys.stdout)
        except MemoryError:
            answer(
                {"error": "There is not enough memory to evaluate this drawing: make its spaces smaller."}, sys.stdout
            )
        except Exception as error:  # a fault of ours: one sentence for the window, all of it for the log
            traceback.print_exc()
            answer({"error": f"The evaluation failed ({type(error).__name__}: {error})."}, sys.stdout)


if __name__ == "__main__":
    main()
