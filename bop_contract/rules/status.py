# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far positions and orders are, from what was ordered, delivered and billed.

Four independent axes: business process, positions, fulfilment, billing (S1.26
to S1.29). The header follows from its positions, never from deliveries or from
Odoo's ``invoice_status``, which lose sight of what happened once an order is
cancelled or succeeded. Quantities are in the unit of the line.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

Quantity = Decimal | float

PRECISION = 1e-6

_POSITION = {
    "none": "cancelled",
    "open": "open",
    "partial": "partially_delivered",
    "full": "delivered",
    "over": "over_delivered",
}
_BILLING = {
    "none": "none",
    "open": "unbilled",
    "partial": "partially_billed",
    "full": "billed",
    "over": "over_billed",
}


def _progress(ordered: Quantity, done: Quantity, precision: float) -> str:
    target, actual = float(ordered), float(done)
    if target < -precision:
        # A position to take goods back counts downwards.
        target, actual = -target, -actual
    if target <= precision:
        return "over" if actual > precision else "none"
    if actual <= precision:
        return "open"
    if actual < target - precision:
        return "partial"
    return "over" if actual > target + precision else "full"


def delivery_state(
    ordered: Quantity, delivered: Quantity, precision: float = PRECISION
) -> str:
    """Return ``none`` | ``open`` | ``partial`` | ``full`` | ``over``.

    ``none``: nothing ordered and nothing delivered. More returned than delivered
    is ``open``.

    >>> delivery_state(10, 0), delivery_state(10, 4), delivery_state(10, 12)
    ('open', 'partial', 'over')
    """
    return _progress(ordered, delivered, precision)


def billing_state(
    ordered: Quantity, billed: Quantity, precision: float = PRECISION
) -> str:
    """Return ``none`` | ``open`` | ``partial`` | ``full`` | ``over`` (credit due).

    >>> billing_state(10, 10), billing_state(0, 0)
    ('full', 'none')
    """
    return _progress(ordered, billed, precision)


def position_status(
    ordered: Quantity,
    delivered: Quantity,
    order_state: str,
    precision: float = PRECISION,
) -> str:
    """Return the status of a position (not of a section or note, which has none).

    :param order_state: ``waiting`` | ``live`` | ``superseded`` | ``cancelled``
    :return: ``waiting`` | ``open`` | ``partially_delivered`` | ``delivered`` |
        ``over_delivered`` | ``cancelled`` | ``superseded``
    :raises ValueError: unknown ``order_state``

    Ordered quantity 0 is a cancelled position (S2.11), unless goods went out.

    >>> position_status(10, 4, "live")
    'partially_delivered'
    """
    if order_state not in ("waiting", "live", "superseded", "cancelled"):
        raise ValueError(f"unknown order state {order_state}")
    if order_state in ("superseded", "cancelled"):
        return order_state
    state = _progress(ordered, delivered, precision)
    if order_state == "waiting" and state != "none":
        return "waiting"
    return _POSITION[state]


def position_billing(
    ordered: Quantity, billed: Quantity, precision: float = PRECISION
) -> str:
    """Return how far a position is billed.

    :return: ``none`` | ``unbilled`` | ``partially_billed`` | ``billed`` |
        ``over_billed``

    >>> position_billing(10, 4)
    'partially_billed'
    """
    return _BILLING[_progress(ordered, billed, precision)]


def summarize(positions: Iterable[str]) -> str:
    """Return the state of the header from the states of its positions.

    ``over`` only when nothing is missing elsewhere; mixed states are ``partial``.

    :raises ValueError: a state that :func:`delivery_state` does not give

    >>> summarize(["full", "over", "none"]), summarize(["open", "over"]), summarize([])
    ('over', 'partial', 'none')
    """
    states = set(positions)
    if unknown := states - _POSITION.keys():
        raise ValueError(f"unknown states {sorted(unknown)}")
    states.discard("none")
    if len(states) <= 1:
        return states.pop() if states else "none"
    return "over" if states == {"full", "over"} else "partial"


def business_status(
    state: str,
    is_contract: bool,
    has_successor: bool,
    complete: bool,
    missing: bool,
    is_offer: bool,
    rejected: bool = False,
    waiting: bool = False,
    archived: bool = False,
) -> str:
    """Return where an order is in the business process.

    :param state: Odoo's ``draft`` | ``sent`` | ``sale`` | ``cancel``
    :param is_contract: accepted; stays so when superseded or cancelled
    :param has_successor: a change was applied, the successor is in force
    :param complete: all live positions fully delivered and billed
    :param missing: price, delivery plan or payment plan is missing (S0.2)
    :param is_offer: draft of a change; the change request decides on it, so that
        it never waits for acceptance
    :param rejected: the supplier declined
    :param waiting: a person has to decide on acceptance
    :param archived: completed and put away
    :return: ``incomplete`` | ``ordered`` | ``waiting`` | ``rejected`` | ``active`` |
        ``superseded`` | ``cancelled`` | ``completed`` | ``history``

    >>> business_status("cancel", True, True, False, False, False)
    'superseded'
    """
    if state == "cancel":
        return _ended(is_contract, has_successor, rejected)
    if is_contract or state == "sale":
        if not complete:
            return "active"
        return "history" if archived else "completed"
    if rejected:
        return "rejected"
    if missing:
        return "incomplete"
    return "waiting" if waiting and not is_offer else "ordered"


def _ended(is_contract: bool, has_successor: bool, rejected: bool) -> str:
    if is_contract:
        return "superseded" if has_successor else "cancelled"
    return "rejected" if rejected else "cancelled"
