"""Names longer than what they are registered under: whatever is longer would stop a case, or the
publishing itself, long after it was written. Pure."""

from collections.abc import Iterator

from onewindow.matters.definition import Definition, Words

NAME, NAME_EN, TITLE, NUMBER = 120, 160, 60, 50
"""Characters of a matter's, a step's and a certificate's name, of a paper's title, of a number."""


def too_long(definition: Definition) -> Iterator[tuple[str, int]]:
    """Path in matter.json → how much fits there."""
    yield from _names("name", definition.name)
    for step, name in definition.steps.items():
        if len(name) > NAME_EN:
            yield f"steps.{step}", NAME_EN
    for place, plan in definition.plans.items():
        yield from _names(f"{place}.name", plan.name)
    for key, paper in definition.papers.items():
        if paper.title is not None and len(paper.title.zh) > TITLE:
            yield f"papers.{key}.title.zh", TITLE


def _names(place: str, name: Words) -> Iterator[tuple[str, int]]:
    if len(name.zh) > NAME:
        yield f"{place}.zh", NAME
    if len(name.en) > NAME_EN:
        yield f"{place}.en", NAME_EN
