"""Blocks of forms that a place keeps for itself and those below it: list, name, save, delete."""

from typing import Any

from litestar import Request, Router, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.errors import Invalid, NotThere
from onewindow.matters import actions
from onewindow.matters.blocks import (
    LARGEST,
    Block,
    blocks_for,
    drop_block,
    rename_block,
    save_block,
)
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places
from onewindow.web.errors import field_messages
from onewindow.web.i18n import language
from onewindow.web.requests import field, json_field, said
from onewindow.web.templates import page


@get("/configure/form-blocks")
async def show_blocks(clerk: Clerk) -> Template:
    """Shipped, inherited and own blocks; own ones can be renamed and deleted."""
    return await _list(clerk)


async def _list(clerk: Actor, *, problems: dict[str, str] | None = None) -> Template:
    actions.require_configurator(clerk)
    tree = await places()
    rows = [
        {
            "block": block,
            "name": named(block),
            "own": block.tenant == clerk.tenant,
            "place": tree[block.tenant].named(language()) if block.tenant else "",
            "count": _count(block.schema.get("components", [])),
        }
        for block in await blocks_for(clerk.tenant)
    ]
    return page("configure/form-blocks.html", blocks=rows, problems=problems or {})


@post("/configure/form-blocks/{key:str}/name", status_code=200)
async def rename(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Another name for one of the place's own blocks."""
    actions.require_configurator(clerk)
    body = await said(request)
    try:
        await rename_block(
            clerk.tenant,
            key,
            field(body, "name"),
            field(body, "name_en"),
            by=clerk.id,
            at=clock.now(),
        )
    except Invalid as invalid:
        return await _list(clerk, problems=field_messages(invalid.fields))
    return Redirect("/configure/form-blocks", status_code=303)


@delete("/configure/form-blocks/{key:str}", status_code=200)
async def drop(clerk: Clerk, key: FromPath[str]) -> Redirect:
    actions.require_configurator(clerk)
    await drop_block(clerk.tenant, key)
    return Redirect("/configure/form-blocks", status_code=303)


@get("/api/form-blocks")
async def tell_blocks(clerk: Clerk) -> list[dict[str, Any]]:
    """Every block that can be used here: shipped, inherited and own ones."""
    actions.require_configurator(clerk)
    return [told(block, clerk.tenant) for block in await blocks_for(clerk.tenant)]


@get("/api/form-blocks/{key:str}")
async def tell_block(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """One block with its components."""
    actions.require_configurator(clerk)
    for block in await blocks_for(clerk.tenant):
        if block.key == key:
            return told(block, clerk.tenant)
    raise NotThere


@delete("/api/form-blocks/{key:str}", status_code=200)
async def drop_by_program(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Delete one of the place's own blocks; forms made with it keep what they have."""
    actions.require_configurator(clerk)
    await drop_block(clerk.tenant, key)
    return {"key": key}


@put("/api/form-blocks/{key:str}", request_max_body_size=2 * LARGEST)
async def save(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Keep components as a block of the place's own: {name, name_en, schema}."""
    actions.require_configurator(clerk)
    body = await said(request)
    name, name_en = field(body, "name"), field(body, "name_en")
    schema = json_field(body, "schema")
    await save_block(clerk.tenant, key, name, name_en, schema, by=clerk.id, at=clock.now())
    return told(Block(key, name, name_en, schema, clerk.tenant), clerk.tenant)


def told(block: Block, tenant: int) -> dict[str, Any]:
    """A block as the designer's browser code knows it."""
    return {
        "key": block.key,
        "name": named(block),
        "schema": block.schema,
        "own": block.tenant == tenant,
        "shipped": block.tenant is None,
    }


def named(block: Block) -> str:
    return block.name_en if language() == "en" and block.name_en else block.name


def _count(components: list[Any]) -> int:
    return sum(1 + _count(each.get("components") or []) for each in components)


routes = [
    Router(
        "/",
        route_handlers=[
            show_blocks,
            rename,
            drop,
            tell_blocks,
            tell_block,
            save,
            drop_by_program,
        ],
        dependencies=DEPENDENCIES,
    )
]
