"""The process that evaluates for the window: documents in, results out, one JSON line each way. It imports no Qt.

A process of its own can be stopped at any moment, uses the other processor core, and takes its memory with it. It stays
warm between evaluations, because importing numpy and the planner costs more than most drawings do.

Request: {"document": text, "home": folder, "seed": int, "folder": where to put results, "item": an id or null, "capture":
the drawn name of a value or "", "pins": ids of items and names of values that viewers stay on, "upto": whether only the pins are
to be evaluated, and no results, "ids": token ids by the name of their array}. With an item or a capture its value comes first
among the results. With "check" the sides of the equations
are compared instead; with "generate" ({"ids", "count", "temperature", "seed"}) a text is continued, until a file called
`stop` lies in the folder.
Answers, in order: {"cost": words}; while it takes long, at most ten times a second, {"step": number, "of": total, "name",
"shape"} of the statement that is being computed; of a language model for given ids {"next": [[id, probability]]}, likeliest first;
{"pinned": {pin: entry or {"why": sentence}}}; {"results": [entry], "captures": [names that can be asked for], "seconds": n};
or {"error": sentence}. An entry is {"name", "file", "axes", "statistics", "key"}, `key` what asks for the value again.
To "check" {"verdict": sentences, "holds": bool, "seconds": n}; to "generate" a line {"token": id} each, then {"generated":
how many, "seconds": n}. To "peek" (an item, with "ids" and "seed") {"peeked": item, "title", "where", "statistics",
"picture": rows of a thinned slice} or {"peeked": item, "why": sentence}; it keeps nothing.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, replace

from tensordraw.diagram.file import decode
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.program.seeing import Seen, axis_names, named
from tensordraw.program.viewing import statistics

if TYPE_CHECKING:
    from tensordraw.program.evaluate import Watch

TELLING = 0.1  # seconds between two tellings of where an evaluation is
GONE = "What this viewer looked at is not in the drawing any more."
NEXT = 10  # next tokens that are told
# The document served last: its stacked arrays and programs live as long as it.
_last: list[tuple[str, str, Diagram]] = []


def document(request: dict[str, Any]) -> Diagram:
    """The request's document, the very object of the last request where it is the same."""
    text, home = request["document"], request["home"]
    if not _last or _last[0][:2] != (text, home):
        made = replace(decode(text), home=home)
        _last[:] = [(text, home, made)]
    return _last[0][2]


def answer(line: dict[str, Any], out: Any) -> None:
    """Write one answer."""
    out.write(json.dumps(line) + "\n")
    out.flush()


@contextmanager
def told(watch: Watch, out: Any) -> Iterator[None]:
    """While this lasts, a thread looks where the run is and says so. The run itself only counts: nothing waits for the pipe."""
    over = threading.Event()

    def tell() -> None:
        said = 0
        while not over.wait(TELLING):
            number, statement = watch.number, watch.statement
            if statement is not None and number != said:
                said = number
                answer({"step": number, "of": watch.total, "name": statement.out, "shape": statement.type.shape}, out)

    teller = threading.Thread(target=tell, name="steps")
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def evaluate(request: dict[str, Any], out: Any) -> None:
    """Serve one request."""
    import numpy as np

    from tensordraw.program.arrays import inputs
    from tensordraw.program.cost import cost
    from tensordraw.program.evaluate import Watch, run
    from tensordraw.program.flexible import shortened
    from tensordraw.program.lower import lower
    from tensordraw.program.memory import check_memory
    from tensordraw.program.passes import simplify, upto
    from tensordraw.program.plan import plan
    from tensordraw.program.tokens import is_logits, ranked

    diagram = document(request)
    given = {name: np.asarray(ids, np.int64) for name, ids in request.get("ids", {}).items()}
    short = shortened(diagram, given)
    whole = program = simplify(lower(short.content))
    first = request["capture"] or request["item"] or ""
    sights = {key: named(program, diagram.content, key) for key in dict.fromkeys([first, *request["pins"]]) if key}
    seen = {key: sight for key, sight in sights.items() if isinstance(sight, Seen)}
    if first and first not in seen:
        raise Error(sights[first].why)  # type: ignore[union-attr]
    captured = tuple(dict.fromkeys(sight.value for sight in seen.values()))
    if request["upto"]:
        program = upto(whole, captured)
        given = {item.array: given[item.array] for item in program.inputs if item.array in given}
    answer({"cost": str(cost(plan(program))).splitlines()[0]}, out)
    check_memory(program, diagram, given)
    arrays = inputs(program, diagram, given, request["seed"], short)
    began = time.perf_counter()
    watch = Watch()
    with told(watch, out):
        results = run(program, arrays, capture=captured, watch=watch)
    seconds = time.perf_counter() - began
    for array in results.outputs.values():
        if any(is_logits(diagram.content, np.shape(array), len(ids)) for ids in given.values()):
            answer({"next": ranked(array, NEXT)}, out)
    writing = _Writing(Path(request["folder"]), axis_names(whole))
    values = {output.name: output.value for output in whole.outputs}
    written = [writing.entry(name, values[name], array) for name, array in results.outputs.items()]
    pinned: dict[str, object] = {}
    for key, sight in sights.items():
        if isinstance(sight, Seen):
            pinned[key] = writing.entry(sight.title, sight.value, results.captures[sight.value])
        else:
            pinned[key] = {"why": sight.why if sight.known else GONE}
    if first:
        written.insert(0, pinned[first])  # type: ignore[arg-type]
    sources = {entry.out for entry in whole.inputs}
    inner = [name for name, value in whole.captures.items() if value not in sources and value not in values.values()]
    answer({"pinned": pinned}, out)
    answer({"results": written, "captures": inner, "seconds": seconds}, out)


