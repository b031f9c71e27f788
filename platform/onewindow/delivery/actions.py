"""Making papers and certificates. Called by jobs; running twice makes one of each."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from onewindow import clock, db, rooms
from onewindow.cases import clockwork
from onewindow.cases.numbers import paper_numbering
from onewindow.cases.queries import answers_of
from onewindow.cases.record import Entry, entry, note
from onewindow.cases.rules import State, query_password
from onewindow.delivery.facts import (
    as_text,
    certificate_names,
    certificate_numbering,
    certificate_of,
    merged,
    plan_for,
)
from onewindow.delivery.queries import case_by_id
from onewindow.delivery.wording import paper_facts
from onewindow.errors import Forbidden, NotThere
from onewindow.matters.numbering import Numbering
from onewindow.matters.versions import Version, version_of
from onewindow.papers import typesetting
from onewindow.people.gate import Actor
from onewindow.settings import settings
from onewindow.tenants.queries import tenant_by_id


@dataclass(frozen=True, slots=True)
class _Case:
    """A case's row with what `note` needs of it."""

    row: Mapping[str, Any]

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def tenant(self) -> int:
        return int(self.row["tenant"])


async def issue_certificate(
    case_id: int, task: str, inputs: Mapping[str, Any], now: datetime
) -> None:
    """Make the certificate a service step asks for, register it, and let the case go on.

    `inputs` may name one of the matter's `certificates` under "certificate", so that a case can end
    in several.
    """
    case = await case_by_id(case_id)
    version = await version_of(case["version"])
    registered = await _register(case, version, str(inputs.get("certificate") or ""), now)
    await clockwork.answer_service(
        case_id,
        task,
        {},
        now,
        changes={"state": State.ISSUED, "issued_at": now.isoformat()},
        record=Entry("certificate.issued", now, detail={"number": registered["number"]}),
    )


async def _registered(case: int, plan: str) -> Any:
    return await db.fetchrow(
        "select id, number from certificate where case_id = $1 and plan = $2"
        " order by id desc limit 1",
        case,
        plan,
    )


async def _register(case: Mapping[str, Any], version: Version, wanted: str, now: datetime) -> Any:
    """Number, typeset and store the certificate, unless it is there already. The number is taken in
    the same transaction as the row, so a failed attempt leaves no gap and no orphan but an
    unreferenced object."""
    answers = await all_answers(case["id"])
    issued = clock.local(now).date()
    place = await tenant_by_id(case["tenant"])
    names = certificate_names(answers, case, place.name)
    key, plan = plan_for(version.definition, names, rooms.feel(), wanted)
    async with db.transaction():
        # One at a time: a job that runs twice finds the first one's certificate.
        await db.execute("select 1 from cases where id = $1 for update", case["id"])
        already = await _registered(case["id"], key)
        if already is not None:
            return already
        pattern = certificate_numbering(plan.number, clock.local(now), region=place.region_code)
        kind = f"certificate:{version.matter_key}" + (f":{key}" if wanted else "")
        number = await _free_number(case["tenant"], kind, plan.name.zh, pattern)
        certificate = certificate_of(plan, names, number, issued, rooms.feel())
        code = secrets.token_urlsafe(12)
        verify_url = f"{settings.public_url}/certificates/{code}"
        pdf = await typesetting.arender(
            plan.layout, {**certificate.facts, "verify_url": verify_url}
        )
        kept = await rooms.store().put_content(
            _once(pdf), f"certificates/{case['tenant']}/", media_type="application/pdf"
        )
        return await db.fetchrow(
            "insert into certificate (tenant, case_id, number, code, name, name_en, holder,"
            " holder_id, issuer, issued_on, valid_until, fields, object_key, sha256, size, plan)"
            " values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)"
            " returning id, number",
            case["tenant"],
            case["id"],
            number,
            code,
            plan.name.zh,
            plan.name.en,
            case["applicant_name"],
            case["applicant_id"],
            certificate.issuer,
            issued,
            certificate.until,
            orjson.dumps(certificate.fields).decode(),
            kept.key,
            kept.sha256,
            kept.size,
            key,
        )


