"""Acts, papers and outcomes of a scenario in the reader's language."""

from datetime import datetime
from typing import TYPE_CHECKING

from onewindow.cases.words import outcome_name
from onewindow.delivery.wording import shipped_wordings
from onewindow.matters.versions import Version
from onewindow.rehearsal.output import CERTIFICATE
from onewindow.rehearsal.scenario import (
    Act,
    Answer,
    Complete,
    Correct,
    Refuse,
    Return,
    Scenario,
    Service,
    Wait,
    Withdraw,
)
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.words import short_datetime, span_words

if TYPE_CHECKING:
    from onewindow.rehearsal.play import Play


def act_words(scenario: Scenario, play: "Play | None", number: int) -> str:
    """What the n-th act is (0: the application)."""
    if number == 0:
        return _("提交申请")
    version = play.version if play is not None else None
    return told_act(version, scenario.acts[number - 1])


def told_act(version: Version | None, act: Act) -> str:
    """One act: "审查：提交审核", "等待 3 个工作日"."""
    match act:
        case Complete():
            done = outcome_words_of(version, act.step, act.outcome) or _("办理完成")
            return _of(version, act.step, done)
        case Correct():
            return _of(version, act.step, _("一次性告知补正"))
        case Refuse():
            return _of(version, act.step, _("作出否定决定"))
        case Return():
            to = step_words(version, act.to)
            return _of(version, act.step, _("退回至“{step}”", step=to))
        case Service():
            return _of(version, act.step, _("办理完成"))
        case Answer():
            return _("提交补正")
        case Withdraw():
            return _("撤回申请")
        case Wait():
            return _waiting(act)


def _of(version: Version | None, step: str, done: str) -> str:
    name = step_words(version, step)
    return name if name == done else _("{step}：{act}", step=name, act=done)


def step_words(version: Version | None, step: str) -> str:
    return version.step_name(step, language()) if version is not None else step


def outcome_words_of(version: Version | None, step: str, outcome: str) -> str:
    """The button pressed."""
    known = version.process.steps.get(step) if version is not None else None
    for each in known.outcomes if known is not None else ():
        if each.id == outcome:
            return outcome_name(each)
    return outcome


def _waiting(act: Wait) -> str:
    if act.span is not None:
        return _("等待 {span}", span=span_words(act.span))
    if isinstance(act.until, datetime):
        return _("等到 {at}", at=short_datetime(act.until))
    return _("等到计时到期") if act.until == "timer" else _("等到下一期限")


def outcome_words(outcome: str) -> str:
    """granted, denied … in words."""
    return {
        "": _("尚未决定"),
        "granted": _("准予"),
        "denied": _("不予批准"),
        "not_accepted": _("不予受理"),
        "withdrawn": _("申请人撤回"),
    }.get(outcome, outcome)


def paper_words(play: "Play", key: str) -> str:
    """What a paper is called."""
    definition = play.version.definition
    kind, _colon, which = key.partition(":")
    if kind == CERTIFICATE:
        plan = definition.certificates.get(which) if which else definition.certificate
        return plan.name.in_(language()) if plan is not None else key
    own = definition.papers.get(key)
    if own is not None and own.title is not None:
        return own.title.in_(language())
    shipped = shipped_wordings()
    wording = shipped.get(f"{key}.{definition.item_type}") or shipped.get(key)
    return _(wording["title"]) if wording is not None else key
