# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A conversation about one order, in the documents of Peppol Advanced Ordering.

What :mod:`..rules.exchange` calls a message has these forms on the wire:

| message | of the customer | of the supplier |
|---|---|---|
| order, restatement | T01 | |
| change, consent | T114 | T116 ``CA`` |
| keep: refuse, take back | T114 that affects nothing | T116 ``CA`` that changes nothing |
| … before anything is agreed | T115 | the same: of what was ordered |
| cancellation | T115 | T116 ``RE`` that answers nothing |
| accepted, rejected | | T116 ``AP``, ``RE`` |
| acknowledged | | T116 ``AB`` |

What a document answers and builds on, the message around it says (``ce-boprefid``,
``ce-bopbase``): Peppol has no place for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from ..rules import exchange
from ..rules.agreement import comparable
from ..rules.terms import Terms
from .common import Envelope, Extra, Kind
from .document import Document
from .order import KIND as ORDER
from .order import Order, render_order
from .order_cancellation import KIND as ORDER_CANCELLATION
from .order_cancellation import OrderCancellation, render_order_cancellation
from .order_change import KIND as ORDER_CHANGE
from .order_change import OrderChange, render_order_change, statuses
from .order_content import References
from .order_line import LineFacts
from .order_response import (
    ACCEPTED,
    ACKNOWLEDGED,
    AMENDED,
    REJECTED,
    OrderResponse,
    countered,
    render_order_response,
    response_lines,
)
from .order_response import KIND as ORDER_RESPONSE
from .safe_xml import UblError
from .supplement import items

_ANSWERS = {
    ACCEPTED: exchange.ACCEPTED,
    REJECTED: exchange.REJECTED,
    ACKNOWLEDGED: exchange.ACKNOWLEDGED,
}
CODES = {kind: code for code, kind in _ANSWERS.items()}


class Written(NamedTuple):
    """A document to send: which one it is, and its bytes."""

    kind: Kind
    body: bytes


@dataclass(frozen=True, slots=True)
class Saying:
    """What a document says in a conversation.

    ``kind``: of :mod:`..rules.exchange`; ``number``: the document's own; ``order``: the
    number of the order as it was first sent; ``terms``: what it proposes or states;
    ``reason``: for people; ``sales_order``: the supplier's number; ``buyers_ids``: the
    customer's article numbers by position; ``valid_until``: the day by which an answer
    is wanted; ``extras``: what it says besides.
    """

    kind: str
    number: str
    order: str
    terms: Terms | None = None
    reason: str = ""
    sales_order: str = ""
    buyers_ids: tuple[tuple[str, str], ...] = ()
    valid_until: str = ""
    extras: tuple[Extra, ...] = ()


# === READ ===#


def understand(
    document: Document, *, ref: str = "", base: str = "", agreed: Terms | None = None
) -> Saying:
    """Return what a document says.

    :param ref: the proposal that its message answers
    :param base: the digest of the agreement that its message builds on
    :param agreed: the terms that are agreed, or that were ordered before
    :raises UblError: it is no part of a conversation about an order
    """
    number = document.envelope.id
    if isinstance(document, Order):
        kind = exchange.RESTATEMENT if base else exchange.ORDER
        return Saying(kind, number, number, document.terms, **_besides(document))
    if isinstance(document, OrderChange):
        kept = document.keeps_order and _same(document.terms, agreed)
        # Before anything is agreed there is nothing to keep.
        kept = kept and bool(ref and base)
        return Saying(
            exchange.KEEP if kept else exchange.CHANGE,
            number,
            document.order,
            document.terms,
            document.reason,
            **_besides(document),
        )
    if isinstance(document, OrderCancellation):
        extras = document.extras
        return Saying(
            exchange.CANCELLATION if base or not ref else exchange.KEEP,
            number,
            document.order,
            reason=document.reason,
            extras=extras,
        )
    if isinstance(document, OrderResponse):
        return _response(document, ref, agreed)
    raise UblError("This document is no part of a conversation about an order.")


def _besides(document: Order | OrderChange) -> dict[str, Any]:
    ids = ((line.uid, line.buyers_id) for line in document.lines if line.buyers_id)
    return {
        "buyers_ids": tuple(ids),
        "valid_until": document.references.valid_until,
        "extras": document.extras,
    }


