"""Where a run is: the statement being computed and its number, for another thread that looks on."""

from __future__ import annotations

from tensordraw.program.evaluate import Watch, run
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.templates import template
from tests.program.emit.test_module import random_arrays

SMALL = {"hidden": 8, "heads": 2, "vocab": 11, "seq": 5}


def watched(name: str, **settings: int) -> tuple[Watch, list[tuple[int, str]]]:
    """A watch after a run of a template, and what it said whenever the run asked whether it was cancelled."""
    program = simplify(lower(template(name, **settings).content))
    watch, seen = Watch(), []

    def look() -> bool:
        seen.append((watch.number, "" if watch.statement is None else watch.statement.out))
        return False

    run(program, random_arrays(program), cancelled=look, watch=watch)
    return watch, seen


def test_the_statements_are_counted_and_the_last_one_is_the_last() -> None:
    watch, seen = watched("mps", sites=6)
    assert watch.total == watch.number == len(seen) == 5
    assert [number for number, _ in seen] == list(range(5))
    assert len({name for _, name in seen}) == 5
    assert watch.statement is not None


def test_the_statements_of_a_repeat_count_once_a_turn() -> None:
    two, three, four = (watched("gpt2", layers=layers, **SMALL)[0] for layers in (2, 3, 4))
    assert two.number == two.total
    assert three.number == three.total
    each = three.total - two.total
    assert each > 5
    assert four.total == three.total + each
