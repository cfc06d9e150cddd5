# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Peppol T116, Order Response Advanced: the seller answers.

| code | means | positions |
|---|---|---|
| ``AB`` | received, not yet decided | none (R010) |
| ``AP`` | accepted as it is | none (R008) |
| ``RE`` | rejected; the note says why | none (R009) |
| ``CA`` | accepted with amendments: a counter-offer | all of them (R007) |

It answers the order, or the change that ``change`` names. It has no reference to a
cancellation (T115): which one an ``AP`` or ``RE`` answers, the message around it says.

In a counter-offer Peppol lets the seller change quantity, price, date and article. The
whole terms travel in the supplement, when both sides have one; of a seller without,
:func:`countered` applies what the positions say to the order that is agreed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lxml import etree

from ..rules.terms import LineTerms, Party, Release, Terms, decimal_text
from .common import (
    ADVANCED_ORDERING,
    TRANSACTIONS,
    Envelope,
    Extra,
    Facts,
    Kind,
    add,
    add_envelope,
    add_path,
    add_trader,
    canonical_numbers,
    exact,
    extras,
    need,
    new_document,
    open_document,
    pruned,
    read_envelope,
    read_trader,
    reading,
    split_moment,
    to_bytes,
    xml_text,
)
from .order_line import (
    Figures,
    add_exact,
    add_identifications,
    add_period,
    add_quantity,
    item_name,
    read_identifications,
    read_period,
    read_price,
    unit_code,
)
from .safe_xml import Node, UblError
from .supplement import (
    Content,
    Supplement,
    completed,
    items,
    refuse_contradiction,
    split_note,
    supplement,
    with_note,
)

KIND = Kind(
    "T116",
    "OrderResponse",
    TRANSACTIONS + "order_response_advanced:3",
    ADVANCED_ORDERING,
)
ACKNOWLEDGED, ACCEPTED, REJECTED, AMENDED = "AB", "AP", "RE", "CA"
# UNCL1229, the seller's part of it.
ADDED, CHANGED, UNCHANGED, NOT_ACCEPTED, DELIVERED = "1", "3", "5", "7", "42"


@dataclass(frozen=True, slots=True)
class ResponseLine(Facts):
    """What the seller says about a position.

    ``uid`` is the order's position, ``id`` the answer's own (several answers to one
    position split its delivery); ``price`` is net of discount, in the order's currency;
    ``promised`` a date or moment; ``backorder`` what comes later (0: never). What is
    empty is not stated.
    """

    uid: str
    status: str
    name: str
    id: str = ""
    note: str = ""
    quantity: str = ""
    unit: str = ""
    backorder: str = ""
    promised: str = ""
    price: str = ""
    sku: str = ""
    gtin: str = ""
    buyers_id: str = ""

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        object.__setattr__(self, "id", self.id or self.uid)
        need(self, uid=self.uid, status=self.status, name=self.name)
        canonical_numbers(self, "quantity", "backorder", "price", optional=True)
        if not self.quantity:
            object.__setattr__(self, "unit", "")
        if self.promised and not split_moment(self.promised):
            raise UblError(f"{self.promised[:40]!r} is not a date such as 2026-01-31.")


@dataclass(frozen=True, slots=True)
class OrderResponse(Facts):
    """An answer to the order ``order``, or to the change ``change`` of it.

    ``sales_order``: the seller's number; ``promised``: when all will be delivered;
    ``terms``: what a counter-offer proposes, as a whole. The addresses of the parties
    have no place in this document.
    """

    envelope: Envelope
    code: str
    order: str
    currency: str
    change: str = ""
    sales_order: str = ""
    customer_reference: str = ""
    note: str = ""
    promised: str = ""
    lines: tuple[ResponseLine, ...] = ()
    terms: Terms | None = None
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        need(self, order=self.order, currency=self.currency)
        if self.code not in (ACKNOWLEDGED, ACCEPTED, REJECTED, AMENDED):
            raise UblError(f"{self.code[:40]!r} is no answer to an order.")
        if bool(self.lines) != (self.code == AMENDED):
            raise UblError(
                "A counter-offer (CA) states all positions, another answer none."
            )
        if self.terms and self.code != AMENDED:
            raise UblError("Only a counter-offer (CA) proposes terms.")
        if len({line.id for line in self.lines}) != len(self.lines):
            raise UblError("Two positions of the answer carry the same number.")


# === COUNTER-OFFERS ===#


