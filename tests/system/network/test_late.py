# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What comes too late between two servers: answers after their day, proposals for a
version that is not in force any more, consent to what has become impossible, and acts
that cross on their way. Both sides end alike, and what came to nothing changed nothing.
"""

from datetime import date, timedelta

import pytest

from devtools import database, twins
from devtools.rpc import Refused
from tests.system.network import offers, snapshot
from tests.system.network.deal import Deal, agree
from tests.system.network.world import World

#: What a database says that was restored from an old copy.
OLD_HASH = "0" * 64


@pytest.fixture(autouse=True)
def ask(world: World) -> None:
    """The supplier's people decide on everything this customer orders."""
    twins.trust(world.supplier, False)


@pytest.fixture(scope="module")
def standing(shared_world: World) -> Deal:
    """Return a contract that stands, whatever comes too late."""
    twins.trust(shared_world.supplier, False)
    return agree(shared_world)


@pytest.fixture
def unchanged(world: World, standing: Deal):
    """Both databases have to be as they were, and in step."""
    databases = [side.server.database for side in world.sides]
    before = [snapshot.take(name) for name in databases]
    yield
    standing.arrive()
    for party in standing.parties:
        assert not party.request()
    for name, old in zip(databases, before, strict=True):
        assert snapshot.difference(old, snapshot.take(name)) == []
    standing.assert_in_step()


def expire(party) -> None:
    """Run the job that takes back what nobody answered in time."""
    [job] = party.side.find(
        "ir.cron", [("ir_actions_server_id.code", "=", "model._cron_expire()")]
    )
    party.side.call("ir.cron", "method_direct_trigger", [job["id"]])


@pytest.mark.parametrize("who", ["customer", "supplier"])
@pytest.mark.usefixtures("unchanged")
def test_a_proposal_nobody_answers_in_time_takes_itself_back(standing, who):
    party = getattr(standing, who)
    [other] = [one for one in standing.parties if one is not party]
    yesterday = (date.today() - timedelta(days=1)).isoformat()
    request = offers.propose(party, until=yesterday, BENCH=7)
    standing.arrive()
    assert other.request()["is_to_answer"]
    expire(other)
    standing.arrive()
    assert other.request(), "only who proposed takes it back"
    expire(party)
    standing.arrive()
    assert offers.look(party, request, "state") == ("expired",)
    assert not other.request()


@pytest.mark.usefixtures("unchanged")
def test_a_proposal_that_may_still_be_answered_stays(standing):
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    offers.propose(standing.customer, until=tomorrow, BENCH=7)
    standing.arrive()
    expire(standing.customer)
    standing.arrive()
    assert standing.supplier.request()["is_to_answer"]
    standing.supplier.refuse()


@pytest.mark.parametrize("who", ["customer", "supplier"])
@pytest.mark.usefixtures("unchanged")
def test_a_proposal_for_a_version_that_is_not_in_force_is_refused(standing, who):
    party = getattr(standing, who)
    agreed = party.pair()["agreed_hash"]
    set_hash(party, OLD_HASH)
    try:
        request = offers.propose(party, BENCH=7)
        standing.arrive()
    finally:
        set_hash(party, agreed)
    state, reason = offers.look(party, request, "state", "refusal")
    assert state == "rejected"
    assert "another state of the contract" in reason


def set_hash(party, value: str) -> None:
    """Let a side believe that another version is in force."""
    database.sql(
        f"UPDATE bop_contract_pair SET agreed_hash = '{value}'"
        f" WHERE uuid = '{party.uuid}'",
        party.side.server.database,
    )


@pytest.mark.usefixtures("unchanged")
def test_one_proposal_is_open_at_a_time(standing):
    standing.customer.propose(BENCH=7)
    standing.arrive()
    with pytest.raises(Refused):
        standing.customer.propose(BENCH=8)
    standing.supplier.refuse()


def test_consent_to_what_has_become_impossible_changes_nothing(world):
    deal = agree(world)
    request = offers.propose(deal.supplier, BENCH=8)
    deal.arrive()
    deal.supplier.move(BENCH=10)
    deal.customer.accept()
    deal.arrive()
    state, reason = offers.look(deal.supplier, request, "state", "failure")
    assert state == "failed" and reason
    assert deal.supplier.quantity("BENCH") == deal.customer.quantity("BENCH") == 10
    assert not deal.customer.request()
    deal.assert_in_step()


def test_less_than_was_delivered_waits_for_a_person_who_is_told_why(world):
    deal = agree(world)
    deal.supplier.move(BENCH=4)
    deal.arrive()
    ours = offers.propose(deal.customer, BENCH=2)
    deal.arrive()
    theirs = deal.supplier.request()
    [obstacle] = offers.look(deal.supplier, theirs["id"], "obstacle")
    assert "4" in obstacle
    with pytest.raises(Refused):
        deal.supplier.accept()
    deal.supplier.refuse("Four are on their way.")
    deal.arrive()
    assert offers.look(deal.customer, ours, "state", "refusal") == (
        "rejected",
        "Four are on their way.",
    )
    deal.assert_in_step()


def test_an_acceptance_that_crosses_the_withdrawal_stands(world):
    deal = agree(world)
    request = offers.propose(deal.customer, BENCH=12)
    deal.arrive()
    with world.silence():
        deal.customer.withdraw()
        deal.supplier.accept()
    deal.arrive()
    assert offers.look(deal.customer, request, "state") == ("applied",)
    assert deal.supplier.quantity("BENCH") == deal.customer.quantity("BENCH") == 12
    deal.assert_in_step()


def test_consent_that_crosses_the_withdrawal_is_a_proposal_to_decide_on(world):
    deal = agree(world)
    deal.supplier.propose(BENCH=8)
    deal.arrive()
    with world.silence():
        deal.supplier.withdraw()
        deal.customer.accept()
    deal.arrive()
    assert deal.supplier.request()["is_to_answer"]
    deal.supplier.accept()
    deal.arrive()
    assert deal.supplier.quantity("BENCH") == deal.customer.quantity("BENCH") == 8
    deal.assert_in_step()


def test_a_cancellation_that_crosses_a_change_stands(world):
    deal = agree(world)
    with world.silence():
        deal.customer.propose_to_cancel()
        deal.supplier.propose(BENCH=8)
    deal.arrive()
    deal.supplier.accept()
    deal.arrive()
    assert deal.customer.pair()["state"] == "cancelled"
    deal.assert_in_step()
