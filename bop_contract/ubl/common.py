# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all documents share: who sends what to whom, and how values are written.

Facts that a document needs besides the terms of the order (electronic addresses, own
number and date, references) are small frozen dataclasses. They are canonical as soon as
they exist, as terms are, so that reading a document gives what it was made from; a fact
that no valid document can be made of is refused there and then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from lxml import etree

from ..rules.terms import MAX_DIGITS, Address, as_decimal, clean_text, decimal_text
from .codes import COUNTRIES
from .safe_xml import BLANKS, NAMESPACES, UBL, Node, UblError, parse_xml, qname, short

# === WHICH DOCUMENT ===#

BIS = "urn:fdc:peppol.eu:poacc:bis:"
TRANSACTIONS = "urn:fdc:peppol.eu:poacc:trns:"
ADVANCED_ORDERING = BIS + "advanced_ordering:3"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of document: Peppol transaction, root element, and the two identifiers."""

    transaction: str
    root: str
    customization: str
    profile: str

    @property
    def namespace(self) -> str:
        """The namespace of the root element."""
        return f"{UBL}{self.root}-2"


def kind_of(root: etree._Element) -> tuple[str, str]:
    """Return root element and customization of a document, as it states them."""
    return str(root.tag), Node(root).text("cbc:CustomizationID")


def open_document(data: bytes, kind: Kind) -> Node:
    """Return the root of a document that has to be of ``kind``.

    :raises UblError: it cannot be parsed safely, or is something else
    """
    root = parse_xml(data)
    tag, customization = kind_of(root)
    if tag != f"{{{kind.namespace}}}{kind.root}" or customization != kind.customization:
        raise UblError(
            f"This is not a document of Peppol transaction {kind.transaction}: root "
            f"element {short(root)}, CustomizationID {customization[:200]!r}."
        )
    return Node(root)


def new_document(kind: Kind) -> etree._Element:
    """Return an empty document of ``kind``: the root with its two identifiers."""
    names: dict[Any, str] = {None: kind.namespace, **NAMESPACES}
    root = etree.Element(f"{{{kind.namespace}}}{kind.root}", nsmap=names)
    add(root, "cbc:CustomizationID", kind.customization)
    add(root, "cbc:ProfileID", kind.profile)
    return root


def pruned(root: etree._Element) -> etree._Element:
    """Return ``root`` without the elements that stayed empty.

    Peppol refuses them (PEPPOL-COMMON-R001); so whoever builds need not ask what is there.
    """
    for element in reversed(list(root.iter())):
        parent = element.getparent()
        if parent is not None and not len(element) and not element.text:
            parent.remove(element)
    return root


def to_bytes(root: etree._Element) -> bytes:
    """Return the bytes of a document: the same elements always give the same bytes."""
    data: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return data


# === WRITE ===#

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(value: str) -> str:
    r"""Return ``value`` as XML can carry it: no control characters, no outer blanks.

    >>> xml_text(" a\x00b\r\n")
    'ab'
    """
    if value.isascii() and value.isprintable():  # most are, and need no more
        return value.strip(BLANKS)
    return clean_text(_ILLEGAL.sub("", value)).strip(BLANKS)


def add(
    parent: etree._Element, name: str, value: str = "", **attributes: str
) -> etree._Element:
    """Append an element; one that stays empty is left out of the document."""
    element = etree.SubElement(parent, qname(name), attributes)
    element.text = xml_text(value) or None
    return element


def add_path(parent: etree._Element, path: str, value: str, **attributes: str) -> None:
    """Append nested elements, such as ``cac:PartyName/cbc:Name``."""
    *groups, last = path.split("/")
    for name in groups:
        parent = add(parent, name)
    add(parent, last, value, **attributes)


# === NUMBERS AND DATES ===#

# Products of a few numbers stay exact; what has no end is rounded by whoever divides.
EXACT = Context(prec=8 * MAX_DIGITS, rounding=ROUND_HALF_UP)
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-][01][0-9]:[0-5][0-9])?"
_MOMENT = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:T({_TIME}))?")


_P = ParamSpec("_P")
_T = TypeVar("_T")


def exact(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a function calculate without the 28 digits that Python rounds to."""

    @wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return wrapper


