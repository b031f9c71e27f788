"""Papers and certificates of a case that doesn't exist: what their wording comes to.

Same words, same layouts, same sandbox as for a real case; 样本 stands across the sheet. No number
is taken, nothing is stored.
"""

from datetime import datetime, timedelta
from typing import Any

from onewindow import clock, rooms
from onewindow.cases.application import For, holder_of
from onewindow.delivery.facts import certificate_names, certificate_numbering, certificate_of
from onewindow.delivery.wording import Around, composed, wording_of
from onewindow.errors import NotThere
from onewindow.matters.definition import CertificatePlan, Definition
from onewindow.matters.samples import sample_answers
from onewindow.matters.versions import Version
from onewindow.tenants.queries import centre_name, tenant_by_id

MARK = "样本"
_APPLICANT = {"applicant_name": "林秋", "applicant_id": "459021198506120027"}


async def sample_paper(version: Version, paper: str) -> tuple[str, dict[str, Any]]:
    """Layout and facts of a paper as this version words it. Raises NotThere, BadText."""
    now = clock.now()
    office = await centre_name(version.tenant)
    around = Around(
        issuer=(await tenant_by_id(version.tenant)).name,
        office=office,
        receiver=f"{office}（网上收件）",
        materials=[material.name.zh for material in version.definition.materials],
        refusal={
            "reasons": "经营场所与申请不一致，不符合规定的条件。",
            "legal_basis": version.definition.guide.legal_basis[0].zh,
        },
        correction={
            "items": [{"text": "经营场所平面图缺少面积标注，请补充后重新上传。"}],
            "due": now + timedelta(days=14),
        },
    )
    wording = await wording_of(version.tenant, paper, version)
    layout, _title, facts = composed(
        paper, wording, _case(now), version, around, f"（{now.year}）00001 号", now
    )
    if layout == "voucher":
        facts |= {"password": "482915", "track_url": "https://example.org/track/sample"}
    return layout, {**facts, "mark": MARK}


async def sample_certificate(version: Version, name: str) -> tuple[str, dict[str, Any]]:
    """Layout and facts of the certificate `name` ("certificate", or the key of an alternative).
    Raises NotThere, FactMissing."""
    plan = plan_named(version.definition, name)
    place = await tenant_by_id(version.tenant)
    answers = sample_answers(version.schemas)
    known = For(_APPLICANT["applicant_name"], _APPLICANT["applicant_id"], phone="")
    who = holder_of(version, answers, known)
    case = {**_case(clock.now()), "applicant_name": who.name, "applicant_id": who.id_number}
    names = certificate_names(answers, case, place.name)
    number = next_number(plan.number, place.region_code, 1)
    today = clock.local(clock.now()).date()
    made = await rooms.at_bench(lambda: certificate_of(plan, names, number, today, rooms.feel()))
    url = "https://example.org/certificates/sample"
    return plan.layout, {**made.facts, "verify_url": url, "mark": MARK}


def plan_named(definition: Definition, name: str) -> CertificatePlan:
    plans = {"certificate": definition.certificate, **definition.certificates}
    plan = plans.get(name)
    if plan is None:
        raise NotThere
    return plan


def next_number(pattern: str, region: str, serial: int) -> str:
    """What a number would be today. Raises ValueError for a pattern that isn't one."""
    found = certificate_numbering(pattern, clock.local(clock.now()), region=region)
    return f"{found.prefix}{serial:0{found.width}d}{found.suffix}"


def _case(now: datetime) -> dict[str, Any]:
    return {
        **_APPLICANT,
        "number": f"45902100013102400{now:%Y%m%d}0001",
        "receipt_number": f"SJ459021{now:%Y%m%d}0001",
        "submitted_at": now,
        "accepted_at": now + timedelta(days=1),
        "acceptance_due": now + timedelta(days=3),
        "promised_due": now + timedelta(days=8),
        "statutory_due": now + timedelta(days=29),
    }
