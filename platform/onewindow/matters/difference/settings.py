"""Two matter.json: what is known of a matter, its materials, limits, guide, papers, in words."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from onewindow.matters.difference.change import Change, Kind
from onewindow.matters.difference.values import altered, both_in_words, in_words, is_words, quoted
from onewindow.matters.words import HANDLING, ITEM_TYPES
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.words import span_words

PART = "matter.json"
Values = Mapping[str, Any]

_AREAS: Mapping[str, object] = {
    "materials": N_("申请材料"), "limits": N_("时限与费用"), "guide.fees": N_("时限与费用"),
    "guide": N_("办事指南"), "certificate": N_("文书与证照"), "certificates": N_("文书与证照"),
    "papers": N_("文书与证照"), "steps": N_("流程"),
}  # fmt: skip
_NAMES: Mapping[str, object] = {
    "name": N_("名称"), "base_code": N_("基本编码"), "item_type": N_("事项类型"),
    "handling": N_("办件类型"), "audience": N_("办理对象"), "department": N_("主管部门"),
    "description": N_("简介"), "keywords": N_("检索词"), "summary": N_("摘要公式"),
    "apply_form": N_("申请表"), "holder.name": N_("申请人姓名所在字段"),
    "holder.id_number": N_("申请人证件号所在字段"), "holder.phone": N_("申请人电话所在字段"),
    "limits.acceptance": N_("受理时限"), "limits.statutory": N_("法定时限"),
    "limits.promised": N_("承诺时限"), "limits.correction": N_("补正时限"),
    "guide.conditions": N_("办理条件"), "guide.legal_basis": N_("设定依据"),
    "guide.fees": N_("收费项目"), "guide.place": N_("办理地点"), "guide.hours": N_("办理时间"),
    "guide.channels": N_("办理渠道"), "guide.phone": N_("咨询电话"),
    "guide.complaint_phone": N_("投诉电话"), "guide.result": N_("办理结果"),
    "guide.questions": N_("常见问题"),
}  # fmt: skip
_OF_MATERIAL: Mapping[str, object] = {
    "name": N_("名称"), "form": N_("形式"), "copies": N_("份数"), "types": N_("文件格式"),
    "max_mb": N_("单个文件上限（MB）"), "max_files": N_("文件个数上限"), "necessity": N_("必要性"),
    "source": N_("来源"), "standard": N_("受理标准"), "notes": N_("填报须知"),
    "legal_basis": N_("要求提供材料的依据"), "when": N_("需要的条件"), "shared": N_("共享获取"),
}  # fmt: skip
_OF_FEE: Mapping[str, object] = {
    "name": N_("名称"), "standard": N_("收费标准"), "basis": N_("收费依据"),
}  # fmt: skip
_OF_QUESTION: Mapping[str, object] = {"q": N_("问题"), "a": N_("回答")}
_OF_CERTIFICATE: Mapping[str, object] = {
    "name": N_("名称"), "number": N_("编号规则"), "valid": N_("有效期"), "issuer": N_("发证机关"),
    "layout": N_("版式"), "public": N_("查验时公开的栏目"), "when": N_("制发条件"),
    "notes": N_("附注"), "label": N_("名称"), "value": N_("取值"),
}  # fmt: skip
_OF_PAPER: Mapping[str, object] = {"title": N_("标题"), "body": N_("正文")}
_CHOICES: Mapping[str, Mapping[str, object]] = {
    "item_type": ITEM_TYPES,
    "handling": HANDLING,
    "audience": {"person": N_("自然人"), "organisation": N_("法人和其他组织")},
    "form": {"original": N_("原件"), "copy": N_("复印件"), "electronic": N_("电子材料")},
    "necessity": {
        "required": N_("必要"), "optional": N_("非必要"), "deferrable": N_("可容缺后补"),
    },
    "source": {
        "applicant": N_("申请人自备"), "government": N_("政府部门核发"),
        "intermediary": N_("中介机构出具"),
    },
    "channels": {
        "window": N_("窗口"), "online": N_("网上"), "post": N_("邮寄"),
        "self-service": N_("自助终端"),
    },
}  # fmt: skip
_ORDER = ("", "materials", "limits", "guide", "certificate", "certificates", "papers", "steps")
_NOT_SAID = frozenset({"schema", "key", "process", "decisions", "forms", "upstream"})
"""What a package says of itself, or another part shows better."""


def settings_changes(before: Values, after: Values, names: Mapping[str, str]) -> Iterator[Change]:
    """What is different in everything but drawing, forms and decisions; `names` of departments."""
    if not before:
        return
    old, new = _opened(before), _opened(after)
    for side in (old, new):
        if office := names.get(f"department:{side.get('department')}"):
            side["department"] = office
    for path in sorted(dict.fromkeys([*old, *new]), key=_place):
        one, other = old.get(path), new.get(path)
        if one != other:
            yield from _of_path(path, one, other)


def _place(path: str) -> tuple[int, int]:
    """Where a path stands in the studio's rail and within its section, however it was stored."""
    names = list(_NAMES)
    first = path.partition(".")[0]
    section = _ORDER.index(first) if first in _ORDER else 0
    return section, names.index(path) if path in names else len(names)


