"""What the place a matter has come to lacks for it: departments, posts, people, issuing offices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bpmn
from bpmn import dialect
from onewindow import db
from onewindow.handover.assigning import NOBODY, people_of
from onewindow.matters.package import Package
from onewindow.people.rules import ROLES, lane_of, typed_name
from onewindow.tenants.queries import places
from onewindow.tenants.rules import Places
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language

WINDOWS = ("/window_clerk", "/village_agent", "/centre_manager")
"""Lanes of those who take applications in: a place where somebody serves one uses the matter."""


@dataclass(frozen=True, slots=True)
class Who:
    """Steps that share one "who", and why nobody there could do them ("" when somebody can)."""

    group: str
    assign: dialect.Assign | None
    lane: str
    steps: tuple[tuple[str, str], ...]
    """(element id, name)"""
    why: str


@dataclass(frozen=True, slots=True)
class Place:
    """What the place has, by key, for choosing from."""

    departments: Mapping[str, str]
    posts: Mapping[str, str]
    own: Mapping[str, str]
    """The departments of the place itself, one of which is the matter's."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a draft stands in its new place."""

    people: tuple[Who, ...]
    """Those that nobody could do come first."""
    department: str
    department_known: bool
    issuers: tuple[tuple[str, str, str], ...]
    """Certificates: (key in matter.json, name, who issues and seals it)."""
    has: Place

    @property
    def lacking(self) -> tuple[Who, ...]:
        return tuple(who for who in self.people if who.why)


async def arrival(tenant: int, package: Package) -> Arrival:
    """What is there and what isn't, for the draft of a matter in `tenant`."""
    tree = await places()
    name = "coalesce(nullif(name_en, ''), name) as name" if language() == "en" else "name"
    around = [*tree[tenant].path, *(place.id for place in tree.subtree(tenant))]
    with db.as_system():  # names of departments and posts above, which a step may be handed to
        departments = await db.fetch(
            f"select tenant, key, {name} from department where tenant = any($1) and active"
            " order by id",
            around,
        )
        posts = await db.fetch(
            f"select tenant, key, {name} from post where tenant = any($1) and active order by id",
            around,
        )
        lanes = await db.fetch(
            "select distinct tenant, lane from lane_holder where tenant = any($1)", around
        )
    served = {(row["tenant"], row["lane"]) for row in lanes}
    town = _Town(tenant, tree, served, departments, posts)
    try:
        groups = people_of(bpmn.read(package.process.encode()))
    except bpmn.Unreadable:
        groups = {}
    logins = await _staff(groups)
    people = [
        _who(group, nodes, town, logins)
        for group, nodes in groups.items()
        if not dialect.is_expression(group)
    ]
    own = {row["key"]: row["name"] for row in departments if row["tenant"] == tenant}
    department = str(package.definition.get("department", ""))
    return Arrival(
        tuple(sorted(people, key=lambda who: not who.why)),
        department,
        department in own,
        tuple(_issuers(package.definition)),
        Place(_named(departments, tenant), _named(posts, tenant), own),
    )


def _named(rows: list[Any], tenant: int) -> dict[str, str]:
    """Key → name, the place's own names before those of others."""
    names = {row["key"]: row["name"] for row in reversed(rows)}
    return names | {row["key"]: row["name"] for row in rows if row["tenant"] == tenant}


class _Town:
    """What is known of the place, its path and its subtree."""

    def __init__(
        self,
        owner: int,
        tree: Places,
        served: set[tuple[int, str]],
        departments: list[Any],
        posts: list[Any],
    ) -> None:
        self.owner, self.tree, self.served = owner, tree, served
        self.departments = {(row["tenant"], row["key"]) for row in departments}
        self.posts = {(row["tenant"], row["key"]) for row in posts}
        self.names = _named(departments, owner), _named(posts, owner)
        self.users = [
            place.id
            for place in tree.subtree(owner)
            if place.active
            and (place.id == owner or any((place.id, lane) in served for lane in WINDOWS))
        ]

    def done_at(self, at: str | None) -> set[int]:
        return {self.tree.place_for(at, filing=user, owner=self.owner) for user in self.users}


async def _staff(groups: Mapping[str, Any]) -> set[str]:
    """Which of the login names a drawing gives are anybody's here."""
    logins = [
        typed_name(term.partition(":")[2])
        for group in groups
        for term in group.split()
        if term.startswith("person:")
    ]
    if not logins:
        return set()
    rows = await db.fetch(
        "select login from unnest($1::text[]) as login where staff_named(login) is not null", logins
    )
    return {row["login"] for row in rows}


def _who(group: str, nodes: list[bpmn.drawing.Node], town: _Town, logins: set[str]) -> Who:
    steps = tuple((node.id, node.label) for node in nodes)
    lane = nodes[0].lane or ""
    if group.startswith(NOBODY):
        return Who(group, None, lane, steps, _("没有写明由谁办理"))
    try:
        assign = dialect.parse_assign(group)
    except bpmn.Malformed as wrong:
        return Who(group, None, lane, steps, _(wrong.text, **wrong.params))
    return Who(group, assign, lane, steps, _why(assign, town, logins))


def _why(assign: dialect.Assign, town: _Town, logins: set[str]) -> str:
    if assign.role == "applicant":
        return ""
    if assign.person is not None:
        known = typed_name(assign.person) in logins
        return "" if known else _("没有登录名为“{person}”的工作人员", person=assign.person)
    tenants = town.done_at(assign.at)
    lane = lane_of(assign)
    if any((tenant, lane) in town.served for tenant in tenants):
        return ""
    if assign.post and not any((tenant, assign.post) in town.posts for tenant in tenants):
        posts = town.names[1]
        return _("没有岗位“{post}”", post=posts.get(assign.post, assign.post))
    if assign.department and not any(
        (tenant, assign.department) in town.departments for tenant in tenants
    ):
        departments = town.names[0]
        name = departments.get(assign.department, assign.department)
        return _("没有部门“{department}”", department=name)
    role = ROLES.get(assign.role or "", {}).get("zh", "")
    return _("没有人任“{role}”", role=_(role)) if role else _("没有人任职")


def _issuers(definition: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    plans: dict[str, Any] = {"certificate": definition.get("certificate")}
    more = definition.get("certificates")
    if isinstance(more, Mapping):
        plans |= {f"certificates.{key}": plan for key, plan in more.items()}
    return [
        (key, _certificate(key, plan), str(plan.get("issuer", "")))
        for key, plan in plans.items()
        if isinstance(plan, Mapping)
    ]


def _certificate(key: str, plan: Mapping[str, Any]) -> str:
    """A certificate's name; of several its key too, for they are often called alike."""
    name = str((plan.get("name") or {}).get("zh", ""))
    return name if key == "certificate" else f"{name} · {key.partition('.')[2]}"
