"""What a person sets for one document beside its drawing: TeX macros for labels, and problems that are meant to be there."""

from __future__ import annotations

from tensordraw.diagram.record import Record


class Exclusion(Record, frozen=True):
    """A problem that is left out of the list: what it says, the items it is about, and why it is no problem here."""

    what: str
    items: tuple[str, ...] = ()
    comment: str = ""


class Custom(Record, frozen=True):
    r"""`macros` are lines such as `\newcommand{\act}[1]{\mathbf{a}_{#1}}`, read by `diagram.macros`."""

    macros: str = ""
    excluded: tuple[Exclusion, ...] = ()
