"""`+ - * / **` and elementwise functions, with numpy's broadcasting; and arithmetic of numbers in sizes.

Broadcasting never makes an array: an axis that an operand lacks, or has with size 1, is simply not one of its indices.
Sums of sums, products of products and scaled addends become one statement where the text has no name for the parts.
"""

from __future__ import annotations

import math
from dataclasses import replace

from tensordraw.program.expressions import Binary, Expr, Negate, Number, variables
from tensordraw.program.expressions import elementwise as parsed
from tensordraw.program.formulas import multiply, substitute
from tensordraw.program.statements import Add, Constant, Einsum, Scale, Select
from tensordraw.read.source.axes import Place, align, through
from tensordraw.read.source.formula import FORMULAS, X, composed, formula_of, recognised, typed
from tensordraw.read.source.formula import size as formula_size
from tensordraw.read.source.machine import ONE, Machine
from tensordraw.read.source.recognise import quotient
from tensordraw.read.source.values import Array, Flag, Formula, Free, Num, Opaque, Parameter, Refusal, Value, number

# ------------------------------------------------------------------------------------------------------- functions


def elementwise(m: Machine, function: str, value: Value, params: dict[str, float] | None = None) -> Value:
    """A function of the table, entry by entry; of a number, a number."""
    if isinstance(value, Num):
        tree = elementwise_tree(function, params)
        return Num(substitute(tree, {"x": value.tree}))
    array = m.array(value)
    if array.pattern is not None and array.pattern.kind == "same" and not array.rank:
        return elementwise(m, function, number(array.pattern.number), params)
    return through(m, array, lambda inner: _apply(m, function, inner, params))


def elementwise_tree(function: str, params: dict[str, float] | None) -> Expr:
    """The function as a tree in x."""
    if function == "power":
        return Binary("**", X, number((params or {})["p"]).tree)
    return parsed(FORMULAS[function])


def _apply(m: Machine, function: str, array: Array, params: dict[str, float] | None) -> Array:
    made = m.tape.apply(function, array, (), params)
    inner = formula_of(array, m.tape.is_named(array.value))
    tree = composed(elementwise_tree(function, params), inner.tree)
    formula = None if tree is None else Formula(inner.base, tree)
    return _simplest(m, replace(made, formula=formula, lineage=array.lineage))


COMPOSITE = 4  # nodes from which a tree can be a function that is written out


def _simplest(m: Machine, array: Array) -> Array:
    """The array as one function of its base, where its formula is one of the table."""
    if array.formula is None or formula_size(array.formula.tree) < COMPOSITE:
        return array
    name = recognised(array.formula.tree)
    if name is None:
        return array
    base = replace(array, value=array.formula.base, formula=None, core=None, pattern=None)
    made = m.tape.apply(name, base)
    return replace(array, value=made.value)


def expression(m: Machine, array: Array, tree: Expr) -> Array:
    """The elementwise function that a tree in x means, of the array; what it follows from is taken in."""

    def act(inner: Array) -> Array:
        formula = formula_of(inner, m.tape.is_named(inner.value))
        whole = composed(tree, formula.tree)
        base = replace(inner, value=formula.base, formula=None, pattern=None)
        if whole is None:
            base, whole = inner, tree
        name = recognised(whole)
        made = m.tape.apply(name, base) if name else m.tape.apply("expression", base, (), {}, typed(whole))
        return replace(made, formula=Formula(base.value, whole), lineage=inner.lineage)

    return through(m, array, act)


# ------------------------------------------------------------------------------------------------------ operations


def operate(m: Machine, operator: str, left: Value, right: Value) -> Value:
    """`left operator right` for `+ - * / **` and `//`."""
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return Opaque("something computed")
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Parameter) and isinstance(other, Num | Parameter):
            return one  # what is given from outside is scaled there
    if operator in ("//", "%"):
        left, right = m.number(left), m.number(right)
    if operator == "**" and isinstance(right, Free) and right.name not in m.given and not isinstance(left, Num):
        right = m.number(right)
    a, b = _plain(m, left), _plain(m, right)
    if isinstance(a, Num) and isinstance(b, Num):
        return _numbers(m, operator, a, b)
    match operator:
        case "+" | "-":
            return _plus(m, a, b, operator == "-")
        case "*":
            return _times(m, a, b)
        case "/":
            return _over(m, a, b)
        case "**":
            return _power(m, a, b)
        case _:
            raise Refusal(f"{operator} of arrays is not understood")