async def _free_number(tenant: int, kind: str, name: str, pattern: Numbering) -> str:
    """The next number of its kind that no certificate of this name has: a copied matter, or a
    second certificate, may number alike and counts by itself."""
    while True:
        serial = await db.fetchval("select next_serial($1, $2, $3)", tenant, kind, pattern.period)
        number = f"{pattern.prefix}{serial:0{pattern.width}d}{pattern.suffix}"
        if not await db.fetchval(
            "select 1 from certificate where tenant = $1 and name = $2 and number = $3",
            tenant,
            name,
            number,
        ):
            return number


async def make_paper(case_id: int, paper: str, now: datetime) -> None:
    """Typeset a notice or voucher of a case and put it on its page, once.

    Its number is taken in the same transaction, so a failed attempt leaves no gap.
    """
    case = await case_by_id(case_id)
    version = await version_of(case["version"])
    async with db.transaction():
        # One at a time: a job that runs twice finds the first one's paper.
        await db.execute("select 1 from cases where id = $1 for update", case_id)
        if await db.fetchval(
            "select 1 from paper where case_id = $1 and paper = $2", case_id, paper
        ):
            return
        number = await _paper_number(paper, case, version, now)
        layout, title, facts = await paper_facts(paper, case, version, number, now)
        facts["password"] = query_password(settings.secret, case["receipt_number"])
        facts["track_url"] = f"{settings.public_url}/track/{case['receipt_number']}"
        pdf = await typesetting.arender(layout, facts)
        kept = await rooms.store().put_content(
            _once(pdf), f"papers/{case['tenant']}/", media_type="application/pdf"
        )
        await db.execute(
            "insert into paper (tenant, case_id, paper, number, title, object_key, at)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            case["tenant"],
            case_id,
            paper,
            number,
            title,
            kept.key,
            now,
        )
        await note(_Case(case), Entry("paper.made", now, detail={"title": title}))


async def receipt_made(case_id: int, tenant: int, now: datetime) -> int:
    """The receipt's row, typeset now if nobody asked for it before; its id."""
    with db.as_tenant(tenant):
        await make_paper(case_id, "receipt", now)
        id: int = await db.fetchval(
            "select id from paper where case_id = $1 and paper = 'receipt'", case_id
        )
    return id


async def _paper_number(
    paper: str, case: Mapping[str, Any], version: Version, now: datetime
) -> str:
    """A voucher bears the receipt's number, a notice one of its own: all notices of a tenant and
    year are counted together, so that no two bear the same."""
    if paper == "receipt":
        return str(case["receipt_number"])
    plan = await paper_numbering(case["tenant"], version, now)
    serial = await db.fetchval("select next_serial($1, 'paper', $2)", case["tenant"], plan.period)
    return f"{plan.prefix}{serial:0{plan.width}d}{plan.suffix}"


async def send_paper(case_id: int, task: str, inputs: Mapping[str, Any], now: datetime) -> None:
    """A drawing asks for a paper by itself; which one is the step's `paper` input."""
    await make_paper(case_id, str(inputs["paper"]), now)
    await clockwork.answer_service(case_id, task, {}, now)


async def public_notice(case_id: int, task: str, inputs: Mapping[str, Any], now: datetime) -> None:
    """A notice is public by standing on record; its days are counted by the drawing's timer."""
    text = as_text(inputs.get("text", ""))
    await clockwork.answer_service(
        case_id, task, {}, now, record=Entry("notice.published", now, detail={"text": text[:500]})
    )


MAY_REVOKE = ("decider", "centre_manager", "chief_representative")


async def revoke(actor: Actor, code: str, *, why: str, now: datetime) -> None:
    """Revoke a certificate; whoever verifies it sees so at once."""
    if not actor.is_any(*MAY_REVOKE):
        raise Forbidden
    async with db.transaction():
        row = await db.fetchrow(
            "update certificate set state = 'revoked', revoked_at = $2, revoked_by = $3,"
            " revoked_why = $4 where code = $1 and state = 'valid'"
            " returning case_id, tenant, number",
            code,
            now,
            actor.id,
            why.strip()[:2000],
        )
        if row is None:
            raise NotThere
        case = _Case({"id": row["case_id"], "tenant": row["tenant"]})
        await note(
            case,
            entry(actor, "certificate.revoked", now, why=why, detail={"number": row["number"]}),
        )


async def all_answers(case: int) -> dict[str, Any]:
    """Answers as certificates and papers see them: the application's fields at the top, each
    step's form under its own key too."""
    return merged(await answers_of(case))


async def _once(data: bytes) -> Any:
    yield data
