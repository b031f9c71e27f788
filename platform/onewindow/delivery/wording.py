"""The words of a paper: the matter's own, the tenant's, or those shipped, filled with the facts.

Shipped wordings are content (`papers/wordings.json`). A kind of matter may word a paper its own way
("denied.benefit"): a benefit is not a licence, and the licensing law doesn't speak of it. A
tenant's text replaces title and body of one; the nearest tenant up the tree that has its own wins.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from onewindow import clock, db
from onewindow.cases.application import wanted_materials
from onewindow.cases.queries import answers_of, materials_of
from onewindow.cases.words import asked
from onewindow.errors import NotThere
from onewindow.matters.contact import Contact, contact_of
from onewindow.matters.versions import Version
from onewindow.papers.texts import fill
from onewindow.tenants.queries import centre_name, places, tenant_by_id
from onewindow.web.i18n import N_, SOURCE, speaking
from onewindow.web.words import span_words

PLACEHOLDERS: Mapping[str, str] = {
    "applicant": N_("申请人"),
    "matter": N_("事项名称"),
    "number": N_("办件编号"),
    "receipt_number": N_("收件编号"),
    "received_on": N_("收件日期"),
    "accepted_on": N_("受理日期"),
    "acceptance_due": N_("受理期限"),
    "promised_due": N_("承诺办结日期"),
    "statutory_due": N_("法定办结日期"),
    "promised": N_("承诺时限"),
    "statutory": N_("法定时限"),
    "reasons": N_("不予受理或不予批准的理由"),
    "legal_basis": N_("不予受理或不予批准的依据"),
    "correction_due": N_("补正期限"),
    "items": N_("需要补正的内容（列表，每项有 text）"),
}
"""What placeholders of a paper may name; filled in by `_words`."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a paper is told besides its case: the tenant it is issued by, the centre that took the
    application in, who received it, what was received by name; a refusal (reasons, legal_basis) and
    a correction (items, due), if there was one; where to go and whom to call."""

    issuer: str
    office: str
    receiver: str
    materials: Sequence[str]
    refusal: Mapping[str, Any] | None = None
    correction: Mapping[str, Any] | None = None
    contact: Contact | None = None


async def paper_facts(
    paper: str, case: Mapping[str, Any], version: Version, number: str, now: datetime
) -> tuple[str, str, dict[str, Any]]:
    """Layout, title and facts of a paper for a case. Raises NotThere for an unknown paper."""
    wording = await wording_of(case["tenant"], paper, version)
    place = await tenant_by_id(case["tenant"])
    office = await centre_name(case["filed_at"])
    answers = (await answers_of(case["id"])).get(version.definition.apply_form, {})
    handed_in = {row["material"] for row in await materials_of(case["id"])}
    with speaking(SOURCE):
        contact = await contact_of(version.definition, case["tenant"], case["filed_at"])
    around = Around(
        issuer=place.name,
        office=office,
        receiver=await _receiver(case, office),
        materials=received(version, answers, handed_in),
        refusal=await _refusal(case["id"]),
        correction=await _correction(case["id"]),
        contact=contact,
    )
    return composed(paper, wording, case, version, around, number, now)


@speaking(SOURCE)  # whoever opens it, a paper is Chinese
def composed(
    paper: str,
    wording: Mapping[str, str],
    case: Mapping[str, Any],
    version: Version,
    around: Around,
    number: str,
    now: datetime,
) -> tuple[str, str, dict[str, Any]]:
    """Layout, title and facts of a paper, out of what is known. Of `case`: applicant_name, number,
    receipt_number and its moments. Raises BadText."""
    words = _words(case, version, around)
    body = fill(wording["body"], words)
    facts: dict[str, Any] = {"title": wording["title"], "number": number}
    if wording["layout"] == "voucher":
        facts |= {
            "number": case["receipt_number"],
            "centre": around.office,
            "applicant": case["applicant_name"],
            "matter": version.definition.name.zh,
            "received_at": _moment(case["submitted_at"]),
            "receiver": around.receiver,
            "materials": list(around.materials),
            "fields": _contact(around.contact),
            "note": body,
            "seal": {"name": around.office, "purpose": "收件专用章"},
        }
    else:
        facts |= {
            "office": around.office,
            "to": case["applicant_name"],
            "body": body,
            "after": fill(wording.get("after", ""), words),
            "signer": around.office,
            "date": _day(now),
            "contact": _contact(around.contact),
            "seal": {"name": around.office, "purpose": "审批业务专用章"},
        }
        if paper == "correction":
            facts["table"] = {
                "columns": ["需要补正的内容"],
                "rows": [[asked(item, version)] for item in words["items"]],
            }
        if paper == "acceptance" and around.materials:
            facts["table"] = {
                "columns": ["材料名称"],
                "rows": [[name] for name in around.materials],
            }
    facts.setdefault("issuer", around.issuer)
    return wording["layout"], wording["title"], facts


async def wording_of(tenant: int, paper: str, version: Version) -> dict[str, str]:
    """A paper's wording for a matter of a tenant: layout, title, body and perhaps what comes after
    a table. What is worded for the kind of matter comes before what is worded for all."""
    return (await wordings_of(tenant, [paper], version))[paper]


async def wordings_of(
    tenant: int, papers: Iterable[str], version: Version
) -> dict[str, dict[str, str]]:
    """The same of several papers, asked at once."""
    path = (await places())[tenant].path
    keys = {paper: _keys(paper, version) for paper in papers}
    own = await db.fetch(
        "select tenant, paper, title, body from paper_text where paper = any($1)"
        " and tenant = any($2)",
        [key for each in keys.values() for key in each],
        list(path),
    )
    return {paper: chosen_wording(paper, version, own, path) for paper in keys}


def chosen_wording(
    paper: str, version: Version, own: Iterable[Mapping[str, Any]], path: Sequence[int]
) -> dict[str, str]:
    """The wording that counts for a matter: its own before the nearest tenant's on `path` (root
    first; `own` are rows of texts) before the shipped one. Raises NotThere for an unknown paper."""
    shipped, keys = shipped_wordings(), _keys(paper, version)
    wording = next((dict(shipped[key]) for key in keys if key in shipped), None)
    if wording is None:
        raise NotThere("没有名为“{paper}”的文书。", paper=paper)
    fit = [row for row in own if row["paper"] in keys and row["tenant"] in path]
    if fit:
        nearest = max(fit, key=lambda row: (path.index(row["tenant"]), row["paper"] == keys[0]))
        wording |= {"title": nearest["title"], "body": nearest["body"]}
    matters = version.definition.papers.get(paper)
    if matters is not None:
        told = {"title": matters.title, "body": matters.body}
        wording |= {name: words.zh for name, words in told.items() if words is not None}
    return wording


def _keys(paper: str, version: Version) -> list[str]:
    """Under which names a paper may be worded, the more particular one first."""
    return [f"{paper}.{version.definition.item_type}", paper]


@cache
def shipped_wordings() -> dict[str, dict[str, str]]:
    """The wordings every installation begins with."""
    text = files("onewindow.papers").joinpath("wordings.json").read_bytes()
    wordings: dict[str, dict[str, str]] = orjson.loads(text)
    return wordings


def _words(case: Mapping[str, Any], version: Version, around: Around) -> dict[str, Any]:
    """What placeholders may name."""
    limits = version.definition.limits
    refusal, correction = around.refusal, around.correction
    return {
        "applicant": case["applicant_name"],
        "matter": version.definition.name.zh,
        "number": case["number"] or "",
        "receipt_number": case["receipt_number"],
        "received_on": _day(case["submitted_at"]),
        "accepted_on": _day(case["accepted_at"]),
        "acceptance_due": _day(case["acceptance_due"]),
        "promised_due": _day(case["promised_due"]),
        "statutory_due": _day(case["statutory_due"]),
        "promised": span_words(limits.promised),
        "statutory": span_words(limits.statutory),
        "reasons": refusal["reasons"] if refusal else "",
        "legal_basis": refusal["legal_basis"] if refusal else "",
        "correction_due": _day(correction["due"]) if correction else "",
        "items": correction["items"] if correction else [],
    }


async def _refusal(case: int) -> Mapping[str, Any] | None:
    row: Mapping[str, Any] | None = await db.fetchrow(
        "select reasons, legal_basis from refusal where case_id = $1 order by at desc limit 1", case
    )
    return row


async def _correction(case: int) -> Mapping[str, Any] | None:
    row = await db.fetchrow(
        "select items, due from correction where case_id = $1 order by at desc limit 1", case
    )
    return None if row is None else {"items": orjson.loads(row["items"]), "due": row["due"]}


def received(
    version: Version,
    answers: Mapping[str, Any],
    handed_in: Collection[str],
    now: datetime | None = None,
) -> list[str]:
    """What was received, by name; what sharing obtains says so, what may follow is left out."""
    return [
        f"{material.name.zh}（共享获取）" if material.shared else material.name.zh
        for material in wanted_materials(version, answers, now=now)
        if material.shared or material.key in handed_in
    ]


def _contact(contact: Contact | None) -> list[dict[str, str]]:
    if contact is None:
        return []
    ways = (
        ("办理地点", contact.place),
        ("办理时间", contact.hours),
        ("咨询电话", contact.phone),
        ("投诉电话", contact.complaint_phone),
    )
    return [{"label": label, "value": told} for label, told in ways if told]


async def _receiver(case: Mapping[str, Any], office: str) -> str:
    if case["filed_by"] is None:
        return f"{office}（网上收件）"
    name: str | None = await db.fetchval("select name from person where id = $1", case["filed_by"])
    return name or office


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = clock.local(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} {clock.local(moment):%H:%M}"
