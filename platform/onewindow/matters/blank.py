"""A new matter from nothing: five steps, an application form and what the law asks at least.

    package = await new_matter(tenant, "road-occupation", {"zh": "临时占用城市道路许可", "en": ""},
                               department="city-management", handling="promised")

What `blank-matter/` holds is content: acceptance, review, decision, certificate, delivery, with a
form for each step. Who decides is chosen by the posts the department has; place, hours, telephones
and the limits of acceptance and correction are left to the place's own settings, so that only the
legal basis is left to be written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

import orjson

from onewindow import db
from onewindow.errors import Invalid
from onewindow.matters.definition import KEY
from onewindow.matters.package import Package, assembled

Handling = Literal["instant", "promised", "joint", "upward"]
Words = Mapping[str, str]

# Administrative Licensing Law art. 42: 20 working days, handled jointly 45.
# (step of acceptance, statutory, promised, and of the promise: review and decision)
_LIMITS: Mapping[str, tuple[str, str, str, str, str]] = {
    "instant": ("4h", "1wd", "1wd", "4h", "4h"),
    "promised": ("3wd", "20wd", "10wd", "6wd", "3wd"),
    "joint": ("3wd", "45wd", "20wd", "14wd", "5wd"),
    "upward": ("3wd", "20wd", "10wd", "6wd", "3wd"),
}
_DECIDERS = ("decider", "chief_representative", "checker", "reviewer")
_REVIEWERS = ("reviewer", "checker", "window_clerk", "decider")
_READY = ("accept", "review", "inspect", "decide", "deliver")
_GRANTS = {"licence": "准予许可|Grant", "confirmation": "准予确认|Confirm"}


@dataclass(frozen=True, slots=True)
class Office:
    """The department that will handle the matter, and the roles of its posts."""

    department: str
    name: Words
    roles: Collection[str] = ()


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
        "limits": {"statutory": statutory, "promised": promised},
    }
    definition["guide"] |= {
        "legal_basis": [{"zh": legal_basis.strip(), "en": ""}] if legal_basis.strip() else [],
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
        fields = forms["apply"]["components"][0]["components"]
        fields[:] = [*_content("applicants.json")[only], fields[-1]]
        definition["holder"]["id_number"] = "applicant_id"
        definition["certificate"]["fields"][1]["value"] = "=answers.applicant_id"
    return assembled(definition, process, {}, forms)


def ready_forms() -> dict[str, Any]:
    """Forms by the key of the ready-made step they are for, where a draft has none of its own."""
    return {key: _content(f"forms/{key}.json") for key in _READY}


async def office_of(tenant: int, department: str) -> Office | None:
    """A department of the tenant's centre; None if there is no such."""
    row = await db.fetchrow(
        "select name, name_en from department where tenant = $1 and key = $2 and active",
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
    name = {"zh": row["name"], "en": row["name_en"]}
    return Office(department, name, frozenset(each["role"] for each in roles))


def _certificate_name(title: Words) -> dict[str, str]:
    """临时占用城市道路许可 → 临时占用城市道路许可证."""
    zh = title["zh"]
    if zh.endswith(("许可", "登记", "资格", "合格")):
        zh += "证"
    elif not zh.endswith(("证", "证书", "执照", "证明")):
        zh += "决定书"
    return {"zh": zh, "en": title["en"]}


def _first(wanted: Sequence[str], there: Collection[str]) -> str:
    return next((role for role in wanted if role in there), wanted[0])


def _attribute(text: str) -> str:
    return quoteattr(text)[1:-1].replace('"', "&quot;")


def _content(name: str) -> Any:
    return orjson.loads(_text(name))


def _text(name: str) -> str:
    return files("onewindow.matters").joinpath("blank-matter", name).read_text("utf-8")
