"""The process that evaluates for the window: documents in, results out, one JSON line each way. It imports no Qt.

A process of its own can be stopped at any moment, uses the other processor core, and takes its memory with it. It stays
warm between evaluations, because importing numpy and the planner costs more than most drawings do.

Request: {"document": text, "home": folder, "seed": int, "folder": where to put results}
Answers, in order: {"cost": {"flops": n, "largest": n}}, then {"results": [{"name", "file", "axes", "seconds"}]}
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


def answer(line: dict[str, Any], out: Any) -> None:
    """Write one answer."""
    out.write(json.dumps(line) + "\n")
    out.flush()


def evaluate(request: dict[str, Any], out: Any) -> None:
    """Serve one request."""
    import numpy as np

    import tensordraw as td
    from tensordraw.diagram.file import decode

    diagram = replace(decode(request["document"]), home=request["home"])
    cost = td.cost(diagram)
    answer({"cost": {"flops": float(cost.flops), "largest": float(cost.largest)}}, out)
    began = time.perf_counter()
    value = td.evaluate(diagram, seed=request["seed"])
    seconds = time.perf_counter() - began
    values = value if isinstance(value, dict) else {"": value}
    results = []
    for number, (name, array) in enumerate(values.items()):
        file = str(Path(request["folder"]) / f"result{number}.npy")
        np.save(file, np.asarray(array))
        results.append({"name": name, "file": file})
    answer({"results": results, "seconds": seconds}, out)


def main() -> None:
    """Serve requests until the input ends."""
    from tensordraw.errors import Error

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
