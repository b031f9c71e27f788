"""What moves a case without a person: timers that are due, and service steps whose work is done.

Called by jobs, within the tenant of the case. Running twice does no harm: what is no longer
waiting is left alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import bpmn
from onewindow import db
from onewindow.cases.moves import Move, carry_out
from onewindow.cases.queries import standing
from onewindow.cases.record import Entry
from onewindow.cases.rules import OVER, State
from onewindow.errors import NotThere, Stale
from onewindow.matters.versions import version_of
from onewindow.workdays.queries import calendar_of

_RUN = """
select c.*, r.revision, r.state as run, r.ended, r.next_due
from cases c join case_run r on r.case_id = c.id where c.id = $1
"""


async def due_cases(now: datetime, limit: int = 200) -> list[tuple[int, int]]:
    """(case, tenant) of running cases with a timer that is due, longest overdue first."""
    rows = await db.fetch(
        "select case_id, tenant from case_run where next_due <= $1 and not ended"
        " order by next_due limit $2",
        now,
        limit,
    )
    return [(row["case_id"], row["tenant"]) for row in rows]


async def fire_timers(case: int, now: datetime) -> bool:
    """Let the case's due timers fire. False if none was due any more."""
    row = await _running(case)
    if row is None or row["next_due"] is None or row["next_due"] > now:
        return False
    version = await version_of(row["version"])
    calendar = await calendar_of(row["tenant"])
    moved = bpmn.fire(version.process, row["run"], now, calendar=calendar)
    names = [version.step_name(element) for element in moved.passed]
    move = Move(
        case=standing(row),
        revision=row["revision"],
        moved=moved,
        at=now,
        due_before=row["next_due"],
    )
    move.entries.append(Entry("timer.fired", now, detail={"passed": names[:20]}))
    if not await carry_out(move, version):
        raise Stale
    return True


async def answer_service(
    case: int,
    task: str,
    data: Mapping[str, Any],
    now: datetime,
    *,
    changes: Mapping[str, Any] | None = None,
    record: Entry | None = None,
) -> bool:
    """A service step's work is done: the case goes on. False if it isn't waiting for it any more.

    `changes` are columns of the case that follow from the work (`issued_at` …).
    """
    row = await _running(case)
    if row is None:
        return False
    version = await version_of(row["version"])
    calendar = await calendar_of(row["tenant"])
    try:
        moved = bpmn.answer(version.process, row["run"], task, dict(data), now, calendar=calendar)
    except bpmn.NoSuchTask:
        return False
    move = Move(
        case=standing(row),
        revision=row["revision"],
        moved=moved,
        at=now,
        changes=dict(changes or {}),
        due_before=row["next_due"],
    )
    if record is not None:
        move.entries.append(record)
    if not await carry_out(move, version):
        raise Stale
    return True


async def _running(case: int) -> Any:
    """The case and its run, or None when it has ended: by its drawing or by law."""
    row = await db.fetchrow(_RUN, case)
    if row is None:
        raise NotThere
    return None if row["ended"] or State(row["state"]) in OVER else row
