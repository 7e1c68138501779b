"""The one exception for what a user got wrong: a spec, a file, an array, a name."""


class Error(ValueError):
    """Says in one sentence what is wrong, where, and what to do. Public as `tensordraw.Error`."""
