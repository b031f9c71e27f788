"""From a stranger's bytes to a `definitions` element: encodings, old namespaces, wrappings."""

import re

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect
from bpmn.foreign.report import Report
from bpmn.problems import Problem, Unreadable
from bpmn.safexml import Element, parse, split

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*\?>")
_GUESSES = ("gb18030", "cp1252")
"""What files that lie about their encoding are mostly written in."""


def opened(data: bytes, report: Report) -> Element:
    """The file's `definitions` in the BPMN 2.0 namespace.

    Raises `Unreadable` for what is no harmless XML or holds no BPMN.
    """
    root = _parsed(data, report)
    found = _definitions(root)
    if found is None:
        raise Unreadable(
            [
                Problem(
                    "not-bpmn",
                    "文件不是 BPMN 2.0 流程图：最外层应是 definitions，现在是“{tag}”。",
                    {"tag": split(root.tag)[1]},
                    line=root.sourceline or 0,
                )
            ]
        )
    if found is not root:
        report.rewritten(found, "wrapping-dropped", "流程图外面的包装“{tag}”已去掉。",
                         tag=split(root.tag)[1])  # fmt: skip
    namespace = split(found.tag)[0]
    if namespace != dialect.BPMN:
        report.rewritten(
            found,
            "namespace-corrected",
            "文件用的命名空间“{namespace}”不是 BPMN 2.0 的，已改正。",
            namespace=namespace or "（无）",
        )
        for element in found.iter(etree.Element):
            if split(element.tag)[0] == namespace:
                element.tag = f"{{{dialect.BPMN}}}{split(element.tag)[1]}"
    return found


def _parsed(data: bytes, report: Report) -> Element:
    try:
        return parse(data, strangers=True)
    except Unreadable as unreadable:
        first = unreadable.problems[0]
        if first.code != "not-xml" or "ncod" not in str(first.params.get("detail", "")):
            raise
        for guess in _GUESSES:
            try:
                text = _DECLARED.sub(b"", data, count=1).decode(guess)
                root = parse(text.encode(), strangers=True)
            except (UnicodeDecodeError, Unreadable):
                continue
            report.rewritten(
                root,
                "encoding-guessed",
                "文件里有不合所声明编码的字符，已按 {encoding} 读入：请核对名称有无乱码。",
                encoding=guess,
            )
            return root
        raise


def _definitions(root: Element) -> Element | None:
    if split(root.tag)[1] == "definitions":
        return root
    found = list(root.iter(f"{{{dialect.BPMN}}}definitions"))
    return found[0] if len(found) == 1 else None
