"""How a case's times and acts are said to people."""

from collections.abc import Mapping
from typing import Any

import orjson

from bpmn.dialect import Outcome
from onewindow.cases.rules import STATE_NAMES, State
from onewindow.matters.versions import Version
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _

STATE_TONES = {
    State.SUBMITTED: "blue",
    State.CORRECTING: "paused",
    State.NOT_ACCEPTED: "red",
    State.ACCEPTED: "blue",
    State.IN_REVIEW: "blue",
    State.CHECKED: "blue",
    State.DECIDED: "blue",
    State.ISSUED: "green",
    State.DELIVERED: "green",
    State.WITHDRAWN: "neutral",
    State.RETURNED: "neutral",
    State.DENIED: "red",
    State.DRAFT: "neutral",
}

STATE_NAMES_EN = {
    State.DRAFT: "Draft",
    State.SUBMITTED: "Received",
    State.CORRECTING: "Correction needed",
    State.NOT_ACCEPTED: "Not accepted",
    State.ACCEPTED: "Accepted",
    State.IN_REVIEW: "In review",
    State.CHECKED: "Checked",
    State.DECIDED: "Decided",
    State.ISSUED: "Issued",
    State.DELIVERED: "Delivered",
    State.WITHDRAWN: "Withdrawn",
    State.RETURNED: "Returned",
    State.DENIED: "Not granted",
}

ACTS = {
    "case.submitted": N_("提交申请"),
    "case.accepted": N_("予以受理，开始计算办理期限"),
    "case.granted": N_("作出准予决定"),
    "case.refused": N_("作出否定决定"),
    "case.returned_to": N_("退回至“{step}”"),
    "case.withdrawn": N_("撤回申请"),
    "case.closed": N_("办结"),
    "case.repaired": N_("修复：{repair}"),
    "case.migrated": N_("改按第 {number} 版办理"),
    "task.completed": N_("办理完成"),
    "task.claimed": N_("签收"),
    "task.released": N_("放回待办"),
    "task.transferred": N_("转给{name}办理"),
    "task.fallback": N_("原定岗位无人可办，已转至兜底岗位"),
    "correction.requested": N_("一次性告知补正"),
    "correction.answered": N_("提交补正"),
    "timer.fired": N_("计时到期"),
    "certificate.issued": N_("制发电子证照 {number}"),
    "certificate.revoked": N_("撤销电子证照 {number}"),
    "paper.made": N_("生成文书《{title}》"),
    "notice.published": N_("发布公示"),
    "material.added": N_("补充材料：{name}"),
    "material.removed": N_("删除材料：{name}"),
}

REPAIRS = {
    "move": N_("移到“{step}”"),
    "skip": N_("跳过“{step}”"),
    "repeat": N_("重新办理“{step}”"),
    "correct": N_("更正流程数据"),
    "retry": N_("重新运行失败的作业"),
}
"""What an operator may do about a case that has gone astray."""

_TONES = {
    "case.repaired": "yellow",
    "case.refused": "red",
    "case.withdrawn": "yellow",
    "case.returned_to": "yellow",
    "correction.requested": "yellow",
    "task.fallback": "yellow",
    "certificate.revoked": "red",
    "case.accepted": "blue",
    "case.granted": "green",
    "certificate.issued": "green",
    "case.closed": "green",
}


def state_name(state: str) -> str:
    """The state in the reader's language.

    English is written here and not in the catalogue: 不予受理 is a decision somebody takes on one
    page ("Refuse") and how a case stands on another ("Not accepted").
    """
    names = STATE_NAMES_EN if language() == "en" else STATE_NAMES
    return names[State(state)]


def told(row: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """One line of the record as the timeline macro shows it, in the reader's language."""
    kind = row["kind"]
    detail = row["detail"] if isinstance(row["detail"], dict) else orjson.loads(row["detail"])
    post = (language() == "en" and row.get("by_post_en")) or row["by_post"]
    return {
        "at": row["at"],
        "what": _what(row, detail, version),
        "who": " · ".join(filter(None, (row["by_name"] or _("系统"), post))),
        "for_whom": row["on_behalf_of"],
        "why": _why(row, detail, version),
        "tone": _TONES.get(kind, "neutral"),
    }


def outcome_name(outcome: Outcome) -> str:
    """What is written on a step's button, in the reader's language."""
    return outcome.en if language() == "en" and outcome.en else outcome.zh


def _what(row: Mapping[str, Any], detail: Mapping[str, Any], version: Version) -> str:
    kind, element = row["kind"], row["element"]
    named = {
        "name": detail.get("to") or detail.get("name", ""),
        "number": detail.get("number", ""),
        "title": _(detail["title"]) if detail.get("title") else "",
        "step": _step_name(version, str(detail.get("to", "")), detail.get("to_name", "")),
    }
    named["repair"] = _(str(REPAIRS.get(detail.get("act", ""), "")), step=named["step"])
    act = _(str(ACTS.get(kind, kind)), **named)
    if kind == "task.completed":
        act = _outcome_of(version, element, row["outcome"]) or act
    recorded = (language() == "en" and row.get("step_name_en")) or row["step_name"]
    step = _step_name(version, element, recorded)
    # "受理：受理" says nothing twice.
    return act if not step or act == step else _("{step}：{act}", step=step, act=act)


def _why(row: Mapping[str, Any], detail: Mapping[str, Any], version: Version) -> str:
    match row["kind"]:
        case "correction.requested":
            return "\n".join(asked(item, version) for item in detail.get("items", ()))
        case "case.repaired":
            return "\n".join([row["why"], *_before_and_after(detail)])
        case "case.refused":
            return _("{why}\n依据：{basis}", why=row["why"], basis=detail.get("legal_basis", ""))
    return str(row["why"])


def _before_and_after(detail: Mapping[str, Any]) -> list[str]:
    """What a repair changed: where the case stood, and what its data said."""
    before, after = detail.get("before", {}), detail.get("after", {})
    lines = []
    if before.get("steps") != after.get("steps"):
        was, now = (_("、").join(side.get("steps", ())) or _("无") for side in (before, after))
        lines.append(_("环节：{before} → {after}", before=was, after=now))
    for name, value in after.get("data", {}).items():
        was = spoken(before.get("data", {}).get(name))
        lines.append(f"{name}{_('：')}{was} → {spoken(value)}")
    return lines


def spoken(value: Any) -> str:
    """A routing variable's value in words."""
    match value:
        case None:
            return _("空")
        case bool():
            return _("是") if value else _("否")
        case list():
            return _("、").join(map(spoken, value)) or _("空")
    return str(value)


def asked(item: Mapping[str, Any], version: Version) -> str:
    """One thing a correction notice asks for, with the material or the question it is about."""
    material = version.definition.material(item.get("material") or "")
    name = material.name.in_(language()) if material else question_name(item.get("field"), version)
    return _("{name}：{problem}", name=name, problem=item["text"]) if name else str(item["text"])


def question_name(path: str | None, version: Version) -> str:
    """What the application form calls a question; empty for one it doesn't ask."""
    form = version.form(version.definition.apply_form)
    question = form.questions("en" if language() == "en" else "zh").get(path or "")
    return question.label if question else ""


def _step_name(version: Version, element: str, recorded: str) -> str:
    """As the version calls it; what was recorded when it has no such step."""
    known = version.process.steps.get(element)
    return version.step_name(element, language(), recorded) if known is not None else recorded


def _outcome_of(version: Version, element: str, outcome: str) -> str:
    step = version.process.steps.get(element)
    for each in step.outcomes if step is not None else ():
        if each.id == outcome:
            return outcome_name(each)
    return ""
