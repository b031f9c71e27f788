"""Doing tasks over HTTP: complete, claim, transfer, and the verbs law gives every case.

Pages post forms; programs post JSON to the same addresses and get JSON back.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from litestar import Request, Response, Router, delete, post
from litestar.response import Redirect

from onewindow import clock
from onewindow.cases import steps, verbs
from onewindow.cases.queries import task_for
from onewindow.errors import Invalid
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import field, json_field, said, wants_json


@post("/tasks/{task:int}/completion", status_code=200)
async def complete(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Finish a task: `answers` (JSON), `outcome`, `why`. A program is told the tasks opened by it
    (id, element, name) and whether the case has ended."""
    body = await said(request)
    done = await steps.complete(
        clerk,
        task,
        answers=json_field(body, "answers"),
        outcome=field(body, "outcome"),
        why=field(body, "why"),
        now=clock.now(),
    )
    if wants_json(request):
        return Response(asdict(done))
    return Redirect(f"/inbox?done={task}", status_code=303)


@post("/tasks/{task:int}/claim", status_code=200)
async def claim(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Take a task from the lane."""
    await steps.claim(clerk, task, now=clock.now())
    return await _to_case(request, clerk, task)


@delete("/tasks/{task:int}/claim", status_code=200)
async def release(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Put a task back."""
    await steps.release(clerk, task, now=clock.now())
    return await _to_case(request, clerk, task)


@post("/tasks/{task:int}/transfer", status_code=200)
async def transfer(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Hand a task to a colleague: `to` (person), `why`."""
    body = await said(request)
    to = field(body, "to")
    if not to.isdigit():
        raise Invalid({"to": _("请选择接手的同事。")})
    await steps.transfer(clerk, task, to=int(to), why=field(body, "why"), now=clock.now())
    return await _to_case(request, clerk, task)


@post("/tasks/{task:int}/correction", status_code=200)
async def request_correction(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Ask the applicant, once, for everything missing: `items` (JSON) or parallel form fields."""
    body = await said(request)
    await verbs.request_correction(clerk, task, items=_missing(body), now=clock.now())
    return await _to_case(request, clerk, task)


@post("/tasks/{task:int}/refusal", status_code=200)
async def refuse(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Not accepted or not granted: `reasons`, `legal_basis`, `facts`."""
    body = await said(request)
    await verbs.refuse(
        clerk,
        task,
        facts=field(body, "facts"),
        reasons=field(body, "reasons"),
        legal_basis=field(body, "legal_basis"),
        now=clock.now(),
    )
    return await _to_case(request, clerk, task)


@post("/tasks/{task:int}/return", status_code=200)
async def return_to(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    """Send the case back to an earlier step: `target`, `why`."""
    body = await said(request)
    await verbs.return_to(
        clerk, task, target=field(body, "target"), why=field(body, "why"), now=clock.now()
    )
    return await _to_case(request, clerk, task)


async def _to_case(request: Request, clerk: Clerk, task: int) -> Response[Any]:
    if wants_json(request):
        return Response({"task": task})
    row = await task_for(clerk, task)
    return Redirect(f"/cases/{row['c_receipt_number']}", status_code=303)


def _missing(body: Mapping[str, Any]) -> list[verbs.Missing]:
    """Items as JSON, or form fields `text` with `material` beside it, one pair an item; a ticked
    material counts with its own text field `text-<key>`."""
    items = body.get("items")
    if isinstance(items, str):
        items = orjson.loads(items)
    if isinstance(items, list):
        return [
            verbs.Missing(
                str(item.get("text", "")), str(item.get("material", "")), str(item.get("field", ""))
            )
            for item in items
            if isinstance(item, Mapping)
        ]
    ticked = body.get("material", [])
    found = [
        verbs.Missing(field(body, f"text-{key}"), material=key)
        for key in ([ticked] if isinstance(ticked, str) else ticked)
    ]
    if field(body, "other"):
        found.append(verbs.Missing(field(body, "other")))
    return found


routes = [
    Router(
        "/",
        route_handlers=[complete, claim, release, transfer, request_correction, refuse, return_to],
        dependencies=DEPENDENCIES,
    )
]
