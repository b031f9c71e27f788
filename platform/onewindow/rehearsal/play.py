"""One case played through, in memory: the engine, the forms, the calendar and the law of a real
one, without its rows, jobs, numbers and messages.

    play = Play(version, world, scenario.start)
    play.begin()
    for act in scenario.acts:
        acts.do(play, act)

Each raises the Refusal a real case would meet; nothing has changed then but what the act itself
had begun, so a refused play is not gone on with. What a job would do after an act is done within
it: service steps are answered, papers worked out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

import bpmn
from bpmn.dialect import Assign, Limit
from feel import FeelError
from onewindow import clock
from onewindow.cases import law
from onewindow.cases.application import (
    For,
    begun,
    holder_of,
    require_there,
    required_materials,
    summary_of,
    verdict_on,
)
from onewindow.cases.moves import engine, usual_limit
from onewindow.cases.record import Entry
from onewindow.cases.rules import OVER, State
from onewindow.errors import Refusal
from onewindow.matters.versions import Version
from onewindow.people import rules as people
from onewindow.rehearsal import output
from onewindow.rehearsal.scenario import Start
from onewindow.rehearsal.world import APPLICANT, Holder, World
from onewindow.web.i18n import N_
from onewindow.workdays.rules import Calendar

MOST_BY_ITSELF = 100
"""Service steps and timers that one act may set off; more is a cycle that waits for nobody."""
UNSERVED = N_("平台不能自动完成这一步，须写明它的结果。")


class GoesOnAndOn(Refusal):
    text = "流程连续自动走了 {most} 步还没有停下来，请检查是否有死循环。"


@dataclass(slots=True)
class Task:
    """A human step of the play. `asked` is its lane as the drawing gives it, `lane` where it waits
    (the fallback where nobody serves what was asked)."""

    uid: str
    step: bpmn.StepSpec
    name: str
    name_en: str
    index: int | None
    tenant: int
    asked: str
    lane: str
    fallback: bool
    due: datetime | None
    opened_at: datetime
    state: str = "open"
    doer: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A service step that is not answered: the platform can't, or could not (`problem`)."""

    id: str
    step: bpmn.StepSpec
    inputs: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What stood after the start or an act."""

    at: datetime
    state: State
    open: tuple[Task, ...]


@dataclass(slots=True)
class Play:
    """A case under way. `columns` is what its row would say: accepted_at, promised_due, decision,
    closed_at …; `answers` are in the order they were given, `papers` too."""

    version: Version
    world: World
    start: Start
    now: datetime = field(init=False)
    filed_at: int = field(init=False)
    who: For = field(init=False)
    summary: str = ""
    state: State = State.SUBMITTED
    run: bpmn.Moved = field(init=False)
    tasks: list[Task] = field(default_factory=list)
    services: list[Waiting] = field(default_factory=list)
    answers: list[tuple[law.Slot, Mapping[str, Any]]] = field(default_factory=list)
    materials: set[str] = field(default_factory=set)
    correction: dict[str, Any] | None = None
    refusal: law.Refused | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    papers: list[output.Paper] = field(default_factory=list)
    certificates: list[output.Paper] = field(default_factory=list)
    record: list[Entry] = field(default_factory=list)
    passed: dict[str, None] = field(default_factory=dict)
    flows: dict[tuple[str, str], None] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    @property
    def calendar(self) -> Calendar:
        """The owner's, which the drawing's expressions reckon by."""
        return self.world.calendar(self.world.owner)

    def begin(self) -> None:
        """Hand the application in. Raises Invalid naming fields and materials, and Refusal."""
        start, version = self.start, self.version
        self.now = start.at
        self.filed_at = self.world.place(start.place)
        data = verdict_on(version, start.answers, today=self.today)
        known = start.applicant
        if start.materials is None:
            needed = required_materials(version, data, now=self.now)
            self.materials = {material.key for material in needed}
        else:
            self.materials = {*start.materials}
        require_there(version, data, self.materials, now=self.now)
        self.who = holder_of(version, data, For(known.name, known.id_number, known.phone))
        self.summary = summary_of(version, data, now=self.now)
        with engine():
            moved = begun(
                version,
                data,
                self.who,
                self.filed_at,
                start.channel,
                self.now,
                calendar=self.calendar,
            )
        self.answers.append(((version.definition.apply_form, "", None), data))
        self.columns |= {
            "submitted_at": self.now,
            "acceptance_due": self.due_here(self.filed_at, "acceptance"),
        }
        online = start.channel == "online"
        self.note(
            "case.submitted",
            by_name=self.who.name if online else self._at_window().name,
            on_behalf_of="" if online else self.who.name,
        )
        self.moved(moved)
        self.after()

    # ---- asked from outside ---------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return not self.run.ended

    @property
    def today(self) -> date:
        return clock.local(self.now).date()

    @property
    def waiting(self) -> list[Task]:
        """Steps that wait for somebody, or for the applicant (held), in the order they opened."""
        return [task for task in self.tasks if task.state in ("open", "held")]

    @property
    def application(self) -> Mapping[str, Any]:
        form = self.version.definition.apply_form
        return next(data for slot, data in reversed(self.answers) if slot[0] == form)

    @property
    def outcome(self) -> str:
        """granted | denied | not_accepted | withdrawn, or "" while nothing is decided."""
        if self.state in (State.NOT_ACCEPTED, State.WITHDRAWN):
            return str(self.state)
        return str(self.columns.get("decision", ""))

    def all_answers(self) -> dict[str, Any]:
        """All answers, later ones over earlier ones: what read-only fields show."""
        merged: dict[str, Any] = {}
        for _slot, data in self.answers:
            merged |= data
        return merged

    def by_form(self) -> dict[str, Mapping[str, Any]]:
        """The latest answers to each form, in the order they were given."""
        return _latest((slot[0], data) for slot, data in self.answers)

    def by_slot(self) -> dict[law.Slot, Mapping[str, Any]]:
        """The latest answers of each step, and of each of its instances."""
        return _latest(self.answers)

    def earlier(self, task: Task) -> list[str]:
        """Steps done already, to which the case may be sent back from this one."""
        done = {each.step.id: each for each in self.tasks if each.state == "done"}
        return [
            id
            for id, each in done.items()
            if id != task.step.id and law.may_return_to(each.step.stage)
        ]

    def barred(self, task: Task) -> dict[int, str]:
        """Who may not do this one, having done an earlier one (maker–checker): id → that step."""
        done = {each.step.id: each.doer for each in self.tasks if each.state == "done"}
        doers = ((done.get(element), element) for element in task.step.differs_from)
        return {doer: element for doer, element in doers if doer is not None}

    def able(self, task: Task) -> list[Holder] | None:
        """Who may do a task, maker–checker counted; None where anybody may. First come those who by
        doing it bar themselves from the fewest other steps, as an office would choose."""
        able = self.world.serving(task.tenant, task.lane)
        if able is None:
            return None
        later = [
            self.world.serving(*self._lane(step.assign)) or ()
            for step in self.version.process.steps.values()
            if task.step.id in step.differs_from and step.assign is not None
        ]
        wanted = [{each.id for each in holders} for holders in later]
        barred = self.barred(task)
        return sorted(
            (each for each in able if each.id not in barred),
            key=lambda each: (sum(each.id in ids for ids in wanted), each.backup),
        )

    def limit_of(self, task: Task) -> Limit | None:
        """The time a task is allowed; what law sets where its drawing says nothing."""
        here = self.world.places.settings(task.tenant)
        return task.step.limit or usual_limit(task.step.stage, self.version, here)

    def deadlines(self) -> list[datetime]:
        """What is still to fall due, the soonest first: steps, corrections, promises, timers."""
        case = [
            self.columns.get(column)
            for column in ("correction_due", "promised_due", "statutory_due")
        ]
        tasks = [task.due for task in self.waiting if task.state == "open"]
        found = [*tasks, *(case if self.state not in OVER else ()), self.run.next_due]
        return sorted({each for each in found if each is not None and each > self.now})

    def note(self, kind: str, **more: Any) -> None:
        """A line for the record."""
        self.record.append(Entry(kind, self.now, **more))

    # ---- going on, for acts ---------------------------------------------------------------------

    def done(self, task: Task, doer: Holder) -> None:
        task.state, task.doer = "done", doer.id

    def moved(self, moved: bpmn.Moved) -> None:
        """Take over what the engine said."""
        closed = {*moved.closed}
        for task in self.waiting:
            if task.uid in closed:
                task.state = "cancelled"
        self.services = [each for each in self.services if each.id not in closed]
        self.run = moved
        self.passed |= dict.fromkeys(moved.passed)
        self.flows |= dict.fromkeys(moved.flows)
        self.tasks += [self._opened(opened) for opened in moved.opened]
        self.services += [Waiting(call.id, call.step, call.inputs) for call in moved.services]
        if moved.ended and "closed_at" not in self.columns:
            self.change(law.at_the_end(self.now))
            self.note("case.closed")

    def stopped(self) -> None:
        """Law ends the case: its state stays as it was, nothing is left to do."""
        for task in self.waiting:
            task.state = "cancelled"
        self.services = []
        self.run = bpmn.Moved(
            state=self.run.state,
            opened=(),
            closed=(),
            live=(),
            services=(),
            messages=(),
            next_due=None,
            ended=True,
            data=self.run.data,
            passed=(),
        )

    def after(self) -> None:
        """What the platform's jobs do by themselves, and then what stands."""
        self.serve_all()
        standing = tuple(replace(task) for task in self.waiting)
        self.moments.append(Moment(self.now, self.state, standing))

    def serve_all(self) -> None:
        """Answer the service steps that the platform does by itself."""
        for _round in range(MOST_BY_ITSELF):
            found = next((each for each in self.services if not each.problem), None)
            if found is None or not self.running:
                return
            problem: str = UNSERVED
            try:
                if output.served(self, found.step, found.inputs):
                    self.answered(found, {})
                    continue
            except (Refusal, FeelError) as refused:
                problem = refused.message
            self.services[self.services.index(found)] = replace(found, problem=problem)
        raise GoesOnAndOn(most=MOST_BY_ITSELF)

    def answered(self, service: Waiting, result: Mapping[str, Any]) -> None:
        with engine():
            self.moved(
                bpmn.answer(
                    self.version.process,
                    self.run.state,
                    service.id,
                    dict(result),
                    self.now,
                    calendar=self.calendar,
                )
            )

    def make(self, paper: str) -> None:
        """A paper is made once."""
        if all(each.key != paper for each in self.papers):
            self.papers.append(output.paper(self, paper))

    def change(self, changes: Mapping[str, Any]) -> None:
        """Columns of the case's row; moments stand as texts there."""
        for column, value in changes.items():
            if column == "state":
                self.state = State(value)
            else:
                self.columns[column] = self.now if column.endswith("_at") else value

    def note_task(self, kind: str, task: Task, doer: Holder, **more: Any) -> None:
        self.note(kind, by_name=doer.name, element=task.step.id, step_name=task.name, **more)

    def due_here(self, place: int, name: Literal["acceptance", "correction"]) -> datetime:
        settings = self.world.places.settings(place)
        limit = self.version.definition.limits.limit_at(name, settings)
        return self.world.due(place, limit, self.now)

    def _opened(self, opened: bpmn.OpenTask) -> Task:
        step, who = opened.step, opened.assign or Assign()
        world = self.world
        tenant, lane = self._lane(who)
        here = world.places.settings(tenant)
        served = world.serving(tenant, lane)
        fallback = served is not None and not served
        name, name_en = self.version.called(opened, world.offices(tenant))
        task = Task(
            uid=opened.id,
            step=step,
            name=name,
            name_en=name_en,
            index=opened.index,
            tenant=tenant,
            asked=asked_lane(who),
            lane=here.fallback_lane if fallback else lane,
            fallback=fallback,
            due=None,
            opened_at=self.now,
        )
        limit = self.limit_of(task)
        task.due = world.due(tenant, limit, self.now) if limit is not None else None
        if fallback:
            self.note(
                "task.fallback", element=step.id, step_name=task.name, detail={"lane": task.lane}
            )
        return task

    def _lane(self, who: Assign) -> tuple[int, str]:
        """Where a step is done, and the lane its tasks wait in."""
        world = self.world
        known = world.staff.get(people.typed_name(who.person)) if who.person else None
        lane = people.lane_of(
            who,
            person=known.id if known is not None else 0,
            applicant=APPLICANT if self.start.channel == "online" else None,
        )
        return world.places.place_for(who.at, filing=self.filed_at, owner=world.owner), lane

    def _at_window(self) -> Holder:
        lane = "service-centre/window_clerk"
        return next(iter(self.world.serving(self.filed_at, lane) or ()), Holder(0, "", ""))


def asked_lane(who: Assign) -> str:
    """The lane as a drawing gives it, the same in every tenant."""
    if who.person is not None:
        return f"person:{who.person}"
    return people.lane_of(who)


def _latest(given: Iterable[tuple[Any, Mapping[str, Any]]]) -> dict[Any, Mapping[str, Any]]:
    latest: dict[Any, Mapping[str, Any]] = {}
    for key, data in given:
        latest.pop(key, None)
        latest[key] = data
    return latest
