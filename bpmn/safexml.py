"""XML from strangers, parsed without reaching for anything outside the bytes given.

Entities, document types and processing instructions are refused outright; the parser is ours, so a
change of lxml's defaults can't open a door. This module and `drawing` are the only ones that touch
lxml, and from there on a definition is plain typed values.
"""

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from bpmn.problems import Problem, Unreadable

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
_NO_DTD = "文件里有 DOCTYPE 或实体声明，出于安全不予读取。"

Element = Any
"""An lxml element; lxml ships no types."""


def parse(data: bytes, *, strangers: bool = False) -> Element:
    """The root element; raises `Unreadable` with the line when the file isn't harmless XML.

    Of `strangers`' files processing instructions are left out instead of refused, and names of
    namespaces needn't be proper URIs.
    """
    if len(data) > MAX_BYTES:
        raise _unreadable(
            "file-too-large",
            "文件有 {size} 字节，超过 {limit} 字节的上限。",
            size=len(data),
            limit=MAX_BYTES,
        )
    parser = _parser(strangers)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in data:  # what entities do to a file is no fault of its writer's
            raise _unreadable("dtd-refused", _NO_DTD, line=1) from None
        if not strangers or any(each.domain_name != "NAMESPACE" for each in parser.error_log):
            raise _unreadable(
                "not-xml", "文件不是完整的 XML：{detail}", line=error.lineno or 0, detail=error.msg
            ) from None
        root = etree.fromstring(data, _parser(strangers, recover=True))
    except ValueError as error:  # a null byte, an encoding lxml can't take
        raise _unreadable("not-xml", "文件不是完整的 XML：{detail}", detail=str(error)) from None
    if root is None:  # nothing could be recovered
        raise _unreadable("not-xml", "文件不是完整的 XML：{detail}", detail="")
    _require_harmless(root)
    return root


def _parser(strangers: bool, *, recover: bool = False) -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=strangers,
        recover=recover,
    )


def _require_harmless(root: Element) -> None:
    document = root.getroottree()
    if document.docinfo.doctype or document.docinfo.internalDTD is not None:
        raise _unreadable("dtd-refused", _NO_DTD, line=1)
    count = 0
    for node in document.xpath("//node()[not(self::text())]"):
        if not isinstance(node.tag, str):
            raise _unreadable(
                "xml-instruction-refused",
                "文件里有处理指令或实体引用，出于安全不予读取。",
                line=node.sourceline or 0,
            )
        count += 1
    if count > MAX_ELEMENTS:
        raise _unreadable(
            "too-many-elements",
            "文件有 {count} 个元素，超过 {limit} 个的上限。",
            count=count,
            limit=MAX_ELEMENTS,
        )


def split(tag: str) -> tuple[str, str]:
    """The namespace (may be empty) and local name of an lxml tag or attribute name."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        return namespace, local
    return "", tag


def _unreadable(code: str, text: str, *, line: int = 0, **params: Any) -> Unreadable:
    return Unreadable([Problem(code, text, params, line=line)])