@exact
def response_lines(base: Terms, terms: Terms) -> tuple[ResponseLine, ...]:
    """Return what a counter-offer says of each position, dropped ones last.

    :param base: what the buyer ordered
    :param terms: what the seller proposes instead

    >>> base = Terms("PO1", supplier=Party("Us"), customer=Party("You"), lines=(
    ...     LineTerms("a", product="A", quantity="1"), LineTerms("b", product="B")))
    >>> terms = replace(base, lines=(LineTerms("a", product="A", quantity="2"),))
    >>> [(line.uid, line.status, line.quantity) for line in response_lines(base, terms)]
    [('a', '3', '2'), ('b', '7', '0')]
    """
    before = {line.uid: line for line in items(base)}
    found = []
    for line in items(terms):
        status = UNCHANGED if before.get(line.uid) == line else CHANGED
        found.append(_answer(line, status if line.uid in before else ADDED))
    gone = before.keys() - {line.uid for line in items(terms)}
    for uid, line in before.items():
        if uid in gone:
            found.append(replace(_answer(line, NOT_ACCEPTED), quantity="0"))
    return tuple(found)


def _answer(line: LineTerms, status: str) -> ResponseLine:
    figures = Figures(line)
    dues = [release.due for release in line.releases]
    return ResponseLine(
        uid=line.uid,
        status=status,
        # Nothing names it: then its number has to.
        name=item_name(line) or line.uid,
        quantity=decimal_text(figures.quantity),
        unit=unit_code(line.unit),
        promised=dues[0] if len(dues) == 1 and split_moment(dues[0]) else "",
        price=decimal_text(figures.price),
        sku=line.sku,
        gtin=line.gtin,
    )


@exact
def countered(base: Terms, response: OrderResponse) -> Terms:
    """Return the terms that a counter-offer proposes for the order ``base``.

    Of a seller whose answer carries no terms, what the positions state is applied:
    several answers to one position are its releases, a position not accepted goes.

    :raises UblError: it adds a position of which it does not say enough
    """
    if response.terms:
        return response.terms
    answers: dict[str, list[ResponseLine]] = {}
    for line in response.lines:
        answers.setdefault(line.uid, []).append(line)
    known = base.lines_by_uid
    lines = [
        _amended(line, answers.get(line.uid, []))
        for line in base.lines
        if not any(a.status == NOT_ACCEPTED for a in answers.get(line.uid, []))
    ]
    for uid, (first, *_) in answers.items():
        if uid not in known and first.status != NOT_ACCEPTED:
            if not first.quantity or not first.price:
                raise UblError(f"The new position {uid} lacks quantity or price.")
            new = LineTerms(uid, product=first.name, sku=first.sku, gtin=first.gtin)
            lines.append(_amended(new, answers[uid]))
    return replace(base, lines=tuple(lines))


def _amended(line: LineTerms, answers: list[ResponseLine]) -> LineTerms:
    stated = [answer for answer in answers if answer.status in (ADDED, CHANGED)]
    if not stated:
        return line
    releases = tuple(
        Release(answer.quantity or line.quantity, due=answer.promised)
        for answer in stated
        if answer.promised
    )
    if all(answer.quantity for answer in stated):
        whole = sum((Decimal(answer.quantity) for answer in stated), Decimal(0))
        line = replace(
            line, quantity=decimal_text(whole), unit=stated[0].unit or line.unit
        )
    price = stated[0].price
    if price and Decimal(price) != Figures(line).price:
        line = replace(line, price=price, discount="0")
    return replace(line, releases=releases or line.releases)


def _content(response: OrderResponse, lines: tuple[ResponseLine, ...]) -> Content:
    """What the elements of an answer say of the proposed terms."""
    supplier, customer = response.envelope.supplier, response.envelope.customer
    header = Terms(
        number=response.order,
        customer_reference=response.customer_reference,
        currency=response.currency,
        supplier=Party(supplier.name, reference=supplier.reference),
        customer=Party(customer.name, reference=customer.reference),
    )
    return Content(header, tuple(_stated(line) for line in lines))


def _stated(line: ResponseLine) -> LineTerms:
    quantity = line.quantity or "0"
    return LineTerms(
        uid=line.uid,
        sku=line.sku,
        gtin=line.gtin,
        product=line.name,
        quantity=quantity,
        unit=line.unit,
        price=line.price or "0",
        releases=(Release(quantity, due=line.promised),) if line.promised else (),
    )


def _proposed(response: OrderResponse) -> tuple[ResponseLine, ...]:
    return tuple(line for line in response.lines if line.status != NOT_ACCEPTED)


# === DOCUMENT ===#


@exact
def render_order_response(response: OrderResponse) -> bytes:
    """Return the document of an answer (T116).

    :raises UblError: a counter-offer's positions are not those of its terms
    """
    extra = Supplement()
    lines = (replace(line, unit=unit_code(line.unit)) for line in response.lines)
    response = replace(response, lines=tuple(lines))
    if response.terms:
        proposed = _proposed(response)
        wanted = [xml_text(line.uid) for line in items(response.terms)]
        if [line.uid for line in proposed] != wanted:
            raise UblError("The positions of the counter-offer are not its terms'.")
        extra = supplement(_content(response, proposed), response.terms)
    return to_bytes(_build(response, extra))


