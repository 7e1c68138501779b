"""Positions in code are counted, in numbers that hold them, also where a model's own are of 16 bits."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.program.emit import LANGUAGES, emit
from tensordraw.program.emit.counting import borders, counted, end
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Fixed, Program
from tests.program.emit.test_module import random_arrays

SIZES = {"layers": 1, "hidden": 8, "heads": 2, "kv_heads": 1, "head_size": 4, "mlp": 6, "vocab": 11, "seq": 5}


def sums(text: str = "x - 1", size: int = 6, beside: bool = True) -> Program:
    """`text` of the running sum of ones; `beside`: times a vector x."""
    d = Draft()
    outer = d.bubble("expression", expression=text, name="place")
    inner = d.bubble("cumulative_sum", inside=outer.id)
    ones = d.leg(d.space("n", size))
    d.delta((ones,), (0, 0), inside=inner.id)
    d.change(inner.id, axes=(ones.id,))
    if beside:
        x, dot = d.leg("n"), [d.leg("n") for _ in range(3)]
        d.tensor("x", (x,), (90, 0))
        d.delta(dot, (45, 0))
        d.wire(ones, dot[0])
        d.wire(x, dot[1])
    return simplify(lower(d.build().content))


def llama(**more: Any) -> Program:
    return simplify(lower(td.template("llama", **SIZES, **more).content))


def test_running_sums_of_ones_become_counts() -> None:
    for text, offset in (("x - 1", 0), ("x", 1), ("x + 2", 3)):
        made = counted(sums(text))
        [count] = [s for s in made.body if isinstance(s, Fixed)]
        assert (count.kind, count.offset) == ("count", offset)
        np.testing.assert_allclose(evaluate(made, {"x": np.ones(6)})[""], np.arange(6) + offset)
    square = counted(sums("x**2"))
    assert [s.kind for s in square.body if isinstance(s, Fixed)] == ["count"]
    np.testing.assert_allclose(evaluate(square, {"x": np.ones(6)})[""], np.arange(1, 7) ** 2)
    plain = simplify(lower(td.template("attention").content))
    assert counted(plain) is plain


def test_a_llama_means_the_same_with_counts() -> None:
    program = llama()
    arrays = random_arrays(program)
    made = counted(program)
    assert sum(isinstance(s, Fixed) and s.kind == "count" for s in made.body) == 2
    assert len(borders(made)) == 2, "cosine and sine"
    np.testing.assert_allclose(evaluate(made, arrays)[""], evaluate(program, arrays)[""], atol=1e-12)


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "latex"])
def test_no_language_adds_ones_up(language: str) -> None:
    text = emit(llama(), language)
    assert "cumsum" not in text
    assert "cumulative" not in text
    assert re.search(r"arange\(|collect\(0:4\)|\(0:4\)\.'", text)


def test_code_gives_what_evaluation_gives(run_fresh: Any, runnable: list[str]) -> None:
    programs = {"llama": llama(), "sums": sums(), "alone": sums(beside=False)}
    arrays = {name: random_arrays(program) for name, program in programs.items()}
    wanted = [(name, language) for name in programs for language in runnable]
    results = run_fresh([(language, emit(programs[name], language), arrays[name]) for name, language in wanted])
    for (name, language), found in zip(wanted, results, strict=True):
        assert not isinstance(found, str), f"{name} in {language}: {found}"
        [expected] = evaluate(programs[name], arrays[name]).values()
        np.testing.assert_allclose(np.asarray(found), expected, atol=1e-6, err_msg=f"{name} in {language}")


def test_angles_of_a_model_of_16_bits_are_exact() -> None:
    torch = pytest.importorskip("torch")
    namespace: dict[str, Any] = {}
    # The code is ours; it is run here as a person's own file would be.
    made = sums("x - 1", size=1000)
    text = emit(made, "torch")
    assert ".to(x.dtype)" in text
    exec(compile(text, "forward", "exec"), namespace)
    found = namespace["forward"](torch.ones(1000, dtype=torch.bfloat16))
    assert found.dtype == torch.bfloat16
    assert torch.equal(found, torch.arange(1000, dtype=torch.float32).to(torch.bfloat16))


def test_the_end_of_a_count() -> None:
    assert [end(start, length) for start in (0, 1, -1) for length in ("8", "n")] == [
        "8", "n", "9", "n + 1", "7", "n - 1"
    ]  # fmt: skip
