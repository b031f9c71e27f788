"""What a certificate or paper says: the case's facts, worked out from the matter's plan."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from feel import Feel
from onewindow.errors import Refusal
from onewindow.matters.definition import CertificatePlan, Validity
from onewindow.matters.numbering import Numbering, numbering


class FactMissing(Refusal):
    text = "证照栏目“{label}”无法得出：{why}"


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