@reading
def parse_order_response(data: bytes) -> OrderResponse:
    """Return the answer that a document (T116) states.

    :raises UblError: it is no T116, no safe XML, or contradicts itself
    """
    root = open_document(data, KIND)
    note, header = split_note(root.text("cbc:Note"))
    currency = root.required("cbc:DocumentCurrencyCode")
    read = [_read_line(node, currency) for node in root.nodes("cac:OrderLine")]
    response = OrderResponse(
        envelope=read_envelope(
            root,
            read_trader(root.node("cac:SellerSupplierParty/cac:Party")),
            read_trader(root.node("cac:BuyerCustomerParty/cac:Party")),
        ),
        code=root.required("cbc:OrderResponseCode"),
        order=root.required("cac:OrderReference/cbc:ID"),
        currency=currency,
        change=root.text("cac:OrderChangeDocumentReference/cbc:ID"),
        sales_order=root.text("cbc:SalesOrderID"),
        customer_reference=root.text("cbc:CustomerReference"),
        note=note,
        promised=read_period(root.node("cac:Delivery"), "Promised"),
        lines=tuple(line for line, _ in read),
    )
    extra = Supplement(
        header, tuple(patch for line, patch in read if line.status != NOT_ACCEPTED)
    )
    if "kind" in header:
        response = replace(response, terms=_completed(response, extra))
    return replace(response, extras=extras(root, _build(response, extra)))


def _completed(response: OrderResponse, extra: Supplement) -> Terms:
    said = _content(response, _proposed(response))
    terms = completed(said, extra)
    image = tuple(_answer(line, CHANGED) for line in items(terms))
    refuse_contradiction(said, extra, _content(response, image))
    return terms


def _build(response: OrderResponse, extra: Supplement) -> etree._Element:
    root, header = new_document(KIND), extra.header
    if response.terms:
        # Its presence says that the supplement states whole terms.
        header = {**header, "kind": response.terms.kind}
    add_envelope(root, response.envelope, response.sales_order)
    add(root, "cbc:OrderResponseCode", response.code)
    add(root, "cbc:Note", with_note(response.note, header))
    add(root, "cbc:DocumentCurrencyCode", response.currency)
    add(root, "cbc:CustomerReference", response.customer_reference)
    add_path(root, "cac:OrderReference/cbc:ID", response.order)
    add_path(root, "cac:OrderChangeDocumentReference/cbc:ID", response.change)
    supplier, customer = response.envelope.supplier, response.envelope.customer
    add_trader(root, "cac:SellerSupplierParty", replace(supplier, address=None))
    add_trader(root, "cac:BuyerCustomerParty", replace(customer, address=None))
    add_period(add(root, "cac:Delivery"), response.promised, name="Promised")
    patches = iter(extra.lines)
    for line in response.lines:
        patch = {} if line.status == NOT_ACCEPTED else next(patches, {})
        _add_line(root, line, patch, response.currency)
    return pruned(root)


def _add_line(
    root: etree._Element, line: ResponseLine, patch: dict[str, Any], currency: str
) -> None:
    group = add(root, "cac:OrderLine")
    item = add(group, "cac:LineItem")
    add(item, "cbc:ID", line.id)
    add(item, "cbc:Note", with_note(line.note, patch))
    add(item, "cbc:LineStatusCode", line.status)
    if line.quantity:
        add_quantity(item, "cbc:Quantity", Decimal(line.quantity), line.unit)
    add(item, "cbc:MaximumBackorderQuantity", line.backorder)
    add_period(add(item, "cac:Delivery"), line.promised, name="Promised")
    if line.price:
        price = add(item, "cac:Price")
        add_exact(price, "cbc:PriceAmount", Decimal(line.price), currency)
    article = add(item, "cac:Item")
    add(article, "cbc:Name", line.name)
    add_identifications(article, line.sku, line.gtin, line.buyers_id)
    add_path(group, "cac:OrderLineReference/cbc:LineID", line.uid)


def _read_line(node: Node, currency: str) -> tuple[ResponseLine, dict[str, Any]]:
    item = node.node("cac:LineItem")
    article = item.node("cac:Item")
    note, patch = split_note(item.text("cbc:Note"))
    sku, gtin = read_identifications(article)
    price, _ = read_price(item.node("cac:Price"), currency)
    line = ResponseLine(
        uid=node.required("cac:OrderLineReference/cbc:LineID"),
        id=item.required("cbc:ID"),
        status=item.required("cbc:LineStatusCode"),
        name=article.required("cbc:Name"),
        note=note,
        quantity=item.text("cbc:Quantity"),
        unit=item.attribute("cbc:Quantity", "unitCode"),
        backorder=item.text("cbc:MaximumBackorderQuantity"),
        promised=read_period(item.node("cac:Delivery"), "Promised"),
        price=price if item.node("cac:Price") else "",
        sku=sku,
        gtin=gtin,
        buyers_id=article.text("cac:BuyersItemIdentification/cbc:ID"),
    )
    return line, patch
