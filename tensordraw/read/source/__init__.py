"""Python source read into programs: the syntax tree is walked, never run.

`values` are what expressions stand for, `tape` the program in the making, `walk` and `running` the syntax, `table` the
functions that are known, one row each, and the other modules what these functions mean.
"""

from tensordraw.read.source.entry import Traced, read_source, trace

__all__ = ["Traced", "read_source", "trace"]
