"""A foreign file while it is being rewritten: the tree, its report, and what every pass needs."""

from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect
from bpmn.drawing import FLOW_NODES, SUBPROCESSES
from bpmn.foreign.report import Report
from bpmn.safexml import Element, split

MAX_NOTE = 1000
"""Characters of a foreign script or expression worth keeping as a note."""
NODE_TAGS = frozenset(f"{{{dialect.BPMN}}}{tag}" for tag in FLOW_NODES)


def q(tag: str) -> str:
    """A BPMN tag as lxml writes it."""
    return f"{{{dialect.BPMN}}}{tag}"


def ow(name: str) -> str:
    """An attribute or element of ours as lxml writes it."""
    return f"{{{dialect.OW}}}{name}"


def local(element: Element) -> str:
    return split(element.tag)[1]


class Tree:
    """The `definitions` element and all that is known of it."""

    def __init__(self, root: Element, report: Report) -> None:
        self.root = root
        self.report = report
        self.ids: dict[str, Element] = {}
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}
        self.variables: dict[str, str] = {}
        """Routing variables the conditions read: name → type."""
        self.ours = any(
            split(name)[0] == dialect.OW
            for element in root.iter(etree.Element)
            for name in (element.tag, *element.attrib)
        )
        """True for a file of our own dialect: its expressions are FEEL as they stand."""

    # ---- reading

    def scopes(self) -> list[Element]:
        """Processes and sub-processes, outer ones first."""
        return [each for each in self.root.iter(etree.Element) if is_scope(each)]

    def each(self, *tags: str) -> list[Element]:
        """All elements of these BPMN tags inside processes, as a list that may be changed."""
        return [
            found
            for process in self.root.findall(q("process"))
            for found in process.iter(*(q(tag) for tag in tags))
        ]

    def nodes(self, scope: Element) -> list[Element]:
        return [child for child in scope if child.tag in NODE_TAGS]

    def flows(self, scope: Element) -> list[Element]:
        return list(scope.findall(q("sequenceFlow")))

    def outgoing(self, node: Element) -> list[Element]:
        return [f for f in self.flows(node.getparent()) if f.get("sourceRef") == node.get("id")]

    def incoming(self, node: Element) -> list[Element]:
        return [f for f in self.flows(node.getparent()) if f.get("targetRef") == node.get("id")]

    # ---- writing

    def forget(self) -> None:
        """Know only what is still in the file; ids of what isn't are not given again."""
        self._taken |= set(self.ids)
        self.ids = {
            each.get("id"): each for each in self.root.iter(etree.Element) if each.get("id")
        }

    def fresh(self, wish: str) -> str:
        """An id nobody has, as near to the wished one as can be."""
        found = wish
        while found in self.ids or found in self._taken:
            self._counts[wish] = self._counts.get(wish, 1) + 1
            found = f"{wish}_{self._counts[wish]}"
        return found

    def add(self, parent: Element, tag: str, cause: Element, wish: str, **given: str) -> Element:
        """A new element in `parent`, reported with the line of what caused it."""
        identity = self.fresh(wish)
        made = etree.SubElement(parent, q(tag), id=identity, **given)
        self.ids[identity] = made
        self.report.lines[identity] = (
            self.report.lines.get(cause.get("id") or "") or cause.sourceline or 0
        )
        return made

    def connect(self, source: Element, target: Element, name: str = "") -> Element:
        wish = f"{source.get('id')}_to_{target.get('id')}"
        flow = self.add(
            source.getparent(), "sequenceFlow", source, wish,
            sourceRef=source.get("id"), targetRef=target.get("id"),
        )  # fmt: skip
        if name:
            flow.set("name", name)
        return flow

    def remove(self, element: Element) -> None:
        """Take an element out, and with it the flows that would hang in the air."""
        parent = element.getparent()
        gone = {each.get("id") for each in element.iter(etree.Element)} - {None}
        if element.tag in NODE_TAGS:
            for scope in self.scopes():
                for flow in self.flows(scope):
                    if flow.get("sourceRef") in gone or flow.get("targetRef") in gone:
                        self.ids.pop(flow.get("id"), None)
                        scope.remove(flow)
        for identity in gone:
            self.ids.pop(identity, None)
        if parent is not None:
            parent.remove(element)

    def remember(self, element: Element, text: str) -> None:
        """Keep something as documentation, so that who fills it in can read it."""
        note = element.find(q("documentation"))
        if note is None:
            note = etree.Element(q("documentation"))
            element.insert(0, note)
        said = "".join(note.itertext()).strip()
        for child in list(note):
            note.remove(child)
        note.text = (f"{said}\n{text.strip()}" if said else text.strip())[: 4 * MAX_NOTE]


def is_scope(element: Element) -> bool:
    namespace, tag = split(element.tag)
    return namespace == dialect.BPMN and (tag == "process" or tag in SUBPROCESSES)


def text_of(element: Element, tag: str) -> str:
    """The text of a child, or ""."""
    child = element.find(q(tag))
    return "" if child is None else "".join(child.itertext()).strip()


def definitions_of(event: Element) -> list[Element]:
    """The event definitions drawn in an event."""
    return [child for child in event if local(child).endswith("EventDefinition")]


def descendants(element: Element) -> Iterator[Element]:
    """Elements below, without comments and instructions."""
    for found in element.iter(etree.Element):
        if found is not element:
            yield found
