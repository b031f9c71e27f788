"""Pages of lists that are read by keyset: on to older rows, and back the way one came.

A page begins after a mark (the last row of the page before). The address carries all marks on the
way, so "previous page" is the same address with one mark less: no second query, no counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Request

DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses of the newer and the older page. `name` is the query parameter of the marks."""

    path: str
    query: Mapping[str, str]
    name: str
    marks: tuple[str, ...]
    next: str | None = None

    @classmethod
    def read(cls, request: Request, path: str, query: Mapping[str, str], name: str) -> "Pages":
        """Where a request is; `query` are the list's filters, to be kept from page to page."""
        marks = request.query_params.getall(name, [])
        return cls(path, query, name, tuple(str(mark)[:60] for mark in marks if mark)[-DEEPEST:])

    @property
    def mark(self) -> str:
        """The mark after which this page begins; empty for the first."""
        return self.marks[-1] if self.marks else ""

    @property
    def number(self) -> int | None:
        """The mark as a row's number, where that is what marks are."""
        return int(self.mark) if self.mark.isdigit() else None

    def ending(self, mark: object) -> "Pages":
        """The same page, knowing after what the next one begins; None when there is no next."""
        return Pages(
            self.path, self.query, self.name, self.marks, None if mark is None else str(mark)
        )

    @property
    def newer(self) -> str | None:
        return self._address(self.marks[:-1]) if self.marks else None

    @property
    def older(self) -> str | None:
        return self._address((*self.marks, self.next)) if self.next is not None else None

    def _address(self, marks: tuple[str, ...]) -> str:
        pairs = [*self.query.items(), *((self.name, mark) for mark in marks)]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path
