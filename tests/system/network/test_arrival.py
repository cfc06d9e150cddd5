# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How soon a message arrives at the other server, and what happens when another session
writes to the same rows.
"""

import statistics
import threading
from contextlib import closing

from devtools.twins import run_code
from devtools.waiting import wait_until
from tests.system.eyes import Eyes

SAMPLES = 15
#: The target is 0.3 s with both sides idle, without a proxy between them (`./dev
#: bench`); a test machine is seldom idle.
LIMIT_SECONDS = 2.0
#: A message that changes nothing and asks for no answer.
TYPE = "urn:b-op:network:keys-known:1"
SEND = """
for number in range({count}):
    env['bop.peer'].browse({peer})._send(
        type={type!r}, subject='{subject}%s' % number, body=b'{{"keys": []}}',
        content_type='application/json')
"""
COUNT = "SELECT count(*) FROM bop_message WHERE direction = %s AND subject LIKE %s"
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'
"""
KNOWN = "SELECT count(*) FROM bop_peer WHERE known_key_id <> ALL(%s)"
TOLD = "state", "attempts", "error"


def arrival(world, subject, count=1):
    """Send messages in one transaction; return the seconds from its commit to that of
    the last one on the other side.
    """
    sender = world.customer
    watches_supplier, watches_customer = world.eyes
    code = SEND.format(count=count, peer=sender.peer, type=TYPE, subject=subject)
    writer = threading.Thread(target=run_code, args=(sender, code))
    writer.start()
    begin = watches_customer.wait(COUNT, "out", f"{subject}%", count=count)
    end = watches_supplier.wait(COUNT, "in", f"{subject}%", count=count)
    writer.join()
    return end - begin


def test_a_message_arrives_soon_after_its_commit(world):
    arrival(world, "warm-")
    times = [arrival(world, f"soon-{number}-") for number in range(SAMPLES)]
    shown = ", ".join(f"{seconds * 1000:.0f}" for seconds in sorted(times))
    print(f"commit to arrival: {shown} ms")
    assert statistics.median(times) < LIMIT_SECONDS


def test_many_messages_are_sent_in_one_go(world):
    seconds = arrival(world, "many-", 100)
    there = [("direction", "=", "in"), ("subject", "=like", "many-%")]
    assert world.supplier.call("bop.message", "search_count", domain=there) == 100
    print(f"outbox: {100 / seconds:.0f} messages per second")


def test_a_conflict_with_another_session_takes_effect_once(world):
    """The customer makes a key and tells it, and then revokes the old one. For that the
    supplier has to write to a row that another session holds.
    """
    customer, supplier = world.customer, world.supplier
    watches_supplier, watches_customer = world.eyes
    [digital] = customer.find("bop.digital", [("is_live", "=", True)])
    [old] = customer.find("bop.digital.key", [("state", "=", "active")])
    told = [("direction", "=", "in"), ("type", "=like", "urn:b-op:network:keys:%")]
    before = len(supplier.find("bop.message", told))

    def news():
        return supplier.find("bop.message", told, *TOLD)[before:]

    with closing(Eyes(supplier.server.database)) as other:
        other.connection.autocommit = False
        row = other.look(
            "SELECT id FROM bop_peer_key WHERE state = 'active' FOR UPDATE"
        )
        customer.call("bop.digital", "action_new_key", [digital["id"]])
        watches_customer.wait(KNOWN, [old["id"]])
        customer.call("bop.digital.key", "action_revoke", [old["id"]])
        watches_supplier.wait(WAITING, supplier.server.database)
        other.connection.commit()
    wait_until(
        lambda: [one["state"] for one in news()] == ["processed"] * 2,
        lambda: f"an end of both messages: {news()}",
    )
    assert all(not one["attempts"] and not one["error"] for one in news())
    [taken] = supplier.read("bop.peer.key", row, "state")
    [known] = supplier.find("bop.peer.key", [("state", "=", "active")])
    assert (taken["state"], known["id"] > taken["id"]) == ("revoked", True)