def peek(request: dict[str, Any], out: Any) -> None:
    """Tell about the value at one item without keeping it: it is computed anew, which is only asked for where that is quick."""
    try:
        told = _peeked(request)
    except (Error, MemoryError) as error:
        told = {"why": str(error)}
    answer({"peeked": request["peek"], **told}, out)


def _peeked(request: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    from tensordraw.program import viewing
    from tensordraw.program.arrays import inputs
    from tensordraw.program.evaluate import run
    from tensordraw.program.flexible import shortened
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify

    diagram, item = document(request), request["peek"]
    given = {name: np.asarray(ids, np.int64) for name, ids in request["ids"].items()}
    short = shortened(diagram, given)
    program = simplify(lower(short.content))
    sight = named(program, diagram.content, item)
    if not isinstance(sight, Seen):
        return {"why": sight.why}
    arrays = inputs(program, diagram, given, request["seed"], short)
    array = np.asarray(run(program, arrays, capture=(sight.value,)).captures[sight.value])
    axes = axis_names(program)[sight.value]
    begun = viewing.first_view(axes, array.shape, "heatmap" if array.ndim > 1 else None)
    told: dict[str, Any] = {
        "title": sight.title,
        "where": viewing.where(begun, axes),
        "statistics": asdict(statistics(array)),
    }
    if array.ndim and array.size:
        told["picture"] = viewing.thin(viewing.cut(array, begun)).astype(float).tolist()
    return told


class _Writing:
    """Writes arrays to files of a folder, each value once; the window maps the files and reads what it shows."""

    def __init__(self, folder: Path, axes: dict[str, tuple[str, ...]]) -> None:
        self.folder, self.axes = folder, axes
        self.written: dict[str, dict[str, Any]] = {}

    def entry(self, name: str, value: str, array: Any) -> dict[str, Any]:
        """What the window is told of an array: its name, its file, the names of its axes, its statistics."""
        import numpy as np

        if value not in self.written:
            file, plain = str(self.folder / f"result{len(self.written)}.npy"), np.asarray(array)
            np.save(file, plain)
            axes = self.axes.get(value, ())
            self.written[value] = {
                "key": value,
                "file": file,
                "axes": list(axes[max(len(axes) - plain.ndim, 0) :]),
                "statistics": asdict(statistics(plain)),
            }
        return {"name": name, **self.written[value]}


def generate(request: dict[str, Any], out: Any) -> None:
    """Continue a text token by token."""
    from tensordraw.program.evaluate import Cancelled
    from tensordraw.program.generate import generate as continued

    wanted, stop = request["generate"], Path(request["folder"]) / "stop"
    began, count = time.perf_counter(), 0
    settings = {"temperature": wanted["temperature"], "seed": wanted["seed"], "cancelled": stop.exists}
    try:
        for token in continued(document(request), wanted["ids"], wanted["count"], **settings):
            count += 1
            answer({"token": int(token)}, out)
    except Cancelled:
        pass  # what there is stays
    answer({"generated": count, "seconds": time.perf_counter() - began}, out)


def check(request: dict[str, Any], out: Any) -> None:
    """Compare the sides of the document's equations: the verdict, and a line for each pair of sides where there are more."""
    from tensordraw.program.verdict import check_equation

    began = time.perf_counter()
    verdict = check_equation(document(request))
    lines = [verdict.sentence]
    if len(verdict.comparisons) > 1:
        for one in verdict.comparisons:
            words = f"equal to {one.digits} digits" if one.holds or one.digits else "different"
            lines.append(f"{one.left} {one.relation} {one.right}: {words}")
    answer({"verdict": lines, "holds": verdict.equal, "seconds": time.perf_counter() - began}, out)


def main() -> None:
    """Serve requests until the input ends."""
    for line in sys.stdin:
        try:
            request = json.loads(line)
            serve = check if request.get("check") else generate if request.get("generate") else evaluate
            serve = peek if request.get("peek") else serve
            serve(request, sys.stdout)
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
