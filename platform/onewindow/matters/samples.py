"""Plausible answers to a matter's forms, made up from the forms: for previews and samples.

Every field is answered as a person might, in Chinese, and the same form always gets the same
answers. They are shown, never judged: a rule across fields may well be broken by them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_NAMES: tuple[tuple[str, str], ...] = (
    ("单位", "青溪县禾苗百货有限公司"), ("企业", "青溪县禾苗百货有限公司"),
    ("姓名", "林秋"), ("申请人", "林秋"), ("签收", "林秋"), ("法定代表人", "林秋"),
    ("负责人", "林秋"), ("联系人", "林秋"), ("地址", "滨河路 18 号"), ("住址", "滨河路 18 号"),
    ("电话", "0700-2218140"), ("邮箱", "linqiu@example.org"), ("证件号", "459021198506120027"),
    ("身份证", "459021198506120027"), ("意见", "经审查，符合规定的条件。"),
    ("名称", "青溪县禾苗百货店"), ("理由", "因经营需要。"), ("说明", "因经营需要提出申请。"),
)  # fmt: skip
_BY_TYPE: Mapping[str, Any] = {
    "idnumber": "459021198506120027",
    "creditcode": "92110108MA7K2P0R8U",
    "mobile": "13800138000",
    "checkbox": True,
    "money": 128_000,
    "region": {
        "province": "云川省", "city": "云川市", "county": "青溪县", "town": "临江镇",
        "street": "滨河路 18 号",
    },
}  # fmt: skip


def sample_answers(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Answers to all the forms of a matter together, as certificates see them."""
    answers: dict[str, Any] = {}
    for schema in schemas.values():
        _answer(schema.get("components"), answers)
    return answers


def _answer(components: Any, into: dict[str, Any]) -> None:
    for each in _dicts(components):
        kind, path = each.get("type"), str(each.get("path") or "")
        if kind == "group":
            _answer(each.get("components"), _below(into, path))
        elif kind == "dynamiclist" and path:
            row: dict[str, Any] = {}
            _answer(each.get("components"), row)
            *above, last = path.split(".")
            _below(into, ".".join(above))[last] = [row]
        elif each.get("key"):
            *above, last = str(each["key"]).split(".")
            _below(into, ".".join(above))[last] = _value(each)


def _below(into: dict[str, Any], path: str) -> dict[str, Any]:
    for name in filter(None, path.split(".")):
        inner = into.setdefault(name, {})
        into = inner if isinstance(inner, dict) else {}
    return into


def _value(field: Mapping[str, Any]) -> Any:
    kind = str(field.get("type"))
    if field.get("defaultValue") not in (None, ""):
        return field["defaultValue"]
    options = [each.get("value") for each in _dicts(field.get("values"))]
    if kind in ("radio", "select"):
        return options[0] if options else None
    if kind in ("checklist", "taglist"):
        return options[:2]
    if kind == "number":
        return _number(field)
    if kind == "datetime":
        times = {"time": "09:00", "datetime": "2026-03-02T09:00"}
        return times.get(str(field.get("subtype")), "2026-03-02")
    return _BY_TYPE[kind] if kind in _BY_TYPE else _text(field)


def _number(field: Mapping[str, Any]) -> Any:
    limits = field.get("validate") or {}
    low, high = limits.get("min"), limits.get("max")
    usual = 60
    if isinstance(low, int | float) and low > usual:
        return low
    return high if isinstance(high, int | float) and high < usual else usual


def _text(field: Mapping[str, Any]) -> str:
    label = str(field.get("label") or "")
    text = next((text for word, text in _NAMES if word in label), f"（{label or '样例'}）")
    most = (field.get("validate") or {}).get("maxLength")
    return text[:most] if isinstance(most, int) else text


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict))
