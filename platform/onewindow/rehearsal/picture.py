"""The whole picture of a play, as JSON for a page or a program, in the reader's language.

    {"now", "state", "state_name", "ended", "outcome", "applicant", "summary", "filed_at",
     "open":     [{"step", "index", "name", "stage", "state", "lane", "place", "people", "count",
                   "fallback", "barred", "due", "late", "form", "data", "access", "outcomes",
                   "verbs", "refusal", "earlier", "missing"}],
     "services": [{"step", "name", "operation", "problem"}],
     "applicant_may": ["answer", "withdraw"], "deadline", "timer",
     "data", "answers", "path": {"done", "current", "overdue", "flows"},
     "record", "papers", "clock", "acts": [words of each act done]}

Moments are ISO texts in legal time.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from forms.messages import Lang
from onewindow import clock
from onewindow.cases import law, rules
from onewindow.cases.application import wanted_materials
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, outcome_name, state_name
from onewindow.cases.words import told as record_words
from onewindow.matters.drawing import lanes_in
from onewindow.matters.words import refusal_name
from onewindow.rehearsal.expect import due_of, handed_out, lane_words
from onewindow.rehearsal.play import Play, Task
from onewindow.rehearsal.scenario import Scenario
from onewindow.rehearsal.told import act_words, outcome_words, paper_words
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.workdays import rules as workdays

CLOCK = (
    "submitted_at", "acceptance_due", "correction_due", "accepted_at", "promised_due",
    "statutory_due", "decided_at", "issued_at", "closed_at",
)  # fmt: skip


def picture(play: Play, scenario: Scenario) -> dict[str, Any]:
    """Everything that can be seen of a play."""
    return {
        "now": _moment(play.now),
        "state": str(play.state),
        "state_name": state_name(play.state),
        "tone": STATE_TONES[play.state],
        "ended": not play.running,
        "outcome": play.outcome,
        "outcome_name": outcome_words(play.outcome),
        "applicant": play.who.name,
        "summary": play.summary,
        "filed_at": play.world.places.centre_name(play.filed_at, language()),
        "open": [_task(play, task) for task in play.waiting],
        "services": [
            {
                "step": each.step.id,
                "name": play.version.step_name(each.step.id, language()),
                "operation": each.step.operation or "",
                "problem": _(each.problem),
            }
            for each in play.services
        ],
        "applicant_may": _applicant_may(play),
        "deadline": _moment(next(iter(play.deadlines()), None)),
        "timer": _moment(play.run.next_due),
        "data": {name: _plain(value) for name, value in play.run.data.items()},
        "answers": _answers(play),
        "path": _path(play),
        "record": [
            {**record_words(entry.row() | {"at": entry.at}, play.version), "at": _moment(entry.at)}
            for entry in reversed(play.record)
        ],
        "papers": [
            {
                "key": paper.key,
                "title": paper_words(play, paper.key),
                "number": paper.number,
                "at": _moment(paper.at),
                "problem": _(paper.problem) if paper.problem else "",
            }
            for paper in handed_out(play)
        ],
        "clock": {name: _moment(play.columns.get(name)) for name in CLOCK},
        "acts": [
            {"words": act_words(scenario, play, number), "at": _moment(moment.at)}
            for number, moment in enumerate(play.moments)
        ],
    }


def _task(play: Play, task: Task) -> dict[str, Any]:
    step, version, lang = task.step, play.version, language()
    able = play.world.serving(task.tenant, task.lane)
    barred = play.barred(task)
    free = play.able(task) or []
    # Whose names they are is for their own place to say.
    mine = play.world.owner in play.world.places[task.tenant].path
    may = () if task.state == "held" else _verbs(play, task)
    given = play.all_answers()
    return {
        "step": step.id,
        "index": task.index,
        "name": version.step_name(step.id, lang, (lang == "en" and task.name_en) or task.name),
        "drawn_in": lanes_in(version, lang).get(step.id, ""),
        "help": step.documentation,
        "stage": step.stage,
        "state": task.state,
        "lane": lane_words(play, task.tenant, task.asked),
        "asked": task.asked,
        "place": play.world.places[task.tenant].named(lang),
        "people": [
            {"login": each.login, "name": each.name, "backup": each.backup} for each in free if mine
        ],
        "count": len(free) if able is not None else None,
        "fallback": play.world.lane_words(task.tenant, task.lane, lang) if task.fallback else "",
        "unserved": able is not None and not able,
        "barred": [
            {
                "name": each.name if mine else "",
                "earlier": version.step_name(barred[each.id], lang),
            }
            for each in able or ()
            if each.id in barred
        ],
        "due": _moment(task.due),
        "allowed": due_of(play, task) or "",
        "left": _left(play, task),
        "late": task.due is not None and play.now > task.due,
        "form": step.form or "",
        "data": law.begun(version, step, task.index, given, play.by_slot()),
        "access": dict(step.fields),
        "outcomes": [{"id": each.id, "name": outcome_name(each)} for each in step.outcomes],
        "verbs": list(may),
        "refusal": refusal_name(step.stage, version.definition.item_type),
        "earlier": [{"id": id, "name": version.step_name(id, lang)} for id in play.earlier(task)]
        if "return" in may
        else [],
        "materials": [
            {"key": each.key, "name": each.name.in_(lang)}
            for each in wanted_materials(version, given, now=play.now)
            if not each.shared
        ]
        if "correct" in may
        else [],
    }


def _verbs(play: Play, task: Task) -> list[str]:
    """What may be done with a task besides finishing it."""
    stage = task.step.stage
    may = []
    if stage == "accept" and play.state == State.SUBMITTED and play.correction is None:
        may.append("correct")
    if stage in law.REFUSALS and play.state in law.REFUSALS[stage][2]:
        may.append("refuse")
    if play.earlier(task):
        may.append("return")
    return may


def _applicant_may(play: Play) -> list[str]:
    may = ["answer"] if play.state is State.CORRECTING else []
    if play.running and play.state in rules.BEFORE_ACCEPTANCE | rules.UNDER_WAY:
        may.append("withdraw")
    return may


def _answers(play: Play) -> list[dict[str, Any]]:
    """Answers to read: each form under its step's name."""
    lang: Lang = "en" if language() == "en" else "zh"
    called = {(task.step.id, task.index): (task.name, task.name_en) for task in play.tasks}
    told = []
    for (form, element, index), data in play.by_slot().items():
        name, english = called.get((element, index), ("", ""))
        recorded = (lang == "en" and english) or name
        number = f" {index + 1}" if index is not None else ""
        told.append(
            {
                "form": form,
                "name": play.version.step_name(element, lang, recorded) + number
                if element
                else _("申请表"),
                "rows": [list(row) for row in play.version.form(form).render(data, lang)],
            }
        )
    return told


def _path(play: Play) -> dict[str, Any]:
    """Where the case has been and is, for the drawing."""
    standing = play.waiting
    overdue = [task.step.id for task in standing if task.due is not None and play.now > task.due]
    current = {task.step.id for task in standing} | {each.step.id for each in play.services}
    drawing = play.version.process.plan.drawing
    flows = [flow for scope in drawing.scopes.values() for flow in scope.flows]
    return {
        "done": [id for id in play.passed if id not in current],
        "current": sorted(current - {*overdue}),
        "overdue": sorted({*overdue}),
        "flows": [flow.id for flow in flows if (flow.source, flow.target) in play.flows],
    }


def _left(play: Play, task: Task) -> int | None:
    """Working days until it is due; negative past it."""
    if task.due is None:
        return None
    calendar = play.world.calendar(task.tenant)
    return workdays.workdays_left(task.due, play.now, calendar, clock.ZONE)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else clock.local(moment).isoformat()


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    return value
