# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""XML from strangers: one way in, one exception, and nothing read is forgotten.

A document comes from another company's server, so it is refused before it can cost
anything: too long, too many elements, too deep, another encoding than UTF-8 (which
Peppol prescribes), a document type declaration (the door to entities and the network).
:class:`Node` reads what is left strictly: an element that should occur once occurs once,
a text holds no elements, and every element that nobody asked for can be named in the end.

>>> parse_xml(b"<!DOCTYPE a><a/>")
Traceback (most recent call last):
    ...
bop_contract.ubl.safe_xml.UblError: The document declares a document type or entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

MAX_BYTES = 10_000_000
MAX_TAGS = 500_000
MAX_DEPTH = 32
# Positions are children of the root; one costs a millisecond, however few its tags.
MAX_CHILDREN = 5_000

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    "cac": UBL + "CommonAggregateComponents-2",
    "cbc": UBL + "CommonBasicComponents-2",
}
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
# What XML calls white space; str.strip() would take more away.
BLANKS = " \t\r\n"
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")


class UblError(ValueError):
    """A document that is not accepted, or cannot be made, and why, as one sentence."""


# === READ BYTES ===#


def parse_xml(data: bytes) -> etree._Element:
    """Return the root element of a document that a stranger sent.

    Comments and processing instructions are left out: they are not part of a message.

    :raises UblError: too large or deep, not UTF-8, not well-formed, with a DTD

    >>> parse_xml(b"<a>1<!-- 2 -->3</a>").text
    '13'
    """
    _refuse_bulk(data)
    _refuse_other_encodings(data)
    # In UTF-8 these bytes can be nothing else. Text has them as "&lt;!DOCTYPE"; the
    # rest are comments and CDATA sections, where no honest document has them.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UblError("The document declares a document type or entities.")
    try:
        root = etree.fromstring(data, _parser())
    except (etree.LxmlError, ValueError) as error:
        raise UblError(f"The document is not well-formed XML: {error}.") from error
    if root.xpath("/*" * (MAX_DEPTH + 1)):
        raise UblError(f"The elements are nested deeper than {MAX_DEPTH} levels.")
    if len(root) > MAX_CHILDREN:
        raise UblError(f"The document has more than {MAX_CHILDREN} parts. Split it.")
    return root


def _refuse_bulk(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise UblError(f"The document is longer than {MAX_BYTES} bytes. Split it.")
    if data.count(b"<") > MAX_TAGS:
        raise UblError(f"The document has more than {MAX_TAGS} tags. Split it.")


def _refuse_other_encodings(data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UblError("The document is not in UTF-8. Send it in UTF-8.") from error
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise UblError("The document declares another encoding than UTF-8.")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


# === READ ELEMENTS ===#


@cache
def qname(name: str) -> str:
    """Return the qualified name of ``cac:Party``, as lxml writes it.

    >>> qname("cbc:ID")
    '{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}ID'
    """
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


class Node:
    """An element that is being read, or the lack of one.

    What is missing reads as empty, so that optional groups need no questions; what was
    read is remembered, so that :meth:`unread` can name the rest.
    """

    def __init__(
        self, element: etree._Element | None, seen: set[etree._Element] | None = None
    ) -> None:
        self.element = element
        self._seen: set[etree._Element] = set() if seen is None else seen

    def __bool__(self) -> bool:
        return self.element is not None

    def nodes(self, name: str) -> list[Node]:
        """Return the children of that name, which may occur any number of times."""
        if self.element is None:
            return []
        found = self.element.iterchildren(qname(name))
        return [Node(element, self._seen) for element in found]

    def node(self, path: str) -> Node:
        """Return the one element at ``path``, such as ``cac:Party/cac:PartyName``.

        :raises UblError: it occurs more than once
        """
        node = self
        for name in path.split("/"):
            found = node.nodes(name)
            if len(found) > 1:
                raise UblError(
                    f"{name} occurs {len(found)} times where one is allowed."
                )
            node = found[0] if found else Node(None, self._seen)
        return node

    def text(self, path: str = "") -> str:
        """Return the text at ``path`` without outer blanks; empty when it is missing.

        :raises UblError: it occurs more than once, or holds elements
        """
        node = self.node(path) if path else self
        if node.element is None:
            return ""
        if len(node.element):
            raise UblError(f"{short(node.element)} holds elements instead of a text.")
        self._seen.add(node.element)
        return (node.element.text or "").strip(BLANKS)

    def peek(self) -> str:
        """Return the text of this element, but leave it unread."""
        return "" if self.element is None else (self.element.text or "").strip(BLANKS)

    def required(self, path: str) -> str:
        """Return the text at ``path``.

        :raises UblError: it is missing or empty, and as :meth:`text`
        """
        value = self.text(path)
        if not value:
            place = short(self.element) if self.element is not None else "The document"
            raise UblError(f"{place} lacks {path}.")
        return value

    def attribute(self, path: str, name: str) -> str:
        """Return an attribute of the element at ``path``; empty when it is missing."""
        element = self.node(path).element
        return "" if element is None else (element.get(name) or "").strip(BLANKS)

    def unread(self) -> Iterator[etree._Element]:
        """Yield the elements with a text that nobody has read."""
        if self.element is not None:
            for element in self.element.iter():
                if not len(element) and element not in self._seen:
                    yield element


def short(element: etree._Element) -> str:
    """Return the name of an element as people write it.

    >>> short(parse_xml(b"<a/>"))
    'a'
    """
    namespace, _, name = str(element.tag).rpartition("}")
    prefix = _PREFIXES.get(namespace[1:])
    return f"{prefix}:{name}" if prefix else name
