"""Whether a play went as its scenario expects, in words; and what it would have to expect."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bpmn.dialect import parse_limit
from bpmn.problems import Malformed
from onewindow import clock
from onewindow.cases.rules import State
from onewindow.cases.words import state_name
from onewindow.errors import Invalid
from onewindow.rehearsal.output import Paper
from onewindow.rehearsal.play import Play, Task
from onewindow.rehearsal.scenario import Expect, Open, Refusal, Scenario, Seen
from onewindow.rehearsal.told import act_words, outcome_words, paper_words
from onewindow.tenants.rules import LEVELS
from onewindow.web.errors import sentence
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.words import short_date, span_words

if TYPE_CHECKING:
    from onewindow.rehearsal.scenarios import Stop


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that isn't as expected: after which act (0: the start), in words, at which step."""

    act: int
    text: str
    step: str = ""


def seen(play: Play | None, stop: "Stop | None") -> Expect:
    """What was seen, as a scenario would expect it."""
    if play is None:
        return Expect(refused=_refusal_of(stop))
    return Expect(
        after=[
            Seen(open=[_open(play, task) for task in moment.open], state=str(moment.state))
            for moment in play.moments
        ],
        papers=[paper.key for paper in handed_out(play)],
        ended=not play.running,
        outcome=play.outcome,
        refused=_refusal_of(stop),
    )


def differences(scenario: Scenario, play: Play | None, stop: "Stop | None") -> list[Difference]:
    """What isn't as expected, in the order it happened; empty: the scenario passes."""
    return list(_differences(scenario, play, stop))


def _differences(
    scenario: Scenario, play: Play | None, stop: "Stop | None"
) -> Iterator[Difference]:
    wanted = scenario.expect
    if play is not None:
        for number, (moment, expected) in enumerate(zip(play.moments, wanted.after, strict=False)):
            if expected is None:
                continue
            when = _when(scenario, play, number)
            if expected.state is not None and expected.state != moment.state:
                yield Difference(
                    number,
                    _(
                        "{when}，办件应为“{wanted}”，实际是“{state}”。",
                        when=when,
                        wanted=_state(expected.state),
                        state=_state(str(moment.state)),
                    ),
                )
            if expected.open is not None:
                for text, step in _open_differences(play, expected.open, moment.open, when):
                    yield Difference(number, text, step)
    yield from _refused(scenario, play, stop)
    if play is None or (stop is None) != (wanted.refused is None):
        return  # said already; what follows from it needs no saying
    yield from _at_the_end(scenario, play)


def _refused(scenario: Scenario, play: Play | None, stop: "Stop | None") -> Iterator[Difference]:
    wanted, last = scenario.expect.refused, len(scenario.acts)
    if stop is None:
        if wanted is not None:
            what = act_words(scenario, play, last)
            yield Difference(last, _("“{act}”应当办不成，实际办成了。", act=what))
        return
    what = act_words(scenario, play, stop.act)
    why = told(stop)
    if wanted is None or stop.act != last:
        yield Difference(stop.act, _("“{act}”没有办成：{why}", act=what, why=why))
        return
    fields = fields_of(stop)
    if wanted.fields is not None and set(wanted.fields) != set(fields):
        yield Difference(
            stop.act,
            _(
                "“{act}”应因“{wanted}”办不成，实际是因为“{fields}”：{why}",
                act=what,
                wanted="、".join(wanted.fields) or "–",
                fields="、".join(fields) or "–",
                why=why,
            ),
        )
    elif wanted.code is not None and wanted.code != stop.why.code:
        yield Difference(stop.act, _("“{act}”办不成的原因变了：{why}", act=what, why=why))


def _at_the_end(scenario: Scenario, play: Play) -> Iterator[Difference]:
    wanted, last = scenario.expect, len(play.moments) - 1
    if wanted.papers is not None:
        made = [paper.key for paper in handed_out(play)]
        for key in (key for key in wanted.papers if key not in made):
            name = paper_words(play, key)
            yield Difference(last, _("应生成《{paper}》，实际没有。", paper=name))
        for key in (key for key in made if key not in wanted.papers):
            name = paper_words(play, key)
            yield Difference(last, _("不应生成《{paper}》，实际生成了。", paper=name))
        for paper in handed_out(play):
            if paper.problem:
                yield Difference(
                    last, _("《{paper}》无法生成：{why}", paper=paper.title, why=_(paper.problem))
                )
    if wanted.outcome is not None and wanted.outcome != play.outcome:
        yield Difference(
            last,
            _(
                "结果应为“{wanted}”，实际是“{outcome}”。",
                wanted=outcome_words(wanted.outcome),
                outcome=outcome_words(play.outcome),
            ),
        )
    if wanted.ended is not None and wanted.ended == play.running:
        yield Difference(
            last,
            _("办件应已办结，实际还没有。") if wanted.ended else _("办件不应办结，实际已经办结。"),
        )
    for name, value in (wanted.data or {}).items():
        found = _plain(play.run.data.get(name))
        if found != value:
            yield Difference(
                last,
                _(
                    "流程变量“{name}”应为 {wanted}，实际是 {value}。",
                    name=name,
                    wanted=_shown(value),
                    value=_shown(found),
                ),
            )


