"""A definition opened for filling in: the twin of js/sheet.js, field by field and name by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from forms.messages import Lang

Access = Literal["read", "edit", "hide"]
Kind = Literal["value", "group", "list", "display"]
Path = tuple[str, ...]

MOST_ROWS = 500

CHOICE_TYPES = frozenset(("radio", "select", "checklist", "taglist"))
MULTIPLE_TYPES = frozenset(("checklist", "taglist"))
TYPED_TYPES = frozenset(("textfield", "textarea", "number", "money", "datetime"))
IDENTITY_TYPES = frozenset(("idnumber", "creditcode", "mobile", "region"))
VALUE_TYPES = CHOICE_TYPES | TYPED_TYPES | IDENTITY_TYPES | {"checkbox", "expression"}


@dataclass(slots=True)
class Node:
    """A component in its place.

    `local` leads to its value from the row it stands in (or from the answers as a whole), `path`
    is the same from the top without row numbers, `within` the list whose row that is.
    """

    component: dict[str, Any]
    kind: Kind
    id: str
    local: Path
    path: str
    mode: Access
    label: str
    within: "Node | None"
    nodes: "list[Node]" = field(default_factory=list)
    fixed: bool = False
    least: int | None = None
    most: int = MOST_ROWS

    def walk(self) -> "Iterator[Node]":
        yield self
        for node in self.nodes:
            yield from node.walk()


class Sheet:
    """The tree of a definition's components as one person may use them."""

    def __init__(
        self, definition: Mapping[str, Any], access: Mapping[str, Access], lang: Lang = "zh"
    ) -> None:
        self.definition = definition if lang == "zh" else in_language(definition, lang)
        self.access = access
        self.lang: Lang = lang
        self.roots: set[str] = set()
        components = self.definition.get("components", [])
        self.nodes = self._open_all(components, "", (), (), access.get("*", "edit"), None)

    def walk(self) -> Iterator[Node]:
        for node in self.nodes:
            yield from node.walk()

    @cached_property
    def by_path(self) -> Mapping[str, Node]:
        """Nodes by the name a rule may give its field: path, or id where no path has that name."""
        named = [node for node in self.walk() if node.kind in ("value", "list")]
        return {node.id: node for node in named} | {node.path: node for node in named}

    def _open_all(
        self,
        components: list[dict[str, Any]],
        trail: str,
        local: Path,
        address: Path,
        mode: Access,
        within: Node | None,
    ) -> list[Node]:
        return [
            self._open(component, f"{trail}_{index}", local, address, mode, within)
            for index, component in enumerate(components)
        ]

    def _open(
        self,
        component: dict[str, Any],
        trail: str,
        local: Path,
        address: Path,
        mode: Access,
        within: Node | None,
    ) -> Node:
        kind = kind_of(component)
        steps = steps_of(component, kind)
        local, address = local + steps, address + steps
        path = ".".join(address)
        id_ = component.get("id") or f"ow{trail}"
        named = (self.access.get(path) if steps else None) or self.access.get(id_)
        mode = "hide" if mode == "hide" else _settled(component, named or mode)
        node = Node(component, kind, id_, local, path, mode, label_of(component), within)
        if steps:
            self.roots.add(address[0])
        inside = () if kind == "list" else local
        node.nodes = self._open_all(
            component.get("components") or [],
            trail,
            inside,
            address,
            mode,
            node if kind == "list" else within,
        )
        if kind == "list":
            node.fixed = mode == "read" or any(map(_keeps_rows, node.nodes))
            node.least = None if node.fixed else whole_property(component, "minRows")
            most = whole_property(component, "maxRows")
            node.most = MOST_ROWS if most is None else min(most, MOST_ROWS)
        return node


def kind_of(component: Mapping[str, Any]) -> Kind:
    type_ = component.get("type")
    if type_ == "dynamiclist":
        return "list"
    if type_ == "group":
        return "group"
    return "value" if type_ in VALUE_TYPES else "display"


def steps_of(component: Mapping[str, Any], kind: Kind) -> Path:
    written = {"value": component.get("key"), "display": ""}.get(kind, component.get("path"))
    return tuple(written.split(".")) if written else ()


def label_of(component: Mapping[str, Any]) -> str:
    names = ("label", "dateLabel", "timeLabel")
    label = next((component[name] for name in names if component.get(name)), "")
    return "" if label.startswith("=") else label


def whole_property(component: Mapping[str, Any], name: str) -> int | None:
    """A custom property that is a whole number; form editors keep them as text."""
    try:
        number = float(component["properties"][name])
    except (KeyError, TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else None


def flag_property(component: Mapping[str, Any], name: str) -> bool:
    return component.get("properties", {}).get(name) in (True, "true")


def in_language(value: Any, lang: str) -> Any:
    """The definition with its second-language texts in place: `labelEn` becomes `label`."""
    if isinstance(value, list):
        return [in_language(one, lang) for one in value]
    if not isinstance(value, Mapping):
        return value
    suffix = lang.capitalize()
    return {
        name: (isinstance(one, str) and value.get(name + suffix)) or in_language(one, lang)
        for name, one in value.items()
    }


def get_at(scope: Any, local: Path) -> Any:
    """The value at a path, or MISSING where the path leads nowhere."""
    for step in local:
        if not isinstance(scope, dict) or step not in scope:
            return MISSING
        scope = scope[step]
    return scope


def set_at(scope: dict[str, Any], local: Path, value: Any) -> None:
    for step in local[:-1]:
        inner = scope.get(step)
        if not isinstance(inner, dict):
            inner = scope[step] = {}
        scope = inner
    scope[local[-1]] = value


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


def _settled(component: Mapping[str, Any], mode: Access) -> Access:
    only = component.get("readonly") is True or component.get("disabled") is True
    return "read" if mode == "edit" and only and component.get("type") != "expression" else mode


def _keeps_rows(node: Node) -> bool:
    if node.kind == "value":
        return node.mode != "edit" and node.component["type"] != "expression"
    return any(map(_keeps_rows, node.nodes))
