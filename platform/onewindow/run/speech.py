"""What the command line says, in the language of the person at the terminal."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence


def say(zh: str, en: str) -> str:
    """`zh` for a Chinese terminal, else `en`."""
    return zh if language() == "zh" else en


def language() -> str:
    """ "zh" or "en": what ONEWINDOW_LANGUAGE says, else the locale of the terminal."""
    chosen = os.environ.get("ONEWINDOW_LANGUAGE") or next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        "",
    )
    return "zh" if chosen.startswith("zh") else "en"


def dim(text: str) -> str:
    return _styled("2", text)


def bold(text: str) -> str:
    return _styled("1", text)


def red(text: str) -> str:
    return _styled("31", text)


def table(rows: Iterable[Sequence[str]], indent: int = 2) -> str:
    """`rows` in columns; a Chinese character is two columns wide."""
    rows = [list(row) for row in rows]
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
    return "\n".join(
        " " * indent
        + "  ".join(
            cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def width(text: str) -> int:
    """How many columns `text` takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _styled(code: str, text: str) -> str:
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\033[{code}m{text}\033[0m" if coloured else text
