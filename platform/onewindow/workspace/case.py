"""The case page: facts and materials, this step's form and buttons, the record, the drawing."""

from collections.abc import Mapping
from typing import Any

import orjson
from litestar import Response, Router, get
from litestar.response import Template

from bpmn.dialect import Outcome
from forms import Section
from forms.messages import Lang
from onewindow import clock, db
from onewindow.cases import queries, rules, steps, verbs
from onewindow.cases.application import wanted_materials
from onewindow.cases.file_pages import file_shown
from onewindow.cases.queries import CaseView
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, state_name, told
from onewindow.delivery.queries import certificates_of, papers_of
from onewindow.errors import Refusal
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.people.queries import colleagues, lane_words
from onewindow.web.i18n import language
from onewindow.web.templates import page
from onewindow.workspace.lights import Lights


@get("/cases/{number:str}")
async def show_case(clerk: Clerk, number: str) -> Template:
    """Everything about a case that the clerk may see and do."""
    case = await queries.case_for(clerk, number)
    version = await version_of(case.version)
    now = clock.now()
    lights = await Lights.of(clerk.tenant, now)
    tasks = await queries.open_tasks(case.id)
    waiting = [
        {
            **dict(task),
            **lights.of_task(task),
            "step": version.step_name(task["element"], language()),
            "who": task["assignee_name"]
            or await lane_words(task["tenant"], task["lane"], language()),
        }
        for task in tasks
    ]
    mine = await _mine(clerk, waiting)
    answers = await queries.answers_of(case.id)
    events = await queries.timeline(case.id)
    return page(
        "workspace/case.html",
        case=case,
        title=version.name(language()),
        state=state_name(case.state),
        tone=STATE_TONES[State(case.state)],
        waiting=waiting,
        mine=mine,
        step=await _step(clerk, version, mine, answers) if mine else None,
        sections=_sections(version, answers),
        materials=await _materials(case, version, answers),
        events=[told(event, _outcome_names(version)) for event in events],
        drawing=_drawing(version, await _done(case.id), waiting),
        papers=await papers_of(case.id),
        certificates=await certificates_of(case.id),
        corrections=await _corrections(case),
        refusal=await _refusal(case),
        masked=rules.masked,
    )


@get("/cases/{number:str}/process", media_type="application/xml")
async def show_process(clerk: Clerk, number: str) -> Response[bytes]:
    """The drawing of the case's version."""
    case = await queries.case_for(clerk, number)
    version = await version_of(case.version)
    return Response(version.process_xml, media_type="application/xml")


async def _mine(clerk: Actor, waiting: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The task to show the form of: one's own first, else the first one may take."""
    barred = None
    for task in sorted(waiting, key=lambda each: each["assignee"] != clerk.id):
        try:
            row = await queries.task_for(clerk, task["id"])
            await steps.require_doable(clerk, row)
        except rules.MakerIsChecker as refusal:
            barred = {**task, "barred": refusal.message}
        except Refusal:
            continue
        else:
            return {**task, "barred": "", "row": row}
    return barred


async def _step(
    clerk: Actor, version: Version, mine: dict[str, Any], answers: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """What the step's card shows: form, outcomes, and the verbs its stage offers."""
    step = version.process.steps[mine["element"]]
    merged: dict[str, Any] = {}
    for data in answers.values():
        merged.update(data)
    stage = step.stage
    earlier = [] if mine["barred"] else await verbs.earlier_steps(mine["row"])
    return {
        "schema": version.schemas.get(step.form) if step.form else None,
        "data": {**merged, **answers.get(step.form, {})} if step.form else {},
        "access": dict(step.fields),
        "outcomes": [(o.id, _outcome_name(o)) for o in step.outcomes],
        "may_correct": stage == "accept" and mine["state"] == "open",
        "may_refuse": stage in ("accept", "decide"),
        "earlier": [
            (each["element"], version.step_name(each["element"], language())) for each in earlier
        ],
        "colleagues": [
            (each.id, f"{each.name}（{each.posts}）")
            for each in await colleagues(clerk, mine["lane"])
        ],
        "materials": [(m.key, m.name.in_(language())) for m in wanted_materials(version, merged)],
        "legal_basis": [basis.in_(language()) for basis in version.definition.guide.legal_basis],
    }


def _sections(
    version: Version, answers: Mapping[str, dict[str, Any]]
) -> list[tuple[str, list[Section]]]:
    """Answers to read: the application first, then each step's form under its step's name."""
    names = {step.form: step.id for step in version.process.steps.values() if step.form}
    apply = version.definition.apply_form
    sections = []
    for key in sorted(answers, key=lambda key: key != apply):
        title = "" if key == apply else version.step_name(names.get(key, key), language())
        lang: Lang = "en" if language() == "en" else "zh"
        sections.append((title, version.form(key).sections(answers[key], lang)))
    return sections


async def _materials(
    case: CaseView, version: Version, answers: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Materials this case needs, each with its files."""
    uploaded = await queries.materials_of(case.id)
    wanted = wanted_materials(version, answers.get(version.definition.apply_form, {}))
    here = {row["material"] for row in uploaded}
    extra = [m for m in version.definition.materials if m.key in here and m not in wanted]
    return [
        {
            "name": material.name.in_(language()),
            "necessity": material.necessity,
            "shared": material.shared,
            "files": [
                file_shown(case.row, row) for row in uploaded if row["material"] == material.key
            ],
        }
        for material in [*wanted, *extra]
    ]


def _drawing(
    version: Version, done: list[str], waiting: list[dict[str, Any]]
) -> dict[str, list[Any]]:
    current = [task["element"] for task in waiting]
    overdue = [task["element"] for task in waiting if task["light"] == "red"]
    named = [(version.step_name(element, language()), "done") for element in done]
    named += [(task["step"], "current") for task in waiting]
    return {
        "done": [element for element in done if element not in current],
        "current": current,
        "overdue": overdue,
        "told": named,
    }


async def _done(case: int) -> list[str]:
    rows = await db.fetch(
        "select distinct element from task where case_id = $1 and state = 'done'", case
    )
    return [row["element"] for row in rows]


async def _corrections(case: CaseView) -> list[dict[str, Any]]:
    rows = await db.fetch(
        "select items, at, due, answered_at from correction where case_id = $1 order by at desc",
        case.id,
    )
    return [{**dict(row), "items": orjson.loads(row["items"])} for row in rows]


async def _refusal(case: CaseView) -> Any:
    return await db.fetchrow(
        "select kind, reasons, legal_basis, facts, at from refusal where case_id = $1"
        " order by at desc limit 1",
        case.id,
    )


def _outcome_names(version: Version) -> dict[tuple[str, str], str]:
    return {
        (step.id, outcome.id): _outcome_name(outcome)
        for step in version.process.steps.values()
        for outcome in step.outcomes
    }


def _outcome_name(outcome: Outcome) -> str:
    return outcome.en if language() == "en" and outcome.en else outcome.zh


routes = [Router("/", route_handlers=[show_case, show_process], dependencies=DEPENDENCIES)]
