# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Peppol T16, Despatch Advice: what the supplier has sent, by position of the order.

Each line names the order's position (``cac:OrderLineReference/cbc:LineID``) and the
quantity in this shipment, not in all. The article has to be identified by the seller's
number or a GTIN (R003); an outstanding quantity should say why (R007).

Two item properties say what T16 has no element for: ``b-op:delivered:1`` is what has been
delivered of the position in all, less what came back, so that a repeated, late or lost
advice does no harm; ``b-op:returned:1`` is what came back. A quantity cannot be negative
(R006): goods that return are an advice with quantity 0 and this property.

>>> from .common import Trader
>>> us, them = Trader("0088", "4000001000005", "We"), Trader("0199", "LEI", "They")
>>> line = DespatchLine("a", "2.50", "KGM", "Sugar")
>>> advice = DespatchAdvice(Envelope("OUT7", "2026-02-01", us, them), "PO1", (line,))
>>> parse_despatch_advice(render_despatch_advice(advice)) == advice, advice.missing()
(True, ('article:a',))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from lxml import etree

from ..rules.terms import Address, decimal_text
from .common import (
    BIS,
    TRANSACTIONS,
    Envelope,
    Extra,
    Facts,
    Kind,
    add,
    add_address,
    add_envelope,
    add_path,
    add_trader,
    canonical_numbers,
    exact,
    extras,
    joined_moment,
    need,
    new_document,
    open_document,
    postal,
    pruned,
    read_address,
    read_day,
    read_envelope,
    read_time,
    read_trader,
    reading,
    split_moment,
    to_bytes,
    xml_text,
)
from .order_line import (
    ZERO,
    add_identifications,
    add_period,
    add_quantity,
    read_identifications,
    read_period,
    unit_code,
)
from .safe_xml import Node, UblError

KIND = Kind(
    "T16",
    "DespatchAdvice",
    TRANSACTIONS + "despatch_advice:3",
    BIS + "despatch_advice:3",
)
# Item properties, by the attribute of a line; no unit is stated, it is the line's.
PROPERTIES = {"delivered": "b-op:delivered:1", "returned": "b-op:returned:1"}
# A consignment has to have a number, and ours have none (as BIS wants it written).
NOT_NUMBERED = "NA"


@dataclass(frozen=True, slots=True)
class DespatchLine(Facts):
    """What was sent of the position ``uid``.

    ``quantity`` and ``outstanding`` (still to come, with the reason) are in ``unit``, a
    UN/ECE code; ``order``: the position's order, where the shipment serves several.
    ``delivered``: of the position in all, this shipment included; ``returned``: what came
    back with it. ``lots`` and ``serials`` are the numbers on the goods.
    """

    uid: str
    quantity: str
    unit: str
    name: str
    sku: str = ""
    gtin: str = ""
    buyers_id: str = ""
    id: str = ""
    order: str = ""
    outstanding: str = ""
    outstanding_reason: str = ""
    note: str = ""
    delivered: str = ""
    returned: str = ""
    lots: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        object.__setattr__(self, "id", self.id or self.uid)
        object.__setattr__(self, "unit", self.unit or unit_code(""))
        need(self, uid=self.uid, quantity=self.quantity, name=self.name)
        numbers = ("quantity", "outstanding", "delivered", "returned")
        canonical_numbers(self, *numbers, optional=True)
        if any(getattr(self, name).startswith("-") for name in numbers):
            raise UblError("A shipment sends no negative quantity.")
        for name in ("lots", "serials"):
            found = tuple(filter(None, map(xml_text, getattr(self, name))))
            object.__setattr__(self, name, found)


