"""Where an application stands, as its applicant may know it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from onewindow.cases import rules
from onewindow.cases.queries import CaseView, open_tasks, timeline
from onewindow.cases.rules import State
from onewindow.cases.words import asked, state_name
from onewindow.matters.versions import Version
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.words import date_words

# What concerns the applicant; who claimed or handed on a task is the house's business, and papers
# are listed by themselves.
_WORDS = {
    "case.submitted": N_("申请已提交"),
    "case.accepted": N_("已受理"),
    "case.granted": N_("作出准予决定"),
    "case.refused": "",  # what kind of refusal: the case's state says it
    "case.withdrawn": N_("申请已撤回"),
    "case.closed": N_("已办结"),
    "task.completed": N_("{step}，已完成"),
    "correction.requested": N_("告知需要补正"),
    "correction.answered": N_("补正已提交"),
    "certificate.issued": N_("制发电子证照 {number}"),
    "certificate.revoked": N_("撤销电子证照 {number}"),
    "notice.published": N_("发布公示"),
    "material.added": N_("补充材料：{name}"),
    "material.removed": N_("删除材料：{name}"),
}
_TONES = {
    "case.submitted": "blue",
    "case.accepted": "blue",
    "case.granted": "green",
    "case.refused": "red",
    "case.withdrawn": "yellow",
    "case.closed": "green",
    "correction.requested": "yellow",
    "correction.answered": "blue",
    "certificate.issued": "green",
    "certificate.revoked": "red",
}

_PATH = (N_("收件"), N_("受理"), N_("审查"), N_("决定"), N_("制证"), N_("送达"))
# How many of these lie behind a case; the next one is under way.
_PASSED = {
    State.SUBMITTED: 1,
    State.CORRECTING: 1,
    State.ACCEPTED: 2,
    State.IN_REVIEW: 2,
    State.CHECKED: 3,
    State.DECIDED: 4,
    State.ISSUED: 5,
    State.DELIVERED: 6,
    # Where it ended otherwise:
    State.NOT_ACCEPTED: 1,
    State.RETURNED: 1,
    State.DENIED: 3,
}


def milestones(case: CaseView) -> list[tuple[str, str]]:
    """The way in six words, as the steps macro shows it; a way that ended stops where it ended."""
    state = State(case.state)
    words = [_(str(word)) for word in _PATH]
    passed = _PASSED.get(state, 2 if case.accepted_at else 1)
    if state in rules.OVER and state is not State.DELIVERED:
        return [*((word, "done") for word in words[:passed]), (state_name(state), "current")]
    if state is State.CORRECTING:
        words[passed] = _("补正")
    return [
        (word, "done" if k < passed else "current" if k == passed else "todo")
        for k, word in enumerate(words)
    ]


def outlook(case: CaseView, steps: Sequence[str]) -> str:
    """What happens next and by when, in a sentence or two. `steps`: names of what is being done."""
    doing = _("、").join(_("“{step}”", step=step) for step in steps)
    by = date_words(case.promised_due) if case.promised_due else ""
    match State(case.state):
        case State.SUBMITTED:
            return _("窗口将在 {date} 前告知是否受理。", date=date_words(case.acceptance_due))
        case State.CORRECTING:
            return _(
                "请在 {date} 前补正，逾期将退回申请。补正期间不计入办理时限。",
                date=date_words(case.correction_due),
            )
        case State.ISSUED:
            return _("证照已经制发，现在就可以下载；纸质证照按您选择的方式领取。")
        case State.DELIVERED:
            return _("办件已经办结。")
        case State.WITHDRAWN:
            return _("您已撤回申请。需要时可以重新申请。")
        case State.RETURNED:
            return _("没有按期补正，申请已经退回。需要时可以重新申请。")
        case State.NOT_ACCEPTED | State.DENIED:
            return ""
    if doing and by:
        return _("正在办理{steps}，承诺在 {date} 前办结。", steps=doing, date=by)
    return _("正在办理，承诺在 {date} 前办结。", date=by) if by else _("正在办理。")


async def steps_now(case: CaseView, version: Version) -> list[str]:
    """What is being done at the moment, each named once."""
    tasks = await open_tasks(case.id)
    return list(dict.fromkeys(version.step_name(task["element"], language()) for task in tasks))


async def public_events(case: CaseView, version: Version) -> list[dict[str, Any]]:
    """The record as the applicant reads it, newest first: no names of staff, no handing about."""
    rows = [row for row in await timeline(case.id) if row["kind"] in _WORDS]
    # Finishing the step and what came of it are one moment: the latter says more, unless it is only
    # that nothing is left to do.
    decided = {
        row["at"]
        for row in rows
        if row["kind"].startswith("case.") and row["kind"] != "case.closed"
    }
    return [
        _line(case, version, row)
        for row in rows
        if row["kind"] != "task.completed" or row["at"] not in decided
    ]


def _line(case: CaseView, version: Version, row: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["kind"]
    detail = row["detail"] if isinstance(row["detail"], dict) else orjson.loads(row["detail"])
    why = ""
    if kind == "correction.requested":
        items = (asked(item, version) for item in detail.get("items", ()))
        why = _("；").join(item.rstrip("。；. ") for item in items)
    elif kind in ("case.refused", "case.withdrawn"):
        why = row["why"]
    return {
        "at": row["at"],
        "what": state_name(row["outcome"] or case.state)
        if kind == "case.refused"
        else _(
            str(_WORDS[kind]),
            step=version.step_name(row["element"], language()),
            number=detail.get("number", ""),
            name=detail.get("name", ""),
        ),
        "who": _who(case, row),
        "for_whom": row["on_behalf_of"],
        "why": why,
        "tone": _TONES.get(kind, "neutral"),
    }


def _who(case: CaseView, row: Mapping[str, Any]) -> str:
    if row["by"] is None:
        return _("系统")
    if row["by"] == case.applicant:
        return str(row["by_name"])
    # "市场监督管理局 审核岗、…": which office it was is enough.
    office = str(row["by_post"]).partition(" ")[0]
    return office if office and language() == "zh" else _("工作人员")
