"""The case page: facts and materials, the work to do, the record, the drawing."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from litestar import Request, Response, Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from forms import Section
from forms.messages import Lang
from onewindow import clock, db
from onewindow.cases import files, queries, rules
from onewindow.cases.application import wanted_materials
from onewindow.cases.file_pages import file_shown
from onewindow.cases.queries import CaseView, may_withdraw
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, asked, state_name, told
from onewindow.delivery.queries import certificates_of, papers_of
from onewindow.errors import NotThere
from onewindow.matters.drawing import drawing_in
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.people.queries import lane_words, names_of
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.templates import page
from onewindow.workdays.queries import not_announced
from onewindow.workspace.lights import Lights
from onewindow.workspace.work import Refused, choices, work_of

__all__ = ["Refused", "case_page", "routes"]

RECORD = 60
MAY_ASSIGN = ("centre_manager", "supervisor")
CHANNELS = {
    "online": N_("网上申请"),
    "window": N_("窗口收件"),
    "agent": N_("代办员代办"),
}
DONE = {
    "claim": N_("已签收，由您办理。"),
    "release": N_("已放回待办。"),
    "transfer": N_("已转办。"),
    "correction": N_("补正告知已发出，等待申请人补正。"),
    "refusal": N_("决定已作出，决定书正在生成。"),
    "return": N_("已退回，由该环节重新办理。"),
    "repaired": N_("修复已完成，前后情况记入经过。"),
    "answered": N_("补正已代申请人提交，办理继续。"),
    "withdrawal": N_("已代申请人撤回，本件办结。"),
}


@get("/cases/{number:str}")
async def show_case(request: Request, clerk: Clerk, number: FromPath[str]) -> Template | Redirect:
    """Everything about a case that the clerk may see and do; `record=all`: its whole record;
    `numbers=all`: identity numbers in full, for who handles it now."""
    query = request.query_params
    return await case_page(
        clerk,
        number,
        whole=query.get("record") == "all",
        open_numbers=query.get("numbers") == "all",
        done=query.get("done", ""),
    )


async def case_page(
    clerk: Actor,
    number: str,
    *,
    whole: bool = False,
    open_numbers: bool = False,
    done: str = "",
    refused: Refused | None = None,
) -> Template | Redirect:
    """The page, with what was refused of it shown where it was typed, or what was just done."""
    case = await queries.case_for(clerk, number)
    if case.state == State.DRAFT:
        return Redirect(f"/applications/{case.uid}", status_code=303)
    version = await version_of(case.version)
    now = clock.now()
    lights = await Lights.of(clerk.tenant, now)
    waiting = await _waiting(case, version, lights)
    answered = await queries.answered(case.id)
    answers = {each.form: each.data for each in answered}
    work = await work_of(clerk, version, waiting, answered, refused)
    concealed = work is None or not open_numbers
    others = [task for task in waiting if work is None or task["id"] != work.task["id"]]
    corrections = await _corrections(case, version)
    record = await queries.timeline(case.id, limit=2000 if whole else RECORD + 1)
    form = ""
    if refused is not None and work is not None and work.task["id"] == refused.task:
        form = refused.form if work.offers(refused.form) else ""
    return page(
        "workspace/case.html",
        status=refused.why.status if refused is not None else 200,
        case=case,
        title=version.name(language()),
        state=state_name(case.state),
        tone=STATE_TONES[State(case.state)],
        over=State(case.state) in rules.OVER,
        promise=_promise(case, lights),
        limits=version.definition.limits,
        version=version,
        channel=_(str(CHANNELS.get(case.channel, case.channel))),
        filer=(await names_of([case.filed_by])).get(case.filed_by) if case.filed_by else None,
        others=others,
        assign=await _assignable(clerk, others),
        work=work,
        refused=refused,
        form=form,
        lost=[] if form else _lost(version, refused),
        done=_(str(DONE[done])) if done in DONE else "",
        sections=await _sections(case, version, answered, concealed=concealed),
        materials=await _materials(case, version, answers, corrections),
        events=[told(event, version) for event in record[: None if whole else RECORD]],
        more_events=not whole and len(record) > RECORD,
        drawing=_drawing(version, await queries.done_elements(case.id), waiting),
        papers=await papers_of(case.id),
        certificates=await certificates_of(case.id),
        corrections=corrections,
        refusal=await _refusal(case),
        may_withdraw=may_withdraw(clerk, case),
        announced=await _announced(case, now),
        identity=rules.identity_shown(case.applicant_id, case.applicant_kind, concealed=concealed),
        may_open_numbers=concealed and work is not None,
    )


@get("/cases/{number:str}/process", media_type="application/xml")
async def show_process(clerk: Clerk, number: FromPath[str]) -> Response[bytes]:
    """The drawing of the case's version."""
    case = await queries.case_for(clerk, number)
    version = await version_of(case.version)
    return Response(drawing_in(version, language()), media_type="application/xml")


