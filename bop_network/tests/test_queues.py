# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The outbox and the inbox when something goes wrong, and when much has been said."""

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from psycopg2 import errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..exceptions import MessageRefused
from ..models.bop_message import REFUSAL_NOTICE, BopMessage
from ..models.bop_message_outbox import BopMessageOutbox, TransportError
from ..rules import retry
from .common import NetworkCase

SUBJECT = "c0ffee00-0000-4000-8000-000000000001"
INBOX = "odoo.addons.bop_network.models.bop_message_inbox"
OUTBOX = "odoo.addons.bop_network.models.bop_message_outbox"


class QueueCase(NetworkCase):
    def setUp(self):
        super().setUp()
        self.messages = self.env["bop.message"].sudo()

    def send(self, body=b"<a/>", subject=SUBJECT):
        """Send from East to West."""
        return self.to_west._send(type="urn:test", subject=subject, body=body)

    def received(self):
        """What West has received, oldest first."""
        domain = [("peer_id", "=", self.to_east.id), ("direction", "=", "in")]
        return self.messages.search(domain, order="id")

    def handled(self, handle):
        """Patch what the layers above do with a message."""
        return patch.object(BopMessage, "_handle", handle)


@tagged("post_install", "-at_install")
class TestInbox(QueueCase):
    """What cannot be processed holds up its subject and nothing else."""

    def deliver(self, *bodies, subject=SUBJECT):
        """Let messages arrive, not yet processed."""
        for body in bodies:
            self.send(body, subject)._try_to_send(None)

    def handle_badly(self, bad):
        """Return a handler that fails for one body, and the list of the others."""
        done = []

        def handle(message):
            if message._body_bytes() == bad:
                raise ValueError("Poison")
            done.append(message._body_bytes())

        return handle, done

    @mute_logger(INBOX)
    def test_a_poisoned_message_is_tried_once_in_a_run(self):
        self.deliver(b"<bad/>", b"<later/>")
        self.deliver(b"<other/>", subject="s-2")
        handle, done = self.handle_badly(b"<bad/>")
        with self.handled(handle):
            self.run_network()
        bad, later, other = self.received()
        self.assertEqual(done, [b"<other/>"])
        self.assertEqual((bad.state, bad.attempts), ("failed", 1))
        self.assertIn(later.state, ("received", "parked"))
        self.assertEqual(other.state, "processed")

    @mute_logger(INBOX)
    def test_after_the_last_try_a_person_decides(self):
        self.deliver(b"<bad/>", b"<later/>")
        handle, done = self.handle_badly(b"<bad/>")
        now = fields.Datetime.now()
        with self.handled(handle):
            for _attempt in range(len(retry.DELAYS) + 1):
                with freeze_time(now):
                    self.run_network()
                now += timedelta(days=2)
        bad = self.received()[0]
        self.assertEqual((bad.state, done), ("dead", []))
        self.assertTrue(self.to_east.activity_ids)
        self.assertFalse(self.messages._next_to_process())
        bad.action_skip()
        with self.handled(handle):
            self.run_network()
        self.assertEqual((bad.state, done[0]), ("refused", b"<later/>"))

    def test_only_what_failed_can_be_skipped(self):
        self.deliver(b"<a/>")
        with self.assertRaisesRegex(UserError, "did not fail"):
            self.received().action_skip()

    def test_what_is_refused_lets_the_later_ones_go_on(self):
        self.deliver(b"<bad/>", b"<later/>")

        def handle(message):
            if message._body_bytes() == b"<bad/>":
                raise MessageRefused("No.")

        with self.handled(handle):
            self.run_network()
        self.assertEqual(self.received().mapped("state"), ["refused", "processed"])

    def test_a_strange_notice_of_refusal_is_refused(self):
        for body in (b"<a/>", b"[]", b"\xff", b"[" * 100_000):
            sent = self.to_west._send(type=REFUSAL_NOTICE, subject="s", body=body)
            self.run_network()
            self.assertEqual(self.received()[-1].state, "refused")
            self.assertEqual(sent.state, "sent")

    def test_a_conflict_begins_again_and_takes_effect_once(self):
        self.deliver(b"<a/>")
        tries = []

        def handle(message):
            tries.append(message.id)
            if len(tries) < 3:
                raise errors.SerializationFailure("could not serialize access")

        message = self.messages._next_to_process()
        self.env.flush_all()
        with self.handled(handle), patch.object(self.cr, "rollback"):
            message._process()
        self.assertEqual((len(tries), message.state), (3, "processed"))
        self.assertFalse(message.attempts)

    def test_after_a_conflict_the_message_may_be_done_by_another(self):
        self.deliver(b"<a/>")
        message = self.messages._next_to_process()

        def handle(message):
            raise errors.SerializationFailure("could not serialize access")

        def rollback():
            self.cr.execute(
                "UPDATE bop_message SET state = 'processed' WHERE id = %s", [message.id]
            )

        self.env.flush_all()
        with (
            self.handled(handle),
            patch.object(self.cr, "rollback", rollback),
        ):
            message._process()
        self.assertFalse(message.error)

    def test_what_somebody_changed_in_the_store_takes_no_effect(self):
        self.deliver(b"<a/>")
        self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", "bop.message"),
                ("res_field", "=", "body"),
                ("res_id", "=", self.received().id),
            ]
        ).raw = b"<b/>"
        self.run_network()
        self.assertEqual(self.received().state, "refused")
        self.assertIn("changed", self.received().error)

    def test_a_gap_that_stays_is_told_to_a_person(self):
        self.send(b"<first/>")
        self.send(b"<second/>")._try_to_send(None)
        self.assertEqual(self.received().state, "parked")
        self.messages._ask_about_gaps()
        self.assertFalse(self.to_east.activity_ids)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE bop_message SET create_date = now() - interval '2 days'"
            " WHERE id = %s",
            [self.received().id],
        )
        self.env.invalidate_all()
        self.messages._ask_about_gaps()
        self.assertEqual(len(self.to_east.activity_ids), 1)

    def test_nothing_is_processed_before_it_is_switched_on(self):
        self.deliver(b"<a/>")
        self.to_east.digital_id.is_live = False
        self.assertFalse(self.messages._next_to_process())
        triggers = self.env["ir.cron.trigger"].search_count([])
        self.messages._plan_next_processing()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers)


