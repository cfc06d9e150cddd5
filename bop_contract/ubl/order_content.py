# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The terms of an order as elements, and back: what T01 and T114 have in common.

| term | element |
|---|---|
| ``customer_reference`` | ``cbc:CustomerReference`` |
| ``currency`` | ``cbc:DocumentCurrencyCode`` and every ``currencyID`` (R003) |
| ``supplier``, ``customer`` | the two parties; the seller's VAT has no place (B07204) |
| ``bill_to``, ``ship_to`` | ``cac:AccountingCustomerParty``, ``cac:DeliveryLocation`` |
| ``delivery_date`` | end of ``cac:RequestedDeliveryPeriod`` |
| ``incoterm``, its place | ``cac:DeliveryTerms/cbc:ID``, ``cac:DeliveryLocation/cbc:ID`` |
| ``instalments``, ``prepayment`` | a line each in ``cac:PaymentTerms/cbc:Note`` (B20102) |
| ``note``, sections, notes | ``cbc:Note`` |
| line ``uid`` | ``cac:LineItem/cbc:ID``, to which later documents refer |
| ``price``, ``discount`` | ``cac:Price``: net price, its allowance and base amount (R019) |
| ``taxes`` | ``cac:ClassifiedTaxCategory``, where it is one positive rate |
| ``releases`` | the first to the last date as ``cac:RequestedDeliveryPeriod`` |
| ``sku``, ``gtin``, ``options`` | identifications, ``cac:AdditionalItemProperty`` |

Whatever these elements cannot say exactly goes into the supplement.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from ..rules.terms import Address, LineTerms, Party, Terms
from . import order_line, payment_plan
from .codes import COUNTRIES, CURRENCIES
from .common import (
    Envelope,
    Facts,
    Trader,
    add,
    add_address,
    add_amount,
    add_path,
    add_trader_head,
    carried_address,
    read_address,
    read_day,
    read_trader,
    xml_text,
)
from .order_line import LineFacts, item_name
from .safe_xml import Node
from .supplement import Content, Supplement, items, split_note, with_note

BUYER, SELLER = "cac:BuyerCustomerParty/cac:Party", "cac:SellerSupplierParty/cac:Party"


@dataclass(frozen=True, slots=True)
class References(Facts):
    """Other numbers of an order.

    ``sales_order``: the seller's number; ``quotation``: the offer; ``contract``: the
    framework contract; ``valid_until``: the date by which the seller has to answer (its
    lack is a warning of Peppol, R002).
    """

    sales_order: str = ""
    quotation: str = ""
    contract: str = ""
    valid_until: str = ""


# === HEADER TO ELEMENTS ===#


def add_note(
    root: etree._Element, terms: Terms, extra: Supplement, reason: str = ""
) -> None:
    """Append the note: texts for people, then what no element can say.

    :param reason: why the document is sent
    """
    texts = [line.description for line in terms.lines if line.kind != "item"]
    parts = [xml_text(text) for text in (reason, terms.note, *texts)]
    human = "\n\n".join(part for part in parts if part)
    add(root, "cbc:Note", with_note(human, extra.header))


def add_currency_and_reference(root: etree._Element, terms: Terms) -> None:
    """Append the currency, and who ordered."""
    add(root, "cbc:DocumentCurrencyCode", terms.currency)
    add(root, "cbc:CustomerReference", terms.customer_reference)


def add_validity(root: etree._Element, references: References) -> None:
    """Append the date by which the seller has to answer."""
    add_path(root, "cac:ValidityPeriod/cbc:EndDate", references.valid_until)


