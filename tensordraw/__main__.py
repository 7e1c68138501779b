"""The program: its commands, and its window, which is only imported where one is opened."""

from __future__ import annotations

import sys

from tensordraw import cli


def window(path: str | None) -> int:
    """Open the window on the file, or on the start page; returns the exit code once it is closed."""
    from tensordraw.ui.app import run

    return run(path)


def main() -> None:
    """Run the command that the process was started with."""
    sys.exit(cli.main(sys.argv[1:], window))


if __name__ == "__main__":
    main()