@tagged("post_install", "-at_install")
class TestOutbox(QueueCase):
    """What cannot be sent waits, longer and longer, and keeps nobody else waiting."""

    def unreachable(self):
        """Patch the way to the partner."""

        def fail(message, session, headers, body):
            raise TransportError("Nobody is there.")

        return patch.object(BopMessageOutbox, "_transport_local_send", fail)

    def test_a_partner_who_does_not_answer_is_left_alone(self):
        for number in range(5):
            self.send(subject=f"s-{number}")
        with self.unreachable():
            while message := self.messages._next_to_send(set()):
                self.try_to_send(message)
        states = self.messages.search([("peer_id", "=", self.to_west.id)])
        self.assertEqual(sorted(states.mapped("attempts")), [0, 0, 0, 1, 2])
        self.assertTrue(self.to_west.silent_until)
        states.action_retry()
        self.assertFalse(self.to_west.silent_until)
        self.run_network()
        self.assertEqual(set(states.mapped("state")), {"refused"})

    def test_others_are_served_meanwhile(self):
        self.send()
        with self.unreachable():
            for _attempt in range(2):
                self.try_to_send(self.messages._next_to_send(set()))
        back = self.to_east._send(type="urn:test", subject="s", body=b"<b/>")
        self.assertEqual(self.messages._next_to_send(set()), back)

    def test_after_the_last_try_a_person_is_asked_once(self):
        sent = self.send() | self.send(subject="s-2")
        now = fields.Datetime.now()
        with self.unreachable():
            for _attempt in range(len(retry.DELAYS) + 2):
                with freeze_time(now):
                    for message in sent:
                        self.try_to_send(message)
                now += timedelta(days=2)
        self.assertEqual(set(sent.mapped("state")), {"dead"})
        self.assertEqual(len(self.to_west.activity_ids), 1)

    def test_an_error_of_ours_stays_with_its_message(self):
        sent = self.send()
        self.env.flush_all()

        def fail(message, session):
            raise KeyError("oops")

        with (
            patch.object(BopMessageOutbox, "_try_to_send", fail),
            patch.object(self.cr, "rollback"),
            mute_logger(OUTBOX),
        ):
            self.assertFalse(sent._try_safely(None))
        self.assertEqual((sent.state, sent.attempts), ("failed", 1))

    def test_a_receipt_of_somebody_else_is_none(self):
        sent = self.send()
        self.to_west.key_ids.sudo().state = "revoked"
        self.try_to_send(sent)
        self.assertEqual(sent.state, "failed")
        self.assertIn("not valid", sent.error)
        self.assertFalse(sent.receipt)

    def test_what_may_have_arrived_is_not_cancelled(self):
        """Although nobody wrote down what became of the try."""
        sent = self.send()

        def power_cut(message, *request):
            raise SystemExit

        cut = patch.object(BopMessageOutbox, "_transport_local_send", power_cut)
        with cut, suppress(SystemExit):
            sent._try_safely(None)
        self.assertEqual((sent.state, sent.attempts), ("queued", 1))
        with self.assertRaisesRegex(UserError, "sent already"):
            sent.action_cancel()
        self.run_network()
        self.assertEqual(len(self.received()), 1)

    def test_what_another_process_has_sent_meanwhile_is_not_sent_again(self):
        sent = self.send()
        self.env.flush_all()

        def commit(*_arguments, **_values):
            self.cr.execute(
                "UPDATE bop_message SET state = 'sent' WHERE id = %s", [sent.id]
            )

        with (
            patch.object(self.env.registry["ir.cron"], "_commit_progress", commit),
            patch.object(BopMessageOutbox, "_transport_local_send") as transport,
        ):
            self.assertTrue(sent._try_safely(None))
        transport.assert_not_called()

    def planned(self):
        """For when the job that sends is planned, last first."""
        cron = self.env.ref("bop_network.cron_send")
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", cron.id)], order="id desc"
        )
        return triggers.mapped("call_at")

    def test_what_is_lost_once_is_sent_again_at_once(self):
        """Odoo looks for a planned time only once a minute."""
        now = fields.Datetime.now()
        with freeze_time(now):
            sent = self.send()
            with self.lost_answers():
                self.messages._cron_send()
            self.assertEqual((sent.state, sent.next_attempt_at), ("failed", now))
            self.assertLessEqual(self.planned()[0], now)
            self.messages._cron_send()
        self.assertEqual((sent.state, sent.attempts), ("sent", 2))
        self.assertEqual(len(self.received()), 1)

    def test_what_is_lost_twice_waits(self):
        now = fields.Datetime.now()
        with freeze_time(now), self.unreachable():
            sent = self.send()
            self.messages._cron_send()
            self.messages._cron_send()
        self.assertEqual(sent.attempts, 2)
        self.assertGreaterEqual(sent.next_attempt_at, now + timedelta(seconds=5))
        self.assertEqual(self.planned()[0], sent.next_attempt_at)

    def test_only_the_last_one_can_be_cancelled(self):
        first, second = self.send(b"<m1/>"), self.send(b"<m2/>")
        with self.assertRaisesRegex(UserError, "not the last"):
            first.action_cancel()
        second.action_cancel()
        third = self.send(b"<m3/>")
        self.assertEqual((second.state, third.sequence), ("cancelled", 2))
        self.run_network()
        self.assertEqual(len(self.received()), 2)
        with self.assertRaisesRegex(UserError, "sent already"):
            first.action_cancel()

    def test_who_is_suspended_wakes_nobody(self):
        self.send()
        self.to_west.action_suspend()
        triggers = self.env["ir.cron.trigger"].search_count([])
        self.messages._plan_next_try(set())
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers)

    def test_the_same_place_is_taken_once(self):
        self.send()
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                """
                INSERT INTO bop_message (direction, peer_id, message_id, type, subject,
                    sequence, occurred_at, content_type, body_sha256, state)
                SELECT direction, peer_id, 'x', type, subject, sequence, occurred_at,
                    content_type, body_sha256, state FROM bop_message
                 WHERE peer_id = %s
                """,
                [self.to_west.id],
            )


