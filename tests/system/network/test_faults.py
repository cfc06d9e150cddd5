# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever the network loses, repeats, delays and reorders, and however often a server
dies: in the end both sides hold the same contracts.

``BOP_FAULT_ORDERS=500`` makes the full run, ``BOP_FAULT_SEED`` another one.
"""

import os
import random

from devtools.console import say
from tests.system.network.people import People, power_cuts

ORDERS = int(os.environ.get("BOP_FAULT_ORDERS", "6"))
SEED = int(os.environ.get("BOP_FAULT_SEED", "20261126"))
SHARE = 0.3
ACTS_PER_ORDER = 6
SECONDS_BETWEEN_CUTS = (3, 12)
PAIR = ("uuid", "state", "version", "agreed_hash", "open_message", "number")


def test_in_the_end_both_sides_hold_the_same_contracts(world):
    chance = random.Random(SEED)
    people = People(world, chance)
    world.disturb(SHARE, SEED)
    with power_cuts(world, random.Random(SEED + 1), SECONDS_BETWEEN_CUTS) as cuts:
        for _order in range(ORDERS):
            people.order()
            for deal in chance.choices(people.deals(), k=ACTS_PER_ORDER):
                people.act(deal)
            people.hurry()
    world.settle(seconds=120 + ORDERS)
    say(f"{ORDERS} orders: {dict(people.done)}; cuts: {dict(cuts)}; {world.tally()}")
    assert world.faults() and cuts
    assert_same_contracts(world, people)
    assert_same_messages(world)


def assert_same_contracts(world, people):
    """No order is lost, none is there twice, and each stands on both sides alike."""
    deals = people.deals()
    uuids = [deal.uuid for deal in deals]
    here, there = (
        {row.pop("uuid"): row for row in contracts(side, uuids)} for side in world.sides
    )
    apart = [uuid for uuid in uuids if here.get(uuid) != there.get(uuid)]
    assert not apart, "\n".join(what_was_said(world, uuid) for uuid in apart)
    assert len(here) == len(there) == len(uuids)
    for deal in deals:
        for party in deal.parties:
            versions = [row["contract_version"] for row in party.orders()]
            assert versions == list(range(versions[0], versions[0] + len(versions)))
        deal.assert_in_step()


def contracts(side, uuids):
    """Return how these contracts stand on a side."""
    rows = side.find("bop.contract.pair", [("uuid", "in", uuids)], *PAIR)
    return [{name: row[name] for name in PAIR} for row in rows]


def what_was_said(world, uuid):
    """Return how a contract stands on each side, and the messages that it got there."""
    told = ("id", "direction", "type", "message_id", "ref", "base", "state", "error")
    lines = [f"{uuid}:"]
    for side in world.sides:
        lines += [str(row) for row in contracts(side, [uuid])]
        messages = side.find("bop.message", [("subject", "=", uuid)], *told)
        lines += [f"  {row}" for row in messages]
    return "\n".join(lines)


def assert_same_messages(world):
    """Each message that was sent has arrived, once, and has come to its end; what was
    refused is known to its sender.
    """
    told = ("message_id", "state", "direction")
    for sender, receiver in (world.sides, world.sides[::-1]):
        sent = sender.find("bop.message", [("direction", "=", "out")], *told)
        got = receiver.find("bop.message", [("direction", "=", "in")], *told)
        assert sorted(row["message_id"] for row in sent) == sorted(
            row["message_id"] for row in got
        )
        ends = {row["message_id"]: row["state"] for row in got}
        assert set(ends.values()) <= {"processed", "refused"}
        for row in sent:
            expected = "refused" if ends[row["message_id"]] == "refused" else "sent"
            assert row["state"] == expected
