r"""Numbers and functions in formulas: coefficients as they were typed, functions with the TeX of the table."""

from __future__ import annotations

import re

from tensordraw.errors import Error
from tensordraw.program.emit.latex_symbols import ATOM, PRODUCT, SUM, Tex, bare, bracketed, name
from tensordraw.program.expressions import Binary, Negate, elementwise, parse
from tensordraw.program.forms import parameters
from tensordraw.program.formulas import number, tex
from tensordraw.program.functions import Function
from tensordraw.program.statements import Apply


def coefficient(expression: str, value: float) -> Tex:
    r"""A number as it was typed: `\frac{1}{\sqrt{\text{head\_size}}}`; its value where that cannot be read."""
    typed = expression.partition("#")[0].strip()
    words = [*re.findall(r"[^\W\d][\w ]*\w|[^\W\d]", typed), *re.findall(r"[^\W\d]\w*", typed)]
    try:
        tree = parse(typed, [*words, typed] if typed and not re.search(r"[()+*/^-]", typed) else words)
    except Error:
        tree = None
    if tree is None:
        return plain_number(value)
    while isinstance(tree, Negate) and isinstance(tree.operand, Negate):
        tree = tree.operand.operand
    if isinstance(tree, Binary) and tree.operator in "*/" and isinstance(tree.left, Negate):
        tree = Negate(Binary(tree.operator, tree.left.operand, tree.right))
    text = tex(tree, name)
    match tree:
        case Binary("+" | "-"):
            return Tex(text, SUM)
        case Binary("*") | Negate():
            return Tex(text, PRODUCT)
        case _:
            return Tex(text, PRODUCT if text.startswith("-") else ATOM)


def plain_number(value: float) -> Tex:
    """A number in digits, powers of ten as people write them."""
    digits, _, exponent = number(value).partition("e")
    text = rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits
    return Tex(text, PRODUCT if exponent or value < 0 else ATOM)


def argument(apply: Apply, record: Function, value: Tex, along: str) -> Tex:
    """A function of a value, what it runs along below its name."""
    if record.name == "expression":
        return _typed(apply.expression, value)
    shape = record.tex
    for parameter, each in parameters(record, apply.params).items():
        shape = shape.replace(f"{{{parameter}}}", f"{{{plain_number(float(each)).text}}}")
        if parameter == "k":
            shape = shape.replace("_k", f"_{{{plain_number(float(each)).text}}}")
    if r"\cdot" in shape:
        inner = value.text if shape.startswith((r"\sqrt", "|")) else value.at_least(ATOM)
        plain = value.level == ATOM and not re.search(r"[_^']", bare(value.text))
        text = shape.replace(r"(\cdot)", value.text if plain else bracketed(value.text)).replace(r"\cdot", inner)
        return Tex(text, ATOM, value.values)
    if along:
        shape = rf"{{{shape}}}_{{{along}}}" if re.search(r"_[^}]", shape) else f"{shape}_{{{along}}}"
    return Tex(f"{shape}{bracketed(value.text)}", ATOM, value.values)


def _typed(expression: str, value: Tex) -> Tex:
    tree = elementwise(expression)
    simple = value.level == ATOM
    text = tex(tree, lambda _: value.text if simple else bracketed(value.text))
    match tree:
        case Binary("+" | "-"):
            return Tex(text, SUM, value.values)
        case _:
            return Tex(text, PRODUCT, value.values)
