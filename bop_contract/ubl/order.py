# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Peppol T01, Order: the buyer orders.

``cbc:ID`` is the order's number and stays the name of the contract in all later
documents; ``cac:LineItem/cbc:ID`` is the position's stable uid, to which they refer.
``cac:OrderDocumentReference`` names the predecessor.

>>> from ..rules.terms import LineTerms, Party
>>> from .common import Trader
>>> us, them = Trader("0088", "4000001000005", "We"), Trader("EM", "a@b.example", "They")
>>> terms = Terms("PO1", supplier=Party("We"), customer=Party("They"))
>>> order = Order(Envelope("PO1", "2026-01-31", us, them), terms)
>>> parse_order(render_order(order)) == order
True
>>> order.missing()
('supplier_address', 'currency', 'positions')
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from ..rules.terms import Terms
from . import order_content as content
from .common import (
    ADVANCED_ORDERING,
    TRANSACTIONS,
    Envelope,
    Extra,
    Kind,
    add,
    add_envelope,
    add_path,
    exact,
    extras,
    joined_moment,
    new_document,
    open_document,
    pruned,
    read_envelope,
    read_time,
    reading,
    to_bytes,
)
from .order_content import References
from .order_line import LineFacts
from .safe_xml import Node
from .supplement import (
    Content,
    Supplement,
    completed,
    items,
    refuse_contradiction,
    supplement,
)

KIND = Kind("T01", "Order", TRANSACTIONS + "order:3", ADVANCED_ORDERING)
# UNCL1001: 220 is an order; the others of Peppol's list mean the same to b-op.
ORDER_TYPE = "220"


@dataclass(frozen=True, slots=True)
class Order:
    """An order. ``envelope.id`` is the number under which the buyer sends it.

    ``lines``: facts of positions besides their terms, in the order of the positions;
    ``extras``: what a received document says besides (never sent).
    """

    envelope: Envelope
    terms: Terms
    references: References = References()
    lines: tuple[LineFacts, ...] = ()
    extras: tuple[Extra, ...] = ()

    def missing(self) -> tuple[str, ...]:
        """Return what a valid T01 must state and this order does not.

        See :func:`order_content.missing`; besides, ``quotation`` where a position names
        the offer's (R035).
        """
        found = content.missing(self.envelope, self.terms)
        if any(line.quotation_line for line in self.lines):
            found += () if self.references.quotation else ("quotation",)
        return found


@exact
def render_order(order: Order) -> bytes:
    """Return the document of an order (T01); the same order gives the same bytes.

    What :meth:`Order.missing` names is left out, which makes the document invalid.
    """
    said, _ = _read(Node(_build(order, Supplement())))
    return to_bytes(_build(order, supplement(said, order.terms)))


@reading
def parse_order(data: bytes) -> Order:
    """Return the order that a document (T01) states.

    :raises UblError: it is no T01, no safe XML, or contradicts itself
    """
    root = open_document(data, KIND)
    said, extra = _read(root)
    order = Order(
        envelope=read_envelope(root, *content.read_traders(root)),
        terms=completed(said, extra),
        references=content.read_references(root),
        lines=content.read_facts(root),
    )
    image = _build(order, extra)
    refuse_contradiction(said, extra, _read(Node(image))[0])
    return replace(order, extras=extras(root, image))


def _build(order: Order, extra: Supplement) -> etree._Element:
    root, terms, references = new_document(KIND), order.terms, order.references
    add_envelope(root, order.envelope, references.sales_order)
    add(root, "cbc:OrderTypeCode", ORDER_TYPE)
    content.add_note(root, terms, extra)
    content.add_currency_and_reference(root, terms)
    content.add_validity(root, references)
    add_path(root, "cac:QuotationDocumentReference/cbc:ID", references.quotation)
    add_path(root, "cac:OrderDocumentReference/cbc:ID", terms.predecessor)
    add_path(root, "cac:Contract/cbc:ID", references.contract)
    content.add_parties(root, terms, order.envelope)
    content.add_delivery(root, terms)
    content.add_payment(root, terms)
    content.add_totals(root, terms)
    content.add_lines(
        root, items(terms), order.lines, extra, terms.currency, place=True
    )
    return pruned(root)


def _read(root: Node) -> tuple[Content, Supplement]:
    return content.read_content(
        root,
        number=root.text("cbc:ID"),
        predecessor=root.text("cac:OrderDocumentReference/cbc:ID"),
        date=joined_moment(
            root.text("cbc:IssueDate"), read_time(root, "cbc:IssueTime")
        ),
    )
