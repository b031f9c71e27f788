"""Where cases are and how long steps take: one query over the tasks of a matter.

It reads the tasks of cases that were open at some time in the period, found by their version
(`cases_version`, then `task_case`), and sorts each step's durations for the percentiles. So it
grows with the cases of the period and not with all there ever were: 0.2 s for 100,000 tasks, 0.4 s
where they are measured in working time.

A task counts for the version it was finished under, wherever its case went later. A step whose
limit is in working days is measured without the days off: PostgreSQL gets how many there were
before each day, and takes one from the other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from onewindow import clock, db
from onewindow.workdays.rules import ONE_DAY, Calendar

LONGEST = timedelta(days=400)
"""Days off longer before the period aren't taken from the time of a task opened then."""


@dataclass(frozen=True, slots=True)
class StepHeat:
    """One step: tasks open now and how many of them are overdue; in the period: tasks finished,
    how many of these after their due time, and the time from opening to finishing (median and
    nine of ten; of a `working` step in working time)."""

    element: str
    name: str
    name_en: str
    now: int
    overdue: int
    done: int
    late: int
    median: timedelta | None
    p90: timedelta | None
    working: bool = False

    @property
    def overdue_share(self) -> float | None:
        """Of the tasks open now or finished in the period: how many are or went past their due
        time. None without any."""
        tasks = self.now + self.done
        return (self.overdue + self.late) / tasks if tasks else None


def _off(moment: str) -> str:
    """Seconds of days off from the first day told ($6) to a moment; `$7`: days off before each."""
    day = f"greatest({moment}::date - $6::date, 0)"
    before, after = f"($7::int[])[{day} + 1]", f"($7::int[])[{day} + 2]"
    return f"({before} * 86400 + ({after} - {before}) * extract(epoch from {moment}::time))"


_HEAT = f"""
with gone as (
    select i.case_id, array_agg(m.from_version order by i.at) as versions,
           array_agg(i.at order by i.at) as moved
      from case_migration m join case_migration_item i on i.migration = m.id
     where m.matter = $1 and i.state = 'moved'
     group by i.case_id
), worked as (
    select t.element, t.name, t.name_en, t.state, t.due, t.done_at, t.element = any($8) as working,
           t.opened_at at time zone '{clock.ZONE.key}' as opened,
           t.done_at at time zone '{clock.ZONE.key}' as finished,
           case when t.state <> 'done' or g.case_id is null then c.version else coalesce(
               g.versions[1 + (select count(*) from unnest(g.moved) as at where at <= t.done_at)],
               c.version) end as version
      from cases c join task t on t.case_id = c.id left join gone g on g.case_id = c.id
     where c.id in (select id from cases where version = any($2) union select case_id from gone)
       and c.state <> 'draft' and (c.closed_at is null or c.closed_at >= $3)
       and (t.state in ('open', 'held')
            or (t.state = 'done' and t.done_at >= $3 and t.done_at < $4))
)
select element, max(name) as name, max(name_en) as name_en,
       count(*) filter (where state <> 'done') as now,
       count(*) filter (where state = 'open' and due < $5) as overdue,
       count(*) filter (where state = 'done') as done,
       count(*) filter (where state = 'done' and done_at > due) as late,
       percentile_cont(array[0.5, 0.9]) within group
           (order by extract(epoch from finished - opened)
                     - case when working then {_off("finished")} - {_off("opened")} else 0 end)
           filter (where state = 'done') as spent,
       bool_or(working) as working
  from worked where version = any($2)
 group by element
"""


async def heat_of(
    matter: int,
    versions: Sequence[int],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    working: Collection[str] = (),
    calendar: Calendar,
) -> dict[str, StepHeat]:
    """Step → its figures, over the cases of these versions of a matter that the reader may see.
    `working`: the steps measured by the working days of `calendar`."""
    first = clock.local(since - LONGEST).date()
    before = _days_off(first, clock.local(until).date(), calendar)
    rows = await db.fetch(
        _HEAT, matter, list(versions), since, until, now, first, before, list(working)
    )
    return {row["element"]: _heat(row) for row in rows}


def _days_off(first: date, last: date, calendar: Calendar) -> list[int]:
    """How many days off there are before each day from `first` to the one after `last`."""
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    return list(accumulate((not calendar.works(day) for day in days), initial=0))


def _heat(row: Mapping[str, Any]) -> StepHeat:
    figures = dict(row)
    median, p90 = figures.pop("spent") or (None, None)
    return StepHeat(**figures, median=_length(median), p90=_length(p90))


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
