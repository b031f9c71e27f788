"""Certificates and papers as PDF: shown in the browser, kept under a name that says what they are.

For the applicant and for the offices of the case.
"""

from typing import Any

from litestar import Request, Router, get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from onewindow import clock, db, rooms
from onewindow.cases.file_pages import stream_object
from onewindow.cases.queries import case_for
from onewindow.delivery.actions import receipt_made
from onewindow.delivery.queries import UNMADE
from onewindow.errors import NotThere
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.web.i18n import N_

PDF = "application/pdf"

# A paper is a Chinese document; the lists that lead to it name the shipped ones in both languages.
TITLES = (
    N_("收件回执"),
    N_("受理通知书"),
    N_("材料补正通知书"),
    N_("不予受理通知书"),
    N_("不予办理决定书"),
    N_("不予行政许可决定书"),
    N_("不予行政给付决定书"),
    N_("不予行政奖励决定书"),
    N_("不予行政确认决定书"),
)


@get("/cases/{number:str}/certificates/{code:str}")
async def show_certificate(
    request: Request[Any, Any, Any],
    person: Person,
    number: FromPath[str],
    code: FromPath[str],
    save: FromQuery[bool] = False,
) -> Stream:
    """The certificate's PDF; `save` offers it as a download."""
    case = await case_for(person, number)
    row = await db.fetchrow(
        "select name, number, holder, object_key, size from certificate"
        " where case_id = $1 and code = $2",
        case.id,
        code,
    )
    if row is None:
        raise NotThere
    name = f"{row['name']}-{row['holder']}-{row['number']}.pdf"
    return await stream_object(request, row["object_key"], row["size"], PDF, name, inline=not save)


@get("/cases/{number:str}/papers/{paper:int}")
async def show_paper(
    request: Request[Any, Any, Any],
    person: Person,
    number: FromPath[str],
    paper: FromPath[int],
    save: FromQuery[bool] = False,
) -> Stream:
    """A notice's or voucher's PDF; `save` offers it as a download."""
    case = await case_for(person, number)
    if paper == UNMADE:
        paper = await receipt_made(case.id, case.tenant, clock.now())
    row = await db.fetchrow(
        "select title, object_key from paper where case_id = $1 and id = $2 and object_key <> ''",
        case.id,
        paper,
    )
    if row is None:
        raise NotThere
    stat = await rooms.store().stat(row["object_key"])
    name = f"{row['title']}-{case.applicant_name}-{case.receipt_number}.pdf"
    return await stream_object(request, row["object_key"], stat.size, PDF, name, inline=not save)


routes = [Router("/", route_handlers=[show_certificate, show_paper], dependencies=DEPENDENCIES)]
