"""What can go wrong, in this room's own words.

Every refusal carries a stable `code`, a Chinese sentence as a template (`text`) and the values
that belong in it (`params`), so that the rooms above can translate the sentence by its template.
"""

from collections.abc import Mapping
from typing import Any


class StorageProblem(Exception):
    """A refusal of this room that can be read aloud."""

    code = "storage-problem"
    text = "文件处理失败。"

    def __init__(self, detail: str = "", **params: Any) -> None:
        """`detail` is for logs and never shown to people; `params` fill the sentence."""
        self.detail = detail
        self.params: Mapping[str, Any] = params
        super().__init__(f"{self.message} [{detail}]" if detail else self.message)

    @property
    def message(self) -> str:
        """The sentence in Chinese, with its values filled in."""
        return self.text.format(**self.params)


class NotThere(StorageProblem):
    """No object has this key."""

    code = "file-not-there"
    text = "找不到这个文件，它可能已被删除。"


class Unavailable(StorageProblem):
    """The store can't be reached, refuses our credentials, or is damaged; worth another try."""

    code = "storage-unavailable"
    text = "文件库暂时无法使用，请稍后再试。"


class TooLarge(StorageProblem):
    """More bytes came than the caller allows."""

    code = "file-too-large"
    text = "文件超过 {limit} 的上限，请压缩或拆分后再上传。"

    def __init__(self, limit: int, detail: str = "") -> None:
        self.bytes = limit
        super().__init__(detail, limit=spoken_size(limit))


class WrongSize(StorageProblem):
    """Fewer or more bytes came than were announced: the sender broke off, or lied."""

    code = "file-incomplete"
    text = "文件没有传完整，请重新上传。"


class BadKey(ValueError):
    """A key that this room doesn't accept: a mistake in the calling code, not in what people do."""


class Refused(StorageProblem):
    """A file that isn't accepted: its code, sentence and values differ from case to case."""

    def __init__(self, code: str, text: str, detail: str = "", **params: Any) -> None:
        self.code = code
        self.text = text
        super().__init__(detail, **params)


def spoken_size(size: int) -> str:
    """Bytes as people say them: `20 MB`, `1.5 GB`; binary multiples, as file managers do."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= step:
            return f"{size / step:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"