@tagged("post_install", "-at_install")
class TestManyMessages(QueueCase):
    """However much was said before, what is next is found at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.flush_all()
        cls.cr.execute(
            """
            INSERT INTO bop_message (direction, peer_id, digital_id, company_id,
                message_id, type, subject, sequence, occurred_at, content_type,
                body_sha256, state)
            SELECT CASE WHEN n %% 2 = 0 THEN 'in' ELSE 'out' END, %(peer)s, %(digital)s,
                %(company)s, n::text, 'urn:test', 'old-' || n, 1, now(), 'text/xml', 'x',
                CASE WHEN n %% 2 = 0 THEN 'processed' ELSE 'sent' END
              FROM generate_series(1, 100000) n
            """,
            {
                "peer": cls.to_west.id,
                "digital": cls.to_west.digital_id.id,
                "company": cls.east.id,
            },
        )
        cls.cr.execute("ANALYZE bop_message")

    def plan(self, query):
        """Return how PostgreSQL runs a query."""
        self.cr.execute(SQL("EXPLAIN (ANALYZE, FORMAT TEXT) %s", query))
        return "\n".join(line for [line] in self.cr.fetchall())

    def test_no_query_reads_the_whole_table(self):
        self.send()
        for query in (
            self.messages._query_next_to_send(set()),
            self.messages._query_next_to_process(),
            SQL(
                "SELECT min(m.next_attempt_at) %s", self.messages._waiting_to_be_sent()
            ),
        ):
            plan = self.plan(query)
            self.assertNotIn("Seq Scan on bop_message", plan)
            self.assertIn("_idx", plan)

    def test_sending_takes_no_more_queries_for_it(self):
        first, second = self.send(), self.send(subject="s-2")
        self.try_to_send(first)
        self.env.flush_all()
        with self.assertQueryCount(60):
            self.try_to_send(second)
            self.env.flush_all()
