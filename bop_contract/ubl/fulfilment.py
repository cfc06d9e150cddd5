# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was shipped and billed of positions, as the lines that documents have of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from ..rules.terms import decimal_text
from .billing import RATED, InvoiceLine, TaxSubtotal
from .common import EXACT, exact
from .despatch_advice import DespatchLine
from .order_line import ZERO, rounded

# What an amount may differ from quantity times price (Peppol R120).
SLACK = Decimal("0.02")


def despatch_line(
    line: DespatchLine, *, ordered: str, delivered: str, reason: str
) -> DespatchLine:
    """Return the line of a shipment with where its position stands.

    :param line: with what was sent and what came back in this shipment
    :param ordered: quantity of the position
    :param delivered: of the position in all, less what came back
    :param reason: why something is outstanding

    >>> line = DespatchLine("a", "2", "C62", "Desk")
    >>> found = despatch_line(line, ordered="5", delivered="3", reason="Follows.")
    >>> found.outstanding, found.outstanding_reason, found.delivered
    ('2', 'Follows.', '3')
    >>> despatch_line(line, ordered="5", delivered="6", reason="Follows.").outstanding
    ''
    """
    total = max(Decimal(delivered), ZERO)
    open_quantity = Decimal(ordered) - total
    return replace(
        line,
        delivered=decimal_text(total),
        outstanding=decimal_text(open_quantity) if open_quantity > 0 else "",
        outstanding_reason=reason if open_quantity > 0 else "",
    )


@exact
def unit_price(quantity: str, amount: str, stated: str) -> str:
    """Return the net price per unit of a billed line.

    :param amount: of the line, net of tax and discount, as it is booked
    :param stated: the price as it was agreed, net of discount; it is taken unless the
        amount does not follow from it, because tax is included or amounts are rounded
        to more than cents

    >>> unit_price("3", "0.50", "0.1667"), unit_price("3", "30.00", "11.90")
    ('0.1667', '10')
    >>> unit_price("0", "0.00", "5")
    '5'
    """
    count = Decimal(quantity)
    if not count or abs(count * Decimal(stated) - Decimal(amount)) <= SLACK:
        return decimal_text(stated)
    return decimal_text(rounded(EXACT.divide(Decimal(amount), count)))


@exact
def bill_line(
    *,
    number: str,
    quantity: str,
    unit: str,
    price: str,
    amount: str,
    name: str,
    category: str,
    rate: str = "0",
    **texts: str,
) -> InvoiceLine:
    """Return a billed line; a negative price becomes a negative quantity (BR-27).

    :param price: as it was agreed, net of discount, see :func:`unit_price`

    >>> line = bill_line(number="1", quantity="2", unit="C62", price="-5", amount="-10.00",
    ...     name="Bonus", category="S", rate="19")
    >>> line.quantity, line.price, line.amount
    ('-2', '5', '-10.00')
    """
    count, value = Decimal(quantity), Decimal(unit_price(quantity, amount, price))
    if value < 0:
        count, value = -count, -value
    return InvoiceLine(
        id=number,
        quantity=decimal_text(count),
        unit=unit,
        price=decimal_text(value),
        amount=amount,
        name=name,
        category=category,
        rate=rate,
        **texts,
    )


def booked_taxes(
    lines: Iterable[InvoiceLine],
    amounts: Mapping[tuple[str, str], str],
    reasons: Mapping[str, str],
) -> tuple[TaxSubtotal, ...]:
    """Return the taxes of a bill, as they are booked and not computed once more.

    :param amounts: by category and rate
    :param reasons: why there is no tax, by category

    >>> line = InvoiceLine("1", "3", "C62", "1.50", "4.50", "Nut", "S", "19")
    >>> booked_taxes([line], {("S", "19"): "0.85"}, {})[0].amount
    '0.85'
    """
    bases: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        key = (line.category, line.rate)
        bases[key] = bases.get(key, ZERO) + Decimal(line.amount)
    return tuple(
        TaxSubtotal(
            category,
            rate,
            str(base),
            amounts.get((category, rate), "0"),
            "" if category in RATED else reasons.get(category, ""),
        )
        for (category, rate), base in bases.items()
    )
