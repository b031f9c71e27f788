"""What a certificate or paper says: the case's facts, worked out from the matter's plan."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from feel import Feel
from onewindow.errors import NotThere, Refusal
from onewindow.matters.definition import CertificatePlan, Definition, Validity
from onewindow.matters.numbering import Numbering, numbering


class FactMissing(Refusal):
    text = "证照栏目“{label}”无法得出：{why}"


class SeveralFit(Refusal):
    text = "几种证照的条件同时成立，无法确定发哪一种：{names}。请让它们的条件互相排斥。"


def valid_until(issued: date, validity: Validity | None) -> date | None:
    """The last day of validity: the day before the anniversary (民法典 §201, 按年计算的期限).

    A 29 February ends on 28 February of a common year.
    """
    if validity is None:
        return None
    months = (validity.years or 0) * 12 + (validity.months or 0)
    year, month = divmod(issued.year * 12 + issued.month - 1 + months, 12)
    day = issued.day
    while True:
        try:
            return date(year, month + 1, day) - timedelta(days=1)
        except ValueError:
            day -= 1
            if day < 29:
                return date(year, month + 1, day)


def certificate_numbering(pattern: str, day: Any, **values: str) -> Numbering:
    """The certificate's number but for its serial; see `cases.rules.numbering`."""
    return numbering(pattern, day, **values)


def merged(by_form: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Answers as certificates and papers see them: the application's fields at the top, each
    step's form under its own key too."""
    together: dict[str, Any] = {}
    for data in by_form.values():
        together.update(data)
    return {**together, **by_form}


def certificate_names(
    answers: Mapping[str, Any], case: Mapping[str, Any], tenant: str
) -> dict[str, Any]:
    """What a certificate's expressions may name, but for the certificate itself."""
    told = ("number", "receipt_number", "applicant_name", "applicant_id")
    return {
        "answers": answers,
        "case": {**{name: case[name] for name in told}, "tenant": tenant},
    }


def plan_for(
    definition: Definition, names: Mapping[str, Any], feel: Feel, wanted: str = ""
) -> tuple[str, CertificatePlan]:
    """The plan to follow and its key in `certificates` ("" for the usual one): the one a step asks
    for by `wanted`; else the alternative whose condition holds; else the usual.

    Raises NotThere when there is no such plan, SeveralFit when the conditions of several hold:
    they are an object of JSON, which has no first and no second.
    """
    if wanted and wanted in definition.certificates:
        return wanted, definition.certificates[wanted]
    fitting = [] if wanted else fitting_plans(definition, names, feel)
    if len(fitting) > 1:
        raise SeveralFit(names=_listed(definition.certificates[key] for key in fitting))
    if fitting:
        return fitting[0], definition.certificates[fitting[0]]
    if definition.certificate is None or wanted:
        raise NotThere("这个事项没有配置证照。")
    return "", definition.certificate


def fitting_plans(definition: Definition, names: Mapping[str, Any], feel: Feel) -> list[str]:
    """Keys of the alternatives whose conditions hold."""
    return [
        key
        for key, plan in sorted(definition.certificates.items())
        if plan.when is not None and feel.evaluate(plan.when, names) is True
    ]


def _listed(plans: Iterable[CertificatePlan]) -> str:
    return "、".join(f"“{plan.name.zh}”" for plan in plans)


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate but for its file: `fields` are kept with it, `facts` are typeset."""

    issuer: str
    until: date | None
    fields: list[dict[str, Any]]
    facts: dict[str, Any]


def certificate_of(
    plan: CertificatePlan, names: Mapping[str, Any], number: str, issued: date, feel: Feel
) -> Made:
    """A certificate by its plan. Raises FactMissing naming the field that can't be worked out."""
    until = valid_until(issued, plan.valid)
    told = {
        "number": number,
        "issued_on": issued,
        "valid_from": issued,
        "valid_until": until,
    }
    fields = certificate_fields(plan, {**names, "certificate": told}, feel)
    issuer = plan.issuer.replace("{tenant}", names["case"]["tenant"])
    facts = {
        "title": plan.name.zh,
        "title_en": plan.name.en,
        "number": number,
        "holder": names["case"]["applicant_name"],
        "fields": [{"label": each["label"], "value": each["value"]} for each in fields],
        "issuer": issuer,
        "issued_on": as_text(issued),
        "valid": f"{as_text(issued)} 至 {as_text(until)}" if until else "长期",
        "notes": plan.notes.zh if plan.notes else "",
        "seal": {"name": issuer, "purpose": "电子证照专用章"},
    }
    return Made(issuer, until, fields, facts)


def certificate_fields(
    plan: CertificatePlan, names: Mapping[str, Any], feel: Feel
) -> list[dict[str, Any]]:
    """The certificate's fields, in order: key, label, label_en, value (text), public.

    Raises FactMissing naming the field whose expression gives no value.
    """
    values = feel.evaluate_many([(field.value, names) for field in plan.fields])
    fields = []
    for field, value in zip(plan.fields, values, strict=True):
        if isinstance(value, Exception):
            raise FactMissing(label=field.label.zh, why=str(value))
        fields.append(
            {
                "key": field.key,
                "label": field.label.zh,
                "label_en": field.label.en,
                "value": as_text(value),
                "public": field.key in plan.public or field.label.zh in plan.public,
            }
        )
    return fields


def as_text(value: Any) -> str:
    """A value as it is printed: dates in Chinese form, numbers without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e15 else f"{value:.0f}"
    if isinstance(value, list):
        return "、".join(as_text(each) for each in value)
    text = str(value)
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else text
