"""/api/matters: drafts in their parts, for the studio's editors and for programs.

Every part has an ETag; a PUT says by If-Match which one it was made from (If-None-Match: * for a
part that is new), so that nobody's work is written over: 412 tells who was faster.
"""

from typing import Any

import orjson
from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath

from admin.configure.beginning import make_by_program
from onewindow import clock, db, rooms
from onewindow.errors import FieldProblem, Invalid
from onewindow.handover import adoption, fill_ins
from onewindow.matters import actions
from onewindow.matters import drafts as store
from onewindow.matters.findings import Finding
from onewindow.matters.package import MAX_FILE, Package
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.publishing.hurdles import Reason, unfound
from onewindow.web.i18n import gettext
from onewindow.web.requests import field, said


@get("/api/matters")
async def show_matters(clerk: Clerk) -> list[dict[str, Any]]:
    """The tenant's matters with the numbers of the version in force and of the draft."""
    actions.require_configurator(clerk)
    rows = await db.fetch(
        "select m.key, m.name, m.name_en, m.state, v.number as version, d.number as draft"
        " from matter m left join matter_version v on v.id = m.current_version"
        " left join matter_version d on d.matter = m.id and d.state = 'draft'"
        " where m.tenant = $1 order by m.key limit 2000",
        clerk.tenant,
    )
    return [dict(row) for row in rows]


