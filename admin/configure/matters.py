"""Configuring matters as text: drafts with their checks, publishing, handing over as a zip.

The panel shows the same rows; what needs more than a row (all checks at once, publishing, packages)
happens here.
"""

from typing import Any

import orjson
from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import STATES, matter_of, version_of
from admin.whereabouts import placed
from onewindow import clock, db
from onewindow.cases.file_pages import content_disposition
from onewindow.errors import Forbidden, Invalid, Refusal
from onewindow.matters import actions
from onewindow.matters.findings import Finding
from onewindow.matters.package import write_zip
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.publishing import actions as publishing
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_
from onewindow.web.paging import Pages
from onewindow.web.requests import field, said
from onewindow.web.templates import page

HERE = "/configure/matters"
PAGE = 50
PARTS = ("definition", "process", "forms", "decisions")
DONE = {
    "dropped": N_("草稿已删除。"),
}


@get("/configure/matters")
async def show_matters(request: Request, clerk: Clerk) -> Template:
    """The tenant's matters with their versions."""
    words = request.query_params.get("q", "").strip()[:60]
    pages = Pages.read(request, HERE, {"q": words} if words else {}, "after")
    return await listing(clerk, words, pages, done=request.query_params.get("done", ""))


_LISTED = """
select m.id, m.key, m.name, m.name_en, m.state, v.number as version, v.published_at,
       d.number as draft
from matter m left join matter_version v on v.id = m.current_version
left join matter_version d on d.matter = m.id and d.state = 'draft'
where m.tenant = $1
  and ($2 = '' or strpos(lower(concat_ws(chr(10), m.name, m.name_en, m.key)), lower($2)) > 0)
  and ($3::int is null or (m.name, m.id) > (select x.name, x.id from matter x where x.id = $3))
order by m.name, m.id limit $4
"""


async def listing(
    clerk: Actor,
    words: str = "",
    pages: Pages | None = None,
    *,
    done: str = "",
    refused: Refusal | None = None,
) -> Template:
    """The list, a page at a time, with why an import was refused if one was."""
    actions.require_configurator(clerk)
    pages = pages or Pages(HERE, {}, "after", ())
    rows = await db.fetch(_LISTED, clerk.tenant, words, pages.number, PAGE + 1)
    shown = rows[:PAGE]
    return page(
        "configure/matters.html",
        status=refused.status if refused else 200,
        rows=shown,
        words=words,
        pages=pages.ending(shown[-1]["id"] if len(rows) > PAGE else None),
        states=STATES,
        done=DONE.get(done, ""),
        refused=sentence(refused) if refused else "",
        problems=refused.fields if isinstance(refused, Invalid) else (),
    )


@get("/configure/matters/{key:str}/versions/{number:int}")
async def show_version(
    request: Request, clerk: Clerk, key: FromPath[str], number: FromPath[int]
) -> Template:
    """A version's parts as text, with what the checks say; a draft can be changed."""
    matter = await matter_of(clerk, key)
    version = await version_of(matter, number)
    package = await actions.package_of(version["id"])
    texts = {
        "definition": _pretty(package.definition),
        "process": package.process,
        "forms": _pretty(dict(package.forms)),
        "decisions": _pretty(dict(package.decisions)),
    }
    done = request.query_params.get("done", "")
    return _editor(matter, version, texts, await actions.findings_of(package), done=done)


@post("/configure/matters/{key:str}/versions/{number:int}", status_code=200)
async def save_version(
    request: Request, clerk: Clerk, key: FromPath[str], number: FromPath[int]
) -> Template | Redirect:
    """Keep the changed parts of a draft; publish it too when asked (`then` = publish)."""
    matter = await matter_of(clerk, key)
    version = await version_of(matter, number)
    body = await said(request)
    texts = {part: str(body.get(part, "")) for part in PARTS}
    try:
        findings = await actions.edit_draft(version["id"], **texts, now=clock.now())
        if field(body, "then") == "publish":
            if any(finding.severity == "error" for finding in findings):
                raise actions.NotPublishable(findings)
            hash = (await version_of(matter, number))["hash"]
            await publishing.publish(clerk, version["id"], seen=hash, now=clock.now())
            return Redirect(f"/configure/matters/{key}?done=published", status_code=303)
    except Invalid as invalid:
        findings = [Finding(p.field, "json", p.text, dict(p.params)) for p in invalid.fields]
        return _editor(matter, version, texts, findings, status=422)
    except actions.NotPublishable as refusal:
        return _editor(matter, version, texts, refusal.findings, status=422)
    except publishing.GateShut:  # its page says why
        return Redirect(f"/configure/matters/{key}/draft/publication", status_code=303)
    return _editor(matter, version, texts, findings, saved=True)


@delete("/configure/matters/{key:str}/versions/{number:int}", status_code=200)
async def drop_version(clerk: Clerk, key: FromPath[str], number: FromPath[int]) -> Redirect:
    """Throw a draft away; a matter that never was anything else goes with it."""
    matter = await matter_of(clerk, key)
    version = await version_of(matter, number)
    if version["state"] != "draft":
        raise Forbidden("已发布的版本不能删除。")
    gone = await actions.drop_draft(version["id"])
    to = "/configure/matters" if gone else f"/configure/matters/{key}"
    return Redirect(f"{to}?done=dropped", status_code=303)


@get("/configure/matters/{key:str}/versions/{number:int}/package")
async def download(clerk: Clerk, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The version as a zip, to hand to another tenant."""
    matter = await matter_of(clerk, key)
    version = await version_of(matter, number)
    package = await actions.package_of(version["id"])
    return Response(
        write_zip(package),
        media_type="application/zip",
        headers={"content-disposition": content_disposition(f"{key}-v{number}.zip")},
    )


@get("/configure/matters/{key:str}/versions/{number:int}/process", media_type="application/xml")
async def show_process(clerk: Clerk, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The drawing of a version."""
    version = await version_of(await matter_of(clerk, key), number)
    package = await actions.package_of(version["id"])
    return Response(package.process.encode(), media_type="application/xml")


def _editor(
    matter: Any,
    version: Any,
    texts: dict[str, str],
    findings: list[Finding],
    *,
    saved: bool = False,
    done: str = "",
    status: int = 200,
) -> Template:
    return page(
        "configure/version.html",
        status=status,
        matter=matter,
        version=version,
        texts=texts,
        findings=[placed(finding, texts) for finding in findings],
        errors=sum(finding.severity == "error" for finding in findings),
        saved=saved,
        done=DONE.get(done, ""),
        states=STATES,
    )


async def _draft_of(matter: Any) -> int | None:
    """The number of the matter's draft, if it has one."""
    number: int | None = await db.fetchval(
        "select number from matter_version where matter = $1 and state = 'draft'", matter["id"]
    )
    return number


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


routes = [
    Router(
        "/",
        route_handlers=[
            show_matters,
            show_version,
            save_version,
            drop_version,
            download,
            show_process,
        ],
        dependencies=DEPENDENCIES,
    )
]
