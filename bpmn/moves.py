"""The verbs: each takes a state and gives the next one, or raises and changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bpmn import dialect, events
from bpmn.build import OUTCOME
from bpmn.case import Case
from bpmn.codec import decode, encode
from bpmn.dialect import Assign
from bpmn.history import compact
from bpmn.moved import Moved, OpenTask, ServiceCall
from bpmn.problems import BadData, Malformed, NoSuchTask, Refused, Stuck
from bpmn.process import Process
from bpmn.spiff import BpmnEvent, CatchingEvent, LoopTask, Task
from bpmn.steps import StepSpec
from bpmn.tasks import instance_index, is_boundary, is_open
from bpmn.warm import WarmCases
from feel import Calendar

MAX_LIVE = 500
"""Tokens one case may have at a time."""

_warm = WarmCases()


class NotWaiting(Refused):
    """No task of the case waits for this message; keep it until one does."""

    code = "not-waiting"
    text = "办件现在没有在等消息“{message}”。"


class Ambiguous(Refused):
    """Several tasks wait for this message and the correlation doesn't tell them apart."""

    code = "message-ambiguous"
    text = "办件有几处同时在等消息“{message}”，分不清该交给哪一处。"


def start(
    process: Process, data: Mapping[str, Any], now: datetime, *, calendar: Calendar | None = None
) -> Moved:
    """Begin a case. Of `data` the declared variables are kept; raises `BadData`, `Stuck`."""
    _require_aware(now)
    case = Case(process.plan, process.feel, process.decisions, now=now, calendar=calendar)
    case.data.update(case.accept(data))
    return go_on(case)


def complete(
    process: Process,
    state: bytes,
    task_id: str,
    data: Mapping[str, Any],
    now: datetime,
    *,
    calendar: Calendar | None = None,
) -> Moved:
    """Finish a human task. `data["outcome"]` is the button pressed, required where the step has
    outcomes; it becomes the variables `outcome` and `<step id>_outcome`.

    An overdue task can still be completed; deadlines are for the caller to judge.
    Raises `NoSuchTask`, `BadData`, `Stuck`, `BadState`.
    """
    return _finish(process, state, task_id, data, now, calendar, kind="human")


def answer(
    process: Process,
    state: bytes,
    task_id: str,
    data: Mapping[str, Any],
    now: datetime,
    *,
    calendar: Calendar | None = None,
) -> Moved:
    """Give a waiting service task its result. Raises like `complete`."""
    return _finish(process, state, task_id, data, now, calendar, kind="service")


def fire(
    process: Process, state: bytes, now: datetime, *, calendar: Calendar | None = None
) -> Moved:
    """Let every timer that is due by `now` fire, the earliest first; none due changes nothing."""
    case = take(process, state, now, calendar)
    while due := [task for task in case.listening() if case.is_due(task)]:
        task = min(due, key=lambda waiting: str(waiting.internal_data["due"]))
        case.update(task)
        case.settle()
    return go_on(case)


def deliver(
    process: Process,
    state: bytes,
    message: str,
    payload: Mapping[str, Any],
    now: datetime,
    *,
    correlation: str | None = None,
    calendar: Calendar | None = None,
) -> Moved:
    """Hand a message to the one task waiting for it. Of `payload` declared variables are kept.

    A `correlation` must be equal to what `ow:correlation` gave where the task waits, if it gave
    anything. Raises `NotWaiting` (buffer it: it came early), `Ambiguous`, `BadData`, `Stuck`.
    """
    case = take(process, state, now, calendar)
    with untouched_if_refused(state, case):
        values = case.accept(payload)
        waiting = [
            (task, definition)
            for task in case.listening()
            if (definition := events.waits_for(task, message)) is not None
            and correlation in (None, task.internal_data.get("keys", {}).get(message, correlation))
        ]
        if not waiting:
            raise NotWaiting(message=message)
        if len(waiting) > 1:
            raise Ambiguous(message=message)
    ((task, definition),) = waiting
    case.assign(task, values)
    task.task_spec.catch(task, BpmnEvent(definition))
    case.update(task)
    return go_on(case)


def correct(
    process: Process,
    state: bytes,
    data: Mapping[str, Any],
    now: datetime,
    *,
    calendar: Calendar | None = None,
) -> Moved:
    """Set declared variables of the case without finishing anything: what was wrong is put right.
    Raises `BadData`, `Stuck`."""
    case = take(process, state, now, calendar)
    with untouched_if_refused(state, case):
        values = case.accept(data)
    case.assign(case.task_tree, values)
    return go_on(case)


def look(
    process: Process, state: bytes, now: datetime, *, calendar: Calendar | None = None
) -> Moved:
    """Where a case stands, without moving it: `live` and `services` hold all that is open."""
    case = take(process, state, now, calendar)
    case.open_before = ()
    return _moved(case, state)


# ---- shared by all verbs ------------------------------------------------------------------------


def take(process: Process, state: bytes, now: datetime, calendar: Calendar | None) -> Case:
    """The case in this state, for one move. What goes wrong after this leaves `state` usable."""
    _require_aware(now)
    case = _warm.take(state)
    if case is None or case.plan is not process.plan:
        case = decode(
            state, process.plan, process.feel, process.decisions, now=now, calendar=calendar
        )
    else:
        case.feel, case.decisions = process.feel, process.decisions
        case.now, case.calendar = now, calendar
        case.thrown, case.passed, case.done, case.flows = [], [], [], []
    case.live_before = frozenset(task.id for task in case.live())
    case.open_before = [task.id for task in case.live() if is_open(task)]
    return case