def _open_differences(
    play: Play, wanted: list[Open], found: tuple[Task, ...], when: str
) -> Iterator[tuple[str, str]]:
    left = list(found)
    for expected in wanted:
        fit = [
            task
            for task in left
            if task.step.id == expected.step and expected.index in (None, task.index)
        ]
        name = play.version.step_name(expected.step, language())
        if not fit:
            now = "、".join(play.version.step_name(each.step.id, language()) for each in left)
            yield (
                _(
                    "{when}，应到“{step}”，实际{now}。",
                    when=when,
                    step=name,
                    now=_("在“{steps}”", steps=now) if now else _("没有在办的环节"),
                ),
                expected.step,
            )
            continue
        task = fit[0]
        left.remove(task)
        yield from ((text, expected.step) for text in _task_differences(play, expected, task, when))
    for task in left:
        name = play.version.step_name(task.step.id, language())
        yield _("{when}，不应到“{step}”，实际到了。", when=when, step=name), task.step.id


def _task_differences(play: Play, wanted: Open, task: Task, when: str) -> Iterator[str]:
    name = play.version.step_name(task.step.id, language())
    said = {"when": when, "step": name}
    if wanted.lane is not None and wanted.lane != task.asked:
        yield _(
            "{when}，“{step}”应由“{wanted}”办理，实际是“{lane}”。",
            wanted=lane_words(play, task.tenant, wanted.lane),
            lane=lane_words(play, task.tenant, task.asked),
            **said,
        )
    where = at_of(play, task)
    if wanted.at is not None and wanted.at != where and _tenant_at(play, wanted.at) != task.tenant:
        yield _(
            "{when}，“{step}”应在“{wanted}”办理，实际在“{place}”。",
            wanted=wanted.at,
            place=play.world.places[task.tenant].named(language()),
            **said,
        )
    held = task.state == "held"
    if wanted.held and not held:
        yield _("{when}，“{step}”应暂停等待补正，实际没有。", **said)
    elif held and not wanted.held:
        yield _("{when}，“{step}”不应暂停，实际在等待补正。", **said)
    if wanted.due is not None and not _is_due(play, wanted.due, task):
        yield _(
            "{when}，“{step}”的期限应为 {wanted}，实际是 {due}。",
            wanted=due_words(wanted.due),
            due=due_words(due_of(play, task)),
            **said,
        )


# ---- what is seen of a task ---------------------------------------------------------------------


def _open(play: Play, task: Task) -> Open:
    return Open(
        step=task.step.id,
        lane=task.asked,
        at=at_of(play, task),
        due=due_of(play, task),
        index=task.index,
        held=task.state == "held",
    )


def at_of(play: Play, task: Task) -> str:
    """Where a task is done, as a scenario says it."""
    if task.tenant == play.world.owner:
        return "owner"
    return "filing" if task.tenant == play.filed_at else play.world.places[task.tenant].level


def _tenant_at(play: Play, at: str) -> int:
    known = at in ("owner", "filing", *LEVELS)
    return play.world.places.place_for(
        at if known else None, filing=play.filed_at, owner=play.world.owner
    )


def due_of(play: Play, task: Task) -> str | None:
    """When a task is due, as a scenario says it: the time allowed where that explains it, which
    holds on other days too, else the date."""
    if task.due is None:
        return None
    limit = play.limit_of(task)
    if limit is not None and play.world.due(task.tenant, limit, task.opened_at) == task.due:
        return str(limit)
    return clock.local(task.due).date().isoformat()


def _is_due(play: Play, wanted: str, task: Task) -> bool:
    if task.due is None:
        return False
    try:
        return play.world.due(task.tenant, parse_limit(wanted), task.opened_at) == task.due
    except Malformed:
        return clock.local(task.due).date().isoformat() == wanted


def due_words(due: str | None) -> str:
    """A due time of a scenario in words."""
    if not due:
        return _("不限时")
    try:
        parse_limit(due)
    except Malformed:
        try:
            return short_date(date.fromisoformat(due))
        except ValueError:
            return due
    return span_words(due)


def lane_words(play: Play, tenant: int, asked: str) -> str:
    """A lane as a drawing gives it, in words of the tenant where it is served."""
    if asked == "/applicant":
        return _("申请人")
    kind, _colon, login = asked.partition(":")
    if kind == "person":
        known = play.world.staff.get(login)
        return known.name if known is not None else login
    return play.world.lane_words(tenant, asked, language())


def handed_out(play: Play) -> list[Paper]:
    """Papers in the order they were made, and the certificate."""
    made = [*play.papers, *play.certificates]
    return sorted(made, key=lambda paper: paper.at)


# ---- refusals -----------------------------------------------------------------------------------


def told(stop: "Stop") -> str:
    """Why a play was refused, in the reader's language, with the first field where fields are."""
    if isinstance(stop.why, Invalid) and stop.why.fields:
        first = stop.why.fields[0]
        said = _(first.text, **first.params)
        named = not first.label or first.label in said
        return said if named else _("{name}：{problem}", name=first.label, problem=said)
    return sentence(stop.why)


def fields_of(stop: "Stop") -> list[str]:
    """The fields a refusal names."""
    fields = stop.why.fields if isinstance(stop.why, Invalid) else ()
    return list(dict.fromkeys(each.field for each in fields))


def _refusal_of(stop: "Stop | None") -> Refusal | None:
    if stop is None:
        return None
    return Refusal(fields=fields_of(stop) or None, code=stop.why.code)


# ---- words --------------------------------------------------------------------------------------


def _when(scenario: Scenario, play: Play, number: int) -> str:
    if number == 0:
        return _("提交申请后")
    return _("第 {n} 步（{act}）后", n=number, act=act_words(scenario, play, number))


def _state(state: str) -> str:
    return state_name(state) if state in set(State) else state


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _shown(value: Any) -> str:
    match value:
        case None:
            return _("（空）")
        case bool():
            return _("是") if value else _("否")
    return str(value)
