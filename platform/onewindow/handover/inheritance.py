"""A matter taken over from a place above: what its adopter may change, and nothing else. Pure.

An adopter's own matter is always the upper version with overrides in it. They are read out of the
adopter's package by comparing (`overrides_of`), put onto any other upper version (`composed`), and
whatever is different beyond them breaks the rules (`violations`). What may be changed is a list in
this module, so a property added to matters later is fixed by the place above until it is named
here.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

import bpmn
from bpmn import dialect
from bpmn.drawing import Drawing, Flow, Node
from bpmn.safexml import parse
from onewindow.errors import Invalid
from onewindow.handover import slots
from onewindow.matters.definition import read_definition
from onewindow.matters.difference import Change, difference
from onewindow.matters.package import Package, assembled

Overrides = dict[str, Any]
"""Path → own value: "guide.place", "limits.promised", "assign/<step>", "limit/<step>",
"slot/<id>", "forms/<key>", "decisions/<name>", "tests/<key>", "variables/<name>", "steps/<id>",
"declared/<variable>"."""

FREE = (("department",), ("guide", "place"), ("guide", "hours"), ("guide", "phone"),
        ("guide", "complaint_phone"), ("certificate", "issuer"))  # fmt: skip
"""Where, when and by whom it is handled is each place's own."""
SHORTER = (("limits", "acceptance"), ("limits", "promised"))
"""A promise to the applicant may be bettered, never worsened."""
ADDED = ("forms", "decisions", "tests")
"""Kinds of parts of which an adopter may have more, for the steps of its slots."""
OURS = ("upstream", "forms", "decisions", "process")
"""Properties of matter.json that say where it comes from or follow the other parts."""
_DAYS = {"wd": 1.4, "d": 1.0, "h": 1 / 24, "mo": 30.0}


@dataclass(frozen=True, slots=True)
class Composed:
    """An upper version with overrides in it, and those that no longer had a place."""

    package: Package
    lost: tuple[str, ...]


# ---- reading what is the adopter's own --------------------------------------------------------


def overrides_of(upper: Package, own: Package) -> Overrides:
    """What the adopter changed, of what it may change."""
    found: Overrides = {}
    for path in FREE:
        was, now = _at(upper.definition, path), _at(own.definition, path)
        if now is not None and now != was and _at(upper.definition, path[:-1]) is not None:
            found[".".join(path)] = now
    for key in _plans(upper) & _plans(own):
        path = ("certificates", key, "issuer")
        if _at(own.definition, path) != _at(upper.definition, path):
            found[".".join(path)] = _at(own.definition, path)
    for path in SHORTER:
        now = _at(own.definition, path)
        if isinstance(now, str) and is_shorter(now, _at(upper.definition, path)):
            found[".".join(path)] = now
    for kind in ADDED:
        theirs, ours = getattr(upper, kind), getattr(own, kind)
        found |= {f"{kind}/{key}": each for key, each in ours.items() if key not in theirs}
    found |= {
        f"tests/{key}": each for key, each in own.tests.items() if upper.tests.get(key) != each
    }
    return found | _of_drawing(upper, own)


def _of_drawing(upper: Package, own: Package) -> Overrides:
    try:
        old, new = (bpmn.read(each.process.encode()) for each in (upper, own))
    except bpmn.Unreadable:
        return {}
    found: Overrides = {}
    open_slots = slots.slots_of(old)
    held = {id for slot in open_slots for id in slots.inside(old, slot)}
    for id, node in old.nodes.items():
        mine = new.nodes.get(id)
        if mine is None or id in held or node.tag not in dialect.HUMAN_TASKS:
            continue
        who = mine.ow.get("assign", "")
        if who != node.ow.get("assign") and may_do(who, node.ow.get("assign", "")):
            found[f"assign/{id}"] = who
        limit = mine.ow.get("limit", "")
        if limit and is_shorter(limit, node.ow.get("limit")):
            found[f"limit/{id}"] = limit
    for slot in open_slots:
        if slot in slots.slots_of(new) and _signature(old, slot) != _signature(new, slot):
            found[f"slot/{slot}"] = slots.taken_out(own.process, slot)
    found |= {f"declared/{n}": t for n, t in new.variables.items() if n not in old.variables}
    for name, known in (("variables", old.variables), ("steps", old.nodes)):
        theirs, ours = (_mapping(each.definition.get(name)) for each in (upper, own))
        found |= {
            f"{name}/{key}": each
            for key, each in ours.items()
            if key not in theirs and (name == "steps" or key not in known)
        }
    return found