def _opened(definition: Values) -> dict[str, Any]:
    """Paths of one or two steps to their values."""
    found: dict[str, Any] = {}
    for name, value in definition.items():
        if name in _NOT_SAID:
            continue
        if name in ("limits", "guide", "holder") and isinstance(value, Mapping):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def _of_path(path: str, one: Any, other: Any) -> Iterator[Change]:
    area = _(str(_AREAS.get(path, _AREAS.get(path.partition(".")[0], N_("事项信息")))))
    match path:
        case "materials":
            yield from _items(path, area, N_("材料“{name}”"), one, other, "key", _OF_MATERIAL)
        case "guide.fees":
            yield from _items(path, area, N_("收费项目“{name}”"), one, other, "name", _OF_FEE)
        case "guide.questions":
            yield from _items(path, area, N_("常见问题“{name}”"), one, other, "q", _OF_QUESTION)
        case "guide.conditions" | "guide.legal_basis":
            yield from _texts(path, area, _(str(_NAMES[path])), one or [], other or [])
        case "certificate":
            yield from _certificate(path, area, one, other)
        case "certificates":
            for key in dict.fromkeys([*(one or {}), *(other or {})]):
                plans = (one or {}).get(key), (other or {}).get(key)
                yield from _certificate(f"{path}.{key}", area, *plans)
        case "papers":
            for key in dict.fromkeys([*(one or {}), *(other or {})]):
                subject = _("文书“{name}”", name=key)
                yield from _pair(
                    f"{path}.{key}", area, subject, (one or {}).get(key), (other or {}).get(key),
                    _OF_PAPER,
                )  # fmt: skip
        case "variables":
            yield from _each(path, area, N_("流程变量“{name}”"), _("取值"), one, other)
        case "steps":
            yield from _each(path, area, N_("环节“{name}”"), _("英文名称"), one, other)
        case _:
            what = _(str(_NAMES.get(path, path)))
            told = _values(path, one, other)
            yield altered(PART, area, _("事项"), path, what, *told)


def _items(
    path: str, area: str, subject: Any, one: Any, other: Any, by: str, names: Mapping[str, object]
) -> Iterator[Change]:
    """Things in a list that have a name: by key, each property in words, and their order."""
    was, is_now = _keyed(one, by), _keyed(other, by)
    for key in dict.fromkeys([*was, *is_now]):
        thing = is_now[key] if key in is_now else was[key]
        said = _(str(subject), name=_plain(thing.get("name" if by == "key" else by, key)))
        yield from _pair(f"{path}.{key}", area, said, was.get(key), is_now.get(key), names)
    kept = [key for key in was if key in is_now]
    if kept != [key for key in is_now if key in was]:
        yield Change("changed", PART, area, _("{what}的顺序", what=area), path)


def _pair(
    path: str, area: str, subject: str, one: Any, other: Any, names: Mapping[str, object]
) -> Iterator[Change]:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        kind: Kind = "added" if not one else "removed" if not other else "changed"
        yield Change(kind, PART, area, subject, path)
        return
    for name in dict.fromkeys([*one, *other]):
        if one.get(name) != other.get(name):
            what = _(str(names.get(name, name)))
            told = _values(name, one.get(name), other.get(name))
            yield altered(PART, area, subject, f"{path}.{name}", what, *told)


