# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import MessageRefused
from ..models.bop_message import BopMessage
from .common import NetworkCase

SUBJECT = "c0ffee00-0000-4000-8000-000000000001"


@tagged("post_install", "-at_install")
class TestMessages(NetworkCase):
    """A message is delivered once, in order, and leaves a proof on both sides."""

    def send(self, body=b"<a/>", subject=SUBJECT, **values):
        """Send from East to West."""
        return self.to_west._send(type="urn:test", subject=subject, body=body, **values)

    def received(self):
        """What West has received, oldest first."""
        return self.env["bop.message"].search(
            [("peer_id", "=", self.to_east.id), ("direction", "=", "in")], order="id"
        )

    def process(self):
        """Let everything arrive; return the bodies in the order of processing."""
        seen = []

        def handle(message):
            seen.append(message._body_bytes())

        with patch.object(BopMessage, "_handle", handle):
            self.run_network()
        return seen

    def test_messages_arrive_once_and_in_order(self):
        sent = [self.send(b"<m%d/>" % number) for number in (1, 2, 3)]
        self.assertEqual([message.sequence for message in sent], [1, 2, 3])
        self.assertEqual(self.process(), [b"<m1/>", b"<m2/>", b"<m3/>"])
        self.assertEqual({message.state for message in sent}, {"sent"})
        self.assertEqual(set(self.received().mapped("state")), {"processed"})

    def test_both_sides_hold_the_proof(self):
        sent = self.send()
        self.process()
        [received] = self.received()
        self.assertEqual(received.body_sha256, sent.body_sha256)
        self.assertEqual(received.signed_headers, sent.signed_headers)
        self.assertEqual(received.receipt, sent.receipt)
        self.assertIn("signature", sent.receipt["headers"])

    def test_what_comes_too_early_waits(self):
        first, second = self.send(b"<m1/>"), self.send(b"<m2/>")
        second._try_to_send(None)
        self.assertEqual(self.received().state, "parked")
        self.assertFalse(self.env["bop.message"]._next_to_process())
        first._try_to_send(None)
        self.assertEqual(self.process(), [b"<m1/>", b"<m2/>"])

    def test_a_repeated_message_gets_its_receipt_again(self):
        sent = self.send()
        with self.lost_answers():
            self.assertFalse(self.try_to_send(sent))
        self.assertEqual((sent.state, sent.receipt), ("failed", False))
        self.try_to_send(sent)
        self.assertEqual(len(self.received()), 1)
        self.assertEqual(sent.receipt["status"], 200)
        self.assertEqual(len(self.process()), 1)

    @mute_logger("odoo.addons.bop_network.models.bop_message_inbox")
    def test_a_failure_undoes_all_and_is_tried_again(self):
        self.send()
        name = self.west.name

        def fail(message):
            message.company_id.name = "Half done"
            raise ValueError("Not now")

        with patch.object(BopMessage, "_handle", fail):
            self.run_network()
        received = self.received()
        self.assertEqual((received.state, received.attempts), ("failed", 1))
        self.assertEqual(self.west.name, name)
        received.action_retry()
        self.assertEqual(self.process(), [b"<a/>"])

    def test_a_refusal_is_told_to_the_sender(self):
        sent = self.send()

        def refuse(message):
            if message.type == "urn:test":
                raise MessageRefused("We do not trade in that.")
            return original(message)

        original = BopMessage._handle
        with patch.object(BopMessage, "_handle", refuse):
            self.run_network()
        self.assertEqual(self.received().state, "refused")
        self.assertEqual(sent.state, "refused")
        self.assertEqual(sent.error, "We do not trade in that.")

    def test_nobody_is_reached_who_is_not_confirmed(self):
        self.to_west.action_suspend()
        with self.assertRaisesRegex(UserError, "not confirmed"):
            self.send()
        self.to_west.action_resume()
        self.to_west.digital_id.is_live = False
        with self.assertRaisesRegex(UserError, "not on the network"):
            self.send()

    def test_a_digital_that_is_switched_off_gives_no_answer(self):
        sent = self.send()
        self.to_east.digital_id.is_live = False
        self.try_to_send(sent)
        self.assertEqual(sent.state, "dead")
        self.assertIn("HTTP 404", sent.error)
        self.assertFalse(sent.receipt or self.received())

    def test_no_message_is_changed_or_deleted(self):
        sent = self.send()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            sent.unlink()
        with (
            self.assertRaisesRegex(psycopg2.IntegrityError, "append-only"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.cr.execute("UPDATE bop_message SET body_sha256 = 'x'")

    def test_the_proof_is_written_once(self):
        sent, waiting = self.send(b"<a/>"), self.send(b"<b/>")
        self.try_to_send(sent)
        self.env.flush_all()
        received = self.received()
        for message in (sent, received):
            for column in ("signed_headers", "receipt"):
                for value in ("'{}'", "NULL"):
                    with (
                        self.subTest(direction=message.direction, column=column),
                        self.assertRaisesRegex(psycopg2.IntegrityError, "append-only"),
                        mute_logger("odoo.sql_db"),
                        self.cr.savepoint(),
                    ):
                        self.cr.execute(
                            f"UPDATE bop_message SET {column} = {value} WHERE id = %s",
                            [message.id],
                        )
        self.cr.execute(
            "UPDATE bop_message SET signed_headers = '{}' WHERE id = %s", [waiting.id]
        )
        self.assertEqual(self.cr.rowcount, 1)

    def test_a_wrong_fingerprint_confirms_nobody(self):
        peer = self.to_west
        peer.sudo().state = "invited"
        with self.assertRaisesRegex(UserError, "not the fingerprint"):
            peer.bop_confirm("0000 0000")
        self.assertEqual(peer.state, "invited")

    def test_pairing_is_for_administrators(self):
        self.env.user.group_ids -= self.env.ref("bop_network.group_network_manager")
        with self.assertRaises(AccessError):
            self.to_west.bop_confirm(self.to_west.key_ids.fingerprint)
