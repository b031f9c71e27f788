"""Where people go with a matter, when, and whom they call.

A guide says what is particular about its matter; what it leaves out is its department's own, then
the place's. Where an application goes in at another place than its owner's (县事乡办), people go to
that place's centre, at that place's hours.
"""

from dataclasses import dataclass

from onewindow.matters.definition import Definition
from onewindow.tenants.queries import department, places, settings_of
from onewindow.tenants.words import address_of, address_words, hours_words
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language


@dataclass(frozen=True, slots=True)
class Contact:
    """In the reader's language; empty is what nobody has settled. `office` handles the matter."""

    office: str
    place: str
    hours: str
    phone: str
    complaint_phone: str


async def contact_of(definition: Definition, owner: int, place: int) -> Contact:
    """For a matter of `owner`, handed in at `place`."""
    guide, lang = definition.guide, language()
    here = await settings_of(place)
    office = await department(owner, definition.department)
    at_home = owner == place
    told = guide.place.in_(lang) if guide.place else ""
    address = address_of(here)
    hours = guide.hours.in_(lang) if guide.hours and at_home else ""
    if told and (at_home or not address):
        where = _("{place}，{address}", place=told, address=address) if address else told
    else:
        where = await address_words(place)
    return Contact(
        office=office.full_name(lang) if office else (await places())[owner].named(lang),
        place=where,
        hours=hours or hours_words(here),
        phone=guide.phone or (office.phone if office else "") or here.phone,
        complaint_phone=guide.complaint_phone
        or (office.complaint_phone if office else "")
        or here.complaint_phone,
    )
