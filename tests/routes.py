"""What addresses an application answers, read from the application itself."""

from collections.abc import Iterator
from typing import Any, TypeVar

from fastapi import FastAPI
from litestar import Litestar
from starlette.routing import Mount

Kind = TypeVar("Kind")


def pages_of(app: Any) -> list[tuple[str, str]]:
    """(method, path) of every page, such as ("GET", "/cases/{number}")."""
    site = _inside(app, Litestar)
    return sorted(
        (method, route.path_format)
        for route in site.routes
        for method in getattr(route, "methods", ())
        if method not in ("OPTIONS", "HEAD")
    )


def panel_of(app: Any) -> list[tuple[str, str]]:
    """(method, path) of everything the panel answers, its mounted parts included; what is mounted
    and isn't a router (static files) stands as ("MOUNT", path)."""
    return sorted(_routes(_inside(app, FastAPI), "/admin"))


def _routes(app: Any, prefix: str) -> Iterator[tuple[str, str]]:
    routes = getattr(app, "routes", None)
    if not routes:
        # Wrapped (sign-in, CSRF, rate limits), or no router at all.
        wrapped = getattr(app, "app", None)
        if wrapped is not None:
            yield from _routes(wrapped, prefix)
        else:
            yield "MOUNT", prefix
        return
    for route in routes:
        if isinstance(route, Mount):
            yield from _routes(route.app, prefix + route.path)
        else:
            for method in route.methods or ("GET",):
                if method != "HEAD":
                    yield method, prefix + route.path


def _inside(app: Any, kind: type[Kind]) -> Kind:
    """The part of this kind that a composed ASGI app holds behind its wrappers."""
    waiting, seen = [app], set()
    while waiting:
        part = waiting.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, kind):
            return part
        if hasattr(part, "app"):
            waiting.append(part.app)
        for cell in getattr(part, "__closure__", None) or ():
            if callable(cell.cell_contents):
                waiting.append(cell.cell_contents)
    raise LookupError(kind)
