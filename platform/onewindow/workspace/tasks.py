"""Doing tasks over HTTP: complete, claim, transfer, and the verbs law gives every case.

Pages post forms; programs post JSON to the same addresses and get JSON back. What is refused comes
back to a person on the case's page, with everything they had typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.cases import steps, verbs
from onewindow.cases.queries import task_for
from onewindow.errors import FieldProblem, Invalid, NotThere, Refusal, TooMany
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_
from onewindow.web.requests import field, json_field, said, wants_json
from onewindow.workspace.case import Refused, case_page

Answer = Response[Any] | Template


@post("/tasks/{task:int}/completion", status_code=200)
async def complete(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Finish a task: `answers` (JSON), `outcome`, `why`. A program is told the tasks opened by it
    (id, element, name) and whether the case has ended."""
    body = await said(request)
    answers = json_field(body, "answers")
    attempt = Attempt(request, clerk, task, "completion", {**body, "answers": answers})
    try:
        done = await steps.complete(
            clerk,
            task,
            answers=answers,
            outcome=field(body, "outcome"),
            why=field(body, "why"),
            now=clock.now(),
        )
    except Refusal as refusal:
        return await attempt.shown_again(refusal)
    if wants_json(request):
        return Response(done)
    return Redirect(f"/inbox?done={task}", status_code=303)