@get("/cases/{number:str}/files/{file:uuid}/pane")
async def show_pane(clerk: Clerk, number: FromPath[str], file: FromPath[UUID]) -> Template:
    """A file to look at beside the case: its pages, and the way to the next and the last file."""
    case = await queries.case_for(clerk, number)
    row = await files.file_of(case, file)
    version = await version_of(case.version)
    shown = [file_shown(case.row, each) | {"uid": each["uid"], "of": each["material"]}
             for each in await queries.materials_of(case.id)]  # fmt: skip
    shown = [each for each in shown if each["view"]]
    at = next((k for k, each in enumerate(shown) if each["uid"] == row["uid"]), None)
    if at is None:
        raise NotThere
    material = version.definition.material(row["material"])
    return page(
        "workspace/pane.html",
        case=case,
        file=shown[at],
        material=material.name.in_(language()) if material else "",
        pages=min(row["pages"] or 1, 50),
        all_pages=row["pages"] or 1,
        before=shown[at - 1] if at else None,
        after=shown[at + 1] if at + 1 < len(shown) else None,
    )


async def _waiting(case: CaseView, version: Version, lights: Lights) -> list[dict[str, Any]]:
    """Open and held tasks with their lights, and in words what they are and who has them."""
    return [
        {
            **dict(task),
            **lights.of_task(task),
            "step": version.step_name(
                task["element"],
                language(),
                (language() == "en" and task["name_en"]) or task["name"],
            ),
            "who": task["assignee_name"]
            or await lane_words(task["tenant"], task["lane"], language()),
        }
        for task in await queries.open_tasks(case.id)
    ]


async def _assignable(
    clerk: Actor, tasks: list[dict[str, Any]]
) -> dict[int, list[tuple[int, str]]]:
    """Whom a manager may give each of these tasks to; empty for everybody else."""
    if not clerk.is_any(*MAY_ASSIGN):
        return {}
    here = [task for task in tasks if task["tenant"] == clerk.tenant and task["state"] == "open"]
    return {
        task["id"]: [each for each in await choices(clerk, task["lane"])
                     if each[0] != task["assignee"]]
        for task in here
    }  # fmt: skip


def _promise(case: CaseView, lights: Lights) -> dict[str, str] | None:
    """The light of the case as a whole: towards its promised day, while it is under way."""
    if case.promised_due is None or State(case.state) not in rules.UNDER_WAY:
        return None
    return lights.of_task({"due": case.promised_due, "state": "open"})


def _lost(version: Version, refused: Refused | None) -> list[Section]:
    """Answers that were typed into a form which is no longer there, to read and to copy."""
    if refused is None or refused.form != "completion":
        return []
    step = version.process.steps.get(refused.element)
    answers = refused.typed.get("answers")
    if step is None or not step.form or not answers:
        return []
    return version.form(step.form).sections(answers, _lang())


