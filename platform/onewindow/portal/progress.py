"""Where an application stands, as its applicant may know it."""

from typing import Any

from onewindow.cases.queries import CaseView, timeline
from onewindow.cases.rules import State
from onewindow.cases.words import told
from onewindow.matters.versions import Version
from onewindow.web.i18n import gettext as _

# Applicants see what concerns them; who claimed or handed on a task is the house's business.
PUBLIC_KINDS = frozenset(
    {
        "case.submitted",
        "case.accepted",
        "case.granted",
        "case.refused",
        "case.withdrawn",
        "case.closed",
        "task.completed",
        "correction.requested",
        "correction.answered",
        "certificate.issued",
        "certificate.revoked",
        "paper.made",
        "notice.published",
        "material.added",
        "material.removed",
    }
)

_PATH = (
    State.SUBMITTED,
    State.ACCEPTED,
    State.IN_REVIEW,
    State.DECIDED,
    State.ISSUED,
    State.DELIVERED,
)


def milestones(case: CaseView) -> list[tuple[str, str]]:
    """The way in five words, as the steps macro shows it."""
    names = {
        State.SUBMITTED: _("收件"),
        State.ACCEPTED: _("受理"),
        State.IN_REVIEW: _("审查"),
        State.DECIDED: _("决定"),
        State.ISSUED: _("制证"),
        State.DELIVERED: _("送达"),
    }
    state = State(case.state)
    here = {
        State.CORRECTING: State.SUBMITTED,
        State.NOT_ACCEPTED: State.ACCEPTED,
        State.CHECKED: State.IN_REVIEW,
        State.DENIED: State.DECIDED,
        State.WITHDRAWN: State.SUBMITTED,
        State.RETURNED: State.SUBMITTED,
    }.get(state, state)
    at = _PATH.index(here)
    return [
        (
            names[each],
            "done"
            if k < at or (k == at and here is State.DELIVERED)
            else "current"
            if k == at
            else "todo",
        )
        for k, each in enumerate(_PATH)
    ]


async def public_events(case: CaseView, version: Version) -> list[dict[str, Any]]:
    """The record as the applicant reads it: no names of staff, no internal handing about."""
    shown = []
    for row in await timeline(case.id):
        if row["kind"] not in PUBLIC_KINDS:
            continue
        line = told(row, {})
        if row["by"] is not None and row["by"] != case.applicant:
            line["who"] = row["by_post"] or _("工作人员")
        if row["kind"] == "task.completed":
            line["why"] = ""
        shown.append(line)
    return shown