@post("/tasks/{task:int}/claim", status_code=200)
async def claim(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Take a task from the lane."""
    attempt = Attempt(request, clerk, task, "claim", {})
    try:
        await steps.claim(clerk, task, now=clock.now())
    except Refusal as refusal:
        return await attempt.shown_again(refusal)
    return await attempt.done()


@delete("/tasks/{task:int}/claim", status_code=200)
async def release(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Put a task back."""
    attempt = Attempt(request, clerk, task, "release", {})
    await steps.release(clerk, task, now=clock.now())
    return await attempt.done()


@post("/tasks/{task:int}/transfer", status_code=200)
async def transfer(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Hand a task to a colleague: `to` (person), `why`."""
    body = await said(request)
    attempt = Attempt(request, clerk, task, "transfer", body)
    to, why = field(body, "to"), field(body, "why")
    try:
        _require(
            to="" if to.isdigit() else N_("请选择接手的同事。"),
            why="" if why else N_("请写明转办理由。"),
        )
        await steps.transfer(clerk, task, to=int(to), why=why, now=clock.now())
    except Refusal as refusal:
        return await attempt.shown_again(refusal)
    return await attempt.done()


@post("/tasks/{task:int}/correction", status_code=200)
async def request_correction(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Ask the applicant, once, for everything missing: `items` (JSON), or from a page the ticked
    `material`s, each with its `text-<key>`, the ticked `field`s of the application form, each with
    its `about-<path>`, and `other`."""
    body = await said(request)
    attempt = Attempt(request, clerk, task, "correction", body)
    try:
        items = _missing(body)
        await verbs.request_correction(clerk, task, items=items, now=clock.now())
    except Refusal as refusal:
        return await attempt.shown_again(refusal)
    return await attempt.done()


@post("/tasks/{task:int}/refusal", status_code=200)
async def refuse(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Not accepted or not granted: `reasons`, `legal_basis`, `facts`."""
    body = await said(request)
    attempt = Attempt(request, clerk, task, "refusal", body)
    reasons, basis = field(body, "reasons"), field(body, "legal_basis")
    try:
        _require(
            reasons="" if reasons else N_("请写明不予办理的理由。"),
            legal_basis="" if basis else N_("请写明所依据的法律条款。"),
        )
        await verbs.refuse(
            clerk,
            task,
            facts=field(body, "facts"),
            reasons=reasons,
            legal_basis=basis,
            now=clock.now(),
        )
    except Refusal as refusal:
        return await attempt.shown_again(refusal)
    return await attempt.done()


@post("/tasks/{task:int}/return", status_code=200)
async def return_to(request: Request, clerk: Clerk, task: FromPath[int]) -> Answer:
    """Send the case back to an earlier step: `target`, `why`."""
    body = await said(request)
    attempt = Attempt(request, clerk, task, "return", body)
    why = field(body, "why")
    try:
        _require(why="" if why else N_("请写明退回理由。"))
        await verbs.return_to(clerk, task, target=field(body, "target"), why=why, now=clock.now())
    except Refusal as refusal:
        return await attempt.shown_again(refusal)
    return await attempt.done()


@get(
    [
        f"/tasks/{{task:int}}/{form}"
        for form in ("completion", "claim", "transfer", "correction", "refusal", "return")
    ]
)
async def show_again(clerk: Clerk, task: FromPath[int]) -> Redirect:
    """To the case: somebody reloads, or comes back to, a page that showed them a refusal."""
    row = await task_for(clerk, task)
    return Redirect(f"/cases/{row['c_receipt_number']}", status_code=303)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something tried with a task, and how whoever tried it is answered."""

    request: Request
    clerk: Actor
    task: int
    form: str
    typed: Mapping[str, Any]

    async def done(self) -> Answer:
        """Back to the case."""
        if wants_json(self.request):
            return Response({"task": self.task})
        row = await task_for(self.clerk, self.task)
        address = f"/cases/{row['c_receipt_number']}?done={self.form}"
        if "hx-request" in self.request.headers:
            # The whole page anew: a form in it is no piece that could be put into another page.
            return Response("", headers={"hx-redirect": address})
        return Redirect(address, status_code=303)

    async def shown_again(self, refusal: Refusal) -> Answer:
        """The case's page with what was refused, and why. Programs get the refusal itself, and so
        does whoever may not know of the task at all."""
        if wants_json(self.request) or isinstance(refusal, NotThere | TooMany):
            raise refusal
        try:
            row = await task_for(self.clerk, self.task)
        except NotThere:
            raise refusal from None
        refused = Refused(self.form, self.task, row["element"], self.typed, refusal)
        return await case_page(self.clerk, row["c_receipt_number"], refused=refused)


def _require(**problems: str) -> None:
    """Raise Invalid for the fields that have a problem, all of them at once."""
    wrong = [FieldProblem(name, text) for name, text in problems.items() if text]
    if wrong:
        raise Invalid(wrong)


def _missing(body: Mapping[str, Any]) -> list[verbs.Missing]:
    """What a correction asks for. Raises Invalid for what was ticked but not explained."""
    items = body.get("items")
    if isinstance(items, str):
        try:
            items = orjson.loads(items)
        except orjson.JSONDecodeError:
            raise Invalid({"items": "提交的内容无法识别，请刷新页面重试。"}) from None
    if isinstance(items, list):
        return [
            verbs.Missing(
                str(item.get("text", "")), str(item.get("material", "")), str(item.get("field", ""))
            )
            for item in items
            if isinstance(item, Mapping)
        ]
    found = [
        *(
            verbs.Missing(field(body, f"text-{key}"), material=key)
            for key in ticked(body, "material")
        ),
        *(verbs.Missing(field(body, f"about-{key}"), field=key) for key in ticked(body, "field")),
    ]
    _require(
        **{
            f"text-{item.material}" if item.material else f"about-{item.field}": ""
            if item.text
            else N_("请写明这一项需要补正什么。")
            for item in found
        }
    )
    if field(body, "other"):
        found.append(verbs.Missing(field(body, "other")))
    if not found:
        raise Invalid({"items": "请勾选需要补正的材料或填写内容，或写明其他问题。"})
    return found


def ticked(body: Mapping[str, Any], name: str) -> list[str]:
    """The boxes of that name that were ticked."""
    said = body.get(name, [])
    return [said] if isinstance(said, str) else [str(each) for each in said]


routes = [
    Router(
        "/",
        route_handlers=[
            complete,
            claim,
            release,
            transfer,
            request_correction,
            refuse,
            return_to,
            show_again,
        ],
        dependencies=DEPENDENCIES,
    )
]
