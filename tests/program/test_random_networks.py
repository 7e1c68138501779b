"""Random networks: the program, simplified and not, planned and not, equals `numpy.einsum`; so does the emitted code."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.file import decode, encode
from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.plan import plan
from tests.networks import random_network
from tests.program.fresh import run_emitted


@given(st.integers(0, 10**9))
def test_evaluation_equals_numpy_einsum(seed: int) -> None:
    network = random_network(seed)
    raw = check(lower(network.diagram.content))
    simple = check(simplify(raw))
    for program in (raw, simple, check(plan(simple))):
        result = evaluate(program, network.arrays)[""]
        assert result.shape == network.value.shape
        np.testing.assert_allclose(result, network.value, rtol=1e-9, atol=1e-9)


@given(st.integers(0, 10**9))
def test_a_saved_network_means_the_same(seed: int) -> None:
    network = random_network(seed)
    text = encode(network.diagram)
    again = decode(text)
    assert encode(again) == text
    assert simplify(lower(again.content)) == simplify(lower(network.diagram.content))


def _run_all(folder: Path, languages: list[str], seeds: range) -> None:
    """Emit every network, run all of them in one fresh process, and compare with the evaluation."""
    networks = {f"n{seed}": random_network(seed) for seed in seeds}
    found = run_emitted(folder, languages, {name: (net.diagram, net.arrays) for name, net in networks.items()})
    for name, network in networks.items():
        expected = td.evaluate(network.diagram, network.arrays)
        for language in languages:
            text = f"{name} in {language}"
            assert found[language, name].shape == expected.shape, text
            np.testing.assert_allclose(found[language, name], expected, rtol=1e-9, atol=1e-9, err_msg=text)


def test_emitted_numpy_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["numpy", "opt_einsum", "einops", "ncon"], range(60))


def test_emitted_jax_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["jax"], range(30))


def test_emitted_quimb_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["quimb"], range(60))


@pytest.mark.usefixtures("torch")
def test_emitted_torch_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["torch", "torch_einsum"], range(40))


def test_einops_code_takes_tensors_too(torch: Any, tmp_path: Path) -> None:
    ran = 0
    for seed in range(100):
        network = random_network(seed)
        path, code = tmp_path / f"n{seed}.py", td.code(network.diagram, "einops")
        path.write_text(code, encoding="utf-8")
        if "import numpy" in code:
            continue  # arrays that the code makes, such as deltas, are NumPy's
        ran += 1
        arrays = {name: torch.as_tensor(array) for name, array in network.arrays.items()}
        found = runpy.run_path(str(path))["forward"](**arrays)
        assert isinstance(found, torch.Tensor), seed
        np.testing.assert_allclose(found.resolve_conj().numpy(), network.value, rtol=1e-9, atol=1e-9)
    assert ran > 15


def _ladder(length: int) -> tuple[td.Diagram, dict[str, np.ndarray], float]:
    """A ring of `length` matrices beside its copy, joined at every site: 3 * length indices, worked out by transfer."""
    names = [f"A{n}" for n in range(length)]
    spec = ", ".join(f"l{n} s{n} l{(n + 1) % length}" for n in range(length))
    spec += ", " + ", ".join(f"m{n} s{n} m{(n + 1) % length}" for n in range(length))
    sizes = {f"{letter}{n}": 2 for n in range(length) for letter in "lms"}
    diagram = td.einsum(spec + " ->", *names, *[f"B{n}" for n in range(length)], sizes=sizes)
    arrays = td.arrays(diagram, seed=1)
    transfer = np.eye(4)
    for n in range(length):
        step = np.einsum("asb,csd->acbd", arrays[f"A{n}"], arrays[f"B{n}"])  # [l, m, l', m']
        transfer = transfer @ step.reshape(4, 4)
    return diagram, arrays, float(np.trace(transfer))


def test_more_than_fifty_two_indices(tmp_path: Path) -> None:
    diagram, arrays, expected = _ladder(40)
    assert len(diagram.content.wires) == 120
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected, rtol=1e-4)
    found = run_emitted(tmp_path, ["numpy"], {"n0": (diagram, arrays)})
    np.testing.assert_allclose(found["numpy", "n0"], expected, rtol=1e-4)
