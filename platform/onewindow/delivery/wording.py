"""The words of a paper: the matter's own, the tenant's, or those shipped, filled with the facts.

Shipped wordings are content (`papers/wordings.json`). A kind of matter may word a paper its own way
("denied.benefit"): a benefit is not a licence, and the licensing law doesn't speak of it. A
tenant's text replaces title and body of one; the nearest tenant up the tree that has its own wins.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from onewindow import clock, db
from onewindow.cases.application import wanted_materials
from onewindow.cases.queries import answers_of, materials_of
from onewindow.errors import NotThere
from onewindow.matters.versions import Version
from onewindow.papers.texts import fill
from onewindow.settings import settings
from onewindow.tenants.queries import centre_name, places, tenant_by_id
from onewindow.web.words import span_words


async def paper_facts(
    paper: str, case: Mapping[str, Any], version: Version, number: str, now: datetime
) -> tuple[str, str, dict[str, Any]]:
    """Layout, title and facts of a paper for a case. Raises NotThere for an unknown paper."""
    wording = await wording_of(case["tenant"], paper, version)
    words = await _words(case, version)
    body = fill(wording["body"], words)
    place = await tenant_by_id(case["tenant"])
    office = await centre_name(case["filed_at"])
    facts: dict[str, Any] = {
        "title": wording["title"],
        "number": number,
    }
    if wording["layout"] == "voucher":
        facts |= {
            "number": case["receipt_number"],
            "centre": office,
            "applicant": case["applicant_name"],
            "matter": version.definition.name.zh,
            "received_at": _moment(case["submitted_at"]),
            "receiver": await _receiver(case, office),
            "materials": await _materials(case, version),
            "note": body,
            "seal": {"name": office, "purpose": "收件专用章"},
        }
    else:
        facts |= {
            "office": office,
            "to": case["applicant_name"],
            "body": body,
            "after": fill(wording.get("after", ""), words),
            "signer": office,
            "date": _day(now),
            "contact": _contact(version),
            "seal": {"name": office, "purpose": "审批业务专用章"},
        }
        if paper == "correction":
            facts["table"] = {
                "columns": ["需要补正的内容"],
                "rows": [[item["text"]] for item in words["items"]],
            }
        if paper == "acceptance":
            facts["table"] = {
                "columns": ["材料名称"],
                "rows": [[name] for name in await _materials(case, version)],
            }
            if not facts["table"]["rows"]:
                del facts["table"]
    facts.setdefault("issuer", place.name)
    return wording["layout"], wording["title"], facts


async def wording_of(tenant: int, paper: str, version: Version) -> dict[str, str]:
    """A paper's wording for a matter of a tenant: layout, title, body and perhaps what comes after
    a table. What is worded for the kind of matter comes before what is worded for all."""
    shipped = shipped_wordings()
    keys = [f"{paper}.{version.definition.item_type}", paper]
    wording = next((dict(shipped[key]) for key in keys if key in shipped), None)
    if wording is None:
        raise NotThere("没有名为“{paper}”的文书。", paper=paper)
    path = [place.id for place in (await places()).path(tenant)]
    own = await db.fetchrow(
        "select title, body from paper_text where paper = any($1) and tenant = any($2)"
        " order by array_position($2, tenant) desc, array_position($1, paper::text) limit 1",
        keys,
        path,
    )
    if own is not None:
        wording |= dict(own)
    matters = version.definition.papers.get(paper)
    if matters is not None:
        told = {"title": matters.title, "body": matters.body}
        wording |= {name: words.zh for name, words in told.items() if words is not None}
    return wording


@cache
def shipped_wordings() -> dict[str, dict[str, str]]:
    """The wordings every installation begins with."""
    text = files("onewindow.papers").joinpath("wordings.json").read_bytes()
    wordings: dict[str, dict[str, str]] = orjson.loads(text)
    return wordings


async def _words(case: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """What placeholders may name."""
    limits = version.definition.limits
    refusal = await db.fetchrow(
        "select reasons, legal_basis from refusal where case_id = $1 order by at desc limit 1",
        case["id"],
    )
    correction = await db.fetchrow(
        "select items, due from correction where case_id = $1 order by at desc limit 1", case["id"]
    )
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
        "items": orjson.loads(correction["items"]) if correction else [],
    }


async def _materials(case: Mapping[str, Any], version: Version) -> list[str]:
    """What was received, by name; what sharing obtains says so, what may follow is left out."""
    answers = (await answers_of(case["id"])).get(version.definition.apply_form, {})
    handed_in = {row["material"] for row in await materials_of(case["id"])}
    return [
        f"{material.name.zh}（共享获取）" if material.shared else material.name.zh
        for material in wanted_materials(version, answers)
        if material.shared or material.key in handed_in
    ]


def _contact(version: Version) -> list[dict[str, str]]:
    guide = version.definition.guide
    ways = (("咨询电话", guide.phone), ("投诉电话", guide.complaint_phone))
    return [{"label": label, "value": number} for label, number in ways if number]


async def _receiver(case: Mapping[str, Any], office: str) -> str:
    if case["filed_by"] is None:
        return f"{office}（网上收件）"
    name: str | None = await db.fetchval("select name from person where id = $1", case["filed_by"])
    return name or office


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = clock.local(moment, settings.zone)
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} {clock.local(moment, settings.zone):%H:%M}"
