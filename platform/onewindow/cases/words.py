"""How a case's times and acts are said to people."""

from collections.abc import Mapping
from typing import Any

import orjson

from onewindow.cases.rules import STATE_NAMES, State
from onewindow.web.i18n import N_
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

ACTS = {
    "case.submitted": N_("提交申请"),
    "case.accepted": N_("受理"),
    "case.granted": N_("准予许可"),
    "case.refused": N_("作出否定决定"),
    "case.returned_to": N_("退回上一环节"),
    "case.withdrawn": N_("撤回申请"),
    "case.closed": N_("办结"),
    "task.completed": N_("办理完成"),
    "task.claimed": N_("签收"),
    "task.released": N_("放回待办"),
    "task.transferred": N_("转办"),
    "task.fallback": N_("无人可办，已转至兜底岗位"),
    "correction.requested": N_("一次性告知补正"),
    "correction.answered": N_("提交补正"),
    "timer.fired": N_("计时到期"),
    "certificate.issued": N_("制发电子证照"),
    "certificate.revoked": N_("撤销电子证照"),
    "paper.made": N_("生成文书"),
    "notice.published": N_("发布公示"),
    "material.added": N_("补充材料"),
    "material.removed": N_("移除材料"),
}

_TONES = {
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
    """The state in the reader's language."""
    return _(STATE_NAMES[State(state)])


def told(row: Mapping[str, Any], outcomes: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """One line of the record as the timeline macro shows it. `outcomes` names (step, outcome)."""
    kind = row["kind"]
    detail = row["detail"] if isinstance(row["detail"], dict) else orjson.loads(row["detail"])
    what = _(str(ACTS.get(kind, kind)))
    if row["step_name"]:
        what = f"{row['step_name']}：{what}"
    outcome = outcomes.get((row["element"], row["outcome"]), "")
    if outcome:
        what = f"{what}（{outcome}）"
    if kind == "task.transferred":
        what += _("给 {name}", name=detail.get("to", ""))
    elif kind == "case.returned_to":
        what += _("：退回至“{step}”", step=detail.get("to_name", ""))
    elif kind in ("certificate.issued", "certificate.revoked"):
        what += f" {detail.get('number', '')}"
    elif kind == "paper.made":
        what += f"：{detail.get('title', '')}"
    why = row["why"]
    if kind == "correction.requested":
        why = "；".join(item["text"] for item in detail.get("items", ()))
    elif kind == "case.refused":
        why = _("{why}（依据：{basis}）", why=why, basis=detail.get("legal_basis", ""))
    who = row["by_name"] or _("系统")
    if row["by_post"]:
        who = f"{who} · {row['by_post']}"
    return {
        "at": row["at"],
        "what": what,
        "who": who,
        "for_whom": row["on_behalf_of"],
        "why": why,
        "tone": _TONES.get(kind, "neutral"),
    }
