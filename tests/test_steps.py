"""The contraction of a network step by step: each figure is the same network, with one tensor less and what that cost."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tensordraw.bundled import bundled
from tensordraw.diagram.edits_contract import contracted, indices
from tensordraw.diagram.records import Delta, Tensor, node_legs
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.steps import steps

NETWORKS = ["04-outer-product", "06-hadamard", "06-matrix-matrix", "12-contraction", "13-ladder-good-order", "33-mpo", "33-peps",
            "33-tree"]  # fmt: skip
SPECS = [
    "i j, j k, k l -> l i",
    "i, i, i j ->",
    "i j, i j k, k ->",
    "a b c, c d, b d e -> a e",
    "i, j, i j k -> k",
    "i i j, j k -> k",
]


def gallery(stem: str) -> td.Diagram:
    return td.load(bundled(f"gallery/{stem}.tdraw"))


def einsum(spec: str) -> td.Diagram:
    sizes = {index: size for size, index in enumerate(sorted(set(spec) & set("abcdeijkl")), 2)}
    return td.einsum(spec, *"ABC"[: spec.count(",") + 1], sizes=sizes)


DRAWN = {**{spec: einsum(spec) for spec in SPECS}, **{stem: gallery(stem) for stem in NETWORKS}}


def product(diagram: td.Diagram, pair: list[str], kept: int, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """The two tensors' product as the next figure's tensor has it: the indices that are left, in order of appearance."""
    index_of = indices(diagram.content)
    nodes = [diagram.content.nodes[node] for node in pair]
    mine = [[index_of[leg.id] for leg in node_legs(node)] for node in nodes]
    wired = {end for wire in diagram.content.wires.values() for end in wire.ends}
    others = {
        index_of[leg.id]
        for node in diagram.content.nodes.values()
        for leg in node_legs(node)
        if leg.id not in wired or (node.id not in pair and not isinstance(node, Delta))
    }
    order = list(dict.fromkeys([*mine[0], *mine[1]]))
    left = [index for index in order if index in others]
    assert len(left) == kept
    number = {index: k for k, index in enumerate(order)}
    operands: list[object] = []
    for node, own in zip(nodes, mine, strict=True):
        assert isinstance(node, Tensor)
        operands += [arrays[node.name], [number[index] for index in own]]
    return np.asarray(np.einsum(*operands, [number[index] for index in left]))  # type: ignore[call-overload]


@pytest.mark.parametrize("name", DRAWN)
def test_every_step_is_the_same_network(name: str) -> None:
    diagram = DRAWN[name]
    figures = steps(diagram)
    tensors = [[n for n in each.content.nodes.values() if isinstance(n, Tensor)] for each in figures]
    assert [len(some) for some in tensors] == list(range(len(tensors[0]), 0, -1))
    expected = td.evaluate(diagram)
    arrays = td.arrays(diagram)
    for (before, after), number in zip(pairwise(figures), range(1, len(figures)), strict=True):
        assert [p for p in td.problems(after) if p.severity == "error"] == []
        gone = [node for node in before.content.nodes if node not in after.content.nodes]
        pair = [node for node in gone if isinstance(before.content.nodes[node], Tensor)]
        assert len(pair) == 2
        (new,) = (node for node in after.content.nodes.values() if node.id not in before.content.nodes)
        assert isinstance(new, Tensor)
        assert new.name == f"r_{{{number}}}"
        marked = {item for item, look in before.layout.looks.items() if look.colour == "orange"}
        assert set(pair) <= marked
        arrays[new.name] = product(before, pair, len(new.legs), arrays)
        np.testing.assert_allclose(td.evaluate(after, _known(after, arrays)), expected, rtol=2e-3, atol=1e-4)


def _known(diagram: td.Diagram, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {node.name: arrays[node.name] for node in diagram.content.nodes.values() if isinstance(node, Tensor)}


def test_the_notes_are_what_the_planner_says() -> None:
    diagram = gallery("13-ladder-good-order")
    spent = td.cost(diagram)
    notes = [note.text for figure in steps(diagram) for note in figure.layout.notes.values()]
    found = [int(re.sub(r".*: ([\d,]+) operations", r"\1", note).replace(",", "")) for note in notes[:-1]]
    assert found == [step.flops for step in spent.path]
    assert notes[0] == r"$r_{1} = E\,Z$: 1,024 operations"
    assert notes[-1] == f"{spent.flops:,} operations in all, largest array {spent.largest:,} entries"


@pytest.mark.parametrize("stem", ["12-contraction", "13-ladder-good-order", "33-mpo", "33-tree"])
def test_steps_are_clean_figures(stem: str) -> None:
    assert [clashes(each, build(each)) for each in steps(gallery(stem))] == [[]] * len(steps(gallery(stem)))


@pytest.mark.parametrize(
    ("stem", "words"), [("22-svd", "one network"), ("60-determinant", "one network"), ("15-identity", "two")]
)
def test_what_is_no_network_says_so(stem: str, words: str) -> None:
    with pytest.raises(td.Error, match=words):
        steps(gallery(stem))


def test_a_dot_between_keeps_its_open_leg() -> None:
    diagram = gallery("06-hadamard")
    pair = [node.id for node in diagram.content.nodes.values() if isinstance(node, Tensor)]
    after, made = contracted(diagram, pair, "C")
    assert len(list(node_legs(after.content.nodes[made]))) == 2
    arrays = td.arrays(diagram)
    np.testing.assert_allclose(td.evaluate(after, {"C": arrays["A"] * arrays["B"]}), td.evaluate(diagram), rtol=1e-5)


def test_the_command_writes_a_file_for_each_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    td.save(gallery("12-contraction"), "c.tdraw")
    assert cli.main(["export", "c.tdraw", "-o", "c.svg", "--steps", "--width", "natural"], lambda path: 0) == 0
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == ["c-1.svg", "c-2.svg", "c-3.svg"]
    assert "240 operations" in td.load("c-2.svg").layout.notes.popitem()[1].text