@dataclass(frozen=True, slots=True)
class DespatchAdvice(Facts):
    """A shipment for the order ``order``.

    ``despatched`` and ``expected`` (arrival) are dates or moments; ``shipment`` is the
    supplier's number of the shipment, ``tracking`` that of the ``carrier``.
    """

    envelope: Envelope
    order: str
    lines: tuple[DespatchLine, ...]
    shipment: str = ""
    tracking: str = ""
    despatched: str = ""
    expected: str = ""
    ship_to: Address | None = None
    note: str = ""
    carrier: str = ""
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        if not self.lines:
            raise UblError("A despatch advice has at least one line.")
        for moment in filter(None, (self.despatched, self.expected)):
            if not split_moment(moment):
                raise UblError(f"{moment[:40]!r} is not a date such as 2026-01-31.")
        if self.ship_to:
            object.__setattr__(self, "ship_to", postal(self.ship_to))

    def missing(self) -> tuple[str, ...]:
        """Return what a valid T16 must state and this advice does not.

        ``article:`` with the position's uid: it has neither number nor GTIN (R003);
        ``shipment``: with other facts about the shipment, its number is needed;
        ``ship_to``: an address without the name of who receives there.
        """
        found = [f"article:{line.uid}" for line in self.lines if not _article(line)]
        known = (self.tracking, self.carrier, self.despatched, self.expected)
        if (any(known) or self.ship_to) and not self.shipment:
            found.append("shipment")
        if self.ship_to and not self.ship_to.name:
            found.append("ship_to")
        return tuple(found)


def _article(line: DespatchLine) -> str:
    return line.sku or line.gtin


@exact
def render_despatch_advice(advice: DespatchAdvice) -> bytes:
    """Return the document of a shipment (T16)."""
    return to_bytes(_build(advice))


@reading
def parse_despatch_advice(data: bytes) -> DespatchAdvice:
    """Return the shipment that a document (T16) states.

    :raises UblError: it is no T16, no safe XML, or lacks what it must state
    """
    root = open_document(data, KIND)
    orders = [node.text("cbc:ID") for node in root.nodes("cac:OrderReference")]
    delivery = root.node("cac:Shipment/cac:Delivery")
    despatch = delivery.node("cac:Despatch")
    advice = DespatchAdvice(
        envelope=read_envelope(
            root,
            read_trader(root.node("cac:DespatchSupplierParty/cac:Party")),
            read_trader(root.node("cac:DeliveryCustomerParty/cac:Party")),
        ),
        order=orders[0] if orders else "",
        lines=tuple(map(_read_line, root.nodes("cac:DespatchLine"))),
        shipment=root.text("cac:Shipment/cbc:ID"),
        tracking=delivery.text("cbc:TrackingID"),
        despatched=joined_moment(
            read_day(despatch, "cbc:ActualDespatchDate"),
            read_time(despatch, "cbc:ActualDespatchTime"),
        ),
        expected=read_period(delivery, "Estimated"),
        ship_to=_read_ship_to(delivery.node("cac:DeliveryParty")),
        note=root.text("cbc:Note"),
        carrier=root.text(f"cac:Shipment/{_CARRIER}"),
    )
    return replace(advice, extras=extras(root, _build(advice)))


_CARRIER = "cac:Consignment/cac:CarrierParty/cac:PartyName/cbc:Name"


def _read_ship_to(party: Node) -> Address | None:
    return read_address(
        party.node("cac:PostalAddress"), party.text("cac:PartyName/cbc:Name")
    )


def _read_line(node: Node) -> DespatchLine:
    article = node.node("cac:Item")
    sku, gtin = read_identifications(article)
    instances = article.nodes("cac:ItemInstance")
    lots = [node.text("cac:LotIdentification/cbc:LotNumberID") for node in instances]
    return DespatchLine(
        id=node.required("cbc:ID"),
        uid=node.required("cac:OrderLineReference/cbc:LineID"),
        order=node.text("cac:OrderLineReference/cac:OrderReference/cbc:ID"),
        quantity=node.required("cbc:DeliveredQuantity"),
        unit=node.attribute("cbc:DeliveredQuantity", "unitCode"),
        outstanding=node.text("cbc:OutstandingQuantity"),
        outstanding_reason=node.text("cbc:OutstandingReason"),
        note=node.text("cbc:Note"),
        name=article.required("cbc:Name"),
        sku=sku,
        gtin=gtin,
        buyers_id=article.text("cac:BuyersItemIdentification/cbc:ID"),
        lots=tuple(lots),
        serials=tuple(node.text("cbc:SerialID") for node in instances),
        **_read_properties(article),
    )


def _read_properties(article: Node) -> dict[str, str]:
    """Return the quantities that are item properties; others stay unread."""
    found: dict[str, str] = {}
    attributes = {name: attribute for attribute, name in PROPERTIES.items()}
    for node in article.nodes("cac:AdditionalItemProperty"):
        attribute = attributes.get(node.node("cbc:Name").peek())
        if attribute:
            node.text("cbc:Name")
            if attribute in found:
                raise UblError(f"The property {PROPERTIES[attribute]} occurs twice.")
            found[attribute] = node.text("cbc:Value")
    return found


