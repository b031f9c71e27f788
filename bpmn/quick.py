"""Plain conditions judged on the spot: `outcome = "agree"`, `fee > 0`, `urgent`, `not(urgent)`.

Most conditions of approval are one comparison of a variable with a literal. Crossing into V8 for
them costs more than the rest of a move when the machine is busy, because another thread must be
woken. Judged here is only what can't differ from FEEL: a value and a literal of the same kind.
Everything else, null included, is FEEL's.
"""

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_COMPARED = re.compile(
    r"=?\s*([^\W\d]\w*)\s*(=|!=|<=|>=|<|>)\s*"
    r'(?:"([^"\\]*)"|(-?\d{1,15}(?:\.\d{1,15})?)|(true|false))\s*'
)
_BARE = re.compile(r"=?\s*(?:([^\W\d]\w*)|not\(\s*([^\W\d]\w*)\s*\))\s*")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

Comparison = tuple[str, str, Any]
"""(name, operator, the literal's value)"""


@lru_cache(maxsize=4096)
def comparison(condition: str) -> Comparison | None:
    """A condition that is one comparison of a name with a literal; None for any other."""
    if match := _COMPARED.fullmatch(condition):
        name, sign, text, number, truth = match.groups()
        if text is not None:
            return name, sign, text
        if number is not None:
            return name, sign, float(number) if "." in number else int(number)
        return name, sign, truth == "true"
    if match := _BARE.fullmatch(condition):
        return (match[1], "=", True) if match[1] else (match[2], "=", False)
    return None


def verdict(condition: str, names: Mapping[str, Any]) -> bool | None:
    """True or false where it is certain; None: ask FEEL."""
    plain = comparison(condition)
    if plain is None:
        return None
    name, sign, literal = plain
    value = names.get(name)
    if isinstance(literal, int | float) and not isinstance(literal, bool):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
    elif type(value) is not type(literal) or sign not in ("=", "!="):
        return None
    return _OPERATORS[sign](value, literal)
