"""The doors to cases and tasks: what a person may reach, found through their scope alone.

Missing and forbidden look alike (`NotThere`): row-level security simply returns no row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from onewindow import db
from onewindow.cases.law import Slot
from onewindow.cases.moves import Standing
from onewindow.cases.rules import AT_WINDOW, BEFORE_ACCEPTANCE, UNDER_WAY
from onewindow.errors import NotThere
from onewindow.people.gate import Actor


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as pages show it. `row` holds every column of `cases` and the names joined to it."""

    row: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def standing(self) -> Standing:
        return standing(self.row)

    @property
    def shown_number(self) -> str:
        return self.row["number"] or self.row["receipt_number"] or ""


def standing(row: Mapping[str, Any], prefix: str = "") -> Standing:
    """What a step needs of a case, from any row that carries its columns under `prefix`."""
    return Standing(
        id=row[prefix + "id"],
        tenant=row[prefix + "tenant"],
        filed_at=row[prefix + "filed_at"],
        participants=tuple(row[prefix + "participants"]),
        state=row[prefix + "state"],
        receipt_number=row[prefix + "receipt_number"] or "",
        number=row[prefix + "number"],
        applicant=row[prefix + "applicant"],
        applicant_name=row[prefix + "applicant_name"],
        summary=row[prefix + "summary"],
    )


_CASE = """
select c.*, r.revision, r.ended, m.key as matter_key, m.name as matter_name,
       m.name_en as matter_name_en, m.handling, m.state as matter_state, m.current_version,
       n.number as current_number,
       exists (select 1 from case_event e
                where e.case_id = c.id and e.kind = 'case.migrated') as migrated,
       o.name as tenant_name, o.name_en as tenant_name_en,
       f.name as filed_at_name, f.name_en as filed_at_name_en
from cases c
join matter m on m.id = c.matter
left join matter_version n on n.id = m.current_version
join tenant o on o.id = c.tenant
join tenant f on f.id = c.filed_at
left join case_run r on r.case_id = c.id
"""


def speaks_for_applicant(actor: Actor, case: CaseView) -> bool:
    """Whether the actor is the applicant, or serves at the window that took the application in."""
    at_window = actor.tenant == case.filed_at and actor.is_any(*AT_WINDOW)
    return bool(case.applicant == actor.id or at_window)


def may_withdraw(actor: Actor, case: CaseView) -> bool:
    """Whether the actor may take the application back, for themselves or at the window."""
    open_ = BEFORE_ACCEPTANCE | UNDER_WAY
    return case.state in open_ and speaks_for_applicant(actor, case)


async def case_for(actor: Actor | None, number: str) -> CaseView:
    """The case by receipt number, case number or (drafts) uid, if the actor may see it."""
    if actor is None:
        raise NotThere
    uid = _uid(number)
    if uid is not None:
        rows = await db.fetch(_CASE + "where c.uid = $1", uid)
    else:
        rows = await db.fetch(
            _CASE + "where c.receipt_number = $1 or c.number = $1 limit 2", number
        )
    if len(rows) != 1:
        raise NotThere
    return CaseView(rows[0])


def _uid(text: str) -> UUID | None:
    """A draft's name; a number of 32 digits, which UUID would take too, is none."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


_TASK = """
select t.id, t.uid, t.element, t.stage, t.name, t.name_en, t.lane, t.assignee, t.state, t.due,
       t.tenant, t.differs_from, t.done_at, t.done_by, t.fallback, t.opened_at,
       c.id as c_id, c.tenant as c_tenant, c.filed_at as c_filed_at,
       c.participants as c_participants, c.state as c_state, c.receipt_number as c_receipt_number,
       c.number as c_number, c.applicant as c_applicant,
       c.applicant_name as c_applicant_name, c.summary as c_summary,
       c.version, c.submitted_at, r.revision, r.state as run, r.next_due,
       case when t.differs_from <> '{}' then (
           select jsonb_object_agg(x.element, x.done_by order by x.id) from task x
           where x.case_id = t.case_id and x.state = 'done' and x.element = any(t.differs_from)
       ) end as earlier_doers,
       case when t.stage = 'accept' then exists (
           select 1 from correction k where k.case_id = t.case_id
       ) end as corrected