def add_parties(root: etree._Element, terms: Terms, envelope: Envelope) -> None:
    """Append buyer, seller and the address for the bill."""
    group = add(add(root, "cac:BuyerCustomerParty"), "cac:Party")
    add_trader_head(group, envelope.customer)
    add_address(group, "cac:PostalAddress", envelope.customer.address)
    if terms.customer.vat[:2] in COUNTRIES:
        scheme = add(group, "cac:PartyTaxScheme")
        add(scheme, "cbc:CompanyID", terms.customer.vat)
        add_path(scheme, "cac:TaxScheme/cbc:ID", "VAT")
    _add_legal_entity(group, envelope.customer, terms.customer)
    group = add(add(root, "cac:SellerSupplierParty"), "cac:Party")
    add_trader_head(group, envelope.supplier)
    add_address(group, "cac:PostalAddress", envelope.supplier.address)
    _add_legal_entity(group, envelope.supplier, terms.supplier)
    bill_to = carried_address(terms.bill_to)
    if bill_to and bill_to.name:
        group = add(add(root, "cac:AccountingCustomerParty"), "cac:Party")
        add_address(group, "cac:PostalAddress", bill_to)
        add_path(group, "cac:PartyLegalEntity/cbc:RegistrationName", bill_to.name)


def _add_legal_entity(group: etree._Element, trader: Trader, party: Party) -> None:
    entity = add(group, "cac:PartyLegalEntity")
    add(entity, "cbc:RegistrationName", trader.name)
    add(entity, "cbc:CompanyID", party.registry)
    add_path(group, "cac:Contact/cbc:ElectronicMail", party.email)


def add_delivery(root: etree._Element, terms: Terms) -> None:
    """Append where and when to deliver, and the delivery terms."""
    group = add(root, "cac:Delivery")
    order_line.add_location(group, carried_address(terms.ship_to))
    order_line.add_period(group, terms.delivery_date)
    group = add(root, "cac:DeliveryTerms")
    add(group, "cbc:ID", terms.incoterm)
    add_path(group, "cac:DeliveryLocation/cbc:ID", terms.incoterm_place)


def add_payment(root: etree._Element, terms: Terms) -> None:
    """Append the payment plan."""
    text = payment_plan.to_note(terms.instalments, terms.prepayment)
    add_path(root, "cac:PaymentTerms/cbc:Note", text)


def add_totals(root: etree._Element, terms: Terms) -> None:
    """Append the totals of the order.

    They are left out where Peppol allows none (a negative total, R006) and where the tax
    is not known to be a percentage.
    """
    positions = [order_line.Figures(line) for line in items(terms)]
    tax = order_line.tax_amount(positions)
    amount = sum((figures.amount for figures in positions), order_line.ZERO)
    if tax is None or amount < 0 or amount + tax < 0:
        return
    currency = terms.currency
    add_amount(add(root, "cac:TaxTotal"), "cbc:TaxAmount", tax, currency)
    group = add(root, "cac:AnticipatedMonetaryTotal")
    add_amount(group, "cbc:LineExtensionAmount", amount, currency)
    add_amount(group, "cbc:TaxExclusiveAmount", amount, currency)
    add_amount(group, "cbc:TaxInclusiveAmount", amount + tax, currency)
    add_amount(group, "cbc:PayableAmount", amount + tax, currency)


def add_lines(
    root: etree._Element,
    lines: tuple[LineTerms, ...],
    facts: tuple[LineFacts, ...],
    extra: Supplement,
    currency: str,
    place: bool,
) -> None:
    """Append positions with their facts and supplements; see :func:`add_line`."""
    known = {line.uid: line for line in facts}
    patches = extra.lines or ({},) * len(lines)
    for line, patch in zip(lines, patches, strict=True):
        order_line.add_line(root, line, known.get(line.uid), patch, currency, place)


# === ELEMENTS TO HEADER ===#


def read_traders(root: Node) -> tuple[Trader, Trader]:
    """Return supplier and customer."""
    return read_trader(root.node(SELLER)), read_trader(root.node(BUYER))


