"""Taking one running case from its version of a matter to another.

What the engine makes of it is `bpmn.migrate`'s; here it becomes rows: the case is pinned to the new
version, its open tasks are called and filled in as the new version says, and keep their due times.
Answers already given stay as they were given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

import bpmn
from onewindow import db
from onewindow.cases.application import variables_anew
from onewindow.cases.moves import Move, carry_out, task_rows
from onewindow.cases.queries import standing
from onewindow.cases.record import Entry
from onewindow.errors import Refusal, Stale
from onewindow.matters.versions import Version, version_of

_RUNS = """
select c.*, r.revision, r.state as run, r.next_due
  from cases c join case_run r on r.case_id = c.id
 where c.id = any($1) and c.version = $2 and c.closed_at is null and not r.ended
 order by c.id
"""

# What the new version says of a task. Where its people change, whoever had taken it lets go.
_RENAME = """
update task t
   set element = x.element, stage = x.stage, name = x.name, name_en = x.name_en,
       matter_name = x.matter_name, matter_name_en = x.matter_name_en,
       differs_from = x.differs_from,
       tenant = case when x.anew then x.tenant else t.tenant end,
       lane = case when not x.anew then t.lane
                   when staffed(x.tenant, x.lane) then x.lane else x.fallback_lane end,
       fallback = case when x.anew then not staffed(x.tenant, x.lane) else t.fallback end,
       assignee = case when not x.anew then t.assignee end,
       claimed_at = case when not x.anew then t.claimed_at end
  from jsonb_to_recordset($2) as x(
       uid uuid, element text, stage text, name text, name_en text, matter_name text,
       matter_name_en text, differs_from text[], tenant int, lane text, fallback_lane text,
       anew boolean)
 where t.case_id = $1 and t.uid = x.uid and t.state in ('open', 'held')
"""

_REPIN = """
update cases
   set version = $2, updated_at = $3,
       participants = array(select distinct unnest(participants || $4::int[]) order by 1)
 where id = $1 and version = $5
"""


@dataclass(frozen=True, slots=True)
class Author:
    """On whose behalf, and why: for the record of every case."""

    id: int | None
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """From one version to another of the same matter, with what was said of the steps between."""

    old: Version
    new: Version
    changes: bpmn.Changes
    conversion: bpmn.Conversion

    @classmethod
    async def between(cls, old: int, new: int, mapping: Mapping[str, Any]) -> "Passage":
        """`mapping` as it is stored: {"elements": {…}, "values": {…}}."""
        before, after = await version_of(old), await version_of(new)
        return cls(
            before,
            after,
            bpmn.plan(before.process, after.process),
            bpmn.Conversion(dict(mapping.get("elements", {})), dict(mapping.get("values", {}))),
        )

    @property
    def worked_out(self) -> frozenset[str]:
        """Added variables that the new version works out from a case's answers."""
        return frozenset(self.changes.variables_added) & frozenset(self.new.definition.variables)

    async def rows(self, cases: list[int]) -> list[Mapping[str, Any]]:
        """Of these cases, those still running in the old version, with their runs."""
        return await db.fetch(_RUNS, cases, self.old.id)

    async def moved(self, row: Mapping[str, Any], now: datetime) -> bpmn.Moved:
        """The case in the new version; nothing is written. Raises CannotMigrate, BadState, and
        Refusal where a variable can't be worked out."""
        known: dict[str, Any] = {}
        if self.worked_out - self.conversion.values.keys():
            found = await variables_anew(self.new, row["id"])
            known = {name: value for name, value in found.items() if name in self.worked_out}
        for name in self.conversion.values:
            known.pop(name, None)
        return bpmn.migrate(
            self.old.process, self.new.process, row["run"], self.conversion, now, known=known
        )

    async def take(self, row: Mapping[str, Any], by: Author, now: datetime) -> None:
        """Take the case over: all of it or nothing. Raises like `moved`, and Stale when somebody
        moved the case meanwhile."""
        moved = await self.moved(row, now)
        before = await db.fetch(
            "select uid, element from task where case_id = $1 and state in ('open', 'held')",
            row["id"],
        )
        stood = {each["uid"].hex: each["element"] for each in before}
        case = standing(row)
        kept = tuple(task for task in moved.live if task.id in stood)
        tasks = await task_rows(case, self.new, replace(moved, opened=kept), now)
        for task in tasks:
            task["anew"] = self._people_change(stood[task["uid"]], task["element"])
        move = Move(
            case=case,
            revision=row["revision"],
            moved=moved,
            at=now,
            person=by.id,
            due_before=row["next_due"],
            entries=[self._entry(stood, kept, by, now)],
        )
        async with db.transaction():
            if not await carry_out(move, self.new):
                raise Stale
            await db.execute(_RENAME, case.id, orjson.dumps(tasks, default=str).decode())
            elsewhere = [task["tenant"] for task in tasks if task["anew"]]
            await db.execute(_REPIN, case.id, self.new.id, now, elsewhere, self.old.id)

    def _people_change(self, old: str, new: str) -> bool:
        before, after = self.old.process.steps[old], self.new.process.steps[new]
        return (before.assign, before.assign_expression) != (after.assign, after.assign_expression)

    def _entry(
        self, stood: Mapping[str, str], kept: tuple[bpmn.OpenTask, ...], by: Author, now: datetime
    ) -> Entry:
        steps = [
            {"from": self.old.step_name(stood[task.id]), "to": self.new.step_name(task.step.id)}
            for task in kept
            if stood[task.id] != task.step.id
        ]
        detail = {
            "from_version": self.old.id,
            "from": self.old.number,
            "to_version": self.new.id,
            "number": self.new.number,
            "steps": steps,
        }
        return Entry("case.migrated", now, by=by.id, by_name=by.name, why=by.reason, detail=detail)


def why_not(error: Exception) -> tuple[str, dict[str, Any]]:
    """A refusal of the engine or of the house as its sentence and what fills it."""
    assert isinstance(error, bpmn.Refused | Refusal)
    return error.text, {name: str(value) for name, value in error.params.items()}
