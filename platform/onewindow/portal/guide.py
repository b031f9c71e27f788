"""The guide of a matter, what somebody has to bring, and beginning an application."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.cases import filing
from onewindow.cases.queries import case_for
from onewindow.errors import Forbidden, NotThere, Refusal
from onewindow.matters.contact import contact_of
from onewindow.matters.drawing import drawing_in, lanes_in
from onewindow.matters.queries import Closed, Offer, closed, offered
from onewindow.matters.versions import Version, version_of
from onewindow.matters.words import handling_name, item_type_name
from onewindow.people.access import DEPENDENCIES, Person, Visitor
from onewindow.people.gate import Actor
from onewindow.portal.catalogue import remembering
from onewindow.portal.needs import answered, needs, questions
from onewindow.portal.waiting import drafts_of
from onewindow.tenants.queries import departments_at, place_for, places, tenant_by_key
from onewindow.tenants.rules import Place
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import field, said
from onewindow.web.templates import page
from onewindow.web.words import date_words, span_words


class NotOfferedHere(NotThere):
    text = "这里不办理这个事项，可能已经暂停或者取消。"
    advice = "请回到首页重新查找，或者咨询政务服务中心。"


class Withdrawn(NotThere):
    status = 410
    text = "“{name}”已于{at}取消，不再受理：{reason}"
    advice = "已经受理的申请会继续办完。"


class TakesNothingNow(Refusal):
    text = "“{name}”暂停受理：{reason}"
    advice = "已经受理的申请会继续办理。恢复受理的时间请留意办事指南。"


@get("/matters/{place:str}/{key:str}")
async def show_guide(
    request: Request[Any, Any, Any], place: FromPath[str], key: FromPath[str]
) -> Template:
    """The guide of a matter: the eight disclosures, what to bring, how it goes.

    The query may hold answers to what decides which materials are needed.
    """
    here, offer, version, shut = await _readable(place, key)
    given = dict(request.query_params)
    told = await guide_of(here, offer, version, given)
    answer = page("portal/guide.html", **told, closed=shut)
    answer.set_cookie(remembering(here))
    return answer


async def guide_of(
    here: Place, offer: Offer, version: Version, given: Mapping[str, str]
) -> dict[str, Any]:
    """What the guide's page is told; `given` are answers to what decides on the materials."""
    return {
        "here": here,
        "name": (await places()).full_name(here.id, language()),
        "offer": offer,
        "version": version,
        "definition": version.definition,
        "contact": await contact_of(version.definition, offer.tenant, here.id),
        "questions": questions(version, given, language()),
        "needs": needs(version, given),
        "chosen": answered(version, given),
        "steps": await _way(version, here.id, offer.tenant),
        "forks": any("exclusive" in each.tag for each in version.process.elements.values()),
        "handling_name": handling_name,
        "item_type_name": item_type_name,
    }


@get("/matters/{place:str}/{key:str}/process", media_type="application/xml")
async def show_process(place: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """The drawing of the published process, as the guide shows it."""
    _here, _offer, version, _shut = await _readable(place, key)
    return Response(drawing_in(version, language()), media_type="application/xml")


@get("/matters/{place:str}/{key:str}/applications")
async def before_beginning(
    request: Request[Any, Any, Any], person: Person, place: FromPath[str], key: FromPath[str]
) -> Template:
    """Where somebody lands who had to sign in first, or who has begun this matter already."""
    _require_applicant(person)
    here, offer, version = await _matter(place, key)
    return page(
        "portal/begin.html",
        here=here,
        name=(await places()).full_name(here.id, language()),
        offer=offer,
        limits=version.definition.limits,
        chosen=answered(version, dict(request.query_params)),
        drafts=await drafts_of(person, offer.matter, here.id),
    )


@post("/matters/{place:str}/{key:str}/applications", status_code=200)
async def begin(
    request: Request[Any, Any, Any], visitor: Visitor, place: FromPath[str], key: FromPath[str]
) -> Redirect:
    """Begin an application, with the answers the guide was given already.

    Who isn't signed in is sent to sign in and then to the page before this; so is who has a draft
    of the matter, unless they say `anew`.
    """
    body = await said(request)
    here, offer, version = await _matter(place, key)
    chosen = answered(version, {name: field(body, name) for name in body})
    where = f"/matters/{here.key}/{offer.key}/applications"
    before = f"{where}?{urlencode(chosen)}" if chosen else where
    if visitor is None:
        return Redirect(f"/sign-in?{urlencode({'next': before})}", status_code=303)
    _require_applicant(visitor)
    if field(body, "anew") != "yes" and await drafts_of(visitor, offer.matter, here.id):
        return Redirect(before, status_code=303)
    uid = await filing.start_draft(
        visitor, matter=offer.key, place=here.id, channel="online", now=clock.now()
    )
    if chosen:
        case = await case_for(visitor, str(uid))
        await filing.save_draft(
            visitor, case, answers=chosen, revision=case.draft_revision, now=clock.now()
        )
    return Redirect(f"/applications/{uid}", status_code=303)


async def _matter(place: str, key: str) -> tuple[Place, Offer, Version]:
    here, offer, version, shut = await _readable(place, key)
    if shut is not None:
        raise TakesNothingNow(name=offer.title(language()), reason=shut.reason)
    return here, offer, version


async def _readable(place: str, key: str) -> tuple[Place, Offer, Version, Closed | None]:
    """A matter to read about: also one that takes nothing in for a while."""
    here = await tenant_by_key(place)
    try:
        return *(await _with_version(here, await offered(here.id, key))), None
    except NotThere:
        pass
    try:
        shut = await closed(here.id, key)
    except NotThere:
        raise NotOfferedHere from None
    if shut.state == "withdrawn":
        told = {"name": shut.offer.title(language()), "at": date_words(shut.since)}
        raise Withdrawn(**told, reason=shut.reason or "–")
    return *(await _with_version(here, shut.offer)), shut


async def _with_version(here: Place, offer: Offer) -> tuple[Place, Offer, Version]:
    return here, offer, await version_of(offer.version)


def _require_applicant(person: Actor) -> None:
    if not person.is_applicant:
        raise Forbidden("请用申请人账号办理；窗口人员请从“窗口收件”代为提交。")


async def _way(version: Version, here: int, owner: int) -> list[Mapping[str, str]]:
    """The steps people take, in the order of the way: what, by whom, in how long."""
    lang = language()
    steps = [step for step in version.process.way if step.kind == "human"]
    # A step may be drawn in the lane of others: the lane is told only where no department is named.
    asked = {
        step.id: (await place_for(step.assign.at, here, owner), step.assign.department)
        for step in steps
        if step.assign is not None and step.assign.department is not None
    }
    offices = await departments_at(asked.values())
    who = lanes_in(version, lang) | {
        step: offices[office].full_name(lang) for step, office in asked.items() if office in offices
    }
    return [
        {
            "name": version.step_name(step.id, lang),
            "who": who.get(step.id, ""),
            "limit": _("{span}内", span=span_words(str(step.limit))) if step.limit else "",
        }
        for step in steps
    ]


routes = [
    Router(
        "/",
        route_handlers=[show_guide, show_process, before_beginning, begin],
        dependencies=DEPENDENCIES,
    )
]
