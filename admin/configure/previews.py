"""What comes of a draft, looked at while it is written: the guide's page, papers, certificates.

The guide is the very template applicants get; papers and certificates go through the very sandbox
and layouts of real ones, with made-up facts and 样本 across the sheet.
"""

import tempfile
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath
from litestar.response import Template

from onewindow import rooms
from onewindow.delivery.facts import FactMissing
from onewindow.delivery.samples import sample_certificate, sample_paper
from onewindow.matters import actions, drafts
from onewindow.matters.drawing import drawing_in
from onewindow.matters.queries import Offer
from onewindow.matters.sketch import sketched
from onewindow.matters.versions import Version
from onewindow.papers import typesetting
from onewindow.papers.facts import UnfitFacts
from onewindow.papers.texts import BadText
from onewindow.papers.typesetting import Unprintable
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.portal.guide import guide_of
from onewindow.tenants.queries import tenant_by_id
from onewindow.web.errors import sentence
from onewindow.web.i18n import language
from onewindow.web.templates import page

WIDTH = 1240
"""Pixels of a sheet's picture: A4 at 150 dots an inch."""


@get("/configure/matters/{key:str}/draft/guide")
async def show_guide(request: Request[Any, Any, Any], clerk: Clerk, key: FromPath[str]) -> Template:
    """The guide's page as an applicant who isn't signed in will see it."""
    version = await _sketch(clerk, key)
    return await guide_page(version, f"/configure/matters/{key}/draft/guide", request.query_params)


async def guide_page(version: Version, address: str, given: Mapping[str, str]) -> Template:
    """The guide of a version nobody can apply by yet, at an address of its own."""
    here = await tenant_by_id(version.tenant)
    definition = version.definition
    offer = Offer(
        place=here.id,
        tenant=here.id,
        matter=version.matter,
        version=version.id,
        key=version.matter_key,
        name=definition.name.zh,
        name_en=definition.name.en,
        item_type=definition.item_type,
        handling=definition.handling,
        department=definition.department,
        tenant_key=here.key,
        tenant_name=here.name,
        tenant_name_en=here.name_en,
    )
    told = await guide_of(here, offer, version, dict(given))
    return page("portal/guide.html", **told, preview=address, me=None, place=here.named(language()))


@get("/configure/matters/{key:str}/draft/guide/process", media_type="application/xml")
async def show_process(clerk: Clerk, key: FromPath[str]) -> Response[bytes]:
    """The drawing as the guide shows it."""
    version = await _sketch(clerk, key)
    return Response(drawing_in(version, language()), media_type="application/xml")


@get("/configure/matters/{key:str}/draft/papers/{paper:str}")
async def show_paper(clerk: Clerk, key: FromPath[str], paper: FromPath[str]) -> Response[bytes]:
    """A paper in this matter's wording, as a picture."""
    return await typeset(sample_paper(await _sketch(clerk, key), paper))


@get("/configure/matters/{key:str}/draft/certificates/{name:str}")
async def show_certificate(
    clerk: Clerk, key: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """The certificate `name` ("certificate" or the key of an alternative), as a picture."""
    return await typeset(sample_certificate(await _sketch(clerk, key), name))


async def _sketch(clerk: Actor, key: str) -> Version:
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    return await rooms.at_bench(sketched, draft, clerk.tenant)


async def typeset(
    sample: Awaitable[tuple[str, dict[str, Any]]],
) -> Response[bytes] | Response[dict[str, str]]:
    """The first sheet as a picture; or, in the midst of typing, what stands in its way."""
    try:
        layout, facts = await sample
        pdf = await typesetting.arender(layout, facts)
    except (BadText, FactMissing, UnfitFacts, Unprintable) as problem:
        return Response({"message": sentence(problem)})
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        picture = await rooms.examiner().page(Path(file.name), width=WIDTH)
    return Response(picture.data, media_type=picture.media_type)


routes = [
    Router(
        "/",
        route_handlers=[show_guide, show_process, show_paper, show_certificate],
        dependencies=DEPENDENCIES,
    )
]