@post("/api/matters/{key:str}/draft", status_code=201)
async def begin(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Begin a draft from the version in force, or from version `from`; one that is there already
    is gone on with."""
    actions.require_configurator(clerk)
    number = (await said(request)).get("from")
    if number is not None and not isinstance(number, int):
        raise Invalid({"from": "应为版本号。"})
    draft = await store.begin(clerk.tenant, key, number=number, by=clerk.id, at=clock.now())
    return _told(draft)


@get("/api/matters/{key:str}/draft")
async def show(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """The draft: its number, its hash, who changed it last, each part with its ETag."""
    return _told(await _draft(clerk, key))


@get("/api/matters/{key:str}/draft/parts/{part:path}")
async def show_part(clerk: Clerk, key: FromPath[str], part: FromPath[str]) -> Response[bytes]:
    """One part: JSON (definition, forms, tests) or XML (process, decisions)."""
    name = part.strip("/")
    content = store.parts_of((await _draft(clerk, key)).package).get(name)
    if content is None:
        raise store.NotThere
    is_xml = isinstance(content, str)
    return Response(
        content.encode() if isinstance(content, str) else orjson.dumps(content),
        media_type="application/xml" if is_xml else "application/json",
        headers={"etag": f'"{store.etag(content)}"', "cache-control": "no-store"},
    )


@put("/api/matters/{key:str}/draft/parts/{part:path}", request_max_body_size=2 * MAX_FILE)
async def save_part(
    request: Request, clerk: Clerk, key: FromPath[str], part: FromPath[str]
) -> Response[dict[str, Any]]:
    """Save one part. Headers: If-Match with its ETag, or If-None-Match: * for a new part."""
    actions.require_configurator(clerk)
    name = part.strip("/")
    made_from = request.headers.get("if-match", "").removeprefix("W/").strip('"') or None
    if made_from is None and request.headers.get("if-none-match") != "*":
        raise Invalid({name: "请在 If-Match 中说明修改所依据的版本（ETag）。"})
    content = _content(name, await request.body())
    try:
        draft = await store.save_part(
            clerk.tenant, key, name, content, made_from=made_from, by=clerk.id, at=clock.now()
        )
    except store.ChangedMeanwhile as changed:
        return Response(
            {
                "code": changed.code,
                "message": gettext("这一部分在您打开之后被他人改过，您的修改还没有保存。"),
                "by": changed.params["who"],
                "at": changed.params["at"],
                "etag": changed.etag,
            },
            status_code=412,
        )
    return Response({"etag": draft.etags[name], "hash": draft.hash})


@delete("/api/matters/{key:str}/draft/parts/{part:path}", status_code=200)
async def drop_part(clerk: Clerk, key: FromPath[str], part: FromPath[str]) -> dict[str, Any]:
    """Take a form, decision table or test out of the draft."""
    actions.require_configurator(clerk)
    name = part.strip("/")
    draft = await store.drop_part(clerk.tenant, key, name, by=clerk.id, at=clock.now())
    return _told(draft)


@get("/api/matters/{key:str}/draft/findings")
async def show_findings(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """What the checks say of the draft as it is saved."""
    draft = await _draft(clerk, key)
    more = await _brought_along(clerk, draft, draft.package)
    return {"findings": await _findings(draft.package) + more}


@post("/api/matters/{key:str}/draft/findings", status_code=200, request_max_body_size=2 * MAX_FILE)
async def find(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """What the checks would say with `part` replaced by `content`, which isn't saved."""
    draft = await _draft(clerk, key)
    body = await said(request)
    part, content = field(body, "part"), body.get("content")
    if not isinstance(content, (str, dict)):
        raise Invalid({"content": "缺少内容。"})
    try:
        package = store.with_part(draft.package, part, content)
        more = await _brought_along(clerk, draft, package)
        return {"findings": await _findings(package) + more}
    except Invalid as invalid:
        return {"findings": [_unreadable(part, problem) for problem in invalid.fields]}


@post("/api/matters/{key:str}/draft/presence", status_code=200)
async def be_here(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Say that one has the draft open at `part`; tells who else has."""
    actions.require_configurator(clerk)
    part = field(await said(request), "part")
    draft = await store.outline_of(clerk.tenant, key)
    others = await store.here(draft, clerk.id, clerk.name, part, clock.now())
    return {
        "hash": draft.hash,
        "others": [
            {"name": other.name, "part": other.part, "since": other.since.isoformat()}
            for other in others
        ],
    }


async def _draft(clerk: Actor, key: str) -> store.Draft:
    actions.require_configurator(clerk)
    return await store.draft_of(clerk.tenant, key)


def _told(draft: store.Draft) -> dict[str, Any]:
    return {
        "key": draft.key,
        "number": draft.number,
        "hash": draft.hash,
        "based_on": draft.based_on,
        "changed_at": draft.changed_at.isoformat() if draft.changed_at else None,
        "changed_by": draft.changed_by,
        "parts": draft.etags,
    }


def _content(part: str, body: bytes) -> store.Content:
    try:
        if part == "process" or part.startswith("decisions/"):
            return body.decode("utf-8")
        content = orjson.loads(body)
    except UnicodeDecodeError:
        raise Invalid({part: "内容不是 UTF-8 编码的文本。"}) from None
    except orjson.JSONDecodeError as wrong:
        at = {"line": wrong.lineno, "column": wrong.colno}
        raise Invalid([FieldProblem(part, "JSON 第 {line} 行第 {column} 列有误。", at)]) from None
    if not isinstance(content, dict):
        raise Invalid({part: "应为一个 JSON 对象。"})
    return content


async def _brought_along(clerk: Actor, draft: store.Draft, package: Any) -> list[dict[str, Any]]:
    """What an import left to be filled in, and what the place above doesn't let one change."""
    left = await fill_ins.left(draft.id, package)
    fixed = await adoption.findings(clerk.tenant, package) or []
    return [told(finding) for finding in (*fixed, *left)]


async def _findings(package: Package) -> list[dict[str, Any]]:
    """What the checks find, and what else would stop the draft at the gate."""
    found = await actions.findings_of(package)
    stops = await rooms.at_bench(unfound, package)
    more = [_stopping(hurdle.key, reason) for hurdle in stops for reason in hurdle.reasons]
    return more + [told(finding) for finding in found]


def _stopping(key: str, reason: Reason) -> dict[str, Any]:
    """A reason of the gate, in the form of a finding."""
    address, _, element = reason.link.partition("#element=")
    return {
        "part": "definition" if address.startswith("settings/") else address,
        "code": f"gate-{key}",
        "message": reason.text,
        "element": element,
        "line": None,
        "severity": "error",
    }


def told(finding: Finding) -> dict[str, Any]:
    """A finding in the reader's language; `part` is the draft's name of it."""
    part = {"matter.json": "definition", "process.bpmn": "process"}.get(finding.part, finding.part)
    return {
        "part": part.removesuffix(".dmn"),
        "code": finding.code,
        "message": gettext(finding.where, **finding.params)
        + gettext(finding.text, **finding.params)
        if finding.where
        else gettext(finding.text, **finding.params),
        "element": finding.element,
        "line": finding.line,
        "severity": finding.severity,
    }


def _unreadable(part: str, problem: FieldProblem) -> dict[str, Any]:
    return {
        "part": part,
        "code": "unreadable",
        "message": gettext(problem.text, **problem.params),
        "element": "",
        "line": problem.params.get("line"),
        "severity": "error",
    }


routes = [
    Router(
        "/",
        route_handlers=[
            show_matters,
            make_by_program,
            begin,
            show,
            show_part,
            save_part,
            drop_part,
            show_findings,
            find,
            be_here,
        ],
        dependencies=DEPENDENCIES,
    )
]
