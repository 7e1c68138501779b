"""The command line on documents that mean something; `test_bad_input` has the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw import cli, windowless
from tensordraw.diagram.custom import Custom, Exclusion
from tensordraw.diagram.draft import Draft
from tensordraw.program.functions import FUNCTIONS
from tests.sketch import traces
from tests.templates.folders import gpt2_folder

SMALL = ("layers=2", "heads=2", "hidden=8", "vocab=11", "seq=5")


class Windows:
    """Notes which windows would have been opened."""

    def __init__(self) -> None:
        self.opened: list[str | None] = []

    def __call__(self, path: str | None) -> int:
        self.opened.append(path)
        return 0


class Run:
    """Runs commands in a folder of their own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.windows = Windows()

    def __call__(self, *arguments: str, code: int = 0) -> str:
        assert cli.main(arguments, self.windows) == code
        output, said = self.capsys.readouterr()
        assert said == ""
        return output


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return Run(capsys)


def settings(*pairs: str) -> list[str]:
    return [word for pair in pairs for word in ("--set", pair)]


# -------------------------------------------------------------------------------------------------------------- lists


def test_lists(run: Run) -> None:
    listed = run("templates")
    assert [line.split(":")[0] for line in listed.splitlines() if line[0] != " "] == [t.name for t in td.templates()]
    assert "layers=12" in listed
    assert run("languages").split() == td.languages()
    assert [line.split()[0] for line in run("functions").splitlines()] == list(FUNCTIONS)


@pytest.mark.parametrize("verb", sorted(cli._verbs.commands))
def test_every_verb_has_help(verb: str, run: Run) -> None:
    assert run(verb, "--help").startswith("Usage: tensordraw")


def test_version(run: Run) -> None:
    assert run("--version") == f"tensordraw, version {td.__version__}\n"


# ------------------------------------------------------------------------------------------------------------- making


def test_read_writes_an_einsum_with_its_names(run: Run) -> None:
    run("read", "ij,jk->ik", "W", "V", "-o", "p.tdraw")
    diagram = td.load("p.tdraw")
    assert sorted(td.arrays(diagram)) == ["V", "W"]
    assert run("check", "p.tdraw") == "No problems.\n"


def test_read_takes_an_expression_and_a_file(run: Run) -> None:
    run("read", "softmax(Q @ K.T / sqrt(d)) @ V", "--size", "d=5", "-o", "p.tdraw")
    assert sorted(td.arrays(td.load("p.tdraw"))) == ["K", "Q", "V"]
    Path("model.py").write_text("def forward(x, W):\n    hidden = x @ W\n    return relu(hidden)\n")
    run("read", "model.py", "-o", "model.tdraw")
    diagram = td.load("model.tdraw")
    assert diagram.title == "model"
    assert run("check", "model.tdraw") == "No problems.\n"
    assert "torch.relu" in run("code", "model.tdraw", "--to", "torch")


def test_read_takes_shapes(run: Run) -> None:
    run("read", "np.tensordot(T, A, axes=1)", "--size", "T=(2, 3, 4)", "--size", "A=(4, 5)", "-o", "p.tdraw")
    assert {name: array.shape for name, array in td.arrays(td.load("p.tdraw")).items()} == {"T": (2, 3, 4), "A": (4, 5)}


def test_new_takes_settings(run: Run) -> None:
    run("new", "gpt2", *settings(*SMALL, "layer_norm=true"), "-o", "g.tdraw")
    assert (
        td.load("g.tdraw").content
        == td.template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5, layer_norm=True).content
    )


@pytest.mark.parametrize("name", [entry.name for entry in td.templates()])
def test_new_makes_every_template_without_problems(name: str, run: Run) -> None:
    run("new", name, "-o", "x.tdraw")
    assert "error" not in run("check", "x.tdraw")


# ---------------------------------------------------------------------------------------------------------- computing


def test_eval_prints_and_writes_what_numpy_computes(run: Run) -> None:
    run("read", "ij,jk->ik", "A", "B", "-o", "p.tdraw")
    run("arrays", "p.tdraw", "--seed", "3", "-o", "x.npz")
    with np.load("x.npz") as arrays:
        wanted = arrays["A"] @ arrays["B"]
    printed = run("eval", "p.tdraw", "--arrays", "x.npz", "-o", "y.npz")
    with np.load("y.npz") as results:
        assert results.files == ["result"]
        np.testing.assert_allclose(results["result"], wanted, rtol=1e-6)
    assert "float32" in printed
    assert run("eval", "p.tdraw", "--seed", "3") == printed
    assert run("eval", "p.tdraw", "--seed", "4") != printed


def test_eval_reads_safetensors(run: Run) -> None:
    from safetensors.numpy import save_file

    run("read", "ij,jk->ik", "A", "B", "-o", "p.tdraw")
    run("arrays", "p.tdraw", "-o", "x.npz")
    with np.load("x.npz") as arrays:
        save_file(dict(arrays), "x.safetensors")
    assert run("eval", "p.tdraw", "--arrays", "x.safetensors") == run("eval", "p.tdraw", "--arrays", "x.npz")