def go_on(case: Case) -> Moved:
    """Run on until everything waits, then forget, save and say what changed."""
    case.settle()
    compact(case)
    _refuse_deadlock(case)
    _refuse_crowd(case)
    case.bpmn_events.clear()  # signals and escalations nobody caught
    for task in case.live():
        if task.id not in case.live_before and (
            is_open(task) or (isinstance(task.task_spec, CatchingEvent) and not is_boundary(task))
        ):
            case.note_passed(task)
            prepare(case, task)
    return _moved(case, encode(case))


def _require_aware(now: datetime) -> None:
    if now.tzinfo is None:
        raise ValueError("aware datetimes only")


@contextmanager
def untouched_if_refused(state: bytes, case: Case) -> Iterator[None]:
    """Nothing of the case changes in here, so a refusal gives it back warm."""
    try:
        yield
    except Refused:
        _warm.put(state, case)
        raise


def _finish(
    process: Process,
    state: bytes,
    task_id: str,
    data: Mapping[str, Any],
    now: datetime,
    calendar: Calendar | None,
    *,
    kind: str,
) -> Moved:
    case = take(process, state, now, calendar)
    with untouched_if_refused(state, case):
        task = next((task for task in case.live() if task.id.hex == task_id), None)
        step = process.steps[task.task_spec.bpmn_id] if task and is_open(task) else None
        if task is None or step is None or step.kind != kind:
            raise NoSuchTask()
        values = case.accept(data)
        if step.outcomes:
            variable = case.plan.outcomes[step.id]
            values[OUTCOME] = values[variable] = _outcome(step, data.get(OUTCOME))
    case.assign(task, values)
    case.run(task)
    return go_on(case)


def _outcome(step: StepSpec, given: Any) -> str:
    for known in step.outcomes:
        if known.id == given:
            return known.id
    raise BadData(
        "“{name}”的办理结果“{outcome}”不在可选范围内，请重新选择。",
        code="outcome-unknown",
        element=step.id,
        name=step.name,
        outcome="" if given is None else str(given)[:40],
    )


def _refuse_deadlock(case: Case) -> None:
    """Tokens that only wait for each other would wait for ever, and nobody would see them."""
    waiting: Task | None = None
    for task in case.live():
        if is_open(task) or isinstance(task.task_spec, CatchingEvent):
            return
        if task.id not in case.subprocesses and not isinstance(task.task_spec, LoopTask):
            waiting = task if waiting is None or task.task_spec.bpmn_id else waiting
    if waiting is not None:
        raise Stuck(
            "流程停在“{name}”汇合处：要等的其他分支已经不会到来。",
            code="deadlock",
            element=waiting.task_spec.bpmn_id,
            name=waiting.task_spec.bpmn_name or waiting.task_spec.name,
        )


def _refuse_crowd(case: Case) -> None:
    """Loops within loops multiply; a case stays small enough to be read and shown."""
    if sum(1 for _ in case.live()) > MAX_LIVE:
        raise Stuck(
            "办件同时进行的任务超过 {limit} 项，请检查多实例是不是套了多实例。",
            code="too-many-tasks",
            limit=MAX_LIVE,
        )


def _moved(case: Case, state: bytes) -> Moved:
    opened: list[OpenTask] = []
    live: list[OpenTask] = []
    services: list[ServiceCall] = []
    still_open: set[UUID] = set()
    ended = True
    for task in case.live():
        ended = False
        if not is_open(task):
            continue
        still_open.add(task.id)
        new = task.id not in case.open_before
        step = case.plan.steps[task.task_spec.bpmn_id]
        if step.kind == "human":
            live.append(_open_task(case, task))
            opened += live[-1:] if new else []
        elif new:
            call = ServiceCall(task.id.hex, step, case.inputs(task), instance_index(task))
            services.append(call)
    moved = Moved(
        state=state,
        opened=tuple(opened),
        closed=tuple(task_id.hex for task_id in case.open_before if task_id not in still_open),
        live=tuple(live),
        services=tuple(services),
        messages=tuple(case.thrown),
        next_due=case.next_due(),
        ended=ended,
        data=case.variables(),
        passed=tuple(case.passed),
        done=tuple(dict.fromkeys(case.done)),
        flows=tuple(dict.fromkeys(case.flows)),
    )
    if not ended:
        _warm.put(state, case)
    return moved


def prepare(case: Case, task: Task) -> None:
    """Fix what a task is called and who may take it, as it opens."""
    step = case.plan.steps.get(task.task_spec.bpmn_id)
    if step is None or step.kind != "human":
        return
    if "{" in step.name:
        names = case.names(task)
        task.internal_data["values"] = {
            place: _spoken(names[place])
            for place in dialect.PLACE.findall(step.name)
            if place in names
        }
    if step.assign_expression is not None:
        text = case.evaluate(task, step.assign_expression)
        try:
            dialect.parse_assign(text if isinstance(text, str) else "")
        except Malformed as error:
            raise Stuck(
                "“{name}”的办理人算不出来：{detail}",
                code="assign-undecided",
                element=step.id,
                name=step.name,
                detail=error.message,
            ) from error
        task.internal_data["assign"] = text


def _open_task(case: Case, task: Task) -> OpenTask:
    step = case.plan.steps[task.task_spec.bpmn_id]
    assign: Assign | None = step.assign
    if (text := task.internal_data.get("assign")) is not None:
        assign = dialect.parse_assign(text)
    values = task.internal_data.get("values", {})
    return OpenTask(
        id=task.id.hex,
        step=step,
        name=dialect.filled(step.name, values),
        values=values,
        index=instance_index(task),
        assign=assign,
    )


def _spoken(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value == int(value):
            return str(int(value))
        case date():
            return value.isoformat()
        case str() | int() | float():
            return str(value)
        case Sequence():
            return "、".join(_spoken(item) for item in value)
    return ""
