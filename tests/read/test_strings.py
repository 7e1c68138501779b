"""Every string of other projects' own tests, read, saved, loaded, evaluated and printed: value and axis order are numpy's.

The calls come from the installed packages. Those of numpy that have no meaning here are counted: arrays without entries
(a space has a size from 1), and numpy's limit of 52 labels. Options (`out`, `dtype`, `order`, `casting`) are left aside:
what is compared is the call without them, in float64.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import opt_einsum
import pytest

import tensordraw as td
from tensordraw.diagram.records import Diagram
from tests.program.fresh import run_emitted
from tests.read import calls
from tests.read.calls import Call

SOURCES = ["numpy", "opt_einsum", "opt_einsum input", "einops", "cotengra"]
LARGE = 100_000  # entries of an operand from which a call is slow
Valid = list[tuple[Call, np.ndarray]]


@cache
def sorted_out(source: str) -> tuple[Valid, list[Call], Counter[str]]:
    """The calls of a source that the library itself gives a value, those that it refuses, and those without a meaning here."""
    einsum = opt_einsum.contract if source == "opt_einsum input" else np.einsum
    valid, invalid, without = Valid(), list[Call](), Counter[str]()
    for call in _calls(source):
        if any(0 in shape for shape in call.shapes):
            without["no entries"] += 1
            continue
        try:
            value = call.expected(None if call.too_much else einsum)
        except (ValueError, TypeError, KeyError) as error:
            if "valid range [0, 52)" in str(error) and min(min(row) for row in call.spec) >= 0:
                without["more than 52 labels"] += 1
            else:
                invalid.append(call)
        else:
            valid.append((call, value))
    return valid, invalid, without


def _calls(source: str) -> list[Call]:
    match source:
        case "numpy":
            return list(calls.numpy_calls())
        case "opt_einsum":
            return calls.opt_einsum_strings()
        case "opt_einsum input":
            return list(calls.opt_einsum_calls())
        case "cotengra":
            return calls.cotengra_strings()
        case _:
            return [call for call, _ in calls.einops_strings()]


def _value(call: Call, source: str) -> np.ndarray:
    """numpy's value of a call; it does not know einops' names."""
    if source != "einops":
        return dict(sorted_out(source)[0])[call]
    return np.einsum(dict(calls.einops_strings())[call], *(call.arrays()[name] for name in call.names))


@cache
def small(source: str) -> Valid:
    """The valid calls whose arrays are small."""
    if source == "einops":
        return [(call, _value(call, source)) for call, _ in calls.einops_strings()]
    return [(call, value) for call, value in sorted_out(source)[0] if call.entries < LARGE]


@cache
def _kept(call: Call) -> Diagram:
    """The diagram that was read, saved and loaded."""
    diagram = call.read()
    assert td.problems(diagram) == [], call
    with tempfile.TemporaryDirectory() as folder:
        td.save(diagram, Path(folder) / "saved.tdraw")
        loaded = td.load(Path(folder) / "saved.tdraw")
    assert loaded == diagram, call
    return loaded


def _check(found: np.ndarray, expected: np.ndarray, call: Call) -> None:
    assert found.shape == expected.shape, f"{call}: {found.shape} is not {expected.shape}"
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11 * scale, err_msg=str(call))


@pytest.mark.parametrize("source", SOURCES)
def test_values_are_those_of_numpy(source: str) -> None:
    for call, expected in small(source):
        _check(td.evaluate(_kept(call), call.arrays()), expected, call)


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_emitted_code_gives_the_same(library: str, tmp_path: Path) -> None:
    """In one fresh process for each library, from the loaded files."""
    pytest.importorskip(library, reason="PyTorch is a test extra on Python 3.11 only")
    given = {
        f"{source.replace(' ', '_')}_{number}": (call, expected)
        for source in SOURCES
        for number, (call, expected) in enumerate(small(source))
    }
    cases = {name: (_kept(call), call.arrays()) for name, (call, _) in given.items()}
    found = run_emitted(tmp_path, [library], cases)
    for name, (call, expected) in given.items():
        _check(found[library, name], expected, call)


@pytest.mark.slow
def test_large_arrays(tmp_path: Path) -> None:
    large = [pair for pair in sorted_out("numpy")[0] if pair[0].entries >= LARGE]
    assert large
    cases = {f"large_{number}": (_kept(call), call.arrays()) for number, (call, _) in enumerate(large)}
    found = {**run_emitted(tmp_path, ["numpy"], cases), **run_emitted(tmp_path, ["torch"], cases)}
    for number, (call, expected) in enumerate(large):
        _check(td.evaluate(_kept(call), call.arrays()), expected, call)
        for library in ("numpy", "torch"):
            _check(found[library, f"large_{number}"], expected, call)


def test_all_calls_are_found() -> None:
    """That the spies see what they should: a test that no longer finds its strings would pass."""
    valid, invalid, without = sorted_out("numpy")
    assert len(valid) > 700
    assert len(invalid) > 25
    assert without == {"no entries": 6, "more than 52 labels": 1}
    assert sum(not isinstance(call.spec, str) for call, _ in valid) > 200
    assert len(sorted_out("opt_einsum")[0]) == len(calls.opt_einsum_strings()) >= 140
    assert len(sorted_out("opt_einsum input")[0]) > 30
    assert len(calls.einops_strings()) > 15
    strings = calls.cotengra_strings()
    assert len(strings) == 300
    assert sum(len(set(call.spec) - set(",->")) > 52 for call in strings) == calls.EACH


@pytest.mark.parametrize("source", ["numpy", "opt_einsum input"])
def test_what_the_libraries_refuse_is_refused(source: str) -> None:
    """In one sentence, which names the operand, the index or the sign at fault."""
    for call in sorted_out(source)[1]:
        with pytest.raises(td.Error) as caught:
            call.read()
        text = str(caught.value)
        assert text.endswith(".")
        assert "\n" not in text
        assert any(word in text.lower() for word in ("operand", "index", "output", "arrow")), text