def may_do(who: str, instead: str) -> bool:
    """Whether an adopter may have a step done by `who`: in another office, by another department,
    post or person, but in the role the place above gave it; what the applicant does stays theirs.
    """
    try:
        mine, theirs = dialect.parse_assign(who), dialect.parse_assign(instead)
    except bpmn.Malformed:  # or FEEL, which decides by itself
        return False
    if "applicant" in (mine.role, theirs.role):
        return False
    return mine.role == theirs.role or (mine.role is None and bool(mine.post or mine.person))


def is_shorter(limit: str, than: object) -> bool:
    """Whether a limit is certainly no longer than, and other than, the one above; any limit is
    shorter than none."""
    try:
        mine = dialect.parse_limit(limit)
        if not than:
            return True
        theirs = dialect.parse_limit(str(than))
    except bpmn.Malformed:
        return False
    if mine.unit == theirs.unit:
        return mine.amount < theirs.amount
    return mine.amount * _DAYS[mine.unit] < theirs.amount * _DAYS[theirs.unit]


# ---- putting it onto a version ----------------------------------------------------------------


def composed(upper: Package, overrides: Mapping[str, Any]) -> Composed:
    """The upper version with the adopter's overrides; those that don't fit it are named."""
    definition, process, lost = deepcopy(upper.definition), upper.process, []
    parts: dict[str, dict[str, Any]] = {kind: dict(getattr(upper, kind)) for kind in ADDED}
    for path, value in overrides.items():
        kind, slash, name = path.partition("/")
        if not slash:
            fits = _set(definition, tuple(path.split(".")), value)
        elif kind in ADDED:
            fits = kind == "tests" or name not in parts[kind]
            if fits:
                parts[kind][name] = value
        elif kind in ("variables", "steps"):
            fits = name not in _mapping(definition.get(kind))
            if fits:
                definition[kind] = {**_mapping(definition.get(kind)), name: value}
        elif kind == "slot":
            drawn = slots.put_in(process, name, str(value))
            fits, process = drawn is not None, drawn or process
        else:
            drawn = _with_attribute(process, kind, name, str(value))
            fits, process = drawn is not None, drawn or process
        if not fits:
            lost.append(path)
    known = list(definition.get("forms", ()))
    definition["forms"] = known + [key for key in parts["forms"] if key not in known]
    package = assembled(definition, process, parts["decisions"], parts["forms"], parts["tests"])
    return Composed(package, tuple(lost))


def _set(definition: dict[str, Any], path: tuple[str, ...], value: Any) -> bool:
    known = path in FREE or (path[0] == "certificates" and path[2:] == ("issuer",))
    if path in SHORTER:
        known = isinstance(value, str) and is_shorter(value, _at(definition, path))
    holder = _at(definition, path[:-1])
    if not known or not isinstance(holder, dict):
        return False
    holder[path[-1]] = value
    return True


def _with_attribute(process: str, kind: str, id: str, value: str) -> str | None:
    """The drawing with who does a step or its limit changed, or a variable declared."""
    root = parse(process.encode())
    if kind == "declared":
        top = root.find(f"{{{dialect.BPMN}}}process")
        holder = top.find(f"{{{dialect.BPMN}}}extensionElements")
        if holder is None:
            holder = etree.Element(f"{{{dialect.BPMN}}}extensionElements")
            top.insert(0, holder)
        if any(each.get("name") == id for each in holder):
            return None
        etree.SubElement(holder, f"{{{dialect.OW}}}variable", name=id, type=value)
    else:
        tags = [f"{{{dialect.BPMN}}}{tag}" for tag in dialect.HUMAN_TASKS]
        step = next((each for each in root.iter(*tags) if each.get("id") == id), None)
        name = f"{{{dialect.OW}}}{kind}"
        if step is None or (kind == "limit" and not is_shorter(value, step.get(name))):
            return None
        step.set(name, value)
    drawn: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return drawn.decode()


# ---- what breaks the rules --------------------------------------------------------------------


