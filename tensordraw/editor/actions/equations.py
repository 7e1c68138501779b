"""Commands of equations: signs between terms, their order, and the check whether the sides are equal."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram import edits_equations, edits_terms
from tensordraw.diagram.records import Id, Sign
from tensordraw.diagram.signs import RELATIONS, equation_of, sign_id, signed
from tensordraw.editor import labels, signing, spacing
from tensordraw.editor.command import Command
from tensordraw.editor.effects import CheckEquation
from tensordraw.editor.state import State, Step, done

UNRELATED = "Select two terms, or two pieces that are not joined to each other."
JOINED = ": pieces whose legs together are those of the other side are one term"
MANY = ": each piece is a term. One term, in the menu Equation, makes one of several"
NO_TERM = "Select a sign or a term of an equation first."


def _relate(sign: Sign, name: str) -> Any:
    """Puts a sign between the selected terms and pieces, or changes the selected sign."""

    def run(state: State, argument: Any) -> Step:
        sides, items = edits_terms.as_sides(state.document, state.selection, sign)
        after, signs = edits_equations.relate(sides, items, sign)
        for equation in {item.partition(".")[0] for item in signs}:
            after = spacing.make_room(after, equation)
        new = len(after.content.regions) - len(state.document.content.regions)
        joined = sides is not state.document
        hint = JOINED if joined else MANY if sign in RELATIONS and new > 2 else ""
        return done(state, after, name, signs, say=name + hint if hint else None)

    return run


def _related(state: State) -> str | None:
    """Whether a sign can be put: between two pieces, or before a term of an equation."""
    content = state.document.content
    if not state.selection:
        return UNRELATED
    if chosen_signs(state):
        return None
    return None if len(edits_equations.units(content, state.selection)) > 1 else UNRELATED


def chosen_signs(state: State) -> list[Id]:
    """The signs that are selected, those before selected terms, and all of a selected equation."""
    content = state.document.content
    found: dict[Id, None] = {}
    for item in sorted(state.selection):
        if signed(content, item) is not None:
            found[item] = None
        elif item in content.equations:
            found.update((sign_id(item, part.term), None) for part in content.equations[item].parts)
        elif item in content.regions and (equation := equation_of(content, item)) is not None:
            found[sign_id(equation.id, item)] = None
    return list(found)


def _in_equation(state: State) -> str | None:
    return None if chosen_signs(state) else NO_TERM


def _one_sign(state: State) -> str | None:
    whole = any(item in state.document.content.equations for item in state.selection)
    return None if whole or len(chosen_signs(state)) == 1 else "Select one sign or one term of an equation first."


def _take_out(state: State, argument: Any) -> Step:
    signs = [argument] if isinstance(argument, str) else chosen_signs(state)
    terms = [item.partition(".")[2] for item in signs]
    return done(state, edits_equations.take_out(state.document, terms), "Take out of the equation", terms)


def _shift(by: int) -> Any:
    def run(state: State, argument: Any) -> Step:
        item = argument if isinstance(argument, str) else chosen_signs(state)[0]
        equation, _, term = item.partition(".")
        after = edits_equations.move_part(state.document, item, by)
        if after is not state.document:
            after = spacing.make_room(after, equation)
        return done(state, after, "Move a term", {sign_id(equation, term)} if state.selection else None)

    return run


def _set_sign(state: State, argument: Any) -> Step:
    """The argument is (sign, what was typed)."""
    item, text = argument
    return labels.commit(state, item, text)


def _one_term(state: State, argument: Any) -> Step:
    """Make one term of what is selected, also of pieces that are not joined; then `=` takes it as one side."""
    after, term = edits_terms.one_term(state.document, state.selection)
    equation = equation_of(after.content, term)
    after = after if equation is None else spacing.make_room(after, equation.id)
    return done(state, after, "One term", (term,))


def _several_pieces(state: State) -> str | None:
    several = bool(state.selection) and len(edits_equations.units(state.document.content, state.selection)) > 1
    return None if several else edits_terms.ALONE


def join_before(state: State, argument: Any) -> Step:
    """Join a term with the one before it; the argument is the term or its sign, or nothing for the selected one."""
    item = argument if isinstance(argument, str) else min(state.selection, default="")
    after, term = edits_terms.join_before(state.document, item)
    return done(state, after, "Join with the term before", (term,))


def _after_another(state: State) -> str | None:
    items = [item for item in state.selection if edits_equations.follows(state.document.content, item)]
    return None if len(items) == len(state.selection) == 1 else edits_terms.NO_TERM_BEFORE


def _sum_over(state: State, argument: Any) -> Step:
    """Put a sum over a new index around the selected term, its sigma in front, and ask for the index."""
    item = argument if isinstance(argument, str) else chosen_signs(state)[0]
    before = signing.written(state.document, item) or ""
    if "\\sum" in before:
        return labels.edit(state, item)
    after = signing.signed(state.document, item, rf"{before or '+'} \sum")
    summed, effects = done(state, spacing.make_room(after, item.partition(".")[0]), "Sum over an index", (item,))
    edited, more = labels.edit(summed, item)
    return edited, (*effects, *more)


def _has_equation(state: State) -> str | None:
    for equation in state.document.content.equations.values():
        if any(part.sign in RELATIONS and part.sign != "," for part in equation.parts):
            return None
    return "There is no equation yet: select two terms and choose Set equal."


def _check(state: State, argument: Any) -> Step:
    return state, (CheckEquation(),)


_SIGNS: tuple[tuple[str, str, Sign, str, tuple[str, ...]], ...] = (
    ("set_equal", "Set equal", "=", "=", ("equation", "equals", "relation")),
    ("relate_add", "Add", "+", "+", ("plus", "sum", "equation")),
    ("relate_subtract", "Subtract", "-", "-", ("minus", "difference", "equation")),
    ("relate_approximate", "Approximately", "≈", "~", ("approx", "about", "equation", "relation")),
    ("relate_define", "Define", ":=", ":", ("definition", "equation", "relation")),
    ("relate_comma", "Separate by a comma", ",", ",", ("results", "list", "equation")),
)

ROWS: tuple[Command, ...] = (
    *(
        Command(name, title, _relate(sign, title), "Equation", (key,), _related, words, context="canvas")
        for name, title, sign, key, words in _SIGNS
    ),
    Command(
        "equation_earlier", "Move the term to the left", _shift(-1), "Equation", enabled=_one_sign,
        words=("order", "swap", "exchange"), argument="a sign, or nothing for the selected one",
    ),
    Command(
        "equation_later", "Move the term to the right", _shift(1), "Equation", enabled=_one_sign,
        words=("order", "swap", "exchange"), argument="a sign, or nothing for the selected one",
    ),
    Command(
        "equation_take_out", "Take out of the equation", _take_out, "Equation", enabled=_in_equation,
        words=("remove", "term", "alone"), argument="a sign, or nothing for the selected ones",
    ),
    Command(
        "one_term", "One term", _one_term, "Equation", enabled=_several_pieces,
        words=("outer", "product", "join", "together", "pieces"),
    ),
    Command(
        "join_before", "Join with the term before", join_before, "Equation", enabled=_after_another,
        words=("one", "term", "product", "outer"), argument="a term or its sign, or nothing for the selected one",
    ),
    Command(
        "sum_in_front", "Sum over an index", _sum_over, "Equation", enabled=_one_sign,
        words=("sigma", "sum", "big"), argument="a sign, or nothing for the selected one",
    ),
    Command(
        "check_equation", "Check equation", _check, "Equation", ("Ctrl+Shift+Enter",), _has_equation,
        ("equal", "verify", "compare", "sides", "true"),
    ),
    Command(
        "set_sign", "Set sign", _set_sign, "Equation", hidden=True,
        argument="(sign, text such as '= 2')",
    ),
)  # fmt: skip
