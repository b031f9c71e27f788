"""What can be wrong with a definition or with answers, said as values.

Texts are Chinese templates with `{name}` places; a room above may look a template up in another
language and fill in the same `params`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.messages import fill


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a form definition, and what to do about it.

    `code` is stable and kebab-case. `path` says where it stands in the JSON, for example
    "components[2].components[0].validate.pattern"; `id` is that component's id or key ("" for the
    form as a whole).
    """

    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    id: str = ""

    @property
    def message(self) -> str:
        return fill(self.text, self.params)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One answer that won't do.

    `id` is the component's id, `path` where the value stands in the answers ("members.1.name"),
    `label` what people know it by, with the row it stands in. A rule about the form as a whole
    has none of the three. `message` is in the language the verdict was asked in.
    """

    id: str
    path: str
    label: str
    code: str
    message: str
    params: Mapping[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of answers: `data` is what to store, whatever was sent."""

    ok: bool
    data: dict[str, Any]
    errors: tuple[FieldError, ...] = ()


class BadForm(Exception):
    """A definition that can't be used, with everything that is wrong with it."""

    code = "bad-form"
    text = "表单“{name}”不能使用：{first}"

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        self.params = {"name": name, "first": self.problems[0].message if self.problems else ""}
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return fill(self.text, self.params)
