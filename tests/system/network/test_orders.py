# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way an order can go between two servers: each scenario is what people do, in
turn, and how the contract stands afterwards.

What is refused, withdrawn or late leaves both databases as they were.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from devtools import twins
from devtools.rpc import Refused
from devtools.trade import Party
from tests.system.network import snapshot, staff
from tests.system.network.deal import ORDERED, Deal, agree, begin
from tests.system.network.world import World

Step = Callable[[Deal], None]


def steps(*names: str) -> Sequence[Step]:
    """Return steps by their names: who does what, as ``customer.propose BENCH=12``."""
    return [_step(name) for name in names]


def _step(name: str) -> Step:
    act, *words = name.split()
    who, method = act.split(".")
    pairs = (word.split("=") for word in words)
    values = {sku: float(quantity) for sku, quantity in pairs}
    return lambda deal: getattr(getattr(deal, who), method)(**values)


#: What is done to an agreed order for ten benches and twenty stools, and the benches,
#: versions and state that it leads to.
CHANGES = {
    "the customer's change is accepted": (
        steps("customer.propose BENCH=12", "supplier.accept"),
        (12, 2, "agreed"),
    ),
    "the supplier's change is accepted": (
        steps("supplier.propose BENCH=8", "customer.accept"),
        (8, 2, "agreed"),
    ),
    "the supplier counters and the customer consents": (
        steps(
            "customer.propose BENCH=12", "supplier.counter BENCH=11", "customer.accept"
        ),
        (11, 2, "agreed"),
    ),
    "the customer counters and the supplier accepts": (
        steps(
            "supplier.propose BENCH=8", "customer.counter BENCH=9", "supplier.accept"
        ),
        (9, 2, "agreed"),
    ),
    "both counter, and then consent": (
        steps(
            "customer.propose BENCH=12",
            "supplier.counter BENCH=11",
            "customer.counter BENCH=13",
            "supplier.counter BENCH=14",
            "customer.accept",
        ),
        (14, 2, "agreed"),
    ),
    "two changes, one after the other, from either side": (
        steps(
            "customer.propose BENCH=12",
            "supplier.accept",
            "supplier.propose BENCH=13",
            "customer.accept",
        ),
        (13, 3, "agreed"),
    ),
    "a position is cancelled": (
        steps("customer.propose BENCH=0", "supplier.accept"),
        (0, 2, "agreed"),
    ),
    "a part was delivered before the change": (
        steps("supplier.move BENCH=4", "customer.propose BENCH=7", "supplier.accept"),
        (7, 2, "agreed"),
    ),
    "the customer cancels and the supplier accepts": (
        steps("customer.propose_to_cancel", "supplier.accept"),
        (10, 2, "cancelled"),
    ),
    "all positions are set to 0": (
        steps("customer.propose BENCH=0 STOOL=0", "supplier.accept"),
        (10, 2, "cancelled"),
    ),
    "the supplier cancels and the customer consents": (
        steps("supplier.propose_to_cancel", "customer.accept"),
        (10, 2, "cancelled"),
    ),
}
#: What comes to nothing.
REFUSALS = {
    "the supplier rejects the customer's change": steps(
        "customer.propose BENCH=12", "supplier.refuse"
    ),
    "the customer refuses the supplier's change": steps(
        "supplier.propose BENCH=8", "customer.refuse"
    ),
    "the customer takes his change back": steps(
        "customer.propose BENCH=12", "customer.withdraw"
    ),
    "the supplier takes his change back": steps(
        "supplier.propose BENCH=8", "supplier.withdraw"
    ),
    "the supplier's counter-offer is refused": steps(
        "customer.propose BENCH=12", "supplier.counter BENCH=11", "customer.refuse"
    ),
    "the customer's counter-offer is refused": steps(
        "supplier.propose BENCH=8", "customer.counter BENCH=9", "supplier.refuse"
    ),
    "the supplier does not let the customer cancel": steps(
        "customer.propose_to_cancel", "supplier.refuse"
    ),
    "the customer does not let the supplier cancel": steps(
        "supplier.propose_to_cancel", "customer.refuse"
    ),
}


@pytest.fixture(autouse=True)
def ask(world: World) -> None:
    """The supplier's people decide on everything this customer orders."""
    twins.trust(world.supplier, False)


def play(deal: Deal, acts: Sequence[Step]) -> None:
    """Let each act be heard and answered before the next one."""
    for act in acts:
        act(deal)
        deal.arrive()


def test_an_order_waits_until_the_supplier_accepts(world):
    deal = begin(world)
    deal.arrive()
    assert deal.supplier.orders()[-1]["state"] == "draft"
    assert deal.customer.orders()[-1]["state"] == "draft"
    deal.supplier.accept()
    deal.arrive()
    assert deal.supplier.orders()[-1]["state"] == "sale"
    assert deal.customer.orders()[-1]["state"] == "purchase"
    deal.assert_in_step()


def test_a_trusted_customer_has_his_order_accepted_without_a_key_pressed(world):
    twins.trust(world.supplier, True)
    deal = begin(world)
    deal.arrive()
    assert deal.customer.pair()["state"] == "agreed"
    assert {sku: deal.supplier.quantity(sku) for sku in ORDERED} == ORDERED
    deal.assert_in_step()


