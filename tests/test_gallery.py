"""Every document of the gallery opens, is drawn cleanly, means something, and its code runs; its equations are equal."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tensordraw as td
from tensordraw.bundled import bundled
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Add, Bubble, Diagram, Fixed, Repeat, Tensor
from tensordraw.figure.build import build
from tensordraw.figure.cautions import cautions
from tensordraw.figure.checks import clashes
from tensordraw.figure.export import drawn, options
from tensordraw.figure.lengths import points
from tensordraw.figure.misplaced import misplaced
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.read.source import read_source

GALLERY = sorted(bundled("gallery").glob("*.tdraw"))
BESIDE = Path(__file__).parent / "gallery"  # documents that show what is reported, not what is right
# NOTATION section 5: A to C without 14, E, G and I whole, and some of D and F.
NUMBERS = {*range(1, 14), *range(15, 24), *range(26, 29), *range(31, 50), 53, 54, *range(55, 64), *range(66, 72)}
EQUATIONS = {6, 11, 18, 20, 21, 22, 23, 26, 27, 28, 31, 32, 34, 36, 46, 48, *range(56, 61), 62, 63, 70}
SOURCES = (" (Taylor, arXiv 2402.01790).", " (talk “Multilinear Algebra”).", " (notes on machine learning).")
COLUMN = "86mm"  # the narrower of REVTeX's and Nature's columns, which are 86 and 89 mm


def number(path: Path) -> int:
    return int(path.stem[:2])


def document(stem: str) -> Diagram:
    return td.load(bundled(f"gallery/{stem}.tdraw"))


def related(diagram: Diagram) -> bool:
    return any(part.sign not in "+-," for e in diagram.content.equations.values() for part in e.parts)


def test_the_gallery_is_whole() -> None:
    assert {number(path) for path in GALLERY} >= NUMBERS


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_document_is_canonical_and_clean(path: Path) -> None:
    data = path.read_bytes()
    diagram = decode(data)
    assert encode(diagram).encode() == data
    assert diagram.title
    assert not diagram.title.endswith(".")
    assert diagram.description.endswith(SOURCES)
    assert ". " not in diagram.description, "one sentence"
    assert [problem for problem in td.problems(diagram) if problem.severity != "note"] == []
    for theme in ("paper", "dark"):
        figure = build(diagram, theme)
        assert clashes(diagram, figure) == []
        assert misplaced(diagram, figure) == ()


def test_at_column_width_nothing_lies_on_anything_and_all_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """No label on a line, on another or out of its shape, no wire through a foreign body, none below 6 points: whatever
    width a document asks for itself, and in the paper's theme."""
    found: dict[str, list[str]] = {}
    for path in GALLERY:
        diagram = td.load(path)
        page = drawn(diagram, options(diagram.export, width=COLUMN, theme="paper", scale="absolute"))
        left, _, right, _ = page.figure.box
        assert (right - left + 2 * diagram.export.padding) * page.factor <= points(COLUMN) + 0.01, path.stem
        wrong = [f"{clash.kind}: {clash.first}, {clash.second}" for clash in clashes(diagram, page.figure)]
        wrong += [each.sentence for each in cautions(page.figure, page.factor) if each.severity != "note"]
        if wrong:
            found[path.stem] = wrong
    with capsys.disabled():
        sys.stdout.write(
            f"\n{sum(map(len, found.values()))} faults in {len(GALLERY)} figures at {COLUMN}, a column's width\n"
        )
    assert found == {}


@pytest.mark.parametrize("path", [p for p in GALLERY if related(td.load(p))], ids=lambda path: path.stem)
def test_an_equation_is_equal(path: Path) -> None:
    verdict = td.check_equation(td.load(path))
    assert verdict.equal
    assert verdict.digits >= 12


def test_every_item_with_an_equation_holds_one() -> None:
    assert {number(path) for path in GALLERY if related(td.load(path))} >= EQUATIONS


def test_an_isometry_joined_at_its_tip_is_not_the_identity() -> None:
    diagram = td.load(BESIDE / "18-isometry-wrong-side.tdraw")
    assert td.problems(diagram) == []
    verdict = td.check_equation(diagram)
    assert not verdict.equal
    assert verdict.worst is not None
    assert abs(verdict.worst.left - verdict.worst.right) > 0.1


