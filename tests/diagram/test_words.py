"""Items in words: never an id where there is a name."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.problems import problems
from tensordraw.diagram.words import item_words
from tensordraw.templates import template, templates
from tests.figure import samples


def test_kinds_and_names() -> None:
    d = Draft()
    s, region = d.space("s", 3), d.bubble("relu")
    i, j = d.leg(s, "i"), d.leg(s)
    a, b = d.tensor("A", [i], inside=region.id), d.tensor("B", [j])
    wire = d.wire(i, j)
    content = d.build().content
    assert [item_words(item, content) for item in (a.id, b.id, region.id, wire.id, i.id, j.id, s)] == [
        "tensor A", "tensor B", "bubble relu", "wire i between tensor A and tensor B", "leg i of tensor A",
        "leg s of tensor B", "space s",
    ]  # fmt: skip
    assert item_words("x99", content) == "x99"


def test_every_item_of_the_templates_has_words() -> None:
    for content in [samples.stream().content, *(template(entry.name).content for entry in templates())]:
        for item in (*content.nodes, *content.wires, *content.regions, *content.spaces):
            assert item not in item_words(item, content).split()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("$S_k$", "S_k"), (r"\Gamma_{1}", "Γ_1"), (r"B^\dagger_8", "B†_8"), (r"\tilde{A}", "Ã"), ("V^{*}", "V*"),
        (r"\sum_{k}", "∑_k"), (r"\text{head} 3", "head 3"), ("hidden'", "hidden'"), (r"\odd{x}", r"\odd{x}"), ("W_Q", "W_Q"),
    ],
)  # fmt: skip
def test_names_are_read_without_latex(name: str, read: str) -> None:
    assert readable(name) == read


def test_words_and_problems_spell_letters() -> None:
    d = Draft()
    s = d.space(r"\chi", 3)
    one, two = d.tensor(r"\Gamma", [d.leg(s, "$k$")]), d.tensor(r"\Gamma", [d.leg(s, "$k$"), d.leg(s)])
    wire = d.wire(one.legs[0], two.legs[0])
    made = d.build()
    assert item_words(wire.id, made.content) == "wire k between tensor Γ and tensor Γ"
    assert item_words(two.legs[1].id, made.content) == "leg χ of tensor Γ"
    assert "Two tensors are called Γ but have different legs." in [problem.what for problem in problems(made.content)]
