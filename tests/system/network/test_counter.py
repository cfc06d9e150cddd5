# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order that its supplier answers with a counter-offer, between two servers: it comes
into force as both agree, or neither database has a contract.
"""

import pytest

from devtools import twins
from tests.system.network.deal import Deal, begin
from tests.system.network.world import World


@pytest.fixture(autouse=True)
def ask(world: World) -> None:
    """The supplier's people decide on everything this customer orders."""
    twins.trust(world.supplier, False)


@pytest.fixture
def countered(world: World) -> Deal:
    """Return an order for ten benches and twenty stools to which the supplier has
    offered eight benches.
    """
    deal = begin(world)
    deal.arrive()
    counter_order(deal, BENCH=8)
    return deal


def counter_order(deal: Deal, **quantities: float) -> None:
    """Let the supplier answer the order with other quantities."""
    party = deal.supplier
    party.side.call(party.books.order, "action_counter_offer", [party.order()])
    party.counter(**quantities)
    deal.arrive()


def assert_agreed(deal: Deal, benches: float) -> None:
    """Both sides have the first version of the same contract, under the numbers with
    which it began.
    """
    for party in deal.parties:
        [order] = party.orders()
        assert (order["is_contract"], order["contract_version"]) == (True, 1)
        assert party.quantity("BENCH") == benches
        assert not party.request()
    pair = deal.customer.pair()
    assert (pair["state"], pair["version"]) == ("agreed", 1)
    assert pair["number"] == deal.customer.orders()[0]["name"]
    deal.assert_in_step()


def assert_without_contract(deal: Deal) -> None:
    """Neither side has a contract, and nothing is open."""
    for party in deal.parties:
        [order] = party.orders()
        assert (order["is_contract"], order["state"]) == (False, "cancel")
        assert not party.request()
        assert not party.pair()["open_message"]
    assert deal.customer.pair()["state"] == "rejected"
    deal.assert_in_step()


def test_the_order_stays_as_it_was_sent_while_it_is_negotiated(countered):
    assert countered.customer.request()["is_to_answer"]
    for party in countered.parties:
        assert party.quantity("BENCH") == 10
        assert party.orders()[0]["state"] == "draft"


def test_it_comes_into_force_as_it_was_countered(countered):
    countered.customer.accept()
    countered.arrive()
    assert_agreed(countered, 8)


def test_the_customer_counters_back(countered):
    countered.customer.counter(BENCH=9)
    countered.arrive()
    assert countered.supplier.request()["is_to_answer"]
    countered.supplier.accept()
    countered.arrive()
    assert_agreed(countered, 9)


@pytest.mark.parametrize(
    ("who", "act"), [("customer", "refuse"), ("supplier", "withdraw")]
)
def test_a_refusal_leaves_both_without_a_contract(countered, who, act):
    getattr(getattr(countered, who), act)()
    countered.arrive()
    assert_without_contract(countered)


def test_a_supplier_who_refuses_what_is_countered_back(countered):
    countered.customer.counter(BENCH=9)
    countered.arrive()
    countered.supplier.refuse()
    countered.arrive()
    assert_without_contract(countered)


def test_a_consent_that_crosses_the_withdrawal_makes_no_contract(world, countered):
    with world.silence():
        countered.customer.accept()
        countered.supplier.withdraw()
    countered.arrive()
    assert_without_contract(countered)


def test_messages_that_come_twice_and_late_change_nothing(world):
    world.disturb(1, seed=11, faults=("duplicate", "reorder"))
    deal = begin(world)
    deal.arrive()
    counter_order(deal, BENCH=8)
    deal.customer.counter(BENCH=9)
    deal.arrive()
    deal.supplier.accept()
    deal.arrive()
    assert_agreed(deal, 9)
