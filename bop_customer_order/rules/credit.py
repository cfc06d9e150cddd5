# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a customer owes, when that is too much, and what a credit hold stops (S4.19).

A hold keeps the supplier from giving more; it never keeps him from asking for what is
his, or from taking back what he gave.

>>> blocks("deliver"), blocks("bill")
(True, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .acceptance import ZERO, PaymentRecord, Reason, exposure_reasons, overdue_reasons

BLOCKED = frozenset({"accept", "deliver", "purchase", "produce"})
NEVER_BLOCKED = frozenset({"bill", "return", "receive"})


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """When a customer is put on hold by itself; a limit or a number of days that is
    ``None`` is not looked at. Amounts are in one currency.
    """

    exposure_limit: Decimal | None = None
    overdue_days: int | None = None
    overdue_amount: Decimal = ZERO


def blocks(operation: str) -> bool:
    """Whether a hold stops an operation.

    :raises ValueError: an operation that nobody decided upon

    >>> sorted(name for name in BLOCKED | NEVER_BLOCKED if blocks(name))
    ['accept', 'deliver', 'produce', 'purchase']
    """
    if operation not in BLOCKED | NEVER_BLOCKED:
        raise ValueError(f"unknown operation {operation}")
    return operation in BLOCKED


def exposure(
    open_orders: Decimal, delivered_unbilled: Decimal, open_invoices: Decimal
) -> Decimal:
    """Return what the supplier would lose if the customer paid nothing from now on.

    :param open_orders: accepted, neither delivered nor billed
    :param delivered_unbilled: delivered, not billed
    :param open_invoices: billed, not paid; credit notes and payments in advance count
        against it, so that it may be negative

    >>> exposure(Decimal(100), Decimal(20), Decimal(-5))
    Decimal('115')
    """
    return open_orders + delivered_unbilled + open_invoices


def hold_reasons(
    record: PaymentRecord, exposure: Decimal, policy: HoldPolicy
) -> tuple[Reason, ...]:
    """Return why a customer is to be put on hold; nothing when he is not.

    >>> late = PaymentRecord(overdue_amount=Decimal(50), overdue_days=40)
    >>> policy = HoldPolicy(Decimal(1000), 30, Decimal(10))
    >>> [reason.code for reason in hold_reasons(late, Decimal(1001), policy)]
    ['above_exposure_limit', 'overdue']
    >>> hold_reasons(late, Decimal(1001), HoldPolicy())
    ()
    """
    return (
        *exposure_reasons(exposure, policy.exposure_limit),
        *overdue_reasons(record, policy.overdue_days, policy.overdue_amount),
    )
