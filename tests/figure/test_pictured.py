"""What is copied of a drawing looks as it does in the whole: its terms without parentheses, its wires as wide as there."""

from __future__ import annotations

from tensordraw.diagram import edits_equations, fragments
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Diagram, Equation
from tensordraw.figure.build import build
from tensordraw.figure.display import Shape
from tensordraw.figure.export import picture, tikz_text
from tensordraw.figure.source import carried


def equation() -> tuple[Diagram, Equation]:
    """v = u + w in three spaces of growing size, v in the largest but one."""
    d = Draft()
    small, middle, large = (d.space(name, size) for name, size in (("small", 2), ("middle", 8), ("large", 64)))
    v = d.tensor("v", [d.leg(middle, "i")], (0.0, 0.0))
    u = d.tensor("u", [d.leg(middle, "i")], (100.0, 0.0))
    w = d.tensor("w", [d.leg(middle, "i")], (200.0, 0.0))
    d.tensor("x", [d.leg(small), d.leg(large)], (0.0, 100.0))
    made, _ = edits_equations.relate(d.build(), [v.id, u.id], "=")
    made, _ = edits_equations.relate(made, [made.content.nodes[u.id].inside, w.id], "+")
    (found,) = made.content.equations.values()
    return made, found


def shapes(diagram: Diagram, owners: set[str]) -> list[tuple[str, Shape]]:
    return [(item.owner, shape) for item in build(diagram).items if item.owner in owners for shape in item.shapes]


def shown(diagram: Diagram, items: list[str]) -> Diagram:
    return fragments.pictured(fragments.extract(diagram, items), diagram, items)


def test_a_term_that_is_copied_alone_looks_as_in_its_equation() -> None:
    diagram, found = equation()
    term = found.parts[0].term
    alone = shown(diagram, [term])
    assert list(faults(alone)) == []
    owners = {item.owner for item in build(alone).items}
    assert term in owners
    assert shapes(alone, owners) == shapes(diagram, owners), "the same shapes, of the same widths, and no parentheses"
    assert build(alone).signs == {}
    assert shapes(fragments.extract(diagram, [term]), owners) != shapes(diagram, owners)
    assert tikz_text(alone, frames=False).count("draw") < tikz_text(diagram, frames=False).count("draw")


def test_terms_that_are_copied_keep_the_signs_between_them() -> None:
    diagram, found = equation()
    terms = [part.term for part in found.parts]
    assert set(build(shown(diagram, terms[1:])).signs) == {f"{found.id}.{terms[2]}"}
    assert set(build(shown(diagram, terms)).signs) == set(build(diagram).signs)


def test_the_picture_carries_what_was_copied_and_no_more() -> None:
    diagram, found = equation()
    part = fragments.extract(diagram, [found.parts[0].term])
    made = picture(shown(diagram, [found.parts[0].term]), "copy.svg", carries=part)
    inside = carried(made)
    assert [space.name for space in inside.content.spaces.values()] == ["middle"]
    assert inside.content.equations == {}
