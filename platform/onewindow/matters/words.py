"""The kinds of matters as people call them."""

from collections.abc import Mapping

from onewindow.web.i18n import N_
from onewindow.web.i18n import gettext as _

HANDLING: Mapping[str, object] = {
    "instant": N_("即办件"),
    "promised": N_("承诺件"),
    "joint": N_("联办件"),
    "upward": N_("上报件"),
}

ITEM_TYPES: Mapping[str, object] = {
    "licence": N_("行政许可"),
    "benefit": N_("行政给付"),
    "reward": N_("行政奖励"),
    "confirmation": N_("行政确认"),
    "levy": N_("行政征收"),
    "adjudication": N_("行政裁决"),
    "other_power": N_("其他行政权力"),
    "public_service": N_("公共服务"),
    "convenience_service": N_("便民服务"),
}

# What is decided when an application isn't granted, by its kind; law has a word for each.
_DENIALS: Mapping[str, object] = {
    "licence": N_("不予许可"),
    "benefit": N_("不予给付"),
    "reward": N_("不予奖励"),
    "confirmation": N_("不予确认"),
}


def handling_name(handling: str) -> str:
    """即办件, 承诺件 …"""
    return _(str(HANDLING.get(handling, handling)))


def item_type_name(item_type: str) -> str:
    """行政许可, 行政给付 …"""
    return _(str(ITEM_TYPES.get(item_type, item_type)))


def refusal_name(stage: str, item_type: str) -> str:
    """What the button that turns an application down says at a step: 不予受理, 不予许可 …;
    不予办理 where law has no word of its own. Empty where nothing is turned down."""
    if stage == "accept":
        return _("不予受理")
    if stage != "decide":
        return ""
    return _(str(_DENIALS.get(item_type, N_("不予办理"))))
