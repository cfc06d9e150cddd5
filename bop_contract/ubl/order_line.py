# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A position of an order as elements, and back.

Peppol allows neither a negative quantity (R004) nor a negative price (R005), and a price
is net of tax and discount. So a position is written with what is left of its figures
above zero, the rest of its amount as an allowance or charge (R024), and its exact terms in
the supplement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from ..rules import agreement
from ..rules.terms import Address, LineTerms, Release, Tax, decimal_text
from .codes import MUTUALLY_DEFINED, UNITS
from .common import (
    EXACT,
    Facts,
    add,
    add_address,
    add_amount,
    add_path,
    carried_address,
    joined_moment,
    need,
    number,
    plain_text,
    read_address,
    read_day,
    read_time,
    split_moment,
    xml_text,
)
from .safe_xml import Node, UblError
from .supplement import PROPERTY, from_text, to_text

ZERO, HUNDRED = Decimal(0), Decimal(100)
GTIN = "0160"
OPTION = "Option"
STANDARD_RATE = "S"
DISCOUNT_CODE, OTHER_CHARGE = "95", "ABK"
# A price that was converted (tax taken out, or per another quantity) is rounded to this.
PRICE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class LineFacts(Facts):
    """What a document says of a position besides its terms.

    ``status``: what the document does to it (UNCL1229, see the document); ``note``: why;
    ``buyers_id``: the buyer's article number; ``quotation_line``: the offer's position.
    """

    uid: str
    status: str = ""
    note: str = ""
    buyers_id: str = ""
    quotation_line: str = ""

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        need(self, uid=self.uid)


# === FIGURES ===#


class Figures:
    """The figures of a position as a document states them.

    >>> figures = Figures(LineTerms("1", quantity="3", price="-10", discount="10"))
    >>> figures.quantity, figures.price, figures.amount, figures.allowance
    (Decimal('3'), Decimal('0'), Decimal('-27.00'), Decimal('27.00'))
    """

    def __init__(self, line: LineTerms) -> None:
        self.line = line
        quantity, discount = Decimal(line.quantity or 0), Decimal(line.discount or 0)
        self.gross = untaxed(Decimal(line.price or 0), line.taxes)
        net = self.gross * (HUNDRED - discount) / HUNDRED
        self.amount = cents(quantity * net)
        self.quantity, self.price = max(quantity, ZERO), max(net, ZERO)
        #: what an allowance has to take away (or a charge to add, when negative)
        self.allowance = cents(self.quantity * self.price) - self.amount
        self.discounted = ZERO < discount <= HUNDRED and self.gross > ZERO

    @property
    def rate(self) -> Decimal | None:
        """The tax in percent, nothing when it is not one percentage."""
        if not self.line.taxes:
            return ZERO
        tax = self.line.taxes[0]
        if len(self.line.taxes) > 1 or tax.kind != "percent" or not tax.amount:
            return None
        return Decimal(tax.amount)


def cents(value: Decimal) -> Decimal:
    """Return an amount rounded as Odoo does, half away from zero."""
    return value.quantize(Decimal("0.01"), context=EXACT)


def untaxed(price: Decimal, taxes: Iterable[Tax]) -> Decimal:
    """Return a price without the percentages that it includes.

    >>> untaxed(Decimal("119"), (Tax("VAT", "percent", "19", included=True),))
    Decimal('100.0000000000')
    """
    net = agreement.untaxed(price, taxes)
    return price if net == price else rounded(net)


def rounded(value: Decimal) -> Decimal:
    """Return a converted value without the digits that mean nothing."""
    return value.quantize(Decimal(1).scaleb(-PRICE_DIGITS), context=EXACT)


def tax_amount(positions: Iterable[Figures]) -> Decimal | None:
    """Return the tax on positions, rounded per rate; nothing when it is not known."""
    bases: dict[Decimal, Decimal] = {}
    for figures in positions:
        if figures.rate is None:
            return None
        bases[figures.rate] = bases.get(figures.rate, ZERO) + figures.amount
    return sum((cents(base * rate / HUNDRED) for rate, base in bases.items()), ZERO)


# === POSITION TO ELEMENTS ===#


def add_line(
    root: etree._Element,
    line: LineTerms,
    facts: LineFacts | None,
    patch: Mapping[str, Any],
    currency: str,
    place: bool,
) -> None:
    """Append a position.

    :param patch: what the elements cannot say about it
    :param place: whether this kind of document allows a place of delivery per position
    """
    group = add(root, "cac:OrderLine")
    add(group, "cbc:Note", facts.note if facts else "")
    item, figures = add(group, "cac:LineItem"), Figures(line)
    add(item, "cbc:ID", line.uid)
    add(item, "cbc:LineStatusCode", facts.status if facts else "")
    add_quantity(item, "cbc:Quantity", figures.quantity, line.unit)
    add_amount(item, "cbc:LineExtensionAmount", figures.amount, currency)
    _add_delivery(item, line, place)
    _add_allowance(item, figures, currency)
    add_price(item, figures, currency)
    _add_item(item, line, facts, patch)
    if facts:
        add_path(group, "cac:QuotationLineReference/cbc:LineID", facts.quotation_line)


