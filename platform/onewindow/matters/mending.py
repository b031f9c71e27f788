"""A half-written definition made whole, so that it can be looked at before it is finished.

A preview of the guide or of a certificate is wanted long before the last field is filled in, and
what else is wrong with a matter doesn't become unknowable because one text is empty. Never stored.
"""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import ValidationError

from onewindow.matters.definition import Definition

UNWRITTEN = {"zh": "（待填写）", "en": "(to be written)"}
_ROUNDS = 12
_EMPTY: dict[str, Any] = {
    "schema": "onewindow.matter/1", "key": "x", "name": UNWRITTEN, "item_type": "public_service",
    "handling": "promised", "department": "x", "limits": {"statutory": "20wd", "promised": "20wd"},
    "forms": ["apply"], "holder": {"name": "x", "id_number": "x"},
    "guide": {"legal_basis": [UNWRITTEN], "place": UNWRITTEN, "hours": UNWRITTEN},
}  # fmt: skip


def mended(data: Any) -> Definition:
    """The definition with （待填写） where a text is missing, and without what can't be read."""
    data = deepcopy(data) if isinstance(data, dict) else {}
    for _round in range(_ROUNDS):
        try:
            return Definition.model_validate(data)
        except ValidationError as wrong:
            # Later places first, so that what is left out doesn't move what comes before it.
            for problem in sorted(wrong.errors(include_url=False), key=_place, reverse=True):
                _mend(data, problem["loc"], problem["type"])
    return Definition.model_validate(_EMPTY)


def in_shape(data: Mapping[str, Any]) -> dict[str, Any]:
    """The definition as it was written, without values of a kind that nothing could read (a number
    where a list of texts belongs): for what looks at drafts before they are right."""
    found = _fitting(dict(data), _schema())
    return found if isinstance(found, dict) else {}


@cache
def _schema() -> dict[str, Any]:
    return Definition.model_json_schema(by_alias=True)


_JSON = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def _fitting(value: Any, schema: Any) -> Any:
    """What of a value has the kinds its schema asks for; None for nothing of it."""
    if not isinstance(schema, dict):
        return value
    if "$ref" in schema:
        schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        tried = (_fitting(value, each) for each in schema["anyOf"])
        return next((found for found in tried if found is not None), None)
    wanted = _JSON.get(schema.get("type", ""))
    if wanted is not None and not isinstance(value, wanted):
        return None
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        kept = {name: _fitting(each, known.get(name, others)) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not None}
    if isinstance(value, list):
        fitting = (_fitting(each, schema.get("items")) for each in value)
        return [each for each in fitting if each is not None]
    return value


def _place(problem: Any) -> list[tuple[bool, Any]]:
    return [(isinstance(step, str), step) for step in problem["loc"]]


def _mend(data: dict[str, Any], place: tuple[int | str, ...], kind: str) -> None:
    if not place:  # parts that don't fit each other
        data["materials"] = _each_once(data.get("materials"))
        data["forms"] = [*data.get("forms", ()), data.get("apply_form", "apply")]
        return
    wanted, found = _default(place)
    holder: Any = data
    for step in place[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return  # left out by an earlier mending
    last = place[-1]
    if kind in ("missing", "string_too_short", "too_short"):
        if isinstance(holder, dict):
            holder[last] = deepcopy(wanted) if found else _unwritten(str(last))
    elif found and isinstance(holder, dict):
        holder[last] = deepcopy(wanted)
    elif isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        del holder[last]


def _default(place: tuple[int | str, ...]) -> tuple[Any, bool]:
    """What stands at this place of an empty definition."""
    value: Any = _EMPTY
    for step in place:
        if not isinstance(value, dict) or step not in value:
            return None, False
        value = value[step]
    return value, True


def _unwritten(name: str) -> Any:
    if name in ("zh", "en"):
        return UNWRITTEN[name]
    if name in ("value", "when"):
        return "=null"
    if name == "key":
        return "x"
    plain = ("issuer", "number", "id_number", "phone")
    return UNWRITTEN["zh"] if name in plain else dict(UNWRITTEN)


def _each_once(materials: Any) -> list[Any]:
    once = {str(each.get("key")): each for each in materials or () if isinstance(each, dict)}
    return list(once.values())
