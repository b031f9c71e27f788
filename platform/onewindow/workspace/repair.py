"""The operator's door to a case that has gone astray: what can be done, what it would do, doing it.

Apart from the case page on purpose: nobody repairs a case by the way.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from litestar import Request, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from bpmn.dialect import OPERATION_NAMES
from onewindow import clock
from onewindow.cases import queries, repairs
from onewindow.cases.repairs import Bench, Preview, Repair
from onewindow.cases.words import outcome_name, spoken, state_name
from onewindow.errors import FieldProblem, Invalid, Refusal
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.errors import sentence
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import field, said
from onewindow.web.templates import page
from onewindow.workspace.operations import KINDS, what_of


@get("/cases/{number:str}/repair")
async def show_repair(request: Request, clerk: Clerk, number: FromPath[str]) -> Template:
    """Where the case stands, and what may be done about it."""
    return await _page(clerk, number, {})


@post("/cases/{number:str}/repair", status_code=200)
async def show_preview(request: Request, clerk: Clerk, number: FromPath[str]) -> Template:
    """The same page with what the repair asked for would do; nothing is written."""
    return await _page(clerk, number, await said(request), previewing=True)


@post("/cases/{number:str}/repairs", status_code=200)
async def repair(request: Request, clerk: Clerk, number: FromPath[str]) -> Template | Redirect:
    """Do it. A case that has moved since it was looked at is not touched."""
    body = await said(request)
    now = clock.now()
    case = await queries.case_for(clerk, number)
    bench = await repairs.lay_open(clerk, case, now)
    revision = field(body, "revision")
    try:
        await repairs.carry(
            clerk,
            bench,
            _asked(body, bench),
            reason=field(body, "reason"),
            revision=int(revision) if revision.isdigit() else 0,
            now=now,
        )
    except Refusal as refused:
        return await _page(clerk, number, body, previewing=True, refused=refused)
    return Redirect(f"/cases/{case.receipt_number}?done=repaired#record", status_code=303)


@get("/cases/{number:str}/repairs")
async def show_again(clerk: Clerk, number: FromPath[str]) -> Redirect:
    """Somebody reloads the page that told them why not."""
    await repairs.lay_open(clerk, await queries.case_for(clerk, number), clock.now())
    return Redirect(f"/cases/{number}/repair", status_code=303)


async def _page(
    clerk: Actor,
    number: str,
    body: Mapping[str, Any],
    *,
    previewing: bool = False,
    refused: Refusal | None = None,
) -> Template:
    now = clock.now()
    case = await queries.case_for(clerk, number)
    bench = await repairs.lay_open(clerk, case, now)
    seen: Preview | None = None
    if previewing:
        try:
            asked = _asked(body, bench)
            seen = repairs.preview(bench, asked, now)
        except Refusal as forbidden:
            refused = refused or forbidden
    version = bench.version
    names = {step.id: version.step_name(step.id, language()) for step in bench.targets()}
    done = await queries.done_elements(case.id)
    standing = {each.step.id for each in bench.waiting}
    return page(
        "workspace/repair.html",
        status=refused.status if refused else 200,
        case=case,
        title=version.name(language()),
        state=state_name(case.state),
        bench=bench,
        waiting=[
            {
                "id": each.id,
                "name": version.step_name(each.step.id, language(), each.name),
                "service": each.step.kind == "service",
                "skippable": each.step.stage not in repairs.LAWFUL,
                "outcomes": [(one.id, outcome_name(one)) for one in each.step.outcomes],
            }
            for each in bench.waiting
        ],
        waiting_elements=[each.step.id for each in bench.waiting],
        done=[element for element in done if element not in standing],
        targets=list(names.items()),
        again=[
            (step.id, names[step.id])
            for step in bench.targets()
            if step.id in standing or (step.kind == "human" and step.id in done)
        ],
        variables=[
            {"name": name, "type": kind, "value": _typed(bench.data.get(name))}
            for name, kind in version.process.variables.items()
        ],
        jobs=[
            {
                "kind": _(str(KINDS.get(job["entrypoint"], job["entrypoint"]))),
                "what": what_of(orjson.loads(job["payload"])),
                "why": job["why"] or _("没有记录原因"),
                "at": job["updated"],
            }
            for job in bench.jobs
        ],
        body={name: value for name, value in body.items() if name != "_csrf_token"},
        text=lambda name: field(body, name),
        act=field(body, "act"),
        seen=seen,
        operations=[
            _(OPERATION_NAMES.get(each, each)) for each in (seen.operations if seen else ())
        ],
        spoken=spoken,
        refused=sentence(refused) if refused else "",
        problems=refused.fields if isinstance(refused, Invalid) else (),
    )


def _asked(body: Mapping[str, Any], bench: Bench) -> Repair:
    """What the form asks for. Raises Invalid for data that isn't of its variable's type."""
    act = field(body, "act")
    if act not in repairs.ACTS:
        raise Invalid({"act": "请选择要做的修复。"})
    task = field(body, "task")
    return Repair(
        act=act,
        task=task,
        target=field(body, "target"),
        outcome=field(body, f"outcome-{task}"),
        data=_data(body, bench) if act == "correct" else {},
    )


def _data(body: Mapping[str, Any], bench: Bench) -> dict[str, Any]:
    """Variables whose value was changed, as their type has them; an emptied one is None."""
    changed: dict[str, Any] = {}
    wrong: list[FieldProblem] = []
    for name, kind in bench.version.process.variables.items():
        if f"data-{name}" not in body:
            continue
        text = field(body, f"data-{name}")
        if text == _typed(bench.data.get(name)):
            continue
        try:
            value = orjson.loads(text) if kind == "list" and text else text or None
        except orjson.JSONDecodeError:
            wrong.append(FieldProblem(f"data-{name}", '列表请写成 JSON，如 ["甲", "乙"]。'))
            continue
        if kind == "boolean" and value is not None:
            value = text == "true"
        changed[name] = value
    if wrong:
        raise Invalid(wrong)
    return changed


def _typed(value: Any) -> str:
    """A variable's value as it stands in its field."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return orjson.dumps(value).decode()
    return str(value)


routes = [
    Router(
        "/",
        route_handlers=[show_repair, show_preview, repair, show_again],
        dependencies=DEPENDENCIES,
    )
]
