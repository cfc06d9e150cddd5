# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Peppol T115, Order Cancellation: the buyer asks to cancel the whole order.

The seller answers with T116: ``AP`` cancels the order, ``RE`` lets it stand. The reason
is mandatory (``cbc:CancellationNote``).

>>> from ..rules.terms import Address
>>> from .common import Trader
>>> us = Trader("0088", "4000001000005", "We", address=Address(country="DE"))
>>> them = Trader("0088", "4000001000005", "They")
>>> envelope = Envelope("CAN1", "2026-01-31", us, them)
>>> cancellation = OrderCancellation(envelope, "PO1", "Ordered twice.")
>>> parse_order_cancellation(render_order_cancellation(cancellation)) == cancellation
True
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

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
    extras,
    need,
    new_document,
    open_document,
    pruned,
    read_envelope,
    read_trader,
    reading,
    to_bytes,
)

KIND = Kind(
    "T115",
    "OrderCancellation",
    TRANSACTIONS + "order_cancellation:3",
    ADVANCED_ORDERING,
)


@dataclass(frozen=True, slots=True)
class OrderCancellation(Facts):
    """The wish to cancel the order ``order``, and why."""

    envelope: Envelope
    order: str
    reason: str
    note: str = ""
    contract: str = ""
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        need(self, order=self.order, reason=self.reason)

    def missing(self) -> tuple[str, ...]:
        """Return what a valid T115 must state and this cancellation does not."""
        return () if self.envelope.supplier.address else ("supplier_address",)


def render_order_cancellation(cancellation: OrderCancellation) -> bytes:
    """Return the document of a cancellation (T115)."""
    return to_bytes(_build(cancellation))


@reading
def parse_order_cancellation(data: bytes) -> OrderCancellation:
    """Return the cancellation that a document (T115) states.

    :raises UblError: it is no T115, no safe XML, or lacks what it must state
    """
    root = open_document(data, KIND)
    cancellation = OrderCancellation(
        envelope=read_envelope(
            root,
            read_trader(root.node("cac:SellerSupplierParty/cac:Party")),
            read_trader(root.node("cac:BuyerCustomerParty/cac:Party")),
        ),
        order=root.required("cac:OrderReference/cbc:ID"),
        reason=root.required("cbc:CancellationNote"),
        note=root.text("cbc:Note"),
        contract=root.text("cac:Contract/cbc:ID"),
    )
    return replace(cancellation, extras=extras(root, _build(cancellation)))


def _build(cancellation: OrderCancellation) -> etree._Element:
    root, envelope = new_document(KIND), cancellation.envelope
    add_envelope(root, envelope)
    add(root, "cbc:Note", cancellation.note)
    add(root, "cbc:CancellationNote", cancellation.reason)
    add_path(root, "cac:OrderReference/cbc:ID", cancellation.order)
    add_path(root, "cac:Contract/cbc:ID", cancellation.contract)
    add_trader(root, "cac:BuyerCustomerParty", envelope.customer)
    add_trader(root, "cac:SellerSupplierParty", envelope.supplier)
    return pruned(root)
