"""A matter begun from nothing: lawful at once, whatever kind it is."""

import itertools

import pytest
from world import Town

from feel import Feel
from onewindow import db
from onewindow.matters.blank import Office, blank, new_matter
from onewindow.matters.checks import check
from onewindow.matters.definition import read_definition

KINDS = ("instant", "promised", "joint", "upward")
AUDIENCES = (("person",), ("organisation",), ("person", "organisation"))


@pytest.mark.parametrize(("kind", "audience"), [*itertools.product(KINDS, AUDIENCES)])
def test_every_kind_of_blank_matter_passes_all_checks(kind: str, audience: tuple[str, ...]) -> None:
    office = Office(
        "market-supervision", {"zh": "市场监督管理局", "en": "Market supervision"}, ("reviewer",),
        {"zh": "一楼", "en": "Ground floor"}, {"zh": "周一至周五", "en": "Monday to Friday"},
    )  # fmt: skip
    package = blank(
        "fair", {"zh": "<集市> & “摊位”许可", "en": "Fair"}, office, handling=kind,
        audience=audience, legal_basis="《某某条例》第三条",
    )  # fmt: skip
    found = check(package, Feel())
    assert [each.code for each in found] == ["english-missing"]
    assert read_definition(package.definition).certificate is not None


async def test_what_is_known_of_the_office_is_filled_in_and_only_the_basis_is_left(
    town: Town,
) -> None:
    with db.as_system():
        package = await new_matter(
            town.tenants["qingxi"], "fair", {"zh": "集市摊位许可"}, department="market-supervision"
        )
    guide = package.definition["guide"]
    assert guide["place"]["zh"].startswith("青溪县政务服务中心")
    assert guide["hours"]["zh"].startswith("周一至周五")
    assert package.definition["certificate"]["issuer"] == "{tenant}市场监督管理局"
    errors = [each.element for each in check(package, Feel()) if each.severity == "error"]
    assert errors == ["guide.legal_basis"]
