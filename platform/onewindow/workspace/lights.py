"""How near a due time is, as a light and in words, by the working days of a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onewindow.cases.rules import light
from onewindow.clock import ZONE
from onewindow.web.words import limit_words
from onewindow.workdays import rules
from onewindow.workdays.queries import calendar_of
from onewindow.workdays.rules import Calendar


@dataclass(frozen=True, slots=True)
class Lights:
    """Made once for a page, then asked for each row. `soon` is the end of the next working day."""

    now: datetime
    soon: datetime
    calendar: Calendar

    @classmethod
    async def of(cls, tenant: int, now: datetime) -> "Lights":
        calendar = await calendar_of(tenant)
        return cls(now, rules.end_of_next_workday(now, calendar, ZONE), calendar)

    def of_task(self, task: Mapping[str, Any]) -> dict[str, str]:
        """`light` and `left` ("剩 2 个工作日") of a task's row."""
        due, held = task["due"], task["state"] == "held"
        left = None
        if due is not None:
            left = rules.workdays_left(due, self.now, self.calendar, ZONE)
            if left == 0 and self.now > due:
                left = -1  # an hour limit that ran out today: past is past
        return {
            "light": light(due, self.now, one_working_day=self.soon - self.now, held=held),
            "left": limit_words(left),
        }
