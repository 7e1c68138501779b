"""Printed code for Julia, run there where it is installed: many cases in one process, arrays as text in both directions."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

RUNNER = """
using TensorOperations

function put(io, name, x)
    array = x isa Number ? fill(x) : x
    print(io, name, " ", ndims(array))
    foreach(n -> print(io, " ", n), size(array))
    foreach(entry -> print(io, " ", Float64(real(entry))), array)
    foreach(entry -> print(io, " ", Float64(imag(entry))), array)
    println(io)
end

for number in 0:parse(Int, ARGS[2])-1
    stem = joinpath(ARGS[1], "case" * lpad(number, 5, '0'))
    open(stem * ".txt", "w") do io
        try
            code = Module()
            Base.include(code, stem * ".jl")
            arrays = Base.include(code, stem * "_data.jl")
            found = Base.invokelatest(code.forward, arrays...)
            if found isa NamedTuple
                foreach(name -> put(io, name, found[name]), keys(found))
            else
                put(io, "only", found)
            end
        catch problem
            println(io, "error ", sprint(showerror, problem))
        end
    end
end
"""


@lru_cache
def missing() -> str:
    """What Julia lacks to run the code, "" where nothing."""
    if shutil.which("julia") is None:
        return "Julia is not installed"
    needs = "using TensorOperations, SpecialFunctions"
    done = subprocess.run(["julia", "--startup-file=no", "-e", needs], capture_output=True, text=True)
    return "" if done.returncode == 0 else "Julia has no TensorOperations or no SpecialFunctions"


def literal(array: Any) -> str:
    """An array as Julia reads it, its first axis fastest; one without axes is a number."""
    array = np.asarray(array)
    if np.iscomplexobj(array):
        entries = [f"complex({value.real!r}, {value.imag!r})" for value in array.ravel(order="F").tolist()]
    else:
        entries = [repr(value) for value in array.ravel(order="F").tolist()]
    text = ", ".join(entries).replace("nan", "NaN").replace("inf", "Inf")
    return f"reshape([{text}], {', '.join(map(str, array.shape))})" if array.ndim else text


def run_julia(folder: Path, cases: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, np.ndarray] | str]:
    """For each code and its arrays in the order of the parameters: the fields of its result, by name ("only" where it is
    no named tuple); or what went wrong, with the code."""
    for number, (code, arrays) in enumerate(cases):
        (folder / f"case{number:05}.jl").write_text(code, encoding="utf-8")
        given = "".join(f"{literal(array)},\n" for array in arrays)
        (folder / f"case{number:05}_data.jl").write_text(f"({given})\n" if given else "()\n")
    (folder / "runner.jl").write_text(RUNNER)
    command = ["julia", "--startup-file=no", str(folder / "runner.jl"), str(folder), str(len(cases))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    return [_result(folder / f"case{number:05}.txt", code) for number, (code, _) in enumerate(cases)]


def _result(file: Path, code: str) -> dict[str, np.ndarray] | str:
    text = file.read_text()
    if text.startswith("error"):
        return f"{text}\n{code}"
    found = {}
    for line in text.splitlines():
        name, count, *rest = line.split()
        shape, values = [int(n) for n in rest[: int(count)]], np.array([float(n) for n in rest[int(count) :]])
        real, imaginary = np.split(values, 2)
        found[name] = (real + 1j * imaginary if imaginary.any() else real).reshape(shape, order="F")
    return found
