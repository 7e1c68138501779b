"""Where PyTorch computes: arrays moved to a device (a GPU) before a run, and results brought back after it.

What an evaluation makes itself it makes where its arrays are. Arrays of a document's files are moved once and stay on the
device as long as the document holds them, so that a model's weights are not sent again for every evaluation.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tensordraw.errors import Error
from tensordraw.program.backends import backend
from tensordraw.program.evaluate import Results, run
from tensordraw.program.statements import Program

_moved: dict[tuple[int, str], tuple[weakref.ref[Any], Any]] = {}  # by an array's identity and a device


def run_on(
    device: str | None, program: Program, arrays: Mapping[str, Any], library: str, capture: Iterable[str] = (),
    *, fuse: bool = True, given: Mapping[str, Any],
) -> Results:  # fmt: skip
    """`evaluate.run` on a device, where one is said; of the arrays, those `given` are the caller's, the others a document's."""
    if device is None:
        return run(program, arrays, library, capture, fuse=fuse)
    place = device_of(device, library)
    lasting = arrays.keys() - given.keys()
    return returned(run(program, placed(arrays, place, lasting), library, capture, fuse=fuse), given, place)


def device_of(name: str, library: str) -> Any:
    """The torch.device called so ("cuda", "cuda:1", "mps", "cpu"); errors.Error where it is not there, or for other libraries."""
    if library != "torch":
        raise Error(f"A device ({name!r}) is for the backend torch; {library} chooses where it computes by itself.")
    backend(library)  # which says where it is not installed
    import torch

    try:
        device = torch.device(name)
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError, ValueError, TypeError):  # unknown, not built in, no driver, no such number
        raise Error(f"PyTorch has no device {name!r} here: it has {', '.join(_devices())}.") from None
    return device


def _devices() -> list[str]:
    import torch

    found = ["cpu", *(f"cuda:{number}" for number in range(torch.cuda.device_count()))]
    return [*found, "mps"] if torch.backends.mps.is_available() else found


def placed(arrays: Mapping[str, Any], device: Any, lasting: Collection[str] = ()) -> dict[str, Any]:
    """The arrays as tensors on a device; those called `lasting`, which nobody changes, are kept there while they live.

    errors.Error where one has no place there, or is of a type that the device does not have.
    """
    return {name: _placed(name, array, device, name in lasting) for name, array in arrays.items()}


def _placed(name: str, array: Any, device: Any, lasting: bool) -> Any:
    import torch

    key = id(array), str(device)
    if lasting and key in _moved and _moved[key][0]() is array:
        return _moved[key][1]
    try:
        tensor = backend("torch").asarray(array)
        moved = tensor.to(device) if isinstance(tensor, torch.Tensor) else tensor  # what is no number is refused later
    except torch.OutOfMemoryError:
        raise Error(f"There is not enough memory on {device} for the array {name!r}.") from None
    except TypeError:
        kind = str(tensor.dtype).removeprefix("torch.")
        raise Error(f"The array {name!r} is of the type {kind}, which {device} does not have; give another.") from None
    except ValueError:
        return array  # nested lists of different lengths: refused later
    if lasting and device.type != "cpu":  # where the tensor is the array itself
        _moved[key] = weakref.ref(array, lambda _, known=_moved: known.pop(key, None)), moved  # type: ignore[misc]
    return moved


def returned(results: Results, given: Mapping[str, Any], device: Any) -> Results:
    """Results in the memory that NumPy reads too, or on the device, where an array that the caller gave is there."""
    import torch

    if any(isinstance(array, torch.Tensor) and array.device.type == device.type for array in given.values()):
        return results
    outputs, captures = (
        {name: array.cpu() for name, array in each.items()} for each in (results.outputs, results.captures)
    )
    return Results(outputs, captures)
