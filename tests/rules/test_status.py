# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_contract.rules.status import (
    billing_state,
    business_status,
    delivery_state,
    position_billing,
    position_status,
    summarize,
)

CASES = [
    (0, 0, "none"),
    (0, -1, "none"),
    (0, 1, "over"),
    (10, -1, "open"),
    (10, 0, "open"),
    (10, 1e-9, "open"),
    (10, 4, "partial"),
    (10, 10 - 1e-9, "full"),
    (10, 10, "full"),
    (10, 10 + 1e-9, "full"),
    (10, 12, "over"),
    (0.3, 0.1 + 0.2, "full"),
    (Decimal("0.3"), 0.1 + 0.2, "full"),
    (-2, 0, "open"),
    (-2, -1, "partial"),
    (-2, -2, "full"),
    (-2, -3, "over"),
    (-2, 1, "open"),
]
RANK = {"open": 0, "partial": 1, "full": 2, "over": 3}
POSITIONS = st.lists(st.sampled_from(["none", "open", "partial", "full", "over"]))
quantities = st.integers(-5, 20)


@pytest.mark.parametrize(("ordered", "done", "state"), CASES)
def test_deliveries_and_bills_are_measured_alike(ordered, done, state):
    assert delivery_state(ordered, done) == state
    assert billing_state(ordered, done) == state


@pytest.mark.parametrize(
    ("ordered", "done", "state"),
    [
        (1, 0, "none"),
        (0, 1, "none"),
        (-1, 3, "over"),
        (10, 1, "open"),
        (10, 8, "partial"),
        (10, 9, "full"),
        (10, 11, "full"),
    ],
)
def test_a_difference_of_the_precision_is_none(ordered, done, state):
    assert delivery_state(ordered, done, precision=1) == state
    assert billing_state(ordered, done, precision=1) == state


@given(st.integers(1, 10), quantities, quantities)
def test_more_delivered_is_never_less_far(ordered, one, two):
    less, more = sorted([one, two])
    assert RANK[delivery_state(ordered, less)] <= RANK[delivery_state(ordered, more)]


@pytest.mark.parametrize(
    ("ordered", "delivered", "status"),
    [
        (0, 0, "cancelled"),
        (0, 2, "over_delivered"),
        (5, -1, "open"),
        (5, 0, "open"),
        (5, 2, "partially_delivered"),
        (5, 5, "delivered"),
        (5, 6, "over_delivered"),
    ],
)
def test_a_live_position_tells_how_far_it_is_delivered(ordered, delivered, status):
    assert position_status(ordered, delivered, "live") == status


@given(quantities, quantities, st.sampled_from(["superseded", "cancelled"]))
def test_an_ended_order_ends_its_positions(ordered, delivered, state):
    assert position_status(ordered, delivered, state) == state


def test_a_position_waits_with_its_order_unless_it_is_cancelled():
    assert position_status(5, 0, "waiting") == "waiting"
    assert position_status(0, 0, "waiting") == "cancelled"


def test_an_unknown_order_state_is_refused():
    with pytest.raises(ValueError, match="draft") as refusal:
        position_status(1, 0, "draft")
    assert "order state" in str(refusal.value)


@pytest.mark.parametrize(
    ("ordered", "billed", "status"),
    [
        (0, 0, "none"),
        (5, 0, "unbilled"),
        (5, 2, "partially_billed"),
        (5, 5, "billed"),
        (5, 6, "over_billed"),
    ],
)
def test_a_position_tells_how_far_it_is_billed(ordered, billed, status):
    assert position_billing(ordered, billed) == status


@pytest.mark.parametrize(
    ("positions", "header"),
    [
        ([], "none"),
        (["none", "none"], "none"),
        (["open", "none"], "open"),
        (["partial"], "partial"),
        (["open", "full"], "partial"),
        (["open", "over"], "partial"),
        (["partial", "over"], "partial"),
        (["full", "full"], "full"),
        (["full", "over"], "over"),
        (["over"], "over"),
    ],
)
def test_the_header_follows_from_its_positions(positions, header):
    assert summarize(positions) == header


@given(POSITIONS, st.randoms(use_true_random=False))
def test_order_repetition_and_empty_positions_do_not_change_the_header(states, random):
    header = summarize(states)
    shuffled = [*states, *states, "none"]
    random.shuffle(shuffled)
    assert summarize(iter(shuffled)) == header


def test_a_state_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="shipped") as refusal:
        summarize(["full", "shipped"])
    assert "full" not in str(refusal.value)


FACTS = {
    "state": "draft",
    "is_contract": False,
    "has_successor": False,
    "complete": False,
    "missing": False,
    "is_offer": False,
}
SOLD = {"state": "sale", "is_contract": True}
ENDED = {"state": "cancel", "is_contract": True}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "ordered"),
        ({"state": "sent"}, "ordered"),
        ({"missing": True}, "incomplete"),
        ({"missing": True, "waiting": True}, "incomplete"),
        ({"waiting": True}, "waiting"),
        ({"waiting": True, "is_offer": True}, "ordered"),
        ({"rejected": True, "waiting": True}, "rejected"),
        ({"state": "cancel"}, "cancelled"),
        ({"state": "cancel", "rejected": True}, "rejected"),
        (SOLD, "active"),
        ({**SOLD, "missing": True, "waiting": True}, "active"),
        ({**SOLD, "complete": True}, "completed"),
        ({**SOLD, "complete": True, "archived": True}, "history"),
        ({**SOLD, "archived": True}, "active"),
        ({"state": "sale"}, "active"),
        (ENDED, "cancelled"),
        ({**ENDED, "complete": True, "archived": True}, "cancelled"),
        ({**ENDED, "has_successor": True}, "superseded"),
        ({**ENDED, "has_successor": True, "rejected": True}, "superseded"),
    ],
)
def test_the_business_status_follows_from_the_facts(facts, status):
    assert business_status(**{**FACTS, **facts}) == status


def test_a_contract_never_looks_like_a_request():
    names = [name for name in FACTS if name not in ("state", "is_contract")]
    names += ["rejected", "waiting", "archived"]
    for state, *flags in product(("sale", "cancel"), *[(False, True)] * len(names)):
        facts = dict(zip(names, flags, strict=True))
        status = business_status(state=state, is_contract=True, **facts)
        binding = {"active", "completed", "history"}
        ended = {"superseded", "cancelled"}
        assert status in (binding if state == "sale" else ended)
