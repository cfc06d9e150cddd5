# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_customer_order.rules.acceptance import PaymentRecord
from bop_customer_order.rules.credit import (
    BLOCKED,
    NEVER_BLOCKED,
    HoldPolicy,
    blocks,
    exposure,
    hold_reasons,
)

D = Decimal
amounts = st.integers(-10, 10).map(lambda n: D(n) * 100)
records = st.builds(
    PaymentRecord,
    overdue_amount=st.integers(0, 5).map(lambda n: D(n) * 100),
    overdue_days=st.integers(0, 60),
)
policies = st.builds(
    HoldPolicy,
    exposure_limit=st.none() | amounts,
    overdue_days=st.none() | st.integers(0, 60),
    overdue_amount=st.integers(0, 5).map(lambda n: D(n) * 100),
)


def test_what_gives_more_is_blocked_and_what_gets_paid_is_not():
    assert all(blocks(name) for name in BLOCKED)
    assert not any(blocks(name) for name in NEVER_BLOCKED)
    assert not BLOCKED & NEVER_BLOCKED


def test_an_operation_nobody_decided_upon_is_an_error():
    with pytest.raises(ValueError, match="scrap"):
        blocks("scrap")


@pytest.mark.parametrize(
    ("owed", "amount", "days", "codes"),
    [
        (1000, 0, 0, []),
        ("1000.01", 0, 0, ["above_exposure_limit"]),
        (0, 51, 31, ["overdue"]),
        (0, 50, 31, []),
        (0, 51, 30, []),
        (2000, 51, 31, ["above_exposure_limit", "overdue"]),
    ],
)
def test_a_customer_is_held_beyond_the_limit_and_the_tolerance(
    owed, amount, days, codes
):
    late = PaymentRecord(overdue_amount=D(amount), overdue_days=days)
    reasons = hold_reasons(late, D(owed), HoldPolicy(D(1000), 30, D(50)))
    assert [reason.code for reason in reasons] == codes


def test_nothing_set_holds_nobody():
    late = PaymentRecord(overdue_amount=D(10**9), overdue_days=999)
    assert hold_reasons(late, D(10**9), HoldPolicy()) == ()


@given(amounts, amounts, amounts, st.integers(0, 9))
def test_each_part_of_the_exposure_counts_once(orders, delivered, invoices, by):
    whole = exposure(orders, delivered, invoices)
    assert exposure(orders + by, delivered, invoices) == whole + by
    assert exposure(orders, delivered + by, invoices) == whole + by
    assert exposure(orders, delivered, invoices + by) == whole + by


@given(records, amounts, policies, st.integers(0, 500), st.integers(0, 30))
def test_owing_more_never_ends_a_hold(record, owed, policy, amount, days):
    worse = PaymentRecord(
        overdue_amount=record.overdue_amount + amount,
        overdue_days=record.overdue_days + days,
    )
    before = {reason.code for reason in hold_reasons(record, owed, policy)}
    after = {reason.code for reason in hold_reasons(worse, owed + amount, policy)}
    assert before <= after
