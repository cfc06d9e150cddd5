# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys are replaced without anybody noticing, and revoked so that everybody does."""

import base64
import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.bop_digital_keys import GRACE, KEYS
from ..rules import signature
from .common import NetworkCase


@tagged("post_install", "-at_install")
class TestKeys(NetworkCase):
    """East replaces its key; West is its partner."""

    def setUp(self):
        super().setUp()
        self.east_digital = self.to_west.digital_id
        self.old = self.east_digital.key_ids

    def signed_with(self, message):
        """Return the id of the key that has signed a message that was sent."""
        return (
            message.signed_headers["signature-input"].split('keyid="')[1].split('"')[0]
        )

    def send(self):
        """Let East send something to West and return it."""
        message = self.to_west._send(type="urn:test", subject="s-1", body=b"<a/>")
        message._try_to_send(None)
        self.assertEqual(message.state, "sent")
        return message

    def test_a_new_key_is_used_when_the_partner_knows_it(self):
        self.east_digital.action_new_key()
        new = self.east_digital.key_ids - self.old
        self.assertEqual(self.signed_with(self.send()), self.old._key_id())
        self.run_network()
        self.assertEqual(self.to_west.known_key_id, new)
        self.assertEqual(len(self.to_east._public_keys()), 2)
        self.assertEqual(self.signed_with(self.send()), new._key_id())

    def test_the_old_key_ends_after_its_time_of_grace(self):
        self.east_digital.action_new_key()
        self.run_network()
        self.env["bop.digital"]._retire_replaced_keys()
        self.assertEqual(self.old.state, "active")
        with freeze_time(fields.Datetime.now() + GRACE + timedelta(hours=1)):
            self.env["bop.digital"]._retire_replaced_keys()
            self.assertEqual(self.old.state, "retired")
            self.run_network()
        self.assertEqual(len(self.to_east._public_keys()), 1)
        self.send()

    def test_the_old_key_stays_for_a_partner_who_was_away(self):
        self.to_west.action_suspend()
        self.east_digital.action_new_key()
        with freeze_time(fields.Datetime.now() + GRACE + timedelta(hours=1)):
            self.env["bop.digital"]._retire_replaced_keys()
            self.assertEqual(self.old.state, "active")
            self.to_west.action_resume()
            self.run_network()
        self.assertGreater(self.to_west.known_key_id.id, self.old.id)

    def test_a_stolen_key_parts_from_those_who_know_no_other(self):
        self.old.action_revoke()
        self.assertEqual(self.old.state, "revoked")
        self.assertEqual(self.to_west.state, "invited")
        # They pair again.
        west = self.env["bop.peer"].with_company(self.west)
        answer = west.bop_pair(
            self.east_digital.bop_invitation(), self.east.partner_id.id, "local"
        )
        self.assertEqual(answer["peer"], self.to_east.id)
        self.to_east.bop_confirm(self.east_digital.fingerprint)
        self.to_west.bop_confirm(self.to_west.fingerprint)
        self.assertEqual(len(self.to_east._public_keys()), 1)
        self.send()

    def test_a_key_is_revoked_at_the_partner_who_knows_another(self):
        self.east_digital.action_new_key()
        self.run_network()
        self.old.action_revoke()
        self.assertEqual(self.to_west.state, "confirmed")
        self.run_network()
        self.assertNotIn(self.old._key_id(), self.to_east._public_keys())
        self.send()

    def test_a_partner_cannot_put_another_key_under_a_known_name(self):
        public = base64.b64encode(signature.new_key()[1]).decode()
        for content in (
            {"keys": [{"name": "k1", "public_key": public}], "revoked": []},
            {"keys": [], "revoked": ["k1"]},
            {"keys": [{"name": "k2", "public_key": "AAAA"}], "revoked": []},
            {"keys": 7},
            [],
        ):
            sent = self.to_west._send(
                type=KEYS, subject="keys", body=json.dumps(content).encode()
            )
            self.run_network()
            self.assertEqual(sent.state, "refused", content)
        self.assertEqual(self.to_east.key_ids.mapped("state"), ["active"])

    def test_one_invitation_cannot_hide_a_second_key(self):
        third = self.env["res.company"].create({"name": "Third"})
        self.env.user.company_ids |= third
        digital = self.env["bop.digital"].create({"company_id": third.id})
        invitation = digital.bop_invitation()
        forged = base64.b64encode(signature.new_key()[1]).decode()
        invitation["keys"].append({"name": "k9", "public_key": forged})
        peers = self.env["bop.peer"].with_company(self.east)
        answer = peers.bop_pair(invitation, third.partner_id.id, "local")
        peer = peers.browse(answer["peer"])
        peer.bop_confirm(digital.fingerprint)
        self.assertEqual(len(peer._public_keys()), 1)

    def test_the_name_of_a_key_means_one_key_for_ever(self):
        invitation = self.east_digital.bop_invitation()
        forged = base64.b64encode(signature.new_key()[1]).decode()
        invitation["keys"] = [{"name": "k1", "public_key": forged}]
        with self.assertRaisesRegex(UserError, "another key of this name"):
            self.env["bop.peer"].with_company(self.west).bop_pair(
                invitation, self.east.partner_id.id, "local"
            )
        self.assertEqual(self.to_east.state, "confirmed")

    def test_the_same_invitation_twice_says_nothing_new(self):
        with self.assertRaisesRegex(UserError, "known already"):
            self.env["bop.peer"].with_company(self.west).bop_pair(
                self.east_digital.bop_invitation(), self.east.partner_id.id, "local"
            )
        self.assertEqual(self.to_east.state, "confirmed")