def _lang() -> Lang:
    return "en" if language() == "en" else "zh"


async def _sections(
    case: CaseView,
    version: Version,
    answered: list[queries.Answered],
    *,
    concealed: bool,
) -> list[tuple[str, list[Section]]]:
    """Answers to read: the application first, then each step's form under its step's name, and
    under who filled it in where several did. What was filled in before the case went over to this
    version stands on the form it was filled in."""
    earlier = await queries.given_under(case.id) if case.migrated else {}
    conceal = rules.masked if concealed else str
    found: list[tuple[str, str, list[Section]]] = []
    for each in sorted(answered, key=lambda each: each.slot[1] != ""):
        form, element, _instance = each.slot
        under = await version_of(earlier[each.id]) if each.id in earlier else version
        recorded = (language() == "en" and each.name_en) or each.name
        heading = under.step_name(element, language(), recorded) if element else ""
        parts = under.form(form).sections(each.data, _lang(), conceal=conceal)
        found.append((heading, each.by_name, parts))
    times = Counter(heading for heading, _by, _parts in found)
    return [
        (f"{heading} · {by}" if times[heading] > 1 and by else heading, parts)
        for heading, by, parts in found
    ]


async def _materials(
    case: CaseView,
    version: Version,
    answers: Mapping[str, dict[str, Any]],
    corrections: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Materials this case needs, each with its files; those handed in after a correction say so."""
    uploaded = await queries.materials_of(case.id)
    wanted = wanted_materials(version, answers.get(version.definition.apply_form, {}))
    here = {row["material"] for row in uploaded}
    extra = [m for m in version.definition.materials if m.key in here and m not in wanted]
    since = corrections[0]["at"] if corrections else None
    return [
        {
            "name": material.name.in_(language()),
            "standard": material.standard.in_(language()) if material.standard else "",
            "necessity": material.necessity,
            "shared": material.shared,
            "files": [
                file_shown(case.row, row)
                | {"by": row["by_name"], "at": row["at"], "new": since and row["at"] > since}
                for row in uploaded
                if row["material"] == material.key
            ],
        }
        for material in [*wanted, *extra]
    ]


def _drawing(
    version: Version, done: list[str], waiting: list[dict[str, Any]]
) -> dict[str, list[Any]]:
    """Where the case stands: elements for the picture, and the same in words."""
    current = [task["element"] for task in waiting]
    overdue = [task["element"] for task in waiting if task["light"] == "red"]
    named = [
        (version.step_name(element, language()), _("已完成"))
        for element in done
        if element in version.process.steps
    ]
    named += [
        (task["step"], _("已超期") if task["light"] == "red" else _("办理中")) for task in waiting
    ]
    return {
        "done": [element for element in done if element not in current],
        "current": current,
        "overdue": overdue,
        "told": named,
    }


async def _corrections(case: CaseView, version: Version) -> list[dict[str, Any]]:
    """Correction notices, newest first, with what they ask for in words."""
    rows = await db.fetch(
        "select items, at, due, answered_at from correction where case_id = $1 order by at desc",
        case.id,
    )
    return [
        {**dict(row), "asked": [asked(item, version) for item in orjson.loads(row["items"])]}
        for row in rows
    ]


async def _refusal(case: CaseView) -> Any:
    return await db.fetchrow(
        "select kind, reasons, legal_basis, facts, at from refusal where case_id = $1"
        " order by at desc limit 1",
        case.id,
    )


async def _announced(case: CaseView, now: Any) -> str | None:
    """Whether this case's days may still move, because a year's holidays aren't known."""
    last = case.statutory_due or case.promised_due or case.acceptance_due
    if last is None or case.closed_at is not None or last <= now:
        return None
    return await not_announced(case.tenant, now, last)


routes = [
    Router("/", route_handlers=[show_case, show_process, show_pane], dependencies=DEPENDENCIES)
]
