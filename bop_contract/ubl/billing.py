# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Peppol BIS Billing 3: the supplier bills what was delivered, or credits it.

The lines name the positions of the order (``cac:OrderLineReference/cbc:LineID``), so that
the buyer can match the bill without asking. Amounts are those of the supplier's invoice;
the totals follow from them (BR-CO-10 to BR-CO-16), so they are never stated differently.
A price is not negative (BR-27): a line that takes away has a negative quantity. Cash that
an invoice in some countries rounds goes into ``rounding``.

A VAT category is ``S`` (standard rate), ``Z`` (zero rate), ``E`` (exempt), ``AE`` (reverse
charge), ``K`` (within the Union), ``G`` (export) or ``O`` (not subject to VAT). Those from
``E`` on need a reason; ``K`` needs where and when was delivered (BR-IC-11, BR-IC-12).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lxml import etree

from ..rules.terms import Address, decimal_text
from .codes import COUNTRIES, CURRENCIES
from .common import (
    Envelope,
    Extra,
    Facts,
    Kind,
    Trader,
    add,
    add_address,
    add_amount,
    add_path,
    add_trader_head,
    canonical_numbers,
    day,
    exact,
    extras,
    need,
    new_document,
    number,
    open_document,
    postal,
    pruned,
    read_address,
    read_day,
    read_trader,
    reading,
    to_bytes,
)
from .order_line import (
    HUNDRED,
    ZERO,
    add_exact,
    add_identifications,
    add_quantity,
    cents,
    read_amount,
    read_identifications,
    read_price,
    unit_code,
)
from .safe_xml import Node, UblError, parse_xml

_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
INVOICE = Kind("Billing 3", "Invoice", _BILLING, _PROFILE)
CREDIT_NOTE = Kind("Billing 3", "CreditNote", _BILLING, _PROFILE)
# UNCL1001
INVOICE_TYPE, CREDIT_NOTE_TYPE = "380", "381"
STANDARD, ZERO_RATED, EXEMPT, REVERSE_CHARGE = "S", "Z", "E", "AE"
INTRA_COMMUNITY, EXPORT, OUT_OF_SCOPE = "K", "G", "O"
RATED = (STANDARD, ZERO_RATED)
CATEGORIES = (*RATED, EXEMPT, REVERSE_CHARGE, INTRA_COMMUNITY, EXPORT, OUT_OF_SCOPE)
# UNCL4461
CREDIT_TRANSFER = "30"


@dataclass(frozen=True, slots=True)
class InvoiceLine(Facts):
    """What is billed of the position ``uid``.

    ``quantity`` is in ``unit`` (UN/ECE), ``price`` per unit net of discount and tax, and
    ``amount`` the line's, net of tax, as the supplier rounds it; ``rate`` in percent.
    """

    id: str
    quantity: str
    unit: str
    price: str
    amount: str
    name: str
    category: str
    rate: str = "0"
    uid: str = ""
    description: str = ""
    sku: str = ""
    gtin: str = ""
    buyers_id: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        object.__setattr__(self, "unit", self.unit or unit_code(""))
        need(self, id=self.id, name=self.name, category=self.category)
        canonical_numbers(self, "quantity", "price", "rate")
        _canonical_amounts(self, "amount")
        if self.category not in CATEGORIES:
            raise UblError(
                f"{self.category[:20]!r} is no VAT category that b-op bills."
            )
        if self.price.startswith("-"):
            raise UblError("A price is not negative; let the quantity be (BR-27).")