from task t join cases c on c.id = t.case_id join case_run r on r.case_id = t.case_id
where t.id = $1
"""


async def task_for(actor: Actor | None, task: int) -> Mapping[str, Any]:
    """The task with its case and run, if the actor may see it; whether they may do it is asked
    in `steps`."""
    if actor is None:
        raise NotThere
    row = await db.fetchrow(_TASK, task)
    if row is None:
        raise NotThere
    return row


async def open_tasks(case: int) -> list[Mapping[str, Any]]:
    """Tasks of a case that wait for somebody, oldest first."""
    return await db.fetch(
        "select t.*, p.name as assignee_name, n.name as tenant_name, n.name_en as tenant_name_en"
        " from task t left join person p on p.id = t.assignee join tenant n on n.id = t.tenant"
        " where t.case_id = $1 and t.state in ('open', 'held') order by t.id",
        case,
    )


async def timeline(case: int, *, before: datetime | None = None, limit: int = 100) -> list[Any]:
    """The record, newest first, a page at a time."""
    return await db.fetch(
        "select e.*, (select max(t.name_en) from task t where t.case_id = e.case_id"
        "             and t.element = e.element and t.name = e.step_name) as step_name_en,"
        # What the post is called in English, while whoever did it still holds it by that name.
        " (select max(d.name_en || ', ' || x.name_en) from post_holder h"
        "  join post x on x.id = h.post join department d on d.id = x.department"
        "  where h.person = e.by and d.name || ' ' || x.name = e.by_post"
        "  and d.name_en <> '' and x.name_en <> '') as by_post_en"
        " from case_event e where case_id = $1 and ($2::timestamptz is null or at < $2)"
        " order by at desc, id desc limit $3",
        case,
        before,
        limit,
    )


async def done_elements(case: int) -> list[str]:
    """Elements of the drawing the case has finished, steps, gateways and events, in the order of
    the first time. Of cases older than this record, at least the steps that people finished."""
    rows = await db.fetch(
        "with kept as (select d.element, d.place from case_run r,"
        "   unnest(r.done) with ordinality as d (element, place) where r.case_id = $1),"
        " older as (select element, max(id) as place from task where case_id = $1"
        "   and state = 'done' and element not in (select element from kept) group by element)"
        " select element from (select 1 as part, * from kept union all select 0, * from older) e"
        " order by part, place",
        case,
    )
    return [row["element"] for row in rows]


async def answers_of(case: int) -> dict[str, dict[str, Any]]:
    """The latest answers to each form, in the order they were given: form key → answers."""
    rows = await db.fetch(
        "select distinct on (form) form, data, id from case_answer where case_id = $1"
        " order by form, id desc",
        case,
    )
    rows.sort(key=lambda row: row["id"])
    return {row["form"]: orjson.loads(row["data"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Answered:
    """A form as it was filled in last at one step, or at one of several instances of it."""

    id: int
    slot: Slot
    name: str
    """What the task was called; "" for the application. `name_en` may be empty."""
    name_en: str
    data: dict[str, Any]
    by_name: str

    @property
    def form(self) -> str:
        return self.slot[0]


async def answered(case: int) -> list[Answered]:
    """All that was answered and stands, in the order it was given."""
    rows = await db.fetch(
        "select distinct on (a.form, a.element, t.instance) a.id, a.form, a.element, t.instance,"
        " coalesce(t.name, '') as name, coalesce(t.name_en, '') as name_en, a.data,"
        " coalesce(p.name, '') as by_name"
        " from case_answer a left join task t on t.id = a.task left join person p on p.id = a.by"
        " where a.case_id = $1 order by a.form, a.element, t.instance, a.id desc",
        case,
    )
    return [
        Answered(
            row["id"],
            (row["form"], row["element"], row["instance"]),
            row["name"],
            row["name_en"],
            orjson.loads(row["data"]),
            row["by_name"],
        )
        for row in sorted(rows, key=lambda row: row["id"])
    ]


async def given_under(case: int) -> dict[int, int]:
    """Id of answers → the version they were given under, where the case has gone over to another
    since."""
    rows = await db.fetch(
        "select a.id, (select (e.detail ->> 'from_version')::int"
        "  from case_event e where e.case_id = a.case_id and e.kind = 'case.migrated'"
        "  and e.at > a.at order by e.at limit 1) as version"
        " from case_answer a where a.case_id = $1",
        case,
    )
    return {row["id"]: row["version"] for row in rows if row["version"] is not None}


async def materials_of(case: int) -> list[Mapping[str, Any]]:
    """Files handed in, by material and time."""
    return await db.fetch(
        "select m.*, p.name as by_name from case_material m left join person p on p.id = m.by"
        " where m.case_id = $1 and m.removed_at is null order by m.material, m.id",
        case,
    )


async def case_by_receipt(receipt_number: str) -> CaseView | None:
    """A case by receipt number alone, for whoever has proved to hold its password."""
    with db.as_system():
        row = await db.fetchrow(_CASE + "where c.receipt_number = $1", receipt_number)
    return CaseView(row) if row is not None else None
