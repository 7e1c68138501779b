"""Random arrays: reproducible, independent of each other, scaled, with the declared forms; which arrays are used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Source
from tensordraw.errors import Error
from tensordraw.program.arrays import fan_in, inputs, random_arrays
from tensordraw.program.declared import Declared, declared
from tensordraw.program.statements import Axis, Input, Output, Program, Type


def matrix(form: str, rows: int = 4, columns: int = 4, batch: int | None = None) -> Diagram:
    """An array called A (row, column), or (row, layer, column) with the layer bound to a repeat."""
    draft = Draft()
    row, column = (draft.leg(draft.space(name, size)) for name, size in (("row", rows), ("column", columns)))
    legs = [row, column]
    inside = "root"
    if batch is not None:
        repeat = draft.repeat("layer", draft.space("layer", batch))
        legs.insert(1, draft.leg("layer", index=repeat.id))
        inside = repeat.id
    draft.tensor("A", legs, form=form, tip=[column.id], inside=inside)  # type: ignore[arg-type]
    return draft.build()


def test_arrays_depend_on_seed_and_name_only() -> None:
    def two(*names: str) -> Diagram:
        draft = Draft()
        for name in names:
            draft.tensor(name, [draft.leg(draft.space("i", 3)), draft.leg("i")])
        return draft.build()

    a = random_arrays(two("A").content)["A"]
    both = random_arrays(two("B", "A").content)
    np.testing.assert_array_equal(a, both["A"])
    assert not np.array_equal(both["A"], both["B"])
    assert not np.array_equal(a, random_arrays(two("A").content, seed=1)["A"])
    assert list(random_arrays(two("A", "B").content, names=["B"])) == ["B"]
    assert a.dtype == np.float32
    # Golden: files and other machines rely on these.
    np.testing.assert_allclose(a.ravel()[:3], GOLDEN, rtol=1e-6)


GOLDEN = [-0.18842359, 0.38053247, 0.33086872]


@pytest.mark.parametrize(
    ("shape", "bound", "wanted"),
    [((), (), 1), ((7,), (), 1), ((5, 7), (), 7), ((3, 5, 7), (), 35), ((3, 5, 7), (0,), 7), ((5, 3, 7), (1,), 7),
     ((3, 5), (0,), 1), ((3,), (0,), 1), ((0, 0), (), 1)],
)  # fmt: skip
def test_fan_in(shape: tuple[int, ...], bound: tuple[int, ...], wanted: int) -> None:
    assert fan_in(Declared("A", shape, bound=bound)) == wanted


def test_scale() -> None:
    array = random_arrays(matrix("any", 300, 100).content)["A"]
    assert array.std() == pytest.approx(0.1, rel=0.02)
    assert random_arrays(matrix("any", 30, 100, batch=7).content)["A"].shape == (30, 7, 100)


def slices(array: np.ndarray) -> np.ndarray:
    return array[None].astype(float) if array.ndim == 2 else array.transpose(1, 0, 2).astype(float)


@pytest.mark.parametrize("batch", [None, 3])
def test_forms(batch: int | None) -> None:
    for form in ("unitary", "orthogonal", "isometry"):
        for m in slices(random_arrays(matrix(form, batch=batch).content)["A"]):
            np.testing.assert_allclose(m.T @ m, np.eye(4), atol=1e-6)
    tall = slices(random_arrays(matrix("isometry", 6, 3, batch).content)["A"])
    for m in tall:
        np.testing.assert_allclose(m.T @ m, np.eye(3), atol=1e-6)
    for m in slices(random_arrays(matrix("symmetric", batch=batch).content)["A"]):
        np.testing.assert_array_equal(m, m.T)
        assert m.std() > 0.1
    for m in slices(random_arrays(matrix("positive", batch=batch).content)["A"]):
        np.testing.assert_allclose(m, m.T, atol=1e-7)
        assert np.linalg.eigvalsh(m).min() > 0.1


def test_an_isometry_with_many_legs() -> None:
    draft = Draft()
    a, b, c = (draft.leg(draft.space(name, size)) for name, size in (("a", 2), ("b", 3), ("c", 4)))
    draft.tensor("U", [a, b, c], form="isometry", tip=[b.id])
    u = random_arrays(draft.build().content)["U"]
    np.testing.assert_allclose(np.einsum("abc,axc->bx", u, u), np.eye(3), atol=1e-6)


def test_a_form_that_does_not_fit_is_no_crash() -> None:
    assert random_arrays(matrix("symmetric", 2, 3).content)["A"].shape == (2, 3)
    m = random_arrays(matrix("isometry", 2, 3).content)["A"]
    np.testing.assert_allclose(m @ m.T, np.eye(2), atol=1e-6)


def test_ids_and_metrics() -> None:
    draft = Draft()
    draft.fixed("one_hot", [draft.leg(draft.space("seq", 50)), draft.leg(draft.space("vocab", 7))], name="tokens")
    draft.fixed("metric", [draft.leg(draft.space("v", 4)), draft.leg("v")], name="g")
    draft.fixed("constant", expression="2")
    found = random_arrays(draft.build().content)
    assert list(found) == ["tokens", "g"]
    assert set(found["tokens"].tolist()) == set(range(7))
    assert found["tokens"].dtype == np.int64
    assert np.linalg.eigvalsh(found["g"]).min() > 0.1


def test_occurrences_share_what_any_declares() -> None:
    draft = Draft()
    repeat = draft.repeat("layer", draft.space("layer", 5))
    draft.tensor("A", [draft.leg("layer"), draft.leg(draft.space("i", 3), "first")])
    draft.tensor("A", [draft.leg("layer", index=repeat.id), draft.leg("i")], inside=repeat.id)
    draft.tensor("A", [draft.leg("layer", index=2), draft.leg("i")], form="diagonal")
    one = declared(draft.build().content)["A"]
    assert (one.shape, one.bound, one.form) == ((5, 3), (0,), "diagonal")
    assert one.axes == ("layer", "first")
    assert len(one.items) == 3


def test_of_a_bare_program() -> None:
    program = Program(
        (Input("a", "A", Type((Axis("i", 2),))), Input("k", "ids", Type((Axis("i", 2),), True))), (), (Output("", "a"),)
    )
    found = random_arrays(program)
    assert found["A"].shape == (2,)
    assert found["ids"].tolist() == [0, 0]


def test_given_before_files_before_random(tmp_path: Path) -> None:
    draft = Draft(Diagram(home=str(tmp_path)))
    for name in ("A", "B", "C"):
        draft.tensor(name, [draft.leg(draft.space("i", 2))])
        if name != "C":
            draft.sources[name] = Source(f"{name}.npy")
            np.save(tmp_path / f"{name}.npy", np.full(2, ord(name)))
    diagram = draft.build()
    program = Program(
        tuple(Input(name, name, Type((Axis("i", 2),))) for name in ("A", "B", "C")), (), (Output("", "A"),)
    )
    found = inputs(program, diagram, {"A": [1.0, 2.0], "Z": 3}, seed=5)
    assert found["A"] == [1.0, 2.0]
    assert found["B"].tolist() == [66, 66]
    np.testing.assert_array_equal(found["C"], random_arrays(diagram.content, 5)["C"])
    assert found["Z"] == 3  # evaluation says that there is no such array
    (tmp_path / "B.npy").unlink()
    with pytest.raises(Error, match=r"B\.npy is missing"):
        inputs(program, diagram, {})
