# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Is a vendor's bill what was ordered and received? (S0.30: no bill checking by hand.)

It is when there is no difference; nothing is tolerated, not even a cent. A bill of a part
is equal as well: what counts is that nothing is billed that was not ordered and received,
and each thing once.

All numbers are decimal texts, quantities in the unit of the position, money in the
currency of the bill and net of tax unless it says otherwise.

>>> from dataclasses import replace
>>> desk = Position("a", "Desk", "C62", price="100", rate="19", ordered="5", received="3")
>>> order = Ordered("EUR", (desk,), tax="57", total="357")
>>> line = BilledLine("a", "Desk", "3", "C62", "100", "300", "19")
>>> bill = Bill("EUR", (line,), tax="57", total="357")
>>> check_bill(bill, order)
()
>>> four = replace(line, quantity="4", amount="400")
>>> [(found.code, found.expected, found.found)
...     for found in check_bill(replace(bill, lines=(four,)), order)]
[('above_received', '3', '4')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
# Finer than any price a person agrees to; the noise of a converted price is below it.
PRICE_DIGITS = 6
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP)

# Codes of differences, in the order in which people read them.
CURRENCY = "currency"
NO_POSITION = "no_position"
UNKNOWN_POSITION = "unknown_position"
UNIT = "unit"
PRICE = "price"
TAX_RATE = "tax_rate"
AMOUNT = "amount"
ABOVE_ORDERED = "above_ordered"
ABOVE_RECEIVED = "above_received"
CREDIT_ABOVE_BILLED = "credit_above_billed"
NOT_RETURNED = "not_returned"
TAX = "tax"
TOTAL = "total"
PREPAID = "prepaid"
ROUNDING = "rounding"
DUE_DATE = "due_date"
UNREAD = "unread"
#: not a finding of this rule: the bill is equal, but the books do not take it
NOT_BOOKED = "not_booked"
CODES = (
    CURRENCY,
    NO_POSITION,
    UNKNOWN_POSITION,
    UNIT,
    PRICE,
    TAX_RATE,
    AMOUNT,
    ABOVE_ORDERED,
    ABOVE_RECEIVED,
    CREDIT_ABOVE_BILLED,
    NOT_RETURNED,
    TAX,
    TOTAL,
    PREPAID,
    ROUNDING,
    DUE_DATE,
    UNREAD,
    NOT_BOOKED,
)


@dataclass(frozen=True, slots=True)
class Position:
    """What was agreed on a position, and how far it is.

    ``price`` is net of discount; ``rate`` in percent, empty when the taxes are not one
    percentage; ``billed`` is what bills before this one billed, less credits.
    ``on_receipt``: only what was received may be billed.
    """

    uid: str
    label: str
    unit: str
    price: str
    rate: str
    ordered: str
    received: str = "0"
    billed: str = "0"
    on_receipt: bool = True

    @property
    def billable(self) -> Decimal:
        """How much may be billed in all."""
        ordered, received = Decimal(self.ordered), Decimal(self.received)
        return min(ordered, received) if self.on_receipt else ordered


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of a bill; on a credit note its figures are what is credited."""

    uid: str
    label: str
    quantity: str
    unit: str
    price: str
    amount: str
    rate: str


@dataclass(frozen=True, slots=True)
class Bill:
    """A vendor's bill as he states it. ``total`` is with tax, before what was paid;
    ``due`` a date, empty on a credit note; ``unread``: what else it says.
    """

    currency: str
    lines: tuple[BilledLine, ...]
    tax: str
    total: str
    credit: bool = False
    prepaid: str = "0"
    rounding: str = "0"
    due: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordered:
    """What our own books say of the same lines: tax and total as they compute them.

    ``digits``: decimal places of the currency; ``due``: when the agreed payment term
    lets it fall due, empty when none was agreed.
    """

    currency: str
    positions: tuple[Position, ...]
    tax: str
    total: str
    digits: int = 2
    due: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a bill is not what was ordered and received.

    ``code`` is one of :data:`CODES`; ``uid`` and ``label`` name the position, if it is
    about one; ``expected`` and ``found`` are texts of the values.
    """

    code: str
    uid: str = ""
    label: str = ""
    expected: str = ""
    found: str = ""


