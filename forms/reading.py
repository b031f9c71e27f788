"""Which answers an expression of the small language reads, as js/feel.js `namesOf` tells it."""

import re

from forms.sheet import Node

_STRING = re.compile(r'"[^"]*"')
_PATH = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_BOUND = re.compile(r"\b(?:some|every)\s+([^\W\d]\w*)\s+in\b")
_OWN_WORDS = """
    and or not in some every satisfies true false null count date today list contains
    distinct values
"""
_NO_NAMES = frozenset(_OWN_WORDS.split())


def names_of(text: str, at: Node | None) -> tuple[str, ...]:
    """Paths of answers, for an expression that `conditions` understands."""
    bare = _STRING.sub(" ", text.removeprefix("="))
    bound = set(_BOUND.findall(bare))
    found: list[str] = []
    for match in _PATH.finditer(bare):
        steps = re.split(r"\s*\.\s*", match[0])
        if steps[0] in bound or (len(steps) == 1 and steps[0] in _NO_NAMES):
            continue
        if steps[0] == "this" and len(steps) > 1:
            steps = ([at.within.path] if at is not None and at.within else []) + steps[1:]
        found.append(".".join(steps))
    return tuple(found)
