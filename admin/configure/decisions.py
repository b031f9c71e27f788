"""Decision tables of a draft: the editor's page, making and renaming one, trying it.

    POST /api/matters/{key}/draft/decisions/{name}/examination  {content?, decision?}
      → what it needs, which rules meet or are never reached, which cases have none, rows to try
    POST /api/matters/{key}/draft/decisions/{name}/trial        {content?, decision, rows}
      → for each row the value, the rules that hit, or why there is none

`content` is the table as it stands in the editor; without it, the one saved.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from litestar import Request, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

import bpmn
from admin.configure import studio
from feel import BadDecision, FeelError
from onewindow import clock, db, rooms
from onewindow.errors import Invalid, NotThere
from onewindow.matters import actions, drafts, trials
from onewindow.matters.definition import KEY
from onewindow.matters.package import MAX_FILE
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.i18n import gettext
from onewindow.web.requests import field, said

MOST_AT_ONCE = 100


@get("/configure/matters/{key:str}/draft/decisions")
async def show_new(clerk: Clerk, key: FromPath[str]) -> Template:
    """Asks what a new table is called and what it reads."""
    return await _new(clerk, key)


@post("/configure/matters/{key:str}/draft/decisions", status_code=200)
async def make(request: Request[Any, Any, Any], clerk: Clerk, key: FromPath[str]) -> Any:
    """A new table with a column for each variable chosen, opened in the editor."""
    actions.require_configurator(clerk)
    body = await said(request)
    name, title = field(body, "name"), field(body, "title")
    chosen = body.get("reads") or []
    variables = _variables(await drafts.draft_of(clerk.tenant, key))
    reads = [
        each for each in ([chosen] if isinstance(chosen, str) else chosen) if each in variables
    ]
    problems = {
        "title": "" if title else "请填写决策表的名称。",
        "name": ""
        if KEY.fullmatch(name)
        else "代码由小写字母、数字、- 和 _ 组成，不超过 60 个字符。",
    }
    wrong = {place: text for place, text in problems.items() if text}
    if not wrong:
        content = blank_table(name, title, {each: variables[each] for each in reads})
        try:
            await drafts.save_part(
                clerk.tenant, key, f"decisions/{name}", content, made_from=None, by=clerk.id,
                at=clock.now(),
            )  # fmt: skip
            return Redirect(f"/configure/matters/{key}/draft/decisions/{name}", status_code=303)
        except drafts.AlreadyThere:
            wrong = {"name": "已有这个代码的决策表，请换一个。"}
    return await _new(clerk, key, Invalid(wrong), {"name": name, "title": title, "reads": reads})


@get("/configure/matters/{key:str}/draft/decisions/{name:str}")
async def show(clerk: Clerk, key: FromPath[str], name: FromPath[str]) -> Template:
    """The editor of one table."""
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    if name not in draft.package.decisions:
        raise NotThere
    variables = _variables(draft)
    return await studio.room(
        clerk,
        key,
        f"decisions/{name}",
        "configure/decision.html",
        draft=draft,
        told={"name": name, "variables": variables},
    )


@post("/api/matters/{key:str}/draft/decisions/{name:str}/name", status_code=200)
async def rename(
    request: Request[Any, Any, Any], clerk: Clerk, key: FromPath[str], name: FromPath[str]
) -> dict[str, str]:
    """Call a table `to`; steps of the drawing that ask it follow."""
    actions.require_configurator(clerk)
    to = field(await said(request), "to")
    by, at = clerk.id, clock.now()
    async with db.transaction():
        draft = await drafts.draft_of(clerk.tenant, key)
        table = draft.package.decisions.get(name)
        if table is None:
            raise NotThere
        await drafts.save_part(
            clerk.tenant, key, f"decisions/{to}", table, made_from=None, by=by, at=at
        )
        await drafts.drop_part(clerk.tenant, key, f"decisions/{name}", by=by, at=at)
        process = re.sub(
            rf'(\bow:decision=")({re.escape(name)})(["#])',
            rf"\g<1>{to}\g<3>",
            draft.package.process,
        )
        if process != draft.package.process:
            await drafts.save_part(
                clerk.tenant,
                key,
                "process",
                process,
                made_from=draft.etags["process"],
                by=by,
                at=at,
            )
    return {"name": to}


@post(
    "/api/matters/{key:str}/draft/decisions/{name:str}/examination",
    status_code=200,
    request_max_body_size=2 * MAX_FILE,
)
async def examine(
    request: Request[Any, Any, Any], clerk: Clerk, key: FromPath[str], name: FromPath[str]
) -> dict[str, Any]:
    """What a table needs and leaves open. One that can't be read answers `wrong`."""
    body = await said(request)
    xml = await _content(clerk, key, name, body)
    try:
        table = await rooms.at_bench(
            lambda: trials.look(xml, field(body, "decision"), rooms.feel())
        )
    except BadDecision as bad:
        return {"wrong": [gettext(each.text, **each.params) for each in bad.problems[:5]]}
    found = table.coverage
    return {
        "decision": table.decision,
        "name": table.name,
        "policy": table.policy,
        "asked": [
            {"name": e.name, "label": e.label, "type": e.type, "options": list(e.options)}
            for e in table.asked
        ],
        "rules": list(table.rules),
        "overlaps": [
            {"rules": each.rules, "where": table.said(each.where)} for each in found.overlaps
        ],
        "gaps": [table.said(each) for each in found.gaps],
        "unreached": list(found.unreached),
        "unread": list(found.unread),
        "whole": found.whole,
        "rows": [dict(row) for row in table.rows],
    }


