"""Newer versions of a shipped matter, in force beside the cases of the old one."""

from dataclasses import replace
from typing import Any

from world import Town, package_of

from onewindow import clock, db
from onewindow.matters import actions as matters


async def publish(
    town: Town, *replaced: tuple[str, str], forms: Any = None, **definition: Any
) -> int:
    """A new version of the food licence, its drawing changed by these replacements."""
    package = package_of("food-business")
    process = package.process
    for old, new in replaced:
        assert old in process, old
        process = process.replace(old, new)
    package = replace(
        package,
        process=process,
        forms=forms or package.forms,
        definition={**package.definition, **definition},
    )
    with db.as_tenant(town.tenants["qingxi"]):
        version = await matters.save_draft(
            town.tenants["qingxi"], package, by=None, now=clock.now()
        )
        await db.execute("update matter_version set state = 'published' where id = $1", version)
        await db.execute(
            "update matter set current_version = $1 where tenant = $2 and key = 'food-business'",
            version,
            town.tenants["qingxi"],
        )
    return version


WITHOUT_INSPECT = (
    ('"inspect"', '"site_visit"'),
    (">inspect<", ">site_visit<"),
    ('name="现场核查（两人）"', 'name="现场核验"'),
)

_OUTGOING = "<bpmn:outgoing>review_to_check</bpmn:outgoing>"
REVIEWED_TWICE = (
    _OUTGOING,
    f"{_OUTGOING}<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2"
    "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
)
"""Two review it, each for themselves."""