def add_quantity(parent: etree._Element, name: str, value: Decimal, unit: str) -> None:
    """Append a quantity with its UN/ECE unit."""
    add(parent, name, plain_text(value), unitCode=unit_code(unit))


def unit_code(unit: str) -> str:
    """Return the UN/ECE code that a document states for a unit.

    >>> unit_code("KGM"), unit_code("Pallet of 20")
    ('KGM', 'ZZ')
    """
    return unit if unit in UNITS else MUTUALLY_DEFINED


def add_period(group: etree._Element, *moments: str, name: str = "Requested") -> None:
    """Append when to deliver: at one moment, or from the first to the last."""
    found = sorted(filter(None, map(split_moment, moments)))
    if not found:
        return
    period = add(group, f"cac:{name}DeliveryPeriod")
    first, last = found[0], found[-1]
    if first[0] != last[0]:
        add(period, "cbc:StartDate", first[0])
    add(period, "cbc:EndDate", last[0])
    add(period, "cbc:EndTime", last[1])


def add_location(group: etree._Element, address: Address | None) -> None:
    """Append where to deliver."""
    if address:
        location = add(group, "cac:DeliveryLocation")
        add(location, "cbc:Name", address.name)
        add_address(location, "cac:Address", address)


def _add_delivery(item: etree._Element, line: LineTerms, place: bool) -> None:
    dues = [release.due for release in line.releases]
    group = add(item, "cac:Delivery")
    if place and len(dues) == 1 and split_moment(dues[0]):
        add_location(group, carried_address(line.releases[0].ship_to))
    add_period(group, *dues)


def _add_allowance(item: etree._Element, figures: Figures, currency: str) -> None:
    if not figures.allowance:
        return
    charge = figures.allowance < 0
    group = add(item, "cac:AllowanceCharge")
    add(group, "cbc:ChargeIndicator", "true" if charge else "false")
    code = OTHER_CHARGE if charge else DISCOUNT_CODE
    add(group, "cbc:AllowanceChargeReasonCode", code)
    add_amount(group, "cbc:Amount", abs(figures.allowance), currency)


def add_price(item: etree._Element, figures: Figures, currency: str) -> None:
    """Append the net price, and the discount that led to it."""
    group = add(item, "cac:Price")
    add_exact(group, "cbc:PriceAmount", figures.price, currency)
    if figures.discounted:
        reduction = figures.gross - figures.price
        allowance = add(group, "cac:AllowanceCharge")
        add(allowance, "cbc:ChargeIndicator", "false")
        add_exact(allowance, "cbc:Amount", reduction, currency)
        add_exact(allowance, "cbc:BaseAmount", figures.gross, currency)


def add_exact(parent: etree._Element, name: str, value: Decimal, currency: str) -> None:
    """Append a price, which may have any number of decimals."""
    add(parent, name, plain_text(value), currencyID=currency)


def item_name(line: LineTerms) -> str:
    """Return what to call the item of a position; empty when nothing names it."""
    names = (line.product, line.description.partition("\n")[0], line.sku)
    return next(filter(None, map(xml_text, names)), "")


def add_identifications(
    item: etree._Element, sku: str, gtin: str, buyers_id: str = ""
) -> None:
    """Append the article numbers: buyer's, seller's and GTIN."""
    add_path(item, "cac:BuyersItemIdentification/cbc:ID", buyers_id)
    add_path(item, "cac:SellersItemIdentification/cbc:ID", sku)
    add_path(item, "cac:StandardItemIdentification/cbc:ID", gtin, schemeID=GTIN)


def _add_item(
    parent: etree._Element,
    line: LineTerms,
    facts: LineFacts | None,
    patch: Mapping[str, Any],
) -> None:
    item = add(parent, "cac:Item")
    add(item, "cbc:Description", line.description)
    add(item, "cbc:Name", item_name(line))
    buyers_id = facts.buyers_id if facts else ""
    add_identifications(item, line.sku, line.gtin, buyers_id)
    rate = Figures(line).rate
    if rate is not None and rate > 0:
        category = add(item, "cac:ClassifiedTaxCategory")
        add(category, "cbc:ID", STANDARD_RATE)
        add(category, "cbc:Percent", decimal_text(rate))
        add_path(category, "cac:TaxScheme/cbc:ID", "VAT")
    properties = [(OPTION, option) for option in line.options if xml_text(option)]
    if patch or PROPERTY in line.options:
        properties.append((PROPERTY, to_text(dict(patch))))
    for name, value in properties:
        group = add(item, "cac:AdditionalItemProperty")
        add(group, "cbc:Name", name)
        add(group, "cbc:Value", value)


# === ELEMENTS TO POSITION ===#


