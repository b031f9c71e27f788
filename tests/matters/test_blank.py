"""A matter begun from nothing: lawful at once, whatever kind it is."""

import itertools
from dataclasses import replace

import pytest
from world import Town

from feel import Feel
from onewindow import db
from onewindow.matters.blank import Office, blank, new_matter, ready_forms
from onewindow.matters.checks import check
from onewindow.matters.definition import read_definition

KINDS = ("instant", "promised", "joint", "upward")
AUDIENCES = (("person",), ("organisation",), ("person", "organisation"))


@pytest.mark.parametrize(("kind", "audience"), [*itertools.product(KINDS, AUDIENCES)])
def test_every_kind_of_blank_matter_passes_all_checks(kind: str, audience: tuple[str, ...]) -> None:
    office = Office(
        "market-supervision", {"zh": "市场监督管理局", "en": "Market supervision"}, ("reviewer",)
    )  # fmt: skip
    package = blank(
        "fair", {"zh": "<集市> & “摊位”许可", "en": "Fair"}, office, handling=kind,
        audience=audience, legal_basis="《某某条例》第三条",
    )  # fmt: skip
    found = check(package, Feel())
    assert [each.code for each in found] == ["english-missing"]
    assert read_definition(package.definition).certificate is not None


def test_forms_that_are_ready_for_steps_fit_the_blank_matter() -> None:
    office = Office("market-supervision", {"zh": "市场监督管理局", "en": "Market supervision"})
    package = blank("fair", {"zh": "集市许可", "en": "Fair"}, office, legal_basis="《条例》第三条")
    ready = ready_forms()
    assert "inspect" in ready.keys() - package.forms.keys()
    more = replace(package, forms={**package.forms, **ready})
    assert check(more, Feel()) == check(package, Feel())


async def test_who_decides_is_known_from_the_posts_and_only_the_basis_is_left(
    town: Town,
) -> None:
    with db.as_system():
        package = await new_matter(
            town.tenants["qingxi"], "fair", {"zh": "集市摊位许可"}, department="market-supervision"
        )
    assert 'ow:assign="department:market-supervision role:decider"' in package.process
    assert package.definition["certificate"]["issuer"] == "{tenant}市场监督管理局"
    errors = [each.element for each in check(package, Feel()) if each.severity == "error"]
    assert errors == ["guide.legal_basis"]
