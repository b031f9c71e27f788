"""What people do to a played case, each act as a real case takes it."""

from datetime import datetime, timedelta
from zlib import crc32

import bpmn
from bpmn.dialect import parse_limit
from onewindow.cases import law, rules
from onewindow.cases.application import (
    holder_of,
    require_there,
    summary_of,
    variables_of,
    verdict_on,
)
from onewindow.cases.moves import engine
from onewindow.cases.rules import State
from onewindow.errors import Refusal
from onewindow.rehearsal.play import MOST_BY_ITSELF, GoesOnAndOn, Play, Task
from onewindow.rehearsal.scenario import (
    Act,
    Answer,
    AtStep,
    Complete,
    Correct,
    Refuse,
    Return,
    Service,
    Wait,
    Withdraw,
)
from onewindow.rehearsal.world import APPLICANT, Holder
from onewindow.web.i18n import N_

FARTHEST = timedelta(days=365 * 20)


class NotOpen(Refusal):
    text = "“{step}”现在不在办理中。"


class NobodyNamed(Refusal):
    status = 422
    text = "“{login}”不能办理“{step}”。"


class NothingToWaitFor(Refusal):
    text = "没有要等的期限。"


class TooFar(Refusal):
    status = 422
    text = "时间走得太远了。"


def do(play: Play, act: Act) -> None:
    """Do one act. Raises the refusal that a real case would meet."""
    if not play.running and not isinstance(act, Wait):
        raise rules.NotInThisState(state=rules.STATE_NAMES[play.state], verb=N_("继续办理"))
    match act:
        case Complete():
            _complete(play, act)
        case Correct():
            _correct(play, act)
        case Answer():
            _answer(play, act)
        case Refuse():
            _refuse(play, act)
        case Return():
            _return(play, act)
        case Withdraw():
            _withdraw(play, act)
        case Wait():
            _wait(play, act)
        case Service():
            _serve(play, act)
    play.after()


def _complete(play: Play, act: Complete) -> None:
    task, doer = _at(play, act)
    step, version = task.step, play.version
    outcome = law.outcome_of(step, act.outcome)
    data, answer = law.answers_to(version, step, act.answers, play.all_answers(), play.today)
    routing = {**data, "outcome": outcome}
    if step.stage == "accept" and play.correction is not None:
        anew = variables_of(
            version, play.application, play.who, play.filed_at, play.start.channel, now=play.now
        )
        routing = {**anew, **routing}
    with engine():
        moved = bpmn.complete(
            version.process, play.run.state, task.uid, routing, play.now, calendar=play.calendar
        )
    play.note_task("task.completed", task, doer, outcome=outcome, why=act.why.strip()[:2000])
    if answer is not None:
        form, element, kept = answer
        play.answers.append(((form, element, task.index), kept))
    follows = law.after_step(step.stage, play.state, play.now)
    play.change(follows.changes)
    if follows.accepts:
        for column, limit in (
            ("promised_due", version.definition.limits.limit("promised")),
            ("statutory_due", version.definition.limits.limit("statutory")),
        ):
            play.columns[column] = play.world.due(play.world.owner, limit, play.now)
        play.note("case.accepted", by_name=doer.name)
    if follows.grants:
        play.note("case.granted", by_name=doer.name)
    play.done(task, doer)
    play.moved(moved)
    for paper in rules.papers_after(step.papers, play.state, ended=moved.ended):
        play.make(paper)


def _correct(play: Play, act: Correct) -> None:
    task, doer = _at(play, act)
    items = [law.Missing(each.text, each.material, each.field) for each in act.items]
    earlier = play.correction["at"] if play.correction is not None else None
    asked = law.correction_asked(
        task.name, task.step.stage, play.state, items, play.version, earlier
    )
    due = play.due_here(play.filed_at, "correction")
    for each in play.waiting:
        each.state = "held"
    play.correction = {"at": play.now, "items": asked, "due": due}
    play.columns["correction_due"] = due
    play.state = State.CORRECTING
    play.note_task("correction.requested", task, doer, detail={"items": asked})
    play.make("correction")


def _answer(play: Play, act: Answer) -> None:
    law.require_answerable(play.state)
    version = play.version
    data = None if act.answers is None else verdict_on(version, act.answers, today=play.today)
    stands = play.application if data is None else data
    handed_in = play.materials | {*act.materials}
    require_there(version, stands, handed_in, now=play.now)
    play.materials = handed_in
    play.who = holder_of(version, stands, play.who)
    play.summary = summary_of(version, stands, now=play.now)
    due = play.due_here(play.filed_at, "acceptance")
    if data is not None:
        play.answers.append(((version.definition.apply_form, "", None), data))
    for each in play.tasks:
        if each.state == "held":
            each.state, each.due, each.opened_at = "open", due, play.now
    play.columns |= {"acceptance_due": due, "correction_due": None}
    play.state = State.SUBMITTED
    play.note("correction.answered", by_name=play.who.name)


