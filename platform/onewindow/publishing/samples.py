"""Certificates and papers of a draft, made on trial: what can't be typeset is known before anybody
waits for it.

Nothing is numbered, stored or sent. Samples are filled with the answers of a scenario where the
draft has one, else with made-up ones; made-up answers that an expression stumbles over only warn.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import forms
from feel import FeelError
from onewindow import clock, rooms
from onewindow.delivery.facts import (
    FactMissing,
    SeveralFit,
    as_text,
    certificate_fields,
    certificate_numbering,
    plan_for,
    valid_until,
)
from onewindow.delivery.wording import Around, composed, received, wording_of
from onewindow.errors import NotThere, Refusal
from onewindow.matters.definition import CertificatePlan
from onewindow.matters.package import Package
from onewindow.matters.versions import Version
from onewindow.papers import typesetting
from onewindow.publishing.hurdles import Hurdle, Reason, Severity
from onewindow.settings import settings
from onewindow.tenants.queries import centre_name, tenant_by_id
from onewindow.web.i18n import gettext as _

KEY = "samples"
ALWAYS = ("receipt", "acceptance", "correction", "not_accepted", "denied")
"""Papers that law's own verbs make for any matter."""
SECONDS = 20.0
APPLICANT, ID_NUMBER = "张三", "110101199003070012"

Fault = tuple[str, Reason]
"""("hard" | "soft", why)"""

_seen: OrderedDict[tuple[str, int], tuple[Fault, ...]] = OrderedDict()
_KEPT = 64


async def rendered(version: Version | None, package: Package, tenant: int, now: datetime) -> Hurdle:
    """Every certificate and paper the matter can come to, made once. What was found is kept for a
    state of the draft: the page of the gate is looked at often."""
    title = _("证照和文书样张都能生成")
    if version is None:
        return Hurdle(KEY, title, None, said=_("流程或设置还有错误，先改正它们。"))
    key = (package.hash, tenant)
    if key not in _seen:
        try:
            async with asyncio.timeout(SECONDS):
                _seen[key] = tuple(await _faults(version, package, tenant, now))
        except TimeoutError:
            reason = Reason(_("样张生成超过 {n} 秒，已停止。", n=int(SECONDS)), "settings/papers")
            return Hurdle(KEY, title, False, "hard", (reason,))
        while len(_seen) > _KEPT:
            _seen.popitem(last=False)
    faults = _seen[key]
    severity: Severity = "hard"
    if faults and all(kind == "soft" for kind, _reason in faults):
        severity = "soft"
    said = _("{n} 种证照和文书都已试印，字体齐全。", n=len(_papers(version)) + len(_plans(version)))
    return Hurdle(
        KEY,
        title,
        not faults,
        severity,
        tuple(why for _kind, why in faults),
        "" if faults else said,
    )


async def _faults(version: Version, package: Package, tenant: int, now: datetime) -> list[Fault]:
    case = _case(now)
    sets = [
        Names({"answers": answers, "case": case}, real)
        for answers, real in await rooms.at_bench(_answers, version, package)
    ]
    found = await rooms.at_bench(_several, version, sets)
    for path, plan in _plans(version).items():
        names = await rooms.at_bench(_fitting, plan, version, sets)
        found += await _certificate(path, plan, tenant, names)
    for paper in _papers(version):
        found += await _paper(paper, version, tenant, case, sets[0].names["answers"], now)
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """What expressions may name, and whether that can be relied on: a scenario's answers, for the
    kind of case that gets this certificate."""

    names: Mapping[str, Any]
    reliable: bool


def _fitting(plan: CertificatePlan, version: Version, sets: list[Names]) -> Names:
    """Answers of a case that would get this certificate; any others are no proof of a fault."""
    others = [each.when for each in version.definition.certificates.values() if each.when]
    for names in sets:
        asked = [plan.when] if plan.when else others
        values = rooms.feel().evaluate_many([(when, names.names) for when in asked])
        held = [value is True for value in values]
        if (plan.when and held[0]) or (not plan.when and not any(held)):
            return names
    return Names(sets[0].names, False)


def _several(version: Version, sets: list[Names]) -> list[Fault]:
    """Answers with which the conditions of several certificates hold, where a step leaves it to
    them which one it issues."""
    left_open = any(
        step.operation == "issue_certificate"
        and all(given.name != "certificate" for given in step.inputs)
        for step in version.process.steps.values()
    )
    for names in sets if left_open else ():
        try:
            plan_for(version.definition, names.names, rooms.feel())
        except SeveralFit as refusal:
            kind = "hard" if names.reliable else "soft"
            return [(kind, Reason(_(refusal.text, **refusal.params), "settings/papers"))]
        except (FeelError, NotThere):
            continue  # said elsewhere
    return []


def _plans(version: Version) -> dict[str, CertificatePlan]:
    definition = version.definition
    plans = {f"certificates.{key}": plan for key, plan in definition.certificates.items()}
    if definition.certificate is not None:
        plans["certificate"] = definition.certificate
    return plans


