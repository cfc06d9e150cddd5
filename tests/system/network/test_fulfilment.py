# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the supplier ships and bills between two servers: the customer sees it on his
order, whatever version of it is in force, and nothing is counted twice.
"""

import pytest

from devtools import twins
from tests.system.network import goods, offers
from tests.system.network.deal import agree


@pytest.fixture(autouse=True)
def ask(world):
    """The supplier's people decide on everything this customer orders."""
    twins.trust(world.supplier, False)


def assert_billed_alike(deal):
    """Every bill of the supplier is one of the customer: posted, and to the cent."""
    ours, theirs = (goods.bills(party) for party in deal.parties)
    assert {row["state"] for row in ours + theirs} == {"posted"}
    amounts = ("amount_untaxed", "amount_total")
    assert [[row[name] for name in amounts] for row in ours] == [
        [row[name] for name in amounts] for row in theirs
    ]


def test_shipments_bills_and_credit_notes_arrive_and_are_checked(world):
    deal = agree(world)
    supplier, customer = deal.parties
    supplier.move(BENCH=4)
    deal.arrive()
    assert goods.shipped(customer) == {"BENCH": (4, 4), "STOOL": (0, 0)}
    assert goods.done(customer)["BENCH"] == (0, 0)

    supplier.bill()
    deal.arrive()
    [bill] = goods.bills(customer)
    assert (bill["state"], bill["codes"]) == ("draft", ["above_received"])
    assert bill["activity_ids"]
    customer.move(BENCH=4)
    [bill] = goods.bills(customer)
    assert (bill["state"], bill["codes"]) == ("posted", [])
    assert goods.shipped(customer)["BENCH"] == (4, 0)

    for party in deal.parties:
        goods.take_back(party, "BENCH", 1)
    deal.arrive()
    assert goods.shipped(customer)["BENCH"] == (3, 0)
    supplier.bill()
    deal.arrive()
    assert [row["move_type"] for row in goods.bills(customer)] == [
        "in_invoice",
        "in_refund",
    ]
    assert goods.done(supplier) == goods.done(customer)
    assert goods.done(customer)["BENCH"] == (3, 3)
    assert_billed_alike(deal)
    deal.assert_in_step()


def test_a_bill_that_differs_waits_for_a_person(world):
    deal = agree(world, {"STOOL": 5})
    for party in deal.parties:
        party.move(STOOL=5)
    deal.supplier.bill(STOOL=46)
    deal.arrive()
    [bill] = goods.bills(deal.customer)
    assert (bill["state"], bill["codes"]) == ("draft", ["price"])
    assert bill["activity_ids"]
    assert bill["amount_untaxed"] == 5 * 46


def test_what_was_billed_keeps_its_price_and_new_articles_join(world):
    deal = agree(world, {"BENCH": 10})
    supplier, customer = deal.parties
    for party in deal.parties:
        party.move(BENCH=4)
    supplier.bill()
    deal.arrive()
    offers.propose(supplier, prices={"BENCH": 200}, new={"LAMP": 2})
    deal.arrive()
    customer.accept()
    deal.arrive()
    deal.assert_in_step()
    assert sorted(customer.says().values()) == [(2, 80), (4, 240), (6, 200)]
    for party in deal.parties:
        party.move(BENCH=6, LAMP=2)
    supplier.bill()
    deal.arrive()
    assert_billed_alike(deal)
    billed = [row["amount_untaxed"] for row in goods.bills(customer)]
    assert billed == [4 * 240, 6 * 200 + 2 * 80]
    assert goods.done(supplier) == goods.done(customer)


def test_over_a_changed_order_nothing_is_shipped_or_billed_twice(world):
    world.disturb(1, seed=3, faults=["duplicate"])
    deal = agree(world)
    supplier, customer = deal.parties
    for party in deal.parties:
        party.move(BENCH=4)
    supplier.bill()
    deal.arrive()
    customer.propose(BENCH=7)
    deal.arrive()
    supplier.accept()
    deal.arrive()
    assert goods.shipped(customer) == {"BENCH": (4, 0), "STOOL": (0, 0)}
    for party in deal.parties:
        assert goods.done(party)["BENCH"] == (4, 4)
        party.move(BENCH=3, STOOL=20)
    supplier.bill()
    deal.arrive()
    assert goods.shipped(customer) == {"BENCH": (7, 0), "STOOL": (20, 0)}
    everything = {"BENCH": (7, 7), "STOOL": (20, 20), "LAMP": (0, 0)}
    assert goods.done(supplier) == goods.done(customer) == everything
    assert_billed_alike(deal)
    [total] = customer.side.read("purchase.order", [customer.order()], "amount_total")
    billed = sum(row["amount_total"] for row in goods.bills(customer))
    assert billed == pytest.approx(total["amount_total"])
    deal.assert_in_step()
