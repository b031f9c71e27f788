"""What may happen to a case, and when: pure, told the time.

States and their order are those of a service centre's practice (收件 → 受理 → 审查 → 审核 → 决定 →
制证 → 送达); the Administrative Licensing Law decides which way leads where.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from onewindow.errors import Forbidden, Refusal


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CORRECTING = "correcting"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    CHECKED = "checked"
    DECIDED = "decided"
    ISSUED = "issued"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    DENIED = "denied"


BEFORE_ACCEPTANCE = frozenset({State.SUBMITTED, State.CORRECTING})
UNDER_WAY = frozenset({State.ACCEPTED, State.IN_REVIEW, State.CHECKED})
OVER = frozenset(
    {State.NOT_ACCEPTED, State.DELIVERED, State.WITHDRAWN, State.RETURNED, State.DENIED}
)

# GB/T 39046-2020, closing kinds.
CLOSING = {
    "certificate": 0,
    "denied": 1,
    "void": 2,
    "forwarded": 4,
    "returned": 5,
    "not_accepted": 6,
}


AT_WINDOW = ("window_clerk", "village_agent", "centre_manager")
"""Roles that take applications in, and act there for the applicant."""


class AlreadyDone(Refusal):
    text = "“{step}”已由{who}于{at}办理，您的填写没有提交。"
    advice = "请返回待办，或打开办件查看办理结果。"


class NotYourTask(Forbidden):
    text = "“{step}”不在您的待办中，由{lane}办理。"


class TaskGone(Refusal):
    text = "“{step}”已经撤销，不能再办理。"
    advice = "办件可能已被退回、撤回或作出决定，请打开办件查看。"


class OnHold(Refusal):
    text = "办件正在等待申请人补正，“{step}”暂停办理。"


class TakenBy(Refusal):
    text = "“{step}”已由{who}签收。"


class MakerIsChecker(Forbidden):
    """Maker–checker (一审一核): who did an earlier step can't do this one, a backup neither."""

    text = "“{step}”须由另一人办理：您已经办理了本件的“{earlier}”。"


class NoSuchOutcome(Refusal):
    status = 422
    text = "“{step}”没有“{outcome}”这个办理结果。"


class NotInThisState(Refusal):
    text = "办件目前是“{state}”，不能{verb}。"


class ReasonNeeded(Refusal):
    status = 422
    text = "请填写{what}。"


def require_state(state: str, allowed: frozenset[State], verb: str) -> None:
    """Refuse `verb` unless the case is in one of the allowed states."""
    if State(state) not in allowed:
        raise NotInThisState(state=STATE_NAMES[State(state)], verb=verb)


def require_reason(what: str, text: str, *, most: int = 2000) -> str:
    """A reason somebody must give: trimmed, neither empty nor endless."""
    trimmed = text.strip()
    if not trimmed or len(trimmed) > most:
        raise ReasonNeeded(what=what)
    return trimmed


STATE_NAMES: dict[State, str] = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "已收件",
    State.CORRECTING: "待补正",
    State.NOT_ACCEPTED: "不予受理",
    State.ACCEPTED: "已受理",
    State.IN_REVIEW: "审查中",
    State.CHECKED: "已审核",
    State.DECIDED: "已决定",
    State.ISSUED: "已制证",
    State.DELIVERED: "已送达",
    State.WITHDRAWN: "已撤回",
    State.RETURNED: "已退件",
    State.DENIED: "不予批准",
}


def standing_after(stage: str, state: str) -> State:
    """The case's state after a step of `stage` was completed in `state`."""
    now = State(state)
    match stage:
        case "accept" if now in BEFORE_ACCEPTANCE:
            return State.ACCEPTED
        case "review" | "inspect" | "publicise" | "other" if now is State.ACCEPTED:
            return State.IN_REVIEW
        case "check" if now in UNDER_WAY:
            return State.CHECKED
        case "decide" if now in UNDER_WAY:
            return State.DECIDED
        case "issue" if now in UNDER_WAY or now is State.DECIDED:
            return State.ISSUED
        case "deliver" if now not in OVER:
            return State.DELIVERED
    return now


def papers_after(papers: Sequence[str], state: str, *, ended: bool) -> tuple[str, ...]:
    """The papers that a step hands out, the case being in `state` after it. A notice of acceptance
    is for a case that was accepted and goes on: not for one that isn't yet, or ends with the step.
    """
    accepted = State(state) not in BEFORE_ACCEPTANCE and not ended
    return tuple(paper for paper in papers if paper != "acceptance" or accepted)


Light = Literal["green", "yellow", "red", "paused", "none"]


def light(due: datetime | None, now: datetime, *, one_working_day: timedelta, held: bool) -> Light:
    """Yellow when at most one working day is left, red past the due time, paused while held.

    `one_working_day` is how long from `now` the end of the next working day is.
    """
    if held:
        return "paused"
    if due is None:
        return "none"
    if now > due:
        return "red"
    return "yellow" if due - now <= one_working_day else "green"


def query_password(secret: bytes, receipt_number: str) -> str:
    """Six digits that open the tracking page. Derived, so they are stored nowhere."""
    digest = hmac.new(secret, b"track:" + receipt_number.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


def identity_shown(identity: str, kind: str, *, concealed: bool) -> str:
    """Whose case it is: a citizen's number in the middle hidden; credit codes are public."""
    return masked(identity) if concealed and kind == "person" else identity


def masked(identity: str) -> str:
    """An ID number as others may see it: 3301**********1234."""
    if len(identity) < 8:
        return "*" * len(identity)
    return identity[:4] + "*" * (len(identity) - 8) + identity[-4:]