@dataclass(frozen=True, slots=True)
class Contact(Facts):
    """Whom to ask about a bill; within Germany it is demanded in full (DE-R-002)."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TaxSubtotal(Facts):
    """The VAT of all lines of a category and rate; ``reason`` why there is none."""

    category: str
    rate: str
    base: str
    amount: str
    reason: str = ""

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        canonical_numbers(self, "rate")
        _canonical_amounts(self, "base", "amount")


def _canonical_amounts(fact: object, *names: str) -> None:
    for name in names:
        value = number(getattr(fact, name), name)
        if value != cents(value):
            raise UblError(f"{name} has more than two decimals: {value}.")
        object.__setattr__(fact, name, format(cents(value), "f"))


@dataclass(frozen=True, slots=True)
class Invoice(Facts):
    """An invoice, or a credit note, whose amounts are positive as well.

    ``order``: the buyer's order number (R003 wants it or ``buyer_reference``, which is
    the order's ``customer_reference``); ``preceding``: the invoice that is credited;
    ``account``: the IBAN to pay to, ``payment_id`` what to state then; ``prepaid`` and
    ``rounding`` as amounts; ``taxes`` see :func:`tax_subtotals`. A credit note has no
    ``due_date``.
    """

    envelope: Envelope
    currency: str
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxSubtotal, ...]
    credit: bool = False
    order: str = ""
    sales_order: str = ""
    buyer_reference: str = ""
    preceding: str = ""
    despatch: str = ""
    contract: str = ""
    due_date: str = ""
    payment_terms: str = ""
    account: str = ""
    payment_id: str = ""
    supplier_vat: str = ""
    supplier_registry: str = ""
    customer_vat: str = ""
    customer_registry: str = ""
    delivered: str = ""
    ship_to: Address | None = None
    prepaid: str = "0"
    rounding: str = "0"
    note: str = ""
    contact: Contact = Contact()
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        need(self, currency=self.currency)
        if not self.lines:
            raise UblError("A bill has at least one line.")
        if self.envelope.issue_time:
            raise UblError("A bill states no time of issue.")
        if self.credit and self.due_date:
            raise UblError("A credit note has no due date.")
        for text in filter(None, (self.due_date, self.delivered)):
            if not day(text):
                raise UblError(f"{text[:40]!r} is not a date such as 2026-01-31.")
        _canonical_amounts(self, "prepaid", "rounding")
        if not self.account:
            object.__setattr__(self, "payment_id", "")
        if self.ship_to:
            object.__setattr__(self, "ship_to", postal(self.ship_to))

    @property
    def kind(self) -> Kind:
        """Which document this is."""
        return CREDIT_NOTE if self.credit else INVOICE

    def missing(self) -> tuple[str, ...]:
        """Return what a valid bill must state and this one does not, by its attribute."""
        categories = {line.category for line in self.lines}
        within_union = INTRA_COMMUNITY in categories
        demands: dict[str, object] = {
            "currency": self.currency in CURRENCIES,
            "supplier_address": self.envelope.supplier.address,
            "customer_address": self.envelope.customer.address,
            "order": self.order or self.buyer_reference,
            "supplier_vat": self.supplier_vat[:2] in COUNTRIES
            or categories == {OUT_OF_SCOPE},
            "customer_vat": self.customer_vat[:2] in COUNTRIES
            or not categories & {REVERSE_CHARGE, INTRA_COMMUNITY},
            "delivered": self.delivered or not within_union,
            "ship_to": self.ship_to or not within_union,
            "reason": all(
                bool(tax.reason) == (tax.category not in RATED) for tax in self.taxes
            ),
            "taxes": _breakdown(self.lines)
            == {_key(tax): tax.base for tax in self.taxes},
        }
        if self._within_germany():
            demands |= self._german_demands()
        return tuple(name for name, stated in demands.items() if not stated)

    def _within_germany(self) -> bool:
        parties = (self.envelope.supplier, self.envelope.customer)
        return all(party.address and party.address.country == "DE" for party in parties)

    def _german_demands(self) -> dict[str, object]:
        """What Peppol demands of a bill from Germany to Germany (DE-R-001 to 015)."""
        parties = (self.envelope.supplier, self.envelope.customer)
        addresses = [party.address for party in parties if party.address]
        places = [*addresses, *filter(None, [self.ship_to])]
        contact = self.contact
        return {
            "account": self.account,
            "buyer_reference": self.buyer_reference,
            "contact": contact.name and contact.phone and contact.email,
            "city": all(place.city and place.zip for place in places),
        }


# === TOTALS ===#


def _key(part: InvoiceLine | TaxSubtotal) -> tuple[str, str]:
    return part.category, part.rate


def _breakdown(lines: Iterable[InvoiceLine]) -> dict[tuple[str, str], str]:
    bases: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        bases[_key(line)] = bases.get(_key(line), ZERO) + Decimal(line.amount)
    return {key: format(base, "f") for key, base in bases.items()}


@exact
def tax_subtotals(
    lines: Iterable[InvoiceLine], reason: str = ""
) -> tuple[TaxSubtotal, ...]:
    """Return the VAT of lines, rounded per category and rate (BR-CO-17).

    :param reason: why there is no VAT, for the categories that need one

    >>> line = InvoiceLine("1", "3", "C62", "1.50", "4.50", "Nut", "S", "19")
    >>> [(tax.base, tax.amount) for tax in tax_subtotals([line])]
    [('4.50', '0.86')]
    """
    return tuple(
        TaxSubtotal(
            category,
            rate,
            base,
            str(cents(Decimal(base) * Decimal(rate) / HUNDRED)),
            "" if category in RATED else reason,
        )
        for (category, rate), base in _breakdown(lines).items()
    )


# === DOCUMENT ===#


@exact
def render_invoice(invoice: Invoice) -> bytes:
    """Return the document of an invoice or credit note (BIS Billing 3)."""
    return to_bytes(_build(invoice))


@reading
def parse_invoice(data: bytes) -> Invoice:
    """Return the invoice or credit note that a document states.

    Totals that do not follow from the lines, because of allowances on the whole or a
    mistake, are among the extras: such a bill has to be looked at.

    :raises UblError: it is neither, no safe XML, or lacks what it must state
    """
    credit = parse_xml(data).tag == f"{{{CREDIT_NOTE.namespace}}}{CREDIT_NOTE.root}"
    root = open_document(data, CREDIT_NOTE if credit else INVOICE)
    currency = root.required("cbc:DocumentCurrencyCode")
    seller = root.node("cac:AccountingSupplierParty/cac:Party")
    buyer = root.node("cac:AccountingCustomerParty/cac:Party")
    total, delivery = root.node("cac:LegalMonetaryTotal"), root.node("cac:Delivery")
    name = "cac:CreditNoteLine" if credit else "cac:InvoiceLine"
    invoice = Invoice(
        envelope=Envelope(
            id=root.required("cbc:ID"),
            issue_date=root.required("cbc:IssueDate"),
            supplier=read_trader(seller),
            customer=read_trader(buyer),
        ),
        currency=currency,
        lines=tuple(_read_line(node, currency, credit) for node in root.nodes(name)),
        taxes=_read_taxes(root, currency),
        credit=credit,
        supplier_vat=_read_vat(seller),
        supplier_registry=seller.text("cac:PartyLegalEntity/cbc:CompanyID"),
        customer_vat=_read_vat(buyer),
        customer_registry=buyer.text("cac:PartyLegalEntity/cbc:CompanyID"),
        delivered=read_day(delivery, "cbc:ActualDeliveryDate"),
        ship_to=_read_ship_to(delivery),
        prepaid=str(read_amount(total, "cbc:PrepaidAmount", currency)),
        rounding=str(read_amount(total, "cbc:PayableRoundingAmount", currency)),
        note=root.text("cbc:Note"),
        contact=_read_contact(seller.node("cac:Contact")),
    )
    invoice = replace(invoice, **_read_references(root), **_read_payment(root))
    return replace(invoice, extras=extras(root, _build(invoice)))


def _read_references(root: Node) -> dict[str, Any]:
    order = root.node("cac:OrderReference")
    invoice = root.node("cac:BillingReference/cac:InvoiceDocumentReference")
    return {
        "order": order.text("cbc:ID"),
        "sales_order": order.text("cbc:SalesOrderID"),
        "buyer_reference": root.text("cbc:BuyerReference"),
        "preceding": invoice.text("cbc:ID"),
        "despatch": root.text("cac:DespatchDocumentReference/cbc:ID"),
        "contract": root.text("cac:ContractDocumentReference/cbc:ID"),
    }


def _read_payment(root: Node) -> dict[str, Any]:
    means = root.node("cac:PaymentMeans")
    account = means.text("cac:PayeeFinancialAccount/cbc:ID")
    return {
        "due_date": read_day(root, "cbc:DueDate"),
        "payment_terms": root.text("cac:PaymentTerms/cbc:Note"),
        "account": account,
        "payment_id": means.text("cbc:PaymentID") if account else "",
    }


def _read_contact(node: Node) -> Contact:
    return Contact(
        name=node.text("cbc:Name"),
        phone=node.text("cbc:Telephone"),
        email=node.text("cbc:ElectronicMail"),
    )


def _read_vat(party: Node) -> str:
    return party.text("cac:PartyTaxScheme/cbc:CompanyID")


def _read_ship_to(delivery: Node) -> Address | None:
    address = delivery.node("cac:DeliveryLocation/cac:Address")
    return read_address(
        address, delivery.text("cac:DeliveryParty/cac:PartyName/cbc:Name")
    )


def _read_taxes(root: Node, currency: str) -> tuple[TaxSubtotal, ...]:
    return tuple(
        TaxSubtotal(
            category=node.required("cac:TaxCategory/cbc:ID"),
            rate=node.text("cac:TaxCategory/cbc:Percent") or "0",
            base=str(read_amount(node, "cbc:TaxableAmount", currency)),
            amount=str(read_amount(node, "cbc:TaxAmount", currency)),
            reason=node.text("cac:TaxCategory/cbc:TaxExemptionReason"),
        )
        for node in root.node("cac:TaxTotal").nodes("cac:TaxSubtotal")
    )


def _read_line(node: Node, currency: str, credit: bool) -> InvoiceLine:
    article = node.node("cac:Item")
    category = article.node("cac:ClassifiedTaxCategory")
    quantity = f"cbc:{'Credited' if credit else 'Invoiced'}Quantity"
    gross, discount = read_price(node.node("cac:Price"), currency)
    price = Decimal(gross) * (HUNDRED - Decimal(discount)) / HUNDRED
    sku, gtin = read_identifications(article)
    return InvoiceLine(
        id=node.required("cbc:ID"),
        uid=node.text("cac:OrderLineReference/cbc:LineID"),
        quantity=node.required(quantity),
        unit=node.attribute(quantity, "unitCode"),
        price=decimal_text(price),
        amount=str(read_amount(node, "cbc:LineExtensionAmount", currency)),
        name=article.required("cbc:Name"),
        description=article.text("cbc:Description"),
        category=category.required("cbc:ID"),
        rate=category.text("cbc:Percent") or "0",
        sku=sku,
        gtin=gtin,
        buyers_id=article.text("cac:BuyersItemIdentification/cbc:ID"),
        note=node.text("cbc:Note"),
    )


def _build(invoice: Invoice) -> etree._Element:
    root = new_document(invoice.kind)
    _add_head(root, invoice)
    _add_party(
        add(root, "cac:AccountingSupplierParty"),
        invoice.envelope.supplier,
        invoice.supplier_vat,
        invoice.supplier_registry,
        invoice.contact,
    )
    _add_party(
        add(root, "cac:AccountingCustomerParty"),
        invoice.envelope.customer,
        invoice.customer_vat,
        invoice.customer_registry,
    )
    _add_delivery(root, invoice)
    _add_payment(root, invoice)
    _add_taxes(root, invoice)
    _add_totals(root, invoice)
    for line in invoice.lines:
        _add_line(root, line, invoice)
    return pruned(root)


def _add_head(root: etree._Element, invoice: Invoice) -> None:
    add(root, "cbc:ID", invoice.envelope.id)
    add(root, "cbc:IssueDate", invoice.envelope.issue_date)
    add(root, "cbc:DueDate", invoice.due_date)
    if invoice.credit:
        add(root, "cbc:CreditNoteTypeCode", CREDIT_NOTE_TYPE)
    else:
        add(root, "cbc:InvoiceTypeCode", INVOICE_TYPE)
    add(root, "cbc:Note", invoice.note)
    add(root, "cbc:DocumentCurrencyCode", invoice.currency)
    add(root, "cbc:BuyerReference", invoice.buyer_reference)
    order = add(root, "cac:OrderReference")
    add(order, "cbc:ID", invoice.order)
    add(order, "cbc:SalesOrderID", invoice.sales_order)
    preceding = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    add_path(root, preceding, invoice.preceding)
    add_path(root, "cac:DespatchDocumentReference/cbc:ID", invoice.despatch)
    add_path(root, "cac:ContractDocumentReference/cbc:ID", invoice.contract)


def _add_party(
    group: etree._Element,
    trader: Trader,
    vat: str,
    registry: str,
    contact: Contact | None = None,
) -> None:
    party = add(group, "cac:Party")
    add_trader_head(party, trader)
    add_address(party, "cac:PostalAddress", trader.address)
    if vat:
        scheme = add(party, "cac:PartyTaxScheme")
        add(scheme, "cbc:CompanyID", vat)
        add_path(scheme, "cac:TaxScheme/cbc:ID", "VAT")
    entity = add(party, "cac:PartyLegalEntity")
    add(entity, "cbc:RegistrationName", trader.name)
    add(entity, "cbc:CompanyID", registry)
    if contact:
        person = add(party, "cac:Contact")
        add(person, "cbc:Name", contact.name)
        add(person, "cbc:Telephone", contact.phone)
        add(person, "cbc:ElectronicMail", contact.email)


def _add_delivery(root: etree._Element, invoice: Invoice) -> None:
    delivery = add(root, "cac:Delivery")
    add(delivery, "cbc:ActualDeliveryDate", invoice.delivered)
    if invoice.ship_to:
        location = add(delivery, "cac:DeliveryLocation")
        add_address(location, "cac:Address", invoice.ship_to)
        add_path(
            delivery, "cac:DeliveryParty/cac:PartyName/cbc:Name", invoice.ship_to.name
        )


def _add_payment(root: etree._Element, invoice: Invoice) -> None:
    if invoice.account:
        means = add(root, "cac:PaymentMeans")
        add(means, "cbc:PaymentMeansCode", CREDIT_TRANSFER)
        add(means, "cbc:PaymentID", invoice.payment_id)
        add_path(means, "cac:PayeeFinancialAccount/cbc:ID", invoice.account)
    add_path(root, "cac:PaymentTerms/cbc:Note", invoice.payment_terms)


def _add_taxes(root: etree._Element, invoice: Invoice) -> None:
    total, currency = add(root, "cac:TaxTotal"), invoice.currency
    add_amount(total, "cbc:TaxAmount", _tax(invoice), currency)
    for tax in invoice.taxes:
        group = add(total, "cac:TaxSubtotal")
        add_amount(group, "cbc:TaxableAmount", Decimal(tax.base), currency)
        add_amount(group, "cbc:TaxAmount", Decimal(tax.amount), currency)
        category = add(group, "cac:TaxCategory")
        _add_category(category, tax, tax.reason)


def _add_category(
    category: etree._Element, part: InvoiceLine | TaxSubtotal, reason: str = ""
) -> None:
    add(category, "cbc:ID", part.category)
    if part.category != OUT_OF_SCOPE:
        add(category, "cbc:Percent", part.rate)
    add(category, "cbc:TaxExemptionReason", reason)
    add_path(category, "cac:TaxScheme/cbc:ID", "VAT")


def _tax(invoice: Invoice) -> Decimal:
    return sum((Decimal(tax.amount) for tax in invoice.taxes), ZERO)


def _add_totals(root: etree._Element, invoice: Invoice) -> None:
    amount = sum((Decimal(line.amount) for line in invoice.lines), ZERO)
    gross, currency = amount + _tax(invoice), invoice.currency
    prepaid, rounding = Decimal(invoice.prepaid), Decimal(invoice.rounding)
    total = add(root, "cac:LegalMonetaryTotal")
    add_amount(total, "cbc:LineExtensionAmount", amount, currency)
    add_amount(total, "cbc:TaxExclusiveAmount", amount, currency)
    add_amount(total, "cbc:TaxInclusiveAmount", gross, currency)
    if prepaid:
        add_amount(total, "cbc:PrepaidAmount", prepaid, currency)
    if rounding:
        add_amount(total, "cbc:PayableRoundingAmount", rounding, currency)
    add_amount(total, "cbc:PayableAmount", gross - prepaid + rounding, currency)


def _add_line(root: etree._Element, line: InvoiceLine, invoice: Invoice) -> None:
    kind = "CreditNote" if invoice.credit else "Invoice"
    group = add(root, f"cac:{kind}Line")
    add(group, "cbc:ID", line.id)
    add(group, "cbc:Note", line.note)
    name = f"cbc:{'Credited' if invoice.credit else 'Invoiced'}Quantity"
    add_quantity(group, name, Decimal(line.quantity), line.unit)
    amount = Decimal(line.amount)
    add_amount(group, "cbc:LineExtensionAmount", amount, invoice.currency)
    add_path(group, "cac:OrderLineReference/cbc:LineID", line.uid)
    article = add(group, "cac:Item")
    add(article, "cbc:Description", line.description)
    add(article, "cbc:Name", line.name)
    add_identifications(article, line.sku, line.gtin, line.buyers_id)
    _add_category(add(article, "cac:ClassifiedTaxCategory"), line)
    price = add(group, "cac:Price")
    add_exact(price, "cbc:PriceAmount", Decimal(line.price), invoice.currency)
