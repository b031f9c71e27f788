"""Receipt numbers and case numbers, from the tenants' own patterns."""

from datetime import datetime

from onewindow import clock
from onewindow.matters.numbering import Numbering, numbering
from onewindow.matters.versions import Version
from onewindow.tenants.queries import settings_of, tenant_by_id
from onewindow.tenants.rules import Place

LEVEL_DIGITS = {"city": "3", "county": "4", "township": "5", "village": "6"}


async def case_numbering(tenant: int, version: Version, now: datetime) -> Numbering:
    """The case number (办件编号) of a tenant: by default implementation code, date, serial."""
    place = await tenant_by_id(tenant)
    pattern = (await settings_of(tenant)).case_number
    return filled(pattern, place, version, now)


async def receipt_numbering(tenant: int, version: Version, now: datetime) -> Numbering:
    """The receipt number (收件编号) at the place of filing."""
    place = await tenant_by_id(tenant)
    pattern = (await settings_of(tenant)).receipt_number
    return filled(pattern, place, version, now)


async def paper_numbering(tenant: int, version: Version, now: datetime) -> Numbering:
    """The number of a notice (文书编号), per tenant and year by default."""
    place = await tenant_by_id(tenant)
    pattern = (await settings_of(tenant)).paper_number
    return filled(pattern, place, version, now)


def implementation_code(place: Place, version: Version) -> str:
    """Credit code (18), level digit, base code (12). A place without a credit code is told from
    others by its region, so that no two number alike."""
    digit = LEVEL_DIGITS.get(place.level, "")
    return f"{place.credit_code or place.region_code}{digit}{version.definition.base_code}"


def filled(pattern: str, place: Place, version: Version, now: datetime) -> Numbering:
    """A tenant's number pattern filled for a place and a matter."""
    return numbering(
        pattern,
        clock.local(now),
        implementation=implementation_code(place, version),
        credit=place.credit_code,
        level=LEVEL_DIGITS.get(place.level, ""),
        base=version.definition.base_code,
        region=place.region_code,
    )