def _refuse(play: Play, act: Refuse) -> None:
    task, doer = _at(play, act)
    refusal = play.refusal = law.refused_at(
        task.name,
        task.step.stage,
        play.state,
        facts=act.facts,
        reasons=act.reasons,
        legal_basis=act.legal_basis,
        at=play.now,
    )
    play.change(refusal.changes)
    play.note_task(
        "case.refused",
        task,
        doer,
        outcome=refusal.kind,
        why=refusal.reasons,
        detail={"legal_basis": refusal.legal_basis},
    )
    play.done(task, doer)
    play.stopped()
    play.make(refusal.kind)


def _return(play: Play, act: Return) -> None:
    task, doer = _at(play, act)
    reason = law.require_return(act.to, play.earlier(task), act.why)
    process = play.version.process
    with engine():
        moved = bpmn.jump(
            process, play.run.state, act.to, play.now, from_task=task.uid, calendar=play.calendar
        )
    detail = {"to": act.to, "to_name": process.steps[act.to].name}
    play.note_task("case.returned_to", task, doer, why=reason, detail=detail)
    play.done(task, doer)
    play.moved(moved)


def _withdraw(play: Play, act: Withdraw) -> None:
    reason, changes = law.withdrawn(play.state, act.why, play.now)
    play.change(changes)
    play.note("case.withdrawn", by_name=play.who.name, why=reason)
    play.stopped()


def _wait(play: Play, act: Wait) -> None:
    """Let time pass; timers fire when they are due, each at its own moment."""
    until = _until(play, act)
    if until - play.start.at > FARTHEST:
        raise TooFar
    fired = 0
    while (due := play.run.next_due) is not None and due <= until and play.running:
        fired += 1
        if fired > MOST_BY_ITSELF:
            raise GoesOnAndOn(most=MOST_BY_ITSELF)
        play.now = max(play.now, due)
        with engine():
            moved = bpmn.fire(
                play.version.process, play.run.state, play.now, calendar=play.calendar
            )
        names = [play.version.step_name(element) for element in moved.passed]
        play.note("timer.fired", detail={"passed": names[:20]})
        play.moved(moved)
        play.serve_all()
    play.now = until


def _serve(play: Play, act: Service) -> None:
    found = next((each for each in play.services if each.step.id == act.step), None)
    if found is None:
        raise NotOpen(step=play.version.step_name(act.step))
    play.answered(found, act.result)


def _until(play: Play, act: Wait) -> datetime:
    until: datetime | None
    match act.until:
        case None:
            until = play.world.later(parse_limit(act.span or ""), play.now)
        case "timer":
            until = play.run.next_due
        case "deadline":
            until = next(iter(play.deadlines()), None)
        case moment:
            until = moment
    if until is None or until < play.now:
        raise NothingToWaitFor
    return until


def _at(play: Play, act: AtStep) -> tuple[Task, Holder]:
    """The open task an act is about, and who does it. Raises as a real case would."""
    found = [
        task
        for task in play.waiting
        if task.step.id == act.step and act.index in (None, task.index)
    ]
    if not found:
        raise NotOpen(step=play.version.step_name(act.step))
    if found[0].state == "held":
        raise rules.OnHold(step=found[0].name)
    return found[0], _doer(play, found[0], act.by)


def _doer(play: Play, task: Task, login: str) -> Holder:
    """Who does a task: `login`, or the first who may (maker–checker counts). Where nobody is known,
    somebody without a name who never did anything before."""
    if not login:
        free = next(iter(play.able(task) or ()), None)
        return free or Holder(APPLICANT - 1 - len(play.record), "", "")
    barred = play.barred(task)
    able = play.world.serving(task.tenant, task.lane)
    if able is None:
        doer = Holder(-(1 << 33) - crc32(login.encode()), login, login)
    else:
        found = next((each for each in able if each.login == login), None)
        if found is None:
            raise NobodyNamed(login=login, step=task.name)
        doer = found
    if doer.id in barred:
        earlier = play.version.step_name(barred[doer.id])
        raise rules.MakerIsChecker(step=task.name, earlier=earlier)
    return doer
