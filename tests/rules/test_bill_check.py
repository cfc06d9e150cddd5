# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bill is booked without a look exactly when it is what was ordered and received."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_purchase_order.rules.bill_check import (
    CODES,
    Bill,
    BilledLine,
    Ordered,
    Position,
    check_bill,
)

DESK = Position("a", "Desk", "C62", "100", "19", ordered="5", received="3")
BONUS = Position("b", "Bonus", "C62", "-20", "19", ordered="1", on_receipt=False)
ORDER = Ordered("EUR", (DESK, BONUS), tax="53.20", total="333.20", due="2026-03-01")
LINES = (
    BilledLine("a", "Desk", "3", "C62", "100", "300.00", "19.00"),
    BilledLine("b", "Bonus", "-1", "C62", "20", "-20.00", "19"),
)
BILL = Bill("EUR", LINES, tax="53.2", total="333.20", due="2026-03-01")
RETURNED = replace(ORDER, positions=(replace(DESK, billed="3", received="1"), BONUS))
CREDIT = Bill(
    "EUR",
    (replace(LINES[0], quantity="2", amount="200"),),
    tax="38",
    total="238",
    credit=True,
)
CREDITED = replace(RETURNED, tax="38", total="238")


def codes(bill, order=ORDER):
    """The codes of all differences."""
    return [difference.code for difference in check_bill(bill, order)]


def changed(place=0, **values):
    """The bill with one line changed."""
    lines = list(LINES)
    lines[place] = replace(lines[place], **values)
    return replace(BILL, lines=tuple(lines))


def test_a_bill_of_what_was_ordered_and_received_is_equal():
    assert check_bill(BILL, ORDER) == ()


def test_a_bill_of_a_part_is_equal():
    assert codes(changed(quantity="1", amount="100")) == []


def test_a_credit_of_what_went_back_is_equal():
    assert codes(CREDIT, CREDITED) == []


@pytest.mark.parametrize(
    ("bill", "code"),
    [
        (replace(BILL, currency="CHF"), "currency"),
        (changed(uid=""), "no_position"),
        (changed(uid="z"), "unknown_position"),
        (changed(unit="DZN"), "unit"),
        (changed(price="100.000001", amount="300.000003"), "price"),
        (changed(1, price="21", amount="-21"), "price"),
        (changed(rate="7"), "tax_rate"),
        (changed(amount="300.01"), "amount"),
        (changed(1, amount="-19.99"), "amount"),
        (replace(BILL, tax="53.21"), "tax"),
        (replace(BILL, total="333.19"), "total"),
        (replace(BILL, prepaid="0.01"), "prepaid"),
        (replace(BILL, rounding="-0.01"), "rounding"),
        (replace(BILL, due="2026-02-28"), "due_date"),
        (replace(BILL, unread=("cbc:AccountingCost: 7",)), "unread"),
        (changed(quantity="3.001", amount="300.10"), "above_received"),
        (changed(1, quantity="-2", amount="-40"), "above_ordered"),
    ],
)
def test_each_difference_is_found_by_itself(bill, code):
    assert codes(bill) == [code]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(DESK, billed="3", received="3"), "not_returned"),
        (replace(DESK, billed="1", received="0"), "credit_above_billed"),
    ],
)
def test_a_credit_of_what_did_not_go_back_is_looked_at(order, code):
    assert codes(CREDIT, replace(CREDITED, positions=(order,))) == [code]


def test_what_was_billed_before_counts():
    billed = replace(ORDER, positions=(replace(DESK, billed="1"), BONUS))
    assert codes(BILL, billed) == ["above_received"]


def test_two_lines_of_a_position_count_together():
    half = changed(quantity="2", amount="200").lines[0]
    bill = replace(BILL, lines=(half, half, LINES[1]))
    assert codes(bill) == ["above_received"]


def test_goods_received_beyond_the_order_are_not_billed_unseen():
    order = replace(ORDER, positions=(replace(DESK, received="9"), BONUS))
    assert codes(changed(quantity="6", amount="600"), order) == ["above_ordered"]


def test_a_position_billed_on_order_need_not_be_received():
    order = replace(
        ORDER, positions=(replace(DESK, received="0", on_receipt=False), BONUS)
    )
    assert codes(BILL, order) == []


def test_taxes_that_are_not_one_percentage_are_looked_at():
    order = replace(ORDER, positions=(replace(DESK, rate=""), BONUS))
    assert codes(BILL, order) == ["tax_rate"]


def test_a_later_due_date_is_welcome():
    assert codes(replace(BILL, due="2026-04-01")) == []


# === MANY ===#

numbers = st.decimals(0, 10**6, places=4).map(str)
prices = st.decimals(-(10**4), 10**4, places=4)


@st.composite
def billed_orders(draw):
    """An order, and a bill of just what was received of it."""
    positions, lines = [], []
    for uid in "abc"[: draw(st.integers(1, 3))]:
        price, quantity = draw(prices), draw(st.decimals(1, 10**4, places=3))
        positions.append(
            Position(uid, uid, "C62", str(price), "19", str(quantity), str(quantity))
        )
        amount = (price * quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)
        sign = -1 if price < 0 else 1
        lines.append(
            BilledLine(
                uid,
                uid,
                str(sign * quantity),
                "C62",
                str(abs(price)),
                str(amount),
                "19",
            )
        )
    tax, total = draw(numbers), draw(numbers)
    return (
        Bill("EUR", tuple(lines), tax, total),
        Ordered("EUR", tuple(positions), tax, total),
    )


@given(billed_orders())
def test_whatever_was_received_may_be_billed_once(pair):
    bill, order = pair
    assert check_bill(bill, order) == ()
    again = replace(
        order, positions=tuple(replace(p, billed=p.received) for p in order.positions)
    )
    assert {found.uid for found in check_bill(bill, again)} == {
        line.uid for line in bill.lines
    }


@given(billed_orders(), st.randoms())
def test_the_order_of_the_lines_does_not_matter(pair, random):
    bill, order = pair
    wrong = replace(bill, lines=(replace(bill.lines[0], unit="KGM"), *bill.lines[1:]))
    shuffled = list(wrong.lines)
    random.shuffle(shuffled)
    found = check_bill(replace(wrong, lines=tuple(shuffled)), order)
    assert sorted(found, key=repr) == sorted(check_bill(wrong, order), key=repr)


@given(
    billed_orders(),
    st.sampled_from(["quantity", "price", "amount", "tax", "total", "rounding"]),
    st.decimals("0.01", 10**4, places=2),
)
def test_whatever_is_more_than_agreed_is_found(pair, name, more):
    bill, order = pair
    if name in ("tax", "total", "rounding"):
        wrong = replace(bill, **{name: str(Decimal(getattr(bill, name)) + more)})
    else:
        line = bill.lines[0]
        value = Decimal(getattr(line, name))
        value += -more if value < 0 else more
        wrong = replace(
            bill, lines=(replace(line, **{name: str(value)}), *bill.lines[1:])
        )
    assert check_bill(wrong, order)


@given(billed_orders(), billed_orders())
def test_a_difference_has_a_code_that_is_known(one, other):
    for found in check_bill(one[0], other[1]):
        assert found.code in CODES