def test_arrays_are_written_to_the_same_bytes(run: Run) -> None:
    run("new", "attention", "-o", "a.tdraw")
    run("arrays", "a.tdraw", "-o", "1.npz")
    run("arrays", "a.tdraw", "-o", "2.npz")
    assert Path("1.npz").read_bytes() == Path("2.npz").read_bytes()


def test_array_names_that_numpy_takes_for_options(run: Run) -> None:
    """`numpy.savez(path, file=...)` takes some names for its own parameters."""
    run("read", "i,i,i->", "file", "allow_pickle", "a/b", "-o", "p.tdraw")
    run("arrays", "p.tdraw", "-o", "x.npz")
    with np.load("x.npz") as arrays:
        assert sorted(arrays.files) == ["a/b", "allow_pickle", "file"]
    run("eval", "p.tdraw", "--arrays", "x.npz")


def test_cost_of_a_matrix_product(run: Run) -> None:
    run("new", "matrix_product", *settings("rows=10", "inner=20", "columns=30"), "-o", "p.tdraw")
    printed = run("cost", "p.tdraw")
    assert printed.startswith("12 k operations, largest array 600 entries\n")
    assert "i j, j k -> i k" in printed


# ----------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_export_is_the_same_each_time_and_opens_again(ending: str, run: Run) -> None:
    run("new", "attention", "-o", "a.tdraw")
    run("export", "a.tdraw", "-o", f"1.{ending}")
    run("export", f"1.{ending}", "-o", f"2.{ending}")
    assert Path(f"1.{ending}").read_bytes() == Path(f"2.{ending}").read_bytes()
    assert run("check", f"1.{ending}") == run("check", "a.tdraw")


def test_export_in_a_width(run: Run) -> None:
    from xml.etree import ElementTree

    run("new", "svd", "-o", "s.tdraw")
    run("export", "s.tdraw", "-o", "s.svg", "--width", "86mm")
    root = ElementTree.parse("s.svg").getroot()
    assert root.get("width") == "243.78pt"
    run("export", "s.tdraw", "-o", "s.png", "--width", "2in", "--dpi", "100", "--background", "white")
    assert int.from_bytes(Path("s.png").read_bytes()[16:20], "big") == 200


# ------------------------------------------------------------------------------------------------------------- window


def test_without_a_display_the_main_job_is_done(run: Run) -> None:
    printed = run()
    assert printed.startswith("There is no display")
    assert "tensordraw-out" in printed
    folder = Path("tensordraw-out")
    assert sorted(path.name for path in folder.iterdir()) == ["gpt2.py", "gpt2.svg", "gpt2.tdraw"]
    assert "def forward(" in (folder / "gpt2.py").read_text()
    assert td.problems(td.load(folder / "gpt2.tdraw")) == []
    assert run.windows.opened == []


def test_without_a_display_the_main_job_is_done_on_a_file(run: Run) -> None:
    run("new", "mps", "-o", "chain.tdraw")
    printed = run("chain.tdraw")
    assert "2 x 2 x 2 x 2 x 2" in printed
    assert Path("tensordraw-out/chain.py").exists()
    assert Path("tensordraw-out/chain.svg").exists()