def test_a_forgotten_metric_is_reported_before_evaluation() -> None:
    """The inverse metric joined to a vector right away: two upper legs, and nothing is computed."""
    draft = Draft(document("58-raise-lower"))
    metric = next(n for n in draft.nodes.values() if isinstance(n, Fixed) and n.kind == "metric")
    raising = next(n for n in draft.nodes.values() if isinstance(n, Fixed) and n.kind == "inverse_metric")
    vector = next(n for n in draft.nodes.values() if isinstance(n, Tensor) and n.inside == metric.inside)
    draft.remove([metric.id])
    wire = draft.wire(raising.legs[1], vector.legs[0])
    diagram = draft.build()
    (problem,) = td.problems(diagram)
    assert problem.what == "This wire joins two upper legs."
    assert problem.fix == "Insert the metric."
    assert set(problem.items) == {wire.id, *wire.ends}
    for refused in (td.evaluate, td.check_equation, td.code):
        with pytest.raises(td.Error, match="two upper legs"):
            refused(diagram)


def test_sides_of_other_variance_are_reported_on_their_legs() -> None:
    """Lowered once, a vector is no longer what it was: v_i on one side, v^i on the other."""
    draft = Draft(document("58-raise-lower"))
    raising = next(n for n in draft.nodes.values() if isinstance(n, Fixed) and n.kind == "inverse_metric")
    metric = next(n for n in draft.nodes.values() if isinstance(n, Fixed) and n.kind == "metric")
    label = raising.legs[0].label
    draft.remove([raising.id])
    first, second = metric.legs
    open_leg = Draft.leg(draft, first.space, label, variance="lower")
    draft.change(metric.id, legs=(open_leg, second))
    draft.rewire([first.id])
    (problem,) = td.problems(draft.build())
    assert "lower in the first term" in problem.what or "upper in the first term" in problem.what
    assert open_leg.id in problem.items


def test_the_induction_head_attends_to_the_token_after_the_earlier_copy() -> None:
    """On vectors that are repeated thrice, each query's best key follows a place where the same vector stood before."""
    diagram = document("53-induction-head")
    (recipe,) = (recipe for recipe in diagram.content.recipes.values() if recipe.kind == "periodic")
    pattern = td.evaluate(diagram)
    np.testing.assert_allclose(pattern.sum(axis=1), 1, rtol=1e-5)
    assert np.triu(pattern, 1).max() == 0
    assert len(pattern) == 3 * recipe.period
    for query in range(recipe.period, len(pattern)):
        keys = [key for key in range(1, query + 1) if (query - key + 1) % recipe.period == 0]
        assert keys
        assert pattern[query, keys].sum() > 0.98
    previous = td.evaluate(document("54-previous-token-head"), {"x": np.eye(5, 3, dtype=np.float32)})
    np.testing.assert_array_equal(previous[1:], np.eye(5, 3)[:-1])


def test_factors_that_are_made_by_recipe_are_what_their_shapes_say() -> None:
    arrays = td.arrays(document("22-svd"))
    np.testing.assert_allclose(arrays["U"].T @ arrays["U"], np.eye(4), atol=1e-5)
    assert (np.diff(arrays["S"]) <= 0).all()
    train = td.arrays(document("28-matrix-product-state"))
    assert [train[f"A{k}"].shape for k in range(1, 5)] == [(2, 2), (2, 2, 4), (4, 2, 2), (2, 2)]


def test_the_costs_of_the_ladder_are_as_it_says() -> None:
    good, bad = td.cost(document("13-ladder-good-order")), td.cost(document("13-ladder-bad-order"))
    assert bad.flops > 20 * good.flops
    for stem in ("13-ladder-good-order", "13-ladder-bad-order"):
        words = document(stem).description
        assert all(f"{count:,}" in words for cost in (good, bad) for count in (cost.flops, cost.largest))
    (note,) = document("13-ladder-bad-order").layout.notes.values()
    assert note.text == f"{bad.flops:,} operations, largest array {bad.largest:,} entries"


