# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages between two real servers: sent with the transaction, received once, processed
in order, whatever the network and the servers do.
"""

import random
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools.twins import messages, run_code
from devtools.waiting import wait_until

#: A type that every digital understands and that does nothing here.
TYPE = "urn:b-op:network:refused:1"
SEND = """
peer = env['bop.peer'].browse({peer})
for number in range({count}):
    for subject in {subjects}:
        body = ('{{"reason": "message %s"}}' % number).encode()
        peer._send(type='{type}', subject=subject, body=body, content_type='application/json')
"""
EVIDENCE = ("message_id", "body_sha256", "signed_headers", "receipt")


def send(side, subjects, count):
    """Let a side write ``count`` messages about each subject in one transaction."""
    code = SEND.format(peer=side.peer, subjects=subjects, count=count, type=TYPE)
    run_code(side, code)


def new_subjects(count):
    """Return the names of things that nobody has spoken of yet."""
    return [str(uuid.uuid4()) for _ in range(count)]


def arrived(side, subjects):
    """Return the sequence numbers that were processed, per subject; none was done
    before the one that precedes it.
    """
    found = defaultdict(list)
    domain = [("subject", "in", subjects), ("direction", "=", "in")]
    rows = side.find("bop.message", domain, "subject", "sequence", "state", "done_at")
    moments = {}
    for row in sorted(rows, key=lambda row: row["sequence"]):
        assert row["state"] == "processed"
        assert row["done_at"] >= moments.get(row["subject"], "")
        moments[row["subject"]] = row["done_at"]
        found[row["subject"]].append(row["sequence"])
    return found


def expected(subjects, count):
    """Return what :func:`arrived` gives when each message arrived once and in order."""
    return {subject: list(range(1, count + 1)) for subject in subjects}


def test_a_message_is_there_and_both_sides_hold_the_same_proof(world):
    subjects = new_subjects(1)
    send(world.customer, subjects, 1)
    domain = [("subject", "in", subjects)]
    [received] = wait_until(lambda: messages(world.supplier, domain), "the message")
    world.settle()
    sent = messages(world.customer, domain)
    assert [row["state"] for row in sent] == ["sent"]
    proofs = [
        side.read("bop.message", [row["id"]], *EVIDENCE)[0]
        for side, row in ((world.customer, sent[0]), (world.supplier, received))
    ]
    for proof in proofs:
        del proof["id"]
    assert proofs[0] == proofs[1]
    assert proofs[0]["receipt"]["headers"]["signature"]


def test_what_is_not_committed_is_not_sent(world):
    subjects = new_subjects(1)
    with pytest.raises(Exception, match="changed my mind"):
        run_code(
            world.customer,
            SEND.format(peer=world.customer.peer, subjects=subjects, count=1, type=TYPE)
            + "raise UserError('I changed my mind')",
        )
    send(world.customer, new_subjects(1), 1)
    world.settle()
    assert not messages(world.supplier, [("subject", "in", subjects)])


def test_what_both_sides_send_at_once_arrives_once_and_in_order(world):
    subjects = new_subjects(5)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda side: send(side, subjects, 4), world.sides))
    world.settle()
    for side in world.sides:
        assert arrived(side, subjects) == expected(subjects, 4)


def test_a_bad_network_and_power_cuts_neither_lose_nor_repeat_a_message(world):
    subjects, rounds = new_subjects(4), 3
    chance = random.Random(20261126)
    world.disturb(0.3, seed=4)
    for _round in range(rounds):
        for side in world.sides:
            send(side, subjects, 2)
        victim = chance.choice(world.sides)
        world.let_pass(chance.randint(4, 12))
        victim.server.kill()
        victim.server.restart()
        world.hurry()
    world.settle(seconds=180)
    assert world.faults() > 0
    for side in world.sides:
        assert arrived(side, subjects) == expected(subjects, 2 * rounds)
