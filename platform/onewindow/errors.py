"""Refusals: what the house says when it won't do a thing.

A refusal is named, carries a sentence that can be read aloud to a citizen, and knows its HTTP
status. Rules and actions raise it; `onewindow.web.errors` is the only place that turns it into a
page, a fragment or JSON. Anything that isn't a refusal is a fault of ours and travels untouched.

The sentence (`text`) is Chinese and is the key of the translation; `{name}` placeholders are filled
from the keyword arguments:

    class AlreadyAccepted(Refusal):
        text = "该办件已由{who}于{at}受理。"

    raise AlreadyAccepted(who="李敏", at="2026年11月22日 09:30")
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


class Refusal(Exception):
    """Something was asked that the house can't or won't do.

    `code` is the stable name for API clients (kebab-case, made from the class name when not given),
    `status` the HTTP status, `text` the Chinese sentence, `advice` an optional second sentence that
    says what to do next. All four are class attributes; `params` fill the placeholders.
    """

    code = "refused"
    status = 409
    text = "现在不能办理这一步。"
    advice = ""

    def __init__(self, text: str | None = None, /, **params: Any) -> None:
        if text is not None:
            self.text = text
        self.params: dict[str, Any] = params
        super().__init__(self.message)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = _kebab(cls.__name__)

    @property
    def message(self) -> str:
        """The sentence in Chinese, with its placeholders filled."""
        return self.text.format(**self.params) if self.params else self.text


class NotThere(Refusal):
    """No such thing, or not yours to see: the two look alike on purpose."""

    status = 404
    text = "没有找到您要的内容，或者您无权查看。"


class Forbidden(Refusal):
    """The thing may be seen, but this person may not do this with it."""

    status = 403
    text = "您没有办理这一步的权限。"


class Stale(Refusal):
    """Somebody else was faster; what the person saw is no longer true."""

    status = 409
    text = "内容刚刚被他人更改，请刷新后再试。"


class TooMany(Refusal):
    """Asked too often. `retry_after` (seconds) becomes the Retry-After header."""

    status = 429
    text = "操作过于频繁，请稍后再试。"

    def __init__(
        self, text: str | None = None, /, *, retry_after: int | None = None, **params: Any
    ) -> None:
        self.retry_after = retry_after
        super().__init__(text, **params)


class SignInNeeded(Refusal):
    """No session, or it has ended. Pages are sent to sign in and come back to where they were."""

    status = 401
    text = "登录已过期，请重新登录。"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: its id in the form and the sentence to show beside it."""

    field: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    @property
    def message(self) -> str:
        return self.text.format(**self.params) if self.params else self.text


class Invalid(Refusal):
    """What was entered can't be taken as it is; `fields` says which fields and why.

    Pages catch it to show the form again with everything that was typed:

        except Invalid as refusal:
            return page("people/new.html", status=422, values=form, problems=refusal.fields)
    """

    status = 422
    text = "有内容需要修改，请按提示更正后重新提交。"

    def __init__(
        self,
        fields: Iterable[FieldProblem] | Mapping[str, str] = (),
        text: str | None = None,
        /,
        **params: Any,
    ) -> None:
        if isinstance(fields, Mapping):
            fields = [FieldProblem(name, message) for name, message in fields.items()]
        self.fields: tuple[FieldProblem, ...] = tuple(fields)
        super().__init__(text, **params)
