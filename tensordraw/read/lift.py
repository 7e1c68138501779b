"""A program drawn: `lift` makes a diagram that means the same, the inverse of `program.lower`.

Whatever is read from text becomes a program first, and then a drawing here. Each value that is used once is drawn where it
is used, so that contractions of contractions are one network; a function is a bubble around what its argument is made of;
what is used several times is a copy with pastes (`lift_uses`). Legs are joined by uniting strands (`lift_sketch`), axes
that are one index lie in one space (`lift_spaces`), and `lift_walk` draws each kind of statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Diagram, Id, Part, Term
from tensordraw.figure.arranging import arrange
from tensordraw.program.statements import Output, Program
from tensordraw.read.lift_ready import ready
from tensordraw.read.lift_sketch import MustPaste, Sheet, Stub, find
from tensordraw.read.lift_spaces import Spaces
from tensordraw.read.lift_uses import WHOLE, Key, Use, Uses
from tensordraw.read.lift_walk import Walker, run


def lift(program: Program, title: str = "", sizes: Mapping[str, int] | None = None) -> Diagram:
    """A laid-out diagram that means the program: the same arrays, values, results and order of axes.

    Axes and indices name the spaces, and label the legs where a space has another name. Values are named as they are in
    the program; one in `captures` can be found again, with a copy on its way where nothing else bears its name. `sizes`
    are spaces that numbers of the program speak of and that need not be those of an axis. Error: the
    conjugate of a loop's state, ids that are computed, a factor that is not finite, sizes that contradict each other.
    """
    program = ready(program)
    spaces = Spaces(program, sizes or {})
    pasted: set[Key] = set()
    while True:
        try:
            draft = _drawn(program, spaces, Uses(program, pasted))
            break
        except MustPaste as found:
            pasted.update(found.states)
    draft.title = title
    arrange(draft)
    return draft.build()


def _drawn(program: Program, spaces: Spaces, uses: Uses) -> Draft:
    """The drawing without a layout."""
    draft = Draft()
    walker = Walker(draft, spaces, uses)
    root = Sheet(region=ROOT)
    run(walker.copies_of(WHOLE, root))
    outputs = program.outputs
    sides = [root] if len(outputs) == 1 else [Sheet(root, draft.new_id("r")) for _ in outputs]
    found: list[list[tuple[Stub, str]]] = []
    for number, (output, sheet) in enumerate(zip(outputs, sides, strict=True)):
        strands = run(walker.value(uses.key(output.value, False, WHOLE), Use(None, number), sheet))
        seen = [
            draft.spaces[find(strand).space].name for strand in strands
        ]  # a transpose trades the spaces of its legs
        ends = walker.sketch.close(sheet, strands)
        draft.open_order += [stub.id for stub in ends]
        found.append(list(zip(ends, seen, strict=True)))
    walker.idle(root)
    if len(outputs) != 1:
        _relate(draft, walker, outputs, sides, found)
    walker.sketch.finish()
    return draft


def _relate(
    draft: Draft, walker: Walker, outputs: Sequence[Output], sides: Sequence[Sheet],
    found: Sequence[list[tuple[Stub, str]]],
) -> None:  # fmt: skip
    """One equation of all results: a term each, legs (each with the name of its space) that correspond under one label."""
    pair = len(outputs) == 2 and outputs[1].relation != ","
    parts: list[Part] = []
    reference: list[str] = []
    for number, (output, sheet, stubs) in enumerate(zip(outputs, sides, found, strict=True)):
        term = sheet.region or ROOT
        usual = ("left", "right")[number] if pair else f"side{number + 1}"
        name = "" if output.name == usual else output.name
        walker.sketch.region(sheet.outer or sheet, term, _term(term, name))
        parts.append(Part(term, output.relation if number else "+"))
        if number == 0 or output.relation == "," or len(reference) != len(stubs):
            reference = _distinct([stub.label or space for stub, space in stubs])
        for (stub, space), label in zip(stubs, reference, strict=True):
            stub.label = "" if label == space else label
    if parts:
        draft.equation(parts)


def _term(term: Id, name: str) -> Callable[[Id], Term]:
    return lambda inside: Term(term, name, inside)


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where several are alike."""
    counts, taken, found = Counter(names), set(names), []
    for name in names:
        number = 0
        label = name
        while counts[name] > 1 and label in taken:
            label, number = f"{name}{number}", number + 1
        taken.add(label)
        found.append(label)
    return found


__all__ = ["lift"]