def test_a_rejected_order_is_cancelled_and_says_why(world):
    deal = begin(world)
    deal.arrive()
    play(deal, steps("supplier.refuse"))
    [order] = deal.customer.orders()
    row = world.customer.read(
        "purchase.order", [order["id"]], "vendor_acceptance_reason"
    )
    assert (order["state"], row[0]["vendor_acceptance_reason"]) == (
        "cancel",
        "Sold out.",
    )
    assert deal.customer.pair()["state"] == "rejected"
    deal.assert_in_step()


def test_an_order_that_waits_is_taken_back(world):
    deal = begin(world)
    deal.arrive()
    play(deal, steps("customer.take_order_back"))
    states = [party.orders()[-1]["state"] for party in deal.parties]
    assert states == ["cancel", "cancel"]
    deal.assert_in_step()


@pytest.mark.parametrize("name", CHANGES)
def test_what_both_agree_to_comes_into_force_on_both_sides(world, name):
    acts, (benches, version, state) = CHANGES[name]
    deal = agree(world)
    play(deal, acts)
    pair = deal.supplier.pair()
    assert (pair["version"], pair["state"]) == (version, state)
    for party in deal.parties:
        assert party.quantity("BENCH") == benches
        assert not party.request()
    deal.assert_in_step()


@pytest.fixture(scope="module")
def standing(shared_world: World) -> Deal:
    """Return a contract that stands, whatever is proposed."""
    twins.trust(shared_world.supplier, False)
    return agree(shared_world)


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused_leaves_both_databases_as_they_were(world, standing, name):
    databases = [side.server.database for side in world.sides]
    before = [snapshot.take(database) for database in databases]
    play(standing, REFUSALS[name])
    for party in standing.parties:
        assert not party.request()
    after = [snapshot.take(database) for database in databases]
    for old, new in zip(before, after, strict=True):
        assert snapshot.difference(old, new) == []
    standing.assert_in_step()


# === AS THE WEAKEST WHO MAY ===#
@pytest.fixture(scope="module")
def hired(shared_world: World) -> None:
    """A salesperson who sees own orders only, and a purchaser."""
    staff.hire(shared_world.supplier, "clerk", "sales_team", "group_sale_salesman")
    staff.hire(shared_world.customer, "clerk", "purchase", "group_purchase_user")


@pytest.fixture(params=("xmlrpc", "json2"))
def clerks(request, hired, standing) -> tuple[Party, Party]:
    """Return both sides of a contract that stands; whoever acts has no more rights than
    it needs.
    """
    supplier, customer = standing.parties
    return (
        staff.acting(supplier, "clerk", request.param),
        staff.acting(customer, "clerk", request.param),
    )


def refused(act: Callable[[], None]) -> str:
    """Return with which words an act is refused."""
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.kind == "UserError"
    return str(refusal.value)


@pytest.mark.parametrize("first", ["customer", "supplier"])
def test_what_is_agreed_answers_no_change(standing, clerks, first):
    one, other = clerks if first == "supplier" else clerks[::-1]
    one.propose(BENCH=12)
    standing.arrive()
    asked, answered = one.request(), other.request()
    assert answered["is_to_answer"]
    said = refused(lambda: other.counter(BENCH=10))
    assert "says nothing else than what is agreed" in said
    assert "refuse what" in said
    standing.arrive()
    assert (one.request(), other.request()) == (asked, answered)
    other.refuse()
    standing.arrive()
    assert state(one, asked) == state(other, answered) == "rejected"
    standing.assert_in_step()


def test_a_supplier_who_answers_a_change_by_cancelling_has_refused_it(standing, clerks):
    supplier, customer = clerks
    customer.propose(BENCH=12)
    standing.arrive()
    asked, answered = customer.request(), supplier.request()
    supplier.propose_to_cancel()
    standing.arrive()
    assert (state(customer, asked), state(supplier, answered)) == (
        "rejected",
        "countered",
    )
    assert customer.request()["is_to_answer"]
    said = refused(supplier.propose_to_cancel)
    assert "Wait for the answer" in said
    customer.refuse()
    standing.arrive()
    assert standing.customer.pair()["state"] == "agreed"
    standing.assert_in_step()


def state(party: Party, request: dict[str, Any]) -> str:
    """Return how a change request stands now."""
    row = party.side.read(party.books.request, [request["id"]], "state")[0]
    return str(row["state"])


def test_when_two_proposals_cross_the_customers_stands(world):
    deal = agree(world)
    with world.silence():
        deal.customer.propose(BENCH=12)
        deal.supplier.propose(BENCH=8)
    deal.arrive()
    assert not any(row["state"] == "proposed" for row in deal.supplier.requests()[:1])
    assert deal.supplier.request()["is_to_answer"]
    play(deal, steps("supplier.accept"))
    assert deal.supplier.quantity("BENCH") == deal.customer.quantity("BENCH") == 12
    deal.assert_in_step()


def test_repeated_and_late_messages_change_nothing(world):
    world.disturb(1, seed=7, faults=("duplicate", "reorder"))
    deal = agree(world)
    play(deal, CHANGES["two changes, one after the other, from either side"][0])
    assert deal.supplier.quantity("BENCH") == 13
    deal.assert_in_step()
