"""Arrays that have to be made from files: stacks of a model's layers, and blocks of few bits as numbers. Each is made once.

An array lives as long as something holds it (the documents that take it, whatever edits they had), and it is the same for
all of them. Of those made last, as much as `MOST` bytes lives on when nothing does, so that a model that is opened again
is there at once. Arrays that are mapped into memory need none of this: the system keeps what was read.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np

from tensordraw.program.load import Array

MOST = 1 << 30  # bytes that outlive what held them

_living: weakref.WeakValueDictionary[Hashable, Array] = weakref.WeakValueDictionary()
_recent: OrderedDict[Hashable, Array] = OrderedDict()
_lock = threading.Lock()


def once(key: Hashable, make: Callable[[], Array]) -> Array:
    """The array that `make` gives for a key: made only where no array of the key is known."""
    with _lock:
        array = _living.get(key)
    if array is None:
        array = make()
        if is_mapped(array):
            return array
        with _lock:
            array = _living.setdefault(key, array)  # another thread may have been faster
    _remember(key, array)
    return array


def _remember(key: Hashable, array: Array) -> None:
    with _lock:
        _recent[key] = array
        _recent.move_to_end(key)
        while sum(each.nbytes for each in _recent.values()) > MOST:
            _recent.popitem(last=False)


def is_mapped(array: Array) -> bool:
    """Whether the entries are those of a file that is mapped into memory."""
    part: object = array
    while isinstance(part, np.ndarray):
        if isinstance(part, np.memmap):
            return True
        part = part.base
    return False
