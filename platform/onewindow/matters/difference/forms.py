"""Two forms: fields by key, each property in words; their order; the form's own rules."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from onewindow.matters.difference.change import Change, Kind
from onewindow.matters.difference.values import altered, in_words, quoted
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _

Schema = Mapping[str, Any]

_PROPERTIES: Mapping[str, object] = {
    "label": N_("名称"), "labelEn": N_("英文名称"), "description": N_("填写说明"),
    "descriptionEn": N_("英文填写说明"), "type": N_("类型"), "key": N_("字段名"),
    "path": N_("字段名"), "text": N_("文字"), "textEn": N_("英文文字"),
    "placeholder": N_("提示文字"), "defaultValue": N_("默认值"), "readonly": N_("只读"),
    "disabled": N_("停用"), "expression": N_("计算公式"), "values": N_("选项"),
    "valuesExpression": N_("选项来源"), "valuesKey": N_("选项来源"),
    "conditional.hide": N_("隐藏条件"), "validate.required": N_("必填"),
    "validate.minLength": N_("最少字数"), "validate.maxLength": N_("最多字数"),
    "validate.min": N_("最小值"), "validate.max": N_("最大值"), "validate.pattern": N_("格式"),
    "validate.patternErrorMessage": N_("格式不符时的提示"), "properties.range": N_("日期范围"),
    "properties.minRows": N_("最少行数"), "properties.maxRows": N_("最多行数"),
    "allowAddRemove": N_("可增减行"), "decimalDigits": N_("小数位数"),
    "subtype": N_("日期或时间"), "isRepeating": N_("可重复"),
}  # fmt: skip
_TYPES: Mapping[str, object] = {
    "textfield": N_("单行文字"), "textarea": N_("多行文字"), "number": N_("数字"),
    "money": N_("金额"), "idnumber": N_("身份证号"), "creditcode": N_("统一社会信用代码"),
    "mobile": N_("手机号"), "region": N_("地址"), "datetime": N_("日期时间"),
    "checkbox": N_("勾选"), "radio": N_("单选"), "select": N_("下拉选择"),
    "checklist": N_("多选"), "taglist": N_("标签多选"), "expression": N_("计算结果"),
    "text": N_("说明文字"), "table": N_("表格"), "separator": N_("分隔线"),
    "spacer": N_("空白"), "group": N_("分组"), "dynamiclist": N_("列表"),
}  # fmt: skip
_UNSEEN = ("layout", "components", "id", "schemaVersion", "exporter", "executionPlatform",
           "executionPlatformVersion", "versionTag", "verticalAlignment")  # fmt: skip


def form_changes(before: Schema, after: Schema, part: str, area: str) -> Iterator[Change]:
    """What is different in one form: its name, then field by field."""
    for name in ("label", "labelEn"):
        if before.get(name) != after.get(name):
            one, other = (in_words(each.get(name)) for each in (before, after))
            yield altered(part, area, area, name, _(str(_PROPERTIES[name])), one, other)
    old, new = _fields(before), _fields(after)
    for key in dict.fromkeys([*old, *new]):
        if key not in old or key not in new:
            kind: Kind = "added" if key not in old else "removed"
            yield Change(kind, part, area, _subject(new.get(key) or old[key]), key)
        else:
            yield from _within(old[key], new[key], part, area, key)
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        names = (", " if language() == "en" else "、").join(
            _label(new[key]) for key in _moved(kept, [key for key in new if key in old])
        )
        yield Change("changed", part, area, _("字段{names}的位置", names=quoted(names)))
    yield from _rules(before.get("rules", []), after.get("rules", []), part, area)


def _within(old: Schema, new: Schema, part: str, area: str, key: str) -> Iterator[Change]:
    was, is_now = _flat(old), _flat(new)
    for name in dict.fromkeys([*was, *is_now]):
        one: Any = was.get(name)
        other: Any = is_now.get(name)
        if one == other:
            continue
        what = _(str(_PROPERTIES.get(name, name)))
        if name == "values" and one and other:
            yield from _options(one, other, part, area, _subject(new), key)
        else:
            yield altered(
                part, area, _subject(new), key, what, _value(name, one), _value(name, other)
            )


def _options(
    one: list[Any], other: list[Any], part: str, area: str, subject: str, key: str
) -> Iterator[Change]:
    was, is_now = ({str(each.get("value")): each for each in side} for side in (one, other))
    for value in dict.fromkeys([*was, *is_now]):
        label = _label(is_now.get(value) or was[value])
        name = _("{field}的选项“{name}”", field=subject, name=label)
        if value not in was or value not in is_now:
            kind: Kind = "added" if value not in was else "removed"
            yield Change(kind, part, area, name, key)
        elif was[value] != is_now[value]:
            told = quoted(_label(was[value])), quoted(_label(is_now[value]))
            if told[0] == told[1]:
                yield Change("changed", part, area, name, key)
            else:
                yield altered(part, area, name, key, _("名称"), *told)
    if list(was) != list(is_now) and set(was) == set(is_now):
        yield Change("changed", part, area, _("{field}的选项顺序", field=subject), key)


def _rules(one: list[Any], other: list[Any], part: str, area: str) -> Iterator[Change]:
    was, is_now = ({str(each.get("message", "")): each for each in side} for side in (one, other))
    for message in dict.fromkeys([*was, *is_now]):
        subject = _("校验规则“{message}”", message=message)
        if message not in was or message not in is_now:
            kind: Kind = "added" if message not in was else "removed"
            yield Change(kind, part, area, subject, "rules")
        elif was[message] != is_now[message]:
            old, new = (str(each.get("when", "")) for each in (was[message], is_now[message]))
            yield altered(part, area, subject, "rules", _("条件"), old, new)


def _fields(schema: Schema) -> dict[str, Schema]:
    """Every component by its key within its group; what has none by its id."""
    found: dict[str, Schema] = {}

    def walk(components: Any, within: str) -> None:
        for place, each in enumerate(components if isinstance(components, list) else []):
            if not isinstance(each, Mapping):
                continue
            own = str(each.get("key") or each.get("path") or each.get("id") or f"#{place}")
            name = f"{within}{own}"
            found.setdefault(name, each)
            walk(each.get("components"), f"{name}." if each.get("path") else within)

    walk(schema.get("components"), "")
    return found


def _flat(component: Schema) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in component.items():
        if name in _UNSEEN:
            continue
        if name in ("conditional", "validate", "properties") and isinstance(value, Mapping):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def _value(name: str, value: Any) -> str:
    if name == "type":
        return quoted(_(str(_TYPES.get(str(value), value))))
    if name == "values" and isinstance(value, list):
        return quoted((", " if language() == "en" else "、").join(map(_said, value)))
    if name.startswith("validate.required") and value is None:
        return quoted(_("否"))
    return in_words(value)


def _subject(component: Schema) -> str:
    kind = component.get("type")
    if kind in ("text", "separator", "spacer"):
        return quoted(_label(component))
    return _("分组“{name}”", name=_label(component)) if kind == "group" else _(
        "字段“{name}”", name=_label(component)
    )  # fmt: skip


def _label(component: Schema) -> str:
    return _said(component)[:30]


def _said(component: Schema) -> str:
    english = component.get("labelEn") if language() == "en" else None
    said = english or component.get("label") or component.get("dateLabel") or component.get("text")
    return str(said or component.get("key") or component.get("id") or "")


def _moved(old: list[str], new: list[str]) -> list[str]:
    """Fields that stand elsewhere among the others: the fewest whose moving explains it."""
    stay = {
        old[place]
        for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for place in range(block.a, block.a + block.size)
    }
    return [key for key in new if key not in stay]