def _response(document: OrderResponse, ref: str, agreed: Terms | None) -> Saying:
    saying = Saying(
        _ANSWERS.get(document.code, exchange.CHANGE),
        document.envelope.id,
        document.order,
        reason=document.note,
        sales_order=document.sales_order,
        extras=document.extras,
    )
    if document.code == REJECTED and not ref:
        return replace(saying, kind=exchange.CANCELLATION)
    if document.code != AMENDED:
        return saying
    if not agreed:
        raise UblError("A counter-offer to an order that nobody knows.")
    terms = countered(agreed, document)
    kept = bool(ref) and _same(terms, agreed)
    return replace(saying, terms=terms, kind=exchange.KEEP if kept else saying.kind)


def _same(terms: Terms, agreed: Terms | None) -> bool:
    return agreed is not None and comparable(terms) == comparable(agreed)


# === WRITE ===#


def positions(terms: Terms) -> Terms:
    """Return terms without the positions of which nothing is ordered any more.

    They stay on the orders of both sides, as history; on the wire they are gone.

    >>> from ..rules.terms import LineTerms, Party
    >>> lines = LineTerms("a", quantity="2"), LineTerms("b")
    >>> terms = Terms("P1", supplier=Party("S"), customer=Party("C"), lines=lines)
    >>> [line.uid for line in positions(terms).lines]
    ['a']
    """
    lines = (
        line for line in terms.lines if line.kind != "item" or Decimal(line.quantity)
    )
    return replace(terms, lines=tuple(lines))


def order(
    envelope: Envelope,
    terms: Terms,
    *,
    buyers_ids: dict[str, str] | None = None,
    valid_until: str = "",
) -> Written:
    """Return the document by which the customer orders, or restates his order."""
    facts = tuple(
        LineFacts(line.uid, buyers_id=(buyers_ids or {}).get(line.uid, ""))
        for line in items(terms)
    )
    document = Order(envelope, terms, References(valid_until=valid_until), facts)
    return Written(ORDER, render_order(document))


def change(
    envelope: Envelope,
    terms: Terms,
    *,
    agreed: Terms,
    order: str,
    sequence: int,
    reason: str = "",
    buyers_ids: dict[str, str] | None = None,
    valid_until: str = "",
) -> Written:
    """Return the document by which the customer proposes or consents to ``terms``.

    With the agreed terms it says that the order stays as it is.

    :param sequence: counts the customer's changes of this order from 1
    """
    after = {line.uid for line in items(terms)}
    facts = tuple(
        replace(fact, buyers_id=(buyers_ids or {}).get(fact.uid, ""))
        for fact in statuses(agreed, terms)
    )
    document = OrderChange(
        envelope,
        sequence,
        order,
        terms,
        References(valid_until=valid_until),
        reason,
        facts,
        tuple(line for line in items(agreed) if line.uid not in after),
    )
    return Written(ORDER_CHANGE, render_order_change(document))


def cancellation(envelope: Envelope, *, order: str, reason: str) -> Written:
    """Return the document by which the customer wants to cancel the whole order."""
    document = OrderCancellation(envelope, order, reason)
    return Written(ORDER_CANCELLATION, render_order_cancellation(document))


def answer(
    envelope: Envelope,
    kind: str,
    *,
    order: str,
    currency: str,
    change: str = "",
    sales_order: str = "",
    reason: str = "",
) -> Written:
    """Return the document by which the supplier accepts, rejects or acknowledges.

    :param kind: of :mod:`..rules.exchange`; a rejection that answers nothing is the
        supplier's wish to cancel
    :param change: the number of the customer's change that it answers
    """
    document = OrderResponse(
        envelope,
        CODES[kind],
        order,
        currency,
        change=change,
        sales_order=sales_order,
        note=reason,
    )
    return Written(ORDER_RESPONSE, render_order_response(document))


def counter_offer(
    envelope: Envelope,
    terms: Terms,
    *,
    agreed: Terms,
    order: str,
    change: str = "",
    sales_order: str = "",
    reason: str = "",
) -> Written:
    """Return the document by which the supplier proposes ``terms``.

    With the agreed terms it says that the supplier takes a proposal back.
    """
    document = OrderResponse(
        envelope,
        AMENDED,
        order,
        terms.currency,
        change=change,
        sales_order=sales_order,
        customer_reference=terms.customer_reference,
        note=reason,
        lines=response_lines(agreed, terms),
        terms=terms,
    )
    return Written(ORDER_RESPONSE, render_order_response(document))


#: The documents of a conversation, by the type of the message around them.
CUSTOMIZATIONS = frozenset(
    kind.customization
    for kind in (ORDER, ORDER_CHANGE, ORDER_CANCELLATION, ORDER_RESPONSE)
)
