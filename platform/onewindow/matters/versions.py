"""A frozen version ready for work: definition, process and forms compiled once per process.

Published versions never change, so they are kept by id without asking again.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

import bpmn
import forms
from bpmn.dialect import filled
from onewindow import db, rooms
from onewindow.errors import NotThere
from onewindow.matters.definition import Definition, read_definition
from onewindow.matters.package import Package

KEPT = 200
_ITEM = re.compile(r"\s*[（(]?\{[^{}]*\}[）)]?")


@dataclass(slots=True)
class Version:
    """What a case is pinned to. `forms` are compiled at first use and kept here."""

    id: int
    tenant: int
    matter: int
    matter_key: str
    number: int
    state: str
    hash: str
    definition: Definition
    process_xml: bytes
    schemas: dict[str, dict[str, Any]]
    decisions: dict[str, str]
    process: bpmn.Process
    _forms: dict[str, forms.Form] = field(default_factory=dict)

    def form(self, key: str) -> forms.Form:
        """The compiled form. Raises NotThere for a key the version doesn't have."""
        if key not in self._forms:
            if key not in self.schemas:
                raise NotThere
            self._forms[key] = forms.compile(self.schemas[key], rooms.feel())
        return self._forms[key]

    def name(self, language: str = "zh") -> str:
        return self.definition.name.in_(language)

    def step_name(self, element: str, language: str = "zh", recorded: str = "") -> str:
        """What a step is called; English names are in the definition's `steps`. One that is done
        for each item of a list ("会审（{department}）") is called as the task had it `recorded`,
        or, where none of its tasks is meant, without the item."""
        step = self.process.steps.get(element)
        name = step.name if step is not None else recorded or element
        if language == "en":
            name = self.definition.steps.get(element, name)
        return name if "{" not in name else recorded or without_item(name)

    def called(
        self, task: bpmn.OpenTask, offices: Mapping[str, tuple[str, str]]
    ) -> tuple[str, str]:
        """What a task is called in Chinese and in English, which may be empty. Where its name says
        for which department it is, by the department's names: `offices`, by key."""
        zh, en = (
            {place: offices.get(value, (value, value))[k] for place, value in task.values.items()}
            for k in (0, 1)
        )
        english = self.definition.steps.get(task.step.id, "")
        return filled(task.step.name, zh)[:120], filled(english, en)[:160]


def without_item(name: str) -> str:
    """ "会审（{department}）" → "会审"."""
    return _ITEM.sub("", name)


_kept: OrderedDict[int, Version] = OrderedDict()

_SELECT = """
select v.id, v.tenant, v.matter, m.key, v.number, v.state, v.hash, v.definition, v.process,
       v.forms, v.decisions
from matter_version v join matter m on m.id = v.matter
where v.id = $1
"""


async def version_of(id: int) -> Version:
    """The version by id. Raises NotThere for one the scope may not see (another's draft)."""
    kept = _kept.get(id)
    if kept is not None:
        _kept.move_to_end(id)
        return kept
    row = await db.fetchrow(_SELECT, id)
    if row is None:
        raise NotThere
    version = compiled(row)
    if version.state != "draft":
        _kept[id] = version
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return version


def trial(package: Package, tenant: int) -> Version:
    """A package as if it were a tenant's version; no row is made. Raises Invalid, Unreadable."""
    return compiled(
        {
            "id": 0,
            "tenant": tenant,
            "matter": 0,
            "key": str(package.definition.get("key", "")),
            "number": 0,
            "state": "draft",
            "hash": package.hash,
            "definition": orjson.dumps(package.definition),
            "process": package.process,
            "forms": orjson.dumps(dict(package.forms)),
            "decisions": orjson.dumps(dict(package.decisions)),
        }
    )


def forget() -> None:
    """Read versions anew: for tests, which change databases under a process."""
    _kept.clear()


def compiled(row: Any) -> Version:
    """Make a Version of a row of `_SELECT`'s columns."""
    xml = row["process"].encode()
    feel = rooms.feel()
    decisions: dict[str, str] = orjson.loads(row["decisions"])
    return Version(
        id=row["id"],
        tenant=row["tenant"],
        matter=row["matter"],
        matter_key=row["key"],
        number=row["number"],
        state=row["state"],
        hash=row["hash"],
        definition=read_definition(orjson.loads(row["definition"])),
        process_xml=xml,
        schemas=orjson.loads(row["forms"]),
        decisions=decisions,
        # What was fit to be published stays fit when a rule is added later.
        process=bpmn.compile(
            xml,
            feel,
            decisions={name: text.encode() for name, text in decisions.items()},
            linted=row["state"] != "draft",
        ),
    )
