"""What a place settles, as people read it: its address and when its windows are open."""

from collections.abc import Sequence
from datetime import time

from onewindow.tenants.queries import places
from onewindow.tenants.rules import WEEKDAYS, TenantSettings, Weekday
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _

_DAYS = {
    "mon": N_("周一"),
    "tue": N_("周二"),
    "wed": N_("周三"),
    "thu": N_("周四"),
    "fri": N_("周五"),
    "sat": N_("周六"),
    "sun": N_("周日"),
}


async def address_words(place: int) -> str:
    """The place's centre and where it is: "青溪县政务服务中心（文化路 16 号）"."""
    tree = await places()
    centre, address = tree.centre_name(place, language()), address_of(tree.settings(place))
    return _("{centre}（{address}）", centre=centre, address=address) if address else centre


def address_of(here: TenantSettings) -> str:
    """The street and number alone; empty for a place that has settled none."""
    return (here.address_en or here.address) if language() == "en" else here.address


def hours_words(here: TenantSettings) -> str:
    """ "周一至周五 9:00–12:00，13:30–17:00（法定节假日除外）" """
    hours = _("，").join(f"{_hour(each.opens)}–{_hour(each.closes)}" for each in here.office_hours)
    if not hours:
        return ""
    return _("{days} {hours}（法定节假日除外）", days=_days(here.weekly), hours=hours)


def _days(weekly: Sequence[Weekday]) -> str:
    """Neighbouring days as one stretch: 周一至周五、周日."""
    stretches: list[list[Weekday]] = []
    for day in weekly:
        if stretches and WEEKDAYS.index(day) == WEEKDAYS.index(stretches[-1][-1]) + 1:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return _("、").join(
        _("{first}至{last}", first=_(_DAYS[days[0]]), last=_(_DAYS[days[-1]]))
        if len(days) > 2
        else _("、").join(_(_DAYS[day]) for day in days)
        for days in stretches
    )


def _hour(moment: time) -> str:
    return f"{moment:%-H:%M}"