def _plain(m: Machine, value: Value) -> Num | Array:
    """Numbers as numbers, also where they are arrays without axes; everything else as an array."""
    if isinstance(value, Num | Flag):
        return m.number(value)
    array = m.array(value)
    if array.rank == 0:
        made = m.tape.defined.get(array.value)
        if isinstance(made, Constant):
            return Num(m.tape.trees[made.out][0])
        if array.pattern is not None and array.pattern.kind == "same":
            return number(array.pattern.number)
    return array


def _numbers(m: Machine, operator: str, a: Num, b: Num) -> Value:
    size = None
    if a.size is not None and b.size is not None and operator in ("*", "/", "//"):
        size = a.size.times(b.size, 1 if operator == "*" else -1)
    if operator == "%":
        x, y = m.tape.value(a), m.tape.value(b)
        return Opaque("a remainder") if x is None or not y else number(x % y)
    if operator == "//":
        x, y = m.tape.value(a), m.tape.value(b)
        if x is not None and y:
            return number(x // y)
        if size is None:
            raise Refusal("whole division of this is not understood")
        if not size.whole:
            m.tape.dim(size)  # sizes are such that nothing is left over
        return Num(Binary("/", a.tree, b.tree), size)
    tree: Expr = Binary(operator, a.tree, b.tree)  # type: ignore[arg-type]
    if not variables(tree):
        value = m.tape.value(Num(tree))
        both = isinstance(a.tree, Number) and isinstance(b.tree, Number) and not a.tree.name and not b.tree.name
        if value is not None and both and value == int(value) and operator != "/":
            return number(value)
    return Num(tree, size)


def negative(m: Machine, value: Value) -> Value:
    """Minus the value."""
    if isinstance(value, Opaque):
        return value
    plain = _plain(m, value)
    if isinstance(plain, Num):
        return (
            number(-plain.tree.value)
            if isinstance(plain.tree, Number) and not plain.tree.name
            else Num(Negate(plain.tree))
        )
    return scaled(m, plain, Negate(Number(1.0)))


def scaled(m: Machine, array: Array, tree: Expr) -> Array:
    """The array times a number."""
    kind = "" if array.pattern is None else array.pattern.kind
    if m.tape.value(Num(tree)) in (math.inf, -math.inf) and kind not in ("same", "hidden"):
        raise Refusal("infinity is understood only where a mask puts it")
    if array.pattern is not None and kind in ("same", "hidden"):
        value = m.tape.value(Num(tree))
        if kind == "same":
            return m.full(array.axes, _as_num(m, "*", number(array.pattern.number), Num(tree)))
        if value is not None and value > 0:
            return array

    def act(inner: Array) -> Array:
        made = m.tape.defined.get(inner.value)
        base, factor = inner, tree
        if isinstance(made, Scale) and not m.tape.is_named(inner.value):
            base = replace(inner, value=made.value)
            factor = _folded(m.tape.trees[made.out][0], tree)
        result = m.tape.scale(base, factor)
        known = None if m.undefined(tree) else m.tape.value(Num(tree))
        formula = formula_of(inner, m.tape.is_named(inner.value))
        whole = None if known is None else composed(multiply(number(known).tree, X), formula.tree)
        kept = Formula(formula.base, whole) if whole is not None else None
        return _simplest(m, replace(result, formula=kept, lineage=inner.lineage))

    return through(m, array, act)


def _as_num(m: Machine, operator: str, a: Num, b: Num) -> Num:
    made = _numbers(m, operator, a, b)
    return made if isinstance(made, Num) else number(math.nan)


def _folded(one: Expr, other: Expr) -> Expr:
    """The product of two factors, a sign apart."""
    minus = Negate(Number(1.0))
    if one == minus:
        return _signed(other)
    if other == minus:
        return _signed(one)
    if isinstance(other, Binary) and other.operator == "/" and other.left == Number(1.0):
        return Binary("/", one, other.right)
    return multiply(one, other)


def _signed(tree: Expr) -> Expr:
    return tree.operand if isinstance(tree, Negate) else Negate(tree)


def _plus(m: Machine, a: Num | Array, b: Num | Array, minus: bool) -> Array:
    if isinstance(a, Num) or isinstance(b, Num):
        num, array, first = (a, b, True) if isinstance(a, Num) else (b, a, False)
        assert isinstance(num, Num)
        assert isinstance(array, Array)
        value = m.tape.value(num)
        if array.pattern is not None and array.pattern.kind == "same":
            sides = (num, number(array.pattern.number)) if first else (number(array.pattern.number), num)
            return m.full(array.axes, _as_num(m, "-" if minus else "+", *sides))
        if value == 0:
            return scaled(m, array, Negate(Number(1.0))) if first and minus else array
        if not variables(num.tree):
            tree = Binary("-" if minus else "+", *((num.tree, X) if first else (X, num.tree)))
            if array.boolean and first and minus and value == 1:
                return complement(m, array)
            return expression(m, array, tree)
        a, b = m.array(a), m.array(b)
    for one, other in ((a, b), (b, a)):
        entry = m.tape.defined.get(one.value)
        if not one.rank and other.rank and isinstance(entry, Select) and isinstance(entry.at, str):
            m.learn_rank(one, 1)  # what each turn of a loop adds to a vector is a vector, such as a bias
    hidden = [each for each in (a, b) if each.pattern is not None and each.pattern.kind == "hidden"]
    if hidden and not minus:
        other = b if hidden[0] is a else a
        return masked(m, other, hidden[0])
    axes, arrays, places = align(m, [a, b])
    addends: list[tuple[Array, Place, Expr]] = []
    for array, place, sign in zip(arrays, places, (ONE, Negate(Number(1.0)) if minus else ONE), strict=True):
        addends += _addends(m, array, place, sign)
    made = m.tape.add(addends, axes)
    lead = max((a, b), key=lambda each: each.rank)
    formulas = [formula_of(each, m.tape.is_named(each.value)) for each in arrays]
    if formulas[0].base == formulas[1].base and all(None not in place for place in places):
        tree = Binary("-" if minus else "+", formulas[0].tree, formulas[1].tree)
        whole = composed(tree, X)
        if whole is not None:
            made = replace(made, formula=Formula(formulas[0].base, whole))
    return _simplest(m, replace(made, lineage=lead.lineage))


def _addends(m: Machine, array: Array, place: Place, factor: Expr) -> list[tuple[Array, Place, Expr]]:
    """The array as addends: those of a sum, and what is scaled, where the text has no name for it."""
    made = m.tape.defined.get(array.value)
    if made is None or m.tape.is_named(array.value) or array.core is not None:
        return [(array, place, factor)]
    if isinstance(made, Scale):
        base = replace(array, value=made.value, formula=None)
        return _addends(m, base, place, _folded(m.tape.trees[made.out][0], factor))
    if isinstance(made, Add) and made.addends:
        found: list[tuple[Array, Place, Expr]] = []
        for addend, tree in zip(made.addends, m.tape.trees[made.out], strict=True):
            inner = Array(addend.value, tuple(array.axes[n] for n, p in enumerate(addend.axes) if p is not None))
            moved = [None if p is None else addend.axes[p] for p in place]
            found.append((inner, moved, _folded(tree, factor)))
        return found
    return [(array, place, factor)]


def _times(m: Machine, a: Num | Array, b: Num | Array) -> Array:
    if isinstance(a, Num):
        return scaled(m, m.array(b), a.tree)
    if isinstance(b, Num):
        return scaled(m, a, b.tree)
    for one, other in ((a, b), (b, a)):
        if one.pattern is not None and one.pattern.kind == "same" and not one.rank:
            return scaled(m, other, number(one.pattern.number).tree)
    axes, arrays, places = align(m, [a, b])
    output = [m.tape.index(axis) for axis in axes]
    operands: list[tuple[Array, list[str]]] = []
    for array, place in zip(arrays, places, strict=True):
        indices = [""] * array.rank
        for k, p in enumerate(place):
            if p is not None:
                indices[p] = output[k]
        operands += _factors(m, array, indices)
    made = m.tape.einsum(operands, output)
    lead = max((a, b), key=lambda each: each.rank)
    made = replace(made, lineage=lead.lineage, boolean=a.boolean and b.boolean)
    formulas = [formula_of(each, m.tape.is_named(each.value)) for each in arrays]
    if formulas[0].base == formulas[1].base and all(None not in place for place in places):
        whole = composed(Binary("*", formulas[0].tree, formulas[1].tree), X)
        if whole is not None:
            made = replace(made, formula=Formula(formulas[0].base, whole))
    return _simplest(m, made)


def _factors(m: Machine, array: Array, indices: list[str]) -> list[tuple[Array, list[str]]]:
    """The array as factors: those of an elementwise product that the text has no name for."""
    made = m.tape.defined.get(array.value)
    if not isinstance(made, Einsum) or m.tape.is_named(array.value) or not made.operands or array.core is not None:
        return [(array, indices)]
    if any(set(operand.indices) - set(made.output) for operand in made.operands):
        return [(array, indices)]
    now = dict(zip(made.output, indices, strict=True))
    dims = dict(zip(made.output, array.axes, strict=True))
    return [
        (Array(operand.value, tuple(dims[i] for i in operand.indices)), [now[i] for i in operand.indices])
        for operand in made.operands
    ]


def _over(m: Machine, a: Num | Array, b: Num | Array) -> Value:
    if isinstance(b, Num):
        one_over = (
            b.tree.right if isinstance(b.tree, Binary) and b.tree.operator == "/" and b.tree.left == ONE else None
        )
        return scaled(m, m.array(a), one_over or Binary("/", ONE, b.tree))
    if isinstance(a, Array) and (known := quotient(m, a, b)) is not None:
        return known
    inverse = elementwise(m, "reciprocal", b)
    if isinstance(a, Num):
        return inverse if m.tape.value(a) == 1 else scaled(m, m.array(inverse), a.tree)
    return _times(m, a, m.array(inverse))


def _power(m: Machine, a: Num | Array, b: Num | Array) -> Value:
    if isinstance(b, Array):
        if isinstance(a, Num) and not variables(a.tree):
            return expression(m, b, Binary("**", a.tree, X))
        raise Refusal("an array as an exponent is not understood")
    p = m.constant(b)
    array = m.array(a)
    match p:
        case 1.0:
            return array
        case 2.0:
            return elementwise(m, "square", array)
        case 0.5:
            return elementwise(m, "sqrt", array)
        case -1.0:
            return elementwise(m, "reciprocal", array)
        case _:
            return elementwise(m, "power", array, {"p": p})


# ----------------------------------------------------------------------------------------------------------- masks


def complement(m: Machine, array: Array) -> Array:
    """1 minus a mask."""
    made = expression(m, array, Binary("-", ONE, X))
    pattern = array.pattern
    if pattern is not None and pattern.kind == "lower":
        pattern = replace(pattern, kind="upper", offset=pattern.offset + 1)
    elif pattern is not None and pattern.kind == "upper":
        pattern = replace(pattern, kind="lower", offset=pattern.offset - 1)
    elif pattern is not None and pattern.kind == "same":
        pattern = replace(pattern, number=1 - pattern.number)
    else:
        pattern = None
    return replace(made, boolean=True, pattern=pattern)


def masked(m: Machine, array: Array, mask: Array) -> Array:
    """The array with minus infinity where the mask (an `upper` or `hidden` pattern) says so."""
    pattern = mask.pattern
    if pattern is None or len(pattern.axes) != 2:
        raise Refusal("this mask is not understood; minus infinity is understood above a diagonal")
    row, column = (axis - mask.rank + array.rank for axis in pattern.axes)
    array = m.array(array, least=mask.rank - min(pattern.axes))
    row, column = (axis - mask.rank + array.rank for axis in pattern.axes)
    if pattern.offset != 1:
        raise Refusal("this mask is not understood; a causal mask hides what is right of the main diagonal")
    for n, p in enumerate(pattern.axes):
        m.tape.unite(mask.axes[p].dim, array.axes[(row, column)[n]].dim)
    for k, axis in enumerate(mask.axes):
        if k not in pattern.axes and not m.tape.one(axis.dim):
            m.tape.unite(axis.dim, array.axes[k - mask.rank + array.rank].dim)
    return m.tape.apply("causal_mask", array, (row, column))