def _papers(version: Version) -> list[str]:
    drawn = [paper for step in version.process.steps.values() for paper in step.papers]
    sent = [
        each.value.strip().removeprefix("=").strip().strip('"')
        for step in version.process.steps.values()
        if step.operation == "send_paper"
        for each in step.inputs
        if each.name == "paper"
    ]
    return list(dict.fromkeys([*ALWAYS, *drawn, *sent]))


async def _certificate(
    path: str,
    plan: CertificatePlan,
    tenant: int,
    sample: Names,
) -> list[Fault]:
    place = await tenant_by_id(tenant)
    issued = clock.local(clock.now()).date()
    until = valid_until(issued, plan.valid)
    link = f"settings/papers#element={path}"
    try:
        pattern = certificate_numbering(
            plan.number, clock.local(clock.now()), region=place.region_code
        )
        number = f"{pattern.prefix}{1:0{pattern.width}d}{pattern.suffix}"
        told = {"number": number, "issued_on": issued, "valid_from": issued, "valid_until": until}
        fields = await rooms.at_bench(
            lambda: certificate_fields(plan, {**sample.names, "certificate": told}, rooms.feel())
        )
        issuer = plan.issuer.replace("{tenant}", place.name)
        await typesetting.arender(
            plan.layout,
            {
                "title": plan.name.zh,
                "title_en": plan.name.en,
                "number": number,
                "holder": APPLICANT,
                "fields": [{"label": each["label"], "value": each["value"]} for each in fields],
                "issuer": issuer,
                "issued_on": as_text(issued),
                "valid": as_text(until),
                "verify_url": f"{settings.public_url}/certificates/sample",
                "notes": plan.notes.zh if plan.notes else "",
                "mark": "样本",
                "seal": {"name": issuer, "purpose": "电子证照专用章"},
            },
        )
    except FactMissing as refusal:
        kind = "hard" if sample.reliable else "soft"
        return [(kind, Reason(_fault(plan.name.zh, refusal), link))]
    except Refusal as refusal:
        return [("hard", Reason(_fault(plan.name.zh, refusal), link))]
    return []


async def _paper(
    paper: str,
    version: Version,
    tenant: int,
    case: Mapping[str, Any],
    answers: Mapping[str, Any],
    now: datetime,
) -> list[Fault]:
    office = await centre_name(tenant)
    apply = answers.get(version.definition.apply_form, {})
    handed_in = {material.key for material in version.definition.materials}
    title = paper
    try:
        around = Around(
            issuer=(await tenant_by_id(tenant)).name,
            office=office,
            receiver=office,
            materials=received(version, apply, handed_in, now),
            refusal={
                "reasons": "不符合规定的条件。",
                "legal_basis": "《中华人民共和国行政许可法》",
            },
            correction={"items": [{"text": "请补正材料。"}], "due": now},
        )
        wording = await wording_of(tenant, paper, version)
        title = wording["title"]
        layout, _title, facts = composed(paper, wording, case, version, around, "样本", now)
        facts |= {"password": "123456", "track_url": f"{settings.public_url}/track/sample"}
        await typesetting.arender(layout, {**facts, "mark": "样本"})
    except Refusal as refusal:
        link = f"settings/papers#element=papers.{paper}"
        return [("hard", Reason(_fault(title, refusal), link))]
    return []


def _fault(name: str, refusal: Refusal) -> str:
    why = _(refusal.text, **refusal.params)
    return _("“{name}”的样张生成不了：{why}", name=name, why=why)


def _case(now: datetime) -> dict[str, Any]:
    moments = ("submitted_at", "accepted_at", "acceptance_due", "promised_due", "statutory_due")
    return {
        "number": "样本〔2026〕00001",
        "receipt_number": "SJ000000",
        "applicant_name": APPLICANT,
        "applicant_id": ID_NUMBER,
        "tenant": "",
        **dict.fromkeys(moments, now),
    }


def _answers(version: Version, package: Package) -> list[tuple[dict[str, Any], bool]]:
    """Answers of every form, the application's fields at the top, as certificates see them: those
    of each scenario (true), then made-up ones."""
    made_up = {
        key: dict(forms.sample(schema, rooms.feel(), today=clock.today())["answers"])
        for key, schema in package.forms.items()
    }
    found = []
    for scenario in package.tests.values():
        start, acts = scenario.get("start"), scenario.get("acts")
        if not isinstance(start, Mapping) or not isinstance(start.get("answers"), Mapping):
            continue
        by_form: dict[str, Any] = {version.definition.apply_form: start["answers"]}
        by_form |= {key: made for key, made in made_up.items() if key not in by_form}
        for act in acts if isinstance(acts, list) else ():
            if not isinstance(act, Mapping):
                continue
            step = version.process.steps.get(str(act.get("step", "")))
            if step is not None and step.form and isinstance(act.get("answers"), Mapping):
                by_form[step.form] = act["answers"]
        found.append((_merged(by_form), True))
    return [*found, (_merged(made_up), False)]


def _merged(by_form: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for answers in reversed(list(by_form.values())):
        merged.update(answers)
    return {**merged, **by_form}
