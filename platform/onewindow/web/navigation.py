"""Which doors a person sees in the workspace's sidebar; what is behind them checks again."""

from collections.abc import Collection
from dataclasses import dataclass

from onewindow.web.i18n import N_, Later

CLERKS = frozenset(
    {
        "village_agent",
        "guide",
        "window_clerk",
        "reviewer",
        "checker",
        "decider",
        "chief_representative",
        "centre_manager",
    }
)
OPERATORS = frozenset({"operator"})
OVERSEERS = frozenset({"centre_manager", "supervisor", "auditor"})
KEEPERS = frozenset({"configurator", "operator"})


@dataclass(frozen=True, slots=True)
class Door:
    """One entry: where it leads, what it is called, and for whom it is shown.

    `live` names a counter that the page keeps up to date (see `app.js`, `data-live`).
    """

    href: str
    label: Later
    icon: str
    roles: frozenset[str]
    live: str = ""

    def is_here(self, path: str) -> bool:
        return path == self.href or path.startswith(self.href.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class Group:
    """Doors that belong together, under a small heading (empty for the first)."""

    label: Later
    doors: tuple[Door, ...]


DOORS = (
    Group(
        N_("办理"),
        (
            Door("/inbox", N_("待办"), icon="inbox", roles=CLERKS | OVERSEERS, live="inbox"),
            Door(
                "/counter",
                N_("窗口收件"),
                icon="file-plus",
                roles=frozenset({"window_clerk", "village_agent", "centre_manager"}),
            ),
        ),
    ),
    Group(
        N_("查询"),
        (
            Door("/cases", N_("办件查询"), icon="folder-search", roles=CLERKS | OVERSEERS),
            Door(
                "/certificates",
                N_("证照登记"),
                icon="certificate",
                roles=(CLERKS | OVERSEERS) - {"village_agent", "guide"},
            ),
        ),
    ),
    Group(
        N_("管理"),
        (
            Door(
                "/configure/matters",
                N_("事项配置"),
                icon="adjustments",
                roles=frozenset({"configurator"}),
            ),
            Door(
                "/configure/reviews",
                N_("待确认事项"),
                icon="clipboard-check",
                roles=frozenset({"configurator", "supervisor"}),
                live="reviews",
            ),
            Door(
                "/configure/running",
                N_("办理分布"),
                icon="flame",
                roles=OVERSEERS | {"configurator"},
            ),
            Door("/admin/", N_("后台管理"), icon="settings", roles=KEEPERS),
            Door("/people", N_("人员账号"), icon="users", roles=KEEPERS),
            Door("/operations/jobs", N_("运行作业"), icon="activity", roles=OPERATORS),
        ),
    ),
)


def nav_for(roles: Collection[str]) -> list[Group]:
    """The groups and doors for these roles; empty groups are left out."""
    held = frozenset(roles)
    shown = []
    for group in DOORS:
        doors = tuple(door for door in group.doors if door.roles & held)
        if doors:
            shown.append(Group(group.label, doors))
    return shown
