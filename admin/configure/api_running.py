"""/api for where a matter's cases are and how long its steps take."""

from datetime import timedelta
from typing import Any

from litestar import Request, Router, get
from litestar.params import FromPath

from admin.configure.running import View, figures, step_named, watched
from onewindow.people.access import DEPENDENCIES, Clerk


@get("/api/matters/{key:str}/running")
async def show_running(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Each step with its tasks now and overdue, and in the period those done, done late, and the
    time they took (median, nine of ten), in seconds."""
    matter, _places = await watched(clerk, key, request.query_params.get("at", ""))
    view = View.of(request.query_params)
    _versions, version, steps = await figures(matter, view)
    return {
        "key": key,
        "at": matter["place"],
        "drawn": version.number,
        "version": view.version or None,
        "since": view.since.isoformat(),
        "until": view.until.isoformat(),
        "steps": [
            {
                "element": step.element,
                "name": step_named(version, step),
                "now": step.now,
                "overdue": step.overdue,
                "done": step.done,
                "late": step.late,
                "median": _seconds(step.median),
                "p90": _seconds(step.p90),
                "overdue_share": step.overdue_share,
            }
            for step in steps
        ],
    }


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


routes = [Router("/", route_handlers=[show_running], dependencies=DEPENDENCIES)]