def _build(advice: DespatchAdvice) -> etree._Element:
    root, envelope = new_document(KIND), advice.envelope
    add_envelope(root, envelope)
    add(root, "cbc:Note", advice.note)
    add_path(root, "cac:OrderReference/cbc:ID", advice.order)
    add_trader(root, "cac:DespatchSupplierParty", envelope.supplier)
    add_trader(root, "cac:DeliveryCustomerParty", envelope.customer)
    _add_shipment(root, advice)
    for line in advice.lines:
        _add_line(root, line)
    return pruned(root)


def _add_shipment(root: etree._Element, advice: DespatchAdvice) -> None:
    shipment = add(root, "cac:Shipment")
    add(shipment, "cbc:ID", advice.shipment)
    if advice.carrier:
        consignment = add(shipment, "cac:Consignment")
        add(consignment, "cbc:ID", NOT_NUMBERED)
        add_path(consignment, _CARRIER.partition("/")[2], advice.carrier)
    delivery = add(shipment, "cac:Delivery")
    add(delivery, "cbc:TrackingID", advice.tracking)
    add_period(delivery, advice.expected, name="Estimated")
    if advice.ship_to:
        party = add(delivery, "cac:DeliveryParty")
        add_path(party, "cac:PartyName/cbc:Name", advice.ship_to.name)
        add_address(party, "cac:PostalAddress", advice.ship_to)
    day_text, time_text = split_moment(advice.despatched) or ("", "")
    despatch = add(delivery, "cac:Despatch")
    add(despatch, "cbc:ActualDespatchDate", day_text)
    add(despatch, "cbc:ActualDespatchTime", time_text)


def _add_line(root: etree._Element, line: DespatchLine) -> None:
    group = add(root, "cac:DespatchLine")
    add(group, "cbc:ID", line.id)
    add(group, "cbc:Note", line.note)
    add_quantity(group, "cbc:DeliveredQuantity", Decimal(line.quantity), line.unit)
    if line.outstanding:
        amount = Decimal(line.outstanding)
        add_quantity(group, "cbc:OutstandingQuantity", amount, line.unit)
    add(group, "cbc:OutstandingReason", line.outstanding_reason)
    reference = add(group, "cac:OrderLineReference")
    add(reference, "cbc:LineID", line.uid)
    add_path(reference, "cac:OrderReference/cbc:ID", line.order)
    article = add(group, "cac:Item")
    add(article, "cbc:Name", line.name)
    add_identifications(article, line.sku, line.gtin, line.buyers_id)
    for attribute, name in PROPERTIES.items():
        if value := getattr(line, attribute):
            group = add(article, "cac:AdditionalItemProperty")
            add(group, "cbc:Name", name)
            add(group, "cbc:Value", value)
    for serial in line.serials:
        add_path(article, "cac:ItemInstance/cbc:SerialID", serial)
    for lot in line.lots:
        path = "cac:ItemInstance/cac:LotIdentification/cbc:LotNumberID"
        add_path(article, path, lot)


# === PROGRESS ===#


def progress(shipments: Iterable[Iterable[DespatchLine]]) -> dict[str, str]:
    """Return what has been delivered of each position, less what came back.

    :param shipments: the lines of each advice, in the order in which they were sent; what
        the last one of a position says it has in all is believed, and where none says so
        what was sent is added up

    >>> one, two = (DespatchLine("a", sent, "KGM", "Sugar") for sent in "23")
    >>> progress([[one], [two]]), progress([[one], [replace(two, delivered="4")]])
    ({'a': '5'}, {'a': '4'})
    """
    found: dict[str, Decimal] = {}
    for lines in shipments:
        totals: dict[str, Decimal] = {}
        for line in lines:
            moved = Decimal(line.quantity) - Decimal(line.returned or 0)
            found[line.uid] = found.get(line.uid, ZERO) + moved
            if line.delivered:
                totals[line.uid] = Decimal(line.delivered)
        found |= totals
    return {uid: decimal_text(value) for uid, value in found.items()}
