"""The import door: a package (zip) or a drawing of another tool (.bpmn, .xml) becomes a draft.

A package says by itself which matter it is; it leads to the page of what this place lacks
(`arrivals`). A drawing is shown first with the report of what it took to read it, and asks which
matter it is to be. The drawing travels in the form meanwhile: nothing is stored before it is
wanted, and what comes back is read anew.
"""

import base64
import binascii
import re
from typing import Any

from litestar import Request, Router, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Template

import bpmn
from admin.configure.matters import listing
from bpmn.foreign import Adopted, Rewrite, adopt
from onewindow import clock, db
from onewindow.errors import FieldProblem, Invalid, Refusal
from onewindow.handover import fill_ins, importing
from onewindow.matters import actions
from onewindow.matters.package import MAX_ALL, read_zip
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import departments
from onewindow.web.errors import field_messages
from onewindow.web.i18n import N_
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import field, said
from onewindow.web.templates import page

ZIP = b"PK"
KINDS = {
    "fill_in": (N_("需要补充"), "red"),
    "rewritten": (N_("已改写"), "blue"),
    "dropped": (N_("没有带入"), "neutral"),
}


@post("/configure/packages", status_code=200, request_max_body_size=MAX_ALL)
async def upload(request: Request, clerk: Clerk) -> Redirect | Template:
    """Take a zip in as a draft of the matter it names, or show what a drawing would become."""
    actions.require_configurator(clerk)
    form = await request.form()
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid({"file": "请选择要导入的文件。"})
        data = await file.read()
        if not data:
            raise Invalid({"file": "这个文件是空的。"})
        if data.startswith(ZIP):
            key = await importing.take_package(
                clerk.tenant, read_zip(data), over=bool(form.get("replace")),
                by=clerk.id, at=clock.now(),
            )  # fmt: skip
            return Redirect(f"/configure/matters/{key}/draft/arrival", status_code=303)
        adopted = read_drawing(data)
    except Refusal as refusal:
        return await listing(clerk, refused=refusal)
    return await _drawing(clerk, data, adopted, {"name": adopted.name or _stem(file.filename)})


@post("/configure/drawings", status_code=200, request_max_body_size=MAX_ALL)
async def take_drawing(request: Request, clerk: Clerk) -> Redirect | Template:
    """Make the drawing a new matter, or the process of the draft `into`."""
    actions.require_configurator(clerk)
    body = await said(request)
    try:
        data = base64.b64decode(field(body, "drawing"), validate=True)
        adopted = read_drawing(data)
    except (binascii.Error, ValueError):
        raise Invalid({"drawing": "提交的内容无法识别，请重新导入。"}) from None
    into = field(body, "into")
    names = (
        "key", "name", "name_en", "department", "item_type", "handling", "legal_basis",
    )  # fmt: skip
    asked = {name: field(body, name) for name in names}
    try:
        if not into and not asked["legal_basis"]:
            raise Invalid({"legal_basis": "请写明办理的法律依据，至少一条。"})
        if into:
            await importing.put_into(clerk.tenant, into, data, by=clerk.id, at=clock.now())
            key = into
        else:
            wanted: dict[str, Any] = {**asked}
            wanted["name"] = {"zh": asked["name"], "en": wanted.pop("name_en")}
            key = await importing.new_from_drawing(
                clerk.tenant, data, wanted, by=clerk.id, at=clock.now()
            )
    except Invalid as refusal:
        return await _drawing(clerk, data, adopted, {**asked, "into": into}, refusal.fields)
    return Redirect(f"/configure/matters/{key}/draft/arrival", status_code=303)


@get(["/configure/packages", "/configure/drawings"])
async def show_again(clerk: Clerk) -> Redirect:
    """To the list: somebody reloads the page that told them why a file was refused."""
    return Redirect("/configure/matters#import", status_code=303)


def read_drawing(data: bytes) -> Adopted:
    """Raises Invalid where the file is no drawing, with the line."""
    try:
        return adopt(data)
    except bpmn.Unreadable as unreadable:
        first = unreadable.problems[0]
        problem = FieldProblem("file", first.text, dict(first.params))
        if first.line:
            where = FieldProblem("file", "问题在第 {line} 行。", {"line": first.line})
            raise Invalid([problem, where]) from None
        raise Invalid([problem]) from None


async def _drawing(
    clerk: Actor,
    data: bytes,
    adopted: Adopted,
    asked: dict[str, str],
    problems: tuple[FieldProblem, ...] = (),
) -> Template:
    drawing = bpmn.read(adopted.xml)
    names = {node.id: node.name for node in drawing.nodes.values()}
    names |= {flow.id: flow.name for scope in drawing.scopes.values() for flow in scope.flows}
    drafts = await db.fetch(
        "select m.key, m.name from matter m join matter_version v on v.matter = m.id"
        " and v.state = 'draft' where m.tenant = $1 order by m.name",
        clerk.tenant,
    )
    return page(
        "configure/drawing.html",
        status=422 if problems else 200,
        drawing=base64.b64encode(data).decode(),
        groups=[
            {
                "kind": kind,
                "name": name,
                "tone": tone,
                "entries": [told_entry(e, names) for e in adopted.report if e.severity == kind],
            }
            for kind, (name, tone) in KINDS.items()
        ],
        steps=sum(1 for node in drawing.nodes.values() if node.tag.endswith("ask")),
        nodes=len(drawing.nodes),
        drafts=[(row["key"], f"{row['name']}（{row['key']}）") for row in drafts],
        departments=list((await departments(clerk.tenant)).items()),
        asked={"item_type": "licence", "handling": "promised", **asked},
        problems=problems,
        errors=field_messages(problems),
    )


def told_entry(entry: Rewrite, names: dict[str, str]) -> dict[str, Any]:
    """An entry in the reader's language; words of ours among its params too."""
    params = {k: _(v) if k in fill_ins.WORDS else v for k, v in entry.params.items()}
    return {
        "line": entry.line,
        "element": entry.element or "",
        "name": names.get(entry.element or "", ""),
        "text": _(entry.text, **params),
    }


def _stem(filename: str) -> str:
    return re.sub(r"\.[^.]*$", "", filename.rpartition("/")[2])[:80]


routes = [Router("/", route_handlers=[upload, take_drawing, show_again], dependencies=DEPENDENCIES)]
