"""Which fields an expression over `answers` means, and whether the forms ask for them."""

import re
from collections.abc import Iterable

import forms
from onewindow.matters.package import Package

_ANSWER = re.compile(r"(?<![\w.])answers\s*\.\s*(\w+)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def asked_for(package: Package, keys: Iterable[str]) -> set[str]:
    """The first names of what these forms ask for: `region` of `region.city`."""
    of_forms = (forms.names(package.forms[key]) for key in keys if key in package.forms)
    return {name.path.partition(".")[0] for names in of_forms for name in names}


def never_asked(expression: str, asked: set[str]) -> list[str]:
    """Fields that `expression` reads and no form asks for: it would find nothing there."""
    return sorted(set(_ANSWER.findall(_QUOTED.sub("", expression))) - asked)
