"""Two texts word by word: Chinese by characters, Latin letters and digits by words."""

import difflib
import re
from collections.abc import Sequence

from onewindow.matters.difference.change import Piece

_TOKENS = re.compile(r"[A-Za-z0-9_.]+|\s+|.", re.DOTALL)
_MOST = 6000
_CRUMB = 2
"""Between two changed stretches, fewer characters in common than this are a coincidence."""


def wordwise(before: str, after: str) -> tuple[Piece, ...]:
    """Stretches both texts share and stretches only one has, in reading order.

    Texts too long to compare this way are told line by line.
    """
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) > _MOST or len(new) > _MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in _without_crumbs(matcher.get_opcodes(), old):
        gone, come = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            pieces.append(("same", gone))
            continue
        if gone:
            pieces.append(("removed", gone))
        if come:
            pieces.append(("added", come))
    return tuple(pieces)


_Code = tuple[str, int, int, int, int]


def _without_crumbs(codes: Sequence[_Code], old: list[str]) -> list[_Code]:
    """Merge changes that only a character or two in common keep apart."""
    merged: list[_Code] = []
    for index, code in enumerate(codes):
        tag, i1, i2, j1, j2 = code
        inner = 0 < index < len(codes) - 1
        if tag == "equal" and inner and len("".join(old[i1:i2]).strip()) < _CRUMB:
            tag = "replace"
        if merged and tag != "equal" and merged[-1][0] != "equal":
            merged[-1] = ("replace", merged[-1][1], i2, merged[-1][3], j2)
        else:
            merged.append((tag, i1, i2, j1, j2))
    return merged
