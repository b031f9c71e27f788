"""Who could do each step, in every place that will use a matter. Two queries, whatever its size."""

from collections.abc import Mapping
from dataclasses import dataclass

import bpmn
from onewindow import db
from onewindow.people.queries import lane_words
from onewindow.people.rules import lane_of, typed_name
from onewindow.publishing.hurdles import Hurdle, Reason, Severity, step_name
from onewindow.tenants.queries import places
from onewindow.tenants.rules import Place, Places
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language

TITLE_KEY = "staff"
WINDOWS = ("/window_clerk", "/village_agent", "/centre_manager")
"""Lanes of those who take applications in: a place where somebody serves one uses the matter."""
MOST_NAMED = 4


Served = Mapping[tuple[int, str], frozenset[int]]
"""(tenant, lane) → who serves it there."""


@dataclass(frozen=True, slots=True)
class _Gap:
    step: bpmn.StepSpec
    lane: str
    places: tuple[Place, ...]
    nobody_anywhere: bool
    alone: bool = False
    """There is one, who must have done the step that this one differs from."""


async def staffed(process: bpmn.Process | None, owner: int, names: Mapping[str, str]) -> Hurdle:
    """Hard where a step has nobody in the owner's own place or anywhere at all, soft where only
    some places lack somebody: their fallback lane takes the task meanwhile."""
    title = _("每个环节在每个使用地都有人办理")
    if process is None:
        return Hurdle(TITLE_KEY, title, None, said=_("流程还有错误，先改正它。"))
    tree = await places()
    below = [place for place in tree.subtree(owner) if place.active]
    steps = [step for step in process.steps.values() if step.kind == "human"]
    served, people = await _serving(steps, tree, owner)
    users = [
        place
        for place in below
        if place.id == owner or any((place.id, lane) in served for lane in WINDOWS)
    ]
    gaps = [
        gap
        for step in steps
        if (gap := _gap(step, owner, users, tree, served, people))
        or (gap := _alone(step, process, owner, users, tree, served))
    ]
    gaps.sort(key=lambda gap: not _stops(gap, owner))
    reasons = [await _reason(gap, owner, names) for gap in gaps]
    unclear = [step for step in steps if step.assign is None and step.assign_expression]
    hard = any(_stops(gap, owner) for gap in gaps)
    severity: Severity = "hard" if hard or not gaps else "soft"
    some = "、".join(place.named(language()) for place in users[:MOST_NAMED])
    said = _("{n} 个使用地的每个环节都有人：{names}。", n=len(users), names=some)
    if len(users) > MOST_NAMED:
        said = _("{n} 个使用地的每个环节都有人：{names}等。", n=len(users), names=some)
    if gaps:
        said = ""
    if unclear:
        steps_said = "、".join(step_name(names, step.id, step.name) for step in unclear)
        said += _("“{steps}”的办理人由公式算出，办理时才知道。", steps=steps_said)
    return Hurdle(TITLE_KEY, title, not gaps, severity, tuple(reasons), said)


async def _serving(
    steps: list[bpmn.StepSpec], tree: Places, owner: int
) -> tuple[Served, Mapping[str, int]]:
    """Who serves which lane, in the owner's subtree and above it, and the ids of people whom the
    drawing names."""
    tenants = {*tree[owner].path, *(place.id for place in tree.subtree(owner))}
    logins = [step.assign.person for step in steps if step.assign and step.assign.person]
    with db.as_system():
        rows = await db.fetch(
            "select tenant, lane, array_agg(distinct person) as people from lane_holder"
            " where tenant = any($1) group by tenant, lane",
            list(tenants),
        )
        people = await db.fetch(
            "select username, id from person where kind = 'staff' and active"
            " and username = any($1)",
            [typed_name(login) for login in logins],
        )
    return {(row["tenant"], row["lane"]): frozenset(row["people"]) for row in rows}, {
        row["username"]: row["id"] for row in people
    }


def _gap(
    step: bpmn.StepSpec,
    owner: int,
    users: list[Place],
    tree: Places,
    served: Served,
    people: Mapping[str, int],
) -> _Gap | None:
    """The places where nobody could do a step, if there are any."""
    who = step.assign
    if who is None or who.role == "applicant":
        return None
    if who.person is not None:
        if typed_name(who.person) in people:
            return None
        return _Gap(step, f"person:{who.person}", (tree[owner],), True)
    lane = lane_of(who)
    done_at = {tree.place_for(who.at, filing=place.id, owner=owner) for place in users}
    lacking = [id for id in done_at if (id, lane) not in served]
    if not lacking:
        return None
    # A case that came in above the level a step is done at stays with the owner: only where that
    # is the sole place is it the owner's own step.
    if len(done_at) > 1 and who.at not in (None, "owner", "filing") and owner in lacking:
        lacking.remove(owner)
    nobody = not any((id, lane) in served for id in done_at)
    if not lacking and not nobody:
        return None
    return _Gap(step, lane, tuple(tree[id] for id in sorted(lacking)), nobody)


def _alone(
    step: bpmn.StepSpec,
    process: bpmn.Process,
    owner: int,
    users: list[Place],
    tree: Places,
    served: Served,
) -> _Gap | None:
    """The places where nobody is left for a step, because whoever could do it is the only one for
    a step it differs from."""

    if step.assign is None or not step.differs_from:
        return None

    def done_at(asked: bpmn.StepSpec, filing: Place) -> int:
        at = asked.assign.at if asked.assign is not None else None
        return tree.place_for(at, filing=filing.id, owner=owner)

    def could(asked: bpmn.StepSpec, filing: Place) -> frozenset[int]:
        who = asked.assign
        if who is None or who.person is not None or who.role == "applicant":
            return frozenset()
        return served.get((done_at(asked, filing), lane_of(who)), frozenset())

    others = [process.steps[id] for id in step.differs_from if id in process.steps]
    stuck = set()
    for place in users:
        taken = (could(other, place) for other in others)
        forced = frozenset[int]().union(*(each for each in taken if len(each) == 1))
        mine = could(step, place)
        if mine and mine <= forced:
            stuck.add(done_at(step, place))
    if not stuck:
        return None
    everywhere = stuck == {done_at(step, place) for place in users}
    where = tuple(tree[id] for id in sorted(stuck))
    return _Gap(step, lane_of(step.assign), where, everywhere, alone=True)


def _stops(gap: _Gap, owner: int) -> bool:
    return gap.nobody_anywhere or owner in [place.id for place in gap.places]


async def _reason(gap: _Gap, owner: int, names: Mapping[str, str]) -> Reason:
    link, soft = f"process#element={gap.step.id}", not _stops(gap, owner)
    at = gap.places[0].id if gap.places else owner
    if gap.lane.startswith("person:"):
        who = gap.lane.removeprefix("person:")
    else:
        who = await lane_words(at, gap.lane, language())
    some = "、".join(place.named(language()) for place in gap.places[:MOST_NAMED])
    step = step_name(names, gap.step.id, gap.step.name)
    told = {"step": step, "who": who, "places": some, "n": len(gap.places)}
    if gap.alone:
        text = _(
            "“{step}”由{who}办理，{places}只有一个人，而“不得同一人”的环节也只能由他办："
            "请在那里再安排一人，或去掉“不得同一人”。",
            **told,
        )
        return Reason(text, link, soft)
    if len(gap.places) > MOST_NAMED:
        text = _("“{step}”由{who}办理，{places}等 {n} 个地方没有人。", **told)
    else:
        text = _("“{step}”由{who}办理，{places}没有人。", **told)
    return Reason(text, link, soft)
