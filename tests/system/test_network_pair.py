# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two servers, two databases, paired: how soon a message arrives, and what happens when
another session writes to the same rows.
"""

import statistics
import threading
import time

import psycopg2
import pytest

from devtools import postgres, server
from devtools.rpc import XmlRpc
from devtools.waiting import wait_until

SAMPLES = 15
#: Seconds between two looks, where time is measured.
POLL = 0.001
#: The target is 0.3 s with both sides idle; a test machine is seldom idle.
LIMIT_SECONDS = 2.0
#: A message that changes nothing and asks for no answer.
TYPE = "urn:b-op:network:keys-known:1"
BODY = '{"keys": []}'


def connect(database, autocommit=True):
    """Return a connection of our own to a database."""
    options = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user"}
    found = postgres.environment()
    known = {word: found[name] for name, word in options.items() if name in found}
    connection = psycopg2.connect(dbname=database, **known)
    connection.autocommit = autocommit
    return connection


class Company:
    """One side: its server, its digital and its partner."""

    def __init__(self, server, name):
        self.server = server
        self.client = XmlRpc(server, "admin", "admin")
        company = self.call("res.users", "read", [self.client.user])[0]["company_id"][0]
        self.call("res.company", "write", [company], vals={"name": name})
        [self.digital] = self.call(
            "bop.digital",
            "create",
            None,
            vals_list=[{"company_id": company, "endpoint": server.url}],
        )
        self.call("bop.digital", "action_switch_on", [self.digital])
        self.connection = connect(server.database)
        self.peer = None

    def call(self, model, method, ids, **values):
        """Call a method over RPC as the administrator."""
        return self.client.call(model, method, ids, **values)

    def pair(self, other):
        """Take the invitation of the other side and confirm it."""
        invitation = other.call("bop.digital", "bop_invitation", [other.digital])
        [contact] = self.call(
            "res.partner", "create", None, vals_list=[{"name": invitation["name"]}]
        )
        answer = self.call(
            "bop.peer", "bop_pair", None, invitation=invitation, partner=contact
        )
        self.peer = answer["peer"]
        self.call(
            "bop.peer", "bop_confirm", [self.peer], fingerprint=answer["fingerprint"]
        )

    def send(self, subject, count=1):
        """Write messages in one transaction, as the addons above do."""
        [model] = self.call(
            "ir.model", "search", None, domain=[("model", "=", "bop.peer")]
        )
        code = (
            f"for number in range({count}):\n"
            f"    env['bop.peer'].browse({self.peer})._send(\n"
            f"        type={TYPE!r}, subject={subject!r} + str(number), body=b'{BODY}')"
        )
        values = {"name": subject, "model_id": model, "state": "code", "code": code}
        [action] = self.call("ir.actions.server", "create", None, vals_list=[values])
        self.call("ir.actions.server", "run", [action])

    def rows(self, query, *values):
        """Return what PostgreSQL says, outside of any transaction of Odoo."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def count(self, direction, subject):
        """Return how many messages about subjects that begin so are there."""
        return self.rows(
            "SELECT count(*) FROM bop_message WHERE direction = %s AND subject LIKE %s",
            direction,
            f"{subject}%",
        )[0][0]


@pytest.fixture(scope="module")
def companies(make_database):
    """Return two companies on two servers that are partners of each other."""

    running = [server.start(make_database()) for _side in range(2)]
    try:
        east, west = (
            Company(one, name)
            for one, name in zip(running, ("East", "West"), strict=True)
        )
        east.pair(west)
        west.pair(east)
        yield east, west
        east.connection.close()
        west.connection.close()
    finally:
        for one in running:
            one.stop()


def arrival(east, west, subject, count=1):
    """Return the seconds from the commit on one side to that on the other."""
    writer = threading.Thread(target=east.send, args=(subject, count))
    writer.start()
    wait_until(
        lambda: east.count("out", subject) == count, f"{subject} sent", poll=POLL
    )
    begin = time.perf_counter()
    wait_until(
        lambda: west.count("in", subject) == count, f"{subject} arrived", poll=POLL
    )
    seconds = time.perf_counter() - begin
    writer.join()
    return seconds


def test_a_message_arrives_soon_after_its_commit(companies, record_property):
    east, west = companies
    arrival(east, west, "warm-")
    times = [arrival(east, west, f"soon-{number}-") for number in range(SAMPLES)]
    record_property("median", statistics.median(times))
    shown = ", ".join(f"{seconds * 1000:.0f}" for seconds in sorted(times))
    print(f"commit to arrival: {shown} ms")
    assert statistics.median(times) < LIMIT_SECONDS


def test_many_messages_are_sent_in_one_go(companies, record_property):
    east, west = companies
    seconds = arrival(east, west, "many-", 100)
    record_property("messages per second", 100 / seconds)
    print(f"outbox: {100 / seconds:.0f} messages per second")
    assert west.count("in", "many-") == 100


def test_a_conflict_with_another_session_takes_effect_once(companies):
    east, west = companies
    other = connect(west.server.database, autocommit=False)
    with other.cursor() as cursor:
        cursor.execute("UPDATE bop_peer_key SET name = name WHERE state = 'active'")
    # The new key is made and told; then the old one is revoked, for which West has to
    # write to the row that the other session holds.
    old = east.call(
        "bop.digital.key", "search", None, domain=[("state", "=", "active")]
    )
    east.call("bop.digital", "action_new_key", [east.digital])
    wait_until(
        lambda: east.rows("SELECT 1 FROM bop_peer WHERE known_key_id <> ALL(%s)", old),
        "East knows that West has the new key",
    )
    east.call("bop.digital.key", "action_revoke", old)
    waiting = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    )
    wait_until(
        lambda: west.rows(waiting, west.server.database),
        "West waits for the row",
    )
    other.commit()
    other.close()

    def told():
        return west.rows(
            "SELECT state, attempts, error FROM bop_message"
            " WHERE direction = 'in' AND type LIKE %s",
            "urn:b-op:network:keys:%",
        )

    wait_until(
        lambda: [row[0] for row in told()] == ["processed"] * 2,
        lambda: f"an end of both messages: {told()}",
    )
    assert told() == [("processed", 0, None)] * 2
    keys = west.rows("SELECT state FROM bop_peer_key ORDER BY id")
    assert keys == [("revoked",), ("active",)]
