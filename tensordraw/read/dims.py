"""Sizes that are found out while text is read: dims that turn out to be one are united, and a size is learned once.

A dim is a number that stands for one axis of one value. Those that must be equal form a class (union-find); the class has
the name of its first dim that has one, and a size where the text gives one anywhere.
"""

from __future__ import annotations

from typing import SupportsIndex, TypeAlias

from tensordraw.errors import Error

Dim: TypeAlias = int

SIZES = (2, 3, 4, 5)  # of dims whose size nothing says, in turn


class Dims:
    """All dims of one text; `where` texts are places for people, such as "in operand 2"."""

    def __init__(self) -> None:
        self._parent: list[Dim] = []
        self._name: list[str] = []
        self._size: dict[Dim, tuple[int, str]] = {}  # by leader: the size and where it was learned

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
        # NumPy's integers are no `int`, but they are numbers.
        if isinstance(size, bool) or not isinstance(size, SupportsIndex) or (number := size.__index__()) < 1:
            raise Error(f"The size of {self.named(dim)} is {size!r} {where}; it must be a whole number from 1.")
        before, place = self._size.setdefault(root, (number, where))
        if before != number:
            raise Error(f"{self.named(dim).capitalize()} has size {before} {place} but size {number} {where}.")

    def unite(self, first: Dim, second: Dim, where: str = "") -> None:
        """Both are one dim. Error: their sizes are known and differ."""
        a, b = self.find(first), self.find(second)
        if a == b:
            return
        early, late = min(a, b), max(a, b)
        if (known := self._size.pop(late, None)) is not None:
            self.learn(early, known[0], where or known[1])
        self._name[early] = self._name[early] or self._name[late]
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

    def settle(self) -> None:
        """Give the sizes 2, 3, 4, 5 in turn to the classes whose size nothing says."""
        free = 0
        for dim in range(len(self._parent)):
            if self.find(dim) == dim and dim not in self._size:
                self._size[dim] = (SIZES[free % len(SIZES)], "by default")
                free += 1
