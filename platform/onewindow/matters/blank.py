"""A new matter from nothing: five steps, an application form and what the law asks at least.

    package = await new_matter(tenant, "road-occupation", {"zh": "临时占用城市道路许可", "en": ""},
                               department="city-management", handling="promised")

What `blank-matter/` holds is content: acceptance, review, decision, certificate, delivery, with a
form for each step. It is filled with what is known of the tenant (place, hours, telephones) and of
its people (who can decide in that department), so that only the legal basis is left to be written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

import orjson

from onewindow import db
from onewindow.errors import Invalid
from onewindow.matters.definition import KEY
from onewindow.matters.package import Package, assembled
from onewindow.tenants.queries import centre_name, settings_of
from onewindow.tenants.rules import Hours, TenantSettings

Handling = Literal["instant", "promised", "joint", "upward"]
Words = Mapping[str, str]

# Administrative Licensing Law art. 42: 20 working days, handled jointly 45.
# (acceptance, statutory, promised, and of the promise: review and decision)
_LIMITS: Mapping[str, tuple[str, str, str, str, str]] = {
    "instant": ("4h", "1wd", "1wd", "4h", "4h"),
    "promised": ("3wd", "20wd", "10wd", "6wd", "3wd"),
    "joint": ("3wd", "45wd", "20wd", "14wd", "5wd"),
    "upward": ("3wd", "20wd", "10wd", "6wd", "3wd"),
}
_DECIDERS = ("decider", "chief_representative", "checker", "reviewer")
_REVIEWERS = ("reviewer", "checker", "window_clerk", "decider")
_GRANTS = {"licence": "准予许可|Grant", "confirmation": "准予确认|Confirm"}
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Office:
    """Who will handle the matter and what is known of them already; see `office_of`."""

    department: str
    name: Words
    roles: Collection[str] = ()
    place: Words = field(default_factory=dict)
    hours: Words = field(default_factory=dict)
    phone: str = ""
    complaint_phone: str = ""


async def new_matter(
    tenant: int,
    key: str,
    name: Words,
    *,
    department: str,
    item_type: str = "licence",
    handling: str = "promised",
    audience: Sequence[str] = ("person", "organisation"),
    legal_basis: str = "",
) -> Package:
    """The blank matter for a department of the tenant, ready to be kept as a draft.

    Raises Invalid naming `key`, `name`, `department`, `item_type`, `handling` or `audience`.
    """
    office = await office_of(tenant, department)
    problems = {
        "key": ""
        if KEY.fullmatch(key)
        else "代码由小写字母、数字、- 和 _ 组成，不超过 60 个字符。",
        "name": "" if str(name.get("zh", "")).strip() else "请填写事项名称。",
        "department": "" if office else "请选择本机构的部门。",
        "handling": "" if handling in _LIMITS else "请选择办件类型。",
        "audience": ""
        if set(audience) <= {"person", "organisation"} and audience
        else "请选择谁可以申请。",
    }
    wrong = {field: text for field, text in problems.items() if text}
    if wrong or office is None:
        raise Invalid(wrong)
    return blank(
        key, name, office, item_type=item_type, handling=handling, audience=audience,
        legal_basis=legal_basis,
    )  # fmt: skip


def blank(
    key: str,
    name: Words,
    office: Office,
    *,
    item_type: str = "licence",
    handling: str = "promised",
    audience: Sequence[str] = ("person", "organisation"),
    legal_basis: str = "",
) -> Package:
    """The blank matter as a package. Pure."""
    acceptance, statutory, promised, review, decide = _LIMITS[handling]
    title = {"zh": name["zh"].strip(), "en": str(name.get("en", "")).strip()}
    definition: dict[str, Any] = _content("matter.json")
    definition |= {
        "key": key,
        "name": title,
        "item_type": item_type,
        "handling": handling,
        "audience": list(audience),
        "department": office.department,
        "limits": {
            "acceptance": acceptance if acceptance != "4h" else "1wd",
            "statutory": statutory,
            "promised": promised,
            "correction": "10wd",
        },
    }
    definition["guide"] |= {
        "legal_basis": [{"zh": legal_basis.strip(), "en": ""}] if legal_basis.strip() else [],
        "place": {"zh": "", **office.place},
        "hours": {"zh": "", **office.hours},
        "phone": office.phone,
        "complaint_phone": office.complaint_phone,
        "result": _certificate_name(title),
    }
    definition["certificate"] |= {
        "name": _certificate_name(title),
        "issuer": "{tenant}" + office.name["zh"],
    }
    definition["steps"] |= {"matter_pool": title["en"], "lane_department": office.name["en"]}
    definition["steps"] = {id: text for id, text in definition["steps"].items() if text}
    process = Template(_text("process.bpmn")).substitute(
        {
            "key": key,
            "name": _attribute(title["zh"]),
            "department": office.department,
            "department_name": _attribute(office.name["zh"]),
            "accept_limit": acceptance,
            "review_limit": review,
            "decide_limit": decide,
            "deliver_limit": "4h" if handling == "instant" else "10wd",
            "review_role": _first(_REVIEWERS, office.roles),
            "decide_role": _first(_DECIDERS, office.roles),
            "grant": _GRANTS.get(item_type, "同意|Approve"),
        }
    )
    forms = {step: _content(f"forms/{step}.json") for step in definition["forms"]}
    if len(audience) == 1:
        [only] = audience
        forms["apply"]["components"][0]["components"][:2] = _content("applicants.json")[only]
    return assembled(definition, process, {}, forms)


async def office_of(tenant: int, department: str) -> Office | None:
    """What is known of a department in the tenant's centre; None if there is no such."""
    row = await db.fetchrow(
        'select name, name_en, phone, complaint_phone, "window" from department'
        " where tenant = $1 and key = $2 and active",
        tenant,
        department,
    )
    if row is None:
        return None
    with db.as_system():
        roles = await db.fetch(
            "select distinct p.role from post p join department d on d.id = p.department"
            " where p.tenant = $1 and d.key = $2",
            tenant,
            department,
        )
    settings = await settings_of(tenant)
    window = row["window"]
    return Office(
        department,
        {"zh": row["name"], "en": row["name_en"]},
        frozenset(each["role"] for each in roles),
        place={
            "zh": await centre_name(tenant) + window,
            "en": await centre_name(tenant, "en")
            + (f", {window}" if window and window.isascii() else ""),
        },
        hours=_hours(settings),
        phone=row["phone"] or settings.phone,
        complaint_phone=row["complaint_phone"] or settings.complaint_phone or "12345",
    )


