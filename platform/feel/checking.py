"""Are the names an expression uses in scope? Said before anything runs."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from feel.problems import Problem, problem
from feel.refusals import place_in

_OPERATORS = re.compile(r"\s*([./\-'+]|\*\*?)\s*")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Use:
    """`answers.site.area` is path ("answers", "site", "area"); `places` has start and end of each
    part in characters of what was written."""

    path: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


def use_in(source: str, free: Mapping[str, Any], offset: int) -> Use:
    """One of `free` (free.ts) in a source that began `offset` characters into what was written."""
    found = (place_in(source, each, offset) for each in (free["place"], *free["places"]))
    places = tuple((start, end) for start, end in found if start is not None and end is not None)
    return Use((free["name"], *free["path"]), places)


class Known:
    """Names in scope, some with the entries below them: "amount", "answers.site.area".

    A name listed without entries is open: anything may be read below it. One whose entries are
    listed has only these.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.tree: dict[str, Any] = {}
        for name in names:
            level = self.tree
            for part in name.split("."):
                level = level.setdefault(part, {})
        self._plain = _plain_tree(self.tree)

    def missing(self, name: str, path: list[str]) -> tuple[str, str, list[str]] | None:
        """What isn't known of `name` and its `path`: what stands before it (with a dot), the
        first unknown part, and what is known in its place. None: all is known."""
        level, before = self._plain, ""
        for part in (name, *map(plain, path)):
            if part not in level:
                return before, part, list(level)
            level, before = level[part], f"{before}{part}."
            if not level:
                return None
        return None


def plain(name: str) -> str:
    """Names are the same whatever blanks stand in them (lezer-feel's normalizeContextKey)."""
    return _BLANKS.sub(" ", _OPERATORS.sub(r" \1 ", name)).strip()


def _plain_tree(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {plain(name): _plain_tree(below) for name, below in tree.items()}


def unknown_names(
    free: Collection[Mapping[str, Any]],
    known: Known,
    functions: Collection[str],
    source: str,
    offset: int = 0,
    **where: Any,
) -> list[Problem]:
    """A problem for each name of `free` (free.ts) that isn't known, with the likeliest meant.

    `source` began `offset` characters into what was written; `where` is handed on to `problem`.
    """
    problems = []
    for use in free:
        missing = known.missing(use["name"], use["path"])
        if missing is None:
            continue
        before, part, candidates = missing
        code = "unknown-function" if use["called"] else "unknown-name"
        if use["called"]:
            candidates = [*candidates, *functions]
        if not use["called"] and not before and part in functions:
            code, candidates = "function-not-called", []
        near = [name for name in candidates if abs(len(name) - len(part)) <= 1 + len(part) // 8]
        similar = difflib.get_close_matches(part, near, n=1, cutoff=0.75)
        start, end = place_in(source, use["place"], offset)
        meant: dict[str, Any] = {"similar": before + similar[0]} if similar else {}
        code = f"{code}-similar" if similar else code
        problems.append(problem(code, start=start, end=end, name=before + part, **meant, **where))
    return problems
