"""Writing other people into a drawing: its `ow:assign` texts exchanged, all else as it was. Pure.

Steps are changed in groups: those with the same text, and those without any by the lane they stand
in, which is how other tools say who does a thing. Scenarios that expect the old people are written
over along with them.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

import bpmn
from bpmn import dialect
from bpmn.safexml import parse
from onewindow.errors import FieldProblem, Invalid
from onewindow.rehearsal.play import asked_lane

NOBODY = "lane:"
"""How the group of a lane's steps begins that say nobody."""
_ASSIGN = f"{{{dialect.OW}}}assign"


def group_of(node: bpmn.drawing.Node) -> str:
    """The group a human step belongs to."""
    return node.ow.get("assign") or f"{NOBODY}{node.lane or ''}"


def people_of(drawing: bpmn.Drawing) -> dict[str, list[bpmn.drawing.Node]]:
    """Group → its steps, in the order they are drawn."""
    groups: dict[str, list[bpmn.drawing.Node]] = {}
    for node in drawing.nodes.values():
        if node.tag in dialect.HUMAN_TASKS:
            groups.setdefault(group_of(node), []).append(node)
    return groups


def written(**terms: str) -> str:
    """`at:county department:housing role:reviewer` of the terms that say something, or "" when
    only a place is given. Raises Invalid for what the grammar doesn't take."""
    order = ("at", "department", "role", "post", "person")
    given = {word: terms[word].strip() for word in order if terms.get(word, "").strip()}
    if not given.keys() - {"at"}:
        return ""
    text = " ".join(f"{word}:{value}" for word, value in given.items())
    try:
        dialect.parse_assign(text)
    except bpmn.Malformed as wrong:
        raise Invalid([FieldProblem("who", wrong.text, wrong.params)]) from None
    return text


def reassigned(process: str, people: Mapping[str, str]) -> str:
    """The drawing with each group in `people` done by whom its text says."""
    changes = {
        node.id: people[group]
        for group, nodes in people_of(bpmn.read(process.encode())).items()
        if people.get(group)
        for node in nodes
    }
    if not changes:
        return process
    root = parse(process.encode())
    for element in root.iter(*(f"{{{dialect.BPMN}}}{tag}" for tag in dialect.HUMAN_TASKS)):
        if text := changes.get(element.get("id", "")):
            element.set(_ASSIGN, text)
    etree.cleanup_namespaces(
        root, top_nsmap={"ow": dialect.OW}, keep_ns_prefixes=["bpmn", "xsi", "ow"]
    )
    drawn: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return drawn.decode()


def expecting(
    tests: Mapping[str, Any], process: str, people: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """The scenarios that expected whom `reassigned` exchanges, expecting those instead. Whoever
    else they expect, they meant: that stays."""
    steps = {}
    for group, nodes in people_of(bpmn.read(process.encode())).items():
        if people.get(group) and not group.startswith(NOBODY) and not dialect.is_expression(group):
            one, other = dialect.parse_assign(group), dialect.parse_assign(people[group])
            steps |= {node.id: (one, other) for node in nodes}
    changed = deepcopy(dict(tests))
    for test in changed.values():
        for step in _expected(test):
            if step.get("step") not in steps:
                continue
            one, other = steps[step["step"]]
            if step.get("lane") == asked_lane(one):
                step["lane"] = asked_lane(other)
            if one.at != other.at and "at" in step:
                step["at"] = other.at or "owner"
    return {key: test for key, test in changed.items() if test != tests[key]}


def _expected(test: Any) -> Iterator[dict[str, Any]]:
    """The open steps a scenario expects, whatever else it is."""
    expect = test.get("expect") if isinstance(test, dict) else None
    seen = expect.get("after") if isinstance(expect, dict) else None
    for moment in seen if isinstance(seen, list) else ():
        steps = moment.get("open") if isinstance(moment, dict) else None
        yield from (each for each in steps or () if isinstance(each, dict))