def _certificate_name(title: Words) -> dict[str, str]:
    """临时占用城市道路许可 → 临时占用城市道路许可证."""
    zh = title["zh"]
    if zh.endswith(("许可", "登记", "资格", "合格")):
        zh += "证"
    elif not zh.endswith(("证", "证书", "执照", "证明")):
        zh += "决定书"
    return {"zh": zh, "en": title["en"]}


def _hours(settings: TenantSettings) -> dict[str, str]:
    """The windows' hours in words: 周一至周五 9:00–12:00，13:30–17:00（法定节假日除外）."""
    days = sorted(settings.weekdays)
    spans = [_span(each) for each in settings.office_hours]
    if days == list(range(days[0], days[-1] + 1)) and len(days) > 1:
        zh = f"周{_WEEKDAYS_ZH[days[0]]}至周{_WEEKDAYS_ZH[days[-1]]}"
        en = f"{_WEEKDAYS_EN[days[0]]} to {_WEEKDAYS_EN[days[-1]]}"
    else:
        zh = "、".join(f"周{_WEEKDAYS_ZH[day]}" for day in days)
        en = ", ".join(_WEEKDAYS_EN[day] for day in days)
    return {
        "zh": f"{zh} {'，'.join(spans)}（法定节假日除外）",
        "en": f"{en} {' and '.join(spans)}, except public holidays",
    }


def _span(hours: Hours) -> str:
    return f"{hours.opens.hour}:{hours.opens:%M}–{hours.closes.hour}:{hours.closes:%M}"


def _first(wanted: Sequence[str], there: Collection[str]) -> str:
    return next((role for role in wanted if role in there), wanted[0])


def _attribute(text: str) -> str:
    return quoteattr(text)[1:-1].replace('"', "&quot;")


def _content(name: str) -> Any:
    return orjson.loads(_text(name))


def _text(name: str) -> str:
    return files("onewindow.matters").joinpath("blank-matter", name).read_text("utf-8")