def violations(
    upper: Package, own: Package, *, names: Mapping[str, str] | None = None
) -> list[Change]:
    """Whatever the adopter changed beyond what it may, as differences from what would be right.
    `names` as in `difference`."""
    right = composed(upper, overrides_of(upper, own)).package
    if same(right, own):
        return []
    mine = replace(own, definition=_without_ours(own.definition))
    ours = replace(right, definition=_without_ours(right.definition))
    found = difference(ours, mine, names=names)
    told = [change for change in found.changes if not change.part.startswith("tests/")]
    return told or [Change("changed", "process.bpmn", "", own.definition.get("key", ""))]


def same(one: Package, other: Package) -> bool:
    """Whether two packages handle cases alike; pictures, tests and where they come from aside."""
    if dict(one.forms) != dict(other.forms) or dict(one.decisions) != dict(other.decisions):
        return False
    if _read(one.definition) != _read(other.definition):
        return False
    try:
        old, new = (bpmn.read(each.process.encode()) for each in (one, other))
    except bpmn.Unreadable:
        return one.process == other.process
    return _signature(old) == _signature(new)


def _signature(drawing: Drawing, below: str | None = None) -> Any:
    """All that makes a drawing (or what one element holds) run as it does, in comparable form."""
    scopes = [
        scope
        for scope in drawing.scopes.values()
        if below is None or below in drawing.ancestors(scope.id)
    ]
    return (
        sorted((_of_node(node, drawing) for scope in scopes for node in scope.nodes.values()),
               key=repr),
        # Ids of connections are the modeler's; of two alike the order decides which is taken.
        [(scope.id, [_of_flow(flow) for flow in _in_order(scope.flows)]) for scope in scopes],
        sorted(drawing.variables.items()) if below is None else (),
    )  # fmt: skip


def _in_order(flows: tuple[Flow, ...]) -> Iterator[Flow]:
    sources = list(dict.fromkeys(flow.source for flow in flows))
    for source in sorted(sources):
        yield from (flow for flow in flows if flow.source == source)


def _of_node(node: Node, drawing: Drawing) -> Any:
    flows = {flow.id: flow.target for flow in drawing.scopes[node.scope].flows}
    loop = node.loop and replace(node.loop, line=0, ow=tuple(sorted(node.loop.ow.items())))  # type: ignore[arg-type]
    return (
        node.id, node.tag, node.name, node.scope, node.documentation, node.lane or "",
        sorted(node.ow.items()), replace(node.event, line=0, ref=None), loop,
        flows.get(node.default or ""), node.attached_to, node.interrupting, node.called,
        node.triggered_by_event, [(each.name, each.value) for each in node.inputs],
    )  # fmt: skip


def _of_flow(flow: Flow) -> Any:
    return flow.source, flow.target, flow.condition, flow.name


def _read(definition: Mapping[str, Any]) -> Any:
    """A definition with its defaults filled in, so that what means the same is the same."""
    plain = _without_ours(definition)
    try:
        whole = {**plain, "forms": definition.get("forms", ())}
        return read_definition(whole).model_dump(exclude=set(OURS))
    except Invalid:
        return plain


def _without_ours(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in definition.items() if name not in OURS}


# ---- versions above, piece by piece -----------------------------------------------------------


def piece_of(change: Change) -> str:
    """The piece a change belongs to: what is taken over or left as a whole."""
    if change.part == "process.bpmn":
        return "process"
    if change.part == "matter.json":
        return "definition." + change.element.partition(".")[0].partition("[")[0]
    return change.part.removesuffix(".dmn")


def mixed(newest: Package, kept: Mapping[str, Package]) -> Package:
    """The newest upper version with some pieces as an older version has them."""
    definition, process = dict(newest.definition), newest.process
    parts: dict[str, dict[str, Any]] = {kind: dict(getattr(newest, kind)) for kind in ADDED}
    for piece, older in kept.items():
        kind, slash, name = piece.partition("/")
        if piece == "process":
            process = older.process
        elif slash and kind in ADDED:
            _exchange(parts[kind], getattr(older, kind), name)
        elif piece.startswith("definition."):
            _exchange(definition, older.definition, piece.removeprefix("definition."))
    named = [key for key in definition.get("forms", ()) if key in parts["forms"]]
    definition["forms"] = named + [key for key in parts["forms"] if key not in named]
    return assembled(definition, process, parts["decisions"], parts["forms"], parts["tests"])


def _exchange(into: dict[str, Any], source: Mapping[str, Any], name: str) -> None:
    if name in source:
        into[name] = source[name]
    else:
        into.pop(name, None)


def _plans(package: Package) -> set[str]:
    return set(_mapping(package.definition.get("certificates")))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