def read_line(node: Node, currency: str) -> tuple[LineTerms, dict[str, Any]]:
    """Return what the elements of a position say, and its supplement.

    :param currency: of the document; another one is refused (R003)
    """
    item = node.node("cac:LineItem")
    quantity = read_number(item, "cbc:Quantity")
    price, discount = read_price(item.node("cac:Price"), currency)
    article = item.node("cac:Item")
    options, patch = _read_properties(article)
    sku, gtin = read_identifications(article)
    line = LineTerms(
        uid=item.required("cbc:ID"),
        sku=sku,
        gtin=gtin,
        product=article.text("cbc:Name"),
        description=article.text("cbc:Description"),
        options=options,
        quantity=quantity,
        unit=item.attribute("cbc:Quantity", "unitCode"),
        price=price,
        discount=discount,
        taxes=_read_taxes(article),
        releases=_read_releases(item.node("cac:Delivery"), quantity),
    )
    return line, patch


def read_facts(node: Node) -> LineFacts:
    """Return what a document says of a position besides its terms."""
    item = node.node("cac:LineItem")
    return LineFacts(
        uid=item.required("cbc:ID"),
        status=item.text("cbc:LineStatusCode"),
        note=node.text("cbc:Note"),
        buyers_id=item.text("cac:Item/cac:BuyersItemIdentification/cbc:ID"),
        quotation_line=node.text("cac:QuotationLineReference/cbc:LineID"),
    )


def read_number(node: Node, path: str) -> str:
    """Return the number at ``path`` as terms have it; 0 when it is missing."""
    text = node.text(path)
    return decimal_text(number(text, path)) if text else "0"


def read_price(price: Node, currency: str) -> tuple[str, str]:
    """Return gross price per unit and discount in percent."""
    net = read_amount(price, "cbc:PriceAmount", currency)
    allowance = price.node("cac:AllowanceCharge")
    base = read_amount(allowance, "cbc:BaseAmount", currency)
    taken = read_amount(allowance, "cbc:Amount", currency)
    # Every document has it false (R044 of billing, B28801), so nobody needs to know.
    allowance.text("cbc:ChargeIndicator")
    per = Decimal(read_number(price, "cbc:BaseQuantity")) or Decimal(1)
    if per < 0:
        raise UblError("cbc:BaseQuantity is negative.")
    discounted = base > 0 and taken > 0 and base - taken == net
    discount = rounded(taken * HUNDRED / base) if discounted else ZERO
    gross = base if discounted else net
    if per != 1:
        gross = rounded(gross / per)
    return decimal_text(gross), decimal_text(discount)


def read_amount(node: Node, path: str, currency: str) -> Decimal:
    """Return the amount at ``path``; 0 when it is missing.

    :raises UblError: it is no number, or in another currency than the document (R003)
    """
    text = node.text(path)
    if not text:
        return ZERO
    stated = node.attribute(path, "currencyID")
    if stated != currency:
        raise UblError(f"{path} is in {stated[:10]!r}, the document in {currency!r}.")
    return number(text, path)


def read_identifications(article: Node) -> tuple[str, str]:
    """Return the seller's article number and the GTIN."""
    gtin = ""
    if article.attribute("cac:StandardItemIdentification/cbc:ID", "schemeID") == GTIN:
        gtin = article.text("cac:StandardItemIdentification/cbc:ID")
    return article.text("cac:SellersItemIdentification/cbc:ID"), gtin


def _read_taxes(article: Node) -> tuple[Tax, ...]:
    return tuple(
        Tax(
            name=category.text("cbc:ID"),
            kind="percent",
            amount=read_number(category, "cbc:Percent"),
        )
        for category in article.nodes("cac:ClassifiedTaxCategory")
    )


def _read_properties(article: Node) -> tuple[tuple[str, ...], dict[str, Any]]:
    options, patches = [], []
    for node in article.nodes("cac:AdditionalItemProperty"):
        name = node.text("cbc:Name")
        if name == PROPERTY:
            patches.append(from_text(node.text("cbc:Value")))
        elif name == OPTION:
            options.append(node.text("cbc:Value"))
        else:
            options.append(f"{name}: {node.text('cbc:Value')}")
    if len(patches) > 1:
        raise UblError(f"The property {PROPERTY} occurs twice in a position.")
    return tuple(options), patches[0] if patches else {}


def _read_releases(delivery: Node, quantity: str) -> tuple[Release, ...]:
    due = read_period(delivery)
    if not due:
        return ()
    return (Release(quantity=quantity, due=due, ship_to=read_location(delivery)),)


def read_period(delivery: Node, name: str = "Requested") -> str:
    """Return the last moment of the period in which to deliver.

    A period that has a first day as well is more than a due date; that day stays unread.
    """
    period = delivery.node(f"cac:{name}DeliveryPeriod")
    if period.node("cbc:EndDate"):
        end = read_day(period, "cbc:EndDate")
        return joined_moment(end, read_time(period, "cbc:EndTime"))
    start = read_day(period, "cbc:StartDate")
    return joined_moment(start, read_time(period, "cbc:StartTime"))


def read_location(delivery: Node) -> Address | None:
    """Return where to deliver."""
    location = delivery.node("cac:DeliveryLocation")
    return read_address(location.node("cac:Address"), location.text("cbc:Name"))