@pytest.mark.parametrize("display", [":4711", "localhost:4711", "nonsense"])
def test_a_display_that_does_not_answer_is_none(display: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert f"The display {display} does not answer." == windowless.why_no_window()


def test_where_there_is_a_display_the_window_opens(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windowless, "why_no_window", lambda: None)
    run("read", "ij->i", "A", "-o", "p.tdraw")
    run("p.tdraw")
    run()
    assert run.windows.opened == ["p.tdraw", None]


def test_a_models_folder_opens_the_window(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(windowless, "why_no_window", lambda: None)
    home = gpt2_folder(tmp_path / "modèle")
    paths = [str(home), str(home / "model.safetensors"), str(home / "config.json")]
    for path in paths:
        run(path)
    assert run.windows.opened == paths
    Path("f.py").write_text("y = A @ x\n")
    run("f.py")
    assert run.windows.opened[-1] == "f.py"


def test_a_folder_that_is_no_model_is_refused_before_a_window_opens(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windowless, "why_no_window", lambda: None)
    Path("empty").mkdir()
    assert cli.main(["empty"], run.windows) == 2
    assert "config.json is missing" in run.capsys.readouterr().err
    assert run.windows.opened == []


def test_without_a_display_the_main_job_is_done_on_a_model(run: Run, tmp_path: Path) -> None:
    printed = run(str(gpt2_folder(tmp_path / "m")))
    assert "Evaluated with its arrays: result: 8 x 300" in printed
    assert Path("tensordraw-out/m.tdraw").exists()
    Path("f.py").write_text("y = A @ x\n")
    assert "cannot" not in run("f.py")


# --------------------------------------------------------------------------------------------------------- end to end


def end_to_end(run: Run, *pairs: str, tolerance: float) -> str:
    """Document, code, figure, arrays, results; then the code on the arrays in a process that has only PyTorch."""
    run("new", "gpt2", *settings(*pairs), "-o", "g.tdraw")
    run("code", "g.tdraw", "--to", "torch", "-o", "g.py")
    run("export", "g.tdraw", "-o", "g.svg")
    run("arrays", "g.tdraw", "-o", "x.npz")
    run("eval", "g.tdraw", "--arrays", "x.npz", "-o", "y.npz")
    script = (
        "import sys, numpy, torch\n"
        "sys.path.insert(0, '.')\n"
        "import g\n"
        "with numpy.load('x.npz') as x: arrays = {name: torch.from_numpy(x[name]) for name in x.files}\n"
        "with numpy.load('y.npz') as y: wanted = torch.from_numpy(y['result'])\n"
        "with torch.no_grad(): result = g.forward(**arrays)\n"
        "assert result.shape == wanted.shape and result.dtype == wanted.dtype, (result.shape, result.dtype)\n"
        "assert not any(name.startswith('tensordraw') for name in sys.modules)\n"
        "print(((result - wanted).abs().max() / wanted.std()).item())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < tolerance
    return Path("g.py").read_text()


def test_gpt2_end_to_end(run: Run, torch: object) -> None:
    code = end_to_end(run, *SMALL, tolerance=1e-5)
    assert len(code.splitlines()) < 120
    assert "for layer in range(" in code


@pytest.mark.slow
def test_gpt2_end_to_end_at_its_own_size(run: Run, torch: object) -> None:
    code = end_to_end(run, tolerance=1e-4)
    assert len(code.splitlines()) < 120


def test_a_process_ends_with_the_exit_code_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tensordraw", "check", "absent.tdraw"],
        capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("tensordraw: absent.tdraw cannot be read")


def test_code_on_batches_and_evaluation_in_jax(run: Run) -> None:
    td.save(td.einsum("ij,jk->ik", "A", "B"), "p.tdraw")
    code = run("code", "p.tdraw", "--to", "torch", "--batch", "A", "--batch", "B")
    assert "einsum(A, B, 'batch i j, batch j k -> batch i k')" in code
    assert run("eval", "p.tdraw", "--backend", "jax").startswith("result: 2 x 4, float32, mean")


def test_check_says_whether_equations_hold(run: Run) -> None:
    for name, words, code in (("true", ("ABC", "BCA"), 0), ("false", ("ABC", "ACB"), 1)):
        td.save(traces(*words), f"{name}.tdraw")
        said = run("check", f"{name}.tdraw", code=code)
        assert said.startswith("No problems.\n")
        assert ("Equal to" if code == 0 else "Different: of left and right, the value is") in said


def test_check_counts_what_the_document_excludes_and_says_why(run: Run) -> None:
    draft = Draft()
    a, b = draft.leg(draft.space("n", 3)), draft.leg(draft.space("m", 4))
    draft.tensor("A", (a,), (0, 0))
    draft.tensor("B", (b,), (60, 0))
    draft.wire(a, b)
    diagram = draft.build()
    td.save(diagram, "x.tdraw")
    [problem] = td.problems(diagram)
    assert run("check", "x.tdraw", code=1).startswith(f"error: {problem.what}\n")

    kept = Custom(excluded=(Exclusion(problem.what, problem.items, "m becomes n in the next version"),))
    diagram = replace(diagram, custom=kept)
    td.save(diagram, "x.tdraw")
    said = f"No problems.\n1 excluded:\n    error: {problem.what} (m becomes n in the next version)\n"
    assert run("check", "x.tdraw") == said
    assert td.problems(diagram) == [problem]
    assert td.problems(diagram, excluded=False) == []

    other = Draft(diagram)
    other.tensor("A", (other.leg("n"), other.leg("n")), (0, 60))
    td.save(other.build(), "x.tdraw")
    said = run("check", "x.tdraw", code=1)
    assert said.startswith("error: ")
    assert "1 excluded:\n" in said, "others are listed as before"


def test_evaluation_on_a_device(run: Run, torch: object) -> None:
    td.save(td.einsum("ij,jk->ik", "A", "B"), "p.tdraw")
    assert run("eval", "p.tdraw", "--backend", "torch", "--device", "cpu").startswith("result: 2 x 4, float32, mean")
    for how, sentence in (
        (("--backend", "torch", "--device", "nowhere"), "PyTorch has no device 'nowhere' here: it has cpu"),
        (("--device", "cuda"), "is for the backend torch"),
    ):
        assert cli.main(("eval", "p.tdraw", *how), run.windows) == 2
        assert sentence in run.capsys.readouterr().err