def reading(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a parser calculate exactly, and raise nothing but :class:`UblError`."""

    @exact
    @wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Say of what Python cannot calculate or convert that it cannot be."""
        try:
            return function(*args, **kwargs)
        except UblError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise UblError(f"The document states what cannot be: {error}.") from error

    return wrapper


def number(text: str, place: str) -> Decimal:
    """Return the number that an element holds: ``xsd:decimal``, so no exponent.

    :raises UblError: it is none

    >>> number("01.50", "cbc:Quantity")
    Decimal('1.50')
    """
    if not _DECIMAL.fullmatch(text):
        raise UblError(f"{place} is not a decimal number: {text[:40]!r}.")
    try:
        return as_decimal(text)
    except ValueError as error:
        raise UblError(f"{place} is out of range.") from error


def plain_text(value: Decimal) -> str:
    """Return a number without exponent and needless zeros, however long it is.

    >>> plain_text(Decimal("1E+2")), plain_text(Decimal("-0.50"))
    ('100', '-0.5')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal) -> str:
    """Return an amount with the two decimals that Peppol allows (R028).

    >>> money(Decimal("2.675"))
    '2.68'
    """
    return format(value.quantize(Decimal("0.01"), context=EXACT), "f")


def add_amount(
    parent: etree._Element, name: str, amount: Decimal, currency: str
) -> None:
    """Append an amount of the document's currency."""
    add(parent, name, money(amount), currencyID=currency)


def day(text: str) -> bool:
    """Tell whether a text is a date, written as Peppol wants it (R030).

    >>> day("2026-02-28"), day("2026-02-30")
    (True, False)
    """
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def split_moment(text: str) -> tuple[str, str] | None:
    """Return date and time of a moment, or nothing when the text is none.

    >>> split_moment("2026-01-31T10:00:00Z"), split_moment("soon")
    (('2026-01-31', '10:00:00Z'), None)
    """
    found = _MOMENT.fullmatch(text)
    if not found or not day(found[1]):
        return None
    return found[1], found[2] or ""


def joined_moment(date_text: str, time_text: str) -> str:
    """Return the moment that a date and a time element state.

    >>> joined_moment("2026-01-31", "10:00:00Z"), joined_moment("2026-01-31", "")
    ('2026-01-31T10:00:00Z', '2026-01-31')
    """
    return f"{date_text}T{time_text}" if date_text and time_text else date_text


def read_day(node: Node, path: str) -> str:
    """Return the date at ``path``, empty when there is none.

    :raises UblError: it is no date
    """
    text = node.text(path)
    if text and not day(text):
        raise UblError(f"{path} is not a date such as 2026-01-31: {text[:40]!r}.")
    return text


# === FACTS ===#


class Facts:
    """A frozen dataclass whose texts are as a document will carry them."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if isinstance(value, str):
                object.__setattr__(self, item.name, xml_text(value))


def canonical_numbers(fact: object, *names: str, optional: bool = False) -> None:
    """Bring the numbers of a fact into the one form that is compared and sent.

    :param optional: what is empty is not stated, and stays so
    :raises UblError: names what is no number
    """
    for name in names:
        text = getattr(fact, name)
        if text or not optional:
            object.__setattr__(fact, name, decimal_text(number(text, name)))


def need(fact: object, **values: str) -> None:
    """Refuse facts that lack what every document of their kind must state.

    :raises UblError: the name of the first missing fact
    """
    for name, value in values.items():
        if not value:
            raise UblError(f"{type(fact).__name__}: {name} is missing.")


@dataclass(frozen=True, slots=True)
class Trader(Facts):
    """Supplier or customer as the network knows it.

    ``scheme`` and ``endpoint`` are the electronic address (EAS code list: 0088 is a GLN,
    0199 a LEI, 9930 a German VAT number); ``reference`` is an identifier without scheme.
    The country of ``address`` is an ISO 3166 code; its name is the trader's own.
    """

    scheme: str
    endpoint: str
    name: str
    reference: str = ""
    address: Address | None = None

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        need(self, scheme=self.scheme, endpoint=self.endpoint, name=self.name)
        if self.address:
            object.__setattr__(self, "address", postal(replace(self.address, name="")))


@dataclass(frozen=True, slots=True)
class Envelope(Facts):
    """What every document states about itself: its own number, when, from and to whom.

    ``issue_time`` is a time of day, with ``Z`` when it is UTC.
    """

    id: str
    issue_date: str
    supplier: Trader
    customer: Trader
    issue_time: str = ""

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        need(self, id=self.id)
        if not split_moment(self.issued):
            raise UblError(f"{self.issued!r} is not a date such as 2026-01-31.")

    @property
    def issued(self) -> str:
        """The moment of issue."""
        return joined_moment(self.issue_date, self.issue_time)


@dataclass(frozen=True, slots=True)
class Extra:
    """Something a document says that its facts have no place for.

    It is shown to the person who decides, because nothing agreed is dropped silently.
    """

    path: str
    value: str


def postal(address: Address) -> Address:
    """Return an address as a document carries it.

    :raises UblError: its country is not an ISO 3166 code
    """
    texts = {
        item.name: xml_text(getattr(address, item.name)) for item in fields(address)
    }
    if texts["country"] not in COUNTRIES:
        raise UblError(f"{texts['country']!r} is not the ISO 3166 code of a country.")
    return Address(**texts)


def carried_address(address: Address | None) -> Address | None:
    """Return an address as elements carry it, nothing when they cannot."""
    try:
        return postal(address) if address else None
    except UblError:
        return None


# === ENVELOPE AND PARTIES AS ELEMENTS ===#


def add_envelope(
    root: etree._Element, envelope: Envelope, sales_order: str = ""
) -> None:
    """Append number and moment of issue."""
    add(root, "cbc:ID", envelope.id)
    add(root, "cbc:SalesOrderID", sales_order)
    add(root, "cbc:IssueDate", envelope.issue_date)
    add(root, "cbc:IssueTime", envelope.issue_time)


def read_envelope(root: Node, supplier: Trader, customer: Trader) -> Envelope:
    """Return the envelope of a document between two traders."""
    return Envelope(
        id=root.required("cbc:ID"),
        issue_date=root.required("cbc:IssueDate"),
        issue_time=read_time(root, "cbc:IssueTime"),
        supplier=supplier,
        customer=customer,
    )


def read_time(node: Node, path: str) -> str:
    """Return the time of day at ``path``, without fractions of a second.

    :raises UblError: it is none
    """
    text = re.sub(r"\.[0-9]+", "", node.text(path))
    if text and not re.fullmatch(_TIME, text):
        raise UblError(f"{path} is not a time such as 10:00:00Z: {text[:40]!r}.")
    return text


def add_trader_head(party: etree._Element, trader: Trader) -> None:
    """Append electronic address and reference."""
    add(party, "cbc:EndpointID", trader.endpoint, schemeID=trader.scheme)
    add_path(party, "cac:PartyIdentification/cbc:ID", trader.reference)


def add_trader(root: etree._Element, name: str, trader: Trader) -> None:
    """Append a trader as the group ``name``."""
    group = add(add(root, name), "cac:Party")
    add_trader_head(group, trader)
    add_address(group, "cac:PostalAddress", trader.address)
    add_path(group, "cac:PartyLegalEntity/cbc:RegistrationName", trader.name)


def add_address(parent: etree._Element, name: str, address: Address | None) -> None:
    """Append the element ``name`` with an address, its name left out."""
    if address is None:
        return
    group = add(parent, name)
    add(group, "cbc:StreetName", address.street)
    add(group, "cbc:AdditionalStreetName", address.street2)
    add(group, "cbc:CityName", address.city)
    add(group, "cbc:PostalZone", address.zip)
    add(group, "cbc:CountrySubentity", address.state)
    add_path(group, "cac:Country/cbc:IdentificationCode", address.country)


def read_address(node: Node, name: str = "") -> Address | None:
    """Return the address that ``node`` holds; nothing when it is missing."""
    if not node:
        return None
    return Address(
        name=name,
        street=node.text("cbc:StreetName"),
        street2=node.text("cbc:AdditionalStreetName"),
        city=node.text("cbc:CityName"),
        zip=node.text("cbc:PostalZone"),
        state=node.text("cbc:CountrySubentity"),
        country=node.text("cac:Country/cbc:IdentificationCode"),
    )


def read_trader(party: Node) -> Trader:
    """Return the trader that a party element describes."""
    return Trader(
        scheme=party.attribute("cbc:EndpointID", "schemeID"),
        endpoint=party.text("cbc:EndpointID"),
        name=party.text("cac:PartyLegalEntity/cbc:RegistrationName")
        or party.text("cac:PartyName/cbc:Name"),
        reference=party.text("cac:PartyIdentification/cbc:ID"),
        address=read_address(party.node("cac:PostalAddress")),
    )


# === WHAT ELSE A DOCUMENT SAYS ===#


def extras(root: Node, expected: etree._Element | None = None) -> tuple[Extra, ...]:
    """Return what nobody has read, unless ``expected`` says the same.

    :param expected: the document that we would have made ourselves
    """
    known = set() if expected is None else set(_leaves(expected, list(expected.iter())))
    unread = list(root.unread())
    if root.element is None or not unread:
        return ()
    found = _leaves(root.element, unread)
    return tuple(
        Extra(path, value) for path, value in found if (path, value) not in known
    )


# A position is named by its id, since documents may list them in another order.
_LINE = qname("cac:OrderLine")
_LINE_ID = f"{qname('cac:LineItem')}/{qname('cbc:ID')}"


def _leaves(
    root: etree._Element, elements: list[etree._Element]
) -> list[tuple[str, str]]:
    """Return path and text of elements; numbers in their canonical form."""
    places: dict[etree._Element, str] = {root: ""}
    for element in root.iter():
        counts: dict[str, int] = {}
        for child in element:
            counts[child.tag] = counts.get(child.tag, 0) + 1
            key = str(counts[child.tag])
            if child.tag == _LINE:
                key = child.findtext(_LINE_ID) or key
            step = short(child) + (f"[{key}]" if key != "1" else "")
            places[child] = f"{places[element]}/{step}"
    return [
        (places[element][1:], _canonical_leaf(element))
        for element in elements
        if not len(element)
    ]


def _canonical_leaf(element: etree._Element) -> str:
    text = unicodedata.normalize("NFC", (element.text or "").strip(BLANKS))
    if _DECIMAL.fullmatch(text) and len(text) < MAX_DIGITS and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text
