"""Which reader takes a text."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.records import Copy
from tensordraw.errors import Error
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.read.reading import read_text, read_upto

A, B = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "ij,jk->ik", " i j, j k -> i k\n", "'ij,jk->ik'", "ij,jk", "ij, jk", "row mid, mid col -> row col", "A @ B", "(A @ B)",
        "C = A @ B", "A @ B\n", "[[-1, 1], [1, -2]]", "ncon([A, B], [[-1, 1], [1, -2]])", "np.dot(A, B)",
        "import numpy as np\n\nC = np.einsum('ij,jk->ik', A, B)\n", "def product(A, B):\n    return A @ B\n",
        "    C = A @ B\n    D = C",
    ],
)  # fmt: skip
def test_texts_of_one_meaning(text: str) -> None:
    diagram = read_text(text, shapes=None, sizes=None)
    sizes = {given.array: given.type.shape for given in lower(diagram.content).inputs}
    assert [len(shape) for shape in sizes.values()] == [2, 2]
    rng = np.random.default_rng(0)
    arrays = {name: rng.normal(size=shape) for name, shape in sizes.items()}
    (value,) = evaluate(lower(diagram.content), arrays).values()
    np.testing.assert_allclose(value, arrays["A"] @ arrays["B"])


def test_names_and_shapes() -> None:
    diagram = read_text("ij,jk->ik", ("X", "Y"), [(2, 3), (3, 4)])
    np.testing.assert_array_equal(td.evaluate(diagram, {"X": A, "Y": B}), A @ B)
    diagram = read_text("ij,jk->ik", ("X", "Y"), {"X": (2, 3), "Y": (3, 4)})
    np.testing.assert_array_equal(td.evaluate(diagram, {"X": A, "Y": B}), A @ B)
    diagram = read_text("A @ B", shapes={"A": (2, 3), "B": (3, 4)})
    np.testing.assert_array_equal(td.evaluate(diagram, {"A": A, "B": B}), A @ B)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to read"),
        (" \n ", "There is nothing to read"),
        ("what is this!", "'what is this!' is neither an einsum string such as 'ij,jk->ik' nor Python such as A @ B"),
        ("A @", "'A @' is neither an einsum string"),
        ("x = A @ B\ny = (", r"line 2: this is no Python: '\(' was never closed"),
        ("x = torch.sort(A)", "line 1: torch.sort is not understood"),
        ("ij,jk->iz", "The output index 'z' of 'ij,jk->iz' stands in no operand"),
    ],
)
def test_texts_that_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(Error, match=f"^{sentence}") as caught:
        read_text(text)
    assert "\n" not in str(caught.value)


def test_names_are_for_einsum_strings() -> None:
    with pytest.raises(Error, match="Names are for the operands of an einsum string"):
        read_text("A @ B", ("X", "Y"))


@pytest.mark.parametrize(
    "text", ["Q @ K.T / math.sqrt(d)", "Q @ K.T * d**-0.5", "def f(Q, K, d):\n    return Q @ K.T / math.sqrt(d)"]
)
def test_a_number_that_nothing_defines_is_a_space(text: str) -> None:
    arrays, shapes = {"Q": A, "K": B.T}, {"Q": (2, 3), "K": (4, 3)}
    for diagram, size in ((read_text(text, shapes=shapes), 2), (read_text(text, shapes=shapes, sizes={"d": 64}), 64)):
        found = next(space for space in diagram.content.spaces.values() if space.name == "d")
        assert found.size == size
        np.testing.assert_allclose(td.evaluate(diagram, arrays), A @ B / np.sqrt(size))
        spaces = diagram.content.spaces | {found.id: replace(found, size=16)}
        changed = replace(diagram, content=replace(diagram.content, spaces=spaces))
        np.testing.assert_allclose(td.evaluate(changed, arrays), A @ B / 4)


def test_a_number_that_is_the_size_of_an_axis_is_its_space() -> None:
    diagram = read_text("def f(Q, K):\n    d = Q.shape[-1]\n    return Q @ K.T / math.sqrt(d)")
    assert [space.name for space in diagram.content.spaces.values()] == ["i", "d", "j"]


def test_an_axis_of_the_name_of_a_number_and_another_size_is_called_otherwise() -> None:
    diagram = read_text(
        "np.einsum('id,jd->ij', Q, K) / math.sqrt(d)", shapes={"Q": (2, 3), "K": (4, 3)}, sizes={"d": 64}
    )
    assert {space.name: space.size for space in diagram.content.spaces.values()}["d"] == 64
    np.testing.assert_allclose(td.evaluate(diagram, {"Q": A, "K": B.T}), A @ B / 8)


def test_what_is_read_up_to_a_line() -> None:
    reading = read_upto("h = W @ x\ny = relu(h)\nz = torch.sort(y)")
    assert reading.stopped == "line 3: torch.sort is not understood."
    assert sorted(td.arrays(reading.diagram)) == ["W", "x"]
    assert read_upto("A @ B").stopped is None


def test_parts_of_a_computed_array_keep_their_names() -> None:
    text = "def f(x, W):\n    q, k, v = (x @ W).chunk(3, dim=-1)\n    return torch.softmax(q @ k.T, -1) @ v"
    diagram = read_text(text, shapes={"x": (4, 6), "W": (6, 9)})
    assert {"q", "k", "v"} <= {node.name for node in diagram.content.nodes.values() if isinstance(node, Copy)}


@pytest.mark.parametrize(
    "text",
    [
        "torch.relu(x @ W)[:, 0]",
        "h = x + W\nh[:, 0] @ y",
        "(A * B)[:, 0]",
        "h = x + W\nh[:, 0] @ h",
        "def f(x, W):\n    q, k, v = (x @ W).chunk(3, dim=-1)\n    return torch.softmax(q @ k.T, -1) @ v",
    ],
)
def test_an_entry_is_taken_of_the_value_itself(text: str) -> None:
    code = td.code(read_text(text, shapes={"x": (4, 6), "W": (6, 9)} if "x @ W" in text else None), "torch")
    assert "eye" not in code
    assert "[:, 0]" in code


def test_a_whole_division_of_numbers_that_nothing_defines_leaves_nothing_over() -> None:
    text = "d_k = d_model // heads\nQ @ K.T / math.sqrt(d_k)"
    sizes = {space.name: space.size for space in read_text(text).content.spaces.values()}
    assert sizes["d_model"] % sizes["heads"] == 0
    with pytest.raises(Error, match="The axis of size 64 splits into index 'heads'"):
        read_text(text, sizes={"d_model": 64})


@pytest.mark.parametrize("divisor", ["n", "(n - 1)", "(1 + n)", "n**2"])
def test_a_number_that_is_divided_by_is_called_as_sizes_are(divisor: str) -> None:
    diagram = read_text(f"def f(X, n):\n    return X.T @ X / {divisor}", shapes={"X": (3, 4)})
    assert [given.array for given in lower(diagram.content).inputs] == ["X"]
    assert "n" in {space.name for space in diagram.content.spaces.values()}
