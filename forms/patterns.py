"""Patterns that mean the same to Python as to JavaScript; others are left to V8.

js/text.js compiles a definition's pattern with the flag `u` and looks for it anywhere in the text.
Here the part of the language is translated in which both agree by definition: literal characters,
ASCII classes, groups, alternatives, quantifiers, both ends. Python's search can't be stopped as
V8's can, so a pattern that could run on is V8's, too.
"""

import re

from forms.conditions import Unsupported

_PART = re.compile(
    r"""
      (?P<class>\[\^?(?:\\[dw\\\]\[^.*+?(){}|/$-]|\\u[0-9a-fA-F]{4}|[^\\\[\]])+\])
    | (?P<open>\(\?[:=!]|\((?!\?))
    | (?P<close>\))
    | (?P<either>\|)
    | (?P<times>[*+?]\??|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\}\??)
    | (?P<escape>\\[dw.*+?^$(){}\[\]|/\\]|\\u[0-9a-fA-F]{4})
    | (?P<dot>\.)
    | (?P<start>\^)
    | (?P<end>\$)
    | (?P<plain>[^\\\[\](){}|*+?.^$])
    """,
    re.VERBOSE,
)

# With so few places to try, a text of 500 characters is searched in no time.
_MOST_ENDLESS = 2


def pattern_of(source: str) -> re.Pattern[str]:
    """Raises Unsupported for what isn't known to mean the same, or could take long."""
    parts = _parts(source)
    if _could_run_on(parts):
        raise Unsupported
    try:
        return re.compile("".join(map(_translated, parts)), re.ASCII)
    except (re.error, OverflowError):
        raise Unsupported from None


def _parts(source: str) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(source):
        match = _PART.match(source, at)
        if match is None:
            raise Unsupported
        parts.append((str(match.lastgroup), match[0]))
        at = match.end()
    return parts


def _could_run_on(parts: list[tuple[str, str]]) -> bool:
    """Whether one text could be read in very many ways: choices inside a repetition."""
    endless = 0
    choices = [0]  # within each group that is open
    closed = 0  # within the group that was closed last
    before = ""
    for kind, part in parts:
        if kind == "open":
            choices.append(0)
        elif kind == "close":
            if len(choices) == 1:
                raise Unsupported
            closed = choices.pop()
            choices[-1] += closed
        elif kind == "either":
            choices[-1] += 1
        elif kind == "times" and not re.fullmatch(r"\{[0-9]+\}", part):
            endless += part[0] in "*+" or ",}" in part
            choices[-1] += 1
            if before == "close" and closed:
                return True
        elif kind == "times" and before == "close" and closed:
            return True
        before = kind
    return endless > _MOST_ENDLESS


def _translated(part: tuple[str, str]) -> str:
    kind, text = part
    match kind:
        case "dot":
            return r"[^\n\r\u2028\u2029]"
        case "end":
            return r"\Z"
        case "class" if any(pair in text for pair in ("--", "&&", "||", "~~", "[[")):
            raise Unsupported  # Python means to read these pairs as set operations, some day
        case "plain":
            return re.escape(text)
    return text
