"""Sizes that are found out while text is read: dims that turn out to be one are united, and a size is learned once.

A dim is a number that stands for one axis of one value. Those that must be equal form a class (union-find); the class has
the name of its first dim that has one, and a size where the text gives one anywhere.
"""

from __future__ import annotations

import operator
from collections.abc import Container, Iterable
from math import prod
from typing import TypeAlias

from tensordraw.errors import Error

Dim: TypeAlias = int

SIZES = (2, 3, 4, 5)  # of dims whose size nothing says, in turn


def whole_number(value: object) -> int | None:
    """The value where it is a whole number (NumPy's are no `int`, but they are), else None."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


class Dims:
    """All dims of one text; `where` texts are places for people, such as "in operand 2"."""

    def __init__(self) -> None:
        self._parent: list[Dim] = []
        self._name: list[str] = []
        self._size: dict[Dim, tuple[int, str]] = {}  # by leader: the size and where it was learned
        self._products: list[tuple[Dim, tuple[Dim, ...], str]] = []

    def new(self, name: str = "", size: object = None, where: str = "") -> Dim:
        """A dim of its own, with a name for people and, where it is known, a size."""
        dim = len(self._parent)
        self._parent.append(dim)
        self._name.append(name)
        if size is not None:
            self.learn(dim, size, where)
        return dim

    def find(self, dim: Dim) -> Dim:
        """The leader of the dim's class: the first made of them."""
        root = dim
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[dim] != root:
            self._parent[dim], dim = root, self._parent[dim]
        return root

    def learn(self, dim: Dim, size: object, where: str = "") -> None:
        """The dim has this size. Error: no whole number from 1, or another size is known already."""
        root = self.find(dim)
        number = size if type(size) is int else whole_number(size)
        if number is None or number < 1:
            raise Error(f"The size of {self.named(dim)} is {size!r} {where}; it must be a whole number from 1.")
        before, place = self._size.setdefault(root, (number, where))
        if before != number:
            raise Error(f"{_capital(self.named(dim))} has size {before} {place} but size {number} {where}.")

    def unite(self, first: Dim, second: Dim, where: str = "") -> None:
        """Both are one dim. Error: their sizes are known and differ."""
        a, b = self.find(first), self.find(second)
        if a == b:
            return
        early, late = min(a, b), max(a, b)
        self._name[early] = self._name[early] or self._name[late]
        if (known := self._size.pop(late, None)) is not None:
            self.learn(early, known[0], where or known[1])
        self._parent[late] = early

    def size(self, dim: Dim) -> int | None:
        """The size of the dim's class, None where nothing says it yet."""
        known = self._size.get(self.find(dim))
        return known[0] if known else None

    def name(self, dim: Dim) -> str:
        """The name of the dim's class, or ""."""
        return self._name[self.find(dim)]

    def named(self, dim: Dim) -> str:
        """The dim in words."""
        return f"index {self.name(dim)!r}" if self.name(dim) else "an axis without a name"

    def product(self, whole: Dim, parts: Iterable[Dim], where: str = "") -> None:
        """The size of `whole` is the product of those of `parts`. Sizes that follow are found when asked to `settle`."""
        self._products.append((whole, tuple(parts), where))

    def settle(self) -> None:
        """Find the sizes that follow from products, and give 2, 3, 4, 5 in turn to the classes whose size nothing says;
        classes of one name have one size.

        Error: a product is not the size of its whole; the whole is known, but two of its parts are not.
        """
        waiting = self._settled(self._products)
        for whole, parts, where in waiting:
            if self.size(whole) is not None:
                unknown = [self.named(part) for part in dict.fromkeys(map(self.find, parts)) if part not in self._size]
                raise Error(
                    f"The axis of size {self.size(whole)}{_spaced(where)} splits into {' and '.join(unknown)}, whose sizes are "
                    f"not known; give that of one of them."
                    if len(unknown) == 2
                    else f"The axis of size {self.size(whole)}{_spaced(where)} splits into {', '.join(unknown)}, whose sizes are "
                    f"not known; give those of all but one."
                )
        self._default({self.find(whole) for whole, _, _ in waiting})
        waiting = self._settled(waiting)
        if waiting:  # products that contain each other
            self._default(())
            self._settled(waiting)

    def _default(self, but: Container[Dim]) -> None:
        """Sizes for what nothing says; what has one name in the text is one size, where nothing speaks against it."""
        sizes: dict[str, set[int]] = {}
        for root, (size, _) in self._size.items():
            sizes.setdefault(self._name[root], set()).add(size)
        said = {name: size for name, (size, *others) in sizes.items() if name and not others}
        free = 0
        for dim in range(len(self._parent)):
            if self.find(dim) == dim and dim not in self._size and dim not in but:
                if (name := self._name[dim]) not in said:
                    size = SIZES[free % len(SIZES)]
                    free += 1
                    if name and name not in sizes:
                        said[name] = size
                else:
                    size = said[name]
                self._size[dim] = (size, "by default")

    def _settled(self, products: list[tuple[Dim, tuple[Dim, ...], str]]) -> list[tuple[Dim, tuple[Dim, ...], str]]:
        """Learn what the products say, as long as they say something new; those that are left."""
        waiting = products
        while True:
            left = [product for product in waiting if not self._learn_product(*product)]
            if len(left) == len(waiting):
                return left
            waiting = left

    def _learn_product(self, whole: Dim, parts: tuple[Dim, ...], where: str) -> bool:
        """Learn the size of the whole, or of the only part that is not known; whether nothing is left to learn."""
        unknown = [part for part in parts if self.size(part) is None]
        known = prod(size for part in parts if (size := self.size(part)) is not None)
        size = self.size(whole)
        if not unknown:
            if size is not None and size != known:
                text = " * ".join(str(self.size(part)) for part in parts)
                raise Error(f"The axis of size {size}{_spaced(where)} is not the product of its parts, {text}.")
            self.learn(whole, known, where)
            return True
        if size is None or len({self.find(part) for part in unknown}) > 1:
            return False
        # One part may stand several times: its size is a root.
        part = size // known if len(unknown) == 1 else round((size / known) ** (1 / len(unknown)))
        if part < 1 or known * part ** len(unknown) != size:
            raise Error(
                f"{_capital(self.named(unknown[0]))} has no size with which its group{_spaced(where)} has size {size}; the other "
                f"parts give {known}."
            )
        self.learn(unknown[0], part, where)
        return True


def _spaced(where: str) -> str:
    return f" {where}" if where else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
