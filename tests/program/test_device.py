"""Devices: everything that a run makes is made where its arrays are; on a real GPU the same numbers come out as without.

The first part needs no GPU: tensors that have a shape and a device but no memory (PyTorch's fake tensors, on the device
"meta") refuse to meet others, as those of a GPU do. The last part is skipped without CUDA.
"""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program import devices
from tensordraw.program.evaluate import run
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify

SMALL: dict[str, Any] = {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5}
MODELS: dict[str, dict[str, Any]] = {
    "gpt2": {**SMALL, "layer_norm": True, "bias": True}, "attention_only": SMALL, "bert": SMALL, "attention": {},
    "llama": {"layers": 2, "heads": 6, "kv_heads": 3, "hidden": 24, "mlp": 20, "vocab": 11, "seq": 6},
}  # fmt: skip
HOW: list[dict[str, Any]] = [
    {}, {"fuse": False}, {"language": "torch_einsum"}, {"module": True}, {"module": True, "fuse": False},
]  # fmt: skip
models = pytest.mark.parametrize("name", MODELS)


def printed(torch: Any, code: str, arrays: dict[str, Any], device: str) -> Any:
    """What printed code gives for arrays on a device, a module moved there as people do it."""
    space: dict[str, Any] = {}
    exec(code, space)
    if "Network" not in space:
        return space["forward"](**arrays)
    with torch.device("meta" if device == "meta" else "cpu"):
        network = space["Network"]()
    held = dict(network.named_parameters())
    if device != "meta":
        network.load_state_dict({name: array for name, array in arrays.items() if name in held})
        network = network.to(device)
    return network(*(array for name, array in arrays.items() if name not in held))


def without_memory(torch: Any, diagram: Any) -> dict[str, Any]:
    return {
        name: torch.empty(array.shape, dtype=torch.from_numpy(array).dtype, device="meta")
        for name, array in td.arrays(diagram).items()
    }


@models
@pytest.mark.parametrize("how", HOW)
def test_printed_code_makes_what_it_needs_where_its_arrays_are(torch: Any, name: str, how: dict[str, Any]) -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    diagram = td.template(name, **MODELS[name])
    code = td.code(diagram, **how)
    with torch.no_grad(), FakeTensorMode():
        made = printed(torch, code, without_memory(torch, diagram), "meta")
        assert made.device.type == "meta"
        with pytest.raises(RuntimeError, match="devices"):  # the check would see it
            made + torch.ones(made.shape)


@models
@pytest.mark.parametrize("fuse", [True, False])
def test_the_evaluator_makes_what_it_needs_where_its_arrays_are(
    torch: Any, name: str, fuse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    from tensordraw.program.backend_torch import TorchBackend

    monkeypatch.setattr(TorchBackend, "bounds", lambda self, ids: (0, 0))  # there are no ids to look at
    monkeypatch.setattr(TorchBackend, "own", lambda self, array, inputs: array)
    diagram = td.template(name, **MODELS[name])
    program = simplify(lower(diagram.content)) if fuse else lower(diagram.content)
    with torch.no_grad(), FakeTensorMode():
        (made,) = run(program, without_memory(torch, diagram), "torch", fuse=fuse).outputs.values()
        assert made.device.type == "meta"


def test_only_torch_has_devices_and_only_those_that_are_there(torch: Any) -> None:
    diagram = td.template("attention")
    with pytest.raises(td.Error, match=r"A device \('cuda'\) is for the backend torch; numpy chooses"):
        td.evaluate(diagram, device="cuda")
    for absent in ("cuda:99", "nonsense", "meta"):
        with pytest.raises(td.Error, match=rf"PyTorch has no device '{absent}' here: it has cpu"):
            td.evaluate(diagram, backend="torch", device=absent)


def test_the_device_cpu_changes_nothing(torch: Any) -> None:
    diagram = td.template("gpt2", **MODELS["gpt2"])
    plain, seen = td.evaluate(diagram, backend="torch", capture=["pattern"])
    found, patterns = td.evaluate(diagram, backend="torch", capture=["pattern"], device="cpu")
    assert torch.equal(found, plain)
    assert torch.equal(patterns["pattern"], seen["pattern"])


def test_faults_of_arrays_are_those_without_a_device(torch: Any) -> None:
    diagram = td.einsum("i j, j -> i", "A", "B", sizes={"i": 2, "j": 3})
    for wrong in ([[1, 2, 3], [4]], np.array([["a"] * 3] * 2), np.zeros((2, 2))):
        with pytest.raises(td.Error) as plain:
            td.evaluate(diagram, {"A": wrong}, "torch")
        with pytest.raises(td.Error) as placed:
            td.evaluate(diagram, {"A": wrong}, "torch", device="cpu")
        assert str(plain.value) == str(placed.value)


def test_arrays_that_last_are_moved_once(torch: Any) -> None:
    array = np.ones((3, 4))
    device = torch.device("meta")
    first = devices.placed({"A": array}, device, ["A"])["A"]
    assert devices.placed({"A": array}, device, ["A"])["A"] is first
    assert devices.placed({"A": array}, device)["A"] is not first
    kept = len(devices._moved)
    del array
    gc.collect()
    assert len(devices._moved) == kept - 1


# ------------------------------------------------------------------------------------------------ with a real GPU


@pytest.fixture
def cuda(torch: Any) -> Any:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA here")
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    yield torch
    torch.backends.cuda.matmul.allow_tf32 = before


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found.cpu().numpy(), np.asarray(expected), atol=1e-4 * max(1.0, float(expected.std())))


@models
@pytest.mark.parametrize("fuse", [True, False])
def test_the_evaluator_on_a_gpu(cuda: Any, name: str, fuse: bool) -> None:
    diagram = td.template(name, **MODELS[name])
    arrays = td.arrays(diagram)
    expected = td.evaluate(diagram, arrays, fuse=False)
    found = td.evaluate(diagram, arrays, "torch", fuse=fuse, device="cuda")
    assert found.device.type == "cpu"
    close(found, expected)
    there = {key: cuda.from_numpy(array).to("cuda") for key, array in arrays.items()}
    for stays in (td.evaluate(diagram, there, "torch", fuse=fuse, device="cuda"), td.evaluate(diagram, there, "torch")):
        assert stays.device.type == "cuda"
        close(stays, expected)


@models
@pytest.mark.parametrize("how", HOW)
def test_printed_code_on_a_gpu(cuda: Any, name: str, how: dict[str, Any]) -> None:
    diagram = td.template(name, **MODELS[name])
    arrays = td.arrays(diagram)
    there = {key: cuda.from_numpy(array).to("cuda") for key, array in arrays.items()}
    with cuda.no_grad():
        found = printed(cuda, td.code(diagram, **how), there, "cuda")
    assert found.device.type == "cuda"
    close(found, td.evaluate(diagram, arrays, fuse=False))


def test_captures_come_back_from_a_gpu(cuda: Any) -> None:
    diagram = td.template("gpt2", **MODELS["gpt2"])
    arrays = td.arrays(diagram)
    _, expected = td.evaluate(diagram, arrays, capture=["pattern", "resid_mid"])
    _, found = td.evaluate(diagram, arrays, "torch", capture=["pattern", "resid_mid"], device="cuda")
    for name, array in expected.items():
        close(found[name], array)
