"""The process that evaluates for the window: documents in, results out, one JSON line each way. It imports no Qt.

A process of its own can be stopped at any moment, uses the other processor core, and takes its memory with it. It stays
warm between evaluations, because importing numpy and the planner costs more than most drawings do.

Request: {"document": text, "home": folder, "seed": int, "folder": where to put results, "item": an id or null}. With an
item its value comes first among the results.
Answers, in order: {"cost": {"flops": n, "largest": n}}, then {"results": [{"name", "file", "axes"}], "seconds": n}
or {"error": sentence}.
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
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.program.statements import Program, Repeat


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
    from tensordraw.program.passes import simplify
    from tensordraw.program.plan import plan

    diagram = replace(decode(request["document"]), home=request["home"])
    program = simplify(lower(diagram.content))
    found = cost(plan(program))
    answer({"cost": {"flops": float(found.flops), "largest": float(found.largest)}}, out)
    wanted = value_of(request["item"], diagram, program) if request["item"] else None
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
        before = [f"turn{k}" for k in range(np.ndim(array) - len(axes))]  # a value in a loop: one axis a loop in front
        written.append({"name": name, "file": file, "axes": [*before, *axes]})
    answer({"results": written, "seconds": seconds}, out)


def value_of(item: str, diagram: Diagram, program: Program) -> str:
    """The value that stands for an item: its array, else the last statement that it went into."""
    node = diagram.content.nodes.get(item)
    for given in program.inputs:
        if getattr(node, "name", "") == given.array:
            return given.out
    found = [value for value, items in program.origin.items() if item in items]
    if not found:
        raise Error("This item has no value of its own: choose a tensor, a wire, a bubble or an operation.")
    return found[-1]


def axis_names(program: Program) -> dict[str, list[str]]:
    """Names of the axes of every value, loops included."""
    found = {given.out: given.type for given in program.inputs}
    todo = [*program.body]
    while todo:
        statement = todo.pop()
        found[statement.out] = statement.type
        if isinstance(statement, Repeat):
            todo += statement.body
    return {name: [axis.name for axis in type_.axes] for name, type_ in found.items()}


def main() -> None:
    """Serve requests until the input ends."""
    for line in sys.stdin:
        try:
            evaluate(json.loads(line), sys.stdout)
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
