"""One change as a value, and how it is said."""

from dataclasses import dataclass
from typing import Literal

from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language

Kind = Literal["added", "changed", "removed"]
Piece = tuple[Literal["same", "added", "removed"], str]
"""A stretch of text, and whether both versions have it or only one."""

SHORT = 40
"""Values longer than this are shown word by word instead of inside a sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is new, gone or other than it was.

    `part` and `element` say where, as findings do; `area` is its heading. `what` names the property
    of `subject` that changed, `before` and `after` are its values in words; `pieces` are both of
    them word by word, where they are long.
    """

    kind: Kind
    part: str
    area: str
    subject: str
    element: str = ""
    what: str = ""
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def sentence(self) -> str:
        """The change as one sentence, without a full stop."""
        if not self.what:
            match self.kind:
                case "added":
                    return _("新增{subject}", subject=self.subject)
                case "removed":
                    return _("删去{subject}", subject=self.subject)
                case _:
                    return _("{subject}有改动", subject=self.subject)
        told = {"subject": self.subject, "what": self.what}
        if self.pieces:
            return _("{subject}的{what}有改动", **told)
        spaced = _spaced if language() == "zh" else str
        told |= {"before": spaced(self.before), "after": spaced(self.after)}
        if not self.before:
            said = _("{subject}的{what}设为{after}", **told)
        elif not self.after:
            said = _("{subject}不再有{what}（原为{before}）", **told)
        else:
            said = _("{subject}的{what}由{before}改为{after}", **told)
        return said.strip()


def _spaced(value: str) -> str:
    """A value inside a Chinese sentence: digits and letters keep a space beside Chinese."""
    left = " " if value[:1].isascii() else ""
    right = " " if value[-1:].isascii() else ""
    return f"{left}{value}{right}"
