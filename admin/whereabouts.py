"""In which text of a matter, and on which line of it, a finding is: for whoever has to mend it.

Checks name a part and an element or path in it ("forms/apply" · "subject", "matter.json" ·
"materials[2].max_mb"). The editor shows parts as text; here the place is looked for in that text.
"""

import re
from collections.abc import Mapping
from typing import Any

from onewindow.matters.findings import Finding


def placed(finding: Finding, texts: Mapping[str, str]) -> dict[str, Any]:
    """The finding with the name of the text it is in (`area`) and the line there; None where it
    can't be told."""
    area, name = area_of(finding.part)
    # A tag over several lines is reported where it ends; people look where it begins.
    line = finding.params.get("line") or _line_of(texts.get(area, ""), area, name, finding.element)
    return {
        "part": finding.part,
        "text": finding.text,
        "params": finding.params,
        "element": finding.element,
        "severity": finding.severity,
        "area": area,
        "line": line or finding.line,
    }


def area_of(part: str) -> tuple[str, str]:
    """The text a part is edited in, and its name there ("forms/apply" → forms, apply)."""
    kind, _slash, name = part.partition("/")
    areas = {"matter.json": "definition", "process.bpmn": "process", "definition": "definition"}
    return areas.get(part) or (kind if kind in ("forms", "decisions") else "definition"), name


def _line_of(text: str, area: str, name: str, element: str) -> int | None:
    lines = text.splitlines()
    if area == "process":
        return _first(lines, rf'\bid="{re.escape(element)}"', 0) if element else None
    at = 0
    if name:  # a form or decision inside the object that holds them all
        found = _first(lines, rf'^  "{re.escape(name.removesuffix(".json"))}":', 0)
        if found is None:
            return None
        at = found
    for step in re.findall(r"[^.\[\]]+", element):
        if step.isdigit():
            continue
        found = _first(lines, rf'"{re.escape(step)}"', at)
        if found is None:
            break
        at = found
    return at or None


def _first(lines: list[str], pattern: str, after: int) -> int | None:
    """The first line (from 1) past `after` that has the pattern."""
    for number in range(max(after - 1, 0), len(lines)):
        if re.search(pattern, lines[number]):
            return number + 1
    return None
