"""A step's form reckons with what was answered before it, on the server as on the page."""

import json
from dataclasses import replace
from typing import Any

from newer import REVIEWED_TWICE
from world import Town, package_of

from onewindow.rehearsal import acts, picture, scenarios
from onewindow.rehearsal.play import Play
from onewindow.rehearsal.scenario import read_scenario
from onewindow.rehearsal.world import plain_world


async def test_a_fee_is_worked_out_of_the_area_surveyed_and_the_days_applied_for(
    town: Town,
) -> None:
    package = package_of("road-occupation")
    scenario: dict[str, Any] = json.loads(json.dumps(package.tests["footway"]))
    world = plain_world("county")
    read = read_scenario(scenario)
    play = Play(scenarios.version_for(package, world), world, read.start)
    play.begin()
    for act in read.acts:
        acts.do(play, act)
    paid = play.by_form()["pay"]
    assert paid["fee_due"] == 60 * 30 * 0.3
    # What somebody claims the sum to be doesn't count.
    forged = {"fee_due": 1, **scenario["acts"][5]["answers"]}
    scenario["acts"][5]["answers"] = forged
    again = read_scenario(scenario)
    play = Play(scenarios.version_for(package, world), world, again.start)
    play.begin()
    for act in again.acts:
        acts.do(play, act)
    assert play.by_form()["pay"]["fee_due"] == paid["fee_due"]


async def test_who_fills_in_the_same_form_for_themselves_begins_with_a_blank_one(
    town: Town,
) -> None:
    package = package_of("food-business")
    package = replace(package, process=package.process.replace(*REVIEWED_TWICE))
    world = plain_world("county")
    read = read_scenario(dict(package.tests["licence"]))
    play = Play(scenarios.version_for(package, world), world, read.start)
    play.begin()
    review = next(act for act in read.acts if getattr(act, "step", "") == "review")
    for act in read.acts[: read.acts.index(review)]:
        acts.do(play, act)
    acts.do(play, review.model_copy(update={"index": 0}))
    [second] = (task for task in picture.picture(play, read)["open"] if task["state"] == "open")
    assert second["index"] == 1
    assert second["data"]["operator_name"]  # applied for
    assert "review_note" not in second["data"]
    acts.do(play, review.model_copy(update={"index": 1}))
    told = [each["name"] for each in picture.picture(play, read)["answers"]]
    assert {"审查 1", "审查 2"} <= {*told}