def read_references(root: Node) -> References:
    """Return the other numbers of the order."""
    return References(
        sales_order=root.text("cbc:SalesOrderID"),
        quotation=root.text("cac:QuotationDocumentReference/cbc:ID"),
        contract=root.text("cac:Contract/cbc:ID"),
        valid_until=read_day(root, "cac:ValidityPeriod/cbc:EndDate"),
    )


def read_facts(root: Node) -> tuple[LineFacts, ...]:
    """Return the facts of the positions that have any."""
    found = map(order_line.read_facts, root.nodes("cac:OrderLine"))
    return tuple(facts for facts in found if facts != LineFacts(facts.uid))


def read_content(root: Node, **header: str) -> tuple[Content, Supplement]:
    """Return what the elements of an order say, and the supplement to them.

    :param header: the terms that this kind of document has in other places
    :raises UblError: a value is not what UBL demands of it
    """
    note, patch = split_note(root.text("cbc:Note"))
    currency = root.text("cbc:DocumentCurrencyCode")
    lines = [
        order_line.read_line(node, currency) for node in root.nodes("cac:OrderLine")
    ]
    payment = root.node("cac:PaymentTerms/cbc:Note")
    plan = payment_plan.from_note(payment.peek())
    if plan:
        payment.text()
    instalments, prepayment = plan or ((), "")
    delivery = root.node("cac:Delivery")
    terms = Terms(
        customer_reference=root.text("cbc:CustomerReference"),
        currency=currency,
        supplier=_read_party(root.node(SELLER)),
        customer=_read_party(root.node(BUYER)),
        bill_to=_read_bill_to(root.node("cac:AccountingCustomerParty/cac:Party")),
        ship_to=order_line.read_location(delivery),
        incoterm=root.text("cac:DeliveryTerms/cbc:ID"),
        incoterm_place=root.text("cac:DeliveryTerms/cac:DeliveryLocation/cbc:ID"),
        delivery_date=order_line.read_period(delivery),
        note=note,
        prepayment=prepayment,
        instalments=instalments,
        **header,  # type: ignore[arg-type]
    )
    content = Content(terms, tuple(line for line, _ in lines))
    return content, Supplement(patch, tuple(patch for _, patch in lines))


def _read_party(party: Node) -> Party:
    return Party(
        name=party.text("cac:PartyLegalEntity/cbc:RegistrationName"),
        vat=party.text("cac:PartyTaxScheme/cbc:CompanyID"),
        registry=party.text("cac:PartyLegalEntity/cbc:CompanyID"),
        reference=party.text("cac:PartyIdentification/cbc:ID"),
        email=party.text("cac:Contact/cbc:ElectronicMail"),
    )


def _read_bill_to(party: Node) -> Address | None:
    name = party.text("cac:PartyLegalEntity/cbc:RegistrationName")
    return read_address(party.node("cac:PostalAddress"), name)


# === WHAT IS MISSING ===#


def missing(envelope: Envelope, terms: Terms) -> tuple[str, ...]:
    """Return what Peppol demands of every order and this one does not state.

    ``supplier_address``, ``currency``, ``positions``, and for a position its uid after
    ``product:`` (nothing names it) or ``uid:`` (its uid is no text that XML carries).

    >>> us, them = Trader("0088", "4000001000005", "We"), Trader("EM", "a@b.c", "They")
    >>> terms = Terms("PO1", supplier=Party("We"), customer=Party("They"))
    >>> missing(Envelope("PO1", "2026-01-31", us, them), terms)
    ('supplier_address', 'currency', 'positions')
    """
    found = []
    if not envelope.supplier.address:
        found.append("supplier_address")
    if terms.currency not in CURRENCIES:
        found.append("currency")
    positions = items(terms)
    if not positions:
        found.append("positions")
    found += [f"product:{line.uid}" for line in positions if not item_name(line)]
    found += [
        f"uid:{line.uid}"
        for line in positions
        if not line.uid or xml_text(line.uid) != line.uid
    ]
    return tuple(found)
