"""What a play hands out: papers and certificates with sample numbers, kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import bpmn
from onewindow import clock, rooms
from onewindow.cases.numbers import filled
from onewindow.cases.rules import State
from onewindow.delivery.facts import (
    as_text,
    certificate_names,
    certificate_numbering,
    certificate_of,
    merged,
    plan_for,
)
from onewindow.delivery.wording import Around, chosen_wording, composed, received
from onewindow.errors import Refusal
from onewindow.matters.numbering import Numbering
from onewindow.papers import facts as layouts
from onewindow.web.i18n import N_

if TYPE_CHECKING:
    from onewindow.rehearsal.play import Play

MARK = "样本"
CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it would be made; `facts` are what its layout is told. `problem` says why none
    would come of it."""

    key: str
    title: str
    number: str
    at: datetime
    layout: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def served(play: "Play", step: bpmn.StepSpec, inputs: Mapping[str, Any]) -> bool:
    """Do what the platform's job would for a service step; False if it has none for it.

    Raises as the job would.
    """
    match step.operation:
        case "issue_certificate":
            issue(play, str(inputs.get("certificate") or ""))
        case "send_paper":
            made = paper(play, str(inputs["paper"]))
            if made.problem:
                raise Refusal(made.problem)
            if all(each.key != made.key for each in play.papers):
                play.papers.append(made)
        case "public_notice":
            text = as_text(inputs.get("text", ""))
            play.note("notice.published", detail={"text": text[:500]})
        case _:
            return False
    return True


def issue(play: "Play", wanted: str) -> None:
    """The certificate with a sample number, once; `wanted` names one of the matter's others."""
    key, made = _certificate(play, wanted)
    there = next((each for each in play.certificates if each.key == key), None)
    if there is None:
        play.certificates.append(made)
    play.state = State.ISSUED
    play.columns["issued_at"] = play.now
    play.note("certificate.issued", detail={"number": (there or made).number})


def _certificate(play: "Play", wanted: str) -> tuple[str, Paper]:
    place = play.world.places[play.world.owner]
    feel = rooms.feel()
    names = certificate_names(merged(play.by_form()), case_row(play), place.name)
    which, plan = plan_for(play.version.definition, names, feel, wanted)
    day = clock.local(play.now)
    number = sample(certificate_numbering(plan.number, day, region=place.region_code))
    made = certificate_of(plan, names, number, day.date(), feel)
    facts = {**made.facts, "mark": MARK}
    layouts.checked(plan.layout, facts)
    key = f"{CERTIFICATE}:{which}" if which else CERTIFICATE
    return key, Paper(key, plan.name.zh, number, play.now, plan.layout, facts)


def paper(play: "Play", key: str) -> Paper:
    """A notice or voucher, with its facts or why there can be none."""
    case = case_row(play)
    try:
        if key == "receipt":
            number = case["receipt_number"]
        else:
            number = _number(play, "paper_number", play.world.owner)
        office = play.world.places.centre_name(play.filed_at)
        online = play.start.channel == "online"
        around = Around(
            issuer=play.world.places[play.world.owner].name,
            office=office,
            receiver=f"{office}（网上收件）" if online else office,
            materials=received(play.version, play.application, play.materials, play.now),
            refusal=None
            if play.refusal is None
            else {"reasons": play.refusal.reasons, "legal_basis": play.refusal.legal_basis},
            correction=play.correction,
        )
        path = play.world.places[play.world.owner].path
        wording = chosen_wording(key, play.version, play.world.wordings, path)
        layout, title, facts = composed(key, wording, case, play.version, around, number, play.now)
        facts |= {"mark": MARK}
        layouts.checked(layout, facts)
    except Refusal as refused:
        return Paper(key, key, "", play.now, problem=refused.message)
    play.note("paper.made", detail={"title": title})
    return Paper(key, title, number, play.now, layout, facts)


def case_row(play: "Play") -> dict[str, Any]:
    """The columns of a case's row that papers read."""
    columns = ("accepted_at", "acceptance_due", "promised_due", "statutory_due")
    accepted = play.columns.get("accepted_at") is not None
    return {
        "applicant_name": play.who.name,
        "applicant_id": play.who.id_number,
        "number": _number(play, "case_number", play.world.owner) if accepted else None,
        "receipt_number": _number(play, "receipt_number", play.filed_at),
        "submitted_at": play.start.at,
        **{column: play.columns.get(column) for column in columns},
    }


def sample(number: Numbering) -> str:
    """A number that was never drawn: its serial is the first."""
    return f"{number.prefix}{1:0{number.width}d}{number.suffix}"


def _number(play: "Play", kind: str, tenant: int) -> str:
    pattern = getattr(play.world.places.settings(tenant), kind)
    return sample(filled(pattern, play.world.places[tenant], play.version, play.now))


N_(MARK)