@post(
    "/api/matters/{key:str}/draft/decisions/{name:str}/trial",
    status_code=200,
    request_max_body_size=2 * MAX_FILE,
)
async def try_out(
    request: Request[Any, Any, Any], clerk: Clerk, key: FromPath[str], name: FromPath[str]
) -> dict[str, Any]:
    """What the table answers to each row, at most a hundred at once."""
    body = await said(request)
    xml = await _content(clerk, key, name, body)
    rows = body.get("rows")
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise Invalid({"rows": "应为一组数据。"})
    try:
        answers = await rooms.at_bench(
            lambda: trials.tried(xml, field(body, "decision"), rows[:MOST_AT_ONCE], rooms.feel())
        )
    except BadDecision as bad:
        raise Invalid({"content": bad.problems[0].message}) from None
    return {
        "answers": [
            {
                "value": trials.plain(answer.value),
                "text": trials.as_json(answer.value),
                "rules": list(answer.rules),
                "wrong": _sentence(answer.wrong),
            }
            for answer in answers
        ]
    }


def blank_table(name: str, title: str, reads: Mapping[str, str]) -> str:
    """A table of one rule, with a column for each variable it reads; the result is `name`."""
    variable = name.replace("-", "_")
    inputs = "".join(
        f'<input id="input_{n}" label={quoteattr(each)}>'
        f'<inputExpression id="read_{n}" typeRef="{_TYPES.get(kind, "string")}">'
        f"<text>{escape(each)}</text></inputExpression></input>"
        for n, (each, kind) in enumerate(reads.items(), 1)
    )
    cells = "".join(
        f'<inputEntry id="when_{n}"><text></text></inputEntry>' for n in range(1, len(reads) + 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"'
        f' id="{variable}_file" name={quoteattr(title)} namespace="urn:onewindow:matter">'
        f'<decision id="{variable}" name={quoteattr(title)}><variable id="{variable}_result"'
        f' name="{variable}" /><decisionTable id="{variable}_table" hitPolicy="UNIQUE">{inputs}'
        f'<output id="output_1" label="结果" name="{variable}" typeRef="string" />'
        f'<rule id="rule_1">{cells}<outputEntry id="then_1"><text></text></outputEntry></rule>'
        "</decisionTable></decision></definitions>\n"
    )


_TYPES = {"number": "number", "boolean": "boolean", "date": "date"}


async def _new(
    clerk: Actor,
    key: str,
    invalid: Invalid | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Template:
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    number = next(n for n in range(1, 999) if f"table-{n}" not in draft.package.decisions)
    return await studio.room(
        clerk,
        key,
        "",
        "configure/decision-new.html",
        section="decisions",
        typed=typed or {"name": f"table-{number}", "title": "", "reads": []},
        problems=invalid.fields if invalid else (),
        errors={p.field: gettext(p.text, **p.params) for p in invalid.fields} if invalid else {},
        draft=draft,
        variables=_variables(draft),
    )


def _variables(draft: drafts.Draft) -> dict[str, str]:
    """Routing variables of the drawing: name → type."""
    try:
        return dict(bpmn.read(draft.package.process.encode()).variables)
    except bpmn.Unreadable:
        return {}


async def _content(clerk: Actor, key: str, name: str, body: Mapping[str, Any]) -> bytes:
    actions.require_configurator(clerk)
    given = body.get("content")
    if isinstance(given, str):
        return given.encode()[:MAX_FILE]
    saved = (await drafts.draft_of(clerk.tenant, key)).package.decisions.get(name)
    if saved is None:
        raise NotThere
    return saved.encode()


def _sentence(wrong: FeelError | None) -> str:
    if wrong is None:
        return ""
    told = wrong.problem
    return gettext(told.where, **told.params) + gettext(told.text, **told.params)


routes = [
    Router(
        "/",
        route_handlers=[show_new, make, show, rename, examine, try_out],
        dependencies=DEPENDENCIES,
    )
]
