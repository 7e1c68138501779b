"""The public functions: what scripts rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.api import summary

PUBLIC = """Diagram Error arrays check_equation code cost einsum evaluate export generate languages load ncon next_tokens
    problems read save svg template templates tikz"""


def test_the_public_names() -> None:
    assert sorted(td.__all__) == sorted(PUBLIC.split())
    assert issubclass(td.Error, ValueError)
    import tensordraw.read.reading
    import tensordraw.templates

    assert callable(tensordraw.templates), "the folder of templates has taken the function's name"
    assert callable(tensordraw.read), "the folder of readers has taken the function's name"


@pytest.mark.parametrize("spec", ["ij,jk->ik", "i j, j k -> i k", "row mid, mid col -> row col"])
def test_an_einsum_evaluates(spec: str) -> None:
    diagram = td.einsum(spec, "A", "B", shapes=[(2, 3), (3, 4)])
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(td.evaluate(diagram, {"A": a, "B": b}), a @ b)


@pytest.mark.parametrize(
    "text", ["ij,jk->ik", "A @ B", "ncon([A, B], [[-1, 1], [1, -2]])", "def f(A, B):\n    return A @ B"]
)
def test_read_takes_any_text(text: str, tmp_path: Path) -> None:
    diagram = td.read(text, shapes=[(2, 3), (3, 4)] if "->" in text or "def" in text else {"A": (2, 3), "B": (3, 4)})
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(td.evaluate(diagram, {"A": a, "B": b}), a @ b)
    path = tmp_path / "source.py"
    path.write_text(f"C = {text}\n" if text == "A @ B" else "C = A @ B\n")
    for file in (path, str(path)):
        np.testing.assert_array_equal(
            td.evaluate(td.read(file, shapes={"A": (2, 3), "B": (3, 4)}), {"A": a, "B": b}), a @ b
        )


def test_read_says_which_line_it_does_not_understand() -> None:
    with pytest.raises(td.Error, match=r"^line 2: torch\.sort is not understood\.$"):
        td.read("y = A @ x\nz = torch.sort(y)")


def test_sizes_by_index() -> None:
    diagram = td.einsum("i j, j k -> i k", "A", "B", sizes={"i": 2, "j": 5, "k": 3})
    assert td.evaluate(diagram).shape == (2, 3)


def test_given_arrays_keep_their_dtype_and_missing_ones_are_float32() -> None:
    diagram = td.einsum("ij,jk->ik", "A", "B", shapes=[(2, 3), (3, 4)])
    assert td.evaluate(diagram).dtype == np.float32
    given = {"A": np.ones((2, 3), complex), "B": np.ones((3, 4))}
    assert td.evaluate(diagram, given).dtype == np.complex128


def test_random_arrays_follow_from_seed_and_name_alone() -> None:
    one = td.arrays(td.einsum("ij,jk->ik", "A", "B", shapes=[(2, 3), (3, 4)]), seed=5)
    two = td.arrays(td.einsum("jk,ij->ik", "C", "A", shapes=[(3, 4), (2, 3)]), seed=5)
    np.testing.assert_array_equal(one["A"], two["A"])
    other = td.arrays(td.einsum("ij,jk->ik", "A", "B", shapes=[(2, 3), (3, 4)]), seed=6)
    assert not np.array_equal(one["A"], other["A"])


def test_evaluate_uses_the_arrays_that_arrays_gives() -> None:
    diagram = td.template("attention")
    np.testing.assert_array_equal(td.evaluate(diagram, seed=2), td.evaluate(diagram, td.arrays(diagram, seed=2)))


def test_some_given_the_others_random() -> None:
    diagram = td.einsum("ij,jk->ik", "A", "B", shapes=[(2, 3), (3, 4)])
    drawn = td.arrays(diagram, seed=1)
    a = np.ones((2, 3), np.float32)
    np.testing.assert_allclose(td.evaluate(diagram, {"A": a}, seed=1), a @ drawn["B"], rtol=1e-6)


def test_capture_gives_the_named_values_layer_by_layer() -> None:
    diagram = td.template("gpt2", layers=3, heads=2, hidden=8, vocab=11, seq=5)
    value, captured = td.evaluate(diagram, capture=["pattern"])
    assert value.shape == (5, 11)
    assert captured["pattern"].shape[0] == 3
    np.testing.assert_allclose(captured["pattern"].sum(-1), 1, rtol=1e-5)


def test_unknown_capture_says_what_there_is() -> None:
    diagram = td.template("gpt2", layers=1, heads=1, hidden=4, vocab=5, seq=3)
    with pytest.raises(td.Error, match="sparkle"):
        td.evaluate(diagram, capture=["sparkle"])


def test_plain_statements_give_the_same_numbers() -> None:
    diagram = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5)
    np.testing.assert_allclose(td.evaluate(diagram, fuse=False), td.evaluate(diagram), rtol=1e-3, atol=1e-5)


def test_torch_gives_the_same_numbers(torch: object) -> None:
    diagram = td.template("attention")
    value = td.evaluate(diagram, backend="torch")
    assert isinstance(value, torch.Tensor)  # type: ignore[attr-defined]
    np.testing.assert_allclose(value.numpy(), td.evaluate(diagram), rtol=1e-4, atol=1e-6)


def test_jax_gives_the_same_numbers() -> None:
    diagram = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5)
    found, captured = td.evaluate(diagram, backend="jax", capture=["pattern"])
    expected, pattern = td.evaluate(diagram, capture=["pattern"])
    assert type(found).__module__.startswith("jax")
    assert found.dtype == expected.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(captured["pattern"], pattern["pattern"], rtol=1e-3, atol=1e-4)


def test_arrays_from_the_documents_files(tmp_path: Path) -> None:
    from msgspec.structs import replace

    from tensordraw.diagram.records import Source

    diagram = td.einsum("ij,jk->ik", "A", "B", shapes=[(2, 3), (3, 4)])
    stored = np.arange(6.0).reshape(3, 2)
    np.savez(tmp_path / "w.npz", weight=stored)
    content = replace(diagram.content, sources={"A": Source("w.npz", "weight", (1, 0))})
    diagram = replace(diagram, content=content, home=str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    td.save(diagram, tmp_path / "p.tdraw")
    td.export(diagram, tmp_path / "elsewhere/p.svg")
    loaded = td.load(tmp_path / "p.tdraw")
    assert loaded.content == content
    b = np.ones((3, 4))
    np.testing.assert_array_equal(td.evaluate(loaded, {"B": b}), stored.T @ b)
    carried = td.load(tmp_path / "elsewhere/p.svg")
    np.testing.assert_array_equal(td.evaluate(carried, {"B": b}), stored.T @ b)
    (tmp_path / "w.npz").unlink()
    with pytest.raises(td.Error, match=r"w\.npz"):
        td.evaluate(loaded, {"B": b})
    np.testing.assert_array_equal(td.evaluate(loaded, {"A": stored.T, "B": b}), stored.T @ b)


def test_code_in_every_language() -> None:
    diagram = td.template("attention")
    for language in td.languages():
        assert "attention" in td.code(diagram, language)
    assert {"numpy", "torch", "opt_einsum", "octave"} <= set(td.languages())


def test_code_on_batches() -> None:
    diagram = td.template("attention")
    for language in td.languages():
        assert "batch" in td.code(diagram, language, batch=["x"])
    code = td.code(diagram, "numpy", batch="x")
    assert "    x    [batch, query 6, hidden 8]" in code
    assert "Return [batch, query, hidden] of these arrays" in code
    with pytest.raises(td.Error, match="no array 'y' that could come in batches: the arrays are x, W_Q"):
        td.code(diagram, "numpy", batch=["x", "y"])


def test_cost() -> None:
    cost = td.cost(td.einsum("ij,jk->ik", "A", "B", shapes=[(10, 20), (20, 30)]))
    assert cost.flops == 2 * 10 * 20 * 30
    assert cost.largest == 600
    assert len(cost.path) == 1


def test_save_and_load_round_trip(tmp_path: Path) -> None:
    diagram = td.template("attention")
    td.save(diagram, tmp_path / "a.tdraw")
    again = td.load(tmp_path / "a.tdraw")
    assert (again.content, again.layout) == (diagram.content, diagram.layout)
    td.save(again, tmp_path / "b.tdraw")
    assert (tmp_path / "a.tdraw").read_bytes() == (tmp_path / "b.tdraw").read_bytes()


def test_a_notebook_shows_the_figure() -> None:
    diagram = td.template("svd")
    assert diagram._repr_svg_() == td.svg(diagram)  # type: ignore[attr-defined]
    assert td.svg(diagram).rstrip().endswith("</svg>")


def test_tikz_is_a_picture_to_be_pasted_or_a_document() -> None:
    diagram = td.template("svd")
    assert r"\begin{tikzpicture}" in td.tikz(diagram)
    assert r"\documentclass" not in td.tikz(diagram)
    assert r"\documentclass" in td.tikz(diagram, standalone=True)


def test_a_document_without_an_equation_cannot_be_checked() -> None:
    with pytest.raises(td.Error, match="holds no equation"):
        td.check_equation(td.template("svd"))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array([1.0, 3.0]), "v: 2, float64, mean 2, standard deviation 1, from 1 to 3"),
        (
            np.array([1.0, np.nan, np.inf]),
            "v: 3, float64, mean 1, standard deviation 0, from 1 to 1, 1 NaN, 1 infinite",
        ),
        (np.array([np.nan]), "v: 1, float64, 1 NaN"),
        (np.array([3 + 4j]), "v: 1, complex128, absolute values, mean 5, standard deviation 0, from 5 to 5"),
        (np.zeros((0, 2)), "v: 0 x 2, float64, empty"),
        (np.array(2 + 1j), "v: a number, complex128, 2+1j"),
        (np.array([True, False]), "v: 2, bool, mean 0.5, standard deviation 0.5, from 0 to 1"),
    ],
)
def test_arrays_in_one_line(array: np.ndarray[Any, Any], words: str) -> None:
    assert summary("v", array) == words