def check_bill(bill: Bill, order: Ordered) -> tuple[Difference, ...]:
    """Return all differences between a bill and what was ordered and received.

    :return: nothing when the bill may be booked without anybody looking at it
    """
    positions = {position.uid: position for position in order.positions}
    found = [
        *_header(bill, order),
        *(
            difference
            for line in bill.lines
            for difference in _line(line, positions, order.digits)
        ),
        *_quantities(bill, positions),
    ]
    return tuple(sorted(found, key=lambda difference: CODES.index(difference.code)))


def _header(bill: Bill, order: Ordered) -> Iterator[Difference]:
    if bill.currency != order.currency:
        yield Difference(CURRENCY, expected=order.currency, found=bill.currency)
    for code, expected, found in (
        (TAX, order.tax, bill.tax),
        (TOTAL, order.total, bill.total),
        (PREPAID, "0", bill.prepaid),
        (ROUNDING, "0", bill.rounding),
    ):
        if Decimal(expected) != Decimal(found):
            yield Difference(code, expected=expected, found=found)
    if bill.due and order.due and bill.due < order.due:
        yield Difference(DUE_DATE, expected=order.due, found=bill.due)
    for text in bill.unread:
        yield Difference(UNREAD, found=text)


def _line(
    line: BilledLine, positions: Mapping[str, Position], digits: int
) -> Iterator[Difference]:
    position = positions.get(line.uid)
    if position is None:
        code = UNKNOWN_POSITION if line.uid else NO_POSITION
        yield Difference(code, line.uid, line.label, found=line.amount)
        return
    agreed = Decimal(position.price)
    billed = signed_price(line, agreed)
    for code, expected, found, equal in (
        (UNIT, position.unit, line.unit, position.unit == line.unit),
        (PRICE, position.price, _text(billed), _price(billed) == _price(agreed)),
        (TAX_RATE, position.rate, line.rate, _same_rate(position.rate, line.rate)),
    ):
        if not equal:
            yield Difference(code, line.uid, position.label, expected, found)
    amount = _rounded(signed_quantity(line, agreed) * agreed, digits)
    if amount != Decimal(line.amount) and _price(billed) == _price(agreed):
        yield Difference(AMOUNT, line.uid, position.label, _text(amount), line.amount)


def _quantities(bill: Bill, positions: Mapping[str, Position]) -> Iterator[Difference]:
    for uid, quantity in _billed_now(bill.lines, positions).items():
        position = positions[uid]
        before = Decimal(position.billed)
        after = before - quantity if bill.credit else before + quantity
        yield from _after(position, before, after)


def _billed_now(
    lines: Iterable[BilledLine], positions: Mapping[str, Position]
) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.uid in positions:
            agreed = Decimal(positions[line.uid].price)
            now = signed_quantity(line, agreed)
            sums[line.uid] = sums.get(line.uid, ZERO) + now
    return sums


def _after(position: Position, before: Decimal, after: Decimal) -> Iterator[Difference]:
    """What is wrong with what would be billed of a position in all."""

    def difference(code: str, expected: str) -> Difference:
        return Difference(code, position.uid, position.label, expected, _text(after))

    if after > before:
        if after > Decimal(position.ordered):
            yield difference(ABOVE_ORDERED, position.ordered)
        if position.on_receipt and after > Decimal(position.received):
            yield difference(ABOVE_RECEIVED, position.received)
    elif after < ZERO:
        yield difference(CREDIT_ABOVE_BILLED, "0")
    elif after < before and after < position.billable:
        yield difference(NOT_RETURNED, _text(position.billable))


def signed_quantity(line: BilledLine, agreed: Decimal) -> Decimal:
    """Return the quantity of a line in the sign of the order: a document states no
    negative price, but turns the quantity round (BR-27).

    >>> bonus = BilledLine("a", "Bonus", "-1", "C62", "5", "-5", "19")
    >>> signed_quantity(bonus, Decimal(-5)), signed_price(bonus, Decimal(-5))
    (Decimal('1'), Decimal('-5'))
    """
    quantity = Decimal(line.quantity)
    return -quantity if agreed < 0 else quantity


def signed_price(line: BilledLine, agreed: Decimal) -> Decimal:
    """Return the price of a line in the sign of the order, see
    :func:`signed_quantity`.
    """
    price = Decimal(line.price)
    return -price if agreed < 0 else price


def _price(value: Decimal) -> Decimal:
    return _rounded(value, PRICE_DIGITS)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), context=_EXACT)


def _same_rate(agreed: str, billed: str) -> bool:
    return bool(agreed) and Decimal(agreed) == Decimal(billed or 0)


def _text(value: Decimal) -> str:
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text
