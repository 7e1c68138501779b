"""SVG of GPT-2 drawn out, from nothing and again, and of a 30 x 30 grid of tensors beside pyzx, in one run.

Prints medians of CPU time, which other work on the machine leaves as it is, and ratios. Targets: GPT-2 within 1 s in a fresh
process and within 150 ms once its labels are known; the grid in a fifteenth of pyzx's time and a third of its size. pyzx and
matplotlib are no part of the test set-up: `pip install pyzx matplotlib` where they are to be compared with.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Look, Tensor
from tensordraw.figure.build import build
from tensordraw.figure.labels import label
from tensordraw.figure.svg import svg
from tests.benchmarks.conftest import fresh

pytestmark = pytest.mark.timing
Report = Callable[..., None]
SIDE = 30
COLD = """
import time
began = time.process_time()
import tensordraw as td
from tensordraw.figure.build import build
from tensordraw.figure.svg import svg
diagram = td.template("gpt2", unroll=True, layer_norm=True)
middle = time.process_time()
text = svg(build(diagram))
done = time.process_time()
assert len(diagram.content.nodes) > 300
print(middle - began, done - began)
"""


def median(work: Callable[[], object], times: int = 7) -> float:
    taken = []
    for _ in range(times):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return statistics.median(taken)


def test_gpt2_drawn_out(report: Report) -> None:
    runs = [
        [
            float(word)
            for word in subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True).stdout.split()
        ]
        for _ in range(5)
    ]
    report("GPT-2 of 309 nodes in a fresh process: imports and template", statistics.median(run[0] for run in runs))
    report(
        "GPT-2 of 309 nodes in a fresh process: until the SVG is there", statistics.median(run[1] for run in runs), 1.0
    )
    diagram = td.template("gpt2", unroll=True, layer_norm=True)
    svg(build(diagram))
    report("GPT-2 of 309 nodes, labels known: figure", median(lambda: build(fresh(diagram))))
    report("GPT-2 of 309 nodes, labels known: figure and SVG", median(lambda: svg(build(fresh(diagram)))), 0.15)
    figure = build(diagram)
    report("GPT-2 of 309 nodes: SVG of the figure", median(lambda: svg(figure)))


@pytest.mark.parametrize("form", ["T_{{{},{}}}", r"\text{{name_{} {}}}"], ids=["letters", "words"])
def test_a_thousand_labels(form: str, report: Report) -> None:
    label("x", 8.0)
    began = time.thread_time()
    for number in range(1000):
        label(form.format(*divmod(number, 32)), 8.0)
    report(f"1,000 labels such as {form.format(3, 7)}", time.thread_time() - began)


def peps(lettered: bool) -> Diagram:
    """A square of tensors joined to their neighbours, as circles with a letter or as dots."""
    draft = Draft()
    draft.space("bond", 4)
    waiting: dict[tuple[int, int], list[tuple[float, Any]]] = {}
    for row in range(SIDE):
        for column in range(SIDE):
            came = waiting.pop((row, column), [])
            met = [draft.leg("bond", angle=angle) for angle, _ in came]
            legs = list(met)
            for angle, cell in ((0.0, (row, column + 1)), (270.0, (row + 1, column))):
                if max(cell) < SIDE:
                    legs.append(draft.leg("bond", angle=angle))
                    waiting.setdefault(cell, []).append((angle + 180.0 if angle < 180.0 else 90.0, legs[-1]))
            draft.tensor("A", legs, (40.0 * column, 40.0 * row))
            for (_, other), leg in zip(came, met, strict=True):
                draft.wire(other, leg)
    made = draft.build()
    if lettered:
        return made
    tensors = (node.id for node in made.content.nodes.values() if isinstance(node, Tensor))
    return replace(made, layout=replace(made.layout, looks=dict.fromkeys(tensors, Look(shape="dot"))))


def theirs() -> Callable[[], bytes]:
    """pyzx's picture of the same grid, of spiders without letters, as SVG by matplotlib."""
    matplotlib = pytest.importorskip("matplotlib", reason="pip install pyzx matplotlib to compare with")
    pyzx = pytest.importorskip("pyzx", reason="pip install pyzx matplotlib to compare with")
    matplotlib.use("svg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    graph = pyzx.Graph()
    spiders = {
        (row, column): graph.add_vertex(pyzx.VertexType.Z, qubit=row, row=column)
        for row in range(SIDE)
        for column in range(SIDE)
    }
    for (row, column), spider in spiders.items():
        for cell in ((row, column + 1), (row + 1, column)):
            if cell in spiders:
                graph.add_edge((spider, spiders[cell]))

    def work() -> bytes:
        drawn, out = pyzx.draw_matplotlib(graph), io.BytesIO()
        drawn.savefig(out, format="svg")
        pyplot.close(drawn)
        return out.getvalue()

    return work


def test_a_grid_beside_pyzx(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # matplotlib's and pyzx's own
        work = theirs()
        size = len(work())
        taken = median(work, 5)
    report(f"{SIDE} x {SIDE} PEPS by pyzx and matplotlib, {size / 1000:.0f} kB", taken)
    for lettered, words in ((False, "as dots"), (True, "with letters")):
        diagram = peps(lettered)
        mine = len(svg(build(diagram)))
        ours = median(lambda diagram=diagram: svg(build(fresh(diagram))))  # type: ignore[misc]
        report(f"{SIDE} x {SIDE} PEPS {words}, figure and SVG, {mine / 1000:.0f} kB", ours, taken / 15)
        with capsys.disabled():
            print(f"   pyzx / ours: {taken / ours:.1f} in time, {size / mine:.2f} in size", end="")
