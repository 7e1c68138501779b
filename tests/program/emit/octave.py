"""Printed code for Octave, run there: many cases in one process, arrays as text in both directions."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

RUNNER = """
function put(file, name, x)
    x = full(double(x));
    fprintf(file, '%s %d', name, ndims(x));
    fprintf(file, ' %d', size(x));
    fprintf(file, ' %.17g', real(x(:)));
    fprintf(file, ' %.17g', imag(x(:)));
    fprintf(file, '\\n');
end

addpath(argv(){1}, argv(){2});
for number = 0:str2double(argv(){3}) - 1
    file = fopen(fullfile(argv(){1}, sprintf('case%05d.txt', number)), 'w');
    try
        arrays = feval(sprintf('data%05d', number));
        lastwarn('');
        found = feval(sprintf('case%05d', number), arrays{:});
        if ~isempty(lastwarn())
            error(lastwarn());
        end
        if isstruct(found)
            for name = fieldnames(found).'
                put(file, name{1}, found.(name{1}));
            end
        else
            put(file, 'only', found);
        end
    catch problem
        fprintf(file, 'error %s\\n', problem.message);
        for k = 1:numel(problem.stack)
            fprintf(file, '  %s line %d\\n', problem.stack(k).name, problem.stack(k).line);
        end
    end
    fclose(file);
end
"""

needs_octave = pytest.mark.skipif(shutil.which("octave-cli") is None, reason="Octave is not installed")


def literal(array: np.ndarray) -> str:
    """An array as Octave reads it, its first axis fastest."""
    array = np.asarray(array)
    values = array.ravel(order="F")
    text = ", ".join(f"{value.real:.17g}" for value in values)
    shape = " ".join(map(str, [*array.shape, 1, 1][: max(2, array.ndim)]))
    made = f"[{text}]"
    if np.iscomplexobj(array):
        made = f"complex({made}, [{', '.join(f'{value.imag:.17g}' for value in values)}])"
    made = f"reshape({made}, [{shape}])".replace("nan", "NaN").replace("inf", "Inf")
    return f"int32({made})" if np.issubdtype(array.dtype, np.integer) else made


def run_octave(folder: Path, cases: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, np.ndarray] | str]:
    """For each code and its arrays in the order of the parameters: the fields of its result, by name ("only" where it is
    no struct), shapes as Octave has them; or what went wrong, with the code."""
    for number, (code, arrays) in enumerate(cases):
        name = f"{number:05}"
        (folder / f"case{name}.m").write_text(re.sub(r"\bforward\(", f"case{name}(", code, count=1), encoding="utf-8")
        given = ", ...\n".join(literal(array) for array in arrays)
        (folder / f"data{name}.m").write_text(f"function arrays = data{name}()\narrays = {{ ...\n{given}}};\nend\n")
    (folder / "runner.m").write_text(f"1;\n{RUNNER}")
    here = str(Path(__file__).parent)
    command = ["octave-cli", "--norc", "--quiet", str(folder / "runner.m"), str(folder), here, str(len(cases))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
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
        array = (real + 1j * imaginary if imaginary.any() else real).reshape(shape, order="F")
        found[name] = array
    return found


def same(found: np.ndarray, expected: Any, tolerance: float = 1e-9) -> bool:
    """Whether Octave's array is the expected one: axes of size 1 at the end are there or not, columns have one more."""
    expected = np.asarray(expected)
    shape = [*expected.shape, *[1] * (2 - expected.ndim)]
    while len(shape) > 2 and shape[-1] == 1:
        shape.pop()
    if list(found.shape) != shape:
        return False
    return np.allclose(found.reshape(expected.shape), expected, tolerance, tolerance, equal_nan=True)


def mapping(results: Mapping[str, Any]) -> dict[str, Any]:
    """Expected results under the names that `run_octave` gives."""
    return {"only": next(iter(results.values()))} if len(results) == 1 else dict(results)