# What the sources write, and we write again.
LINES = {
    "02-indexed-entry": "return A[0, 2, 0]",
    "04-outer-product": "einsum(a, b, 'i, j -> i j')",
    "05-dot-product": "einsum(a, b, 'i, i ->')",
    "12-contraction": "einsum(A, v, B, 'i alpha beta, beta, beta alpha j -> i j')",
    "13-ladder-good-order": "A, V, B, W, C, X, D, Y, E, Z,\n"
    "        'i j, i r, j k l, r k s, l m n, s m t, n o p, t o u, p q, u q ->',",
    "06-matrix-vector": "einsum(M, v, 'i j, j -> i')",
    "06-row-sum": "left = einsum(M, 'i j -> i')  # [i]",
    "08-permutation": "rearrange(T, 'i j k -> k i j')",
    "21-kronecker-identity": "einsum(identity, identity2, 'i50 i51, i30 i31 -> i50 i30 i51 i31')",
    "17-diagonal-matrix": "torch.diag(s)  # [i, j]",
    "09-flatten": "rearrange(T, 'i j k -> i (j k)')",
}


@pytest.mark.parametrize(("stem", "line"), LINES.items())
def test_code_is_written_as_in_the_sources(stem: str, line: str) -> None:
    assert line in td.code(document(stem), "torch")


def results(diagram: Diagram, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    value = td.evaluate(diagram, arrays)
    return value if isinstance(value, dict) else {"result": value}


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_emitted_code_reads_back(path: Path, library: str) -> None:
    diagram = td.load(path)
    again = read_source(td.code(diagram, library))
    assert td.problems(again) == []
    arrays = td.arrays(diagram)
    expected, found = results(diagram, arrays), results(again, arrays)
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert found[name].shape == array.shape
        np.testing.assert_allclose(found[name], array, rtol=1e-4, atol=1e-5)


def test_programs_know_what_stands_between_sides_and_which_legs_are_upper() -> None:
    sides = simplify(lower(document("19-unitary").content)).outputs
    assert [side.relation for side in sides] == [",", "=", "="]
    arrays = {entry.array: entry.variances for entry in simplify(lower(document("56-change-of-basis").content)).inputs}
    assert arrays == {"e": ("none", "lower"), "v": ("upper",), "P": ("upper", "lower")}


def contracts_only(diagram: Diagram) -> bool:
    """Whether a document has neither functions nor repeats, nor an add on a stream."""
    regions, nodes = diagram.content.regions.values(), diagram.content.nodes.values()
    return not any(isinstance(each, Bubble | Repeat) for each in regions) and not any(isinstance(n, Add) for n in nodes)


RUN = """
import importlib.util, json, sys
import numpy as np
folder, library = sys.argv[1], sys.argv[2]
if library == "torch":
    import torch
for stem in json.loads(sys.argv[3]):
    spec = importlib.util.spec_from_file_location(stem, f"{folder}/{stem}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with np.load(f"{folder}/{stem}.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    if library == "torch":
        arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
    value = module.forward(**arrays)
    value = value if isinstance(value, dict) else {"result": value}
    np.savez(f"{folder}/{stem}-out.npz", **{name: np.asarray(array) for name, array in value.items()})
"""


@pytest.mark.parametrize("language", ["numpy", "torch", "einops", "jax", "ncon", "quimb"])
def test_emitted_code_runs_in_a_fresh_process(language: str, tmp_path: Path) -> None:
    if language != "numpy" and importlib.util.find_spec(language) is None:
        pytest.skip(f"{language} is not installed")
    diagrams = {path.stem: td.load(path) for path in GALLERY}
    if language in ("ncon", "quimb"):  # which know contractions only
        diagrams = {stem: diagram for stem, diagram in diagrams.items() if contracts_only(diagram)}
    for stem, diagram in diagrams.items():
        (tmp_path / f"{stem}.py").write_text(td.code(diagram, language))
        np.savez(tmp_path / f"{stem}.npz", **td.arrays(diagram))  # type: ignore[arg-type]
    command = [sys.executable, "-c", RUN, str(tmp_path), language, json.dumps(list(diagrams))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for stem, diagram in diagrams.items():
        expected = results(diagram, {})
        with np.load(tmp_path / f"{stem}-out.npz") as found:
            assert set(found.files) == set(expected)
            for name, array in expected.items():
                assert np.isfinite(array).all()
                assert found[name].shape == array.shape, stem
                np.testing.assert_allclose(found[name], array, rtol=1e-4, atol=1e-5, err_msg=stem)
