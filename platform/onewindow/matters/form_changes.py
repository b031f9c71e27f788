"""Forms of a draft as a whole: who uses them, and what changes with one that gets another key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpmn
from bpmn import dialect, safexml
from onewindow.errors import Invalid, NotThere
from onewindow.matters.definition import KEY
from onewindow.matters.mending import in_shape
from onewindow.matters.package import Package
from onewindow.matters.versions import without_item
from onewindow.web.i18n import gettext, language


@dataclass(frozen=True, slots=True)
class Use:
    """A step that shows a form, and what it lets people do with its fields."""

    step: str
    name: str
    stage: str
    fields: Mapping[str, str]


def uses(package: Package) -> dict[str, list[Use]]:
    """Form key → the steps that use it, in the order of the drawing and by their names in the
    reader's language. A drawing that can't be read uses none."""
    found: dict[str, list[Use]] = {}
    try:
        root = safexml.parse(package.process.encode())
    except bpmn.Unreadable:
        return found
    steps = package.definition.get("steps")
    english = steps if language() == "en" and isinstance(steps, dict) else {}
    for element in root.iter():
        form = element.get(f"{{{dialect.OW}}}form")
        if form:
            found.setdefault(form, []).append(_use(element, english))
    return found


def _use(element: Any, english: Mapping[str, Any]) -> Use:
    try:
        fields = dict(dialect.parse_fields(element.get(f"{{{dialect.OW}}}fields", "")))
    except bpmn.Malformed:
        fields = {}
    id_ = element.get("id", "")
    stage = element.get(f"{{{dialect.OW}}}stage", "other")
    return Use(id_, str(english.get(id_) or element.get("name") or id_), stage, fields)


def titles(package: Package) -> dict[str, str]:
    """What each form is called, in the reader's language: its own name, else that of the steps that
    use it, else its key. In matter.json's order, forms it doesn't list last."""
    used = uses(package)
    apply_form = package.definition.get("apply_form")

    def title(key: str) -> str:
        names = [without_item(use.name) for use in used.get(key, ())]
        if key == apply_form:
            names.insert(0, gettext("申请表"))
        return own_title(package.forms[key]) or gettext("、").join(dict.fromkeys(names)) or key

    listed = in_shape(package.definition).get("forms", ())
    order = [key for key in listed if key in package.forms]
    return {key: title(key) for key in dict.fromkeys([*order, *package.forms])}


def own_title(schema: Any) -> str:
    """The name a form gives itself, in the reader's language; "" for none."""
    names = ("labelEn", "label") if language() == "en" else ("label",)
    said = (schema.get(name) for name in names) if isinstance(schema, dict) else ()
    return next((name for name in said if isinstance(name, str) and name), "")


def with_form(package: Package, key: str, schema: dict[str, Any]) -> Package:
    """With a new form. Raises Invalid when the key is no key, or taken."""
    _require_free(package, key)
    return replace(package, forms={**package.forms, key: schema})


def with_other_key(package: Package, key: str, other: str) -> Package:
    """With a form under another key, and every mention of it changed with it."""
    if key not in package.forms:
        raise NotThere
    _require_free(package, other)
    renamed = {other if each == key else each: form for each, form in package.forms.items()}
    definition = {**package.definition, "forms": list(renamed)}
    if definition.get("apply_form", "apply") == key:
        definition["apply_form"] = other
    mention = re.compile(rf'(:form\s*=\s*)(["\']){re.escape(key)}\2')
    process = mention.sub(rf"\g<1>\g<2>{other}\g<2>", package.process)
    return replace(package, forms=renamed, definition=definition, process=process)


def _require_free(package: Package, key: str) -> None:
    if not KEY.fullmatch(key):
        raise Invalid({"key": "标识只能用小写字母、数字、连字符和下划线，不超过 60 个字符。"})
    if key in package.forms:
        raise Invalid({"key": "已有这个标识的表单，请换一个。"})