def _certificate(path: str, area: str, one: Any, other: Any) -> Iterator[Change]:
    plan = other or one or {}
    subject = _("证照“{name}”", name=_plain(plan.get("name", path)))
    if not one or not other:
        yield Change("added" if not one else "removed", PART, area, subject, path)
        return
    was, is_now = ({**each, "fields": None} for each in (one, other))
    yield from _pair(path, area, subject, was, is_now, _OF_CERTIFICATE)
    yield from _items(
        f"{path}.fields", area, N_("证照栏目“{name}”"), one.get("fields"), other.get("fields"),
        "label", _OF_CERTIFICATE,
    )  # fmt: skip


def _texts(path: str, area: str, what: str, one: list[Any], other: list[Any]) -> Iterator[Change]:
    """A list of sentences: those that stayed are found first, what is between them changed."""
    old, new = [_plain(each) for each in one], [_plain(each) for each in other]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            # The same in the reader's language, perhaps not in the other.
            for was, is_now, place in zip(one[i1:i2], other[j1:j2], range(j1, j2), strict=True):
                if was != is_now:
                    said = _("{what}第 {n} 条", what=what, n=place + 1)
                    told = _values(path, was, is_now)
                    yield altered(PART, area, said, f"{path}[{place}]", _("文字"), *told)
            continue
        both = min(i2 - i1, j2 - j1)
        for step in range(both):
            said = _("{what}第 {n} 条", what=what, n=j1 + step + 1)
            told = quoted(old[i1 + step]), quoted(new[j1 + step])
            yield altered(PART, area, said, f"{path}[{j1 + step}]", _("文字"), *told)
        for place in range(j1 + both, j2):
            said = _("{what}第 {n} 条：{text}", what=what, n=place + 1, text=new[place])
            yield Change("added", PART, area, said, f"{path}[{place}]")
        for place in range(i1 + both, i2):
            said = _("{what}原第 {n} 条：{text}", what=what, n=place + 1, text=old[place])
            yield Change("removed", PART, area, said, path)


def _each(path: str, area: str, subject: Any, what: str, one: Any, other: Any) -> Iterator[Change]:
    was, is_now = one or {}, other or {}
    for name in dict.fromkeys([*was, *is_now]):
        if was.get(name) != is_now.get(name):
            said = _(str(subject), name=name)
            told = in_words(was.get(name)), in_words(is_now.get(name))
            yield altered(PART, area, said, f"{path}.{name}", what, *told)


def _keyed(things: Any, by: str) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for place, each in enumerate(things or []):
        if isinstance(each, Mapping):
            name = each.get(by)
            key = str(name.get("zh") if is_words(name) else name or f"#{place}")
            found.setdefault(key, each)
    return found


def _values(path: str, one: Any, other: Any) -> tuple[str, str]:
    if is_words(one) and is_words(other):
        return both_in_words(one, other)
    return _value(path, one), _value(path, other)


def _value(path: str, value: Any) -> str:
    if path.startswith("limits.") and isinstance(value, str):
        return span_words(value)
    name = path.rpartition(".")[2]
    choices = _CHOICES.get(name)
    if choices is not None and isinstance(value, str):
        return quoted(_(str(choices.get(value, value))))
    between = ", " if language() == "en" else "、"
    if choices is not None and isinstance(value, list):
        return between.join(_(str(choices.get(each, each))) for each in value)
    if name == "valid" and isinstance(value, Mapping):
        years, months = value.get("years"), value.get("months")
        return _("{n} 年", n=years) if years else _("{n} 个月", n=months) if months else _("长期")
    if name == "types" and isinstance(value, list):
        return between.join(map(str, value))
    return in_words(value)


def _plain(value: Any) -> str:
    """A text in the reader's language, without quotes."""
    if is_words(value):
        return str(value.get(language()) or value.get("zh") or value.get("en") or "")
    return str(value)
