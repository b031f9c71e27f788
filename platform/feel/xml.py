"""XML read safely, and small ways of asking an element, whatever version's namespace it is in.

The only module of the room that touches lxml, which ships no types.
"""

from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

Element: TypeAlias = Any
"""An lxml element."""


class NotXml(ValueError):
    """Not well-formed; `line` where known."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


class HasDoctype(ValueError):
    """A document type is declared: the door to entities, and of no use to anybody here."""


def parse(xml: bytes) -> Element:
    """The root element. Fetches nothing, expands no entity. Raises NotXml, HasDoctype."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,  # keeps libxml2's own limits on depth and length
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(str(error), getattr(error, "lineno", None)) from error
    if root.getroottree().docinfo.doctype:
        raise HasDoctype
    return root


def local(element: Element) -> str:
    return str(etree.QName(element).localname)


def namespace(element: Element) -> str:
    return str(etree.QName(element).namespace or "")


def children(element: Element, name: str) -> list[Element]:
    return [inner for inner in element if local(inner) == name]


def child(element: Element, name: str) -> Element | None:
    return next((inner for inner in element if local(inner) == name), None)


def text(element: Element | None) -> str:
    """The text of an expression element: what stands in its `<text>`."""
    inner = child(element, "text") if element is not None else None
    return ("".join(map(str, inner.itertext())) if inner is not None else "").strip()


def reference(element: Element) -> str:
    return str(element.get("href") or "").removeprefix("#")
