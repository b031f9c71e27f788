"""The names a form's answers have in expressions, whatever else may be wrong with the form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.judging import REGION_PARTS
from forms.sheet import VALUE_TYPES

FEEL_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("number", "money"), "number"),
    **dict.fromkeys(("checklist", "taglist"), "list"),
    "checkbox": "boolean",
    "region": "context",
    "expression": "any",
}


@dataclass(frozen=True, slots=True)
class Name:
    """`path` as expressions write it ("members", "members.income"), `type` as FEEL calls it."""

    path: str
    type: str
    label: str
    label_en: str = ""


def names(definition: Any) -> list[Name]:
    """Every name in the order of the form; parts of addresses and columns of lists included."""
    if not isinstance(definition, Mapping):
        return []
    return list(_names(definition.get("components"), ""))


def _names(components: Any, before: str) -> Iterator[Name]:
    for one in components if isinstance(components, list) else ():
        if not isinstance(one, Mapping):
            continue
        type_ = str(one.get("type"))
        key = one.get("key" if type_ in VALUE_TYPES else "path")
        path = before + key if isinstance(key, str) and key else ""
        label, english = (str(one.get(name) or "") for name in ("label", "labelEn"))
        if type_ == "group":
            yield from _names(one.get("components"), f"{path}." if path else before)
        elif path and type_ == "dynamiclist":
            yield Name(path, "list", label, english)
            yield from _names(one.get("components"), f"{path}.")
        elif path and type_ in VALUE_TYPES:
            yield Name(path, FEEL_TYPES.get(type_, "string"), label, english)
            if type_ == "region":
                yield from (
                    Name(f"{path}.{part}", "string", label, english) for part in REGION_PARTS
                )
