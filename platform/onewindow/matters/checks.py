"""Everything that must hold before a definition is published, said all at once.

The leaf rooms check their own parts (`bpmn.lint`, `forms.check`, DMN); here the parts are held
against each other: forms that steps name exist, expressions use names that are there, limits fit.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import bpmn
import forms
from feel import Feel, FeelError
from onewindow.errors import Invalid
from onewindow.matters import lengths
from onewindow.matters.answered import strange_answers
from onewindow.matters.decision_checks import decisions
from onewindow.matters.definition import Definition, read_definition
from onewindow.matters.findings import Finding, finding_of
from onewindow.matters.mending import mended
from onewindow.matters.numbering import numbering
from onewindow.matters.package import Package
from onewindow.matters.wording import remarks

CASE_NAMES = frozenset({"answers", "applicant", "filing"})
OPERATIONS = frozenset({"issue_certificate", "public_notice", "send_paper"})
"""What the platform does by itself so far. A drawing may name more; published, it would stop."""
TOO_LONG = "太长了，最多 {n} 个字。"
CERTIFICATE_NAMES = frozenset({"answers", "case", "certificate"})


def check(package: Package, feel: Feel) -> list[Finding]:
    """All findings, errors first. A package without errors may be published."""
    unread: list[Finding] = []
    try:
        definition = read_definition(package.definition)
    except Invalid as invalid:
        # The rest is looked at all the same: a text not written yet hides no hole in the drawing.
        definition = mended(package.definition)
        unread = [
            Finding("matter.json", "definition", problem.text, dict(problem.params), problem.field)
            for problem in invalid.fields
        ]
    places = tuple(finding.element for finding in unread)
    found = [
        *unread,
        *(each for each in _found(package, definition, feel) if not _within(each, places)),
    ]
    return sorted(found, key=lambda finding: (finding.severity != "error", finding.part))


def _found(package: Package, definition: Definition, feel: Feel) -> list[Finding]:
    return [
        *_process(package, definition, feel),
        *_forms(package, definition, feel),
        *_expressions(package, definition, feel),
        *_limits(definition),
        *(
            Finding("matter.json", "too-long", TOO_LONG, {"n": most}, place)
            for place, most in lengths.too_long(definition)
        ),
        *_certificates(definition),
        *_wording(definition),
        *_turned(package),
    ]


def _within(finding: Finding, places: tuple[str, ...]) -> bool:
    """Whether a finding is about what was mended, not about what was written."""
    return finding.part == "matter.json" and finding.element.startswith(places)


def _process(package: Package, definition: Definition, feel: Feel) -> Iterator[Finding]:
    part = "process.bpmn"
    xml = package.process.encode()
    try:
        drawing = bpmn.read(xml)
    except bpmn.Unreadable as unreadable:
        yield from (finding_of(part, problem) for problem in unreadable.problems)
        return
    problems = [*bpmn.lint(drawing, feel=feel), *bpmn.habits(xml, drawing, feel)]
    yield from (finding_of(part, problem) for problem in problems)
    if any(problem.severity == "error" for problem in problems):
        return
    process = bpmn.compile(xml, feel)
    yield from decisions(package, drawing, process, feel)
    for step in process.steps.values():
        if len(step.name) > lengths.NAME:
            yield Finding(
                part, "too-long", "环节名称太长了，最多 {n} 个字。", {"n": lengths.NAME}, step.id
            )
        if step.form and step.form not in package.forms:
            yield Finding(
                part, "form-missing", "“{step}”用的表单“{form}”不存在。",
                {"step": step.name, "form": step.form}, step.id,
            )  # fmt: skip
        if step.operation and step.operation not in OPERATIONS:
            yield Finding(
                part, "operation-unavailable", "“{step}”的操作“{operation}”本平台尚未提供。",
                {"step": step.name, "operation": step.operation}, step.id,
            )  # fmt: skip
        if step.operation == "issue_certificate" and not definition.plans:
            yield Finding(
                part, "certificate-missing",
                "“{step}”要制发证照，但事项没有写明证照（certificate）。",
                {"step": step.name}, step.id,
            )  # fmt: skip
        for other in step.differs_from:
            if other not in process.steps:
                yield Finding(
                    part, "differs-from-unknown", "“{step}”须与“{other}”不同人，但没有这个环节。",
                    {"step": step.name, "other": other}, step.id,
                )  # fmt: skip
    yield from _issued(definition, process, feel)
    for name in definition.variables:
        if name not in process.variables:
            yield Finding(
                "matter.json", "variable-undeclared",
                "variables 里的“{name}”没有在流程中声明（ow:variable）。", {"name": name},
                f"variables.{name}",
            )  # fmt: skip


def _issued(definition: Definition, process: bpmn.Process, feel: Feel) -> Iterator[Finding]:
    """Every certificate comes out, by a step that names it or by its condition; what steps name is
    there."""
    wanted: set[str] = set()
    steps = [step for step in process.steps.values() if step.operation == "issue_certificate"]
    for step in steps:
        for given in (each for each in step.inputs if each.name == "certificate"):
            try:
                named = str(feel.evaluate(given.value, {}) or "")
            except FeelError:  # worked out from the case: it may be any
                wanted |= {*definition.certificates}
                continue
            wanted.add(named)
            if named and named not in definition.certificates:
                yield Finding(
                    "process.bpmn", "certificate-unknown",
                    "“{step}”要制发的证照“{wanted}”不在事项的证照（certificates）里。",
                    {"step": step.name, "wanted": named}, step.id,
                )  # fmt: skip
    for key, plan in definition.certificates.items() if steps else ():
        if plan.when is None and key not in wanted:
            yield Finding(
                "matter.json", "certificate-idle",
                "证照“{name}”（{key}）不会发出：没有写什么情况下发，也没有制证环节选它。"
                "请写上条件，或者在流程图的制证环节里选它。",
                {"name": plan.name.zh, "key": key}, f"certificates.{key}.when",
            )  # fmt: skip


def _forms(package: Package, definition: Definition, feel: Feel) -> Iterator[Finding]:
    for key in definition.forms:
        if key not in package.forms:
            yield Finding(
                "matter.json", "form-missing", "缺少表单“{form}”。", {"form": key}, f"forms.{key}"
            )
    for key, schema in package.forms.items():
        known = names_given(package, definition.apply_form, key)
        found = forms.check(schema, known=[name.path for name in known], feel=feel)
        yield from (finding_of(f"forms/{key}", problem) for problem in found)
    if definition.apply_form not in package.forms:
        return
    try:
        form = forms.compile(package.forms[definition.apply_form], feel)
    except forms.BadForm:
        return  # said above
    paths = {each.path for each in form.fields}
    names: tuple[Literal["name", "id_number", "phone"], ...] = ("name", "id_number", "phone")
    for name in names:
        for path in definition.holder.paths(name):
            if path not in paths:
                yield Finding(
                    "matter.json", "holder-unknown",
                    "holder.{name} 指的“{path}”不是申请表单的字段。",
                    {"name": name, "path": path}, f"holder.{name}",
                )  # fmt: skip


def names_given(package: Package, apply_form: str, key: str) -> list[forms.Name]:
    """What expressions of the form `key` may use besides its own: all that was answered before,
    which for the application is nothing."""
    others = (form for other, form in package.forms.items() if other != key)
    return [] if key == apply_form else [name for form in others for name in forms.names(form)]


def _expressions(package: Package, definition: Definition, feel: Feel) -> Iterator[Finding]:
    used: list[tuple[str, str, frozenset[str]]] = [
        (f"variables.{name}", text, CASE_NAMES) for name, text in definition.variables.items()
    ]
    if definition.summary:
        used.append(("summary", definition.summary, frozenset({"answers"})))
    for material in definition.materials:
        if material.when:
            used.append((f"materials.{material.key}.when", material.when, frozenset({"answers"})))
    for name, plan in definition.plans.items():
        used += [
            (f"{name}.fields[{k}].value", each.value, CERTIFICATE_NAMES)
            for k, each in enumerate(plan.fields)
        ]
        if plan.when:
            used.append((f"{name}.when", plan.when, CERTIFICATE_NAMES))
    for place, text, known in used:
        for problem in feel.check(text, known):
            yield Finding("matter.json", problem.code, problem.text, dict(problem.params), place)
    for place, name, text in strange_answers(package, definition, feel):
        yield Finding(
            "matter.json", "answer-unknown", "表达式用到的“{name}”不是表单里的字段：{text}",
            {"name": name, "text": text}, place,
        )  # fmt: skip


_DAYS = {"wd": 1.4, "d": 1.0, "h": 1 / 24, "mo": 30.0}


def _limits(definition: Definition) -> Iterator[Finding]:
    promised = definition.limits.limit("promised")
    statutory = definition.limits.limit("statutory")
    if promised.amount * _DAYS[promised.unit] > statutory.amount * _DAYS[statutory.unit]:
        yield Finding(
            "matter.json",
            "promise-too-long",
            "承诺时限不得长于法定时限。",
            element="limits.promised",
        )


def _certificates(definition: Definition) -> Iterator[Finding]:
    """What would else come out only when a certificate is made."""
    for name, plan in definition.plans.items():
        try:
            number = numbering(plan.number, datetime(2026, 1, 1), region="459021000000")
            if len(number.prefix) + number.width + len(number.suffix) > lengths.NUMBER:
                yield Finding(
                    "matter.json", "too-long", TOO_LONG, {"n": lengths.NUMBER}, f"{name}.number"
                )
        except ValueError:
            yield Finding(
                "matter.json",
                "number-pattern",
                "证照编号“{pattern}”须恰有一个 {{serial:位数}}，"
                "此外只能用 {{region}}、{{year}}、{{month}}、{{day}}、{{date}}。",
                {"pattern": plan.number},
                f"{name}.number",
            )
        known = {field.key for field in plan.fields} | {field.label.zh for field in plan.fields}
        for shown in plan.public:
            if shown not in known:
                yield Finding(
                    "matter.json",
                    "public-unknown",
                    "查验页要显示的“{shown}”不是这个证照的栏目。",
                    {"shown": shown},
                    f"{name}.public",
                )


def _turned(package: Package) -> Iterator[Finding]:
    """What an editor's save takes out, but a package from elsewhere may bring along."""
    parts = {
        "matter.json": package.definition,
        "process.bpmn": package.process,
        **{f"forms/{key}": form for key, form in package.forms.items()},
        **{f"decisions/{name}": table for name, table in package.decisions.items()},
    }
    for part, content in parts.items():
        if forms.upright(content) != content:
            yield Finding(
                part, "turning-marks",
                "文字里有看不见的转向字符，会把后面的字倒着显示：请打开这一部分，改动后保存，就会去掉。",
            )  # fmt: skip


def _wording(definition: Definition) -> Iterator[Finding]:
    for remark in remarks(definition):
        yield Finding(
            "matter.json", remark.code, remark.text, remark.params, remark.place,
            severity=remark.severity,
        )  # fmt: skip
