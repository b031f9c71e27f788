"""What the isolate refuses (refusal.ts), as problems in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from feel.notation import better_notation
from feel.problems import Problem, problem

_NEAR = 20  # characters quoted of an unreadable place


def expression_problem(
    refused: Mapping[str, Any],
    source: str,
    offset: int = 0,
    *,
    element: str | None = None,
    line: int | None = None,
    where: str = "",
    **params: Any,
) -> Problem:
    """The problem for a refusal of `source`, which began `offset` characters into what was
    written. `params` fill `where`."""
    code: str = refused["code"]
    own: dict[str, Any] = dict(refused["params"])
    misread = code in ("unreadable", "incomplete") or (
        code == "unknown-name" and better_notation(own["name"])
    )
    better = better_notation(source) if misread else None
    if better is not None:
        return replace(
            shifted(better, offset),
            params={**shifted(better, offset).params, **params},
            element=element,
            line=line,
            where=where,
        )
    start, end = place_in(source, refused["place"], offset)
    if code == "unreadable" and start is not None:
        own["position"] = start + 1
        own["near"] = (own["near"].strip() or source[start - offset :].strip())[:_NEAR]
    params = {**own, **params}
    return problem(code, start=start, end=end, element=element, line=line, where=where, **params)


def shifted(found: Problem, offset: int) -> Problem:
    """The problem of a source that began `offset` characters into what was written."""
    assert found.start is not None
    assert found.end is not None
    start, end = found.start + offset, found.end + offset
    return replace(found, start=start, end=end, params={**found.params, "position": start + 1})


def place_in(
    source: str, place: Mapping[str, int] | None, offset: int = 0
) -> tuple[int | None, int | None]:
    """Start and end in characters of what was written. JavaScript counts UTF-16 units."""
    if place is None:
        return None, None
    start, end = place["from"], place["to"]
    if not source.isascii() and max(source) >= "\U00010000":
        units = source.encode("utf-16-le")
        start = len(units[: 2 * start].decode("utf-16-le", errors="ignore"))
        end = len(units[: 2 * end].decode("utf-16-le", errors="ignore"))
    return start + offset, end + offset
